"""Names for submitted files under which no server takes them for pages.

formgrader serves what lies beside an autograded notebook from its own address, and a server goes
by a file's name: an HTML page or a drawing would run there with the rights of whoever looks.
"""

import re
from collections.abc import Iterable
from pathlib import Path, PurePath, PurePosixPath

# What a browser shows as text or as a picture, hands to a player, or saves.
_INERT = """.txt .md .rst .csv .tsv .tab .json .jsonl .ipynb .py .pyi .r .jl .m .c .h .cc .cpp .hpp
    .f90 .rs .java .sql .sh .toml .ini .cfg .yaml .yml .log .tex .bib .diff .patch .lock
    .png .jpg .jpeg .gif .webp .bmp .tif .tiff .npy .npz .mat .h5 .hdf5 .nc .fits .parquet .feather
    .arrow .pkl .pickle .pt .pth .onnx .db .sqlite .dat .data .bin .raw .wav .mp3 .ogg .flac .mp4
    .webm .mov .zip .gz .bz2 .xz .tar .tgz .7z .doc .docx .xls .xlsx .odt .ods .ppt .pptx"""
INERT = frozenset(_INERT.split())
_STRANGE = re.compile(r"[^\w.,+=@() -]|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONGEST = 120


def safe_name(path: PurePath) -> PurePath:
    """Return a name for the submitted file `path`, relative to its folder, to be kept under.

    What could be taken for a page gets `.txt` at its end; signs that could be taken for markup, or
    that turn the direction of writing, become `_`. Most names stay as they are.

    >>> str(safe_name(PurePosixPath("pages/index.html"))), str(safe_name(PurePosixPath("data.csv")))
    ('pages/index.html.txt', 'data.csv')
    """
    parts = [_plain(part) for part in path.parts]
    name = parts[-1]
    suffix = PurePosixPath(name).suffix.lower()
    if suffix and suffix not in INERT:
        name += ".txt"
    return type(path)(*parts[:-1], name)


def safe_names(paths: Iterable[PurePath], taken: Iterable[str] = ()) -> dict[PurePath, PurePath]:
    """Return the name of each of `paths`, none of them `taken` and no two of them alike.

    Names that differ in upper and lower case alone are alike.
    """
    names: dict[PurePath, PurePath] = {}
    taken = {name.lower() for name in taken}
    for path in sorted(paths, key=lambda path: (safe_name(path) != path, path)):
        name = safe_name(path)
        number = 1
        while str(name).lower() in taken:
            number += 1
            plain = safe_name(path)
            name = plain.with_name(f"{plain.stem}-{number}{plain.suffix}")
        taken.add(str(name).lower())
        names[path] = name
    return names


def rename_unsafe(folder: Path, keep: Iterable[str] = ()) -> None:
    """Give the files below `folder` their safe names, but for notebooks and those to `keep`."""
    keep = set(keep)
    places = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    others = [
        place for place in places if place.suffix != ".ipynb" and place.as_posix() not in keep
    ]
    for place, name in safe_names(others, keep).items():
        if place != name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).rename(folder / name)


def renamed_notice(names: dict[PurePath, PurePath]) -> str | None:
    """Return a sentence about the files that are kept under another name, if there are any."""
    changed = [f"{_plain(path.name)} as {name}" for path, name in names.items() if path != name]
    if not changed:
        return None
    more = f" and {len(changed) - 8} more" if len(changed) > 8 else ""
    return f"Files are kept under safer names: {', '.join(changed[:8])}{more}."


def _plain(part: str) -> str:
    part = _STRANGE.sub("_", part.encode("utf-8", "replace").decode())
    stem, dot, suffix = part.rpartition(".")
    if len(part) > _LONGEST:
        part = stem[: _LONGEST - len(suffix) - 1] + dot + suffix[-_LONGEST // 2 :]
    return part
