"""Grading on all cores: worker processes that may die without taking the class with them."""

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
_PR_SET_PDEATHSIG = 1
_NO_MORE = object()


class Pool:
    """`workers` processes that apply `work` to bytes.

    They end with this process, however it ends. Forked, as they are by default where forks are
    safe, they begin with all that it has loaded; spawned, with nothing of it.
    A worker that dies takes the others' work with it: all that was in flight is then tried once
    more, each alone, and what breaks its worker again is given up. So is what keeps a worker
    busy for more than `patience` seconds, for the work itself ought to see to its time.
    """

    def __init__(
        self,
        workers: int,
        work: Callable[[bytes], bytes],
        patience: float = 600.0,
        method: str = "fork" if sys.platform == "linux" else "spawn",
    ) -> None:
        self.workers = workers
        self.work = work
        self.patience = patience
        self.method = method
        self._executor: ProcessPoolExecutor | None = None

    def run(
        self, jobs: Iterable[tuple[Key, bytes | None]]
    ) -> Iterator[tuple[Key, bytes | Exception]]:
        """Yield each job's key with what came of it, in the order of their ends.

        That is the exception where the work raised one, and a BrokenProcessPool where its worker
        died, alone and for the second time. A job of None needs no work and is handed back with
        empty bytes. Jobs are taken from `jobs` as workers become free.
        """
        source = iter(jobs)
        flying: dict[Future, tuple[Key, bytes]] = {}
        while True:
            suspects: list[tuple[Key, bytes]] = []
            while len(flying) <= self.workers and not suspects:
                key, content = next(source, (None, _NO_MORE))
                if content is _NO_MORE:
                    break
                if content is None:
                    yield key, b""
                    continue
                try:
                    flying[self._submit(content)] = (key, content)
                except BrokenProcessPool:
                    suspects.append((key, content))
            if not flying and not suspects:
                return
            for key, content, result in self._landed(flying):
                if isinstance(result, BrokenProcessPool):
                    suspects.append((key, content))
                else:
                    yield key, result
            if suspects:
                self._close()
                for future, (key, content) in list(flying.items()):
                    result = _result(future)
                    if isinstance(result, (BrokenProcessPool, CancelledError)):
                        suspects.append((key, content))
                    else:
                        yield key, result
                flying.clear()
                for key, content in suspects:
                    yield key, self._alone(content)

    def _landed(
        self, flying: dict[Future, tuple[Key, bytes]]
    ) -> Iterator[tuple[Key, bytes, bytes | Exception]]:
        """Wait until something has come of one of `flying`; take it out, and yield it."""
        done, _ = wait(flying, timeout=self.patience, return_when=FIRST_COMPLETED)
        if flying and not done:
            self._kill()
            done, _ = wait(flying)
        for future in done:
            yield *flying.pop(future), _result(future)

    def _alone(self, content: bytes) -> bytes | Exception:
        future = self._submit(content)
        if not wait([future], timeout=self.patience).done:
            self._kill()
        result = _result(future)
        if isinstance(result, BrokenProcessPool):
            self._close()
        return result

    def _submit(self, content: bytes) -> Future:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.workers,
                mp_context=multiprocessing.get_context(self.method),
                initializer=_begin,
                initargs=(os.getpid(),),
            )
        return self._executor.submit(self.work, content)

    def _kill(self) -> None:
        """End the workers at once."""
        for process in list((self._executor._processes or {}).values()):
            process.kill()

    def _close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self._executor is not None:
            self._kill()
        self._close()


def _result(future: Future) -> bytes | Exception:
    try:
        return future.result()
    except (Exception, CancelledError) as error:
        return error


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(parent: int) -> None:
    """Tie a new worker to the life of its parent."""
    # The parent stops on Ctrl-C, and then stops its workers. A handler, unlike an ignored signal,
    # is not passed on to the programs that a worker starts.
    signal.signal(signal.SIGINT, lambda *_: None)
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
