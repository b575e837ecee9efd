"""What lies in the folders of a dataset: what is read, what must not be passed over, what is told.

Whatever may hold somebody is read or refused; the rest is told. So nobody is lost to a name.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.places import reading
from rotasi.support.text import list_first
from rotasi.tables.readers import tell_near
from rotasi.tables.schema import TABLES

Files = tuple[str, ...]

_READ = frozenset({".parquet", ".pq"})
_MAY_HOLD_ROWS = _READ | frozenset(
    {".parq", ".csv", ".tsv", ".xlsx", ".xls", ".xlsm", ".ods", ".json", ".jsonl", ".ndjson"}
    | {".feather", ".arrow", ".ipc", ".orc", ".avro"}
)
_MAGIC = b"PAR1"
_FOOTERS = frozenset({"_metadata", "_common_metadata"})  # footers of Parquet files, without rows
_LONGEST = 200  # bytes of a name; files of the results have longer ones


@dataclass
class Layout:
    """What was found in folders, filled while they are looked through.

    Parameters
    ----------
    parts : dict of str to (dict of str to tuple of str)
        By table and part, the paths of its files, in order.
    problems : list of Problem
        What may hold somebody and is not read, and names that do not tell parts apart.
    unread : list of str
        Whatever else is not read.
    notices : list of str
    """

    parts: dict[str, dict[str, Files]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def check(self) -> Sequence[str]:
        """Refuse what was passed over; give what is to be told.

        Raises
        ------
        RosterError
            With every file that may hold somebody and is not read.
        """
        if self.problems:
            raise RosterError(self.problems)
        if not self.unread:
            return self.notices
        text = _("not read, being no table: {found}")
        return [*self.notices, text.format(found=list_first(sorted(self.unread)))]


def find_tables(source: Path, apart: Collection[Path] = ()) -> Layout:
    """Look through the folders of a dataset.

    Parameters
    ----------
    source : Path
        Its folders are named as the tables; upper and lower case are the same.
    apart : collection of Path
        What may lie in it too, as the results do.
    """
    layout, found = Layout(), dict[str, list[Path]]()
    others = []
    for entry in list_entries(source) if source.is_dir() else ():
        table = name_table(entry)
        if table is not None and entry.is_dir():
            found.setdefault(table, []).append(entry)
        elif not any(entry == path or entry in path.parents for path in apart):
            others.append(entry)
    for table, folders in found.items():
        if len(folders) > 1:
            text = _("several folders hold this table: {found}; keep one")
            names = ", ".join(folder.name for folder in folders)
            layout.problems.append(Problem(text.format(found=names), table))
        find_parts(folders[0], table, layout)
    _note_others(others, layout, [name for name in TABLES if name not in found])
    return layout


def find_parts(folder: Path, table: str, layout: Layout) -> None:
    """Look through the folder of a table.

    Parameters
    ----------
    folder : Path
    table : str
    layout : Layout
        Gets what is found.
    """
    found: dict[str, list[tuple[Path, Files]]] = {}
    for entry in list_entries(folder):
        if _is_read(entry):
            found.setdefault(entry.stem, []).append((entry, (str(entry),)))
        elif entry.is_dir() and not _is_hidden(entry):
            files = tuple(_find_inside(entry, folder.parent, table, layout))
            if files:
                found.setdefault(entry.name, []).append((entry, files))
        else:
            _pass_over(entry, folder.parent, table, layout)
    layout.problems.extend(_check_names(found, table))
    layout.parts[table] = {name: entries[0][1] for name, entries in sorted(found.items())}


def name_table(folder: Path) -> str | None:
    """The table that a folder is called by, if any."""
    name = folder.name.strip().lower()
    return name if name in TABLES else None


def list_entries(folder: Path) -> list[Path]:
    """What lies in a folder, in order.

    Raises
    ------
    RosterError
        If it cannot be looked into.
    """
    with reading(folder, folder.name, RosterError):
        return sorted(folder.iterdir())


def _find_inside(folder: Path, root: Path, table: str, layout: Layout) -> Iterator[str]:
    """Files of a part that is a folder."""
    empty = True
    for entry in list_entries(folder):
        if _is_read(entry):
            empty = False
            yield str(entry)
        else:
            _pass_over(entry, root, table, layout)
    if empty:
        layout.unread.append(f"{folder.relative_to(root).as_posix()}/")


def _is_hidden(entry: Path) -> bool:
    return entry.name.startswith((".", "_"))


def _is_mark(entry: Path) -> bool:
    """Whether an entry is an empty mark of a writer, or was one: those come and go."""
    if not _is_hidden(entry):
        return False
    try:
        return entry.is_file() and not entry.stat().st_size
    except FileNotFoundError:
        return True


def _is_read(entry: Path) -> bool:
    return entry.suffix.lower() in _READ and not _is_hidden(entry) and entry.is_file()


def _pass_over(entry: Path, root: Path, table: str | None, layout: Layout) -> None:
    """Refuse an entry that may hold somebody; note another, but for empty marks of a writer."""
    lost = [path for path in _list_below(entry) if _may_hold_rows(path)]
    text = _(
        "{file} is not read: a part is a Parquet file (.parquet, .pq) or a folder of such files, "
        "and no name begins with . or _; rename it, save it as Parquet or move it away"
    )
    for path in lost:
        name = _show(path.relative_to(root))
        layout.problems.append(Problem(text.format(file=name), table))
    if not lost and not _is_mark(entry):
        layout.unread.append(_show(entry.relative_to(root)))


def _list_below(entry: Path) -> Iterator[Path]:
    """All that is no folder at or below an entry; a link to a folder is not followed."""
    if not entry.is_dir() or entry.is_symlink():
        yield entry
        return
    for folder, links, files in os.walk(entry):
        inside = Path(folder)
        yield from (inside / name for name in links if (inside / name).is_symlink())
        yield from (inside / name for name in files)


def _may_hold_rows(path: Path) -> bool:
    """Whether a path may hold a table, whatever it is called."""
    suffixes = [suffix.strip().lower() for suffix in path.suffixes]
    if path.name in _FOOTERS or suffixes[-1:] == [".crc"]:
        return False
    if not path.is_file():
        # A broken link, a link to a folder, a pipe: nobody knows. What is gone holds nobody.
        return os.path.lexists(path)
    return not _MAY_HOLD_ROWS.isdisjoint(suffixes) or _is_parquet(path)


def _is_parquet(path: Path) -> bool:
    """Whether a file is Parquet by its first bytes; also if they cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return os.path.lexists(path)


