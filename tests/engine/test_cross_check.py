"""solve(cross_check=True): another solver confirms what is true and refutes what is not."""

from __future__ import annotations

import random
import time
from unittest.mock import patch

import numpy as np
import pytest
from helpers import crossing, policy, roster, unpack
from oracle.instances import random_instance

import rotasi
from rotasi import presets
from rotasi.engine.cross_check import Verdict, _minimise, check_again, judge
from rotasi.engine.limits import Limits
from rotasi.engine.programs.unreduced import write_unreduced
from rotasi.engine.prove import confirm_infeasible
from rotasi.engine.solution import Solution
from rotasi.errors import VerificationError
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve
from rotasi.model.problem import Problem
from rotasi.model.status import Status

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")

FLOOR = {"kind": "min_on_site", "count": 2}

#: The claim that there is no solution.
NONE = Solution(Status.INFEASIBLE)


def proven(*costs: int) -> Solution:
    """The claim that these costs are the least."""
    return Solution(Status.OPTIMAL, costs=costs)


def compiled(count: int, *rules: dict[str, object]) -> Problem:
    return compile_problem(resolve(roster(count), policy(*rules), None))


def test_a_city_is_confirmed_part_by_part() -> None:
    schedule = rotasi.solve(rotasi.datasets.city(60), presets.bekasi_2026(), cross_check=True)
    verdict = schedule.provenance["cross_check"]
    assert verdict["solver"] == "HiGHS"
    assert verdict["confirmed"] == verdict["parts"] > 1
    assert verdict["undecided"] == 0


def test_random_rosters_are_confirmed_possible_or_not() -> None:
    statuses = []
    for seed in range(30):
        print("seed", seed)  # the last one is shown if the test fails
        given, terms, previous = unpack(random_instance(random.Random(8_000_000 + seed), "small"))
        schedule = rotasi.solve(given, terms, previous=previous, cross_check=True)
        verdict = schedule.provenance["cross_check"]
        assert verdict["confirmed"] == verdict["parts"]
        statuses.append(str(schedule.status))
    assert statuses.count("INFEASIBLE") >= 2
    assert statuses.count("OPTIMAL") >= 15


class TestFalseClaims:
    def test_an_optimum_that_is_none(self) -> None:
        """One of three remote each day is 5 days; 4 is claimed to be the most."""
        problem = compiled(3, FLOOR)
        best = (-5, 0, 9)  # 5 = 2 + 2 + 1 days
        assert judge(problem, proven(*best), Limits()) is Verdict.CONFIRMED
        assert judge(problem, proven(-4, *best[1:]), Limits()) is Verdict.REFUTED
        assert judge(problem, proven(*best[:2], 10), Limits()) is Verdict.REFUTED

    def test_an_impossibility_that_is_none(self) -> None:
        assert judge(compiled(3, FLOOR), NONE, Limits()) is Verdict.REFUTED
        assert judge(compiled(1, FLOOR), NONE, Limits()) is Verdict.CONFIRMED

    def test_more_than_can_be_is_no_confirmation(self) -> None:
        assert judge(compiled(3, FLOOR), proven(-6, 0, 12), Limits()) is Verdict.UNDECIDED

    def test_a_refuted_proof_is_our_bug(self) -> None:
        with pytest.raises(VerificationError, match="refutes 1 of 1 proofs"):
            check_again([(compiled(3, FLOOR), NONE)], Limits())

    def test_a_wrong_engine_is_found_out(self) -> None:
        """An engine that calls the roster with everybody on site the best one."""

        def lazy(problem: Problem) -> np.ndarray:
            return np.zeros(problem.shape, dtype=np.int64)

        with patch("rotasi.engine.prove._saturate", side_effect=lazy):
            assert rotasi.solve(roster(3), policy(FLOOR)).status == "OPTIMAL"
            with pytest.raises(VerificationError, match="please report"):
                rotasi.solve(roster(3), policy(FLOOR), cross_check=True)


def test_out_of_time_is_undecided() -> None:
    claim, over = (compiled(3, FLOOR), proven(-5, 0, 9)), Limits(deadline=time.monotonic())
    assert judge(*claim, over) is Verdict.UNDECIDED
    found = check_again([claim], over)
    assert (found["confirmed"], found["undecided"]) == (0, 1)


def test_interrupted_what_is_left_is_undecided() -> None:
    limits = Limits()
    limits.cancellation.ask()
    found = check_again([(compiled(3, FLOOR), proven(-5, 0, 9))], limits)
    assert (found["confirmed"], found["undecided"]) == (0, 1)


def test_a_roster_that_is_not_proven_claims_nothing() -> None:
    given, terms = crossing(100)
    schedule = rotasi.solve(given, terms, time_limit=2, cross_check=True)
    assert schedule.status in ("FEASIBLE", "UNKNOWN")
    assert schedule.provenance["cross_check"]["parts"] == 0


def test_without_it_provenance_claims_no_second_proof() -> None:
    assert "cross_check" not in rotasi.solve(roster(1), policy()).provenance


class TestTwoWitnesses:
    """What arithmetic finds impossible is asked again of CP-SAT, as if nothing were known."""

    SEARCH = Limits()

    @pytest.mark.parametrize(
        "rules",
        [
            [FLOOR],
            [
                {"kind": "fixed_remote_day", "weekdays": ["Mon"]},
                {"kind": "no_remote_day", "weekdays": ["Mon"]},
            ],
            [{"kind": "quota", "max_days": 4, "min_days": 4}, {"kind": "quota", "max_days": 3}],
        ],
    )
    def test_contradictions_are_confirmed(self, rules: list[dict[str, object]]) -> None:
        decision = confirm_infeasible(compiled(1, *rules), self.SEARCH)
        assert decision.status is Status.INFEASIBLE

    def test_arithmetic_that_errs_is_our_bug(self) -> None:
        with pytest.raises(VerificationError, match="arithmetic denies"):
            confirm_infeasible(compiled(3, FLOOR), self.SEARCH)

    def test_a_second_witness_is_asked_whenever_there_is_no_roster(self) -> None:
        with (
            patch("rotasi.engine.prove.confirm_infeasible", wraps=confirm_infeasible) as asked,
            patch("rotasi.solver.find_conflicts", return_value=[]),
        ):
            assert rotasi.solve(roster(3), policy(FLOOR | {"count": 4})).status == "INFEASIBLE"
        assert asked.call_count == 1

    def test_a_plain_program_decides_nothing_itself(self) -> None:
        problem = compiled(2, {"kind": "never_remote"})
        program = write_unreduced(problem)
        assert (program.lower[:10] == 0).all()
        assert (program.upper[:10] == 1).all()
        nothing, all_remote = np.zeros(10, dtype=np.int64), np.ones(10, dtype=np.int64)
        rest = len(program.upper) - 10
        values = [np.append(each, np.zeros(rest, dtype=np.int64)) for each in (all_remote, nothing)]
        assert program.read(values[0]).all()
        assert not program.read(values[1]).any()
        found = _minimise(program, program.weigh(slice(0), ()), Limits())
        assert found.values is not None
        assert not program.read(found.values).any()
