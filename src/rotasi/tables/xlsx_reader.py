"""Excel workbooks, minding what a sheet hides: errors, merged cells, formulas without a value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.tables.raw_rows import Row, frame_from_rows, shorten

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Place = tuple[int, int]  # row and column, from 0

#: A few kilobytes can unpack to gigabytes, or span billions of cells: both are refused unread.
MAX_BYTES = 200 * 1024 * 1024
MAX_CELLS = 20_000_000
#: Excel keeps 15 digits of a number; a NIP has 18.
MAX_NUMBER = 10**15

_REFERENCE = re.compile(rb"""\br=["']([A-Z]+)([0-9]+)""")
# Expressions that begin with letters are several times faster on millions of cells.
_COLUMN = re.compile(rb"""r=["']([A-Z]+)""")
_ROW = re.compile(rb"""r=["'][A-Z]*([0-9]+)""")
_ERROR = re.compile(rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>""")
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*"
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*"
    rb"</(?:\w+:)?c>"
)
#: Without any of these there is neither an error value nor a formula.
_SIGNS = (b'"e"', b"'e'", b"<f", b":f")
#: The result of a formula that is a text may be empty.
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")


def sheet_names(path: Path, table: str) -> list[str]:
    """Return the names of a workbook's sheets, hidden ones last.

    Parameters
    ----------
    path : Path
        The workbook.
    table : str
        Name of the table, for messages.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    with _opened(path, table) as book:
        sheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    shown = [each.name for each in sheets if each.visible == SheetVisibleEnum.Visible]
    return shown + [each.name for each in sheets if each.name not in shown]


def read_sheet(path: Path, sheet: str, table: str) -> pd.DataFrame:
    """Read one sheet; text stays text, dates become `datetime.date`, whole numbers integers.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        Name of the sheet.
    table : str
        Name of the table, for messages.

    Returns
    -------
    DataFrame
        Of dtype ``object``, with the row numbers of the sheet as index; empty cells are ``""``.

    Raises
    ------
    RosterError
        With every error value, merged cell, formula without a value and number of too many digits.
    """
    rows, faults = load_sheet(path, sheet, table)
    problems = [
        problem
        for text, places in faults.items()
        for problem in shorten([_at(place, rows, table, text) for place in places])
    ]
    if problems:
        raise RosterError(problems)
    return frame_from_rows(rows, table)


def load_sheet(path: Path, sheet: str, table: str) -> tuple[list[Row], dict[str, list[Place]]]:
    """Read the cells of a sheet as they stand.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        Name of the sheet.
    table : str
        Name of the table, for messages.

    Returns
    -------
    rows : list of rows of cells
        Text, dates and numbers; whole numbers are integers, empty cells ``""``.
    faults : dict of message to places
        Rows and columns, from 0, of cells that read as something else than they show.

    Raises
    ------
    RosterError
        If the workbook cannot be read.
    """
    xml = _sheet_xml(path, sheet, table)
    _check_span(xml, table)
    with _opened(path, table) as book:
        loaded = book.get_sheet_by_name(sheet)
        rows = loaded.to_python(skip_empty_area=False)
        merged = [first for first, _last in loaded.merged_cell_ranges or []]
    faults = _find_hidden(xml)
    text = _("merged cells: only the first would count; unmerge them and fill in every cell")
    faults |= {text: merged} | _find_long_numbers(rows)
    return [[_plain(cell) for cell in row] for row in rows], faults


@contextmanager
def _opened(path: Path, table: str) -> Iterator[CalamineWorkbook]:
    from python_calamine import CalamineError, CalamineWorkbook

    with _unpacked(path, table):
        pass  # calamine itself knows no limits
    try:
        with closing(CalamineWorkbook.from_path(path)) as book:
            yield book
    except CalamineError as error:
        raise _unreadable(table) from error


@contextmanager
def _unpacked(path: Path, table: str) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            _check_bytes(archive, table)
            yield archive
    except (BadZipFile, KeyError, ET.ParseError) as error:
        raise _unreadable(table) from error


def _check_bytes(archive: ZipFile, table: str) -> None:
    size = sum(part.file_size for part in archive.infolist())
    if size > MAX_BYTES:
        text = _("the workbook unpacks to {size} MB, more than {limit}; save the table as CSV")
        limit = MAX_BYTES // 1024**2
        raise RosterError([Problem(text.format(size=size // 1024**2, limit=limit), table)])


def _unreadable(table: str) -> RosterError:
    text = _(
        "this is no Excel workbook that can be read; open it, take any password off and save it "
        "as “Excel Workbook (.xlsx)”"
    )
    return RosterError([Problem(text, table)])


def _sheet_xml(path: Path, sheet: str, table: str) -> bytes:
    """Return the source of a sheet, found by way of the workbook's relations."""
    with _unpacked(path, table) as archive:
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {each.get("Id"): each.get("Target", "") for each in relations}
        workbook = ET.fromstring(archive.read("xl/workbook.xml"))
        sheets = workbook.iterfind("{*}sheets/{*}sheet")
        relation = {each.get("name"): _relation(each) for each in sheets}
        part = PurePosixPath("/xl") / targets[relation[sheet]]
        return archive.read(str(part).removeprefix("/"))


def _relation(sheet: ET.Element) -> str | None:
    return next((value for name, value in sheet.items() if name.endswith("}id")), None)


def _check_span(xml: bytes, table: str) -> None:
    """Refuse a cell far out before anything makes room for all those in between."""
    width = max(map(_column, set(_COLUMN.findall(xml))), default=0)
    height = max(map(int, set(_ROW.findall(xml))), default=0)
    if width * height > MAX_CELLS:
        text = _(
            "the sheet spans {rows} rows and {columns} columns; delete the empty rows and columns "
            "beyond the table, or save the table as CSV"
        )
        raise RosterError([Problem(text.format(rows=height, columns=width), table)])


def _find_hidden(xml: bytes) -> dict[str, list[Place]]:
    """Find cells that would read as empty: error values and formulas without a value."""
    if not any(sign in xml for sign in _SIGNS):
        return {}
    uncalculated = (found[1] for found in _UNCALCULATED.finditer(xml))
    return {
        _("the cell holds an error such as #N/A; correct it"): [
            _position(found[1]) for found in _ERROR.finditer(xml)
        ],
        _("the formula has no value; open the workbook in Excel and save it again"): [
            _position(cell) for cell in uncalculated if not _TEXT_RESULT.search(cell)
        ],
    }


def _find_long_numbers(rows: Sequence[Row]) -> dict[str, list[Place]]:
    text = _(
        "a number of more than 15 digits, of which Excel has already changed the last ones; "
        "format the column as text and paste the values again"
    )
    places = [
        (row, column)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if isinstance(cell, float) and abs(cell) >= MAX_NUMBER
    ]
    return {text: places}


def _at(place: Place, rows: Sequence[Row], table: str, message: str) -> Problem:
    row, column = place
    heading = next((cells for cells in rows if any(cell != "" for cell in cells)), [])
    name = str(heading[column]).strip() if column < len(heading) else ""
    return Problem(message, table, row=row + 1, column=name or str(column + 1))


def _position(attributes: bytes) -> Place:
    """Row and column, from 0, of a cell with these attributes."""
    found = _REFERENCE.search(attributes)
    return (int(found[2]) - 1, _column(found[1]) - 1) if found else (0, 0)


def _column(letters: bytes) -> int:
    """Return the number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _plain(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    return cell
