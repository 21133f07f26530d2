"""The file `.adcourse/cache.db` of a course: what need not be computed again.

All of it can be had anew, so nothing depends on it: a damaged entry is a miss, a damaged file is
replaced by an empty one, and where it cannot be written it lives in memory.
"""

import contextlib
import hashlib
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from grading.course import Course

FOLDER = ".adcourse"
WAIT = 60.0  # seconds for another process's writing

_TABLES = """
CREATE TABLE IF NOT EXISTS entry
    (key TEXT PRIMARY KEY, used REAL, size INTEGER, content BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owner
    (key TEXT, student TEXT, PRIMARY KEY (key, student)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS owned ON owner (student);
"""
_Result = TypeVar("_Result")


def state_folder(course: Course) -> Path:
    """Return the folder of the course that holds the grader's own files."""
    return course.root / FOLDER


class Store:
    """Entries by key: JSON values, each with the students whose work is in it."""

    def __init__(self, path: Path, max_bytes: int = 512 << 20) -> None:
        self.path = path
        self.max_bytes = max_bytes
        self._used: set[str] = set()
        self._connection = self._open()

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return the values of those of `keys` that are there and sound."""
        found = {}
        for key in keys:
            self._used.add(key)
            row = self._try(
                lambda db, key=key: db.execute(
                    "SELECT content FROM entry WHERE key = ?", (key,)
                ).fetchone()
            )
            value = _unpacked(key, row[0]) if row else None
            if value is not None:
                found[key] = value
        return found

    def get(self, key: str) -> Any:
        """Return the value of `key`, or None."""
        return self.get_many([key]).get(key)

    def everything(self, prefix: str) -> dict[str, Any]:
        """Return all sound values whose keys begin with `prefix`."""
        rows = self._try(
            lambda db: db.execute(
                "SELECT key, content FROM entry WHERE key >= ? AND key < ?",
                (prefix, prefix + "\U0010ffff"),
            ).fetchall()
        )
        values = ((key, _unpacked(key, content)) for key, content in rows or ())
        return {key: value for key, value in values if value is not None}

    def put_many(self, values: dict[str, Any], student: str) -> None:
        """Keep `values`, in which there is work of `student`."""
        if not values:
            return
        now = time.time()
        packed = [(key, _packed(key, value)) for key, value in values.items()]

        def write(db: sqlite3.Connection) -> None:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(
                "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)",
                [(key, now, len(content), content) for key, content in packed],
            )
            db.executemany(
                "INSERT OR IGNORE INTO owner VALUES (?, ?)", [(key, student) for key in values]
            )
            db.execute("COMMIT")

        self._try(write)

    def forget(self, student: str) -> int:
        """Remove every entry with work of `student`, from the disk too; return how many."""

        def remove(db: sqlite3.Connection) -> int:
            db.execute("PRAGMA secure_delete = ON")
            mine = "SELECT key FROM owner WHERE student = ?"
            count = db.execute(f"DELETE FROM entry WHERE key IN ({mine})", (student,)).rowcount
            db.execute("DELETE FROM owner WHERE student = ?", (student,))
            db.execute("VACUUM")
            return count

        return self._try(remove) or 0

    def close(self) -> None:
        """Drop what is too much, the longest unused first, and close the file."""
        self._try(self._note_use)
        self._try(self._shrink)
        self._connection.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _note_use(self, db: sqlite3.Connection) -> None:
        now = time.time()
        db.execute("BEGIN IMMEDIATE")
        db.executemany(
            "UPDATE entry SET used = ? WHERE key = ?", [(now, key) for key in self._used]
        )
        db.execute("COMMIT")

    def _shrink(self, db: sqlite3.Connection) -> None:
        total = db.execute("SELECT coalesce(sum(size), 0) FROM entry").fetchone()[0]
        if total <= self.max_bytes:
            return
        db.execute("BEGIN IMMEDIATE")
        for key, size in db.execute("SELECT key, size FROM entry ORDER BY used").fetchall():
            if total <= 0.8 * self.max_bytes:
                break
            db.execute("DELETE FROM entry WHERE key = ?", (key,))
            db.execute("DELETE FROM owner WHERE key = ?", (key,))
            total -= size
        db.execute("COMMIT")
        db.execute("VACUUM")

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(exist_ok=True)
            return _connected(self.path)
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):  # damaged, not just out of reach
                with contextlib.suppress(OSError, sqlite3.Error):
                    self.path.unlink()
                    return _connected(self.path)
        except OSError:
            pass
        return _connected(":memory:")

    def _try(self, action: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """Return what `action` gives, or None where the file is damaged, full or locked."""
        try:
            return action(self._connection)
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._connection.rollback()
            if not isinstance(error, sqlite3.OperationalError):
                self._connection.close()
                with contextlib.suppress(OSError):
                    self.path.unlink()
                self._connection = self._open()
            return None


def open_store(course: Course, max_bytes: int = 512 << 20) -> Store:
    """Open the store of `course`."""
    return Store(state_folder(course) / "cache.db", max_bytes)


def _connected(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        # A lost entry costs a second run, and no more: so there is no waiting for the disk.
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + _TABLES)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _packed(key: str, value: Any) -> bytes:
    """Return `value` with a digest that tells whether it is whole, and of this key."""
    content = zlib.compress(json.dumps(value).encode(), 1)
    return _digest(key, content) + content


def _unpacked(key: str, packed: Any) -> Any:
    try:
        head, content = packed[:16], packed[16:]
        return json.loads(zlib.decompress(content)) if head == _digest(key, content) else None
    except (TypeError, ValueError, zlib.error):
        return None


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.blake2b(content, key=key.encode()[:64], digest_size=16).digest()
