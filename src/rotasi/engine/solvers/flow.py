"""A min-cost flow that decides a problem whose forms are nested: exact, and fast.

Remote days flow from a hub through each row and its windows into the cells, and on through the
day's groups back to the hub:

    hub → row → longest window → … → shortest → cell → smallest group → … → largest → hub

Sets are *nested* (laminar) if any two are apart or one holds the other. If the windows of each row
are, and the groups too, every cell has one way from and to the hub, so that the flow on the arc of
a window is the sum of its cells, and likewise for a group and day. So each bound on a sum is a
bound on one arc, and each convex cost of a sum stands on parallel arcs of rising price, of which a
cheapest flow fills the cheaper first. Decisions and flows are then the same thing, at the same cost
up to a constant. Bounds are whole numbers, hence some cheapest flow is whole (Hoffman and Kruskal
1956); cost scaling finds one in 64-bit integers and ends only with a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import numpy as np
import numpy.typing as npt
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from rotasi.model.constraints import (
    Balance,
    CellCost,
    CommonDays,
    Cover,
    Ints,
    Level,
    SameStatus,
    Term,
    Window,
)
from rotasi.model.evaluation import binding_rows, head_counts
from rotasi.model.problem import Problem

_HUB = 0
_Nodes = npt.NDArray[np.int64]


class NotNestedError(Exception):
    """The forms cross, so that this flow does not express them."""


class Network:
    """The flow of a problem under one weighted objective.

    An arc has a lower and an upper bound, and a price per unit.

    Parameters
    ----------
    problem : Problem
    weights : sequence of int
        One per tier, as for a weighted sum.

    Raises
    ------
    NotNestedError
        If windows or groups cross, or there are indicators.
    """

    def __init__(self, problem: Problem, weights: Sequence[int]) -> None:
        if problem.indicators:
            raise NotNestedError
        self._problem = problem
        self._arcs: list[npt.NDArray[np.int64]] = []
        self._arc_count = 0
        self._node_count = 1
        self._price = np.zeros(problem.shape, dtype=np.int64)
        self._balances: list[tuple[Balance, int]] = []
        self._windows: list[tuple[Window, int]] = [(window, 0) for window in problem.windows]
        self._groups: list[tuple[Cover | Level, int]] = [(cover, 0) for cover in problem.covers]
        for tier, weight in zip(problem.tiers, weights, strict=True):
            for term in tier.terms:
                self._sort(term, weight)
        self._from = self._add_windows()
        self._to = self._add_groups()
        self._cells = self._add_cells()

    def _sort(self, term: Term, weight: int) -> None:
        """Keep a term with those of its kind."""
        match term:
            case CellCost():
                self._price += weight * (term.remote - term.otherwise)
            case Balance():
                self._balances.append((term, weight))
            case Window():
                self._windows.append((term, weight))
            case Cover() | Level():
                self._groups.append((term, weight))
            case SameStatus() | CommonDays():
                raise NotNestedError
            case _:
                assert_never(term)

    def solve(self) -> Ints | None:
        """Find a flow of least cost.

        Returns
        -------
        ndarray of int64, shape (n, d), or None
            Remote members of each row and day; None if there is no flow, or the costs leave the
            range of the solver.
        """
        tail, head, low, high, cost = np.hstack(self._arcs)
        # The solver knows no lower bounds. So `low` units are sent beforehand: they are missing at
        # the tail, arrive at the head, and leave room for `high - low` more.
        supply = np.bincount(head, weights=low, minlength=self._node_count)
        supply -= np.bincount(tail, weights=low, minlength=self._node_count)
        flow = SimpleMinCostFlow()
        arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, high - low, cost)
        flow.set_nodes_supplies(np.arange(self._node_count), supply.astype(np.int64))
        # No flow may mean no solution, but also prices that, times the number of nodes, leave 64
        # bits, or bounds that cross. So it proves nothing.
        if flow.solve() != SimpleMinCostFlow.OPTIMAL:
            return None
        used = (low + flow.flows(arcs))[self._cells]
        remote = np.zeros(self._problem.shape, dtype=np.int64)
        remote[self._problem.high > 0] = used
        return remote

    def _add_windows(self) -> _Nodes:
        """Add arcs from the hub through the windows; give the node before each cell, (n, d)."""
        problem = self._problem
        n_rows, n_days = problem.shape
        root = self._new_nodes(n_rows)
        self._add(_HUB, root, 0, problem.size * n_days, 0)
        inner = np.repeat(root[:, None], n_days, axis=1)
        for balance, weight in self._balances:
            self._add_balance(balance, weight, inner)
        longest_first = sorted(self._windows, key=lambda pair: pair[0].first - pair[0].last)
        for window, weight in longest_first:
            self._add_window(window, weight, inner)
        return inner

    def _add_balance(self, balance: Balance, weight: int, inner: _Nodes) -> None:
        """Squares of a row's total, by steps of the price ``(h + k + 1)² - (h + k)²``.

        A class of m members has m units of each, so that its total is priced as if spread evenly.
        """
        rows = np.flatnonzero(balance.counted & self._problem.free.any(axis=1))
        fewest, most = (total[rows] for total in self._problem.extreme_totals)
        size, nodes = self._problem.size[rows], self._new_nodes(len(rows))
        first = weight * (2 * (balance.history[rows] + fewest) + 1)
        steps = (size * fewest, most - fewest, size, first, 2 * weight)
        self._add_steps(inner[rows, 0], nodes, *steps)
        inner[rows] = nodes[:, None]

    def _add_window(self, window: Window, weight: int, inner: _Nodes) -> None:
        """Put a window between its cells and what holds them so far, which must be one node."""
        rows = np.flatnonzero(binding_rows(self._problem, window))
        days = slice(window.first, window.last + 1)
        outer = inner[rows, window.first]
        if (inner[rows, days] != outer[:, None]).any():
            raise NotNestedError
        size, nodes = self._problem.size[rows], self._new_nodes(len(rows))
        low, high = size * window.low[rows], size * window.high[rows]
        if window.penalty:
            reach = size * (window.last - window.first + 1)
            self._add_soft(outer, nodes, low, high, reach, weight * window.penalty)
        else:
            self._add(outer, nodes, low, high, 0)
        inner[rows, days] = nodes[:, None]

    def _add_groups(self) -> _Nodes:
        """Add arcs from the groups to the hub; give the node behind each cell, shape (n, d)."""
        outer = np.full(self._problem.shape, _HUB, dtype=np.int64)
        members = [
            (form, weight, group, np.flatnonzero(form.group == group))
            for form, weight in self._groups
            for group in range(int(form.group.max(initial=-1)) + 1)
        ]
        # From the largest group to the smallest: each goes inside one that holds it whole.
        for form, weight, group, rows in sorted(members, key=lambda item: -len(item[3])):
            if (outer[rows, 0] != outer[rows[0], 0]).any():
                raise NotNestedError
            nodes = self._new_nodes(outer.shape[1])
            self._add_group(form, weight, group, (nodes, outer[rows[0]]))
            outer[rows] = nodes
        return outer

    def _add_group(
        self, form: Cover | Level, weight: int, group: int, ends: tuple[_Nodes, _Nodes]
    ) -> None:
        cover = form if isinstance(form, Cover) else form.as_cover(self._problem.shape[1])
        least, most = (counts[group] for counts in head_counts(self._problem, cover))
        match form:
            case Level():
                first = weight * (2 * least + 1)
                self._add_steps(*ends, least, most - least, np.ones_like(least), first, 2 * weight)
            case Cover(penalty=0):
                low, high = np.maximum(form.low[group], 0), np.minimum(form.high[group], most)
                self._add(*ends, low, high, 0)
            case Cover():
                low, high = form.low[group], form.high[group]
                self._add_soft(*ends, low, high, most, weight * form.penalty)
            case _:
                assert_never(form)

    def _add_cells(self) -> slice:
        """One arc for each cell that may be remote: from its shortest window to its least group."""
        problem, may = self._problem, self._problem.high > 0
        size = np.broadcast_to(problem.size[:, None], problem.shape)[may]
        low, high = size * problem.low[may], size * problem.high[may]
        return self._add(self._from[may], self._to[may], low, high, self._price[may])

    def _new_nodes(self, count: int) -> _Nodes:
        first, self._node_count = self._node_count, self._node_count + count
        return np.arange(first, self._node_count)

    def _add(self, tail: object, head: object, low: object, high: object, cost: object) -> slice:
        """Add arcs with bounds and unit costs, which broadcast; tell where they stand."""
        given = (tail, head, low, high, cost)
        columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(part)) for part in given))
        self._arcs.append(np.stack(columns).astype(np.int64))
        begin, self._arc_count = self._arc_count, self._arc_count + self._arcs[-1].shape[1]
        return slice(begin, self._arc_count)

    def _add_steps(
        self, tail: Ints, head: Ints, forced: Ints, steps: Ints, width: Ints, first: Ints, rise: int
    ) -> None:
        """Add a convex cost: beyond what is forced, steps of `width` units of rising price.

        Step k costs ``first + k * rise`` per unit.
        """
        self._add(tail, head, forced, forced, 0)
        which = np.repeat(np.arange(len(steps)), steps)
        number = np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps, steps)
        self._add(tail[which], head[which], 0, width[which], first[which] + number * rise)

    def _add_soft(
        self, tail: Ints, head: Ints, low: Ints, high: Ints, reach: Ints, price: int
    ) -> None:
        """Add a price per unit of a flow short of `low`, and over `high`.

        Up to a constant that is a reward for each of the first `low` units, nothing for those up to
        `high`, and the price for each beyond: convex.
        """
        # Where low > high, short + over is constant between the two, as if they were exchanged.
        low, high = np.minimum(low, high), np.maximum(low, high)
        low, high = np.clip(low, 0, reach), np.clip(high, 0, reach)
        self._add(tail, head, 0, low, -price)
        self._add(tail, head, 0, high - low, 0)
        self._add(tail, head, 0, reach - high, price)
