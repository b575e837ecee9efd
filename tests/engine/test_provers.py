"""The flow and CP-SAT give the same optimum; ranges and weights make one sum say it all."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import date
from itertools import product
from unittest.mock import patch

import numpy as np
import pytest
from helpers import allows, costs, policy, roster, unpack
from oracle.instances import random_instance

from rotasi.engine import prove as proof
from rotasi.engine.limits import Limits
from rotasi.engine.programs.integer_program import Answer, Cost, Rows, write_program
from rotasi.engine.reductions.decomposition import split
from rotasi.engine.reductions.lexicographic import WeightedTiers, join_tiers
from rotasi.engine.reductions.presolve import simplify
from rotasi.engine.reductions.saturation import saturate
from rotasi.engine.reductions.symmetry import fold
from rotasi.engine.solvers.flow import Network, NotNestedError
from rotasi.engine.solvers.linear import prove_bound
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve
from rotasi.model.evaluation import is_contradictory, tier_range
from rotasi.model.problem import Problem
from rotasi.model.status import Status

SEEDS = range(60)

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")


def folded_blocks(seed: int, size: str = "small") -> list[Problem]:
    """Blocks of a random instance, as classes; in every other one each person stands twice."""
    problem = compile_problem(resolve(*unpack(random_instance(random.Random(seed), size))))
    n_rows, n_days = problem.shape
    rows = np.repeat(np.arange(n_rows), 1 + seed % 2)
    problem = simplify(problem.take(rows, 0, n_days - 1))
    folded = [fold(block.problem).problem for block in split(problem)]
    return [block for block in folded if not is_contradictory(block)]


def search() -> Limits:
    return Limits(deadline=time.monotonic() + 60)


def flow(problem: Problem) -> np.ndarray | None:
    parts = join_tiers(problem, 2**55)
    try:
        return Network(problem, parts[0].weights).solve() if len(parts) == 1 else None
    except NotNestedError:
        return None


def test_flow_and_cp_sat_agree_on_random_blocks() -> None:
    compared = 0
    for seed in SEEDS:
        for problem in folded_blocks(seed):
            remote = flow(problem)
            if remote is None:
                continue
            other = proof._solve_tiers(write_program(problem), search())
            assert other.status is Status.OPTIMAL
            assert allows(problem, remote)
            assert costs(problem, remote) == costs(problem, other.remote)
            compared += 1
    assert compared > 60


def test_filling_every_window_reaches_the_same_optimum() -> None:
    compared = skipped = 0
    for seed in range(200):
        for problem in folded_blocks(seed):
            filled = saturate(problem)
            if filled is None:
                continue
            remote = proof._saturate(problem)
            if remote is None:
                skipped += 1
                continue
            other = proof._solve_tiers(write_program(problem), search())
            assert allows(problem, remote)
            assert other.remote is not None
            assert costs(problem, remote) == costs(problem, other.remote)
            compared += 1
    assert compared > 20
    assert skipped > 2


def test_flow_finds_nothing_where_cp_sat_proves_infeasible() -> None:
    infeasible = 0
    for seed in SEEDS:
        for problem in folded_blocks(seed):
            decision = proof.decide(problem, search())
            if decision.status is Status.INFEASIBLE:
                assert flow(problem) is None
                infeasible += 1
    assert infeasible > 2


@pytest.mark.parametrize("heaviest", [1, 50, 2**31])
def test_solving_in_parts_reaches_the_same_optimum(
    heaviest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = [block for seed in range(12) for block in folded_blocks(seed)]
    expected = [proof._solve_tiers(write_program(block), search()) for block in blocks]
    monkeypatch.setattr(proof, "_HEAVIEST_SEARCH", heaviest)
    found = [proof._solve_tiers(write_program(block), search()) for block in blocks]
    for block, a, b in zip(blocks, expected, found, strict=True):
        assert a.status is b.status
        assert a.remote is None or costs(block, a.remote) == costs(block, b.remote)


def decisions(problem: Problem) -> list[np.ndarray]:
    """Every decision that masks, windows and covers allow."""
    size = problem.size[:, None]
    low, high = (problem.low * size).ravel(), (problem.high * size).ravel()
    options = [range(a, b + 1) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    if np.prod([float(len(option)) for option in options]) > 5000:
        return []
    every = (np.array(cells).reshape(problem.shape) for cells in product(*options))
    return [remote for remote in every if allows(problem, remote)]


def test_ranges_hold_for_every_decision() -> None:
    judged = 0
    for seed in SEEDS:
        for problem in folded_blocks(seed, "tiny"):
            ranges = [tier_range(problem, tier) for tier in problem.tiers]
            fewest, most = problem.extreme_totals
            for remote in decisions(problem):
                total = remote.sum(axis=1)
                assert (fewest * problem.size <= total).all()
                assert (total <= most * problem.size).all()
                found = costs(problem, remote)
                assert all(a <= c <= b for (a, b), c in zip(ranges, found, strict=True))
                judged += 1
    assert judged > 1000


def test_weighted_sum_orders_decisions_as_their_tiers_do() -> None:
    compared = 0
    for seed in SEEDS:
        for problem in folded_blocks(seed, "tiny"):
            (part,) = join_tiers(problem, 2**55)
            found = [costs(problem, remote) for remote in decisions(problem)[:60]]
            sums = [sum(w * c for w, c in zip(part.weights, row, strict=True)) for row in found]
            for a, b in zip(range(len(found)), range(1, len(found)), strict=False):
                assert (sums[a] < sums[b]) == (found[a] < found[b])
                compared += 1
    assert compared > 500


def test_weights_exceed_the_range_of_what_follows() -> None:
    for seed in range(10):
        for problem in folded_blocks(seed):
            for part in join_tiers(problem, 2**20):
                ranges = [tier_range(problem, tier) for tier in problem.tiers[part.tiers]]
                reach = 0
                for (low, high), weight in zip(ranges[::-1], part.weights[::-1], strict=True):
                    assert weight > reach or weight == 1
                    reach += weight * (high - low)


@pytest.mark.parametrize(
    ("total", "gaps"),
    [
        # Weights 100 and 1, second tier at most 20: 100 a + b >= 480 allows a = 5, and a = 4.6 not.
        (480, (0, 15)),
        # 100 a + b >= 512 with a = 5 reached leaves b >= 12.
        (512, (0, 3)),
        (515, (0, 0)),
        # 100 a + b >= 90: a >= 0.7 rounds up to 1, short of the 5 that the decision costs; what b
        # can be with the least a nobody knows.
        (90, (4,)),
        # Only the ranges are known.
        (None, (5,)),
    ],
)
def test_bound_on_the_sum_is_shared_out_to_the_tiers(
    total: int | None, gaps: tuple[int, ...]
) -> None:
    part = WeightedTiers(slice(1, 3), (100, 1), (0, 0), (9, 20))
    assert part.claim([7, 5, 15], total) == gaps


def test_costs_that_ranges_prove_need_no_bound_on_the_sum() -> None:
    part = WeightedTiers(slice(0, 2), (100, 1), (5, 3), (9, 20))
    assert part.claim([5, 4], None) == (0, 1)
    assert part.claim([5, 3], None) == (0, 0)


def test_crossing_forms_are_no_flow() -> None:
    # Groups by unit and by position cross: each pair of people shares one but not the other.
    rows = [{"unit": unit, "position": role} for unit in "XY" for role in "PQ"]
    rules = [
        {"kind": "min_on_site", "by": ["unit"], "share": 0.5},
        {"kind": "min_on_site", "by": ["position"], "share": 0.5},
    ]
    problem = compile_problem(resolve(roster(rows), policy(*rules)))
    with pytest.raises(NotNestedError):
        Network(problem, [1, 1, 1])


def test_no_multipliers_whatever_give_a_bound_above_the_optimum() -> None:
    """Multipliers so large that sums of them would leave int64 included."""
    rng, judged = np.random.default_rng(0), 0
    for seed in range(40):
        for problem in folded_blocks(seed):
            (part,) = join_tiers(problem, 2**55)
            program = write_program(problem)
            cost = program.weigh(part.tiers, part.weights)
            decision = proof.decide(problem, search())
            if decision.remote is None:
                continue
            optimum = part.weigh(costs(problem, decision.remote))
            for size in (1.0, 1e6, 1e18, 4e18, 1e30):
                multipliers = rng.choice([-size, 0.0, size], len(program.rows.low))
                assert prove_bound(program, cost, multipliers) <= optimum
                assert prove_bound(program, cost, multipliers, 12) <= optimum
                judged += 1
    assert judged > 200


def test_sums_of_large_multipliers_do_not_overflow() -> None:
    # One cell that twenty rows want to be 1, for a cost of 1. With 2**60 for each row the sum
    # 20 * 2**60 would wrap around in int64, and the bound with it.
    problem = compile_problem(resolve(roster(), policy(end=date(2026, 1, 5))))
    ones = np.ones(20, dtype=np.int64)
    rows = Rows(np.arange(20), 0 * ones, ones, ones, ones)
    program = replace(write_program(problem), upper=ones[:1], lower=0 * ones[:1], rows=rows)
    assert prove_bound(program, Cost(ones[:1], 0), np.full(20, 1e30)) <= 1


def test_a_search_that_is_cut_short_takes_nothing_back() -> None:
    """CP-SAT finds nobody remote; the plan that was known before is better, and stays."""
    problem = simplify(
        compile_problem(resolve(roster(2), policy({"kind": "quota", "max_days": 2})))
    )
    program = write_program(problem)
    good = proof.decide(problem, search())
    poor = Answer(Status.FEASIBLE, np.zeros_like(program.upper), -100)
    with patch("rotasi.engine.prove.minimise", return_value=poor):
        kept = proof._solve_tiers(program, search(), proof._found(problem, good.remote, {}))
        found = proof._solve_tiers(program, search())
    assert kept.status is found.status is Status.FEASIBLE
    assert kept.remote is not None
    assert found.remote is not None
    assert (kept.remote.sum(), found.remote.sum()) == (4, 0)
