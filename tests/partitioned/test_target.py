"""The folder of the results: nothing in it is lost to another run, or before others are whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import day, history, policy
from nations import Inline, Meddling, employees, rows, write

import rotasi
from rotasi.partitioned import target as folder_of_results
from rotasi.partitioned import worker
from rotasi.support import atomic_files

pytest.importorskip("pyarrow.parquet")

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="links and signals of POSIX")
JANUARY = policy({"kind": "min_on_site", "share": 0.5})
FEBRUARY = policy({"kind": "min_on_site", "share": 0.5}, start=day(28), end=day(32))
TESTS = Path(__file__).parent.parent


@pytest.fixture
def source(tmp_path: Path) -> Path:
    parts = {name: {"employees": employees(opd, size=3)} for name, opd in (("p", "A"), ("q", "B"))}
    return write(tmp_path / "nation", **parts)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def solve(
    source: Path, terms: rotasi.Policy, target: Path, **options: Any
) -> tuple[rotasi.Summary, int]:
    """The summary, and how many parts were solved for it."""
    crew = Inline()
    return rotasi.solve_partitions(source, terms, target, executor=crew, **options), crew.count


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def visible(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(folder).items() if not name.startswith(".")}


def interrupt(_news: rotasi.Progress) -> None:
    raise KeyboardInterrupt


def interrupt_at(done: int) -> Callable[[rotasi.Progress], None]:
    """Interrupt a run when so many of its parts have ended."""

    def look(news: rotasi.Progress) -> None:
        if news.done == done:
            raise KeyboardInterrupt

    return look


# -------------------------------------------------------------------- another period


def test_another_policy_is_refused_and_touches_nothing(source: Path, out: Path) -> None:
    solve(source, JANUARY, out)
    before = contents(out)
    with pytest.raises(rotasi.OutputError, match=r"another policy or dataset.*\(force\)"):
        solve(source, FEBRUARY, out)
    assert contents(out) == before


def test_another_dataset_is_refused(source: Path, out: Path, tmp_path: Path) -> None:
    solve(source, JANUARY, out)
    other = write(
        tmp_path / "other", p={"employees": employees("A")}, q={"employees": employees("B")}
    )
    with pytest.raises(rotasi.OutputError, match="another policy or dataset"):
        solve(other, JANUARY, out)
    summary, _count = solve(other, JANUARY, out, force=True)
    assert summary.partitions["asn"].sum() == 8
    assert len(rows(out)) == 8 * 5


def test_the_same_dataset_at_another_place_is_no_other(
    source: Path, out: Path, tmp_path: Path
) -> None:
    solve(source, JANUARY, out)
    source.rename(tmp_path / "moved")
    assert solve(tmp_path / "moved", JANUARY, out)[1] == 0


def test_results_without_a_word_whose_they_are_go_by_their_keys(source: Path, out: Path) -> None:
    """As earlier versions wrote them."""
    solve(source, JANUARY, out)
    (out / "run.json").unlink()
    with pytest.raises(rotasi.OutputError, match="another policy or dataset"):
        solve(source, FEBRUARY, out)
    assert solve(source, JANUARY, out)[1] == 0
    (out / "run.json").write_text('{"policy": 1}')
    with pytest.raises(rotasi.OutputError, match="another policy or dataset"):
        solve(source, JANUARY, out)


def test_another_period_takes_the_place_when_it_is_whole(source: Path, out: Path) -> None:
    """Interrupted it leaves January; the same call goes on from where it was."""
    solve(source, JANUARY, out)
    january = contents(out)
    with pytest.raises(KeyboardInterrupt):
        solve(source, FEBRUARY, out, force=True, progress=interrupt, workers=1)
    assert visible(out) == january
    assert solve(source, JANUARY, out)[1] == 0
    assert solve(source, FEBRUARY, out, force=True)[1] == 1
    assert set(rows(out)["date"]) == {str(day(number)) for number in range(28, 33)}
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    with pytest.raises(rotasi.OutputError, match="another policy or dataset"):
        solve(source, JANUARY, out)


def test_an_unfinished_run_of_others_is_not_dropped_in_silence(source: Path, out: Path) -> None:
    solve(source, JANUARY, out)
    with pytest.raises(KeyboardInterrupt):
        solve(source, FEBRUARY, out, force=True, progress=interrupt, workers=1)
    write(source, p={"employees": employees("A", size=2)})
    with pytest.raises(rotasi.OutputError, match="another policy or dataset"):
        solve(source, JANUARY, out)
    assert solve(source, JANUARY, out, force=True)[1] == 1
    assert not (out / ".next").exists()


def test_an_edited_dataset_replaces_its_results_when_they_are_whole(
    source: Path, out: Path
) -> None:
    solve(source, JANUARY, out)
    before = contents(out)
    write(source, p={"employees": employees("A", size=2)}, q={"employees": employees("B", size=4)})
    with pytest.raises(KeyboardInterrupt):
        solve(source, JANUARY, out, progress=interrupt, workers=1)
    assert visible(out) == before
    summary, count = solve(source, JANUARY, out)
    assert count == 1
    assert list(summary.partitions["asn"]) == [2, 4]


def test_finished_results_are_hashed_once(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are those of a nation, and hashing reads all of them."""
    hashed: list[Path] = []
    take = worker._hash
    solve(source, JANUARY, out)
    monkeypatch.setattr(worker, "_hash", lambda path: hashed.append(path) or take(path))
    assert solve(source, JANUARY, out)[1] == 0
    assert sorted(path.stem for path in hashed) == ["p", "q"]
    write(source, q={"employees": employees("B", size=4)})
    hashed.clear()
    assert solve(source, JANUARY, out)[1] == 1
    finished = [path for path in hashed if not path.name.startswith(".")]
    assert sorted(path.stem for path in finished) == ["p", "q"]


