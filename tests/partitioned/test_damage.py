"""Damaged files of our own, and files that are none: told or done again, never waited for."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import day, policy
from nations import Inline, employees, write

import rotasi

pytest.importorskip("pyarrow.parquet")

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices of POSIX")
JANUARY = policy({"kind": "min_on_site", "share": 0.5})
FEBRUARY = policy({"kind": "min_on_site", "share": 0.5}, start=day(28), end=day(32))
DEEP = "[" * 100_000
DAMAGED = [DEEP, '{"key": ' + DEEP, '{"key": []}', "{}", "", "\udc80", "7" * 5000, "null"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "nation", p={"employees": employees("A", size=3)})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def solve(source: Path, terms: rotasi.Policy, target: Path, **options: object) -> rotasi.Summary:
    return rotasi.solve_partitions(source, terms, target, executor=Inline(), **options)  # type: ignore[arg-type]


def damage(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_word_of_whose_results_they_are_is_nobodys(
    source: Path, out: Path, text: str
) -> None:
    solve(source, JANUARY, out)
    damage(out / "run.json", text)
    with pytest.raises(rotasi.OutputError, match=r"another policy or dataset.*\(force\)"):
        solve(source, JANUARY, out)
    assert solve(source, JANUARY, out, force=True).partitions["kept"].all()


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_part_with_a_damaged_record_is_solved_again(source: Path, out: Path, text: str) -> None:
    solve(source, JANUARY, out)
    damage(out / "records" / "p.json", text)
    assert not solve(source, JANUARY, out).partitions["kept"].any()
    damage(out / "records" / "p.json", text)
    (out / "run.json").unlink()
    with pytest.raises(rotasi.OutputError, match=r"another policy or dataset.*\(force\)"):
        solve(source, JANUARY, out)


@pytest.mark.parametrize("field", ["files", "blocks", "seconds", "opds", "conflicts", "lost"])
def test_so_is_one_whose_record_lacks_something(source: Path, out: Path, field: str) -> None:
    solve(source, JANUARY, out)
    path = out / "records" / "p.json"
    record = json.loads(path.read_text("utf-8"))
    del record[field]
    damage(path, json.dumps(record))
    assert not solve(source, JANUARY, out).partitions["kept"].any()


def test_so_is_one_whose_record_knows_no_roster(source: Path, out: Path) -> None:
    solve(source, JANUARY, out)
    path = out / "records" / "p.json"
    damage(path, json.dumps(json.loads(path.read_text("utf-8")) | {"files": {}}))
    (out / "schedule" / "p.parquet").unlink()
    solve(source, JANUARY, out)
    assert (out / "schedule" / "p.parquet").is_file()


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_previous_run_with_damaged_records_is_told(
    source: Path, out: Path, tmp_path: Path, text: str
) -> None:
    solve(source, JANUARY, tmp_path / "jan")
    damage(tmp_path / "jan" / "records" / "p.json", text)
    with pytest.warns(rotasi.RotasiWarning, match="records of jan are damaged: p; "):
        solve(source, FEBRUARY, out, previous=tmp_path / "jan")


def test_a_damaged_lock_holds_nobody(source: Path, out: Path) -> None:
    out.mkdir()
    damage(out / ".lock", DEEP)
    assert solve(source, JANUARY, out).status == "OPTIMAL"


@pytest.mark.parametrize("name", ["run.json", "records/p.json"])
def test_what_may_not_be_read_is_told_as_that(
    source: Path, out: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve(source, JANUARY, out)
    if name != "run.json":
        (out / "run.json").unlink()
    read = Path.read_bytes

    def refuse(self: Path) -> bytes:
        if self == out / name:
            raise PermissionError(13, "Permission denied")
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(rotasi.OutputError, match=rf"{name} cannot be read: .*ask its owner"):
        solve(source, JANUARY, out)


# -------------------------------------------------------------------- pipes and devices


@pytest.fixture
def patience() -> Iterator[None]:
    """An end to whatever waits for a pipe."""

    def give_up(*_all: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


WAYS: list[Callable[[Path], object]] = [os.mkfifo, lambda path: path.symlink_to("/dev/zero")]


@POSIX
@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("make", WAYS, ids=["pipe", "device"])
@pytest.mark.parametrize(
    "name",
    [
        *("nation/employees/q.parquet", "nation/leave/p.parquet", "nation/pins"),
        *("out/run.json", "out/.lock", "out/summary.json", "out/records/p.json"),
        *("out/schedule/p.parquet", "out/.next/run.json", "out/.next/records/p.json"),
        *("jan/schedule/p.parquet", "jan/records/p.json"),
    ],
)
def test_a_pipe_or_a_device_is_refused(
    source: Path, out: Path, tmp_path: Path, name: str, make: Callable[[Path], object]
) -> None:
    solve(source, JANUARY, tmp_path / "jan")
    solve(source, JANUARY, out)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)
    with pytest.raises(rotasi.RotasiError, match=path.name):
        solve(source, FEBRUARY, out, previous=tmp_path / "jan", force=True)


@POSIX
@pytest.mark.usefixtures("patience")
def test_so_is_one_that_takes_the_place_of_a_file_meanwhile(source: Path, out: Path) -> None:
    path = source / "employees" / "p.parquet"

    class Meddling(Inline):
        def submit(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            path.unlink()
            os.mkfifo(path)
            return super().submit(*args, **kwargs)  # type: ignore[arg-type]

    with pytest.raises(rotasi.RosterError, match=r"p\.parquet cannot be read: it is a pipe"):
        rotasi.solve_partitions(source, JANUARY, out, executor=Meddling())
