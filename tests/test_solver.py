"""solve(): what it promises, on rosters whose answer a person can work out."""

from __future__ import annotations

import logging
import os
import random
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import (
    Instance,
    crossing,
    day,
    goals,
    history,
    people,
    policy,
    roster,
    rows,
    unpack,
    values,
    written,
)
from oracle.instances import random_instance
from pandas.testing import assert_frame_equal

import rotasi
from rotasi import Policy, Progress, Roster, Schedule
from rotasi.engine import runner as execution
from rotasi.errors import InfeasibleError

ALONE = {"kind": "max_remote", "count": 1}
TESTS = Path(__file__).parent


def solve(given: Roster, terms: Policy, **extras: Any) -> Schedule:
    """Solved, proven and verified."""
    schedule = rotasi.solve(given, terms, workers=1, **extras)
    assert schedule.status == "OPTIMAL"
    assert rotasi.verify(schedule, given, terms)
    return schedule


class TestAnswers:
    def test_without_rules_everybody_is_remote_four_days_a_week(self) -> None:
        """The cap always holds; a week cut by the period keeps it."""
        found = written(solve(roster(2), policy(end=day(8))))
        assert [(days[:5].count("H"), days[5:]) for days in found.values()] == [(4, "HH")] * 2

    def test_objectives_are_lexicographic(self) -> None:
        """A wish to be on site is not granted at the price of a remote day."""
        wishes = [{"nip": "a", "weekday": "Mon", "weight": -10}]
        terms = policy(
            {"kind": "quota", "max_days": 4}, end=day(1), objectives=goals("remote_days", "wishes")
        )
        assert values(solve(roster(1, wishes=wishes), terms)) == {"remote_days": 2, "wishes": -10}
        terms = policy(end=day(1), objectives=goals("wishes", "remote_days"))
        assert values(solve(roster(1, wishes=wishes), terms)) == {"wishes": 0, "remote_days": 1}

    def test_wishes_decide_who_and_when(self) -> None:
        wishes = [{"nip": "a", "weekday": "Fri"}, {"nip": "b", "date": day(4), "weight": 2}]
        terms = policy(ALONE, {"kind": "quota", "max_days": 2})
        schedule = solve(roster(2, wishes=wishes), terms)
        assert values(schedule) == {"remote_days": 4, "wishes": 2, "fairness": 8}
        assert written(schedule)["b"][4] == "H"

    def test_soft_rules_come_before_every_objective(self) -> None:
        rule = {"kind": "no_remote_day", "weekdays": ["Mon"], "penalty": 1, "rank": 5}
        schedule = solve(roster(1), policy(rule, end=day(1)))
        assert written(schedule) == {"a": "OH"}
        assert values(schedule) == {"penalty": 0, "remote_days": 1, "wishes": 0, "fairness": 1}

    def test_a_price_is_paid_where_hard_rules_leave_no_choice(self) -> None:
        soft = {"kind": "min_on_site", "count": 2, "penalty": 3}
        hard = {"kind": "min_remote", "count": 1}
        # One of two is always remote: one short on each of two days, at 3.
        assert values(solve(roster(2), policy(soft, hard, end=day(1))))["penalty"] == 6

    def test_leave_pins_and_forbidden_days(self) -> None:
        given = roster(1, leave=[("a", 0, 0)], pins=[("a", 1, "O"), ("a", 2, "H")])
        terms = policy({"kind": "no_remote_day", "weekdays": ["Thu"]})
        assert written(solve(given, terms)) == {"a": "LOHOH"}

    def test_a_minimum_without_a_maximum(self) -> None:
        few = goals("remote_days", sense="min")
        schedule = solve(roster(1), policy({"kind": "quota", "min_days": 2}, objectives=few))
        assert values(schedule) == {"remote_days": 2}

    def test_shares_are_taken_as_written(self) -> None:
        """0.28 of 25 is 7; in floats a little more, and its ceiling 8."""
        who = people([{"nip": f"{n:02}"} for n in range(20)])
        who = pd.concat([who, people([{"nip": f"{n:02}"} for n in range(20, 25)])])
        terms = policy({"kind": "min_on_site", "share": 0.28}, end=day(0))
        assert values(solve(Roster.from_frame(who), terms))["remote_days"] == 18


