"""Decide a problem: the lexicographic optimum, and the proof of it.

Provers are asked from the cheapest to the one that can say everything:

1. arithmetic, whether bounds contradict each other;
2. a min-cost flow on the filled problem (`saturation`), then on the problem as it is: exact where
   forms are nested, and faster than all others;
3. an LP, whose optimum is often integral where forms cross, and whose bound is exact;
4. CP-SAT, first on the few rows that the LP leaves fractional, then on the whole.

What a status rests on:

- OPTIMAL: a cheapest flow; or a decision, checked in whole numbers, that costs what a bound in
  whole numbers proves; or OPTIMAL by CP-SAT for each weighted sum in turn.
- INFEASIBLE: CP-SAT, and beside it arithmetic, or CP-SAT once more by another path.
- FEASIBLE: a decision, and a bound that it does not reach.
- UNKNOWN: neither. That a flow or an LP finds nothing is no proof of anything.
"""

from __future__ import annotations

from dataclasses import replace

from rotasi.engine.limits import Limits
from rotasi.engine.programs.integer_program import Program, write_program
from rotasi.engine.programs.unreduced import write_unreduced
from rotasi.engine.reductions.lexicographic import join_tiers
from rotasi.engine.reductions.saturation import saturate
from rotasi.engine.solution import Solution
from rotasi.engine.solvers.cpsat.encode import Hint
from rotasi.engine.solvers.cpsat.search import FIRST, SECOND, ask, minimise
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

#: Weighted sums stay below these. Flows compute in 64-bit integers, and bounds of the LP are
#: recomputed in them, so that weights may be heavy. The LP inside CP-SAT computes in doubles, where
#: heavy weights of the first tier would drown the last.
_HEAVIEST_EXACT, _HEAVIEST_SEARCH = 2**55, 2**31

#: Parts of the time left that the steps towards a first decision may take.
_FIRST_STEP, _STEP = 0.4, 0.1
_WRITING = 2e-6  # seconds per cell for writing programs; with less time left nobody solves them
_MOST_TURNS = 500  # of groups and days that are tried one by one

_UNKNOWN = Solution(Status.UNKNOWN)


def decide(problem: Problem, limits: Limits) -> Solution:
    """Find the lexicographic optimum of a problem and prove it.

    Where all forms are nested a min-cost flow does both. Elsewhere an LP often has an integral
    optimum, which its exact dual bound proves. CP-SAT, which can say everything, decides the rest
    and whatever seems infeasible.

    Parameters
    ----------
    problem : Problem
    limits : Limits

    Returns
    -------
    Solution
    """
    if is_contradictory(problem):
        return confirm_infeasible(problem, limits)
    if problem.draws:
        return _search(problem, limits, _form_groups(problem, limits))
    remote = _saturate(problem)
    if remote is None:
        remote = find_by_flow(problem)
    return _search(problem, limits) if remote is None else _proven(problem, remote)


def fall_back(problem: Problem, best: Solution = _UNKNOWN) -> Solution:
    """A decision without a search, with what arithmetic proves of it; UNKNOWN if there is none.

    Parameters
    ----------
    problem : Problem
    best : Solution
        With a decision and its costs, if one is known.
    """
    best = _all_on_site(problem) if best.remote is None else best
    if best.remote is None:
        return best
    gaps: list[int] = []
    for tier, cost in zip(problem.tiers, best.costs, strict=True):
        gaps.append(cost - tier_range(problem, tier)[0])
        if gaps[-1]:
            break
    return _judged(best, tuple(gaps))


def _search(problem: Problem, limits: Limits, best: Solution = _UNKNOWN) -> Solution:
    """What programs tell: an LP where no groups are to be formed, and CP-SAT."""
    if not limits.goes_on(_WRITING * problem.free.size):
        return fall_back(problem, best)
    program = write_program(problem)
    if not problem.draws:
        best = _relax(program, limits)
        if best.status is Status.OPTIMAL:
            return best
    return _solve_tiers(program, limits, best)


def confirm_infeasible(problem: Problem, limits: Limits) -> Solution:
    """What arithmetic finds impossible, asked again: of CP-SAT, as if nothing was known.

    Returns
    -------
    Solution
        INFEASIBLE, or UNKNOWN if CP-SAT was stopped.

    Raises
    ------
    VerificationError
        If there is a solution after all.
    """
    if not limits.goes_on():
        return _UNKNOWN
    program = write_unreduced(problem)
    answer = ask(program, program.weigh(slice(0), ()), limits, SECOND)
    if answer.values is not None:
        raise VerificationError("a roster exists that arithmetic denies; please report this bug")
    return Solution(answer.status)


def _proven(problem: Problem, remote: Ints) -> Solution:
    return Solution(Status.OPTIMAL, remote, gaps=(0,) * len(problem.tiers))


def _judged(best: Solution, gaps: tuple[int, ...]) -> Solution:
    """A decision with what is proven of it: OPTIMAL if no gap is left."""
    return replace(best, status=Status.FEASIBLE if any(gaps) else Status.OPTIMAL, gaps=gaps)


def _found(problem: Problem, remote: Ints, places: Places) -> Solution:
    """A decision of which nothing is proven, with what it costs."""
    known = problem.place(places)
    costs = tuple(evaluate(known, tier, remote) for tier in known.tiers)
    return Solution(Status.FEASIBLE, remote, places, costs)


def _read(program: Program, values: Ints) -> Solution:
    return _found(program.problem, program.read(values), program.read_places(values))


def _saturate(problem: Problem) -> Ints | None:
    """The optimum if everybody can have the most remote days; None if that cannot be."""
    filled = saturate(problem)
    if filled is None or is_contradictory(filled):
        return None
    return find_by_flow(filled)


