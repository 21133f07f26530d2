"""The IPython shell in which a notebook's cells run: its outputs become messages.

A message is a tuple of plain values: ("stream", name, text), ("display", bundle, display id),
("update", bundle, display id), ("result", bundle, number), ("clear", wait) or ("error", name,
value, traceback). A bundle is the JSON of a pair: the data by MIME type, and its metadata.
"""

import base64
import builtins
import getpass
import io
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

_FULL = 1 << 14  # characters that a stream gathers before it sends them


class NotebookShell(InteractiveShell):
    """IPython's shell, speaking to `send` where a terminal's would print.

    `send` may be set anew at any time: a fork speaks to somebody else.
    """

    send: Callable[[tuple], None] = staticmethod(lambda message: None)

    def init_io(self) -> None:
        """Put streams that send in the place of the process's own."""
        sys.stdout, sys.stderr = Stream("stdout", self), Stream("stderr", self)
        builtins.input = getpass.getpass = _no_input

    def emit(self, *message: Any) -> None:
        """Send a message that is no text, behind the text that was written before it."""
        self.flush()
        self.send(message)

    def flush(self) -> None:
        """Send what was written so far."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, Stream):
                stream.flush()

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        try:
            value = str(evalue)
        except Exception:
            value = "<unprintable>"
        self.emit("error", str(etype.__name__), value, [str(line) for line in stb])

    def system(self, cmd: str) -> None:
        """Run a command of the operating system; what it prints is the cell's."""
        command = ["/bin/sh", "-c", self.var_expand(cmd, depth=1)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
        ) as process:
            for line in process.stdout:
                print(line, end="")
        self.user_ns["_exit_code"] = process.returncode

    system_piped = system_raw = system

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no window."""


class Stream(io.TextIOBase):
    """Standard output or error of a notebook."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, shell: NotebookShell) -> None:
        self.name = name
        self._shell = shell
        self._parts: list[str] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self._parts:
            other = sys.stderr if self.name == "stdout" else sys.stdout
            if isinstance(other, Stream):
                other.flush()
        self._parts.append(text)
        self._size += len(text)
        if self._size > _FULL:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self._parts:
            text = "".join(self._parts)
            self._parts, self._size = [], 0
            self._shell.send(("stream", self.name, text))


class _Publisher(DisplayPublisher):
    """Sends what `display` shows."""

    def publish(
        self,
        data: dict,
        metadata: dict | None = None,
        *,
        transient: dict | None = None,
        update: bool = False,
        **kwargs: Any,
    ) -> None:
        display_id = str((transient or {}).get("display_id", ""))
        kind = "update" if update else "display"
        self.shell.emit(kind, _bundle(data, metadata), display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.emit("clear", bool(wait))


class _Hook(DisplayHook):
    """Sends the value of a cell's last expression."""

    def start_displayhook(self) -> None:
        self._shown: tuple[dict, dict | None] = ({}, None)

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self._shown = (format_dict, md_dict)

    def finish_displayhook(self) -> None:
        data, metadata = self._shown
        if data:
            self.shell.emit("result", _bundle(data, metadata), self.prompt_count)
        self._is_active = False


def make_shell() -> NotebookShell:
    """Return the process's shell, which keeps no history on disk."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.cache_size = 1000
    shell = NotebookShell.instance(
        config=settings, display_pub_class=_Publisher, displayhook_class=_Hook
    )
    shell.display_pub.shell = shell
    return shell


def _bundle(data: dict, metadata: dict | None) -> str:
    return json.dumps([data, metadata or {}], default=_jsonable)


def _jsonable(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return repr(value)


def _no_input(*args: Any, **kwargs: Any) -> str:
    raise StdinNotImplementedError("a notebook that is graded cannot ask anybody for input")
