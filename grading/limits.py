"""What a notebook may use."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one notebook may use; times are in seconds."""

    cell_seconds: float = 30.0
    notebook_seconds: float = 120.0
    memory_bytes: int = 1 << 30  # of the student's processes together
    workspace_bytes: int = 64 << 20  # also the largest file
    processes: int = 64
    open_files: int = 256
    output_chars: int = 5_000_000  # of one cell
