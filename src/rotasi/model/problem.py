"""A roster under a policy as arrays: the narrow waist. Nothing behind it knows a rule by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeGuard, assert_never

import numpy as np
import numpy.typing as npt

from rotasi.model.constraints import (
    CellCost,
    CommonDays,
    Cover,
    Flags,
    Form,
    Indicator,
    Ints,
    Mask,
    Places,
    SameStatus,
    Term,
    Tier,
    Window,
)


@dataclass(frozen=True)
class Problem:
    """What is to be decided: for each row and day, how many of its members are remote.

    A row is an ASN, or after folding a class of interchangeable ASN.

    Parameters
    ----------
    size : ndarray of int64, shape (n,)
        Members of each row.
    opd : ndarray of int64, shape (n,)
        OPD of each row, as an index into `opds`.
    opds : ndarray of str
    low, high : ndarray of int8, shape (n, d)
        Fewest and most remote days (0 or 1) of each member per day; ``low > high`` is a conflict.
    decided_low, decided_high : ndarray of int16, shape (n, d)
        Rule, as an index into `rules`, that raised `low` or lowered `high`; -1 = none.
    rules : tuple of str
        Ids of the rules behind masks.
    windows : tuple of Window
        Hard ones.
    covers : tuple of Cover
        Hard ones.
    indicators : tuple of SameStatus or CommonDays
        Hard ones.
    tiers : tuple of Tier
        Lexicographic objectives, to be minimised, one at least; soft rules make the first.
    """

    size: Ints
    opd: Ints
    opds: npt.NDArray[np.object_]
    low: npt.NDArray[np.int8]
    high: npt.NDArray[np.int8]
    decided_low: npt.NDArray[np.int16]
    decided_high: npt.NDArray[np.int16]
    rules: tuple[str, ...]
    windows: tuple[Window, ...]
    covers: tuple[Cover, ...]
    indicators: tuple[Indicator, ...]
    tiers: tuple[Tier, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of days."""
        return self.low.shape[0], self.low.shape[1]

    @cached_property
    def free(self) -> Flags:
        """Cells that are not decided, shape (n, d)."""
        return self.low < self.high

    @cached_property
    def extreme_totals(self) -> tuple[Ints, Ints]:
        """Fewest and most remote days per member over all days, as masks and windows imply."""
        return _run_through(self)

    @property
    def terms(self) -> list[Term]:
        """The terms of all objectives."""
        return [term for tier in self.tiers for term in tier.terms]

    @property
    def draws(self) -> list[SameStatus]:
        """Ties, hard or soft, whose groups are still to be formed."""
        forms = (*self.indicators, *self.terms)
        return [form for form in forms if isinstance(form, SameStatus) and form.drawn]

    def place(self, places: Places) -> Problem:
        """The problem with all groups formed.

        Parameters
        ----------
        places : mapping of str to ndarray of int64, shape (n,)
            By rule, the part of its group that each row belongs to.
        """
        tiers = (tier.place(places) for tier in self.tiers)
        indicators = (
            indicator.place(places) if isinstance(indicator, SameStatus) else indicator
            for indicator in self.indicators
        )
        return replace(self, indicators=tuple(indicators), tiers=tuple(tiers))

    def take(self, rows: Ints, first: int, last: int) -> Problem:
        """The part of the problem on some rows and the days from `first` to `last`.

        Parameters
        ----------
        rows : ndarray of int64
        first, last : int
            Day indices, inclusive. Windows and common days across their edge are dropped, so a
            block must not cut one that binds.
        """
        days = slice(first, last + 1)
        windows = [form for form in self.windows if form.lies_within(first, last)]
        indicators = [form for form in self.indicators if form.lies_within(first, last)]
        return replace(
            self,
            size=self.size[rows],
            opd=self.opd[rows],
            low=self.low[rows, days],
            high=self.high[rows, days],
            decided_low=self.decided_low[rows, days],
            decided_high=self.decided_high[rows, days],
            windows=tuple(window.take(rows, first, last) for window in windows),
            covers=tuple(cover.take(rows, first, last) for cover in self.covers),
            indicators=tuple(indicator.take(rows, first, last) for indicator in indicators),
            tiers=tuple(tier.take(rows, first, last) for tier in self.tiers),
        )


