"""The narrow waist: the few array forms that every rule and objective compiles to.

Axes: ``n`` rows (an ASN each, or after folding a class of interchangeable ASN), ``d`` workdays,
``g`` groups. In formulas ``x[c,d]`` is the number of remote members of row c on day d, and ``m[c]``
the size of the row. Bounds of masks and windows hold for each member, costs of cells and balances
are each member's; only covers, levels and indicators count heads.

A new form is a class here and its place in the unions `Hard` and `Term`; mypy then names every
``match`` that has to say what it means there. CONTRIBUTING.md walks through it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
#: By rule, the part of its group that each row belongs to, shape (n,); -1 outside its groups.
Places = Mapping[str, Ints]

#: A bound on head counts that nothing reaches: no bound at all.
UNLIMITED = np.int64(2**31)


class ArrayForm(ABC):
    """An array form: something that is demanded, or priced, of rows and days.

    Attributes
    ----------
    rule : str
        Id of the rule that states it; empty for objectives.
    penalty : int
        0 = hard, or a cost of its own; otherwise the price of each unit by which it is missed.
    group : ndarray of int64, shape (n,), or None
        Rows of one group are coupled by it; -1 = in none. None = it couples no rows.
    """

    rule: str
    penalty: int
    group: Ints | None

    @property
    def span(self) -> tuple[int, int] | None:
        """First and last day that it binds together; None = it reads each day by itself, or all."""
        return None

    @abstractmethod
    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The form seen from some rows and the days from `first` to `last`.

        Groups without a row there vanish.
        """

    def lies_within(self, first: int, last: int) -> bool:
        """Whether it binds no other days together than those from `first` to `last`."""
        return self.span is None or (first <= self.span[0] and self.span[1] <= last)


@dataclass(frozen=True)
class Mask(ArrayForm):
    """Cells that are decided: ``x[c,d] = m[c]`` where remote, ``x[c,d] = 0`` where not.

    Parameters
    ----------
    rule : str
        Id of the rule that decides.
    cells : ndarray of bool, shape (n, d)
    remote : bool
        What the rule demands in these cells.
    """

    penalty = 0
    group = None

    rule: str
    cells: Flags
    remote: bool

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The mask seen from some rows and the days from `first` to `last`."""
        return replace(self, cells=self.cells[rows, first : last + 1])


@dataclass(frozen=True)
class Window(ArrayForm):
    """Bounds on each member's remote days in a run of consecutive workdays.

    ``m[c] low[c] <= Σ_{d = first … last} x[c,d] <= m[c] high[c]``

    Parameters
    ----------
    rule : str
    first, last : int
        Day indices, both included.
    low, high : ndarray of int64, shape (n,)
        ``low <= remote days of the member in the run <= high``.
    penalty : int
        0 = hard; otherwise the price of each day short or over.
    """

    group = None

    rule: str
    first: int
    last: int
    low: Ints
    high: Ints
    penalty: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """The days that it counts."""
        return self.first, self.last

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The window seen from some rows and the days from `first` to `last`."""
        return replace(
            self,
            first=self.first - first,
            last=self.last - first,
            low=self.low[rows],
            high=self.high[rows],
        )


@dataclass(frozen=True)
class Cover(ArrayForm):
    """Bounds on the number of a group's members who are remote, day by day.

    ``low[g,d] <= Σ_{c in g} x[c,d] <= high[g,d]``

    Parameters
    ----------
    rule : str
    group : ndarray of int64, shape (n,)
        Group of each row; -1 = none.
    labels : ndarray of str, shape (g,)
        What people call the groups.
    low, high : ndarray of int64, shape (g, d)
        ``low <= remote members on the day <= high``.
    penalty : int
        0 = hard; otherwise the price of each ASN short or over.
    present : ndarray of int64, shape (g, d), optional
        Members not on leave, where the rule speaks of those on site: what they are, less those
        remote. Only words need it.
    """

    rule: str
    group: Ints
    labels: npt.NDArray[np.object_]
    low: Ints
    high: Ints
    penalty: int = 0
    present: Ints | None = None

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The cover seen from some rows and days; groups without a row there vanish."""
        kept, group = _renumber(self.group[rows])
        days = slice(first, last + 1)
        return replace(
            self,
            group=group,
            labels=self.labels[kept],
            low=self.low[kept, days],
            high=self.high[kept, days],
            present=None if self.present is None else self.present[kept, days],
        )


@dataclass(frozen=True)
class CellCost(ArrayForm):
    """A cost for each ASN-day, by whether it is remote.

    ``Σ_{c,d} remote[c,d] x[c,d] + otherwise[c,d] (m[c] - x[c,d])``

    Parameters
    ----------
    remote, otherwise : ndarray of int64, shape (n, d)
        What the cell costs when it is remote and when it is not (leave included).
    """

    rule = ""
    penalty = 0
    group = None

    remote: Ints
    otherwise: Ints

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The costs of some rows and days."""
        days = slice(first, last + 1)
        return replace(self, remote=self.remote[rows, days], otherwise=self.otherwise[rows, days])


