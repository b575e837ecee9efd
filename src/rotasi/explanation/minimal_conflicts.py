"""Smallest sets of demands that cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import assert_never

import numpy as np

from rotasi.engine.limits import Limits
from rotasi.engine.reductions.symmetry import fold
from rotasi.explanation.constraint_system import ConstraintSystem, Key
from rotasi.explanation.elements import LOW
from rotasi.instance.wording import Words
from rotasi.model.constraints import CommonDays, Cover, Flags, Hard, Ints, Mask, SameStatus, Window
from rotasi.model.problem import assemble
from rotasi.model.status import Status


@dataclass(frozen=True, eq=False)
class Core:
    """Demands that cannot hold together, of which each is needed for that.

    Parameters
    ----------
    system : ConstraintSystem
        The demands, and the ASN and days that they concern: each ASN of it, where they collide
        within one ASN's own days, or all members of the groups.
    minimal : bool
        Whether it is proven that without any one element the others fit together.
    """

    system: ConstraintSystem
    minimal: bool

    @cached_property
    def personal(self) -> bool:
        """Whether the demands collide within one ASN's own days."""
        return not (self.system.elements.group >= 0).any()

    def headline(self, words: Words) -> Flags:
        """Elements of the member whose figures tell most: heads first, then the weakest rule.

        Where groups collide it is a group's; and what is asked for rather than what is allowed.

        Returns
        -------
        ndarray of bool, shape (k,)
        """
        elements, forms = self.system.elements, self.system.forms
        tells = np.array([_rank_figures(form) for form in forms])[elements.form]
        rank = np.array([words.rank(form.rule) for form in forms])[elements.form]
        on_site = np.array([counts_on_site(form) for form in forms])[elements.form]
        asks = (elements.side == LOW) != on_site
        order = np.lexsort((elements.form, asks, rank, tells, elements.group >= 0))
        return self.member(int(order[-1]))

    def member(self, element: int) -> Flags:
        """The elements that an element stands with: of one form, group and side."""
        elements = self.system.elements
        return np.asarray(
            (elements.form == elements.form[element])
            & (elements.group == elements.group[element])
            & (elements.side == elements.side[element])
        )


def counts_on_site(form: Hard) -> bool:
    """Whether a form counts those on site, as its rule does."""
    return isinstance(form, Cover) and form.present is not None


def _rank_figures(form: Hard) -> int:
    """How much the figures of a form tell people."""
    match form:
        case Mask():
            return 0
        case SameStatus():
            return 1
        case Window():
            return 2
        case CommonDays():
            return 3
        case Cover():
            return 4
        case _:
            assert_never(form)


def find_cores(system: ConstraintSystem, words: Words, limits: Limits, most: int) -> Iterator[Core]:
    """Find sets of demands that collide, until none is left, time is up, or there are enough.

    After each its headline is left out, and the search goes on.

    Parameters
    ----------
    system : ConstraintSystem
        Rows and days that forms couple.
    words : Words
    limits : Limits
    most : int
    """
    dropped: frozenset[Key] = frozenset()
    told: set[frozenset[Key]] = set()
    whole = system
    for _number in range(most):
        core = find_core(system, dropped, words, limits)
        if core is None:
            return
        if core.personal:
            yield core
            # These ASN alone are spared what they cannot do; in their groups they still count.
            system = system.exempt(core.system.rows, system.find(_name(core, words)))
            continue
        if system is not whole:
            core = Core(_see_whole(core, whole), True)
            if not _is_minimal(core.system, limits):
                dropped |= _name(core, words)  # told already: some of it is what they cannot do
                continue
        for alike in (core, *_find_alike(core, whole, limits)):
            dropped |= _name(alike, words)
            keys = frozenset(alike.system.keys)
            if keys not in told:
                yield alike
            told.add(keys)


def _name(core: Core, words: Words) -> frozenset[Key]:
    """The elements of a core's headline, as they are known everywhere."""
    return frozenset(core.system.keys[n] for n in np.flatnonzero(core.headline(words)).tolist())


def _see_whole(core: Core, whole: ConstraintSystem) -> ConstraintSystem:
    """The demands of a core as the policy makes them, of everybody there."""
    rows = np.flatnonzero(np.isin(whole.rows, core.system.rows))
    first = core.system.first - whole.first
    part = whole.take(rows, first, first + core.system.axes.days - 1)
    return part.keep(part.find(frozenset(core.system.keys)))


def find_core(
    system: ConstraintSystem, dropped: frozenset[Key], words: Words, limits: Limits
) -> Core | None:
    """Find one set of demands that collide; None if there is none, or time is up."""
    narrow = _first_collision(system, dropped, limits)
    if narrow is None:
        return None
    rules = dict.fromkeys(form.rule for form in narrow.forms)
    for rule in sorted(rules, key=words.rank, reverse=True):
        narrow = _leave_out(narrow, rule, limits) or narrow
    shrinking = _Shrinking(narrow, limits)
    elements = narrow.elements
    rank = [words.rank(form.rule) for form in narrow.forms]
    # What comes first is left out last: a law rather than an office's rule, an early day.
    order = np.lexsort((elements.group, elements.first, np.array(rank)[elements.form]))
    found = shrinking.shrink([], False, order.tolist())
    kept = np.zeros(len(elements), dtype=bool)
    kept[found] = True
    return _gather(Core(narrow.keep(kept), shrinking.certain), limits)