class TestPrevious:
    def test_the_cap_holds_at_the_seam(self) -> None:
        """Monday and Tuesday were remote: of a cap of 3 one day is left for Thursday and Friday."""
        terms = policy(weekly_cap=3, start=day(3))
        schedule = solve(roster(2), terms, previous=history(day(3), a="HHO"))
        assert values(schedule)["remote_days"] == 1 + 2

    def test_a_quota_holds_at_the_seam_of_a_month(self) -> None:
        """Three remote days from Monday the 5th; the month grants four, and it is the 12th."""
        quota = {"kind": "quota", "per": "month", "max_days": 4}
        terms = policy(quota, start=day(7), end=day(11))
        schedule = solve(roster(2), terms, previous=history(day(7), a="HHH...."))
        assert [days.count("H") for days in written(schedule).values()] == [1, 4]

    def test_a_quota_without_a_maximum_has_none_at_the_seam(self) -> None:
        """Three days were remote; only the cap of 4 limits the two that are left."""
        terms = policy({"kind": "quota", "min_days": 1}, start=day(3))
        schedule = solve(roster(), terms, previous=history(day(3), a="HHH"))
        assert values(schedule)["remote_days"] == 1

    def test_the_past_does_not_count_towards_the_period(self) -> None:
        quota = {"kind": "quota", "per": "period", "max_days": 2}
        terms = policy(quota, start=day(3))
        schedule = solve(roster(), terms, previous=history(day(3), a="HHO"))
        assert written(schedule) == {"a": "HH"}

    def test_runs_go_on_over_the_seam(self) -> None:
        """Thursday and Friday were remote, and two in a row are the most."""
        terms = policy({"kind": "max_consecutive", "remote": 2})
        schedule = solve(roster(), terms, previous=history(a="HH.."))
        assert written(schedule)["a"].startswith("O")
        assert values(schedule)["remote_days"] == 3
        # On Friday there is no row, which breaks the run: two, a day on site, two.
        schedule = solve(roster(), terms, previous=history(a="HH..."))
        assert written(schedule) == {"a": "HHOHH"}

    def test_runs_on_site_go_on_over_the_seam(self) -> None:
        terms = policy(
            {"kind": "max_consecutive", "on_site": 3}, objectives=goals("remote_days", sense="min")
        )
        schedule = solve(roster(), terms, previous=history(a="OO.."))
        # The first of Monday and Tuesday, then again within four days.
        assert values(schedule) == {"remote_days": 1}
        assert "H" in written(schedule)["a"][:2]

    def test_fairness_counts_the_past(self) -> None:
        """One a day: 5 days for two. a had 3 already: (3 + 1)² + 4² is least."""
        schedule = solve(roster(2), policy(ALONE), previous=history(a="HHH...."))
        assert {nip: days.count("H") for nip, days in written(schedule).items()} == {"a": 1, "b": 4}
        assert values(schedule)["fairness"] == 32

    def test_stability_keeps_what_can_be_kept(self) -> None:
        before = rows(a="HOHOH", b="OHOHO")
        terms = policy(ALONE, objectives=goals("stability", "remote_days"))
        schedule = solve(roster(2), terms, previous=before)
        assert written(schedule) == {"a": "HOHOH", "b": "OHOHO"}
        assert values(schedule) == {"stability": 0, "remote_days": 5}
        # New leave on Wednesday: that row changes, and no other.
        schedule = solve(roster(2, leave=[("a", 2, 2)]), terms, previous=before)
        assert written(schedule) == {"a": "HOLOH", "b": "OHOHO"}
        assert values(schedule)["stability"] == 1

    def test_a_schedule_serves_as_well_as_its_frame(self) -> None:
        rule = {"kind": "max_consecutive", "remote": 2}
        first = solve(roster(2), policy(rule, ALONE))
        second = policy(rule, ALONE, start=day(7), end=day(11))
        by_schedule = solve(roster(2), second, previous=first)
        by_frame = solve(roster(2), second, previous=first.to_frame())
        assert written(by_schedule) == written(by_frame)
        assert_frame_equal(by_schedule.previous, first.to_frame())

    def test_who_has_left_is_ignored(self) -> None:
        past = history(day(3), a="HHO", gone="HHH")
        terms = policy(weekly_cap=3, start=day(3))
        assert written(solve(roster(), terms, previous=past))["a"].count("H") == 1

    def test_a_row_that_stands_twice_counts_once(self) -> None:
        past = pd.concat([history(day(3), a="HOO")] * 2, ignore_index=True)
        schedule = solve(roster(), policy(weekly_cap=3, start=day(3)), previous=past)
        # One remote day of the week, not two; with Thursday and Friday three: 3².
        assert values(schedule) == {"remote_days": 2, "wishes": 0, "fairness": 9}

    def test_labels_and_other_forms_are_taken(self) -> None:
        past = history(day(3), a="HHO").replace({"status": {"WFH": "WFA"}})
        past = past.assign(date=past["date"].astype(str), opd="X")
        terms = policy(weekly_cap=3, start=day(3), labels={"WFH": "WFA"})
        assert written(solve(roster(), terms, previous=past))["a"].count("H") == 1


