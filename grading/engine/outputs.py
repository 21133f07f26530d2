"""A cell's outputs, made from what a process says it showed. Whoever speaks is not trusted."""

import json
import math
import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

TIMEOUT = "CellTimeoutError"
KILLED = "DeadKernelError"
OUT_OF_MEMORY = "OutOfMemoryError"

CUT = "\n[more output was left out]\n"
_MAX_OUTPUTS = 10_000
_MAX_DEPTH = 50  # of what is nested in a display; what reads a notebook is recursive
_IS_JSON = re.compile(r"application/(.*\+)?json")  # by the notebook format, any other kind is text


def error_output(name: str, value: str, traceback: list[str] | None = None) -> list[NotebookNode]:
    """Return the outputs of a cell that ended in an error and showed nothing else."""
    lines = traceback or [f"{name}: {value}"]
    return [new_output("error", ename=name, evalue=value, traceback=lines)]


class OutputLog:
    """Gathers a cell's outputs from messages (see `grading.student.shell`), up to a size.

    Results and errors have as much room again, so that they are kept even where the cell has
    printed too much. A message that is not of the right form is passed over.
    """

    def __init__(self, max_chars: int) -> None:
        self.outputs: list[NotebookNode] = []
        self._max_chars = self._room = self._room_for_ends = max_chars
        self._shown: dict[str, list[NotebookNode]] = {}
        self._clear_first = False

    @property
    def size(self) -> int:
        """How many of the characters that there may be were used up."""
        return min(self._max_chars, 2 * self._max_chars - self._room - self._room_for_ends)

    def add(self, message: Any) -> None:
        """Take one message."""
        match message:
            case ("stream", "stdout" | "stderr" as name, str(text)):
                self._make_room()
                self._stream(name, text)
            case ("display", str(bundle), str(display_id)):
                self._make_room()
                self._display(bundle, display_id)
            case ("update", str(bundle), str(display_id)):
                self._update(bundle, display_id)
            case ("result", str(bundle), int(number)):
                self._make_room()
                if self._ends_with(bundle):
                    data, metadata = _opened(bundle)
                    count = _count(number)
                    self.outputs.append(
                        new_output("execute_result", data, metadata=metadata, execution_count=count)
                    )
            case ("error", str(name), str(value), list(traceback)):
                lines = [line[:20_000] for line in traceback[:200] if isinstance(line, str)]
                name, value = name[:200], value[:20_000]
                if self._ends_with(name, value, *lines):
                    self.error(name, value, lines)
            case ("clear", bool(wait)):
                self._clear_first = True
                if not wait:
                    self._make_room()

    def error(self, name: str, value: str, traceback: list[str] | None = None) -> None:
        """Add an error; by default its traceback is one line."""
        lines = [_text(line) for line in traceback or ()]
        self.outputs += error_output(_text(name), _text(value), lines)

    def _ends_with(self, *texts: str) -> bool:
        """Say whether there is room for a result or an error, and take it."""
        self._room_for_ends -= sum(map(len, texts)) + 1
        return self._room_for_ends >= 0

    def _make_room(self) -> None:
        """Drop what was shown so far, if a cell asked for that."""
        if self._clear_first:
            self.outputs.clear()
            self._clear_first = False

    def _append(self, output: NotebookNode) -> None:
        if len(self.outputs) < _MAX_OUTPUTS:
            self.outputs.append(output)

    def _stream(self, name: str, text: str) -> None:
        if self._room <= 0:
            return
        text = _text(text)
        if len(text) > self._room:
            text = text[: self._room] + CUT
            self._room = 0
        else:
            self._room -= len(text)
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self._append(new_output("stream", name=name, text=text))

    def _display(self, bundle: str, display_id: str) -> None:
        if self._room <= 0:
            return
        self._room -= len(bundle)
        if self._room < 0:
            self._append(new_output("stream", name="stdout", text=CUT))
            return
        data, metadata = _opened(bundle)
        output = new_output("display_data", data, metadata=metadata)
        self._append(output)
        if display_id:
            self._shown.setdefault(display_id, []).append(output)

    def _update(self, bundle: str, display_id: str) -> None:
        self._room -= len(bundle)
        if self._room < 0:
            return
        for output in self._shown.get(display_id, ()):
            output.data, output.metadata = map(_node, _opened(bundle))


def _opened(bundle: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the data and metadata of a bundle, as far as they are of the right form."""
    try:
        data, metadata = _storable(json.loads(bundle))
    except (ValueError, TypeError, RecursionError):
        return {}, {}
    if not isinstance(data, dict) or not isinstance(metadata, dict):
        return {}, {}
    return {
        kind: value
        for kind, value in data.items()
        if isinstance(value, str) or _IS_JSON.fullmatch(kind)
    }, {kind: value for kind, value in metadata.items() if kind in data}


def _storable(value: Any, depth: int = 0) -> Any:
    """Return what was read as JSON without what no file, or no reader of one, can hold.

    Raises:
        ValueError: when it is nested too deep.
    """
    if depth > _MAX_DEPTH:
        raise ValueError(f"nested deeper than {_MAX_DEPTH} levels")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {_text(key): _storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item, depth + 1) for item in value]
    return value


def _node(found: dict[str, Any]) -> NotebookNode:
    return NotebookNode(found)


def _count(number: int) -> int:
    return min(max(int(number), 0), 1_000_000)


def _text(text: str) -> str:
    """Return `text` without the half characters that no file can hold."""
    return text.encode("utf-8", "replace").decode()
