"""Plain facts about people and days, from which rules state their meaning; no solver in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.support.calendar import Calendar, Days
from rotasi.support.text import as_text, as_word
from rotasi.tables.schema import performance_scale

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
#: Status codes, shape (n, d).
Grid = npt.NDArray[np.int8]
Scope = Mapping[str, Sequence[object]]

#: Status codes of the compact grids; the last two only in hand-edited rosters and in `previous`.
WFO, WFH, LEAVE, MISSING, UNREADABLE = 0, 1, 2, -1, -2
STATUSES = ("WFO", "WFH", "LEAVE")


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """Rows of the previous roster before the period, as parallel arrays.

    Parameters
    ----------
    asn : ndarray of int64, shape (k,)
        Row of the ASN among the employees.
    day : ndarray of datetime64[D], shape (k,)
    status : ndarray of int8, shape (k,)
    """

    asn: Ints
    day: Days
    status: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Groups:
    """A partition of some ASN.

    Parameters
    ----------
    of : ndarray of int64, shape (n,)
        Group of each ASN; -1 = none.
    labels : ndarray of str, shape (g,)
        What people call the groups.
    """

    of: Ints
    labels: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.labels)

    def count(self, cells: Flags) -> Ints:
        """Count flagged members per group and day.

        Parameters
        ----------
        cells : ndarray of bool, shape (n, d)

        Returns
        -------
        ndarray of int64, shape (g, d)
        """
        asn, day = np.nonzero(cells & (self.of >= 0)[:, None])
        shape = (len(self), cells.shape[1])
        flat = np.bincount(self.of[asn] * shape[1] + day, minlength=shape[0] * shape[1])
        return flat.reshape(shape).astype(np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class Facts:
    """Roster, calendar and previous roster on the axes (ASN, workday).

    Parameters
    ----------
    employees : DataFrame, shape (n, …)
        In roster order; `service` is the effective one.
    calendar : Calendar
    start, end : date
        The period, inclusive.
    days : ndarray of datetime64[D], shape (d,)
        Its workdays.
    on_leave : ndarray of bool, shape (n, d)
    pins : ndarray of int8, shape (n, d)
        WFO, WFH or MISSING.
    wishes : ndarray of int64, shape (n, d)
        Summed weights of the wishes.
    past : History
        The previous roster before the period.
    previous : ndarray of int8, shape (n, d)
        The previous roster inside the period, MISSING where it has no row. In a revision, what
        is past as it was.
    barred : ndarray of bool, shape (n, d)
        Who must not be remote on a day by a hard rule on persons; filled in by `resolve`.
    banned : ndarray of bool, shape (n, d)
        Where a hard rule with `bans` holds, such as `no_remote_day`; likewise.
    begin : int
        Index of the first day that is still to be decided; those before it are past.
    """

    employees: pd.DataFrame
    calendar: Calendar
    start: date
    end: date
    days: Days
    on_leave: Flags
    pins: npt.NDArray[np.int8]
    wishes: Ints
    past: History
    previous: npt.NDArray[np.int8]
    barred: Flags
    banned: Flags
    begin: int = 0

    def __post_init__(self) -> None:
        """Nobody who reads them changes them for all others."""
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.setflags(write=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of ASN and of workdays."""
        return len(self.employees), len(self.days)

    @cached_property
    def may_be_remote(self) -> Flags:
        """ASN who may be remote on at least one workday, shape (n,)."""
        return np.logical_not(self.barred.all(axis=1))

    @cached_property
    def open(self) -> Flags:
        """Workdays that are still to be decided, shape (d,)."""
        days: Flags = np.arange(len(self.days)) >= self.begin
        return days

    @cached_property
    def past_remote(self) -> Flags:
        """Remote ASN-days of the period that are past, shape (n, d)."""
        remote: Flags = np.equal(self.previous, WFH)
        return remote & ~self.open

    @cached_property
    def performance(self) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]:
        """Ranks (-1 = none) and scores (NaN = none) of the ASN's performance."""
        return performance_scale(self.employees["performance"])

    @cached_property
    def past_remote_days(self) -> Ints:
        """Remote days before the period, shape (n,)."""
        return self.count_past_remote(np.ones(len(self.past.day), dtype=bool))

    def count_past_remote(self, where: Flags) -> Ints:
        """Remote days per ASN among the flagged rows of the past, shape (n,)."""
        rows = self.past.asn[where & (self.past.status == WFH)]
        return np.bincount(rows, minlength=len(self.employees)).astype(np.int64)

    def select(self, scope: Scope, without: Scope | None = None) -> Flags:
        """ASN that a scope reaches and an exception does not take out again.

        Parameters
        ----------
        scope, without : mapping of column to values
            AND across columns, OR inside a list; ``skills`` matches any tag.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        chosen = self._matches(scope)
        return chosen & ~self._matches(without) if without else chosen

    def group(self, by: Sequence[str], members: Flags) -> Groups:
        """Partition the members by columns; an empty value belongs to no group.

        Parameters
        ----------
        by : sequence of str
            Columns; none at all makes one group.
        members : ndarray of bool, shape (n,)

        Returns
        -------
        Groups
            In alphabetical order of their columns.
        """
        named, key = members.copy(), np.zeros(len(members), dtype=np.int64)
        columns = [self.text(column) for column in by]
        for text in columns:
            codes, values = pd.factorize(text, sort=True)
            named &= (text != "").to_numpy(bool)
            _, key = np.unique(key * len(values) + codes, return_inverse=True)
        of = np.full(len(members), -1, dtype=np.int64)
        _, first, of[named] = np.unique(key[named], return_index=True, return_inverse=True)
        example = np.flatnonzero(named)[first]
        parts = zip(*(text.iloc[example] for text in columns), strict=True)
        labels = [" / ".join(part) for part in parts] if columns else [""] * len(first)
        return Groups(of, np.array(labels, dtype=object))

    @cached_property
    def opds(self) -> Groups:
        """The OPD of each ASN, in alphabetical order."""
        return self.group(["opd"], np.ones(len(self.employees), dtype=bool))

    def between(self, start: date | None, end: date | None) -> Flags:
        """Workdays of the period within two inclusive dates, shape (d,)."""
        return within(self.days, start, end)

    def text(self, column: str) -> pd.Series:
        """A column of the employees as clean text."""
        values = self.employees[column]
        return values if pd.api.types.is_string_dtype(values.dtype) else as_text(values)

    def _matches(self, scope: Scope) -> Flags:
        chosen = np.ones(len(self.employees), dtype=bool)
        for column, values in scope.items():
            wanted = {as_word(value) for value in values}
            text = self.text(column)
            found = _has_tag(text, wanted) if column == "skills" else text.isin(wanted)
            chosen &= found.to_numpy(bool)
        return chosen


def within(days: Days, start: date | None, end: date | None) -> Flags:
    """Tell which days lie within two inclusive dates; None is open."""
    inside = np.ones(len(days), dtype=bool)
    if start is not None:
        inside &= days >= np.datetime64(start)
    if end is not None:
        inside &= days <= np.datetime64(end)
    return inside


def _has_tag(text: pd.Series, wanted: set[str]) -> pd.Series:
    tags = {
        value: any(tag.strip() in wanted for tag in value.split(";")) for value in text.unique()
    }
    return text.map(tags).astype(bool)
