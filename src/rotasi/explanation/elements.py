"""What hard forms demand, in elements that can be left out one by one: (rule, group, dates)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np

from rotasi.model.constraints import (
    UNLIMITED,
    CellCost,
    CommonDays,
    Cover,
    Flags,
    Hard,
    Ints,
    Mask,
    SameStatus,
    Term,
    Window,
)
from rotasi.model.evaluation import sum_groups

#: Which side of the number of remote days or ASN an element bounds; an indicator bounds neither.
LOW, NEITHER, HIGH = -1, 0, 1

#: Rules of masks that always hold: leave, and what somebody asks about.
LEAVE, ASKED = "leave", "asked"

#: Group (-1 = all whom the form reaches), first day, last day, side.
_Cut = tuple[int, int, int, int]


@dataclass(frozen=True)
class Excerpt:
    """Some elements of one form, as arrays of shape (k,): as in `Elements`."""

    group: Ints
    first: Ints
    side: Ints


@dataclass(frozen=True)
class Elements:
    """Everything that some forms demand, element by element; arrays of shape (k,).

    A mask falls apart by days, a window by sides, a cover by groups, days and sides, a tie by
    groups and days, a gathering by groups. Leave is a fact, and what is asked about is given: they
    are no elements and always hold.

    Parameters
    ----------
    forms : tuple of Mask, Window, Cover, SameStatus or CommonDays
    form : ndarray of int64
        Index of the form that demands the element.
    group, first, last, side : ndarray of int64
        The form's group, -1 = all whom it reaches; day indices, inclusive; LOW, NEITHER or HIGH.
    """

    forms: tuple[Hard, ...]
    form: Ints
    group: Ints
    first: Ints
    last: Ints
    side: Ints

    def __len__(self) -> int:
        return len(self.form)

    def keep(self, kept: Flags) -> list[tuple[int, Hard]]:
        """The forms, each with its index, with only some of their elements.

        Parameters
        ----------
        kept : ndarray of bool, shape (k,)
        """
        return [
            (number, form)
            for number, whole in enumerate(self.forms)
            for form in self._restrict(number, whole, kept)
        ]

    def price(self, chosen: Flags) -> list[Term]:
        """Some elements as soft forms at a price of one per unit; without what is no element."""
        return [
            soften(form)
            for number in np.unique(self.form[chosen]).tolist()
            for form in self._restrict(number, self.forms[number], chosen)
        ]

    def spare(self, rows: Flags, chosen: Flags) -> Iterator[Hard]:
        """The forms, of which some elements say nothing of some rows.

        Parameters
        ----------
        rows : ndarray of bool, shape (n,)
        chosen : ndarray of bool, shape (k,)
            Elements of masks and windows.
        """
        for number, form in enumerate(self.forms):
            (mine,) = np.nonzero((self.form == number) & chosen)
            excerpt = Excerpt(self.group[mine], self.first[mine], self.side[mine])
            yield spare(form, rows, excerpt) if len(mine) else form

    def _restrict(self, number: int, form: Hard, kept: Flags) -> Iterator[Hard]:
        mine = self.form == number
        if not mine.any():
            yield form
            return
        (chosen,) = np.nonzero(mine & kept)
        if len(chosen):
            yield restrict(form, Excerpt(self.group[chosen], self.first[chosen], self.side[chosen]))


def cut(forms: Sequence[Hard]) -> Elements:
    """Cut hard forms into elements.

    Parameters
    ----------
    forms : sequence of Mask, Window, Cover, SameStatus or CommonDays

    Returns
    -------
    Elements
    """
    found = [(number, *element) for number, form in enumerate(forms) for element in _cut(form)]
    table = np.array(found, dtype=np.int64).reshape(len(found), 5)
    return Elements(tuple(forms), *table.T)


def _cut(form: Hard) -> Iterator[_Cut]:
    match form:
        case Mask():
            return _cut_mask(form)
        case Window():
            return _cut_window(form)
        case Cover():
            return _cut_cover(form)
        case SameStatus():
            return _cut_same_status(form)
        case CommonDays():
            return _cut_common_days(form)
        case _:
            assert_never(form)


def _cut_mask(form: Mask) -> Iterator[_Cut]:
    if form.rule not in (LEAVE, ASKED):
        for day in np.flatnonzero(form.cells.any(axis=0)).tolist():
            yield -1, day, day, LOW if form.remote else HIGH


def _cut_window(form: Window) -> Iterator[_Cut]:
    if (form.low > 0).any():
        yield -1, form.first, form.last, LOW
    if (form.high <= form.last - form.first).any():
        yield -1, form.first, form.last, HIGH


def _cut_cover(form: Cover) -> Iterator[_Cut]:
    heads = np.bincount(form.group[form.group >= 0], minlength=len(form.labels))[:, None]
    for side, speaks in ((LOW, form.low > 0), (HIGH, form.high < heads)):
        for group, day in zip(*np.nonzero(speaks), strict=True):
            yield int(group), int(day), int(day), side


def _cut_same_status(form: SameStatus) -> Iterator[_Cut]:
    tied = sum_groups(form.group, len(form.labels), form.cells) > 1
    for group, day in zip(*np.nonzero(tied), strict=True):
        if not form.drawn:
            yield int(group), int(day), int(day), NEITHER
    for group in np.flatnonzero(tied.any(axis=1)).tolist() if form.drawn else []:
        days = np.flatnonzero(tied[group])
        yield group, int(days[0]), int(days[-1]), NEITHER


def _cut_common_days(form: CommonDays) -> Iterator[_Cut]:
    for group in np.unique(form.group[form.group >= 0]).tolist():
        yield group, form.first, form.last, NEITHER


def restrict(form: Hard, excerpt: Excerpt) -> Hard:
    """A form with only some of its elements."""
    match form:
        case Mask():
            days = np.isin(np.arange(form.cells.shape[1]), excerpt.first)
            return replace(form, cells=form.cells & days)
        case Window():
            return _restrict_window(form, excerpt)
        case Cover():
            return _restrict_cover(form, excerpt)
        case SameStatus():
            return _restrict_same_status(form, excerpt)
        case CommonDays():
            return replace(form, group=np.where(np.isin(form.group, excerpt.group), form.group, -1))
        case _:
            assert_never(form)


def spare(form: Hard, rows: Flags, excerpt: Excerpt) -> Hard:
    """A mask or window, some elements of which say nothing of some rows."""
    match form:
        case Mask():
            days = np.isin(np.arange(form.cells.shape[1]), excerpt.first)
            return replace(form, cells=form.cells & ~(rows[:, None] & days))
        case Window():
            width = form.last - form.first + 1
            low = np.where(rows & (LOW in excerpt.side), 0, form.low)
            high = np.where(rows & (HIGH in excerpt.side), width, form.high)
            return replace(form, low=low, high=high)
        case Cover() | SameStatus() | CommonDays():
            raise AssertionError("what a form asks of groups is asked of all their members")
        case _:
            assert_never(form)


def _restrict_window(form: Window, excerpt: Excerpt) -> Hard:
    width = np.int64(form.last - form.first + 1)
    low = form.low if LOW in excerpt.side else np.zeros_like(form.low)
    high = form.high if HIGH in excerpt.side else np.full_like(form.high, width)
    return replace(form, low=low, high=high)


def _restrict_cover(form: Cover, excerpt: Excerpt) -> Hard:
    low, high = np.zeros_like(form.low), np.full_like(form.high, UNLIMITED)
    for bound, whole, which in ((low, form.low, LOW), (high, form.high, HIGH)):
        at = excerpt.group[excerpt.side == which], excerpt.first[excerpt.side == which]
        bound[at] = whole[at]
    return replace(form, low=low, high=high)


def _restrict_same_status(form: SameStatus, excerpt: Excerpt) -> Hard:
    if form.drawn:
        return replace(form, group=np.where(np.isin(form.group, excerpt.group), form.group, -1))
    kept = np.zeros((len(form.labels) + 1, form.cells.shape[1]), dtype=bool)
    kept[excerpt.group, excerpt.first] = True  # the spare last row is read by those of no group
    return replace(form, cells=form.cells & kept[form.group])


def soften(form: Hard) -> Term:
    """A hard form at a price of one for each unit by which it is missed."""
    match form:
        case Mask():
            nothing = np.zeros(form.cells.shape, dtype=np.int64)
            cost = form.cells.astype(np.int64)
            return CellCost(nothing, cost) if form.remote else CellCost(cost, nothing)
        case Window() | Cover() | SameStatus() | CommonDays():
            return replace(form, penalty=1)
        case _:
            assert_never(form)
