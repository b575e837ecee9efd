"""Reading tables as they are: a folder of CSV or Parquet files, a workbook, or a single file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TypeVar

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.guard import guard
from rotasi.support.notices import give_notice
from rotasi.support.places import find_file, find_place, reading
from rotasi.support.types import PathName
from rotasi.tables.csv_files import read_csv
from rotasi.tables.edited_workbooks import holds_grids, read_grids
from rotasi.tables.parquet_files import read_parquet
from rotasi.tables.xlsx_reader import Workbook, opened

Read = TypeVar("Read")

NAMES = ("employees", "leave", "wishes", "pins")


def read_tables(path: PathName, names: Sequence[str] = NAMES) -> dict[str, pd.DataFrame]:
    """Read the tables of a roster, raw: nothing is renamed, checked or converted.

    Parameters
    ----------
    path : path
        A folder of CSV or Parquet files named as the tables, an .xlsx workbook with sheets named
        as the tables, or one file that is the first table. Upper and lower case are the same.
    names : sequence of str
        The tables; the first is required. Files and sheets of other names are left alone.

    Returns
    -------
    dict of str to DataFrame
        The tables that were found. The index holds the row numbers that a spreadsheet shows.

    Raises
    ------
    RosterError
        With every problem of every table.
    """
    with reading(path, names[0], RosterError):
        source = find_place(path)
        if source.is_dir():
            return _read_all(_files_in(source, names))
        if source.is_file() and _kind(source) == ".xlsx":
            return _read_safely(partial(_read_sheets, source, names), source, names[0])
        return {names[0]: read_frame(source, names[0])}


def read_frame(path: PathName, table: str | None = None) -> pd.DataFrame:
    """Read one table from a CSV or Parquet file or the first sheet of a workbook, raw.

    Of a workbook that `Schedule.to_excel` wrote it is the roster, edited by hand or not.

    Parameters
    ----------
    path : path
        The file.
    table : str, optional
        Name of the table, for messages; that of the file if not given.

    Returns
    -------
    DataFrame
        The index holds the row numbers that a spreadsheet shows.

    Raises
    ------
    RosterError
        With every problem of the file.
    """
    name = table or Path(path).name
    with reading(path, name, RosterError):
        source = find_file(path)
        if not source.exists():
            raise _fail(_("there is no file or folder {path}").format(path=source), name)
        read = _READERS.get(_kind(source))
        if read is None:
            text = _("{file} cannot be read: save the table as CSV, .xlsx or Parquet")
            raise _fail(text.format(file=source.name), name)
        return _read_safely(lambda: read(source, name), source, name)


def read_schedule(
    path: PathName, table: str = "schedule"
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Read the rows of a schedule, and the groups that were formed where they stand beside them.

    Parameters
    ----------
    path : path
        A table, or a folder that `Schedule.write` made; its other files are left alone.
    table : str
        What messages call the rows.

    Returns
    -------
    rows : DataFrame
    groups : DataFrame or None

    Raises
    ------
    RosterError
        With every problem of the file.
    """
    with reading(path, table, RosterError):
        place = find_place(path)
        if not place.is_dir():
            return read_frame(place, table), None
        groups = place / "groups.csv"
        is_grouped = groups.exists()
    rows = read_frame(place / "schedule.csv", table)
    return rows, read_frame(groups, "groups") if is_grouped else None


def _read_safely(read: Callable[[], Read], path: Path, table: str) -> Read:
    """Have whatever goes wrong with the bytes of a file tell which file it is."""
    text = _("{path} cannot be read: {reason}")
    damaged = _("it is damaged; save it again")
    refusal = _fail(text.format(path=path.name, reason=damaged), table)
    return guard(read, lambda _error: refusal)


