"""Columns of a table read and checked: every problem with its table, row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.text import (
    UNWRITABLE,
    UNWRITABLE_ADVICE,
    advise_endless,
    is_endless,
    is_writable,
)
from rotasi.support.types import Frame
from rotasi.tables.raw_rows import SHOWN, shorten
from rotasi.tables.schema import Column

_HOLDS_TEXT = (pd.StringDtype, pd.CategoricalDtype, pd.ArrowDtype, np.dtypes.ObjectDType)
_SEVERAL = frozenset({bytes, list, tuple, set, frozenset, dict, np.ndarray})


def rename_columns(name: str, frame: Frame, columns: Mapping[str, str]) -> Frame:
    """A table under our column names.

    Parameters
    ----------
    name : str
        Of the table, for messages.
    frame : DataFrame
    columns : mapping
        Own column names to ours.

    Raises
    ------
    RosterError
        With every heading that cannot be written.
    """
    problems = [
        Problem(_(UNWRITABLE_ADVICE), name, column=ascii(column))
        for column in frame.columns
        if not is_writable(str(column))
    ]
    if problems:
        raise RosterError(problems)
    return frame.rename(columns={own: ours for own, ours in columns.items() if own in frame})


def check_headings(name: str, frame: Frame, wanted: Mapping[str, Column]) -> list[Problem]:
    """Columns that a table lacks or has twice."""
    given = [str(column) for column in frame.columns]
    problems = [
        Problem(_("the column stands twice; keep one"), name, column=column)
        for column in sorted(column for column, count in Counter(given).items() if count > 1)
    ]
    for column, how in wanted.items():
        if how.required and column not in given:
            near = get_close_matches(column, [c.strip().lower() for c in given], n=1)
            found = [c for c in given if near and c.strip().lower() == near[0]]
            hint = _(" (there is {found!r}; rename it)").format(found=found[0]) if found else ""
            if column in frame.index.names:
                hint = _(" (it is the index; make it a column with reset_index)")
            problems.append(Problem(_("the column is missing") + hint, name, column=column))
    return problems


def check_cells(name: str, frame: Frame) -> list[Problem]:
    """Cells that no file can hold: several values, NUL characters, halves of surrogate pairs."""
    several = _("the cell holds no single text; write one, such as a;b;c for skills")
    endless = advise_endless()
    problems = []
    for place, column in enumerate(frame.columns):
        values = frame.iloc[:, place]
        if isinstance(values.dtype, _HOLDS_TEXT):
            found = _find_several(values)
            shown = values.map(lambda cell: type(cell).__name__) if found.any() else values
            problems += problems_at(name, str(column), shown, found, several)
            found = _find_endless(values)
            problems += problems_at(name, str(column), values.where(~found), found, endless)
            found = _find_unwritable(values)
            problems += problems_at(name, str(column), values, found, _(UNWRITABLE_ADVICE))
    return problems


@contextmanager
def naming(table: str) -> Iterator[None]:
    """Have errors of columns tell which table they stand in."""
    try:
        yield
    except RosterError as error:
        raise RosterError([replace(each, table=table) for each in error.problems]) from None


def _find_several(values: pd.Series) -> npt.NDArray[np.bool_]:
    if isinstance(values.dtype, pd.StringDtype) or _SEVERAL.isdisjoint(map(type, values)):
        return np.zeros(len(values), dtype=bool)
    return np.array([type(cell) in _SEVERAL for cell in values], dtype=bool)


def _find_endless(values: pd.Series) -> npt.NDArray[np.bool_]:
    """Numbers that Python may refuse to write."""
    if isinstance(values.dtype, pd.StringDtype) or int not in set(map(type, values)):
        return np.zeros(len(values), dtype=bool)
    return np.array([is_endless(cell) for cell in values], dtype=bool)


def _find_unwritable(values: pd.Series) -> npt.NDArray[np.bool_]:
    if isinstance(values.dtype, pd.StringDtype) and values.dtype.storage == "pyarrow":
        # Arrow cannot hold surrogates, and looks for NUL without a loop.
        return values.str.contains("\0", regex=False).fillna(False).to_numpy(bool)
    texts = [cell if isinstance(cell, str) else "" for cell in values]
    whole = "".join(texts)  # one search is faster than one for each
    if (whole.isascii() and "\0" not in whole) or not UNWRITABLE.search(whole):
        return np.zeros(len(texts), dtype=bool)
    return np.array([UNWRITABLE.search(text) is not None for text in texts], dtype=bool)


def read_column(
    table: str, column: str, how: Column, frame: Frame, problems: list[Problem]
) -> pd.Series:
    """A column as its type reads it, empty where the table lacks it; problems are appended."""
    if column not in frame:
        return read_nothing(how).repeat(len(frame)).set_axis(frame.index)
    given = frame[column]
    with naming(table):
        values, bad = how.read(given)
    problems += problems_at(table, column, given, bad, _(how.advice) if how.advice else "")
    if how.required:
        empty = (values.isna() | values.eq("")).to_numpy(bool) & ~bad
        problems += problems_at(table, column, given, empty, _("the cell is empty; fill it in"))
    return values


@cache
def read_nothing(how: Column) -> pd.Series:
    """An empty cell as a column reads it."""
    return how.read(pd.Series([""], dtype="str"))[0]


def problems_at(
    table: str, column: str, values: pd.Series, where: npt.NDArray[np.bool_], message: str
) -> list[Problem]:
    """A problem for each of the first flagged rows, with its value; the others are counted."""
    if not where.any():
        return []
    found = values[where]
    problems = [
        Problem(message, table, row, column, None if pd.isna(value) or value == "" else value)
        for row, value in zip(found.index, found.iloc[: SHOWN + 1], strict=False)
    ]
    return shorten(problems, len(found))


def unknown_at(table: str, nips: pd.Series, rows: npt.NDArray[np.int64]) -> list[Problem]:
    """A problem for each of the first NIPs that no employee has, by the rows found: -1 = none."""
    message = _("no employee has this NIP; correct it or add the employee")
    return problems_at(table, "nip", nips, rows < 0, message)
