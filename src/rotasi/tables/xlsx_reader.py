"""Excel workbooks, minding what a sheet hides: errors, merged cells, formulas without a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.guard import guard
from rotasi.tables.raw_rows import Row, frame_from_rows, shorten
from rotasi.tables.sheet_scan import Place, Scan, measure_strings, scan_sheet, sum_shared
from rotasi.tables.xlsx_package import STRINGS, Package, too_large, unpack

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: A few kilobytes can unpack to gigabytes, or span billions of cells: both are refused unread.
MAX_BYTES = 200 * 1024 * 1024
MAX_CELLS = 20_000_000
#: So many are never too many, and beyond them one of so many must be filled.
_FEW_CELLS, _SPARSE = 2_000_000, 50
#: Excel keeps 15 digits of a number; a NIP has 18.
MAX_NUMBER = 10**15

Faults = dict[str, list[Place]]


class Workbook:
    """A workbook that is open.

    Parameters
    ----------
    package : Package
    book : CalamineWorkbook
        The reader of its cells.
    lengths : list of int
        Characters of each text that its sheets share.
    """

    def __init__(self, package: Package, book: CalamineWorkbook, lengths: list[int]) -> None:
        self._package, self._book, self._lengths = package, book, lengths

    def names(self) -> list[str]:
        """The names of the sheets, hidden ones last."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        metadata = self._book.sheets_metadata
        sheets = [each for each in metadata if each.typ == SheetTypeEnum.WorkSheet]
        known = [each for each in sheets if each.name in self._package.sheets]
        shown = [each.name for each in known if each.visible == SheetVisibleEnum.Visible]
        return shown + [each.name for each in known if each.name not in shown]

    def load(self, sheet: str, table: str) -> tuple[list[Row], Faults]:
        """Read the cells of a sheet as they stand.

        Parameters
        ----------
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
            If the sheet cannot be read.
        """
        scan, rows, merged = guard(
            lambda: self._load(sheet, table), lambda _error: _unreadable(table)
        )
        faults = _name_hidden(scan, merged) | _find_long_numbers(rows)
        return [[_plain(cell) for cell in row] for row in rows], faults

    def read(self, sheet: str, table: str) -> pd.DataFrame:
        """Read one sheet; text stays text, dates become `datetime.date`, whole numbers integers.

        Parameters
        ----------
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
            With every error value, merged cell, formula without a value and number of too many
            digits.
        """
        rows, faults = self.load(sheet, table)
        problems = [
            problem
            for text, places in faults.items()
            for problem in shorten([_at(place, rows, table, text) for place in places])
        ]
        if problems:
            raise RosterError(problems)
        return frame_from_rows(rows, table)

    def _load(self, sheet: str, table: str) -> tuple[Scan, Sequence[Row], list[Place]]:
        xml = self._package.read(self._package.sheets[sheet])
        scan = scan_sheet(xml)
        _check_span(scan, table)
        self._check_texts(scan, xml, table)
        loaded = self._book.get_sheet_by_name(sheet)
        merged = [first for first, _last in loaded.merged_cell_ranges or []]
        return scan, loaded.to_python(skip_empty_area=False), merged

    def _check_texts(self, scan: Scan, xml: bytes, table: str) -> None:
        """Refuse a long text that so many cells share that all of them fill the memory."""
        if scan.shared * max(self._lengths, default=0) <= MAX_BYTES:
            return
        size = sum_shared(xml, self._lengths)
        if size > MAX_BYTES:
            raise too_large(size, MAX_BYTES, table)


@contextmanager
def opened(path: Path, table: str) -> Iterator[Workbook]:
    """Give a workbook to read.

    Parameters
    ----------
    path : Path
        The workbook.
    table : str
        Name of the table, for messages.

    Raises
    ------
    RosterError
        If it cannot be read.
    """
    package, lengths, book = guard(lambda: _open(path, table), lambda _error: _unreadable(table))
    with closing(book):
        yield Workbook(package, book, lengths)


def _open(path: Path, table: str) -> tuple[Package, list[int], CalamineWorkbook]:
    from python_calamine import CalamineWorkbook

    package = unpack(path, table, MAX_BYTES)
    lengths = measure_strings(package.read(STRINGS))
    return package, lengths, CalamineWorkbook.from_filelike(BytesIO(package.data))


def _unreadable(table: str) -> RosterError:
    text = _(
        "this is no Excel workbook that can be read; open it, take any password off and save it "
        "as “Excel Workbook (.xlsx)”"
    )
    return RosterError([Problem(text, table)])


def _check_span(scan: Scan, table: str) -> None:
    """Refuse a cell far out before anything makes room for all those in between."""
    area = scan.width * scan.height
    if area > MAX_CELLS or area > max(_FEW_CELLS, _SPARSE * scan.filled):
        text = _(
            "the sheet spans {rows} rows and {columns} columns; delete the empty rows and columns "
            "beyond the table, or save the table as CSV"
        )
        raise RosterError([Problem(text.format(rows=scan.height, columns=scan.width), table)])


def _name_hidden(scan: Scan, merged: list[Place]) -> Faults:
    """Cells that would read as something else than they show."""
    return {
        _("the cell holds an error such as #N/A; correct it"): scan.errors,
        _("the formula has no value; open the workbook in Excel and save it again"): (
            scan.uncalculated
        ),
        _("merged cells: only the first would count; unmerge them and fill in every cell"): merged,
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


def _plain(cell: object) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    return cell
