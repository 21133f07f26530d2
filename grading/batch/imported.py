"""What the code of a notebook imports: a result is none of today's when that has changed since."""

import hashlib
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# A parser can be made to take all memory, and students' code is looked at here as well.
_IMPORT = re.compile(r"(?:^|[;:])[ \t]*(?:from[ \t]+(\w+)|import[ \t]+([^\n;#]+))", re.MULTILINE)
_INSTALLED = tuple({sysconfig.get_path(kind) for kind in ("purelib", "platlib")})


class Imported:
    """Digests of imported packages, each taken once in the life of this object."""

    def __init__(self) -> None:
        self._digest = cache(package_digest)

    def digests(self, sources: Iterable[str]) -> list[list[str]]:
        """Return the packages that cells with these `sources` import, each with its digest.

        A text that only reads like an import counts, too.
        """
        names = {name for source in sources for name in _imported(source)}
        return [[name, self._digest(name)] for name in sorted(names - sys.stdlib_module_names)]


def _imported(source: str) -> Iterator[str]:
    """Yield the top-level modules that a cell imports."""
    for package, modules in _IMPORT.findall(source.replace("\\\n", " ")):
        for module in modules.split(",") if modules else [package]:
            name = re.match(r"\s*(\w*)", module)[1]
            if name:
                yield name


def package_digest(name: str) -> str:
    """Return a text that changes with the source of the top-level package or module `name`.

    An installed one is known by when it was installed. One that is not there has an empty digest.
    """
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return ""
    if spec is None or not spec.origin or not Path(spec.origin).is_file():
        return ""
    origin = Path(spec.origin)
    digest = hashlib.sha256()
    if str(origin).startswith(_INSTALLED):
        status = origin.stat()
        digest.update(f"{status.st_mtime_ns} {status.st_size}".encode())
    else:
        root = origin.parent
        for path in sorted(root.rglob("*.py")) if spec.submodule_search_locations else [origin]:
            digest.update(f"{path.relative_to(root)} ".encode() + path.read_bytes())
    return digest.hexdigest()
