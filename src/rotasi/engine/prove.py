"""Decide a problem: the lexicographic optimum, and the proof of it."""

from __future__ import annotations

from dataclasses import dataclass

from rotasi.engine.programs.integer_program import Program, write_program
from rotasi.engine.programs.unreduced import write_unreduced
from rotasi.engine.reductions.lexicographic import join_tiers
from rotasi.engine.reductions.saturation import saturate
from rotasi.engine.solvers.cpsat.search import FIRST, SECOND, Search, ask, minimise
from rotasi.engine.solvers.flow import Network, NotNestedError
from rotasi.engine.solvers.linear import NEAR, relax
from rotasi.errors import VerificationError
from rotasi.model.constraints import Ints, Places, SameStatus
from rotasi.model.evaluation import (
    evaluate,
    is_allowed,
    is_contradictory,
    place_members,
    tier_range,
)
from rotasi.model.problem import Problem
from rotasi.model.status import Status

#: Flows compute in integers, and bounds of the LP are recomputed in them, so weights may be heavy.
#: The LP inside CP-SAT loses the last tier among the heavy weights of the first.
_HEAVIEST_EXACT, _HEAVIEST_SEARCH = 2**55, 2**31

#: Parts of the time left that the steps towards a first plan may take.
_FIRST_STEP, _STEP = 0.4, 0.1
_MOST_TURNS = 500  # of groups and days that are tried one by one


@dataclass(frozen=True)
class Plan:
    """What is decided.

    Parameters
    ----------
    remote : ndarray of int64, shape (n, d)
        Remote members of each row and day.
    places : mapping of str to ndarray of int64, shape (n,)
        By rule, the part of its group that each row belongs to, where groups had to be formed.
    """

    remote: Ints
    places: Places


@dataclass(frozen=True)
class Decision:
    """The answer to a problem.

    Parameters
    ----------
    status : Status
        OPTIMAL only if every tier is proven.
    plan : Plan or None
    gaps : tuple of int
        Per tier, cost minus proven lower bound; empty without a decision.
    """

    status: Status
    plan: Plan | None = None
    gaps: tuple[int, ...] = ()

    @property
    def remote(self) -> Ints | None:
        """Remote members of each row and day, shape (n, d); None without a plan."""
        return None if self.plan is None else self.plan.remote


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
        return confirm_infeasible(problem, search)
    if problem.draws:
        return _solve_parts(write_program(problem), _form_groups(problem, search), search)
    remote = _saturate(problem)
    if remote is None:
        remote = _flow(problem)
    if remote is not None:
        return _proven(problem, Plan(remote, {}))
    relaxed = _relax(problem, search)
    if relaxed.status is Status.OPTIMAL:
        return relaxed
    return _solve_parts(write_program(problem), relaxed.plan, search)


def confirm_infeasible(problem: Problem, search: Search) -> Decision:
    """What arithmetic finds impossible, asked again: of CP-SAT, as if nothing was known.

    Raises
    ------
    VerificationError
        If there is a solution after all.
    """
    program = write_unreduced(problem)
    answer = ask(program, program.weigh(slice(0), ()), search, SECOND)
    if answer.values is not None:
        raise VerificationError("a roster exists that arithmetic denies; please report this bug")
    return Decision(answer.status)


def _proven(problem: Problem, plan: Plan) -> Decision:
    return Decision(Status.OPTIMAL, plan, (0,) * len(problem.tiers))


def _read(program: Program, values: Ints) -> Plan:
    return Plan(program.read(values), program.read_places(values))


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
    plan = _read(program, values)
    if program.price(cost, values) == relaxed.bound:
        return _proven(problem, plan)
    return Decision(Status.UNKNOWN, plan)


def _form_groups(problem: Problem, search: Search) -> Plan | None:
    """A good plan to begin with where groups are to be formed; nothing is proven.

    Groups formed in turn take turns in being remote. Then they are given the best days, and ASN go
    where these days suit them best, as long as that helps; both are far easier than the whole.
    """
    places, program = _seat_in_turn(problem), write_program(problem)
    best = _take_turns(problem)
    while search.goes_on():
        found = decide(problem.place(places), search.share(_FIRST_STEP)).remote
        if found is None:
            break
        kept = program.keep_switches(found, places)
        plan = _solve_parts(kept, Plan(found, places), search.share(_STEP)).plan
        if plan is None or (best and _price(problem, plan) >= _price(problem, best)):
            break
        best, places = plan, plan.places
    return best


def _take_turns(problem: Problem) -> Plan | None:
    """A plan made at once: day by day each group in turn is remote, if nothing hard forbids it."""
    plan = _all_on_site(problem)
    if plan is None:
        return None
    remote, known = plan.remote, problem.place(plan.places)
    for tie in known.indicators:
        if not isinstance(tie, SameStatus):
            continue
        groups, days = len(tie.labels), problem.shape[1]
        for turn in range(min(groups * days, _MOST_TURNS)):
            day, group = turn // groups, (turn + turn // groups) % groups
            members = tie.cells[:, day] & (tie.group == group)
            tried = remote.copy()
            tried[members, day] = problem.size[members]
            if is_allowed(known, tried):
                remote = tried
    return Plan(remote, plan.places)


def _price(problem: Problem, plan: Plan) -> list[int]:
    """What a plan costs, tier by tier."""
    known = problem.place(plan.places)
    return [evaluate(known, tier, plan.remote) for tier in known.tiers]


def _better(problem: Problem, one: Plan | None, other: Plan) -> Plan:
    """The cheaper plan: a search that is cut short may find less than what is known already."""
    return other if one is None or _price(problem, other) <= _price(problem, one) else one


def _solve_parts(program: Program, best: Plan | None, search: Search) -> Decision:
    """Solve joined tiers by CP-SAT, a part after another, each held at its optimum from then on."""
    problem = program.problem
    best = _all_on_site(problem) if best is None else best
    bounds = [tier_range(problem, tier)[0] for tier in problem.tiers]
    costs, proven = bounds, False
    for part in join_tiers(problem, _HEAVIEST_SEARCH):
        cost = program.weigh(part.tiers, part.weights)
        hint = program.recall(best.remote, best.places) if problem.draws and best else None
        answer = minimise(program, cost, search, hint)
        if answer.values is not None:
            best = _better(problem, best, _read(program, answer.values))
        if best is None:  # with a decision in hand, a claim that there is none proves nothing
            infeasible = answer.status is Status.INFEASIBLE
            return Decision(Status.INFEASIBLE if infeasible else Status.UNKNOWN)
        costs = _price(problem, best)
        proven = answer.status is Status.OPTIMAL
        if not proven:
            part.claim(bounds, costs, answer.bound)
            break
        bounds[part.tiers] = costs[part.tiers]
        program = program.hold(cost, part.weigh(costs))
    gaps = tuple(cost - bound for cost, bound in zip(costs, bounds, strict=True))
    return Decision(Status.OPTIMAL if proven else Status.FEASIBLE, best, gaps)


def _all_on_site(problem: Problem) -> Plan | None:
    """A plan to fall back on: nobody remote who need not be, if that is allowed."""
    places = _seat_in_turn(problem)
    remote = problem.low * problem.size[:, None]
    return Plan(remote, places) if is_allowed(problem.place(places), remote) else None


def _seat_in_turn(problem: Problem) -> Places:
    """Groups to begin with: members join the parts of their group in turn."""
    return {tie.rule: place_members(tie.group) % tie.parts for tie in problem.draws}
