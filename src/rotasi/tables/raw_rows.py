"""Rows of cells, as a spreadsheet shows them, become a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _, plural

#: Problems shown of one kind; a file with a wrong separator has as many as it has rows.
SHOWN = 20
_MOST_COLUMNS = 2_000

Row = Sequence[object]


def frame_from_rows(rows: Sequence[Row], table: str, dtype: type = object) -> pd.DataFrame:
    """Make a table of rows of cells; the first that is not empty is the heading.

    Parameters
    ----------
    rows : sequence of sequences
        All rows from the first of the sheet on, of one length; empty cells are ``""``.
    table : str
        Name of the table, for messages.
    dtype : type
        Of the columns.

    Returns
    -------
    DataFrame
        Without empty rows. The index holds the row numbers that a spreadsheet shows.

    Raises
    ------
    RosterError
        If there is no heading, or a column without one holds something.
    """
    filled = [number for number, row in enumerate(rows, start=1) if _has_content(row)]
    if not filled:
        raise RosterError([Problem(_("the table is empty; it needs a row of headings"), table)])
    heading, *numbers = filled
    check_width(len(rows[heading - 1]), table)
    frame = pd.DataFrame(
        [rows[number - 1] for number in numbers],
        columns=[str(name).strip() for name in rows[heading - 1]],
        index=pd.Index(numbers, dtype="int64"),
        dtype=dtype,
    )
    return _without_unnamed(frame, table)


def check_width(columns: int, table: str) -> None:
    """Refuse more columns than any table has, each of which takes time."""
    if columns > _MOST_COLUMNS:
        text = _("the table has {count} columns, more than {limit}; is it another file?")
        raise RosterError([Problem(text.format(count=columns, limit=_MOST_COLUMNS), table)])


def shorten(problems: Sequence[Problem], count: int | None = None) -> list[Problem]:
    """Keep the first problems of one kind in a table, and count the others, of `count` in all."""
    rest = (len(problems) if count is None else count) - SHOWN
    if rest <= 0:
        return list(problems)
    text = plural("and {count} more row like these", "and {count} more rows like these", rest)
    return [*problems[:SHOWN], Problem(text.format(count=rest), problems[0].table)]


def _has_content(row: Row) -> bool:
    return any(cell != "" for cell in row)


def _without_unnamed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    named = [name != "" for name in frame.columns]
    text = _("column {number} has no heading; give it one or empty it")
    problems = [
        Problem(text.format(number=place + 1), table, row=filled[0])
        for place, has_name in enumerate(named)
        if not has_name and len(filled := _filled_rows(frame.iloc[:, place]))
    ]
    if problems:
        raise RosterError(problems)
    return frame.loc[:, named]


def _filled_rows(column: pd.Series) -> pd.Index:
    return column.index[column != ""]
