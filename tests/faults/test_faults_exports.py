"""Faults of exports, by their numbers in docs/faults-runs.md."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from helpers import day, policy, roster

import rotasi
from rotasi.errors import OutputError

TESTS = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def schedule() -> rotasi.Schedule:
    who = [{"nip": "00123", "opd": "Dinas “Ü”, kota"}, {"nip": "198503152010011001"}]
    return rotasi.solve(roster(who), policy())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device")
def test_e01_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """A disk of a few KiB: the size of files is limited, as a quota would."""
    script = """
import resource, signal, sys
import rotasi
from helpers import policy, roster
given = rotasi.datasets.city(300)
schedule = rotasi.solve(given, policy())
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
for write in (schedule.to_csv, schedule.to_parquet, schedule.write):
    try:
        write(sys.argv[1] + "/" + write.__name__, force=True)
    except rotasi.OutputError as error:
        print("nothing was changed" in str(error))
"""
    for name in ("to_csv", "to_parquet"):
        (tmp_path / name).write_text("old")
    path = os.pathsep.join([str(TESTS), *sys.path])
    done = subprocess.run(
        # Compiled modules are files as well, and Python does not notice that one is cut off.
        [sys.executable, "-B", "-c", script, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (["True"] * 3, "")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "to_csv": "old",
        "to_parquet": "old",
    }


@pytest.mark.parametrize("place", ["missing/file.csv", ".", "file.csv"])
def test_e02_where_nothing_can_be_written(
    schedule: rotasi.Schedule, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file.csv").write_text("old")
    with pytest.raises(OutputError):
        schedule.to_csv(tmp_path / place)
    assert (tmp_path / "file.csv").read_text() == "old"


def test_e08_dates_are_dates(schedule: rotasi.Schedule, tmp_path: Path) -> None:
    schedule.to_csv(tmp_path / "long.csv")
    written = pd.read_csv(tmp_path / "long.csv", dtype=str)
    assert written["date"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    schedule.to_parquet(tmp_path / "long.parquet")
    assert getattr(pd.read_parquet(tmp_path / "long.parquet")["date"].dtype, "tz", None) is None


def test_e09_what_is_written_is_read_back(schedule: rotasi.Schedule, tmp_path: Path) -> None:
    schedule.to_parquet(tmp_path / "long.parquet")
    frame = pd.read_parquet(tmp_path / "long.parquet")[["nip", "opd", "date", "status"]]
    assert frame.astype(str).equals(schedule.to_frame().astype(str))
    schedule.write(tmp_path / "folder")
    again = rotasi.Schedule.read(tmp_path / "folder")
    assert again.to_frame().astype(str).equals(schedule.to_frame().astype(str))


def test_e10_nips_keep_their_digits(schedule: rotasi.Schedule, tmp_path: Path) -> None:
    schedule.write(tmp_path / "folder")
    for name in ("schedule.csv", "grid.csv", "roster/employees.csv"):
        text = (tmp_path / "folder" / name).read_text(encoding="utf-8")
        assert "\n00123," in text
        assert "\n198503152010011001," in text


def test_e14_two_exports_at_once(schedule: rotasi.Schedule, tmp_path: Path) -> None:
    """Each writes beside the file; the last one wins whole."""
    barrier = threading.Barrier(4)

    def write(_: int) -> None:
        barrier.wait()
        for _again in range(20):
            schedule.to_csv(tmp_path / "long.csv", force=True)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert [file.name for file in tmp_path.iterdir()] == ["long.csv"]
    assert len(pd.read_csv(tmp_path / "long.csv")) == len(schedule.to_frame())


def test_e15_what_is_not_installed_is_named(
    schedule: rotasi.Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    with pytest.raises(ImportError, match=re.escape('pip install "rotasi[parquet]"')):
        schedule.to_parquet(tmp_path / "long.parquet")
    assert list(tmp_path.iterdir()) == []


def test_e16_files_hold_no_time_of_the_run(schedule: rotasi.Schedule, tmp_path: Path) -> None:
    """Of `test_determinism`, the part that any reader of the files can see."""
    schedule.write(tmp_path / "folder")
    assert "seconds" not in (tmp_path / "folder" / "blocks.csv").read_text()
    record = (tmp_path / "folder" / "provenance.json").read_text()
    assert "seconds" not in record
    assert str(day(0)) in record  # the dates that are there are those of the period
