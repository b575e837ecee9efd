"""Decide a problem: the lexicographic optimum, and the proof of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from rotasi.bounds import evaluate, is_allowed, is_contradictory, tier_range
from rotasi.forms import Ints
from rotasi.model import Cost, Model
from rotasi.network import Network, NotNestedError
from rotasi.problem import Problem
from rotasi.schedule import Status
from rotasi.tiers import join_tiers

#: Integers are exact up to here in a flow; the LP inside CP-SAT computes in doubles and, long
#: before they overflow, loses the last tier among the heavy weights of the first.
_HEAVIEST_FLOW, _HEAVIEST_SEARCH = 2**55, 2**31

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

    Where all forms are nested a min-cost flow does both. CP-SAT, which can say everything, decides
    the rest, and is asked for a second opinion whenever something seems infeasible.

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
    remote = _flow(problem)
    if remote is not None:
        return Decision(Status.OPTIMAL, remote, (0,) * len(problem.tiers))
    return _search(problem, search)


def _flow(problem: Problem) -> Ints | None:
    """The optimum by a flow; None where forms cross, costs are too large, or nothing is found."""
    parts = join_tiers(problem, _HEAVIEST_FLOW)
    if len(parts) > 1:
        return None
    try:
        return Network(problem, parts[0].weights).solve()
    except NotNestedError:
        return None


def _search(problem: Problem, search: Search) -> Decision:
    model = Model(problem)
    best = _all_on_site(problem)
    bounds = [tier_range(problem, tier)[0] for tier in problem.tiers]
    costs, proven = bounds, False
    for part in join_tiers(problem, _HEAVIEST_SEARCH):
        cost = _weigh(model.costs[part.tiers], part.weights)
        answer = _minimise(model, cost, search)
        if answer.status == cp_model.INFEASIBLE:
            return Decision(Status.INFEASIBLE)
        best = best if answer.remote is None else answer.remote
        if best is None:
            return Decision(Status.UNKNOWN)
        costs = [evaluate(problem, tier, best) for tier in problem.tiers]
        proven = answer.status == cp_model.OPTIMAL
        if not proven:
            if answer.bound is not None:
                part.claim(bounds, costs, answer.bound + cost.constant)
            break
        bounds[part.tiers] = costs[part.tiers]
        limit = sum(w * c for w, c in zip(part.weights, costs[part.tiers], strict=True))
        model.hold(cost, limit)
    gaps = tuple(cost - bound for cost, bound in zip(costs, bounds, strict=True))
    return Decision(Status.OPTIMAL if proven else Status.FEASIBLE, best, gaps)


@dataclass(frozen=True)
class _Answer:
    status: Any
    remote: Ints | None = None
    bound: int | None = None


def _minimise(model: Model, cost: Cost, search: Search) -> _Answer:
    """Minimise one cost; an INFEASIBLE is asked again by another path before it is believed."""
    model.minimise(cost)
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
    model.hint(response.solution)  # where the search for the next part begins
    return _Answer(response.status, remote, response.inner_objective_lower_bound)


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
