"""Decide a problem: the lexicographic optimum, and the proof of it."""

from __future__ import annotations

from dataclasses import dataclass

from rotasi.bounds import evaluate, is_allowed, is_contradictory, tier_range
from rotasi.forms import Ints
from rotasi.network import Network, NotNestedError
from rotasi.problem import Problem
from rotasi.program import write_program
from rotasi.relaxation import NEAR, relax
from rotasi.saturation import saturate
from rotasi.schedule import Status
from rotasi.search import FIRST, Search, ask, minimise
from rotasi.tiers import join_tiers

#: Flows compute in integers, and bounds of the LP are recomputed in them, so weights may be heavy.
#: The LP inside CP-SAT loses the last tier among the heavy weights of the first.
_HEAVIEST_EXACT, _HEAVIEST_SEARCH = 2**55, 2**31


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


def decide(problem: Problem, search: Search) -> Decision:
    """Find the lexicographic optimum of a problem and prove it.

    Where all forms are nested a min-cost flow does both. Elsewhere an LP often has an integral
    optimum, which its exact dual bound proves. CP-SAT, which can say everything, decides the rest
    and whatever seems infeasible.

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
    remote = _saturate(problem)
    if remote is None:
        remote = _flow(problem)
    if remote is not None:
        return _proven(problem, remote)
    relaxed = _relax(problem, search)
    return (
        relaxed
        if relaxed.status is Status.OPTIMAL
        else _solve_parts(problem, relaxed.remote, search)
    )


def _proven(problem: Problem, remote: Ints) -> Decision:
    return Decision(Status.OPTIMAL, remote, (0,) * len(problem.tiers))


def _saturate(problem: Problem) -> Ints | None:
    """The optimum if everybody can have the most remote days; None if that cannot be."""
    filled = saturate(problem)
    if filled is None or is_contradictory(filled):
        return None
    return _flow(filled)


def _flow(problem: Problem) -> Ints | None:
    """The optimum by a flow; None where forms cross, costs are too large, or nothing is found."""
    parts = join_tiers(problem, _HEAVIEST_EXACT)
    if len(parts) > 1:
        return None
    weights = parts[0].weights if parts else ()
    try:
        return Network(problem, weights).solve()
    except NotNestedError:
        return None


def _relax(problem: Problem, search: Search) -> Decision:
    """The optimum by an LP, whose bound is recomputed in integers; UNKNOWN if there is none.

    Where the LP leaves few rows fractional, all others are settled and CP-SAT decides those few.
    """
    parts = join_tiers(problem, _HEAVIEST_EXACT)
    nothing = Decision(Status.UNKNOWN)
    if len(parts) > 1 or not search.goes_on():
        return nothing
    program = write_program(problem)
    cost = program.weigh(parts[0].tiers, parts[0].weights)
    relaxed = relax(program, cost, search.left())
    if relaxed is None:
        return nothing
    values = relaxed.whole
    if values is None or not program.allows(values):
        values = ask(program.settle(relaxed.values, NEAR), cost, search, FIRST).values
    if values is None or not program.allows(values):
        return nothing
    remote = program.read(values)
    if program.price(cost, values) == relaxed.bound:
        return _proven(problem, remote)
    return Decision(Status.UNKNOWN, remote)


def _solve_parts(problem: Problem, best: Ints | None, search: Search) -> Decision:
    """Solve joined tiers by CP-SAT, a part after another, each held at its optimum from then on."""
    program = write_program(problem)
    best = _all_on_site(problem) if best is None else best
    bounds = [tier_range(problem, tier)[0] for tier in problem.tiers]
    costs, proven = bounds, False
    for part in join_tiers(problem, _HEAVIEST_SEARCH):
        cost = program.weigh(part.tiers, part.weights)
        answer = minimise(program, cost, search)
        best = best if answer.values is None else program.read(answer.values)
        if best is None:  # with a decision in hand, a claim that there is none proves nothing
            infeasible = answer.status is Status.INFEASIBLE
            return Decision(Status.INFEASIBLE if infeasible else Status.UNKNOWN)
        costs = [evaluate(problem, tier, best) for tier in problem.tiers]
        proven = answer.status is Status.OPTIMAL
        if not proven:
            part.claim(bounds, costs, answer.bound)
            break
        bounds[part.tiers] = costs[part.tiers]
        program = program.hold(cost, part.weigh(costs))
    gaps = tuple(cost - bound for cost, bound in zip(costs, bounds, strict=True))
    return Decision(Status.OPTIMAL if proven else Status.FEASIBLE, best, gaps)


def _all_on_site(problem: Problem) -> Ints | None:
    """A decision to fall back on: nobody remote who need not be, if that is allowed."""
    remote = problem.low * problem.size[:, None]
    return remote if is_allowed(problem, remote) else None
