"""Searches by CP-SAT: what bounds them, and how one is asked."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from rotasi.forms import Ints
from rotasi.model import Model
from rotasi.program import Cost, Program
from rotasi.schedule import Status

Parameters = dict[str, bool | int]
#: Variables, and values to try first.
Hint = tuple[Ints, Ints]

#: Measured best on what flows and LPs leave over: small programs whose forms cross.
FIRST: Parameters = {"linearization_level": 2}
#: A second opinion, by a path that shares no presolve with the first.
SECOND: Parameters = {
    "cp_model_presolve": False,
    "linearization_level": 2,
    "symmetry_level": 0,
    "cp_model_probing_level": 0,
    "cut_level": 0,
    "add_lp_constraints_lazily": False,
}


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

    def left(self) -> float | None:
        """Seconds left; None = no limit."""
        return None if self.deadline is None else max(self.deadline - time.monotonic(), 0.0)

    def goes_on(self) -> bool:
        """Whether there is time left and nobody has asked to stop."""
        return not self.stop.asked and self.left() != 0.0

    def share(self, part: float) -> Search:
        """A search that may take a part of the time left."""
        left = self.left()
        return self if left is None else replace(self, deadline=time.monotonic() + part * left)

    def run(self, model: Model, parameters: Parameters) -> cp_model.CpSolver | None:
        """Solve a model; None if there is no time left to."""
        if not self.goes_on():
            return None
        left = self.left()
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


@dataclass(frozen=True)
class Answer:
    """What is known of one cost: values of the variables, if found, and a bound, if proven."""

    status: Status
    values: Ints | None = None
    bound: int | None = None


def minimise(program: Program, cost: Cost, search: Search, hint: Hint | None = None) -> Answer:
    """Minimise one cost; an INFEASIBLE is asked again by another path before it is believed."""
    answer = ask(program, cost, search, FIRST, hint)
    if answer.status is Status.INFEASIBLE:
        answer = ask(program, cost, search, SECOND)
    return answer


def ask(
    program: Program, cost: Cost, search: Search, parameters: Parameters, hint: Hint | None = None
) -> Answer:
    """Ask CP-SAT once for the least cost of a program."""
    model = Model(program, cost, hint)
    solver = search.run(model, parameters)
    if solver is None:
        return Answer(Status.UNKNOWN)
    response = solver.response_proto
    if response.status == cp_model.MODEL_INVALID:
        raise RuntimeError(f"CP-SAT refuses the model: {model.cp.validate()}")
    status = Status(solver.status_name(response.status))
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Answer(status)
    bound = response.inner_objective_lower_bound + cost.constant
    return Answer(status, model.read(response.solution), bound)