class TestInfeasible:
    def check(self, given: Roster, terms: Policy) -> InfeasibleError:
        schedule = rotasi.solve(given, terms, workers=1)
        assert schedule.status == "INFEASIBLE"
        with pytest.raises(InfeasibleError) as caught:
            schedule.raise_for_status()
        assert caught.value.conflicts == schedule.conflicts
        return caught.value

    def test_too_few_people(self) -> None:
        """X has two and needs three; Y has three."""
        who = roster([{"opd": opd} for opd in ("X", "X", "Y", "Y", "Y")])
        error = self.check(who, policy({"kind": "min_on_site", "count": 3}, end=day(1)))
        assert error.blocks == ("X (2026-01-05 – 2026-01-06)",)
        conflicts = error.conflicts
        assert {conflict.rules for conflict in conflicts} == {("min_on_site-1",)}
        assert {conflict.opds for conflict in conflicts} == {("X",)}
        assert {conflict.nips for conflict in conflicts} == {("a", "b")}
        assert sorted({one for conflict in conflicts for one in conflict.dates}) == [day(0), day(1)]

    def test_a_shortage_on_site_says_how_many_are_needed_and_there(self) -> None:
        error = self.check(roster(2), policy({"kind": "min_on_site", "count": 3}, end=day(0)))
        (conflict,) = error.conflicts
        assert (conflict.needed, conflict.available) == (3, 2)
        assert "needs 3 on site but can have only 2" in conflict.text

    def test_masks_that_collide(self) -> None:
        rule = {"kind": "never_remote", "text": "Loket buka"}
        error = self.check(roster(2, pins=[("b", 1, "H")]), policy(rule))
        (conflict,) = error.conflicts
        assert set(conflict.rules) == {"pin", "never_remote-1"}
        assert conflict.nips == ("b",)
        assert conflict.dates == (day(1),)
        assert "Loket buka (never_remote-1)" in conflict.text
        assert "Loket buka (never_remote-1)" in str(error)

    def test_more_fixed_days_than_a_quota_grants(self) -> None:
        fixed = {"kind": "fixed_remote_day", "weekdays": ["Mon", "Wed"]}
        error = self.check(roster(1), policy(fixed, {"kind": "quota", "max_days": 1}))
        (conflict,) = error.conflicts
        assert conflict.rules == ("quota-1", "fixed_remote_day-1")
        assert (conflict.needed, conflict.available) == (1, 2)

    def test_what_no_sum_shows_names_the_block_as_well(self) -> None:
        """Three days remote of three in a row cannot be with two at most, and no sum says so."""
        rules = [
            {"kind": "quota", "max_days": 4, "min_days": 4},
            {"kind": "max_consecutive", "remote": 1},
        ]
        error = self.check(roster(1), policy(*rules))
        assert error.blocks == ("X (2026-01-05 – 2026-01-09)",)

    def test_the_other_blocks_are_solved(self) -> None:
        who = roster([{"opd": "X"}, {"opd": "Y"}])
        pinned = roster(who.employees[["nip", "opd"]], pins=[("a", 0, "H")])
        rule = {"kind": "never_remote", "scope": {"opd": ["X"]}}
        schedule = rotasi.solve(pinned, policy(rule), workers=1)
        assert schedule.status == "INFEASIBLE"
        assert (
            schedule.partial().groupby("nip")["status"].agg("".join).to_dict()["b"].count("WFH")
            == 4
        )


