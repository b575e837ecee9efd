"""Every proof once more, by another solver, which gets nothing that the engine has prepared.

The engine simplifies, splits and folds, and proves by flows, LPs and CP-SAT. Here HiGHS gets the
parts as they were compiled, a variable for each ASN-day, and minimises tier by tier, each held at
its optimum from then on. What it finds is rounded and checked in whole numbers: a better roster
refutes a proof, whatever tolerances say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import Enum

import numpy as np
from ortools.math_opt.python import mathopt

from rotasi.engine.limits import Limits
from rotasi.engine.programs.integer_program import Answer, Cost, Program
from rotasi.engine.programs.unreduced import write_unreduced
from rotasi.engine.reductions.decomposition import split
from rotasi.engine.solution import Solution
from rotasi.engine.solvers.linear import write_model
from rotasi.errors import VerificationError
from rotasi.model.constraints import UNLIMITED, Cover
from rotasi.model.evaluation import evaluate
from rotasi.model.problem import Problem
from rotasi.model.status import Status

SOLVER = "HiGHS"

#: What HiGHS says of a program that has no solution; ours are bounded.
_EMPTY = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
)
_CERTAIN = {mathopt.TerminationReason.OPTIMAL: Status.OPTIMAL} | dict.fromkeys(
    _EMPTY, Status.INFEASIBLE
)


class Verdict(Enum):
    """What a second solver says of a claim."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


#: A part of a problem as it was compiled, one row per ASN, and what was claimed of it: optimal
#: costs, tier by tier, or that there is no solution.
Claim = tuple[Problem, Solution]


def check_again(claims: Sequence[Claim], limits: Limits) -> dict[str, object]:
    """Have a second solver judge claims.

    Parameters
    ----------
    claims : sequence of (Problem, Solution)
    limits : Limits
        Where time is up, or it was asked to stop, what is left is undecided.

    Returns
    -------
    dict
        For provenance: solver, parts (claims judged), confirmed, undecided (out of time, or HiGHS
        could not tell).

    Raises
    ------
    VerificationError
        If a claim is refuted.
    """
    # One after another: MathOpt leaves the threads of HiGHS to HiGHS.
    verdicts = [judge(problem, claimed, limits) for problem, claimed in claims]
    refuted = verdicts.count(Verdict.REFUTED)
    if refuted:
        raise VerificationError(
            f"{SOLVER} refutes {refuted} of {len(claims)} proofs; please report this bug"
        )
    return {
        "solver": SOLVER,
        "parts": len(claims),
        "confirmed": verdicts.count(Verdict.CONFIRMED),
        "undecided": verdicts.count(Verdict.UNDECIDED),
    }


def list_claims(problem: Problem, found: Solution) -> list[Claim]:
    """What a solution claims about the parts of a problem as it was compiled.

    Parameters
    ----------
    problem : Problem
        As compiled.
    found : Solution
        Its parts are those of the simplified problem, each inside one part of the compiled one.

    Returns
    -------
    list of (Problem, Solution)
        None about a part of which a block is neither proven nor infeasible.
    """
    proven, empty = np.zeros(problem.shape, dtype=bool), np.zeros(problem.shape, dtype=bool)
    remote = np.zeros(problem.shape, dtype=np.int64)
    for block, solution in found.parts:
        cells = block.rows, slice(block.first, block.last + 1)
        proven[cells] = solution.status is Status.OPTIMAL
        empty[cells] = solution.status is Status.INFEASIBLE
        remote[cells] = 0 if solution.remote is None else solution.remote
    claims = []
    for part in split(_join_opds(problem)):
        cells = part.rows, slice(part.first, part.last + 1)
        if empty[cells].any():
            claims.append((part.problem, Solution(Status.INFEASIBLE)))
        elif proven[cells].all():
            places = {rule: of[part.rows] for rule, of in found.places.items()}
            known = part.problem.place(places)
            costs = tuple(evaluate(known, tier, remote[cells]) for tier in known.tiers)
            claims.append((part.problem, Solution(Status.OPTIMAL, costs=costs)))
    return claims


def _join_opds(problem: Problem) -> Problem:
    """The problem with one more cover, which asks for nothing: it keeps an OPD in one part."""
    shape = len(problem.opds), problem.shape[1]
    nothing, anything = np.zeros(shape, dtype=np.int64), np.full(shape, UNLIMITED)
    cover = Cover("", problem.opd, problem.opds, nothing, anything)
    return replace(problem, covers=(*problem.covers, cover))


def judge(problem: Problem, claimed: Solution, limits: Limits) -> Verdict:
    """Judge one claim.

    Parameters
    ----------
    problem : Problem
    claimed : Solution
        OPTIMAL with its costs, or INFEASIBLE.
    limits : Limits
    """
    program = write_unreduced(problem)
    if claimed.status is Status.INFEASIBLE:
        answer = _minimise(program, program.weigh(slice(0), ()), limits)
        if answer.values is not None:
            return Verdict.REFUTED
        certain = answer.status is Status.INFEASIBLE
        return Verdict.CONFIRMED if certain else Verdict.UNDECIDED
    for cost, least in zip(program.costs, claimed.costs, strict=True):
        answer = _minimise(program, cost, limits)
        if answer.values is None:  # the claimed roster is verified, so there is one
            return Verdict.UNDECIDED
        found = program.price(cost, answer.values)
        if found < least:
            return Verdict.REFUTED
        if found > least or answer.status is not Status.OPTIMAL:
            return Verdict.UNDECIDED
        program = program.hold(cost, least)
    return Verdict.CONFIRMED


def _minimise(program: Program, cost: Cost, limits: Limits) -> Answer:
    """What HiGHS says of one cost; values only if they are a solution in whole numbers."""
    if not limits.goes_on():
        return Answer(Status.UNKNOWN)
    left = limits.left()
    model = mathopt.Model.from_model_proto(write_model(program, cost, integral=True))
    parameters = mathopt.SolveParameters(
        time_limit=None if left is None else timedelta(seconds=left),
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=0.0,
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    status = _CERTAIN.get(result.termination.reason, Status.UNKNOWN)
    if not result.has_primal_feasible_solution():
        return Answer(status)
    values = np.rint(np.fromiter(result.variable_values().values(), dtype=np.float64))
    whole = values.astype(np.int64)
    return Answer(status, whole if program.allows(whole) else None)
