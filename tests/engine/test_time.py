"""What a time limit leaves room for: counted work and clocks that are set, no seconds of ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from helpers import cp_sat_alone, crossing, people, policy, roster
from nations import Inline, write

import rotasi
from rotasi import TimeLimitError
from rotasi.engine import preparation, prove, runner
from rotasi.engine.limits import Limits
from rotasi.engine.preparation import COMPILED, RESOLVED, Preparation
from rotasi.engine.solve import prepare
from rotasi.engine.solvers.cpsat import search
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve
from rotasi.model.evaluation import evaluate, is_allowed
from rotasi.model.status import Status

ALONE = {"kind": "min_on_site", "count": 1}


def spent(seconds: float, limit: float) -> Limits:
    """Limits of which so much is gone; hours more or less make the clock not matter."""
    return Limits(deadline=time.monotonic() + limit - seconds)


def nation(limit: float | None, gone: float = 0.0) -> Preparation:
    return Preparation(3_000_000, 250, 20, limit, spent(gone, limit or 0.0))


def village(limit: float, gone: float = 0.0) -> Preparation:
    return Preparation(2_000, 22, 12, limit, spent(gone, limit))


class TestRefusal:
    def test_a_nation_in_a_second_is_refused_before_anything_begins(self) -> None:
        with pytest.raises(TimeLimitError, match=r"time_limit is 1 s.*3,000,000 ASN × 250 workd"):
            nation(1).check()

    def test_a_nation_without_a_limit_or_with_an_hour_is_not(self) -> None:
        nation(None).check(RESOLVED)
        nation(3600).check()

    def test_what_a_part_has_taken_tells_what_all_takes(self) -> None:
        nation(1000, gone=219).check(RESOLVED)
        with pytest.raises(TimeLimitError, match=r"about 2,000\.\d s .* at least 2,001 s"):
            nation(1000, gone=400).check(RESOLVED)
        nation(1000, gone=329).check(COMPILED)
        with pytest.raises(TimeLimitError):
            nation(1000, gone=360).check(COMPILED)

    @pytest.mark.parametrize("gone", [0.0, 0.5, 1e6])
    def test_what_is_small_is_never_refused_whatever_the_clock_says(self, gone: float) -> None:
        for done in (0.0, RESOLVED, COMPILED):
            village(1e-9, gone).check(done)

    @pytest.fixture
    def heavy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An hour per ASN."""
        monkeypatch.setattr(preparation, "_PER_ASN", 3600.0)

    @pytest.mark.usefixtures("heavy")
    def test_solve_and_revise_refuse_before_the_work(self) -> None:
        who, terms = roster(2), policy(ALONE)
        known = rotasi.solve(who, terms)
        with patch("rotasi.solver.resolve") as work:
            with pytest.raises(TimeLimitError, match="2 ASN × 5 workdays"):
                rotasi.solve(who, terms, time_limit=2)
            with pytest.raises(TimeLimitError, match=r"at least 3,60[0-9] s"):
                rotasi.revise(known, who, terms, "2026-01-07", time_limit=2)
        assert not work.called

    @pytest.mark.usefixtures("heavy")
    @pytest.mark.parametrize("steps", [1, 2])
    def test_solve_refuses_as_soon_as_it_is_seen(self, steps: int) -> None:
        """The clock stands still for some readings and then has jumped by a day."""
        checked = []
        check = Preparation.check

        def look(self: Preparation, done: float = 0.0) -> None:
            checked.append(done)
            if len(checked) > steps:
                check(self, done)

        late = patch.object(Limits, "remaining", return_value=-86_400.0)
        with late, patch.object(Preparation, "check", look), pytest.raises(TimeLimitError):
            rotasi.solve(roster(2), policy(ALONE), time_limit=2)
        assert checked == [0.0, RESOLVED, COMPILED][: steps + 1]

    @pytest.mark.usefixtures("heavy")
    def test_no_part_of_a_nation_is_refused(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        source = write(tmp_path / "source", one={"employees": people(2)})
        asked: dict[str, Any] = {"executor": Inline(), "time_limit": 0.1}
        summary = rotasi.solve_partitions(source, policy(ALONE), tmp_path / "target", **asked)
        assert len(summary.partitions) == 1


def counting(module: Any, name: str, calls: list[str]) -> Any:
    original: Callable[..., Any] = getattr(module, name)

    def count(*given: Any, **more: Any) -> Any:
        calls.append(name)
        return original(*given, **more)

    return patch.object(module, name, count)


class TestBlocksBehindTheDeadline:
    def test_an_overdue_block_is_neither_folded_nor_searched(self) -> None:
        problem = compile_problem(resolve(*crossing(20)))
        (block,) = prepare(problem)
        calls: list[str] = []
        with (
            counting(runner, "fold", calls),
            counting(prove, "find_by_flow", calls),
            counting(prove, "write_program", calls),
        ):
            found = runner.solve_block(runner.Task(block.problem, 0, -10.0))
        assert calls == []
        assert found.status is Status.FEASIBLE
        assert found.remote is not None
        assert is_allowed(block.problem, found.remote)
        tiers = block.problem.tiers
        assert found.costs == tuple(evaluate(block.problem, t, found.remote) for t in tiers)
        assert len(found.gaps) <= len(tiers)

    def test_what_needs_no_search_may_still_begin_for_a_moment(self) -> None:
        """So a tiny limit costs a tiny roster nothing that is known at once."""
        problem = compile_problem(resolve(roster(3), policy(ALONE)))
        for block in prepare(problem):
            assert runner.solve_block(runner.Task(block.problem, 0, 0.0)).status is Status.OPTIMAL

    def test_no_program_is_written_that_nobody_has_time_to_solve(self) -> None:
        problem = compile_problem(resolve(*crossing(20)))
        (block,) = prepare(problem)
        calls: list[str] = []
        with cp_sat_alone(), counting(prove, "write_program", calls):
            assert prove.decide(block.problem, Limits(deadline=0.0)).status is Status.FEASIBLE
        assert calls == []

    def test_nor_one_that_takes_all_the_time_to_write(self) -> None:
        problem = compile_problem(resolve(*crossing(20)))
        (block,) = prepare(problem)
        calls: list[str] = []
        hour = Limits(deadline=time.monotonic() + 3600)
        with (
            cp_sat_alone(),
            patch.object(prove, "_WRITING", 7200 / block.problem.free.size),
            counting(prove, "write_program", calls),
        ):
            assert prove.decide(block.problem, hour).status is Status.FEASIBLE
        assert calls == []

    def test_no_question_is_posed_that_nobody_has_time_to_answer(self) -> None:
        problem = compile_problem(resolve(*crossing(20)))
        (block,) = prepare(problem)
        calls: list[str] = []
        with cp_sat_alone(), counting(search, "pose", calls):
            program = prove.write_program(block.problem)
            prove._solve_tiers(program, Limits(deadline=0.0))
        assert calls == []

    def test_blocks_in_turn_know_for_how_long_they_are_overdue(self) -> None:
        problem = compile_problem(resolve(*crossing(20)))
        calls: list[str] = []
        blocks = prepare(problem)
        with counting(runner, "fold", calls):
            found = runner.run_in_turn(blocks, Limits(deadline=time.monotonic() - 100))
        assert calls == []
        assert [each.status for each in found] == [Status.FEASIBLE]

    def test_groups_stop_taking_turns(self) -> None:
        rule = {"kind": "rotation_groups", "groups": 2}
        problem = compile_problem(resolve(roster(6), policy(rule)))
        calls: list[str] = []
        with counting(prove, "is_allowed", calls):
            prove.decide(problem, Limits(deadline=0.0))
        assert len(calls) <= 1
