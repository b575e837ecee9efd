"""Every proof once more, by another solver, which is given nothing that was prepared.

The engine simplifies, splits and folds, and proves by flows, LPs and CP-SAT. Here HiGHS gets the
parts as they were compiled, a variable for each ASN-day, and minimises tier by tier. What it finds
is rounded and checked in whole numbers: a better roster refutes a proof, whatever tolerances say.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum

import numpy as np
from ortools.math_opt.python import mathopt

from rotasi.engine.programs.integer_program import Cost, Program
from rotasi.engine.programs.unreduced import write_unreduced
from rotasi.engine.reductions.decomposition import Block, split
from rotasi.engine.runner import Outcome
from rotasi.engine.solvers.linear import write_model
from rotasi.errors import VerificationError
from rotasi.model.constraints import Cover, Flags, Ints, Places
from rotasi.model.evaluation import evaluate
from rotasi.model.problem import Problem
from rotasi.model.status import Status
from rotasi.support.cancellation import Interruption

SOLVER = "HiGHS"

_EMPTY = (
    mathopt.TerminationReason.INFEASIBLE,
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
)


class Verdict(Enum):
    """What a second solver says of a claim."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Claim:
    """What was said of a part of a problem.

    Parameters
    ----------
    problem : Problem
        As compiled, with one row per ASN.
    costs : tuple of int, or None
        The optimum, tier by tier; None = there is no solution.
    """

    problem: Problem
    costs: tuple[int, ...] | None


@dataclass(frozen=True)
class _Found:
    """What HiGHS says of one cost: values of the variables if they are a solution."""

    reason: mathopt.TerminationReason
    values: Ints | None


def check_again(
    claims: Sequence[Claim], deadline: float | None, interruption: Interruption
) -> dict[str, object]:
    """Have a second solver judge claims.

    Parameters
    ----------
    claims : sequence of Claim
    deadline : float or None
        On the clock of ``time.monotonic``.
    interruption : Interruption
        Where asked for, what is left is undecided.

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
    verdicts = [
        Verdict.UNDECIDED if interruption.asked else judge(claim, deadline) for claim in claims
    ]
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


def list_claims(
    problem: Problem,
    blocks: Sequence[Block],
    outcomes: Sequence[Outcome],
    remote: Flags,
    places: Places,
) -> list[Claim]:
    """What the outcomes of blocks claim about the parts of a problem as it was compiled.

    Parameters
    ----------
    problem : Problem
        As compiled.
    blocks : sequence of Block
        Of the simplified problem, each inside one part of the compiled one.
    outcomes : sequence of Outcome
    remote : ndarray of bool, shape (n, d)
    places : mapping of str to ndarray of int64, shape (n,)

    Returns
    -------
    list of Claim
        None about a part of which a block is neither proven nor infeasible.
    """
    proven, empty = np.zeros(problem.shape, dtype=bool), np.zeros(problem.shape, dtype=bool)
    for block, outcome in zip(blocks, outcomes, strict=True):
        cells = block.rows, slice(block.first, block.last + 1)
        proven[cells] = outcome.status is Status.OPTIMAL
        empty[cells] = outcome.status is Status.INFEASIBLE
    claims = []
    for part in split(_join_opds(problem)):
        cells = part.rows, slice(part.first, part.last + 1)
        if empty[cells].any():
            claims.append(Claim(part.problem, None))
        elif proven[cells].all():
            known = part.problem.place({rule: of[part.rows] for rule, of in places.items()})
            counts = remote[cells].astype(np.int64)
            costs = tuple(evaluate(known, tier, counts) for tier in known.tiers)
            claims.append(Claim(part.problem, costs))
    return claims


def _join_opds(problem: Problem) -> Problem:
    """The problem with one more cover, which asks for nothing: it keeps an OPD in one part."""
    shape = len(problem.opds), problem.shape[1]
    nothing, everybody = np.zeros(shape, dtype=np.int64), np.full(shape, len(problem.size))
    cover = Cover("", problem.opd, problem.opds, nothing, everybody)
    return replace(problem, covers=(*problem.covers, cover))


def judge(claim: Claim, deadline: float | None) -> Verdict:
    """Judge one claim.

    Parameters
    ----------
    claim : Claim
    deadline : float or None
        On the clock of ``time.monotonic``.
    """
    program = write_unreduced(claim.problem)
    if claim.costs is None:
        found = _minimise(program, program.weigh(slice(0), ()), deadline)
        if found.values is not None:
            return Verdict.REFUTED
        return Verdict.CONFIRMED if found.reason in _EMPTY else Verdict.UNDECIDED
    for cost, claimed in zip(program.costs, claim.costs, strict=True):
        found = _minimise(program, cost, deadline)
        if found.values is None:  # the claimed roster is verified, so there is one
            return Verdict.UNDECIDED
        least = program.price(cost, found.values)
        if least < claimed:
            return Verdict.REFUTED
        if least > claimed or found.reason is not mathopt.TerminationReason.OPTIMAL:
            return Verdict.UNDECIDED
        program = program.hold(cost, claimed)
    return Verdict.CONFIRMED


def _minimise(program: Program, cost: Cost, deadline: float | None) -> _Found:
    left = None if deadline is None else max(deadline - time.monotonic(), 0.0)
    if left == 0.0:
        return _Found(mathopt.TerminationReason.NO_SOLUTION_FOUND, None)
    model = mathopt.Model.from_model_proto(write_model(program, cost, integral=True))
    parameters = mathopt.SolveParameters(
        time_limit=None if left is None else timedelta(seconds=left),
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=0.0,
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    if not result.has_primal_feasible_solution():
        return _Found(result.termination.reason, None)
    values = np.rint(np.fromiter(result.variable_values().values(), dtype=np.float64))
    whole = values.astype(np.int64)
    return _Found(result.termination.reason, whole if program.allows(whole) else None)
