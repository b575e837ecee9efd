"""Rosters in workbooks that rotasi wrote, read back after people have edited them by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.tables.raw_rows import Row, shorten
from rotasi.tables.sheet_scan import Place
from rotasi.tables.status_words import fold, learn, tell_apart
from rotasi.tables.xlsx_reader import Workbook

#: The sheet by which a workbook of rotasi is known, and the word in its first cell.
MARK = "rotasi"
SCHEMA = 1  # version of the workbooks that a schedule writes

CODES = ("WFO", "WFH", "LEAVE")
NIP = "NIP"  # heads the column of NIPs in every language
_COLUMNS = ["nip", "date", "status"]


def holds_grids(book: Workbook, table: str) -> bool:
    """Whether rotasi wrote a workbook.

    Parameters
    ----------
    book : Workbook
    table : str
        Name of the table, for messages.
    """
    if MARK not in book.names():
        return False
    mark = _read_mark(book, table)
    return bool(mark and mark[0] and mark[0][0] == MARK)


def read_grids(book: Workbook, table: str) -> pd.DataFrame:
    """Read the roster of all sheets that have a row per ASN and a column per day.

    People may have sorted, moved, renamed or copied what they like: a sheet counts if one of its
    rows holds the heading NIP and dates.

    Parameters
    ----------
    book : Workbook
    table : str
        Name of the table, for messages.

    Returns
    -------
    DataFrame of nip, date, status
        A row per cell that is filled; statuses as codes.

    Raises
    ------
    RosterError
        With the sheet, row and column of every cell that cannot be read.
    """
    labels = _read_labels(_read_mark(book, table), table)
    written = ", ".join(labels.values())
    advice = _("this is no status; write one of: {labels}").format(labels=written)
    words = learn(labels)
    rows: list[tuple[object, date, str]] = []
    problems: list[Problem] = []
    for name in book.names():
        cells, faults = book.load(name, name)
        grid = _Grid.find(name, cells, words)
        if grid is not None:
            rows += grid.read()
            problems += [*grid.find_faults(faults), *grid.find_problems(advice)]
    if problems:
        raise RosterError(problems)
    if not rows:
        text = _("no sheet holds a roster: a row with the heading NIP and a date above each day")
        raise RosterError([Problem(text, table)])
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)


@dataclass(frozen=True)
class _Grid:
    """The roster on one sheet.

    Parameters
    ----------
    sheet : str
    cells : sequence of rows of cells
    top : int
        The row of headings, from 0.
    nip : int
        The column of NIPs, from 0.
    days : mapping of column to date
    words : mapping of what people write, in lower case, to status codes
    """

    sheet: str
    cells: Sequence[Row]
    top: int
    nip: int
    days: dict[int, date]
    words: dict[str, str]

    @classmethod
    def find(cls, sheet: str, cells: Sequence[Row], words: dict[str, str]) -> _Grid | None:
        """The roster on a sheet, if there is one."""
        for row, line in enumerate(cells):
            days = {column: cell for column, cell in enumerate(line) if isinstance(cell, date)}
            if days and NIP in line:
                return cls(sheet, cells, row, list(line).index(NIP), days, words)
        return None

    def read(self) -> list[tuple[object, date, str]]:
        """Rows of nip, date and status of the cells that hold a known status."""
        return [
            (self.cells[row][self.nip], day, code)
            for row in self._people()
            for column, day in self.days.items()
            if (code := self._code(row, column))
        ]

    def find_problems(self, advice: str) -> Iterator[Problem]:
        """Cells that hold something else than a status, and rows of statuses without a NIP."""
        unknown = [
            self._problem((row, column), advice)
            for row in self._people()
            for column in self.days
            if self.cells[row][column] != "" and not self._code(row, column)
        ]
        nameless = [
            self._problem((row, self.nip), _("the row has statuses but no NIP; write it"))
            for row in range(self.top + 1, len(self.cells))
            if self.cells[row][self.nip] == "" and any(self._code(row, at) for at in self.days)
        ]
        yield from shorten(unknown)
        yield from shorten(nameless)
        yield from self._find_undated()

    def find_faults(self, faults: dict[str, list[Place]]) -> Iterator[Problem]:
        """Cells of the roster that read as something else than they show."""
        people, columns = set(self._people()), {self.nip, *self.days}
        for text, places in faults.items():
            inside = [(row, column) for row, column in places if row in people]
            found = [self._problem(place, text) for place in inside if place[1] in columns]
            yield from shorten(found)

    def _find_undated(self) -> Iterator[Problem]:
        """Columns between the days whose heading is no date any more."""
        text = _("the heading of this column is no date; restore it")
        for column in range(min(self.days), max(self.days)):
            if column not in self.days:
                yield self._problem((self.top, column), text)

    def _people(self) -> list[int]:
        """Rows with a NIP."""
        rows = range(self.top + 1, len(self.cells))
        return [row for row in rows if self.cells[row][self.nip] != ""]

    def _code(self, row: int, column: int) -> str:
        """The status in a cell; empty where there is none."""
        return self.words.get(fold(self.cells[row][column]), "")

    def _problem(self, place: Place, text: str) -> Problem:
        row, column = place
        day = self.days.get(column)
        name = _letters(column) + (f" ({day:%d/%m/%Y})" if day else "")
        return Problem(text, self.sheet, row=row + 1, column=name)


def _read_mark(book: Workbook, table: str) -> Sequence[Row]:
    return book.load(MARK, table)[0]


def _read_labels(lines: Sequence[Row], table: str) -> dict[str, str]:
    """The workbook's own labels of the codes."""
    schema = lines[0][1] if len(lines[0]) > 1 else None
    if not isinstance(schema, int) or schema > SCHEMA:
        message = _("a newer version of rotasi wrote this file; update rotasi")
        raise RosterError([Problem(message, table)])
    labels = {str(line[0]): str(line[1]) for line in lines[1:] if line[0] in CODES and line[1]}
    if not tell_apart(labels):
        message = _(
            "the labels on the sheet {sheet} do not tell the statuses apart; correct them there"
        )
        raise RosterError([Problem(message.format(sheet=MARK), table)])
    return labels


def _letters(column: int) -> str:
    """What a spreadsheet calls a column: A for 0, AA for 26."""
    letters, number = "", column + 1
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters
