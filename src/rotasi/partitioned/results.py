"""What lies in a folder of results: whole or not, of which parts, and what is of somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rotasi.support.atomic_files import is_scratch, refuse_strangers
from rotasi.support.own_files import read_fields

_RECORDS = "records"

#: Folders of the results; each holds one file per part.
FOLDERS = ("schedule", "groups", "partial", "blocks", _RECORDS)

#: Written last, when all is done: a folder with it is whole.
SUMMARY = "summary.json"
FIGURES = "partitions.parquet"
RUN = "run.json"  # whose results they are
FILES = (FIGURES, RUN, SUMMARY)

#: Where new results wait until they are whole.
NEXT = ".next"

_OF_SYSTEMS = re.compile(
    r"\.DS_Store|Thumbs\.db|desktop\.ini|\.directory|\._.*|\.nfs.*|\.fuse_hidden.*", re.IGNORECASE
)


def is_whole(root: Path) -> bool:
    """Whether the run that wrote there has ended."""
    return (root / SUMMARY).is_file()


def is_empty(root: Path) -> bool:
    """Whether there is nothing that could be a result."""
    return not any((root / name).exists() for name in FILES) and not list_parts(root)


def list_parts(root: Path) -> set[str]:
    """The parts of which there is something in a folder."""
    return {path.stem for path in find_results(root)}


def find_results(root: Path) -> Iterator[Path]:
    """The files of all parts."""
    return (path for name in FOLDERS for path in _list(root / name) if _is_result(path))


def list_records(root: Path) -> list[Path]:
    """What is known of each part, in order."""
    found = _list(root / _RECORDS)
    return [path for path in found if path.suffix == ".json" and not path.name.startswith(".")]


def read_key(record: Path) -> str | None:
    """What decided the result of a part; None if its record is damaged.

    Raises
    ------
    OSError
        If it may not be read.
    """
    key = read_fields(record).get("key")
    return key if isinstance(key, str) else None


def check_own(root: Path, *, alone: bool = False) -> None:
    """Refuse a folder in which something of somebody else would go with what is replaced.

    Parameters
    ----------
    root : Path
    alone : bool
        Whether nothing but results may lie in it, as where they wait.

    Raises
    ------
    OutputError
        Which names the first.
    """
    for path in _find_strangers(root, alone=alone):
        refuse_strangers(path.parent, [path.name])


def has_strangers(root: Path) -> bool:
    """Whether anything lies there that no run has written."""
    return any(True for _path in _find_strangers(root, alone=True))


def _find_strangers(root: Path, *, alone: bool) -> Iterator[Path]:
    if alone and root.is_symlink():
        yield root
        return
    for path in _list(root):
        if path.name in FOLDERS and path.is_dir() and not (alone and path.is_symlink()):
            inside = _list(path)
            yield from (each for each in inside if not (_is_result(each) or _is_left(each)))
        elif _is_strange(path, alone=alone):
            yield path


def _is_strange(path: Path, *, alone: bool) -> bool:
    if path.name in FOLDERS:  # and no folder
        return True
    return not path.is_file() if path.name in FILES else alone and not _is_left(path)


def _is_result(path: Path) -> bool:
    suffix = ".json" if path.parent.name == _RECORDS else ".parquet"
    return path.suffix == suffix and not path.name.startswith(".") and path.is_file()


def _is_left(path: Path) -> bool:
    """Whether nobody would miss a file: of a run that was killed, of a system, or a mark."""
    if path.is_symlink() or not path.is_file():
        return False
    if is_scratch(path.name) or _OF_SYSTEMS.fullmatch(path.name):
        return True
    return path.name.startswith(".") and not path.stat().st_size


def _list(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
