"""A part of an instance on which one asks whether demands can hold together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rotasi.engine.limits import Limits
from rotasi.engine.reductions.decomposition import split
from rotasi.engine.solution import Solution
from rotasi.engine.solve import solve
from rotasi.explanation.elements import Elements, cut
from rotasi.instance.compile import compile_forms, find_axes
from rotasi.instance.resolve import Instance
from rotasi.model.constraints import Flags, Form, Hard, Ints, Mask, SameStatus, Tier
from rotasi.model.facts import MISSING
from rotasi.model.problem import Axes, assemble, is_soft
from rotasi.model.status import Status

#: Where it only matters whether there is a roster at all.
_NOTHING = Tier("nothing", 1, ())

#: An element as it is known in the whole instance: form, lowest row of its group, days, side.
Key = tuple[int, int, int, int, int]


@dataclass(frozen=True, eq=False, repr=False)
class ConstraintSystem:
    """Rows and days of an instance, and the hard forms about them.

    Parameters
    ----------
    axes : Axes
    rows : ndarray of int64, shape (n,)
        Rows of the instance.
    first : int
        First day of the instance.
    forms : tuple of Mask, Window, Cover, SameStatus or CommonDays
    numbers : tuple of int
        Index of each form among those of the instance.
    """

    axes: Axes
    rows: Ints
    first: int
    forms: tuple[Hard, ...]
    numbers: tuple[int, ...]

    @property
    def last(self) -> int:
        """Last day of the instance."""
        return self.first + self.axes.days - 1

    @cached_property
    def elements(self) -> Elements:
        """Everything that is demanded here."""
        return cut(self.forms)

    @cached_property
    def keys(self) -> list[Key]:
        """The elements, as they are known in every other part of the instance."""
        elements, found = self.elements, []
        lowest = [_lowest_rows(form, self.rows) for form in self.forms]
        for form, group, first, last, side in zip(
            elements.form.tolist(), elements.group.tolist(), elements.first.tolist(),
            elements.last.tolist(), elements.side.tolist(), strict=True,
        ):  # fmt: skip
            row = -1 if group < 0 else lowest[form][group]
            found.append((self.numbers[form], row, first + self.first, last + self.first, side))
        return found

    def find(self, keys: Sequence[Key] | frozenset[Key]) -> Flags:
        """Elements that are among the keys, shape (k,)."""
        wanted = frozenset(keys)
        return np.array([key in wanted for key in self.keys], dtype=bool)

    def take(self, rows: Ints, first: int, last: int) -> ConstraintSystem:
        """The part on some rows and the days from `first` to `last`, as indices in this system.

        Parameters
        ----------
        rows : ndarray of int64
        first, last : int
        """
        pairs = zip(self.numbers, self.forms, strict=True)
        inside = [(number, form) for number, form in pairs if form.lies_within(first, last)]
        return ConstraintSystem(
            replace(self.axes, opd=self.axes.opd[rows], days=last - first + 1),
            self.rows[rows],
            self.first + first,
            tuple(form.take(rows, first, last) for _number, form in inside),
            tuple(number for number, _form in inside),
        )

    def keep(self, kept: Flags) -> ConstraintSystem:
        """The system with only some of its elements, shape (k,)."""
        pairs = self.elements.keep(kept)
        forms = tuple(form for _number, form in pairs)
        return replace(self, forms=forms, numbers=tuple(self.numbers[at] for at, _form in pairs))

    def exempt(self, rows: Ints, chosen: Flags) -> ConstraintSystem:
        """The system in which some elements say nothing of some ASN, who stay in their groups.

        Parameters
        ----------
        rows : ndarray of int64
            Rows of the instance.
        chosen : ndarray of bool, shape (k,)
            Elements of masks and windows.
        """
        forms = self.elements.spare(np.isin(self.rows, rows), chosen)
        return replace(self, forms=tuple(forms))

    def split(self) -> list[ConstraintSystem]:
        """Parts that no form couples."""
        blocks = split(assemble(self.forms, self.axes, (_NOTHING,)))
        return [self.take(block.rows, block.first, block.last) for block in blocks]

    def ask(self, limits: Limits, goals: Sequence[Tier] = ()) -> Solution:
        """Ask whether all that is demanded here can hold together, at what least cost.

        Parameters
        ----------
        limits : Limits
        goals : sequence of Tier
            What is minimised; left out, any roster will do.

        Returns
        -------
        Solution
            OPTIMAL or FEASIBLE: they can; INFEASIBLE: proven that they cannot; UNKNOWN: undecided.
        """
        if not limits.goes_on():
            return Solution(Status.UNKNOWN)
        return solve(assemble(self.forms, self.axes, tuple(goals) or (_NOTHING,)), limits)


def split_for_good(instance: Instance) -> list[ConstraintSystem]:
    """The parts of an instance that stay apart whatever gives way.

    Masks may be what keeps a window from coupling days, and who is barred falls under no quota and
    rotates with nobody: so parts are those that would be apart if nobody was barred or pinned. Who
    is no longer barred on one day rotates on all of them.
    """
    facts = instance.facts
    nowhere, unpinned = np.zeros(facts.shape, dtype=bool), np.full_like(facts.pins, MISSING)
    free = replace(facts, barred=nowhere, banned=nowhere, pins=unpinned)
    forms = open_system(replace(instance, facts=free)).forms
    coupling: list[Form] = [form for form in forms if not isinstance(form, Mask)]
    if any(rule.may_bar and rule.hard for rule in instance.policy.rules):
        coupling = [_tie_all_days(form) for form in coupling]
    system = open_system(instance)
    blocks = split(assemble(coupling, system.axes, (_NOTHING,)))
    return [system.take(block.rows, block.first, block.last) for block in blocks]


def _tie_all_days(form: Form) -> Form:
    """A tie as of groups that hold together on all days; any other form as it is."""
    return replace(form, parts=max(form.parts, 2)) if isinstance(form, SameStatus) else form


def open_system(instance: Instance) -> ConstraintSystem:
    """The whole instance, with everything hard that is demanded."""
    forms = tuple(f for f in compile_forms(instance) if isinstance(f, Hard) and not is_soft(f))
    axes = find_axes(instance.facts)
    return ConstraintSystem(axes, np.arange(axes.shape[0]), 0, forms, tuple(range(len(forms))))


def _lowest_rows(form: Hard, rows: Ints) -> list[int]:
    """Lowest row of the instance in each group of a form; empty for forms without groups."""
    group = getattr(form, "group", None)
    if group is None:
        return []
    members = np.flatnonzero(group >= 0)
    lowest = np.full(int(group.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(lowest, group[members], rows[members])
    found: list[int] = lowest.tolist()
    return found
