"""Faults while solving, by their numbers in docs/faults-runs.md."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import crossing, day, policy, roster, rows, values, written

import rotasi
from rotasi.engine import runner as execution
from rotasi.engine.limits import Limits
from rotasi.engine.programs.integer_program import Answer, write_program
from rotasi.engine.reductions.decomposition import split
from rotasi.engine.reductions.presolve import simplify
from rotasi.engine.reductions.symmetry import fold
from rotasi.engine.solution import Solution
from rotasi.engine.solvers.cpsat import isolated as isolation
from rotasi.engine.solvers.cpsat import search
from rotasi.engine.solvers.cpsat.encode import pose
from rotasi.engine.solvers.cpsat.isolated import Apart
from rotasi.engine.solvers.cpsat.question import Question, Reply, Solver
from rotasi.errors import InfeasibleError, TimeLimitError, VerificationError
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve

TESTS = Path(__file__).parent.parent
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
SLACK = 5.0  # seconds that a loaded machine may add


@pytest.fixture(scope="module")
def question() -> Question:
    """A long search that begins with a solution: all on site."""
    return long_search()


def long_search() -> Question:
    """A question that CP-SAT is long about."""
    given, terms = crossing(50)
    (block,) = split(simplify(compile_problem(resolve(given, terms))))
    program = write_program(fold(block.problem).problem)
    free = program.problem.free.sum()
    hint = np.arange(free), np.zeros(free, dtype=np.int64)
    cost = program.weigh(slice(1, 2), [1])
    return pose(program, cost, hint).under({"num_workers": 1, "catch_sigint_signal": False})


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that searches start from now on."""
    started: list[subprocess.Popen[bytes]] = []
    start = isolation.start_worker

    def watch() -> subprocess.Popen[bytes]:
        started.append(start())
        return started[-1]

    monkeypatch.setattr(isolation, "start_worker", watch)
    return started


class Assassin(threading.Thread):
    """Sends a signal to each process a moment after it was started."""

    def __init__(self, processes: list[subprocess.Popen[bytes]], number: int) -> None:
        super().__init__(daemon=True)
        self.processes, self.number, self.over = processes, number, threading.Event()

    def run(self) -> None:
        done = 0
        while not self.over.wait(0.05):
            if len(self.processes) > done:
                time.sleep(0.3)
                self.processes[done].send_signal(self.number)
                done += 1

    def __enter__(self) -> Assassin:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()


