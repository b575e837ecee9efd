"""Faults of workers, by their numbers in docs/faults-runs.md."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import policy, roster

import rotasi
from rotasi.engine import executors
from rotasi.engine.executors import ProcessExecutor, SteadyExecutor
from rotasi.partitioned.worker import stream

TESTS = Path(__file__).parent.parent
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
TOWNS = [{"opd": opd} for opd in "XYZ" for _ in range(3)]
ALONE = {"kind": "max_remote", "count": 1}


class Poisoned(Executor):
    """Dies of every task that fits, as a pool does of a task that kills its process."""

    def __init__(self, kills: Callable[..., bool]) -> None:
        self.kills, self.deaths = kills, 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.kills(*args):
            self.deaths += 1
            future.set_exception(BrokenProcessPool("a child process terminated abruptly"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def opd_of(*arguments: Any) -> str:
    """The OPD of the block that `SteadyExecutor` hands on."""
    problem = arguments[3][0].problem
    return str(problem.opds[problem.opd[0]])


@POSIX
def test_w01_w02_a_part_that_kills_its_process_harms_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real processes: one part kills the process that takes it, every time."""
    monkeypatch.setattr(executors, "RETRIES", 0)  # each start of a process takes its time
    for opd in "XYZ":
        (tmp_path / "nation" / "employees").mkdir(parents=True, exist_ok=True)
        people = pd.DataFrame({"nip": [f"{opd}{n}" for n in range(3)], "opd": opd})
        people.to_parquet(tmp_path / "nation" / "employees" / f"{opd}.parquet", index=False)
    processes = ProcessExecutor(1)
    try:
        with pytest.raises(rotasi.WorkerError, match=r"these parts was lost.*: Y; all others"):
            rotasi.solve_partitions(
                tmp_path / "nation", policy(ALONE), tmp_path / "out", executor=Deadly(processes)
            )
    finally:
        processes.shutdown()
    assert sorted(path.stem for path in (tmp_path / "out" / "schedule").iterdir()) == ["X", "Z"]
    # W11: what is finished is not solved again, and the part gets its turn.
    summary = rotasi.solve_partitions(
        tmp_path / "nation", policy(ALONE), tmp_path / "out", executor=ThreadPoolExecutor(1)
    )
    assert summary.status == "OPTIMAL"
    assert summary.partitions.set_index("part")["kept"].to_dict() == {
        "X": True,
        "Y": False,
        "Z": True,
    }


class Deadly(Executor):
    """Another executor, on which the part Y kills its process."""

    def __init__(self, inner: Executor) -> None:
        self.inner = inner

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self.inner.submit(die_of_y, fn, *args)


def die_of_y(fn: Callable[..., Any], *args: Any) -> Any:
    if args[2] is stream and args[3][0].part.name == "Y":
        os.kill(os.getpid(), signal.SIGKILL)
    return fn(*args)


def test_w02_w03_a_block_that_kills_every_worker_is_solved_here() -> None:
    """However often its worker dies, be it of memory; the others come from the executor."""
    crew = Poisoned(lambda *task: opd_of(*task) == "Y")
    with pytest.warns(rotasi.RotasiWarning, match="Y: a process at work on it was lost"):
        schedule = rotasi.solve(roster(TOWNS), policy(ALONE), executor=crew, workers=2)
    assert crew.deaths == executors.RETRIES + 1
    here = rotasi.solve(roster(TOWNS), policy(ALONE), workers=1)
    pd.testing.assert_frame_equal(schedule.to_frame(), here.to_frame())
    assert len(schedule.provenance["lost"]) == 1


def test_w04_a_worker_that_hangs_costs_its_block_the_search() -> None:
    class Hanging(Poisoned):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            if self.kills(*args):
                return Future()
            future: Future[Any] = Future()
            future.set_result(fn(*args))
            return future

    begin = time.monotonic()
    with pytest.warns(rotasi.RotasiWarning, match=r"Y: .*\(TimeoutError\)"):
        schedule = rotasi.solve(
            roster(TOWNS),
            policy(ALONE),
            executor=Hanging(lambda *task: opd_of(*task) == "Y"),
            workers=3,
            time_limit=2,
        )
    assert time.monotonic() - begin < 20
    assert rotasi.verify(schedule, roster(TOWNS), policy(ALONE))