@dataclass(frozen=True)
class Block:
    """Rows and a run of days of a problem.

    Parameters
    ----------
    rows : ndarray of int64
        Row indices in the whole problem.
    first, last : int
        Day indices, inclusive.
    problem : Problem
        That part of the problem.
    """

    rows: Ints
    first: int
    last: int
    problem: Problem

    @property
    def opds(self) -> tuple[str, ...]:
        """OPDs of the block."""
        return tuple(self.problem.opds[np.unique(self.problem.opd)])


@dataclass(frozen=True)
class Axes:
    """The rows and days that forms speak of.

    Parameters
    ----------
    opd : ndarray of int64, shape (n,)
        OPD of each row, as an index into `opds`.
    opds : ndarray of str
    days : int
        Number of days.
    """

    opd: Ints
    opds: npt.NDArray[np.object_]
    days: int

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and of days."""
        return len(self.opd), self.days


def assemble(
    forms: Sequence[Form], axes: Axes, goals: Sequence[Tier] = (), soft: bool = False
) -> Problem:
    """Put forms together to a problem with rows of size 1.

    Parameters
    ----------
    forms : sequence of Form
        Those with a price are soft.
    axes : Axes
    goals : sequence of Tier
        Objectives behind the soft forms.
    soft : bool
        Whether the price of soft forms leads the objectives.

    Returns
    -------
    Problem
    """
    hard = _Hard.sort(forms)
    low, decided_low = _overlay(hard.masks, axes.shape, remote=True)
    high, decided_high = _overlay(hard.masks, axes.shape, remote=False)
    priced = Tier("penalty", 1, tuple(form for form in forms if is_soft(form)))
    return Problem(
        size=np.ones(axes.shape[0], dtype=np.int64),
        opd=axes.opd,
        opds=axes.opds,
        low=low,
        high=(1 - high).astype(np.int8),
        decided_low=decided_low,
        decided_high=decided_high,
        rules=tuple(mask.rule for mask in hard.masks),
        windows=tuple(hard.windows),
        covers=tuple(hard.covers),
        indicators=tuple(hard.indicators),
        tiers=((priced,) if soft else ()) + tuple(goals),
    )


@dataclass
class _Hard:
    """Hard forms, each kind in its place."""

    masks: list[Mask] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)

    @classmethod
    def sort(cls, forms: Iterable[Form]) -> _Hard:
        """Sort forms by their kind; those with a price are left out."""
        found = cls()
        for form in forms:
            if is_soft(form):
                continue
            match form:
                case Mask():
                    found.masks.append(form)
                case Window():
                    found.windows.append(form)
                case Cover():
                    found.covers.append(form)
                case SameStatus() | CommonDays():
                    found.indicators.append(form)
                case CellCost():
                    raise AssertionError("a cost is never hard")
                case _:
                    assert_never(form)
        return found


def _run_through(problem: Problem) -> tuple[Ints, Ints]:
    """Bounds of everybody's total from a run through the days.

    ``fewest[d] <= remote days before day d <= most[d]``. One day more adds what masks allow; and if
    a window ends with it, the days before the window plus what the window allows are bounds too. So
    the bounds hold for any windows. Where windows are nested or apart, and there is a solution,
    some solution attains them: inside a window its parts add up, and nothing outside reaches in.
    """
    people, days = problem.shape
    fewest, most = [np.zeros(people, dtype=np.int64)], [np.zeros(people, dtype=np.int64)]
    ending: dict[int, list[Window]] = {}
    for window in problem.windows:
        ending.setdefault(window.last, []).append(window)
    for day in range(days):
        low, high = fewest[day] + problem.low[:, day], most[day] + problem.high[:, day]
        for window in ending.get(day, []):
            low = np.maximum(low, fewest[window.first] + window.low)
            high = np.minimum(high, most[window.first] + window.high)
        fewest.append(low)
        most.append(high)
    return fewest[-1], most[-1]


def is_soft(form: Form) -> TypeGuard[CellCost | Window | Cover | Indicator]:
    """Whether a form has a price instead of having to hold."""
    return isinstance(form, CellCost) or form.penalty > 0


def _overlay(
    masks: list[Mask], shape: tuple[int, int], *, remote: bool
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int16]]:
    """Cells that masks of one kind decide, and the first mask that does, shapes (n, d)."""
    decided = np.full(shape, -1, dtype=np.int16)
    for number, mask in enumerate(masks):
        if mask.remote is remote:
            decided[mask.cells & (decided < 0)] = number
    return (decided >= 0).astype(np.int8), decided
