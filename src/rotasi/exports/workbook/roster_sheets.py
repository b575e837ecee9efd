"""The roster of an OPD as its head expects it: a row per ASN, a column per workday, totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from rotasi.exports.headcounts import Heads
from rotasi.exports.protocol import Subject
from rotasi.exports.texts import capitalise
from rotasi.exports.workbook.book import Book, Sheet, boxed
from rotasi.messages import SOURCE, _, language, weekday_name
from rotasi.model.facts import LEAVE, WFH, WFO, Ints
from rotasi.support.calendar import as_date
from rotasi.tables.edited_workbooks import NIP

if TYPE_CHECKING:
    from xlsxwriter.format import Format

LEGEND, WEEKDAYS, HEADINGS = 2, 3, 4  # rows, from 0; people begin below the headings

#: Shades apart enough for black-and-white print, beside the words and their weight.
LOOKS: dict[int, dict[str, Any]] = {
    WFO: {"bg_color": "#FFFFFF", "font_color": "#000000"},
    WFH: {"bg_color": "#CFE2F3", "font_color": "#0B3D66", "bold": True},
    LEAVE: {"bg_color": "#B7B7B7", "font_color": "#000000", "italic": True},
}
_SHORT: dict[str, Any] = {"bg_color": "#C00000", "font_color": "#FFFFFF", "bold": True}
#: Days on one page across; more would be too small to read.
_PAGE_DAYS = 31
_WIDEST = 32  # characters of a column about people
_DATES = {SOURCE: "[$-409]d mmm", "id": "[$-421]d mmm"}


@dataclass(frozen=True)
class SheetData:
    """What all sheets of a workbook share.

    Parameters
    ----------
    subject : Subject
    heads : Heads
    """

    subject: Subject
    heads: Heads

    @cached_property
    def labels(self) -> list[str]:
        """What people read for each status code."""
        labels = self.subject.policy.labels
        return [labels.WFO, labels.WFH, labels.LEAVE]

    @cached_property
    def days(self) -> list[date]:
        """The workdays."""
        return [as_date(day) for day in self.subject.instance.facts.days]

    @cached_property
    def week_starts(self) -> list[bool]:
        """Whether each workday is the first of its ISO week in the period."""
        weeks = [day.isocalendar()[:2] for day in self.days]
        return [i == 0 or week != weeks[i - 1] for i, week in enumerate(weeks)]

    @cached_property
    def people(self) -> dict[str, list[str]]:
        """Columns about people: heading and texts, in roster order."""
        table = self.subject.roster.employees
        columns = {NIP: table["nip"].tolist()}  # by this heading it is read back
        if (table["name"] != "").any():
            columns[_("name")] = table["name"].tolist()
        posts = zip(table["position"], table["unit"], strict=True)
        joined = [", ".join(filter(None, post)) for post in posts]
        if any(joined):
            columns[_("position, unit")] = joined
        return columns

    def period(self) -> str:
        """The first and last date."""
        return "{} – {}".format(*(f"{day:%d/%m/%Y}" for day in (self.days[0], self.days[-1])))


def write_roster_sheets(book: Book, data: SheetData) -> None:
    """Write a sheet per OPD."""
    for number, opd in enumerate(data.heads.opds.labels):
        rows = np.flatnonzero(data.heads.opds.of == number)
        _RosterSheet(book, data, str(opd), number, rows).write()


class _RosterSheet:
    """The sheet of one OPD."""

    def __init__(self, book: Book, data: SheetData, opd: str, number: int, rows: Ints) -> None:
        self.data, self.opd, self.number, self.rows = data, opd, number, rows
        self.first = 1 + len(data.people)  # column of the first day
        self.last = self.first + len(data.days) - 1
        self.top, self.bottom = HEADINGS + 1, HEADINGS + len(rows)
        self.sheet: Sheet = book.add(opd, self.bottom + 7, self.last + 4)

    def write(self) -> None:
        self._write_head()
        self._write_headings()
        self._write_people()
        self._write_statuses()
        self._write_sums_of_days()
        self._colour()
        self._arrange()

    def _write_head(self) -> None:
        sheet, labels = self.sheet, self.data.labels
        name = f"{self.data.subject.policy.name}   {self.data.period()}"
        meanings = zip(labels, (_("on site"), _("remote"), _("on leave")), strict=True)
        legend = "; ".join(f"{label} = {meaning}" for label, meaning in meanings)
        sheet.write(0, 0, self.opd, sheet.book.format(bold=True, font_size=14))
        sheet.write(1, 0, name.strip(), sheet.book.format())
        sheet.write(LEGEND, 0, legend, sheet.book.format(italic=True))
        for status, label in enumerate(labels):
            look = sheet.book.format(**(LOOKS[status] | boxed(align="center")))
            sheet.write(LEGEND, self.first + status, label, look)

    def _write_headings(self) -> None:
        sheet, data = self.sheet, self.data
        people = [_("no."), *data.people]
        for column, heading in enumerate(people):
            sheet.write(WEEKDAYS, column, None, sheet.heading(bottom=0))
            sheet.write(HEADINGS, column, capitalise(heading), sheet.heading(top=0))
        shape = _DATES[language()]
        for column, (day, starts) in enumerate(zip(data.days, data.week_starts, strict=True)):
            edge = {"align": "center", "left": 2 if starts else 1, "text_wrap": False}
            name = weekday_name(day.weekday())[:3]
            sheet.write(WEEKDAYS, self.first + column, name, sheet.heading(**edge))
            dated = sheet.heading(**edge, num_format=shape)
            sheet.write(HEADINGS, self.first + column, day, dated)
        for status, label in enumerate(data.labels):
            edge = {"align": "center", "left": 1 if status else 2, "text_wrap": False}
            title = capitalise(_("total")) if status == 0 else None
            sheet.write(WEEKDAYS, self.last + 1 + status, title, sheet.heading(**edge))
            sheet.write(HEADINGS, self.last + 1 + status, label, sheet.heading(**edge))

    def _write_people(self) -> None:
        sheet = self.sheet
        number = sheet.book.format(**boxed(align="center"))
        text = sheet.book.format(**boxed(num_format="@"))
        columns = list(self.data.people.values())
        for place, asn in enumerate(self.rows.tolist()):
            sheet.write(self.top + place, 0, place + 1, number)
            for column, texts in enumerate(columns, start=1):
                sheet.write(self.top + place, column, texts[asn], text)

    def _write_statuses(self) -> None:
        page, labels = self.sheet.page, self.data.labels
        forms, edges = (
            self._edges(boxed(align="center")),
            self._edges(boxed(align="center"), total=True),
        )
        grid = self.data.subject.grid[self.rows]
        totals = np.stack([(grid == status).sum(axis=1) for status in (WFO, WFH, LEAVE)], axis=1)
        span = f"{xl_col_to_name(self.first)}{{row}}:{xl_col_to_name(self.last)}{{row}}"
        sums = [f"=SUMPRODUCT(--({span}={self._label(status)}))" for status in (WFO, WFH, LEAVE)]
        pairs = zip(grid.tolist(), totals.tolist(), strict=True)
        for row, (codes, numbers) in enumerate(pairs, start=self.top):
            for column, code in enumerate(codes):
                page.write_string(row, self.first + column, labels[code], forms[column])
            for status, count in enumerate(numbers):
                formula = sums[status].format(row=row + 1)
                column = self.last + 1 + status
                page.write_formula(row, column, formula, edges[status], count)

    def _write_sums_of_days(self) -> None:
        """Totals that follow what people write into the cells."""
        heads, at = self.data.heads, self.number
        on_site, needed = self.bottom + 1, self.bottom + 2
        lines: list[tuple[str, Ints, str]] = [
            (_("on site"), heads.on_site[at], self._count(WFO)),
            (_("needed on site, at least"), heads.needed[at], ""),
            (_("beyond what is needed"), heads.spare[at],
             f"={{column}}{on_site + 1}-{{column}}{needed + 1}"),
            (_("remote"), heads.remote[at], self._count(WFH)),
            (_("on leave"), heads.leave[at], self._count(LEAVE)),
        ]  # fmt: skip
        for row, (title, numbers, formula) in enumerate(lines, start=on_site):
            first = {"top": 2} if row == on_site else {}
            self._write_line(row, title, numbers.tolist(), formula, first)

    def _write_line(
        self, row: int, title: str, numbers: Sequence[int], formula: str, look: dict[str, Any]
    ) -> None:
        sheet = self.sheet
        bold = {"bold": True, "bg_color": "#F2F2F2", "bottom": 1, "bottom_color": "#A6A6A6"} | look
        sheet.write(row, 0, capitalise(title), sheet.book.format(**bold))
        for column in range(1, self.first):
            sheet.write(row, column, None, sheet.book.format(**bold))
        forms = self._edges(boxed(align="center") | bold)
        for column, (number, form) in enumerate(zip(numbers, forms, strict=True), self.first):
            filled = formula.format(column=xl_col_to_name(column))
            if filled:
                sheet.page.write_formula(row, column, filled, form, number)
            else:
                sheet.write(row, column, number, form)

    def _count(self, status: int) -> str:
        """The formula that counts a status on a day; COUNTIF would take some labels as patterns."""
        cells = f"{{column}}{self.top + 1}:{{column}}{self.bottom + 1}"
        return f"=SUMPRODUCT(--({cells}={self._label(status)}))"

    def _label(self, status: int) -> str:
        """Where the legend has the label of a status."""
        return str(xl_rowcol_to_cell(LEGEND, self.first + status, row_abs=True, col_abs=True))

    def _edges(self, look: dict[str, Any], *, total: bool = False) -> list[Format]:
        """Formats of a row's days, or of its totals, with a thicker line where a week begins."""
        starts = [True, False, False] if total else self.data.week_starts
        return [
            self.sheet.book.format(**(look | ({"left": 2} if thick else {}))) for thick in starts
        ]

    def _colour(self) -> None:
        """Colours follow what people write; they choose from the labels."""
        page, book = self.sheet.page, self.sheet.book
        cells = (self.top, self.first, self.bottom, self.last)
        corner = xl_rowcol_to_cell(self.top, self.first)
        for status in (WFH, LEAVE):
            look = book.conditional(LOOKS[status])
            rule = {"type": "formula", "criteria": f"={corner}={self._label(status)}"}
            page.conditional_format(*cells, rule | {"format": look})
        spare = self.bottom + 3
        below = {"type": "cell", "criteria": "<", "value": 0, "format": book.conditional(_SHORT)}
        page.conditional_format(spare, self.first, spare, self.last, below)
        source = f"={self._label(WFO)}:{self._label(LEAVE)}"
        message = _("choose one of the list")
        page.data_validation(
            *cells, {"validate": "list", "source": source, "error_message": message}
        )

    def _arrange(self) -> None:
        """Widths, what stays in sight, the filter and the pages."""
        page, labels = self.sheet.page, self.data.labels
        page.set_column(0, 0, 4.5)
        for column, texts in enumerate(self.data.people.values(), start=1):
            longest = max(len(texts[asn]) for asn in self.rows.tolist())
            page.set_column(column, column, min(max(longest, 8) + 1.5, _WIDEST))
        longest = max(len(label) for label in labels)
        page.set_column(self.first, self.last, max(6.2, longest + 2))
        page.set_column(self.last + 1, self.last + 3, max(5.2, longest + 1.5))
        page.freeze_panes(self.top, min(self.first, 3))
        page.autofilter(HEADINGS, 0, self.bottom, self.last + 3)
        page.repeat_rows(WEEKDAYS, HEADINGS)
        if len(self.data.days) > _PAGE_DAYS:
            page.repeat_columns(0, min(2, self.first - 1))
            page.fit_to_pages(-(-len(self.data.days) // _PAGE_DAYS), 0)
        else:
            page.repeat_columns(0, self.first - 1)
