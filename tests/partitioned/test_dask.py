"""Blocks and parts on dask.distributed: a real cluster on loopback, with a worker killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import policy

import rotasi

pytest.importorskip("distributed", reason="distributed is not installed")
pytest.importorskip("pyarrow")

import dask
from distributed import Client, LocalCluster

pytestmark = pytest.mark.filterwarnings("ignore::Warning:distributed", "ignore::ResourceWarning")

KILLED = ".killed"
HALF = {"kind": "min_on_site", "share": 0.5}


class Slow(Executor):
    """Another executor whose tasks leave a note, and wait until one of them is killed."""

    def __init__(self, executor: Executor, notes: Path) -> None:
        self.executor, self.notes = executor, notes
        notes.mkdir()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self.executor.submit(linger, str(self.notes), fn, *args)


def linger(notes: str, fn: Callable[..., Any], *args: Any) -> Any:
    Path(notes, f"{os.getpid()}-{time.monotonic_ns()}").touch()
    end = time.monotonic() + 30
    while not Path(notes, KILLED).exists() and time.monotonic() < end:
        time.sleep(0.05)
    return fn(*args)


class Killer(threading.Thread):
    """Kills the first worker that has left a note."""

    def __init__(self, notes: Path) -> None:
        super().__init__(daemon=True)
        self.notes, self.killed = notes, 0

    def run(self) -> None:
        end = time.monotonic() + 30
        while not self.killed and time.monotonic() < end:
            for note in self.notes.iterdir():
                self.killed = int(note.name.partition("-")[0])
                os.kill(self.killed, signal.SIGKILL)
                (self.notes / KILLED).touch()
                return
            time.sleep(0.02)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    # Of its own accord dask tries again three times: here every retry is ours.
    once = {"distributed.scheduler.allowed-failures": 0}
    with (
        dask.config.set(once),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
        ) as cluster,
        Client(cluster) as found,
    ):
        yield found


@pytest.fixture
def roster() -> rotasi.Roster:
    return rotasi.datasets.city(90, seed=1)


def test_blocks_survive_a_killed_worker(
    client: Client, roster: rotasi.Roster, tmp_path: Path
) -> None:
    slow = Slow(client.get_executor(), tmp_path / "notes")
    killer = Killer(slow.notes)
    killer.start()
    there = rotasi.solve(roster, policy(HALF), executor=slow, workers=2)
    killer.join(5)
    here = rotasi.solve(roster, policy(HALF), workers=1)
    assert killer.killed
    assert len(list(slow.notes.glob("[0-9]*"))) > there.blocks["block"].nunique()
    pd.testing.assert_frame_equal(there.to_frame(), here.to_frame())
    assert there.status is rotasi.Status.OPTIMAL


def test_parts_survive_a_killed_worker(
    client: Client, roster: rotasi.Roster, tmp_path: Path
) -> None:
    opds = list(roster.employees["opd"].unique())
    (tmp_path / "nation" / "employees").mkdir(parents=True)
    for number in range(3):
        chosen = roster.employees["opd"].isin(opds[number::3])
        roster.employees[chosen].to_parquet(
            tmp_path / "nation" / "employees" / f"{number}.parquet", index=False
        )
    slow = Slow(client.get_executor(), tmp_path / "notes")
    killer = Killer(slow.notes)
    killer.start()
    there = rotasi.solve_partitions(
        tmp_path / "nation", policy(HALF), tmp_path / "there", executor=slow
    )
    killer.join(5)
    here = rotasi.solve_partitions(
        tmp_path / "nation", policy(HALF), tmp_path / "here", executor=client
    )
    assert killer.killed
    assert killer.killed not in set(there.partitions["process"])
    assert len(list(slow.notes.glob("[0-9]*"))) > 3
    assert there.status is rotasi.Status.OPTIMAL
    pd.testing.assert_frame_equal(there.objectives, here.objectives)
    for number in range(3):
        files = [tmp_path / run / "schedule" / f"{number}.parquet" for run in ("here", "there")]
        assert files[0].read_bytes() == files[1].read_bytes()


def test_versions_are_compared_on_the_workers(
    client: Client, roster: rotasi.Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rotasi.engine.executors.list_own_versions", lambda: ("0.0.1", "9.15"))
    with pytest.raises(rotasi.VersionError, match=r"a worker has rotasi .*, here is 0\.0\.1"):
        rotasi.solve(roster, policy(HALF), executor=client)
