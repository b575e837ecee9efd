"""An equal problem in which only forms that can bind are left.

Every decision costs the same before and after, so values are reported on the simplified problem.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rotasi.bounds import binding_cells, binding_rows, head_counts, least_and_most
from rotasi.forms import Cover, Flags, Ints, Level, Term, Window
from rotasi.problem import Problem


def simplify(problem: Problem) -> Problem:
    """Drop what can never bind, and write what remains in one way.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    Problem
        Windows and cover groups that masks already imply are gone; hard windows over the same
        days are one; rows that are never remote belong to no group.
    """
    tiers = tuple(
        replace(tier, terms=tuple(t for term in tier.terms for t in _simplify_term(problem, term)))
        for tier in problem.tiers
    )
    windows = [w for window in problem.windows for w in _simplify_window(problem, window)]
    covers = [c for cover in problem.covers for c in _simplify_cover(problem, cover)]
    return replace(problem, windows=tuple(_merge(windows)), covers=tuple(covers), tiers=tiers)


def _simplify_term(problem: Problem, term: Term) -> list[Term]:
    if isinstance(term, Window):
        return list(_simplify_window(problem, term))
    if isinstance(term, Cover):
        return list(_simplify_cover(problem, term))
    if isinstance(term, Level):
        return [Level(np.where(_ever_remote(problem), term.group, -1))]
    return [term]


def _simplify_window(problem: Problem, window: Window) -> list[Window]:
    """The window with the masks' own bounds in rows where it says no more than they do."""
    binds = binding_rows(problem, window)
    if not binds.any():
        return []
    least, most = least_and_most(problem, window)
    low, high = np.where(binds, window.low, least), np.where(binds, window.high, most)
    if not window.penalty:
        low, high = np.maximum(low, least), np.minimum(high, most)
    return [replace(window, low=low, high=high)]


def _simplify_cover(problem: Problem, cover: Cover) -> list[Cover]:
    """The cover over groups that can bind, without members who are never remote.

    A group that masks alone violate keeps all its members: it must stay to be seen.
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


def _of_group(flags: Flags, group: Ints) -> Flags:
    found: Flags = np.append(flags, False)[group]
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