def run_python(script: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter that finds rotasi and the tests."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def start_python(script: str) -> subprocess.Popen[str]:
    """The same, while the test goes on."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def environment() -> dict[str, str]:
    """Where a fresh interpreter finds rotasi and the tests."""
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(Path(__file__).parent), *sys.path])
    }


class TestNoSchedule:
    def test_s01_infeasible_has_no_values(self) -> None:
        schedule = rotasi.solve(roster(2), policy({"kind": "min_on_site", "count": 3}))
        for read in (schedule.to_frame, schedule.to_grid, schedule.groups, schedule.summary):
            with pytest.raises(InfeasibleError):
                read()
        assert schedule.objectives["value"].isna().all()
        assert schedule.partial().empty

    def test_s02_an_invalid_model_says_why(self) -> None:
        """Weights whose sum leaves 64 bits; bounds that rotasi itself never writes."""
        program = write_program(compile_problem(resolve(roster(3), policy())))
        heavy = program.weigh(slice(0, 1), [2**62])
        with pytest.raises(RuntimeError, match=r"CP-SAT refuses the model: .*overflow"):
            search.ask(program, heavy, Limits(), {})

    @pytest.mark.parametrize("limit", [1e-9, 0.2])
    def test_s03_s04_out_of_time_gives_what_is_known_to_be_allowed(self, limit: float) -> None:
        given, terms = crossing(40)
        schedule = rotasi.solve(given, terms, time_limit=limit, workers=1)
        assert schedule.status == "FEASIBLE"
        assert rotasi.verify(schedule, given, terms)

    def test_s03_out_of_time_without_any_schedule(self) -> None:
        who = [{"opd": "X", "unit": unit, "site": site} for unit in "UV" for site in "AB"]
        rules = [
            {"kind": "min_remote", "by": ["opd", name], "count": 1} for name in ("unit", "site")
        ]
        terms = policy(*rules, {"kind": "max_consecutive", "remote": 1})
        schedule = rotasi.solve(roster(who), terms, time_limit=1e-9)
        assert schedule.status == "UNKNOWN"
        with pytest.raises(TimeLimitError, match="time ran out before a schedule was found for: X"):
            schedule.to_frame()


@POSIX
class TestLostProcesses:
    def test_a_search_apart_says_the_same_as_one_here(self) -> None:
        given, terms = crossing(12)
        (block, *_) = split(simplify(compile_problem(resolve(given, terms))))
        program = write_program(fold(block.problem).problem)
        asked = pose(program, program.weigh(slice(0, 1), [1])).under({"num_workers": 1})
        apart = Apart(asked, None)
        assert apart.solve() == Solver(asked).solve()
        assert apart.loss is None

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
    def test_s12_the_last_solution_of_a_killed_process_is_kept(
        self, question: Question, number: signal.Signals
    ) -> None:
        apart = Apart(question, None)
        heard = threading.Event()
        listen = apart._hear

        def notice(reply: Reply) -> None:
            listen(reply)
            heard.set()

        apart._hear = notice  # type: ignore[method-assign]
        threading.Thread(
            target=lambda: heard.wait(60) and apart._process.send_signal(number), daemon=True
        ).start()
        reply = apart.solve()
        assert apart.loss == number.name
        assert reply.status == "FEASIBLE"
        assert reply.values is not None
        assert len(reply.values) == len(question.lower)

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
    def test_s12_a_solve_survives_its_killed_processes(
        self, processes: list[subprocess.Popen[bytes]], number: signal.Signals
    ) -> None:
        given, terms = crossing(50)
        with (
            Assassin(processes, number),
            pytest.warns(rotasi.RotasiWarning, match="a process at work on it was lost"),
        ):
            schedule = rotasi.solve(given, terms, workers=1)
        assert len(processes) == 2
        assert schedule.status == "FEASIBLE"
        assert rotasi.verify(schedule, given, terms)
        (told,) = schedule.provenance["lost"]
        assert f"X: a process at work on it was lost ({number.name}, {number.name})" in told

    def test_s13_a_search_that_takes_too_much_memory_ends_alone(self) -> None:
        """A quarter of a million variables in 128 MiB: enough to start, too little to search."""
        count = 250_000
        no, one, every = array("q", [0]), array("q", [1]), array("q", range(count))
        nothing, ends = array("q"), array("q", range(0, 3 * count + 1, 3))
        terms = array("q", [(7 * n) % count for n in range(3 * count)])
        large = Question(
            no * count, one * count, ends, terms, one * (3 * count), no * count, one * count,
            every, array("q", [-1]) * count, (nothing, nothing), {"num_workers": 1},
        )  # fmt: skip
        apart = Apart(large, None, memory=2**27)
        assert apart.solve().values is None
        assert apart.loss is not None

    def test_s13_a_solve_survives_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(isolation, "_most_memory", lambda: 2**26)
        given, terms = crossing(50)
        with pytest.warns(rotasi.RotasiWarning, match="was lost"):
            schedule = rotasi.solve(given, terms, workers=1)
        assert rotasi.verify(schedule, given, terms)

    def test_s05_a_process_that_hears_nothing_is_killed(
        self, processes: list[subprocess.Popen[bytes]]
    ) -> None:
        given, terms = crossing(50)
        begin = time.monotonic()
        with Assassin(processes, signal.SIGSTOP):
            schedule = rotasi.solve(given, terms, workers=1, time_limit=4)
        assert time.monotonic() - begin < 1.1 * 4 + 1 + SLACK
        assert rotasi.verify(schedule, given, terms)
        assert schedule.provenance["lost"] == []
        assert [process.returncode for process in processes] == [-signal.SIGKILL] * len(processes)

    @pytest.mark.parametrize("doing", ["before it is asked", "while it searches"])
    def test_s26_a_process_that_hangs_is_noticed_without_a_limit(
        self, question: Question, monkeypatch: pytest.MonkeyPatch, doing: str
    ) -> None:
        """It waits for itself: alive, and in nobody's way, but it will never answer."""
        hanging = {
            "before it is asked": "threading.Event().wait()",
            "while it searches": """
                from rotasi.engine.solvers.cpsat import question, worker
                question.Solver.solve = lambda self: threading.Event().wait()
                worker.main()
            """,
        }
        self.replace_worker(monkeypatch, hanging[doing])
        monkeypatch.setattr(isolation, "_BEAT", 0.05)
        apart = Apart(question, None)
        assert apart.solve().status == "UNKNOWN"
        assert apart.loss == "no sign of life"

    def test_s26_a_process_that_is_stopped_costs_one_block_its_proof(
        self, processes: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(isolation, "_BEAT", 0.05)
        given, terms = crossing(50)
        with (
            Assassin(processes, signal.SIGSTOP),
            pytest.warns(rotasi.RotasiWarning, match="lost \\(no sign of life, no sign of life"),
        ):
            schedule = rotasi.solve(given, terms, workers=1)
        assert schedule.status == "FEASIBLE"
        assert rotasi.verify(schedule, given, terms)

    def test_s26_a_search_that_finds_nothing_is_let_go_on(
        self, question: Question, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(isolation, "_BEAT", 0.05)
        apart = Apart(question.suggest(None), None)
        beats, listen = [0], apart._hear

        def count(reply: Reply | None) -> None:
            listen(reply)
            beats[0] += reply is None
            if beats[0] == 30:
                apart.stop_search()

        apart._hear = count  # type: ignore[method-assign]
        apart.solve()
        assert beats[0] >= 30
        assert apart.loss is None

    def test_s26_a_machine_that_sleeps_kills_nothing(self) -> None:
        script = """
            import sys, threading
            from rotasi.engine.solvers.cpsat import isolated
            from test_faults_solving import long_search

            isolated._BEAT, isolated._MISSED = 0.1, 30
            apart = isolated.Apart(long_search(), None)
            threading.Thread(target=lambda: sys.stdin.read() or apart.stop_search()).start()
            print(apart._process.pid, flush=True)
            apart.solve()
            print(apart.loss)
        """
        with start_python(script) as parent:
            assert parent.stdin is not None
            assert parent.stdout is not None
            both = parent.pid, int(parent.stdout.readline())
            time.sleep(1)
            for each in both:
                os.kill(each, signal.SIGSTOP)
            time.sleep(4)
            for each in reversed(both):
                os.kill(each, signal.SIGCONT)
            time.sleep(1)
            parent.stdin.close()
            assert parent.stdout.read() == "None\n"

    def replace_worker(self, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
        command = "import threading\n" + textwrap.dedent(script)

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )

        monkeypatch.setattr(isolation, "start_worker", start)

    def test_w10_the_process_dies_with_its_parent(self) -> None:
        script = """
            import os, threading, time
            import rotasi
            from rotasi.engine.solvers.cpsat import isolated as isolation
            from helpers import crossing

            start = isolation.start_worker

            def watch():
                process = start()
                print(process.pid, flush=True)
                threading.Timer(0.5, os._exit, [7]).start()
                return process

            isolation.start_worker = watch
            rotasi.solve(*crossing(50), workers=1)
        """
        done = run_python(script)
        assert done.returncode == 7, done.stderr
        pid = int(done.stdout)
        end = time.monotonic() + 20
        while _is_alive(pid) and time.monotonic() < end:
            time.sleep(0.1)
        assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_without_processes_everything_is_solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> subprocess.Popen[bytes]:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(isolation, "start_worker", fail)
    given, terms = crossing(40)
    schedule = rotasi.solve(given, terms, workers=1, time_limit=3)
    assert rotasi.verify(schedule, given, terms)
    assert schedule.provenance["lost"] == []


class TestSignals:
    """In a process of their own: no other test shall be hit."""

    def solve(self, script: str) -> list[str]:
        begin = """
            import os, signal, sys, threading, time
            import rotasi
            from helpers import crossing, policy, roster
            signal.signal(signal.SIGINT, signal.default_int_handler)

            def kill(*delays):
                def later():
                    while not any(t.name.startswith("rotasi") for t in threading.enumerate()):
                        time.sleep(0.01)
                    for delay in delays:
                        time.sleep(delay)
                        os.kill(os.getpid(), signal.SIGINT)
                threading.Thread(target=later, daemon=True).start()
        """
        done = run_python(textwrap.dedent(begin) + textwrap.dedent(script))
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    @POSIX
    def test_s06_before_the_search(self) -> None:
        """While the tables are compiled: nothing but what is known at once."""
        script = """
            from rotasi import solver
            compile_problem = solver.compile_problem
            def compile_later(case):
                os.kill(os.getpid(), signal.SIGINT)
                return compile_problem(case)
            solver.compile_problem = compile_later
            given, terms = crossing(50)
            schedule = rotasi.solve(given, terms, workers=1)
            print(schedule.provenance["interrupted"], rotasi.verify(schedule, given, terms).ok)
            print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        """
        assert self.solve(script) == ["True True", "True"]

    @POSIX
    def test_s06_after_the_search(self) -> None:
        """While the result is verified: it is complete, and the caller hears of the signal."""
        script = """
            from rotasi import solver
            verify = solver.verify_result
            def verify_later(schedule):
                os.kill(os.getpid(), signal.SIGINT)
                verify(schedule)
            solver.verify_result = verify_later
            schedule = rotasi.solve(roster(3), policy(), workers=1)
            print(schedule.status, schedule.provenance["interrupted"])
        """
        assert self.solve(script) == ["OPTIMAL True"]

    @POSIX
    def test_s06_a_second_signal_raises(self) -> None:
        """The first is heeded within a heartbeat; the second does not wait for it."""
        script = """
            from rotasi.engine import runner
            given, terms = crossing(50)
            runner.wait_a_beat = lambda *_, **__: time.sleep(60)  # what takes long to end
            kill(0.5, 1.0)
            begin = time.monotonic()
            try:
                rotasi.solve(given, terms, workers=1, time_limit=10)
            except KeyboardInterrupt:
                print("raised", time.monotonic() - begin < 30)
            print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
            sys.stdout.flush()
            os._exit(0)
        """
        assert self.solve(script) == ["raised True", "True"]

    @POSIX
    def test_what_a_program_ignores_stays_ignored(self) -> None:
        script = """
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            kill(0.2)
            given, terms = crossing(40)
            schedule = rotasi.solve(given, terms, workers=1, time_limit=2)
            print(schedule.provenance["interrupted"])
            print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)
        """
        assert self.solve(script) == ["False", "True"]


def test_s09_progress_that_raises(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: rotasi.Progress) -> None:
        raise RuntimeError("no bar today")

    who = roster([{"opd": opd} for opd in "XYZ"])
    schedule = rotasi.solve(who, policy(), progress=fail)
    assert schedule.status == "OPTIMAL"
    assert len(caplog.records) == 1


class TestDisagreement:
    """A solver that answers wrong, planted where its answer comes in."""

    def test_s14_a_roster_that_breaks_a_rule_is_never_returned(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        right = execution.solve_block

        def wrong(*arguments: Any) -> Solution:
            outcome = right(*arguments)
            assert outcome.remote is not None
            return replace(outcome, remote=np.ones_like(outcome.remote))

        monkeypatch.setattr(execution, "solve_block", wrong)
        with pytest.raises(VerificationError, match="the result breaks weekly_cap"):
            rotasi.solve(roster(2), policy())

    def test_s15_a_value_that_is_not_the_rosters_is_never_returned(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        right = execution.solve_block

        def wrong(*arguments: Any) -> Solution:
            outcome = right(*arguments)
            return replace(outcome, costs=tuple(cost - 1 for cost in outcome.costs))

        monkeypatch.setattr(execution, "solve_block", wrong)
        with pytest.raises(VerificationError, match="the solver claims"):
            rotasi.solve(roster(2), policy())

    def test_s16_infeasible_is_asked_again_by_another_path(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first answer is a false INFEASIBLE; the second finds the optimum."""
        asked = []
        ask = search.ask

        def once_wrong(*arguments: Any) -> Answer:
            asked.append(arguments[3])
            return Answer(rotasi.Status.INFEASIBLE) if len(asked) == 1 else ask(*arguments)

        monkeypatch.setattr(search, "ask", once_wrong)
        program = write_program(compile_problem(resolve(roster(2), policy())))
        found = search.minimise(program, program.weigh(slice(0, 1), [1]), Limits())
        assert asked == [search.FIRST, search.SECOND]
        assert found.status == "OPTIMAL"


@pytest.mark.parametrize("workers", [1, 2])
def test_s17_the_same_seed_gives_the_same_roster(workers: int) -> None:
    """Of a search that CP-SAT finishes; each block has one worker of it, however many cores."""
    given, terms = crossing(20)
    one, other = (rotasi.solve(given, terms, workers=workers, seed=3) for _ in range(2))
    assert one.status == "OPTIMAL"
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())


class TestSmallest:
    """S20: rosters and policies with next to nothing in them."""

    def test_s20_no_rules(self) -> None:
        assert written(rotasi.solve(roster(1), policy()))["a"].count("H") == 4

    def test_s20_no_objectives_and_no_rules(self) -> None:
        assert rotasi.solve(roster(2), policy(objectives=[])).status == "OPTIMAL"

    def test_s20_all_is_fixed(self) -> None:
        given = roster(1, pins=[("a", n, letter) for n, letter in enumerate("HOHOH")])
        schedule = rotasi.solve(given, policy())
        assert (schedule.status, written(schedule)) == ("OPTIMAL", {"a": "HOHOH"})

    def test_s20_nobody_is_there(self) -> None:
        schedule = rotasi.solve(roster(1, leave=[("a", 0, 4)]), policy())
        assert (schedule.status, written(schedule)) == ("OPTIMAL", {"a": "LLLLL"})

    def test_s20_zero_people_are_refused(self) -> None:
        with pytest.raises(rotasi.RosterError):
            rotasi.Roster.from_frame(pd.DataFrame({"nip": [], "opd": []}, dtype=str))


def test_s21_stability_decides_between_optima() -> None:
    """Any day may be the one on site; it stays the one it was."""
    terms = policy(objectives=[{"kind": "remote_days"}, {"kind": "stability"}])
    for letters in ("OHHHH", "HHOHH", "HHHHO"):
        schedule = rotasi.solve(roster(), terms, previous=rows(a=letters))
        assert written(schedule) == {"a": letters}


def test_s22_of_a_previous_roster_that_is_not_allowed_what_fits_is_kept() -> None:
    """Five remote days were never allowed, one ASN has left, one row stands twice."""
    before = pd.concat([rows(a="HHHHH", gone="HHHHH"), rows(a="H....")], ignore_index=True)
    terms = policy(objectives=[{"kind": "stability"}])
    schedule = rotasi.solve(roster(2), terms, previous=before)
    assert schedule.status == "OPTIMAL"
    assert values(schedule)["stability"] == 1


def test_s25_no_deadline_follows_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is set forward and back by a year at every look."""
    ticks: Iterator[float] = iter(range(10**9))
    monkeypatch.setattr(time, "time", lambda: 3.2e7 * (-1) ** next(ticks))
    given, terms = crossing(20)
    schedule = rotasi.solve(given, terms, workers=1, time_limit=60)
    assert schedule.status == "OPTIMAL"


def test_two_threads_give_what_one_after_another_gives() -> None:
    cases = [crossing(12, seed) for seed in (1, 2)]
    alone = [rotasi.solve(*case, workers=1) for case in cases]
    with ThreadPoolExecutor(2) as threads:
        together = list(threads.map(lambda case: rotasi.solve(*case, workers=1), cases))
    for one, other in zip(alone, together, strict=True):
        assert one.status == other.status == "OPTIMAL"
        pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())
        pd.testing.assert_frame_equal(one.objectives, other.objectives)


def test_s05_a_city_keeps_its_time_limit() -> None:
    """Crossing groups all over a city: presolve alone may take longer than the limit."""
    people = rotasi.datasets.city(1_500)
    terms = policy(
        {"kind": "min_on_site", "by": ["site"], "share": 0.5},
        {"kind": "min_on_site", "by": ["position"], "share": 0.55},
        {"kind": "max_consecutive", "remote": 2},
        end=day(18),
    )
    begin = time.monotonic()
    schedule = rotasi.solve(people, terms, time_limit=2)
    assert time.monotonic() - begin < 1.1 * 2 + 1 + SLACK
    assert schedule.status in ("FEASIBLE", "OPTIMAL")
