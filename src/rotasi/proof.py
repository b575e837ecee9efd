"""Decide a problem: the lexicographic optimum, and the proof of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from rotasi.bounds import evaluate, is_allowed, is_contradictory, tier_range
from rotasi.forms import Ints
from rotasi.model import Cost, Model
from rotasi.problem import Problem
from rotasi.schedule import Status

#: A weighted sum of tiers stays below this, far from where int64 overflows inside the solver.
_HEAVIEST = 2**55

#: Measured best on blocks of classes: the LP does the work, what prepares it is overhead.
_FAST = {
    "cp_model_presolve": False,
    "linearization_level": 2,
    "symmetry_level": 0,
    "cp_model_probing_level": 0,
    "cut_level": 0,
    "add_lp_constraints_lazily": False,
}
#: A second opinion, by another path through the solver.
_OTHER = {"linearization_level": 1}


@dataclass(frozen=True)
class Decision:
    """The answer to a problem.

    Parameters
    ----------
    status : Status
        OPTIMAL only if every tier is proven.
    remote : ndarray of int64, shape (n, d), or None
        Remote members of each row and day.
    gaps : tuple of int
        Per tier, cost minus proven lower bound; empty without a decision.
    """

    status: Status
    remote: Ints | None = None
    gaps: tuple[int, ...] = ()


class Stop:
    """A way to end running searches from another thread; they keep what they have found."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[cp_model.CpSolver] = set()
        self.asked = False

    def ask(self) -> None:
        """Ask every search, running or to come, to end."""
        self.asked = True
        with self._lock:
            for solver in self._running:
                solver.stop_search()

    def add(self, solver: cp_model.CpSolver) -> None:
        """Have a search end when asked."""
        with self._lock:
            self._running.add(solver)

    def remove(self, solver: cp_model.CpSolver) -> None:
        """Forget a search that has ended."""
        with self._lock:
            self._running.discard(solver)


@dataclass(frozen=True)
class Search:
    """What bounds a search.

    Parameters
    ----------
    seed : int
    deadline : float or None
        On the clock of ``time.monotonic``.
    stop : Stop
    """

    seed: int
    deadline: float | None
    stop: Stop

    def run(self, model: Model, parameters: dict[str, bool | int]) -> cp_model.CpSolver | None:
        """Solve a model; None if there is no time left to."""
        left = None if self.deadline is None else self.deadline - time.monotonic()
        if self.stop.asked or (left is not None and left <= 0):
            return None
        solver = cp_model.CpSolver()
        settings = solver.parameters
        settings.num_workers = 1
        settings.random_seed = self.seed
        settings.catch_sigint_signal = False
        for name, value in parameters.items():
            setattr(settings, name, value)
        if left is not None:
            settings.max_time_in_seconds = left
        self.stop.add(solver)
        try:
            solver.solve(model.cp)
        finally:
            self.stop.remove(solver)
        return solver


def decide(problem: Problem, search: Search) -> Decision:
    """Find the lexicographic optimum of a problem and prove it.

    Tiers are joined into one weighted objective, which is exact as long as each weight exceeds
    the range of all that follows; where that would leave int64, they are solved in several parts.

    Parameters
    ----------
    problem : Problem
    search : Search

    Returns
    -------
    Decision
    """
    if is_contradictory(problem):
        return Decision(Status.INFEASIBLE)
    model = Model(problem)
    best = _all_on_site(problem)
    bounds = [tier_range(problem, tier)[0] for tier in problem.tiers]
    costs, proven = bounds, False
    for part in _join(problem, model.costs):
        answer = _minimise(model, part.cost, best, search)
        if answer.status == cp_model.INFEASIBLE:
            return Decision(Status.INFEASIBLE)
        best = best if answer.remote is None else answer.remote
        if best is None:
            return Decision(Status.UNKNOWN)
        costs = [evaluate(problem, tier, best) for tier in problem.tiers]
        proven = answer.status == cp_model.OPTIMAL
        if not proven:
            part.claim(bounds, costs, answer.bound)
            break
        bounds[part.tiers] = costs[part.tiers]
        model.hold(part.cost, part.cost.constant + answer.bound)
    gaps = tuple(cost - bound for cost, bound in zip(costs, bounds, strict=True))
    return Decision(Status.OPTIMAL if proven else Status.FEASIBLE, best, gaps)