class TestWarnings:
    def test_a_rule_that_reaches_nobody(self) -> None:
        who = roster([{"opd": "Disdukcapil"}])
        terms = policy(
            {"kind": "never_remote", "scope": {"opd": ["Disdukcapill"]}},
            opd_services={"Disdukcapl": "frontline"},
        )
        with pytest.warns(rotasi.RotasiWarning) as caught:
            schedule = rotasi.solve(who, terms, workers=1)
        texts = [str(warning.message) for warning in caught]
        assert len(texts) == 2
        assert all("did you mean 'Disdukcapil'?" in text for text in texts)
        assert schedule.provenance["notices"] == texts
        # They point at the caller's line.
        assert {warning.filename for warning in caught} == {__file__}

    def test_a_good_policy_gives_none(self) -> None:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            solve(roster(2), policy(ALONE))
        assert caught == []


def instance(seed: int) -> tuple[Roster, Policy, pd.DataFrame | None]:
    """A random instance that can be solved."""
    given: Instance = random_instance(random.Random(seed), "small", "wishes")
    return unpack(given)


SOLVABLE = [3, 5, 11, 17]


@pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")
class TestPromises:
    def test_nothing_that_is_given_changes(self) -> None:
        for seed in SOLVABLE:
            given, terms, previous = instance(seed)
            tables = [getattr(given, name) for name in ("employees", "leave", "wishes", "pins")]
            kept = [table.copy(deep=True) for table in tables]
            before = None if previous is None else previous.copy(deep=True)
            written_terms = terms.to_json()
            rotasi.solve(given, terms, previous=previous, workers=1)
            for table, then in zip(tables, kept, strict=True):
                assert_frame_equal(table, then)
            assert terms.to_json() == written_terms
            assert previous is None or previous.equals(before)

    def test_it_prints_nothing(self, capfd: pytest.CaptureFixture[str]) -> None:
        solve(roster(3), policy(ALONE))
        assert capfd.readouterr() == ("", "")

    def test_same_inputs_give_the_same_frame(self) -> None:
        for seed in SOLVABLE:
            given, terms, previous = instance(seed)
            frames = [
                rotasi.solve(given, terms, previous=previous, workers=workers).partial()
                for workers in (1, 1, 2)
            ]
            assert_frame_equal(frames[0], frames[1])
            assert_frame_equal(frames[0], frames[2])

    def test_the_order_of_rows_changes_no_value(self) -> None:
        for seed in SOLVABLE:
            (tables, terms, previous) = random_instance(random.Random(seed), "small", "wishes")
            turned = {name: table[::-1] for name, table in tables.items()}
            found = []
            for form in ((tables, terms, previous), (turned, terms, previous)):
                given, policy_, past = unpack(form)
                schedule = rotasi.solve(given, policy_, previous=past, workers=1)
                found.append((schedule.status, schedule.objectives["value"].tolist()))
            assert found[0] == found[1]

    def test_two_at_once_do_not_meet(self) -> None:
        alone = [rotasi.solve(*instance(seed)[:2], workers=1).partial() for seed in SOLVABLE]
        with ThreadPoolExecutor(4) as pool:
            tasks = [pool.submit(rotasi.solve, *instance(seed)[:2], workers=1) for seed in SOLVABLE]
            together = [task.result().partial() for task in tasks]
        for one, other in zip(alone, together, strict=True):
            assert_frame_equal(one, other)

    @pytest.mark.parametrize(
        ("extras", "expected"),
        [({"workers": 0}, "workers is 0"), ({"workers": -1}, "workers is -1")]
        + [
            ({"time_limit": limit}, f"time_limit is {limit}")
            for limit in (0, -1, float("nan"), float("inf"))
        ],
    )
    def test_numbers_that_make_no_sense(self, extras: dict[str, Any], expected: str) -> None:
        with pytest.raises(ValueError, match=expected):
            rotasi.solve(roster(), policy(), **extras)

    def test_extras_are_keywords_only(self) -> None:
        with pytest.raises(TypeError):
            rotasi.solve(roster(), policy(), None)  # type: ignore[misc]


def towns(count: int, size: int = 3) -> Roster:
    """OPDs A, B, C … of a few people with wishes of their own: as many blocks."""
    who = [{"nip": f"{opd}{n}", "opd": opd} for opd in "ABCDEFGH"[:count] for n in range(size)]
    wishes = [
        {"nip": row["nip"], "date": day(n), "weight": (7 * n + 3 * k) % 11}
        for k, row in enumerate(who)
        for n in range(5)
    ]
    return Roster.from_frame(pd.DataFrame(who), wishes=pd.DataFrame(wishes))


