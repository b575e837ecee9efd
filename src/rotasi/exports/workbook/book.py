"""An Excel workbook as it is written: plain cells, printable sheets, the same bytes every time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rotasi.errors import OutputError
from rotasi.exports.texts import capitalise, strip_controls
from rotasi.messages import _

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

#: What a sheet of Excel can hold.
MAX_ROWS, MAX_COLUMNS, MAX_TEXT, MAX_NAME = 1_048_576, 16_384, 32_767, 31

A4 = 9
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a file that is made again is the same
_LINE, _HIGHEST = 15.0, 405.0  # points; Excel has no higher rows
_HEADER = 60  # characters of a text in a page header, which holds 255 in all

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_RESERVED = "history"  # Excel keeps this name for itself


class Book:
    """A workbook that is being written.

    Parameters
    ----------
    workbook : xlsxwriter.Workbook
    title : str
        Shown in the header of each page.
    kept : sequence of str
        Names of sheets that are kept for `add` with `own`.
    """

    def __init__(self, workbook: Workbook, title: str, kept: Sequence[str]) -> None:
        self._workbook, self.removed = workbook, 0
        self._formats: dict[str, Format] = {}
        self._names = {_RESERVED, *(name.casefold() for name in kept)}
        self.title = self.clean(title)
        workbook.set_properties({"title": self.title[:_HEADER], "created": _CREATED})

    def add(self, name: str, rows: int, columns: int, *, own: bool = False) -> Sheet:
        """Add a sheet of a size, under the name that was kept or one as near as Excel allows.

        Raises
        ------
        OutputError
            If Excel cannot hold as much.
        """
        check_size(name, rows, columns)
        clean = self.clean(name)
        found = clean if own else find_name(clean, self._names)
        self._names.add(found.casefold())
        sheet = Sheet(self, self._workbook.add_worksheet(found))
        sheet.lay_out(self.title, clean)
        return sheet

    def format(self, **properties: Any) -> Format:
        """A format of cells; each is made once."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format({"valign": "vcenter"} | properties)
        return self._formats[key]

    def conditional(self, properties: Mapping[str, Any]) -> Format:
        """A format that is laid over that of a cell."""
        return self._workbook.add_format(dict(properties))

    def clean(self, text: str) -> str:
        """A text without control characters, which are counted."""
        found, count = strip_controls(text)
        self.removed += count
        return found


class Sheet:
    """A sheet that is being written. Text stays text: no formula, no link, no number.

    Parameters
    ----------
    book : Book
    page : xlsxwriter.worksheet.Worksheet
    """

    def __init__(self, book: Book, page: Worksheet) -> None:
        self.book, self.page = book, page

    def lay_out(self, title: str, name: str) -> None:
        """Set up the pages: A4 across, as wide as the sheet, with a header and page numbers."""
        page = self.page
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
        page.hide_gridlines(2)
        left, right = (text[:_HEADER].replace("&", "&&") for text in (title, name))
        page.set_header(f"&L{left}&R{right}")
        page.set_footer("&C" + _("page {page} of {pages}").format(page="&P", pages="&N"))

    def write(self, row: int, column: int, value: object, form: Format | None = None) -> None:
        """Write a cell: text, a number, a date, yes or no, or nothing."""
        if _is_nothing(value):
            self.page.write_blank(row, column, None, form)
        elif isinstance(value, bool | np.bool_):
            self.page.write_string(row, column, _("yes") if value else _("no"), form)
        elif isinstance(value, int | float | np.integer | np.floating):
            self.page.write_number(row, column, value, form)
        elif isinstance(value, date):
            self.page.write_datetime(row, column, value, form)
        else:
            self.page.write_string(row, column, self._fit(str(value), row, column), form)

    def write_table(self, row: int, headings: Sequence[str], rows: Sequence[Sequence[object]],
                    widths: Sequence[float], forms: Mapping[int, Mapping[str, Any]] | None = None,
                    ) -> int:  # fmt: skip
        """Write headings and rows, and return the row below.

        Parameters
        ----------
        row : int
            Of the headings.
        headings : sequence of str
        rows : sequence of rows of cells
        widths : sequence of float
            Of the columns, in characters.
        forms : mapping of column to properties
            Formats of whole columns beside the usual ones.
        """
        usual = boxed(text_wrap=True, valign="top")
        own = forms or {}
        cells = [self.book.format(**(usual | dict(own.get(i, {})))) for i in range(len(headings))]
        for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            self.page.set_column(column, column, width)
            self.write(row, column, capitalise(heading), self.heading())
        self.page.set_row(row, _height(headings, widths, bold=True))
        for number, values in enumerate(rows, start=row + 1):
            self.page.set_row(number, _height(values, widths))
            for column, value in enumerate(values):
                self.write(number, column, value, cells[column])
        self.page.autofilter(row, 0, row + max(len(rows), 1), len(headings) - 1)
        return row + 1 + len(rows)

    def heading(self, **properties: Any) -> Format:
        """The format of headings."""
        usual = {"bold": True, "border": 1, "bg_color": "#D9D9D9", "text_wrap": True}
        return self.book.format(**(usual | properties))

    def _fit(self, text: str, row: int, column: int) -> str:
        found = self.book.clean(text)
        # Excel counts as UTF-16 does.
        if len(found) > MAX_TEXT // 2 and len(found.encode("utf-16-le")) // 2 > MAX_TEXT:
            message = _(
                "sheet {sheet}, row {row}, column {column}: the text is longer than the {limit} "
                "characters that a cell holds; shorten it"
            )
            fields = {"sheet": self.page.get_name(), "row": row + 1, "column": column + 1}
            raise OutputError(message.format(**fields, limit=MAX_TEXT))
        return found