def find_by_flow(problem: Problem) -> Ints | None:
    """The optimum by a flow; None where forms cross, costs are too large, or nothing is found.

    A flow minimises one sum, so all tiers have to be joined in one.
    """
    parts = join_tiers(problem, _HEAVIEST_EXACT)
    if len(parts) > 1:
        return None
    weights = parts[0].weights if parts else ()
    try:
        return Network(problem, weights).solve()
    except NotNestedError:
        return None


def _relax(program: Program, limits: Limits) -> Solution:
    """The optimum by an LP, whose bound is recomputed in integers; UNKNOWN if there is none.

    Where the LP leaves few rows fractional, all others are settled and CP-SAT decides those few.
    However values are found, they are optimal if they keep every row and cost what the bound is.
    Otherwise they are a decision to go on from.
    """
    parts = join_tiers(program.problem, _HEAVIEST_EXACT)
    if len(parts) > 1 or not limits.goes_on():
        return _UNKNOWN
    cost = program.weigh(parts[0].tiers, parts[0].weights)
    relaxed = relax(program, cost, limits.left())
    if relaxed is None:
        return _UNKNOWN
    values = relaxed.whole
    if values is None or not program.allows(values):
        values = ask(program.settle(relaxed.values, NEAR), cost, limits, FIRST).values
    if values is None or not program.allows(values):
        return _UNKNOWN
    if program.price(cost, values) == relaxed.bound:
        return _proven(program.problem, program.read(values))
    return _read(program, values)


def _form_groups(problem: Problem, limits: Limits) -> Solution:
    """A good decision to begin with where groups are to be formed; nothing is proven.

    Members join groups in turn, and groups are remote in turn. Then two easier problems alternate
    as long as that helps: the best days for these groups, and the best groups for these days.
    """
    places, best = _seat_in_turn(problem), _take_turns(problem, limits)
    if not limits.goes_on():
        return best
    program = write_program(problem)
    while limits.goes_on():
        found = decide(problem.place(places), limits.share(_FIRST_STEP)).remote
        if found is None:
            break
        kept = program.keep_switches(found, places)
        better = _solve_tiers(kept, limits.share(_STEP), _found(problem, found, places))
        if better.remote is None or (best.remote is not None and better.costs >= best.costs):
            break
        best, places = better, better.places
    return best


def _take_turns(problem: Problem, limits: Limits) -> Solution:
    """A decision made at once: each day another group is remote, if nothing hard forbids it."""
    start = _all_on_site(problem)
    if start.remote is None:
        return start
    remote, known = start.remote, problem.place(start.places)
    for tie in known.indicators:
        if not isinstance(tie, SameStatus):
            continue
        groups, days = len(tie.labels), problem.shape[1]
        for turn in range(min(groups * days, _MOST_TURNS)):
            if not limits.has_patience():
                break
            day, group = turn // groups, (turn + turn // groups) % groups
            members = tie.cells[:, day] & (tie.group == group)
            tried = remote.copy()
            tried[members, day] = problem.size[members]
            if is_allowed(known, tried):
                remote = tried
    return _found(problem, remote, start.places)


def _better(one: Solution, other: Solution) -> Solution:
    """The cheaper decision: a search that is cut short may find less than is known already."""
    return other if one.remote is None or other.costs <= one.costs else one


def _solve_tiers(program: Program, limits: Limits, best: Solution = _UNKNOWN) -> Solution:
    """Solve joined tiers by CP-SAT, one sum after another, each held at its optimum from then on.

    Where time runs out, the bound on that sum still bounds its tiers up to the first that is open
    (`WeightedTiers.claim`); nothing bounds those behind.

    Parameters
    ----------
    program : Program
    limits : Limits
    best : Solution
        With a decision to fall back on, if one is known, and its costs.
    """
    problem = program.problem
    best = _all_on_site(problem) if best.remote is None else best
    gaps: tuple[int, ...] = ()
    for joined in join_tiers(problem, _HEAVIEST_SEARCH):
        cost, bound = program.weigh(joined.tiers, joined.weights), None
        if best.remote is None or any(joined.claim(best.costs, bound)):
            answer = minimise(program, cost, limits, _hint(program, best))
            if answer.values is not None:
                best = _better(best, _read(program, answer.values))
            # With a decision in hand, INFEASIBLE cannot be true; it is taken for UNKNOWN.
            if best.remote is None:
                infeasible = answer.status is Status.INFEASIBLE
                return Solution(Status.INFEASIBLE if infeasible else Status.UNKNOWN)
            optimal = answer.status is Status.OPTIMAL
            bound = joined.weigh(best.costs) if optimal else answer.bound
        gaps += joined.claim(best.costs, bound)
        if any(gaps):
            break
        program = program.hold(cost, joined.weigh(best.costs))
    return _judged(best, gaps)


def _hint(program: Program, best: Solution) -> Hint | None:
    """What CP-SAT tries first; without groups to form it is faster without a hint."""
    if best.remote is None or not program.problem.draws:
        return None
    return program.recall(best.remote, best.places)


def _all_on_site(problem: Problem) -> Solution:
    """A decision to fall back on: nobody remote who need not be, if that is allowed."""
    places = _seat_in_turn(problem)
    remote = problem.low * problem.size[:, None]
    if not is_allowed(problem.place(places), remote):
        return _UNKNOWN
    return _found(problem, remote, places)


def _seat_in_turn(problem: Problem) -> Places:
    """Groups to begin with: members join the parts of their group in turn.

    So the larger parts come first, and the first member is in the first, as in `_GroupFormation`.
    """
    return {tie.rule: place_members(tie.group) % tie.parts for tie in problem.draws}
