"""Searches by CP-SAT: what bounds them, where they run, and how one is asked."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from rotasi.engine.programs.integer_program import Cost, Program
from rotasi.engine.solvers.cpsat.encode import Hint, pose
from rotasi.engine.solvers.cpsat.isolated import Apart, is_possible
from rotasi.engine.solvers.cpsat.model import Parameters, Question, Reply, Solver
from rotasi.model.constraints import Ints
from rotasi.model.status import Status

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
#: After a process was lost: a path that needs less memory.
_LEAN: Parameters = {
    "linearization_level": 0,
    "symmetry_level": 0,
    "cp_model_probing_level": 0,
    "cut_level": 0,
}

#: What is smaller than so many terms is tried in this process first, so long that it costs about
#: as much as starting another: most questions are answered by then.
_LARGE = 100_000
_TRY = 0.2  # on CP-SAT's deterministic clock


class Stoppable(Protocol):
    """A search that runs."""

    def stop_search(self) -> None:
        """Ask it to end."""
        ...


class Stop:
    """A way to end running searches from another thread; they keep what they have found."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[Stoppable] = set()
        self.asked = False

    def ask(self) -> None:
        """Ask every search, running or to come, to end."""
        self.asked = True
        with self._lock:
            for solver in self._running:
                solver.stop_search()

    def add(self, solver: Stoppable) -> None:
        """Have a search end when asked."""
        with self._lock:
            self._running.add(solver)

    def remove(self, solver: Stoppable) -> None:
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
    lost : list of str
        Gets the reason for each process that was lost.
    """

    seed: int
    deadline: float | None
    stop: Stop
    lost: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, time_limit: float | None, seed: int = 0) -> Search:
        """A search that begins now.

        Parameters
        ----------
        time_limit : float or None
            Seconds.
        seed : int

        Raises
        ------
        ValueError
            If the limit is no positive number.
        """
        if time_limit is None:
            return cls(seed, None, Stop())
        if not 0 < time_limit < float("inf"):
            raise ValueError(f"time_limit is {time_limit}; give a positive number of seconds")
        return cls(seed, time.monotonic() + time_limit, Stop())

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

    def within(self, seconds: float) -> Search:
        """A search that may take so many seconds of the time left."""
        left = self.left()
        limit = seconds if left is None else min(seconds, left)
        return replace(self, deadline=time.monotonic() + limit)

    def run(self, question: Question) -> Reply | None:
        """Answer a question; None if there is no time left to.

        Short ones are answered in this process. One that is large, or takes longer, gets a process
        of its own, which can be killed, by us or by others, without harm to this one.
        """
        if not self.goes_on():
            return None
        question = question.under(
            {"num_workers": 1, "random_seed": self.seed, "catch_sigint_signal": False}
        )
        if not is_possible():
            return self._run_here(question)
        tried = Reply(str(Status.UNKNOWN))
        if len(question.variable) < _LARGE:
            tried = self._run_here(question.under({"max_deterministic_time": _TRY}))
        if tried.is_final or not self.goes_on():
            return tried
        return self._run_apart(question, tried)

    def _run_here(self, question: Question) -> Reply:
        left = self.left()
        limit: Parameters = {} if left is None else {"max_time_in_seconds": left}
        return self._wait_for(Solver(question.under(limit)))

    def _run_apart(self, question: Question, best: Reply) -> Reply:
        """Answer in another process; if that is lost, once more and with less memory."""
        for parameters in ({}, _LEAN):
            left = self.left()
            try:
                apart = Apart(question.under(parameters), left)
            except OSError:  # no more processes, or none at all
                return self._run_here(question)
            reply = self._wait_for(apart)
            best = _better(question, best, reply)
            if apart.loss is None or not self.goes_on():
                break
            self.lost.append(apart.loss)
            question = question.suggest(best.values)
        return best

    def _wait_for(self, solver: Solver | Apart) -> Reply:
        self.stop.add(solver)
        try:
            return solver.solve()
        finally:
            self.stop.remove(solver)


def _better(question: Question, one: Reply, other: Reply) -> Reply:
    """The later of two replies, with the cheaper values of both."""
    if one.values is None or other.is_final:
        return other
    if other.values is None or question.cost(one.values) < question.cost(other.values):
        return replace(one, bound=max(one.bound, other.bound))
    return other


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
    reply = search.run(pose(program, cost, hint).under(parameters))
    if reply is None:
        return Answer(Status.UNKNOWN)
    if reply.flaw:
        raise RuntimeError(f"CP-SAT refuses the model: {reply.flaw}")
    if reply.values is None:
        return Answer(Status(reply.status))
    values = np.array(reply.values, dtype=np.int64)
    return Answer(Status(reply.status), values, reply.bound + cost.constant)