@contextmanager
def writing_book(target: BytesIO, title: str, kept: Sequence[str]) -> Iterator[Book]:
    """Give a workbook to write to, which is in `target` at the end of the ``with`` block.

    Parameters
    ----------
    target : BytesIO
    title : str
        What the workbook is about.
    kept : sequence of str
        Names of sheets that no other may take.

    Raises
    ------
    ImportError
        If xlsxwriter is missing.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        text = _('writing this format needs a package more: pip install "rotasi[{extra}]"')
        raise ImportError(text.format(extra="xlsx")) from error
    with Workbook(target, {"in_memory": True}) as workbook:
        book = Book(workbook, title, kept)
        yield book


def check_size(name: str, rows: int, columns: int) -> None:
    """Raise `OutputError` if a sheet of Excel cannot hold so many rows and columns."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        text = _(
            "sheet {name}: {rows} rows and {columns} columns are more than the {max_rows} and "
            "{max_columns} that Excel holds; write a CSV or Parquet file"
        )
        limits = {"max_rows": MAX_ROWS, "max_columns": MAX_COLUMNS}
        raise OutputError(text.format(name=name, rows=rows, columns=columns, **limits))


def find_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes for a sheet and that none has yet, in whatever case.

    Parameters
    ----------
    wanted : str
    taken : set of str
        Names of sheets, case-folded.
    """
    plain = _FORBIDDEN.sub("-", " ".join(wanted.split())).strip("'") or "-"
    name, number = _cut(plain, MAX_NAME), 1
    while name.casefold() in taken or name.endswith("'"):
        number += 1
        end = f" ({number})"
        name = _cut(plain, MAX_NAME - len(end)).rstrip("' ") + end
    return name


def boxed(**properties: Any) -> dict[str, Any]:
    """Properties of a cell with a fine grey line around it."""
    return {"border": 1, "border_color": "#A6A6A6"} | properties


def _height(values: Sequence[object], widths: Sequence[float], *, bold: bool = False) -> float:
    """The height of a row whose texts are folded into columns, in points.

    Spreadsheets work it out themselves only when somebody edits the row.
    """
    room = 0.8 if bold else 0.95  # characters of the text per character of the width
    lines = max(
        -(-len(value) // max(int(width * room), 1)) if isinstance(value, str) else 1
        for value, width in zip(values, widths, strict=True)
    )
    return min(max(lines, 1) * _LINE, _HIGHEST)


def _is_nothing(value: Any) -> bool:
    return value is None or value is pd.NA or value == "" or value != value  # NaN, NaT


def _cut(text: str, length: int) -> str:
    """The beginning of a text, of so many units of UTF-16 at most, by which Excel counts."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", errors="ignore")