def _first_collision(
    system: ConstraintSystem, dropped: frozenset[Key], limits: Limits
) -> ConstraintSystem | None:
    """The first part in which the demands that are left collide."""
    kept = system.keep(~system.find(dropped)) if dropped else system
    for part in kept.split():
        if part.ask(limits).status is Status.INFEASIBLE:
            return part
    return None


def _leave_out(system: ConstraintSystem, rule: str, limits: Limits) -> ConstraintSystem | None:
    """The first part that still collides without a rule."""
    rules = np.array([form.rule for form in system.forms], dtype=object)
    kept: Flags = rules[system.elements.form] != rule
    return None if kept.all() else _first_collision(system.keep(kept), frozenset(), limits)


class _Shrinking:
    """Junker's QuickXplain: divides, and shrinks each half beside what the other needs.

    Parameters
    ----------
    system : ConstraintSystem
    limits : Limits
    """

    def __init__(self, system: ConstraintSystem, limits: Limits) -> None:
        self._system, self._limits = system, limits
        self.certain = True

    def shrink(self, base: Sequence[int], grown: bool, elements: Sequence[int]) -> list[int]:
        """The elements that collide beside others, and of which none can be spared.

        Parameters
        ----------
        base : sequence of int
            Elements that stay.
        grown : bool
            Whether any has joined them since they were last asked about.
        elements : sequence of int
            Elements that collide with those.
        """
        if grown and self._collide(base):
            return []
        if len(elements) == 1:
            return list(elements)
        left, right = elements[: len(elements) // 2], elements[len(elements) // 2 :]
        second = self.shrink([*base, *left], True, right)
        first = self.shrink([*base, *second], bool(second), left)
        return [*first, *second]

    def _collide(self, elements: Sequence[int]) -> bool:
        """Whether elements collide; where time is up, not, and then nothing is certain any more."""
        kept = np.zeros(len(self._system.elements), dtype=bool)
        kept[list(elements)] = True
        status = self._system.keep(kept).ask(self._limits).status
        self.certain &= status is not Status.UNKNOWN
        return status is Status.INFEASIBLE


def _gather(core: Core, limits: Limits) -> Core:
    """The core with only those ASN and days whom the demands concern."""
    system, certain = core.system, core.minimal
    if core.personal:
        rows, all_known = _find_failing(system, limits)
        certain &= all_known
    else:
        groups = [getattr(form, "group", None) for form in system.forms]
        pairs = zip(system.elements.form.tolist(), system.elements.group.tolist(), strict=True)
        members = [groups[form] == group for form, group in pairs if group >= 0]
        rows = np.flatnonzero(np.logical_or.reduce(members))
    first, last = int(system.elements.first.min()), int(system.elements.last.max())
    return Core(system.take(rows, first, last), certain)


def _find_failing(system: ConstraintSystem, limits: Limits) -> tuple[Ints, bool]:
    """Rows whose own days collide, each by itself, and whether that is known of each.

    Halves that fit together are done with. Of whom time does not suffice to tell may be among them.
    """
    of = fold(assemble(system.forms, system.axes)).of
    found: list[Ints] = []
    known = True
    waiting = [np.unique(of)]
    while waiting:
        classes = waiting.pop()
        rows = np.flatnonzero(np.isin(of, classes))
        status = system.take(rows, 0, system.axes.days - 1).ask(limits).status
        known &= status is not Status.UNKNOWN
        if status is Status.UNKNOWN or (status is Status.INFEASIBLE and len(classes) == 1):
            found.append(rows)
        elif status is Status.INFEASIBLE:
            half = len(classes) // 2
            waiting += [classes[half:], classes[:half]]
    return np.sort(np.concatenate(found)), known


def _find_alike(core: Core, whole: ConstraintSystem, limits: Limits) -> Iterator[Core]:
    """The same collision on other days, of a core that concerns a single day.

    What was left out since something else of it was told counts again: it collides all the same.
    """
    days = {(first, last) for _form, _row, first, last, _side in core.system.keys}
    if len(days) > 1 or core.system.axes.days > 1:
        return
    known = frozenset(whole.keys)
    rows = np.flatnonzero(np.isin(whole.rows, core.system.rows))
    for day in range(whole.axes.days):
        there = day + whole.first
        keys = {(form, row, there, there, side) for form, row, _f, _l, side in core.system.keys}
        if there != core.system.first and keys <= known:
            part = whole.take(rows, day, day)
            part = part.keep(part.find(frozenset(keys)))
            if _is_minimal(part, limits):
                yield Core(part, True)


def _is_minimal(system: ConstraintSystem, limits: Limits) -> bool:
    """Whether a system's demands collide, and fit together without any one of them."""
    if system.ask(limits).status is not Status.INFEASIBLE:
        return False
    known = (Status.OPTIMAL, Status.FEASIBLE)
    return all(
        system.keep(np.arange(len(system.elements)) != element).ask(limits).status in known
        for element in range(len(system.elements))
    )