def test_results_that_are_taken_over_get_their_record_last(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked: list[str] = []
    link = worker.link_or_copy

    def note(path: Path, own: Path) -> None:
        linked.append(own.parent.name)
        link(path, own)

    solve(source, JANUARY, out)
    write(source, q={"employees": employees("B", size=4)})
    monkeypatch.setattr(worker, "link_or_copy", note)
    solve(source, JANUARY, out)
    assert linked == ["blocks", "schedule", "records"]


def test_a_part_that_fails_leaves_what_was_whole(source: Path, out: Path) -> None:
    solve(source, JANUARY, out)
    before = contents(out)
    write(source, p={"leave": pd.DataFrame({"nip": ["Z"], "start": day(0), "end": day(0)})})
    with pytest.raises(rotasi.RosterError, match="leave/p"):
        solve(source, JANUARY, out)
    assert visible(out) == before


def test_parts_that_are_gone_leave_with_force(source: Path, out: Path) -> None:
    solve(source, JANUARY, out)
    (source / "employees" / "q.parquet").unlink()
    with pytest.raises(rotasi.OutputError, match=r"parts that the source lacks: q;.*\(force\)"):
        solve(source, JANUARY, out)
    assert solve(source, JANUARY, out, force=True)[1] == 0
    assert set(rows(out)["opd"]) == {"A"}


@pytest.mark.parametrize("force", [True, False])
def test_parts_that_left_during_an_unfinished_run_do_not_come_back(
    source: Path, out: Path, force: bool
) -> None:
    """Whom they held may stand in another part by now."""
    if force:
        write(source, r={"employees": employees("C")})
    solve(source, JANUARY, out)
    write(source, p={"employees": employees("A", size=2)}, r={"employees": employees("C", size=2)})
    with pytest.raises(KeyboardInterrupt):
        solve(source, JANUARY, out, progress=interrupt_at(3), workers=1)
    assert (out / ".next" / "schedule" / "r.parquet").exists()
    (source / "employees" / "r.parquet").unlink()
    solve(source, JANUARY, out, force=force)
    assert set(rows(out)["opd"]) == {"A", "B"}
    assert not list(out.rglob("r.*"))


@pytest.mark.parametrize("moves", [0, 1, 8, 15])
def test_a_crash_while_results_take_their_place_is_mended(
    source: Path, out: Path, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any number of moves; nothing is undone, as if the power had gone."""

    class PowerCut(BaseException):
        pass

    done, move = 0, Path.rename

    def rename(self: Path, other: Path) -> Path:
        nonlocal done
        if done == moves:
            raise PowerCut
        done += 1
        return move(self, other)

    solve(source, JANUARY, out)
    monkeypatch.setattr(atomic_files, "_restore", lambda *_all: None)
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(PowerCut):
        solve(source, FEBRUARY, out, force=True)
    monkeypatch.undo()
    assert solve(source, FEBRUARY, out, force=True)[1] == 0
    assert set(rows(out)["date"]) == {str(day(number)) for number in range(28, 33)}
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_a_crash_after_the_exchange_leaves_nothing(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_all: object, **_more: object) -> None:
        raise KeyboardInterrupt

    solve(source, JANUARY, out)
    monkeypatch.setattr(atomic_files.shutil, "rmtree", cut)
    with pytest.raises(KeyboardInterrupt):
        solve(source, FEBRUARY, out, force=True)
    monkeypatch.undo()
    assert solve(source, FEBRUARY, out)[1] == 0
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_an_exchange_that_fails_is_undone(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Path.rename

    def rename(self: Path, other: Path) -> Path:
        if self.name == "schedule" and ".next" in str(self):
            raise OSError(16, "Device or resource busy")
        return move(self, other)

    solve(source, JANUARY, out)
    before = contents(out)
    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(rotasi.OutputError, match="busy; nothing was changed"):
        solve(source, FEBRUARY, out, force=True)
    assert visible(out) == before


def test_scratch_of_a_process_that_was_killed_is_removed(source: Path, out: Path) -> None:
    scratch = out / "schedule" / ".p.0123456789abcdef.parquet"
    scratch.parent.mkdir(parents=True)
    scratch.touch()
    (out / ".mine.0123456789abcdef").touch()
    solve(source, JANUARY, out)
    assert not scratch.exists()
    assert (out / ".mine.0123456789abcdef").exists()


@pytest.mark.parametrize("name", ["schedule", "run.json", ".lock"])
def test_a_target_that_cannot_be_written_says_so(source: Path, out: Path, name: str) -> None:
    """A file stands where a folder is needed, or the other way round."""
    out.mkdir()
    (out / name).mkdir() if "." in name else (out / name).touch()
    with pytest.raises(rotasi.OutputError, match="out"):
        solve(source, JANUARY, out)


# -------------------------------------------------------------------- previous, source, target


@pytest.mark.parametrize(
    ("previous", "target"),
    [
        ("jan", "jan"),
        ("jan", "jan/feb"),
        ("jan/schedule", "jan"),
        ("jan", "."),
        ("jan", "link"),
        ("link", "jan"),
        ("jan", "far"),
        ("jan", "nation/../jan"),
    ],
)
@POSIX
def test_previous_and_target_that_meet_are_refused_before_anything_is_touched(
    source: Path, tmp_path: Path, previous: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve(source, JANUARY, tmp_path / "jan")
    (tmp_path / "link").symlink_to("jan")
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "schedule").symlink_to(tmp_path / "jan" / "schedule")
    before = contents(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(rotasi.OutputError, match="previous schedule"):
        solve(Path("nation"), FEBRUARY, Path(target), previous=previous, force=True)
    assert contents(tmp_path) == before


@POSIX
def test_files_that_are_linked_into_the_target_are_found(
    source: Path, tmp_path: Path, out: Path
) -> None:
    solve(source, JANUARY, out)
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "p.parquet").symlink_to(out / "schedule" / "p.parquet")
    before = contents(out)
    with pytest.raises(rotasi.OutputError, match=r"p\.parquet lies in"):
        solve(source, FEBRUARY, out, previous=tmp_path / "before", force=True)
    assert contents(out) == before


@pytest.mark.parametrize("place", [".", "employees", "employees/out", "Leave/x"])
def test_the_dataset_is_no_target(source: Path, place: str) -> None:
    (source / "Leave").mkdir()
    before = contents(source)
    with pytest.raises(rotasi.OutputError, match="is the dataset, or lies in a table of it"):
        solve(source, JANUARY, source / place, force=True)
    assert contents(source) == before


def test_a_previous_run_that_has_not_ended_is_refused(source: Path, tmp_path: Path) -> None:
    """Those of the parts that it lacks would have no past."""
    with pytest.raises(KeyboardInterrupt):
        solve(source, JANUARY, tmp_path / "jan", progress=interrupt, workers=1)
    with pytest.raises(rotasi.RosterError, match="the run that writes jan has not ended"):
        solve(source, FEBRUARY, tmp_path / "feb", previous=tmp_path / "jan")


def test_many_parts_are_told_by_the_first_and_a_count(tmp_path: Path, out: Path) -> None:
    """Whoever reads five names must not take them for all."""
    parts = {f"p{number}": {"employees": employees(f"O{number}", size=3)} for number in range(9)}
    source = write(tmp_path / "nation", **parts)
    scope = {"opd": [f"O{number}" for number in range(8)]}
    never = policy({"kind": "never_remote", "scope": scope}, {"kind": "min_remote", "count": 1})
    solve(source, never, out)
    with pytest.warns(rotasi.RotasiWarning, match=r"for the parts p0, .*p4, … \(\+3\): nobody"):
        solve(source, FEBRUARY, tmp_path / "feb", previous=out)
    for number in range(1, 9):
        (source / "employees" / f"p{number}.parquet").unlink()
    with pytest.raises(rotasi.OutputError, match=r"lacks: p1, .*p5, … \(\+3\); choose"):
        solve(source, never, out)


def test_parts_of_the_previous_without_a_roster_are_told(source: Path, tmp_path: Path) -> None:
    never = policy(
        {"kind": "never_remote", "scope": {"opd": ["A"]}}, {"kind": "min_remote", "count": 1}
    )
    solve(source, never, tmp_path / "jan")
    with pytest.warns(rotasi.RotasiWarning, match="jan has no roster for the parts p"):
        solve(source, FEBRUARY, tmp_path / "feb", previous=tmp_path / "jan")


def test_nips_of_the_past_are_read_as_everywhere(tmp_path: Path) -> None:
    """Whole numbers of 18 digits, and blanks around, are the same NIPs."""
    nip = "198001012010011001"
    people = pd.DataFrame({"nip": [nip, "B"], "opd": ["A", "A"]})
    past = history(day(2), a="HH")
    assert past is not None
    (tmp_path / "before").mkdir()
    past.assign(nip=int(nip)).to_parquet(tmp_path / "before" / "1.PARQUET", index=False)
    past.assign(nip=" B ").to_parquet(tmp_path / "before" / "2.pq", index=False)
    source = write(tmp_path / "nation", p={"employees": people})
    terms = policy({"kind": "quota", "max_days": 2}, start=day(2))
    solve(source, terms, tmp_path / "out", previous=tmp_path / "before")
    assert set(rows(tmp_path / "out")["status"]) == {"WFO"}


def test_a_past_that_would_be_passed_over_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    past = history(day(-2), A0="HH")
    assert past is not None
    past.to_csv(tmp_path / "before" / "p.csv", index=False)
    with pytest.raises(rotasi.RosterError, match=r"before/p\.csv is not read"):
        solve(source, JANUARY, tmp_path / "out", previous=tmp_path / "before")
    (tmp_path / "before" / "p.csv").unlink()
    past.drop(columns="nip").to_parquet(tmp_path / "before" / "p.parquet")
    with pytest.raises(rotasi.RosterError, match=r"before/p\.parquet has no column nip"):
        solve(source, JANUARY, tmp_path / "out", previous=tmp_path / "before")


# -------------------------------------------------------------------- changes while at work


@pytest.mark.parametrize("table", ["employees", "wishes"])
def test_a_part_that_is_replaced_after_the_survey_is_noticed(
    source: Path, out: Path, table: str
) -> None:
    def wish(weight: int) -> Path:
        frame = pd.DataFrame({"nip": ["B0"], "date": day(0), "weight": weight})
        return write(source, q={"wishes": frame})

    wish(1)
    changes = {
        "employees": lambda: write(source, q={"employees": employees("B", size=4)}),
        "wishes": lambda: wish(2),
    }
    crew = Meddling(changes[table])
    with pytest.raises(rotasi.RosterError, match=rf"{table}/q\.parquet has changed since the run"):
        rotasi.solve_partitions(source, JANUARY, out, executor=crew)
    assert not (out / "summary.json").exists()
    summary, count = solve(source, JANUARY, out)
    assert count == 1
    assert summary.status == "OPTIMAL"


def test_so_is_a_previous_schedule(source: Path, tmp_path: Path, out: Path) -> None:
    past = history(day(-2), A0="HH")
    assert past is not None
    (tmp_path / "jan").mkdir()
    path = tmp_path / "jan" / "p.parquet"
    past.to_parquet(path)
    crew = Meddling(lambda: past.assign(status="WFO").to_parquet(path))
    with pytest.raises(rotasi.RosterError, match=r"jan/p\.parquet has changed since the run"):
        rotasi.solve_partitions(source, JANUARY, out, executor=crew, previous=tmp_path / "jan")


def test_a_part_that_is_replaced_after_it_was_solved_is_noticed(source: Path, out: Path) -> None:
    def replace(news: rotasi.Progress) -> None:
        if news.done == 1:
            write(source, **{news.opds[0]: {"employees": employees("A", size=4)}})

    with pytest.raises(rotasi.RosterError, match=r"employees/p\.parquet has changed since the run"):
        solve(source, JANUARY, out, progress=replace, workers=1)
    assert not (out / "summary.json").exists()
    summary, count = solve(source, JANUARY, out)
    assert count == 1
    assert list(summary.partitions["asn"]) == [4, 3]


def test_a_file_that_was_only_touched_is_no_other(source: Path, out: Path) -> None:
    def touch(_news: rotasi.Progress) -> None:
        os.utime(source / "employees" / "p.parquet", (0, 0))

    assert solve(source, JANUARY, out, progress=touch)[0].status == "OPTIMAL"


@pytest.mark.parametrize(
    "change",
    [
        lambda source: write(source, r={"employees": employees("C")}),
        lambda source: (source / "employees" / "q.parquet").unlink(),
        lambda source: (source / "leave").mkdir() or (source / "leave" / "q.csv").write_text("nip"),
    ],
    ids=["more", "less", "a table"],
)
def test_files_that_come_or_go_are_noticed(
    source: Path, out: Path, change: Callable[[Path], object]
) -> None:
    crew = Meddling(lambda: change(source))
    with pytest.raises(rotasi.RosterError, match=r"[qr]\.(parquet|csv)"):
        rotasi.solve_partitions(source, JANUARY, out, executor=crew)
    assert not (out / "summary.json").exists()


def test_a_file_without_its_last_rows_is_refused(source: Path, out: Path) -> None:
    path = source / "employees" / "q.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(rotasi.RosterError, match=r"employees/q\.parquet: this is no Parquet file"):
        solve(source, JANUARY, out)


def test_rows_are_held_against_what_the_files_say(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that loses a row is found out before anything is solved, a writer afterwards."""
    from rotasi.partitioned import dataset, worker

    with monkeypatch.context() as patch:
        join = dataset.join
        patch.setattr(dataset, "join", lambda frames: join(frames).head(2))
        with pytest.raises(rotasi.VerificationError, match=r"p has 3 rows of employees.*but 2"):
            solve(source, JANUARY, out)
    with monkeypatch.context() as patch:
        table = worker.as_table
        patch.setattr(worker, "as_table", lambda schedule: table(schedule).slice(1))
        with pytest.raises(rotasi.VerificationError, match="p has 14 rows instead of 15"):
            solve(source, JANUARY, out)
    assert not (out / "summary.json").exists()


def test_a_record_that_counts_others_is_not_believed(source: Path, out: Path) -> None:
    solve(source, JANUARY, out)
    path = out / "records" / "p.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"asn": 2}))
    assert solve(source, JANUARY, out)[1] == 1


# -------------------------------------------------------------------- two at once


def test_a_second_run_on_the_same_target_is_refused(source: Path, out: Path) -> None:
    """From a thread while the first is at work; the first is whole."""
    refusals = []

    def meddle() -> None:
        def run() -> None:
            with pytest.raises(rotasi.OutputError) as caught:
                solve(source, FEBRUARY, out, force=True)
            refusals.append(str(caught.value))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()

    rotasi.solve_partitions(source, JANUARY, out, executor=Meddling(meddle))
    assert "another run writes to" in refusals[0]
    assert f"process {os.getpid()}" in refusals[0]
    assert set(rows(out)["date"]) == {str(day(number)) for number in range(5)}
    assert not (out / ".lock").exists()
    assert solve(source, JANUARY, out)[1] == 0


@contextmanager
def at_work(source: Path, out: Path, executor: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has solved a part and waits."""
    script = (
        "import sys, time, rotasi\nfrom concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\nfrom nations import Inline\n"
        "def wait(news):\n    print('solved', flush=True)\n    time.sleep(100)\n"
        "policy = rotasi.Policy.read(sys.argv[3])\n"
        f"rotasi.solve_partitions(sys.argv[1], policy, sys.argv[2], executor={executor},"
        " workers=1, progress=wait)\n"
    )
    path = source.parent / "policy.json"
    path.write_text(JANUARY.to_json(), encoding="utf-8")
    search = os.pathsep.join([str(TESTS), *sys.path])
    with subprocess.Popen(
        [sys.executable, "-c", script, str(source), str(out), str(path)],
        env=os.environ | {"PYTHONPATH": search},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "solved\n"
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with those that it has forked


@POSIX
@pytest.mark.parametrize("executor", ["Inline()", "ProcessPoolExecutor(1, get_context('fork'))"])
def test_the_lock_of_another_process_holds_as_long_as_it_lives(
    source: Path, out: Path, executor: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not as long as those whom it has forked."""
    with at_work(source, out, executor) as process:
        with pytest.raises(rotasi.OutputError, match=f"process {process.pid} on"):
            solve(source, JANUARY, out)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        summary, count = solve(source, JANUARY, out)
    assert count == 1
    assert summary.status == "OPTIMAL"
    assert f"process {process.pid} on" in caplog.text
    assert "ended without finishing" in caplog.text


def test_who_works_for_a_run_that_has_ended_writes_nothing(source: Path, out: Path) -> None:
    """As workers do that outlive their parent."""

    class Late(Inline):
        def __init__(self) -> None:
            super().__init__()
            self.tasks: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.tasks.append((fn, args))
            raise KeyboardInterrupt

    crew = Late()
    with pytest.raises(KeyboardInterrupt):
        rotasi.solve_partitions(source, JANUARY, out, executor=crew)
    ((fn, arguments),) = crew.tasks
    with pytest.raises(rotasi.OutputError, match="the run that asked for the part p has ended"):
        fn(*arguments)
    assert not list((out / "schedule").iterdir())


# -------------------------------------------------------------------- callbacks and global state


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("solve_partitions", ValueError("x")),
        ("solve_partitions", TimeoutError()),
        ("solve_partitions", ConnectionError()),
        ("solve_partitions", BrokenPipeError()),
        ("solve_partitions", rotasi.RosterError([])),
        ("solve_partitions", StopIteration()),
        ("solve", ConnectionError()),
        ("revise", TimeoutError()),
    ],
    ids=repr,
)
def test_a_progress_callback_that_raises_is_told_once_and_the_run_goes_on(
    source: Path, out: Path, error: Exception, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_news: rotasi.Progress) -> None:
        raise error

    if way == "solve_partitions":
        summary, count = solve(source, JANUARY, out, progress=fail)
        assert count == 2
        assert summary.status == "OPTIMAL"
    else:
        roster = rotasi.Roster.from_frame(employees("A", "B"))
        schedule = rotasi.solve(
            roster, JANUARY, workers=1, progress=fail if way == "solve" else None
        )
        if way == "revise":
            schedule = rotasi.revise(schedule, roster, JANUARY, day(1), workers=1, progress=fail)
        assert schedule.status == "OPTIMAL"
    assert len(caplog.records) == 1
    assert "the progress callback failed" in caplog.text


def test_a_run_on_threads_leaves_no_filter_of_warnings(tmp_path: Path) -> None:
    before = list(warnings.filters)
    many = write(
        tmp_path / "many", **{f"p{n}": {"employees": employees(f"A{n}")} for n in range(12)}
    )
    with ThreadPoolExecutor(6) as crew:
        rotasi.solve_partitions(many, JANUARY, tmp_path / "out", executor=crew)
    assert warnings.filters == before
    missed = policy({"kind": "never_remote", "scope": {"opd": ["Z"]}})
    with pytest.warns(rotasi.RotasiWarning, match="reaches nobody"):
        rotasi.solve(rotasi.Roster.from_frame(employees("A")), missed, workers=1)


def test_nothing_of_ours_touches_the_filters_of_warnings() -> None:
    """`catch_warnings` is global, and no lock guards it; only the command line may."""
    source = Path(rotasi.__file__).parent
    found = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if any(word in path.read_text("utf-8") for word in ("catch_warnings", "simplefilter"))
    }
    assert found == {"cli/console.py"}


