"""The nation runner: parts apart give what all together give, and no rule is loosened."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import day, history, policy, values
from nations import Inline, employees, rows, write

import rotasi
from rotasi.engine.executors import RETRIES, ProcessExecutor, SteadyExecutor

pq = pytest.importorskip("pyarrow.parquet")

HALF = {"kind": "min_on_site", "share": 0.5}
TEAMS = {"kind": "min_on_site", "by": ["team"], "count": 1}


def wishes(people: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    dates = [day(int(number)) for number in rng.integers(0, 5, len(people))]
    weights = rng.integers(-5, 6, len(people))
    return pd.DataFrame({"nip": people["nip"], "date": dates, "weight": weights})


def contents(target: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(target.glob("schedule/*"))}


@pytest.fixture
def parts() -> dict[str, dict[str, pd.DataFrame]]:
    found = {}
    for seed, (name, opds) in enumerate({"p1": ("A", "B"), "p2": ("C",)}.items()):
        people = employees(*opds)
        away = pd.DataFrame({"nip": people["nip"][:1], "start": day(1), "end": day(2)})
        pins = pd.DataFrame({"nip": people["nip"][1:2], "date": day(0), "status": "WFH"})
        found[name] = {
            "employees": people,
            "leave": away,
            "wishes": wishes(people, seed),
            "pins": pins,
        }
    return found


@pytest.fixture
def source(tmp_path: Path, parts: dict[str, dict[str, pd.DataFrame]]) -> Path:
    return write(tmp_path / "nation", **parts)


def test_parts_apart_give_what_all_together_give(
    source: Path, parts: dict[str, dict[str, pd.DataFrame]], tmp_path: Path
) -> None:
    terms = policy(HALF)
    summary = rotasi.solve_partitions(source, terms, tmp_path / "out", executor=Inline())
    tables = {
        name: pd.concat([part[name] for part in parts.values()], ignore_index=True)
        for name in ("employees", "leave", "wishes", "pins")
    }
    roster = rotasi.Roster.from_frame(**tables)
    whole = rotasi.solve(roster, terms, workers=1)
    assert values(summary) == values(whole)
    assert summary.objectives["proven"].all()
    assert summary.status is rotasi.Status.OPTIMAL
    found = rows(tmp_path / "out")
    assert list(found["nip"]) == list(np.repeat(roster.employees["nip"], 5))
    assert rotasi.verify(found, roster, terms)
    told = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert told["asn"] == {"OPTIMAL": 12}
    assert told["blocks"]["OPTIMAL"] == int(summary.partitions["optimal"].sum()) >= 3


def test_the_schedule_is_compact(source: Path, tmp_path: Path) -> None:
    rotasi.solve_partitions(source, policy(HALF), tmp_path / "out", executor=Inline())
    schema = pq.read_schema(tmp_path / "out" / "schedule" / "p1.parquet")
    kinds = {name: str(schema.field(name).type) for name in schema.names}
    assert kinds["nip"] == "string"
    assert kinds["date"] == "date32[day]"
    assert kinds["opd"].startswith("dictionary")
    assert kinds["status"].startswith("dictionary")
    assert schema.metadata[b"rotasi_schema"] == b"1"


def test_processes_of_our_own_give_the_same_bytes(source: Path, tmp_path: Path) -> None:
    rotasi.solve_partitions(source, policy(HALF), tmp_path / "here", executor=Inline())
    rotasi.solve_partitions(source, policy(HALF), tmp_path / "there", workers=2)
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_folders_named_by_a_column_are_parts(tmp_path: Path) -> None:
    for opd in ("A", "Dinas B"):
        folder = tmp_path / "nation" / "employees" / f"opd={opd.replace(' ', '%20')}"
        folder.mkdir(parents=True)
        for number in range(2):
            people = pd.DataFrame({"nip": [f"{opd}{number}{n}" for n in range(2)]})
            people.to_parquet(folder / f"{number}.parquet")
    summary = rotasi.solve_partitions(
        tmp_path / "nation", policy(HALF), tmp_path / "out", executor=Inline()
    )
    assert list(summary.partitions["asn"]) == [4, 4]
    assert set(rows(tmp_path / "out")["opd"]) == {"A", "Dinas B"}


def test_finished_parts_are_kept_until_anything_changes(source: Path, tmp_path: Path) -> None:
    def solve(seed: int = 0, force: bool = False, **settings: Any) -> tuple[int, list[bool]]:
        crew = Inline()
        found = rotasi.solve_partitions(
            source,
            policy(HALF, **settings),
            tmp_path / "out",
            executor=crew,
            seed=seed,
            progress=news.append,
            force=force,
        )
        return crew.count, list(found.partitions["kept"])

    news: list[rotasi.Progress] = []
    assert solve() == (2, [False, False])
    assert [(each.done, each.proven) for each in news] == [(1, 1), (2, 2)]
    assert 0 < news[0].elapsed <= news[1].elapsed
    before = contents(tmp_path / "out")
    assert solve() == (0, [True, True])
    assert contents(tmp_path / "out") == before
    people = pd.read_parquet(source / "wishes" / "p2.parquet")
    people.assign(weight=1).to_parquet(source / "wishes" / "p2.parquet", index=False)
    assert solve() == (1, [True, False])
    (tmp_path / "out" / "schedule" / "p1.parquet").write_bytes(b"damaged")
    assert solve() == (1, [False, True])
    assert contents(tmp_path / "out")["p1.parquet"] == before["p1.parquet"]
    assert solve(seed=1)[0] == 2
    assert solve(seed=1, weekly_cap=1, force=True)[0] == 2
    assert [item.done for item in news] == [1, 2] * 6
    assert {item.total for item in news} == {2}


def test_an_interrupted_run_keeps_what_is_finished(source: Path, tmp_path: Path) -> None:
    def interrupt(_news: rotasi.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotasi.solve_partitions(
            source, policy(HALF), tmp_path / "out", executor=Inline(), progress=interrupt, workers=1
        )
    assert not (tmp_path / "out" / "summary.json").exists()
    assert len(contents(tmp_path / "out")) == 1
    crew = Inline()
    rotasi.solve_partitions(source, policy(HALF), tmp_path / "out", executor=crew)
    assert crew.count == 1


def test_an_infeasible_part_is_told_of_and_others_go_on(source: Path, tmp_path: Path) -> None:
    never = {"kind": "never_remote", "scope": {"opd": ["A"]}}
    summary = rotasi.solve_partitions(
        source, policy(HALF, never), tmp_path / "out", executor=Inline()
    )
    assert list(summary.partitions["status"]) == ["INFEASIBLE", "OPTIMAL"]
    assert summary.status is rotasi.Status.INFEASIBLE
    assert summary.objectives["value"].isna().all()
    assert list(contents(tmp_path / "out")) == ["p2.parquet"]
    partial = pd.read_parquet(tmp_path / "out" / "partial" / "p1.parquet")
    assert set(partial["opd"]) == {"B"}
    blocks = pd.read_parquet(tmp_path / "out" / "blocks" / "p1.parquet")
    assert set(blocks["status"][blocks["opds"] == "A"]) >= {"INFEASIBLE"}
    assert set(summary.conflicts["part"]) <= {"p1"}


@pytest.mark.parametrize(
    "clause",
    [
        {"rules": [TEAMS]},
        {"rules": [TEAMS | {"penalty": 2}]},
        {"rules": [TEAMS | {"by": []}]},
        {"objectives": [{"kind": "level_load", "by": ["team"]}]},
    ],
)
def test_a_group_in_two_parts_is_refused(clause: dict[str, Any], tmp_path: Path) -> None:
    source = write(
        tmp_path / "nation",
        p1={"employees": employees("A", team="x")},
        p2={"employees": employees("B", team="x")},
    )
    terms = policy(*clause.get("rules", ()), objectives=clause.get("objectives", []))
    with pytest.raises(rotasi.PolicyError, match="p1, p2") as caught:
        rotasi.solve_partitions(source, terms, tmp_path / "out", executor=Inline())
    assert caught.value.problems[0].column in ("rules[0].by", "objectives[0].by")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "rule",
    [
        TEAMS | {"by": ["opd", "team"]},
        TEAMS | {"scope": {"opd": ["A"]}},
        TEAMS | {"by": ["unit"]},
    ],
)
def test_a_group_inside_one_part_is_not(rule: dict[str, Any], tmp_path: Path) -> None:
    source = write(
        tmp_path / "nation",
        p1={"employees": employees("A", team="x", unit="u")},
        p2={"employees": employees("B", team="x", unit="")},
    )
    summary = rotasi.solve_partitions(source, policy(rule), tmp_path / "out", executor=Inline())
    assert summary.status is rotasi.Status.OPTIMAL


def test_groups_that_were_formed_are_told_beside_the_schedule(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in", p={"employees": employees("A")}, q={"employees": employees("B", size=5)}
    )
    terms = policy({"kind": "rotation_groups", "groups": 2}, HALF)
    summary = rotasi.solve_partitions(source, terms, tmp_path / "out", executor=Inline())
    assert summary.status == "OPTIMAL"
    formed = pd.concat(pd.read_parquet(path) for path in sorted(tmp_path.glob("out/groups/*")))
    assert formed.groupby("group").size().to_dict() == {
        "A / 1": 2,
        "A / 2": 2,
        "B / 1": 3,
        "B / 2": 2,
    }
    both = rows(tmp_path / "out").merge(formed, on="nip")
    assert not both.drop_duplicates(["group", "date", "status"]).duplicated(["group", "date"]).any()


def test_no_opd_and_no_asn_is_in_two_parts(tmp_path: Path) -> None:
    twice = employees("B").assign(nip=["A0", "B1", "B2", "B3"])
    source = write(
        tmp_path / "nation",
        p1={"employees": employees("A")},
        p2={"employees": twice},
        p3={"employees": employees("B").assign(nip=["C0", "C1", "C2", " A0 "])},
    )
    with pytest.raises(rotasi.RosterError) as caught:
        rotasi.solve_partitions(source, policy(), tmp_path / "out", executor=Inline())
    found = [(problem.column, problem.value) for problem in caught.value.problems]
    assert found == [("opd", "B"), ("nip", "A0")]
    assert "p1, p2, p3" in str(caught.value)
    assert "A0" not in str(caught.value)


def test_flaws_name_their_part(source: Path, tmp_path: Path) -> None:
    write(source, p1={"leave": pd.DataFrame({"nip": ["Z"], "start": day(0), "end": day(0)})})
    with pytest.raises(rotasi.RosterError, match="leave/p1"):
        rotasi.solve_partitions(source, policy(HALF), tmp_path / "out", executor=Inline())
    assert list(contents(tmp_path / "out")) == ["p2.parquet"]


def test_a_table_without_employees_is_refused(source: Path, tmp_path: Path) -> None:
    write(source, p3={"wishes": wishes(employees("A"))})
    with pytest.raises(rotasi.RosterError, match="the part p3 has no employees"):
        rotasi.solve_partitions(source, policy(HALF), tmp_path / "out", executor=Inline())
    with pytest.raises(rotasi.RosterError, match="no Parquet file"):
        rotasi.solve_partitions(tmp_path, policy(HALF), tmp_path / "out", executor=Inline())


def test_results_of_other_parts_are_not_mixed_in(source: Path, tmp_path: Path) -> None:
    rotasi.solve_partitions(source, policy(HALF), tmp_path / "out", executor=Inline())
    for table in ("employees", "leave", "wishes", "pins"):
        (source / table / "p2.parquet").unlink()
    with pytest.raises(rotasi.OutputError, match="p2"):
        rotasi.solve_partitions(source, policy(HALF), tmp_path / "out", executor=Inline())


def test_a_rule_is_unreached_only_if_no_part_has_anybody(source: Path, tmp_path: Path) -> None:
    reached = {"kind": "no_remote_day", "weekdays": ["Fri"], "scope": {"opd": ["C"]}}
    rotasi.solve_partitions(source, policy(HALF, reached), tmp_path / "1", executor=Inline())
    missed = reached | {"scope": {"opd": ["Z"]}}
    with pytest.warns(rotasi.RotasiWarning, match="no_remote_day-1 reaches nobody"):
        rotasi.solve_partitions(source, policy(HALF, missed), tmp_path / "2", executor=Inline())


def test_the_past_follows_asn_into_other_parts(tmp_path: Path) -> None:
    people = employees("A", "B", size=2)
    past = history(day(2), A0="HH", A1="OO", B0="HH", B1="OO")
    assert past is not None
    before = tmp_path / "before"
    for name, opd in {"p1": "B", "p2": "A"}.items():  # then the other way round
        (before / "schedule").mkdir(parents=True, exist_ok=True)
        own = past[past["nip"].str.startswith(opd)]
        own.to_parquet(before / "schedule" / f"{name}.parquet", index=False)
    source = write(
        tmp_path / "nation",
        p1={"employees": people[people["opd"] == "A"]},
        p2={"employees": people[people["opd"] == "B"]},
    )
    terms = policy({"kind": "quota", "max_days": 2}, start=day(2))
    rotasi.solve_partitions(source, terms, tmp_path / "out", previous=before, executor=Inline())
    remote = rows(tmp_path / "out").query("status == 'WFH'").groupby("nip").size()
    assert remote.to_dict() == {"A1": 2, "B1": 2}


class Flaky(Executor):
    """Loses the first attempts of every task."""

    def __init__(self, lost: int, error: Exception) -> None:
        self.lost, self.error, self.calls = lost, error, 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.calls += 1
        if self.calls <= self.lost:
            future.set_exception(self.error)
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.mark.parametrize("error", [ConnectionError(), CancelledError()])
def test_a_lost_task_is_given_out_again(error: Exception) -> None:
    flaky = Flaky(RETRIES, error)
    assert SteadyExecutor(flaky).submit(max, 1, 2).result(5) == 2
    assert flaky.calls == RETRIES + 1
    with pytest.raises(type(error)):
        SteadyExecutor(Flaky(RETRIES + 1, error)).submit(max, 1, 2).result(5)


def test_what_was_deleted_is_written_again(source: Path, tmp_path: Path) -> None:
    class Remembering(Inline):
        """Like dask, which knows the results of calls with equal arguments."""

        def __init__(self) -> None:
            super().__init__()
            self.known: dict[str, Future[Any]] = {}

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            key = repr((fn, args))
            if key not in self.known:
                self.known[key] = super().submit(fn, *args, **kwargs)
            return self.known[key]

    crew = Remembering()
    for _again in range(2):
        rotasi.solve_partitions(source, policy(HALF), tmp_path / "out", executor=crew)
        for path in (tmp_path / "out" / "schedule").iterdir():
            path.unlink()
    assert crew.count == 4


def test_an_error_of_the_task_is_not_tried_again() -> None:
    flaky = Flaky(1, ValueError("wrong"))
    with pytest.raises(ValueError, match="wrong"):
        SteadyExecutor(flaky).submit(max, 1, 2).result(5)
    assert flaky.calls == 1


def test_other_versions_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(1) as pool:
        steady = SteadyExecutor(pool)
        assert steady.submit(max, 1, 2).result() == 2
        monkeypatch.setattr("rotasi.engine.executors.list_own_versions", iter_versions().__next__)
        with pytest.raises(rotasi.VersionError, match=r"ortools 9\.1, here is 9\.2"):
            steady.submit(max, 1, 2).result()


def iter_versions() -> Iterator[tuple[str, str]]:
    yield "1.0", "9.2"
    yield "1.0", "9.1"


def test_a_killed_process_costs_a_retry(tmp_path: Path) -> None:
    processes = ProcessExecutor(1)
    steady = SteadyExecutor(processes)
    try:
        futures = [steady.submit(linger, str(tmp_path), number) for number in range(2)]
        os.kill(first_pid(tmp_path), signal.SIGKILL)
        assert [future.result(60) for future in futures] == [0, 1]
    finally:
        processes.shutdown()
    assert len(list(tmp_path.iterdir())) > 2


def linger(folder: str, number: int) -> int:
    """Say who is at work, then take long enough to be killed."""
    Path(folder, f"{os.getpid()}-{number}").touch()
    time.sleep(0.5)
    return number


def first_pid(folder: Path, patience: float = 60) -> int:
    """Wait for the first process that says it is at work."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        for path in folder.iterdir():
            return int(path.name.partition("-")[0])
        threading.Event().wait(0.02)
    raise TimeoutError