def _check_names(
    found: Mapping[str, Sequence[tuple[Path, Files]]], table: str
) -> Iterator[Problem]:
    """Names that do not tell parts apart, everywhere and on any system, or cannot be written."""
    alike: dict[str, list[str]] = {}
    for name, entries in found.items():
        key = unicodedata.normalize("NFC", name).casefold()
        alike.setdefault(key, []).extend(entry.name for entry, _files in entries)
        if not _can_be_written(name):
            text = _("the name of {file} cannot be kept; give it a shorter one in plain letters")
            yield Problem(text.format(file=_show(Path(table, name))), table)
    for names in alike.values():
        if len(names) > 1:
            text = _("{found} are one part by their names; rename all but one, or join them")
            yield Problem(text.format(found=", ".join(sorted(names))), table)


def _can_be_written(name: str) -> bool:
    try:
        return len(name.encode()) <= _LONGEST and name.isprintable()
    except UnicodeEncodeError:
        return False


def _show(path: Path) -> str:
    text = path.as_posix()
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return shown if shown.isprintable() else ascii(shown)


def _note_others(others: Sequence[Path], layout: Layout, missing: Sequence[str]) -> None:
    """What lies beside the folders of the tables."""
    strange = []
    for entry in others:
        if _seems_table(entry):
            _pass_over(entry, entry.parent, None, layout)
        elif not _is_mark(entry):
            strange.append(entry.name)
    near = tell_near({name: name for name in strange}, missing)
    layout.notices.extend(near.values())
    layout.unread.extend(name for name in strange if name not in near)


def _seems_table(entry: Path) -> bool:
    """Whether an entry beside the tables must not be passed over: a table's name, or Parquet."""
    name = entry.name.strip().lower().lstrip("._")
    if name.partition(".")[0] in TABLES:
        return True
    return entry.is_file() and (entry.suffix.lower() in _READ or _is_parquet(entry))