class TestExecutors:
    def test_processes_give_the_same_as_threads(self) -> None:
        given, terms = towns(3), policy(ALONE)
        by_threads = solve(given, terms)
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
            by_processes = solve(given, terms, executor=processes)
            # It is left running.
            assert processes.submit(sum, [1, 2]).result() == 3
        assert_frame_equal(by_processes.to_frame(), by_threads.to_frame())
        assert_frame_equal(by_processes.objectives, by_threads.objectives)

    def test_no_more_blocks_are_given_out_than_there_are_workers(self) -> None:
        class Counting(ThreadPoolExecutor):
            most = at_work = 0

            def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
                Counting.at_work += 1
                Counting.most = max(Counting.most, Counting.at_work)
                task = super().submit(*arguments, **options)
                task.add_done_callback(lambda _: setattr(Counting, "at_work", Counting.at_work - 1))
                return task

        with Counting(4) as executor:
            rotasi.solve(towns(6), policy(ALONE), executor=executor, workers=2)
        assert 1 <= Counting.most <= 2

    def test_a_block_that_fails_ends_the_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bug in one block must not keep the caller waiting for a long search in another."""
        stopped = []

        def solve_block(task: execution.Task, stop: Any = None) -> Any:
            if task.problem.opds[task.problem.opd[0]] == "A":
                raise RuntimeError("a bug")
            event = threading.Event()
            for _ in range(100):
                if stop.asked:
                    stopped.append(True)
                    break
                event.wait(0.05)
            raise RuntimeError("another")

        monkeypatch.setattr(execution, "solve_block", solve_block)
        with pytest.raises(RuntimeError):
            rotasi.solve(towns(2), policy(ALONE), workers=2)
        assert stopped


class TestProgress:
    def test_tells_of_every_block_in_the_callers_thread(self) -> None:
        news: list[tuple[Progress, int]] = []
        solve(
            towns(3), policy(ALONE), progress=lambda one: news.append((one, threading.get_ident()))
        )
        assert [(one.done, one.total) for one, _ in news] == [(1, 3), (2, 3), (3, 3)]
        assert sorted(one.opds for one, _ in news) == [("A",), ("B",), ("C",)]
        assert {one.status for one, _ in news} == {"OPTIMAL"}
        assert all(one.seconds >= 0 for one, _ in news)
        assert {thread for _, thread in news} == {threading.get_ident()}

    def test_a_callback_that_raises_costs_no_answer(self, caplog: pytest.LogCaptureFixture) -> None:
        def fail(_: Progress) -> None:
            raise RuntimeError("no bar today")

        with caplog.at_level(logging.ERROR, "rotasi"):
            schedule = solve(towns(3), policy(ALONE), progress=fail)
        assert values(schedule)["remote_days"] == 3 * 5
        assert len(caplog.records) == 1
        assert "callback" in caplog.records[0].message


class TestTimeLimit:
    def test_without_time_the_best_known_is_returned_and_not_called_optimal(self) -> None:
        """Sites cross units and runs go over days, so no flow proves it; all on site is allowed."""
        given, terms = crossing(16)
        schedule = rotasi.solve(given, terms, time_limit=1e-9, workers=1)
        assert schedule.status == "FEASIBLE"
        assert schedule.provenance["time_limit"] == 1e-9
        assert rotasi.verify(schedule, given, terms)
        assert not schedule.objectives["proven"].any()
        (first, *behind), value = schedule.objectives["bound"], schedule.objectives["value"].iloc[0]
        assert schedule.objectives["gap"].iloc[0] == value - first > 0
        assert behind == [None] * 3

    def test_enough_time_changes_nothing(self) -> None:
        given, terms = towns(2), policy(ALONE)
        assert_frame_equal(
            solve(given, terms, time_limit=600).to_frame(), solve(given, terms).to_frame()
        )


class TestInterrupt:
    """Ctrl-C raises KeyboardInterrupt in the main thread, wherever it is; so may a callback."""

    @staticmethod
    def once() -> Callable[[Progress], None]:
        news = []

        def interrupt(one: Progress) -> None:
            news.append(one)
            if len(news) == 1:
                raise KeyboardInterrupt

        return interrupt

    @pytest.mark.parametrize("own", [True, False], ids=["own threads", "executor"])
    def test_keeps_the_best_known_of_every_block(self, own: bool) -> None:
        given, terms = towns(4), policy(ALONE, {"kind": "max_consecutive", "remote": 2})
        executor: Executor | None = None if own else ThreadPoolExecutor(1)
        schedule = rotasi.solve(given, terms, workers=1, executor=executor, progress=self.once())
        assert schedule.provenance["interrupted"] is True
        assert rotasi.verify(schedule, given, terms)
        assert len(schedule.to_frame()) == 4 * 3 * 5
        # The block that had ended is proven, whatever became of the others.
        assert "OPTIMAL" in set(schedule.blocks["status"])
        if executor is not None:
            executor.shutdown()

    def test_without_any_schedule_it_raises(self) -> None:
        """Somebody must be remote every day, so that nobody knows a schedule without a search."""
        who = [
            {"opd": opd, "unit": unit, "site": site}
            for opd in "XY"
            for unit in "UV"
            for site in "AB"
        ]
        rules = [
            {"kind": "min_remote", "by": ["opd", name], "count": 1} for name in ("unit", "site")
        ]
        terms = policy(*rules, {"kind": "max_consecutive", "remote": 1})
        with pytest.raises(KeyboardInterrupt):
            rotasi.solve(roster(who), terms, workers=1, progress=self.once())

    def test_sigint_during_a_search_gives_a_verified_schedule(self) -> None:
        """The signal comes half a second after the first search has begun, which takes a minute."""
        script = """
            import os, signal, threading, time
            import rotasi
            from helpers import crossing

            def interrupt():
                while not any(t.name.startswith("rotasi") for t in threading.enumerate()):
                    time.sleep(0.01)
                time.sleep(0.5)
                os.kill(os.getpid(), signal.SIGINT)

            if __name__ == "__main__":
                # A shell that runs tests in the background has them ignore SIGINT.
                signal.signal(signal.SIGINT, signal.default_int_handler)
                given, terms = crossing(100)
                threading.Thread(target=interrupt, daemon=True).start()
                schedule = rotasi.solve(given, terms, workers=2)
                print(schedule.provenance["interrupted"])
                print(rotasi.verify(schedule, given, terms), len(schedule.to_frame()) == 100 * 20)
                try:
                    os.kill(os.getpid(), signal.SIGINT)
                    time.sleep(5)
                except KeyboardInterrupt:
                    print("Ctrl-C works as before")
        """
        done = run_python(script)
        assert done.stdout.splitlines() == [
            "True",
            "<Report: ok> True",
            "Ctrl-C works as before",
        ], done.stderr
        assert done.returncode == 0


def run_python(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter that finds rotasi and the tests."""
    path = os.pathsep.join([str(TESTS), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_solve_loads_the_solver() -> None:
    script = """
        import sys
        import pandas as pd
        import rotasi

        def loaded():
            return [name for name in ("ortools", "scipy") if name in sys.modules]

        print(loaded())
        given = rotasi.Roster.from_frame(pd.DataFrame({"nip": ["a"], "opd": ["X"]}))
        terms = rotasi.Policy(start="2026-01-05", end="2026-01-05")
        rows = pd.DataFrame({"nip": ["a"], "date": ["2026-01-05"], "status": ["WFH"]})
        assert rotasi.verify(rows, given, terms)
        assert rotasi.Schedule.from_frame(rows, given, terms).status == "FEASIBLE"
        rotasi.presets.bekasi_2026(), rotasi.datasets.city(10)
        print(loaded())
        rotasi.solve(given, terms)
        print(loaded())
    """
    done = run_python(script)
    assert done.stdout.splitlines() == ["[]", "[]", "['ortools']"], done.stderr


class TestMinimumWithoutMaximum:
    """A quota that names a minimum only is no maximum."""

    def test_days_before_the_period_take_nothing_away(self) -> None:
        # Two remote days earlier in March; on the 9th and 10th both days may be remote as well.
        given = policy(
            {"kind": "quota", "per": "month", "min_days": 1},
            start=date(2026, 3, 9),
            end=date(2026, 3, 10),
        )
        before = rows(date(2026, 3, 2), a="HH")
        assert values(rotasi.solve(roster(), given, previous=before))["remote_days"] == 2

    def test_it_is_not_lowered_by_a_short_period(self) -> None:
        # Three days in a period of two workdays: impossible, or one day short.
        rule = {"kind": "quota", "per": "period", "min_days": 3}
        assert rotasi.solve(roster(), policy(rule, end=date(2026, 1, 6))).status == "INFEASIBLE"
        soft = rotasi.solve(roster(), policy(rule | {"penalty": 5}, end=date(2026, 1, 6)))
        assert values(soft)["penalty"] == 5