@dataclass(frozen=True)
class Balance(ArrayForm):
    """The square of each counted member's remote days, history included.

    ``Σ_i (history[i] + Σ_d x[i,d])²`` over members i; of a class, shared out evenly.

    Parameters
    ----------
    history : ndarray of int64, shape (n,)
        Remote days before the period.
    counted : ndarray of bool, shape (n,)
    """

    rule = ""
    penalty = 0
    group = None

    history: Ints
    counted: Flags

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The balance of some rows; it spans all days, so a block never cuts it."""
        return replace(self, history=self.history[rows], counted=self.counted[rows])


@dataclass(frozen=True)
class Level(ArrayForm):
    """The square of each group's remote count on each day: ``Σ_{g,d} (Σ_{c in g} x[c,d])²``.

    Parameters
    ----------
    group : ndarray of int64, shape (n,)
        Group of each row; -1 = none.
    """

    rule = ""
    penalty = 0

    group: Ints

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The groups of some rows, numbered anew."""
        return replace(self, group=_renumber(self.group[rows])[1])

    def as_cover(self, days: int) -> Cover:
        """A cover that asks nothing of the same groups, to count their heads by."""
        count = int(self.group.max(initial=-1)) + 1
        nothing = np.zeros((count, days), dtype=np.int64)
        return Cover("", self.group, np.full(count, "", dtype=object), nothing, nothing)


@dataclass(frozen=True)
class SameStatus(ArrayForm):
    """A *tie*: all members of a group who are there have one status a day.

    ``x[c,d] = m[c] y[g,d]`` in tied cells, with ``y[g,d]`` 0 or 1. A tie is *drawn* if its groups
    are still to be formed, as if by lot.

    Parameters
    ----------
    rule : str
    group : ndarray of int64, shape (n,)
        Group of each row; -1 = none.
    labels : ndarray of str, shape (g,)
    cells : ndarray of bool, shape (n, d)
        Where members are tied: not on leave, on days of the rule.
    parts : int
        1 = the groups are these. More: the solver divides the members of each into so many parts
        of sizes that differ by at most one, the same on all days, and ties those.
    penalty : int
        0 = hard; otherwise the price, per group (or part) and day, of each member in the minority.
    """

    rule: str
    group: Ints
    labels: npt.NDArray[np.object_]
    cells: Flags
    parts: int = 1
    penalty: int = 0

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The tie seen from some rows and days; groups without a row there vanish."""
        kept, group = _renumber(self.group[rows])
        cells = self.cells[rows, first : last + 1]
        return replace(self, group=group, labels=self.labels[kept], cells=cells)

    @property
    def drawn(self) -> bool:
        """Whether its groups are still to be formed."""
        return self.parts > 1

    def place(self, places: Places) -> SameStatus:
        """The tie of the groups that have been formed."""
        if not self.drawn:
            return self
        known = np.where(self.group < 0, -1, self.group * self.parts + places[self.rule])
        return replace(self, group=known, labels=np.repeat(self.labels, self.parts), parts=1)


@dataclass(frozen=True)
class CommonDays(ArrayForm):
    """Days in a run of workdays on which nobody of a group is remote.

    ``Σ_{c in g} x[c,d] = 0`` on at least `days` of the days ``d = first … last``

    Parameters
    ----------
    rule : str
    group : ndarray of int64, shape (n,)
        Group of each row; -1 = none.
    labels : ndarray of str, shape (g,)
    first, last : int
        Day indices, both included.
    days : int
        Fewest such days.
    penalty : int
        0 = hard; otherwise the price of each day short.
    """

    rule: str
    group: Ints
    labels: npt.NDArray[np.object_]
    first: int
    last: int
    days: int
    penalty: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """The days that it counts."""
        return self.first, self.last

    def take(self, rows: Ints, first: int, last: int) -> Self:
        """The common days seen from some rows and days; groups without a row there vanish."""
        kept, group = _renumber(self.group[rows])
        return replace(
            self,
            group=group,
            labels=self.labels[kept],
            first=self.first - first,
            last=self.last - first,
        )


#: Forms with a Boolean per group and day: all members remote or none, or nobody remote.
Indicator = SameStatus | CommonDays
#: What can be hard.
Hard = Mask | Window | Cover | Indicator
#: What a tier can hold: costs, and hard forms that have a price instead.
Term = CellCost | Balance | Level | Window | Cover | Indicator
#: What a rule compiles to.
Form = Hard | CellCost


@dataclass(frozen=True)
class Tier:
    """One objective: the sum of its terms, always minimised; earlier tiers are never traded.

    Parameters
    ----------
    kind : str
        Name of the objective, or ``penalty``.
    sign : int
        1, or -1 where people maximise the natural value (which is ``sign`` times the cost).
    terms : tuple of Term
        Windows, covers and indicators appear here with their penalty.
    """

    kind: str
    sign: int
    terms: tuple[Term, ...]

    def place(self, places: Places) -> Tier:
        """The objective with all groups formed."""
        terms = (
            term.place(places) if isinstance(term, SameStatus) else term for term in self.terms
        )
        return replace(self, terms=tuple(terms))

    def take(self, rows: Ints, first: int, last: int) -> Tier:
        """The objective of some rows and the days from `first` to `last`."""
        inside = [term for term in self.terms if term.lies_within(first, last)]
        return replace(self, terms=tuple(term.take(rows, first, last) for term in inside))


def _renumber(group: Ints) -> tuple[Ints, Ints]:
    kept, inverse = np.unique(group, return_inverse=True)
    if len(kept) and kept[0] < 0:
        return kept[1:], inverse.astype(np.int64) - 1
    return kept, inverse.astype(np.int64)
