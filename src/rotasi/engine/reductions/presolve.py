"""Presolve: an equal problem in which only forms that can bind are left.

Masks allow each sum of cells a range, least to most. A bound that no sum in its range breaks binds
nobody: as a hard form it forbids nothing, as a soft one it costs nothing. So dropping it changes no
decision and no cost, and values may be reported on the simplified problem. More ASN are then alike,
and more blocks fall apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import numpy as np

from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Flags,
    Indicator,
    Ints,
    Level,
    SameStatus,
    Term,
    Window,
)
from rotasi.model.evaluation import (
    binding_cells,
    binding_rows,
    head_counts,
    least_and_most,
    sum_groups,
)
from rotasi.model.problem import Problem


def simplify(problem: Problem) -> Problem:
    """Drop what can never bind, and write what remains in one way.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    Problem
        Windows, cover groups and indicators that masks already imply are gone; hard windows over
        the same days are one; rows that are never remote belong to no group; whom a member ties
        whose day is decided is decided too.
    """
    problem = _spread(problem)
    tiers = tuple(
        replace(tier, terms=tuple(t for term in tier.terms for t in _simplify_term(problem, term)))
        for tier in problem.tiers
    )
    windows = [w for window in problem.windows for w in _simplify_window(problem, window)]
    covers = [c for cover in problem.covers for c in _simplify_cover(problem, cover)]
    indicators = [
        g for indicator in problem.indicators for g in _simplify_indicator(problem, indicator)
    ]
    return replace(
        problem,
        windows=tuple(_merge(windows)),
        covers=tuple(covers),
        indicators=tuple(indicators),
        tiers=tiers,
    )


def _spread(problem: Problem) -> Problem:
    """Decide the cells of all whom a hard tie ties to a decided cell, until none is left.

    They have its status in every decision that is allowed. If two decided cells of a group differ,
    its cells get ``low > high``: a contradiction, which is what it is.
    """
    ties = [
        indicator
        for indicator in problem.indicators
        if isinstance(indicator, SameStatus) and not indicator.drawn
    ]
    changed = bool(ties)
    while changed:
        low, high = problem.low, problem.high
        for tie in ties:
            raised, lowered = _tied(tie, low > 0), _tied(tie, high < 1)
            low, high = np.where(raised, 1, low), np.where(lowered, 0, high)
        changed = bool((low != problem.low).any() or (high != problem.high).any())
        problem = replace(problem, low=low.astype(np.int8), high=high.astype(np.int8))
    return problem


def _tied(tie: SameStatus, decided: Flags) -> Flags:
    """Tied cells of groups and days on which a tied cell is decided, shape (n, d)."""
    found = sum_groups(tie.group, len(tie.labels), tie.cells & decided) > 0
    return tie.cells & _of_group(found, tie.group)


def _simplify_term(problem: Problem, term: Term) -> list[Term]:
    match term:
        case Window():
            return list(_simplify_window(problem, term))
        case Cover():
            return list(_simplify_cover(problem, term))
        case SameStatus() | CommonDays():
            return list(_simplify_indicator(problem, term))
        case Level():
            rows = np.arange(problem.shape[0])
            left = Level(np.where(_ever_remote(problem), term.group, -1))
            return [left.take(rows, 0, problem.shape[1])]
        case CellCost() | Balance():
            return [term]
        case _:
            assert_never(term)


def _simplify_window(problem: Problem, window: Window) -> list[Window]:
    """The window with the masks' own bounds in rows where it says no more than they do.

    Such rows get equal bounds whatever the rule said, so that more of them are alike. A hard window
    takes the tighter of both bounds in all rows: where masks violate it, that makes `low > high`,
    which is known as a contradiction. A soft one may be violated.
    """
    binds = binding_rows(problem, window)
    if not binds.any():
        return []
    least, most = least_and_most(problem, window)
    low, high = np.where(binds, window.low, least), np.where(binds, window.high, most)
    if not window.penalty:
        low, high = np.maximum(low, least), np.minimum(high, most)
    return [replace(window, low=low, high=high)]


def _simplify_cover(problem: Problem, cover: Cover) -> list[Cover]:
    """The cover over groups that can bind, without members who are never remote, who add 0.

    A group that masks alone violate keeps all its members: without any it would vanish, and with it
    the violation.
    """
    least, most = head_counts(problem, cover)
    violated = np.asarray(((cover.low > most) | (cover.high < least)).any(axis=1))
    binds = np.asarray(binding_cells(problem, cover).any(axis=1))
    kept = _of_group(violated, cover.group) | (
        _of_group(binds, cover.group) & _ever_remote(problem)
    )
    if not kept.any():
        return []
    rows = np.arange(problem.shape[0])
    return [replace(cover, group=np.where(kept, cover.group, -1)).take(rows, 0, problem.shape[1])]


def _simplify_indicator(problem: Problem, indicator: Indicator) -> list[Indicator]:
    """The indicator over groups that can bind."""
    match indicator:
        case CommonDays():
            return _simplify_common_days(problem, indicator)
        case SameStatus():
            return _simplify_same_status(problem, indicator)
        case _:
            assert_never(indicator)


def _simplify_same_status(problem: Problem, tie: SameStatus) -> list[Indicator]:
    """A hard tie on groups and days on which two or more cells are free.

    `_spread` has passed on what is decided. Soft ties count all their members, and who is in which
    group to be formed matters on all days: both stay whole.
    """
    if tie.penalty or tie.drawn:
        return [tie]
    free = tie.cells & problem.free
    shared = sum_groups(tie.group, len(tie.labels), free) > 1
    cells = free & _of_group(shared, tie.group)
    return _regroup(problem, replace(tie, cells=cells), np.asarray(cells.any(axis=1)))


def _simplify_common_days(problem: Problem, common: CommonDays) -> list[Indicator]:
    """Common days over groups whom masks keep on site on too few days.

    Who is never remote is in nobody's way, and leaves; but where more days are asked than there
    are, all stay, so that the group is still there to be short.
    """
    days = slice(common.first, common.last + 1)
    may = sum_groups(common.group, len(common.labels), problem.high[:, days]) > 0
    binds = (~may).sum(axis=1) < common.days
    counts = _ever_remote(problem) | (common.days > may.shape[1])
    return _regroup(problem, common, _of_group(binds, common.group) & counts)


def _regroup(problem: Problem, indicator: Indicator, kept: Flags) -> list[Indicator]:
    """The indicator with some of its rows; none at all without rows."""
    if not kept.any():
        return []
    rows = np.arange(len(kept))
    return [
        replace(indicator, group=np.where(kept, indicator.group, -1)).take(
            rows, 0, problem.shape[1]
        )
    ]


def _of_group(flags: Flags, group: Ints) -> Flags:
    """Flags of groups, shape (g,) or (g, d), read by each member; false for those of no group."""
    found: Flags = np.concatenate([flags, np.zeros((1, *flags.shape[1:]), dtype=bool)])[group]
    return found


def _ever_remote(problem: Problem) -> Flags:
    return np.asarray(np.maximum(problem.low, problem.high).any(axis=1))


def _merge(windows: list[Window]) -> list[Window]:
    """Hard windows over the same days as one."""
    merged: dict[tuple[int, int], Window] = {}
    for window in windows:
        key = (window.first, window.last)
        other = merged.get(key, window)
        merged[key] = replace(
            window,
            low=np.maximum(window.low, other.low),
            high=np.minimum(window.high, other.high),
        )
    return list(merged.values())