def _read_all(readers: Mapping[str, Callable[[], pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, read in readers.items():
        try:
            tables[name] = read()
        except RosterError as error:
            problems += error.problems
    if problems:
        raise RosterError(problems)
    return tables


def _files_in(folder: Path, names: Sequence[str]) -> dict[str, Callable[[], pd.DataFrame]]:
    files = [file for file in sorted(folder.iterdir()) if _is_data(file)]
    readable = [file for file in files if _kind(file) in _READERS]
    tables = {file.stem.lower() for file in readable}
    # A table in a format that is not read must not go missing in silence.
    others = [file for file in files if file not in readable and file.stem.lower() not in tables]
    _refuse_folders(folder, {name for name in names if name not in tables})
    chosen = _choose({file.name: file.stem for file in readable + others}, names)
    return {name: partial(read_frame, folder / file, name) for name, file in chosen.items()}


def _refuse_folders(folder: Path, missing: Collection[str]) -> None:
    """Refuse a folder that has the name of a table which no file holds."""
    text = _("{found} is a folder; save the table as one file, or solve it by solve_partitions")
    folders = [entry for entry in sorted(folder.iterdir()) if entry.is_dir()]
    named = {entry.name: entry.name.strip().lower().partition(".")[0] for entry in folders}
    problems = [
        Problem(text.format(found=found), table)
        for found, table in named.items()
        if table in missing
    ]
    if problems:
        raise RosterError(problems)


def _read_sheets(path: Path, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    with needing("xlsx", names[0]), opened(path, names[0]) as book:
        sheets = book.names()
        if not {sheet.strip().lower() for sheet in sheets} & set(names):
            return {names[0]: _read_book(book, names[0])}
        chosen = _choose({sheet: sheet for sheet in sheets}, names)
        return _read_all({name: partial(book.read, sheet, name) for name, sheet in chosen.items()})


def _choose(labels: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Find the file or sheet of each table.

    Parameters
    ----------
    labels : mapping of str to str
        What each file or sheet is called, without its suffix.
    names : sequence of str
        The tables; the first is required.
    """
    found = {name: [key for key, label in labels.items() if _same(label, name)] for name in names}
    several = _("several files hold this table: {found}; keep one")
    problems = [
        Problem(several.format(found=", ".join(keys)), name)
        for name, keys in found.items()
        if len(keys) > 1
    ]
    if not found[names[0]]:
        text = _("the table is missing; found: {found}")
        listing = ", ".join(labels) or _("nothing")
        problems.append(Problem(text.format(found=listing), names[0]))
    if problems:
        raise RosterError(problems)
    _warn_of_near(labels, [name for name, keys in found.items() if not keys])
    return {name: keys[0] for name, keys in found.items() if keys}


def tell_near(labels: Mapping[str, str], missing: Sequence[str]) -> dict[str, str]:
    """What to tell of files, sheets or folders that may be meant for a table that is missing.

    Parameters
    ----------
    labels : mapping of str to str
        What each is called, without its suffix.
    missing : sequence of str
        Tables.
    """
    text = _("{found} is not read; if it is the table {name}, call it that")
    return {
        key: text.format(found=key, name=name)
        for key, label in labels.items()
        for name in get_close_matches(label.strip().lower(), missing, n=1, cutoff=0.7)
    }


def _warn_of_near(labels: Mapping[str, str], missing: Sequence[str]) -> None:
    for text in tell_near(labels, missing).values():
        give_notice(text)


def _same(label: str, name: str) -> bool:
    return label.strip().lower() == name


def _is_data(file: Path) -> bool:
    return file.is_file() and not file.name.startswith((".", "~$"))


def _kind(path: Path) -> str:
    return path.suffix.lower()


def _fail(message: str, table: str) -> RosterError:
    return RosterError([Problem(message, table)])


def _read_parquet(path: Path, table: str) -> pd.DataFrame:
    with needing("parquet", table):
        return read_parquet(path, table)


def _read_workbook(path: Path, table: str) -> pd.DataFrame:
    with needing("xlsx", table), opened(path, table) as book:
        return _read_book(book, table)


def _read_book(book: Workbook, table: str) -> pd.DataFrame:
    """The roster of a workbook that rotasi wrote, or the first sheet of another."""
    if holds_grids(book, table):
        return read_grids(book, table)
    return book.read(book.names()[0], table)


@contextmanager
def needing(extra: str, table: str) -> Iterator[None]:
    """Name the extra to install where a package is missing."""
    try:
        yield
    except ImportError as error:
        text = _('reading this format needs a package more: pip install "rotasi[{extra}]"')
        raise _fail(text.format(extra=extra), table) from error


_READERS: dict[str, Callable[[Path, str], pd.DataFrame]] = {
    ".csv": read_csv,
    ".parquet": _read_parquet,
    ".xlsx": _read_workbook,
}
