"""Searches by CP-SAT: where they run, and how one is asked.

Each search has one worker and a seed, so that it gives the same answer every time; blocks are what
runs side by side. The first try is short, on CP-SAT's deterministic clock, which counts work, not
seconds: whether a search ends there does not depend on how busy the machine is, and so neither does
what it finds.

What goes on gets a process of its own: CP-SAT may take all memory, or fail in a way that ends its
process. Then it is not the caller's that ends, and another attempt is possible.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rotasi.engine.limits import Limits
from rotasi.engine.programs.integer_program import Answer, Cost, Program
from rotasi.engine.solvers.cpsat.encode import Hint, pose
from rotasi.engine.solvers.cpsat.isolated import Apart, is_possible
from rotasi.engine.solvers.cpsat.question import Parameters, Question, Reply, Solver
from rotasi.model.status import Status

#: Measured best on what flows and LPs leave over: small programs whose forms cross.
FIRST: Parameters = {"linearization_level": 2}
#: A second opinion, by another path: without presolve, symmetries, probing and cuts, which is where
#: a solver may cut off what it should not.
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

#: Questions of fewer terms are tried in this process first, for about as long as starting another
#: takes: most are answered by then.
_LARGE = 100_000
_TRY = 0.2  # units of CP-SAT's deterministic clock


def _search(question: Question, limits: Limits) -> Reply | None:
    """Answer a question; None if there is no time left to.

    Short ones are answered in this process. One that is large, or takes longer, gets a process of
    its own, which can be killed, by us or by the system, without harm to this one.
    """
    if not limits.goes_on():
        return None
    question = question.under(
        {"num_workers": 1, "random_seed": limits.seed, "catch_sigint_signal": False}
    )
    if not is_possible():
        return _search_here(question, limits)
    tried = Reply(str(Status.UNKNOWN))
    if len(question.variable) < _LARGE:
        tried = _search_here(question.under({"max_deterministic_time": _TRY}), limits)
    if tried.is_final or not limits.goes_on():
        return tried
    return _search_apart(question, tried, limits)


def _search_here(question: Question, limits: Limits) -> Reply:
    left = limits.left()
    limit: Parameters = {} if left is None else {"max_time_in_seconds": left}
    return _wait_for(Solver(question.under(limit)), limits)


def _search_apart(question: Question, best: Reply, limits: Limits) -> Reply:
    """Answer in another process; if that is lost, once more and with less memory."""
    for parameters in ({}, _LEAN):
        try:
            apart = Apart(question.under(parameters), limits.left())
        except OSError:  # no more processes, or none at all
            return _search_here(question, limits)
        reply = _wait_for(apart, limits)
        best = _better(question, best, reply)
        if apart.loss is None or not limits.goes_on():
            break
        limits.lost.append(apart.loss)
        question = question.suggest(best.values)
    return best


def _wait_for(solver: Solver | Apart, limits: Limits) -> Reply:
    with limits.cancellation.stopping(solver):
        return solver.solve()


def _better(question: Question, one: Reply, other: Reply) -> Reply:
    """The later of two replies, with the cheaper values of both."""
    if one.values is None or other.is_final:
        return other
    bounds = [reply.bound for reply in (one, other) if reply.bound is not None]
    worse = other.values is None or question.cost(one.values) < question.cost(other.values)
    return replace(one if worse else other, bound=max(bounds, default=None))


def minimise(program: Program, cost: Cost, limits: Limits, hint: Hint | None = None) -> Answer:
    """Minimise one cost; an INFEASIBLE is asked again by another path before it is believed.

    A roster proves itself, as it can be checked; that there is none cannot be. An office that is
    told so wrongly would give up rights, so two paths have to agree. If the second finds a roster,
    that is the answer; if it is stopped, nothing is known.
    """
    answer = ask(program, cost, limits, FIRST, hint)
    if answer.status is Status.INFEASIBLE:
        answer = ask(program, cost, limits, SECOND)
    return answer


def ask(
    program: Program, cost: Cost, limits: Limits, parameters: Parameters, hint: Hint | None = None
) -> Answer:
    """Ask CP-SAT once for the least cost of a program."""
    if not limits.goes_on():  # posing what nobody will answer takes long
        return Answer(Status.UNKNOWN)
    reply = _search(pose(program, cost, hint).under(parameters), limits)
    if reply is None:
        return Answer(Status.UNKNOWN)
    if reply.flaw:
        raise RuntimeError(f"CP-SAT refuses the model: {reply.flaw}")
    if reply.values is None:
        return Answer(Status(reply.status))
    values = np.array(reply.values, dtype=np.int64)
    bound = None if reply.bound is None else reply.bound + cost.constant
    return Answer(Status(reply.status), values, bound)