@dataclass(frozen=True)
class Part:
    """Consecutive tiers joined into one cost.

    Parameters
    ----------
    tiers : slice
    weights : tuple of int
        One per tier; each exceeds the weighted range of all that follow.
    highest : tuple of int
        Highest cost of each tier.
    cost : Cost
        The weighted sum.
    """

    tiers: slice
    weights: tuple[int, ...]
    highest: tuple[int, ...]
    cost: Cost

    def claim(self, bounds: list[int], costs: Sequence[int], bound: int | None) -> None:
        """Raise the tiers' lower bounds to what a bound on the variables of the sum implies."""
        if bound is None:
            return
        left = bound + self.cost.constant
        rest = sum(w * high for w, high in zip(self.weights, self.highest, strict=True))
        for tier, weight, high in zip(
            range(self.tiers.start, self.tiers.stop), self.weights, self.highest, strict=True
        ):
            rest -= weight * high
            bounds[tier] = max(bounds[tier], -((rest - left) // weight))
            if bounds[tier] < costs[tier]:
                return
            left -= weight * costs[tier]


@dataclass(frozen=True)
class _Answer:
    status: Any
    remote: Ints | None = None
    bound: int = 0


def _minimise(model: Model, cost: Cost, start: Ints | None, search: Search) -> _Answer:
    """Minimise one cost; an INFEASIBLE is asked again by another path before it is believed."""
    model.minimise(cost)
    if start is not None:
        model.hint(start)
    answer = _read(model, search.run(model, _FAST))
    if answer.status == cp_model.INFEASIBLE:
        answer = _read(model, search.run(model, _OTHER))
    return answer


def _read(model: Model, solver: cp_model.CpSolver | None) -> _Answer:
    if solver is None:
        return _Answer(cp_model.UNKNOWN)
    response = solver.response_proto
    if response.status == cp_model.MODEL_INVALID:
        raise RuntimeError(f"CP-SAT refuses the model: {model.cp.validate()}")
    if response.status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _Answer(response.status, None, response.inner_objective_lower_bound)
    remote = model.read(response.solution)
    return _Answer(response.status, remote, response.inner_objective_lower_bound)


def _join(problem: Problem, costs: Sequence[Cost]) -> Iterator[Part]:
    """Join tiers, from the last, as far as their weighted sum stays small enough."""
    ranges = [tier_range(problem, tier) for tier in problem.tiers]
    parts: list[Part] = []
    stop = len(ranges)
    while stop:
        weights, reach, start = [1], ranges[stop - 1][1] - ranges[stop - 1][0], stop - 1
        while start and (reach + 1) * (ranges[start - 1][1] - ranges[start - 1][0] + 1) < _HEAVIEST:
            weights.insert(0, reach + 1)
            start -= 1
            reach += weights[0] * (ranges[start][1] - ranges[start][0])
        highest = tuple(high for _, high in ranges[start:stop])
        joined = _weigh(costs[start:stop], weights)
        parts.insert(0, Part(slice(start, stop), tuple(weights), highest, joined))
        stop = start
    return iter(parts)


def _weigh(costs: Sequence[Cost], weights: Sequence[int]) -> Cost:
    """The weighted sum of costs, each variable once."""
    variables = np.array([v for cost in costs for v in cost.variables], dtype=np.int64)
    parts = [
        np.array(c.coefficients, dtype=np.int64) * w for c, w in zip(costs, weights, strict=True)
    ]
    coefficients = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    used, inverse = np.unique(variables, return_inverse=True)
    total = np.zeros(len(used), dtype=np.int64)
    np.add.at(total, inverse, coefficients)
    kept = total != 0
    constant = sum(cost.constant * weight for cost, weight in zip(costs, weights, strict=True))
    return Cost(used[kept].tolist(), total[kept].tolist(), constant)


def _all_on_site(problem: Problem) -> Ints | None:
    """A decision to fall back on: nobody remote who need not be, if that is allowed."""
    remote = problem.low * problem.size[:, None]
    return remote if is_allowed(problem, remote) else None
