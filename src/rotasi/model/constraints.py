"""The narrow waist: the few array forms that every rule and objective compiles to.

Axes: ``n`` ASN (or classes of interchangeable ASN), ``d`` workdays, ``g`` groups. Every form speaks
of one member: bounds of windows and masks hold for each member, costs are per member and day. Only
covers, levels and gates count heads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
#: By rule, the part of its group that each row belongs to, shape (n,); -1 outside its groups.
Places = Mapping[str, Ints]


@dataclass(frozen=True)
class Mask:
    """Cells that are decided: remote, or not remote.

    Parameters
    ----------
    rule : str
        Id of the rule that decides.
    cells : ndarray of bool, shape (n, d)
    remote : bool
        What the rule demands in these cells.
    """

    rule: str
    cells: Flags
    remote: bool

    def take(self, rows: Ints, first: int, last: int) -> Mask:
        """The mask seen from some rows and the days from `first` to `last`."""
        return replace(self, cells=self.cells[rows, first : last + 1])


@dataclass(frozen=True)
class Window:
    """Bounds on each member's remote days in a run of consecutive workdays.

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

    rule: str
    first: int
    last: int
    low: Ints
    high: Ints
    penalty: int = 0

    def take(self, rows: Ints, first: int, last: int) -> Window:
        """The window seen from some rows and the days from `first` to `last`."""
        return replace(
            self,
            first=self.first - first,
            last=self.last - first,
            low=self.low[rows],
            high=self.high[rows],
        )


@dataclass(frozen=True)
class Cover:
    """Bounds on the number of a group's members who are remote, day by day.

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

    def take(self, rows: Ints, first: int, last: int) -> Cover:
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
class CellCost:
    """A cost for each ASN-day, by whether it is remote.

    Parameters
    ----------
    remote, otherwise : ndarray of int64, shape (n, d)
        What the cell costs when it is remote and when it is not (leave included).
    """

    remote: Ints
    otherwise: Ints

    def take(self, rows: Ints, first: int, last: int) -> CellCost:
        """The costs of some rows and days."""
        days = slice(first, last + 1)
        return CellCost(self.remote[rows, days], self.otherwise[rows, days])


@dataclass(frozen=True)
class Balance:
    """The square of each counted member's remote days, history included.

    Parameters
    ----------
    history : ndarray of int64, shape (n,)
        Remote days before the period.
    counted : ndarray of bool, shape (n,)
    """

    history: Ints
    counted: Flags

    def take(self, rows: Ints, first: int, last: int) -> Balance:
        """The balance of some rows; it spans all days, so a block never cuts it."""
        return Balance(self.history[rows], self.counted[rows])


@dataclass(frozen=True)
class Level:
    """The square of each group's remote count on each day.

    Parameters
    ----------
    group : ndarray of int64, shape (n,)
        Group of each row; -1 = none.
    """

    group: Ints

    def take(self, rows: Ints, first: int, last: int) -> Level:
        """The groups of some rows, numbered anew."""
        return Level(_renumber(self.group[rows])[1])

    def as_cover(self, days: int) -> Cover:
        """A cover that asks nothing of the same groups, to count their heads by."""
        count = int(self.group.max(initial=-1)) + 1
        nothing = np.zeros((count, days), dtype=np.int64)
        return Cover("", self.group, np.full(count, "", dtype=object), nothing, nothing)


@dataclass(frozen=True)
class SameStatus:
    """All members of a group who are there have one status a day.

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
        0 = hard; otherwise the price, per part and day, of each member in the minority.
    """

    rule: str
    group: Ints
    labels: npt.NDArray[np.object_]
    cells: Flags
    parts: int = 1
    penalty: int = 0

    def take(self, rows: Ints, first: int, last: int) -> SameStatus:
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
class CommonDays:
    """Days in a run of workdays on which nobody of a group is remote.

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

    def take(self, rows: Ints, first: int, last: int) -> CommonDays:
        """The gathering seen from some rows and days; groups without a row there vanish."""
        kept, group = _renumber(self.group[rows])
        return replace(
            self,
            group=group,
            labels=self.labels[kept],
            first=self.first - first,
            last=self.last - first,
        )


Indicator = SameStatus | CommonDays
Term = CellCost | Balance | Level | Window | Cover | Indicator
#: What can be hard.
Hard = Mask | Window | Cover | Indicator
Form = Hard | CellCost


def lies_within(form: object, first: int, last: int) -> bool:
    """Whether a form speaks of no other days than those from `first` to `last`, or of all."""
    return not isinstance(form, Window | CommonDays) or (first <= form.first and form.last <= last)


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
        Windows, covers and gates appear here with their penalty.
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
        inside = [term for term in self.terms if lies_within(term, first, last)]
        return replace(self, terms=tuple(term.take(rows, first, last) for term in inside))


def _renumber(group: Ints) -> tuple[Ints, Ints]:
    kept, inverse = np.unique(group, return_inverse=True)
    if len(kept) and kept[0] < 0:
        return kept[1:], inverse.astype(np.int64) - 1
    return kept, inverse.astype(np.int64)