def test_w05_no_more_threads_are_at_work_than_workers() -> None:
    """One search per worker, and one thread per search."""
    most = 0

    def look(_: rotasi.Progress) -> None:
        nonlocal most
        names = [thread.name for thread in threading.enumerate()]
        most = max(most, sum(name.startswith("rotasi") for name in names))

    rotasi.solve(roster(TOWNS), policy(ALONE), workers=2, progress=look)
    assert 1 <= most <= 2


def test_w06_a_script_needs_no_main_guard() -> None:
    """A search in a process of its own does not run the script again."""
    script = (
        "import rotasi\nfrom helpers import crossing\nprint('once')\n"
        "schedule = rotasi.solve(*crossing(50), workers=1, time_limit=3)\n"
        "print(schedule.status, schedule.provenance['lost'])\n"
    )
    path = os.pathsep.join([str(TESTS), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["once", "FEASIBLE []"]


def test_w07_what_travels_are_plain_arrays() -> None:
    sent: list[bytes] = []

    class Posting(Poisoned):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            sent.append(pickle.dumps((fn, args)))
            assert b"ortools.sat" not in sent[-1]
            again, arguments = pickle.loads(sent[-1])
            return super().submit(again, *arguments)

    schedule = rotasi.solve(roster(TOWNS), policy(ALONE), executor=Posting(lambda *_: False))
    assert schedule.status == "OPTIMAL"
    assert sent


def test_w08_other_versions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(1) as pool:
        steady = SteadyExecutor(pool)
        steady.submit(max, 1, 2).result()
        answers = iter([("1.0", "9.2"), ("1.0", "9.1")])
        monkeypatch.setattr(executors, "list_own_versions", lambda: next(answers))
        with pytest.raises(rotasi.VersionError, match=r"ortools 9\.1, here is 9\.2"):
            steady.submit(max, 1, 2).result()


def test_w09_results_in_any_order_are_put_in_their_places() -> None:
    class Backwards(Executor):
        """Answers the last that was asked first."""

        def __init__(self) -> None:
            self.waiting: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.waiting.append((Future(), fn, args))
            if len(self.waiting) == 3:
                threading.Thread(target=self.answer).start()
            return self.waiting[-1][0]

        def answer(self) -> None:
            for future, fn, args in reversed(self.waiting):
                future.set_result(fn(*args))

    by_day = policy({"kind": "quota", "max_days": 2})
    who = roster(TOWNS, leave=[("a", 0, 1), ("e", 2, 3), ("i", 4, 4)])
    there = rotasi.solve(who, by_day, executor=Backwards(), workers=3)
    here = rotasi.solve(who, by_day, workers=1)
    pd.testing.assert_frame_equal(there.to_frame(), here.to_frame())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_w10_processes_of_parts_die_with_their_parent() -> None:
    script = (
        "import os, time\nfrom rotasi.engine.executors import ProcessExecutor\n"
        "print(ProcessExecutor(1).submit(os.getpid).result(), flush=True)\ntime.sleep(100)\n"
    )
    path = os.pathsep.join([str(TESTS), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
        parent.wait(30)
    end = time.monotonic() + 60
    while is_alive(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(process: int) -> bool:
    """Whether a process is there, and no mere entry that nobody has fetched."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_w12_dask_is_not_needed() -> None:
    """Nothing is loaded or asked for that was not given."""
    script = (
        "import sys\nsys.modules['distributed'] = None\nimport rotasi\n"
        "from helpers import policy, roster\n"
        "print(rotasi.solve(roster(2), policy()).status)\n"
    )
    path = os.pathsep.join([str(TESTS), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "OPTIMAL\n"