# -------------------------------------------------------------------- programs that cannot start


SCRIPT = (
    "import sys, rotasi\n"
    "policy = rotasi.Policy.model_validate("
    "{'start': '2026-01-05', 'end': '2026-01-09', 'holidays': {'country': ''}})\n"
    "rotasi.solve_partitions('nation', policy, 'out', workers=1)\n"
)


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("given", ["file", "standard input"])
def test_a_program_that_workers_cannot_run_is_told_so(tmp_path: Path, given: str) -> None:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, *([str(path)] if given == "file" else [])],
        input=SCRIPT if given == "standard input" else "",
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "no worker can start" in last
    assert 'if __name__ == "__main__":' in last
    assert "standard input" in last
    assert "want of memory" not in done.stderr


def test_where_there_are_no_locks_the_file_decides(
    source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rotasi.support import locks

    def refuse(_descriptor: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(locks, "_ask_system", refuse)
    with pytest.raises(rotasi.OutputError, match=r"If no such run is at work, remove .*\.lock"):
        rotasi.solve_partitions(
            source, JANUARY, out, executor=Meddling(lambda: solve(source, JANUARY, out))
        )
    gone = locks.Holder("token", 2**22 + 1, locks.socket.gethostname())
    (out / folder_of_results._LOCK).write_text(json.dumps(vars(gone)))
    if sys.platform != "win32":
        assert solve(source, JANUARY, out)[0].status == "OPTIMAL"
