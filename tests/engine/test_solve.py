"""engine.solve: one way for every problem, wherever its blocks run and in whatever order."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from helpers import allows, costs, every_decision, policy, roster, unpack
from oracle.instances import random_instance

from rotasi.engine.limits import Limits
from rotasi.engine.runner import SideBySide, run_in_turn
from rotasi.engine.solution import Solution
from rotasi.engine.solve import prepare, solve
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve
from rotasi.model.problem import Block, Problem
from rotasi.model.status import Status

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")

ALONE = {"kind": "quota", "max_days": 2}
FOUR_OF_ONE = {"kind": "min_on_site", "count": 4, "scope": {"opd": ["B"]}}


class Notes:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.blocks: Sequence[Block] = ()
        self.ended: list[int] = []

    def begin(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks

    def end(self, number: int, solution: Solution) -> None:
        self.ended.append(number)


def towns(*rules: dict[str, object]) -> Problem:
    """Three OPDs of one ASN each, in one week."""
    who = roster([{"opd": opd} for opd in "ABC"])
    return compile_problem(resolve(who, policy(*rules)))


def drawn(seed: int) -> Problem:
    """The problem of a random instance."""
    return compile_problem(resolve(*unpack(random_instance(random.Random(seed), "tiny"))))


@pytest.mark.parametrize("seed", range(25))
def test_the_optimum_is_that_of_all_decisions(seed: int) -> None:
    given = unpack(random_instance(random.Random(seed), "tiny"))
    instance = resolve(*given)
    problem = compile_problem(instance)
    solution = solve(problem, Limits())
    every = list(every_decision(instance.facts))
    allowed = [costs(problem, remote) for remote in every if allows(problem, remote)]
    if not allowed:
        assert solution.status is Status.INFEASIBLE
        assert solution.remote is None
        return
    assert solution.status is Status.OPTIMAL
    assert solution.remote is not None
    assert list(solution.costs) == min(allowed)
    assert costs(problem, solution.remote) == min(allowed)
    assert set(solution.gaps) <= {0}


@pytest.mark.parametrize("seed", range(10))
def test_side_by_side_gives_what_one_after_the_other_does(seed: int) -> None:
    problem = drawn(seed)
    one = solve(problem, Limits())
    with ThreadPoolExecutor(2) as executor:
        for runner in (SideBySide(2, None, Notes()), SideBySide(2, executor, Notes())):
            other = solve(problem, Limits(), runner)
            assert (other.status, other.costs, other.gaps) == (one.status, one.costs, one.gaps)
            assert (one.remote is None) == (other.remote is None)
            if one.remote is not None and other.remote is not None:
                assert (one.remote == other.remote).all()


def test_the_listener_hears_each_block_once() -> None:
    notes = Notes()
    solution = solve(towns(ALONE), Limits(), SideBySide(2, None, notes))
    assert len(notes.blocks) == len(solution.parts) == 3
    assert sorted(notes.ended) == [0, 1, 2]


def test_parts_add_up_to_the_whole() -> None:
    solution = solve(towns(ALONE), Limits())
    assert [block.opds for block, _part in solution.parts] == [("A",), ("B",), ("C",)]
    assert [part.costs[0] for _block, part in solution.parts] == [-2, -2, -2]
    assert solution.costs[0] == -6
    assert solution.cells.sum() == 6


def test_rows_stay_where_they_are_in_whatever_order_solvers_see_them() -> None:
    problem = towns(ALONE, {"kind": "never_remote", "scope": {"opd": ["C"]}})
    solution = solve(problem, Limits(), order=np.array([2, 0, 1]))
    assert solution.cells.sum(axis=1).tolist() == [2, 2, 0]
    rows = [int(block.rows[0]) for block in prepare(problem, np.array([2, 0, 1]))]
    assert rows == [2, 0, 1]


def test_in_turn_ends_at_the_first_that_is_infeasible() -> None:
    solutions = run_in_turn(prepare(towns(ALONE, FOUR_OF_ONE)), Limits())
    found = [str(solution.status) for solution in solutions]
    assert found == ["OPTIMAL", "INFEASIBLE", "UNKNOWN"]


def test_side_by_side_solves_what_can_be() -> None:
    solution = solve(towns(ALONE, FOUR_OF_ONE), Limits(), SideBySide(1, None, Notes()))
    assert solution.status is Status.INFEASIBLE
    assert solution.remote is None
    assert solution.costs == ()
    found = [str(part.status) for _block, part in solution.parts]
    assert found == ["OPTIMAL", "INFEASIBLE", "OPTIMAL"]
    with pytest.raises(ValueError, match="no decision"):
        _ = solution.cells


def test_who_is_asked_to_stop_gives_what_needs_no_search() -> None:
    limits = Limits()
    limits.cancellation.ask()
    solution = solve(towns(ALONE), limits, SideBySide(1, None, Notes()))
    assert solution.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert solution.remote is not None


class TestLimits:
    def test_without_a_limit(self) -> None:
        limits = Limits()
        assert (limits.left(), limits.goes_on()) == (None, True)
        assert limits.share(0.5) is limits

    def test_parts_of_the_time_left(self) -> None:
        limits = Limits.begin(100)
        left, half = limits.left(), limits.share(0.5).left()
        assert left is not None
        assert half is not None
        assert 49 < half <= 50
        tenth = limits.within(10).left()
        assert tenth is not None
        assert 9 < tenth <= 10

    def test_time_that_is_up(self) -> None:
        assert not Limits(deadline=time.monotonic()).goes_on()

    def test_all_parts_stop_at_once(self) -> None:
        limits = Limits.begin(100)
        limits.share(0.5).cancellation.ask()
        assert not limits.goes_on()

    @pytest.mark.parametrize("limit", [0, -1, float("inf"), float("nan")])
    def test_limits_that_are_none(self, limit: float) -> None:
        with pytest.raises(ValueError, match=r"time_limit is .*positive number of seconds"):
            Limits.begin(limit)
