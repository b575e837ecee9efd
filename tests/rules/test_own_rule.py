"""The example package is installed as anybody would, and its rule works everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from helpers import written
from nations import Inline, employees, rows, write

import rotasi
from rotasi.messages import use_language
from rotasi.rules import KINDS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "own_rule"
#: Thursday, 4 June 2026 is off, so that Friday is a bridge day.
POLICY = """
start = 2026-06-01
end = 2026-06-05
holidays = {country = "", extra = [2026-06-04]}

[[rules]]
kind = "no_remote_bridge_day"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, installed by pip without a network."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(folder), str(EXAMPLE)],
        check=True,
        env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    return folder


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(site)
    yield site
    sys.modules.pop("rotasi_bridge_days", None)


@pytest.fixture
def policy(installed: Path, tmp_path: Path) -> rotasi.Policy:
    assert (installed / "rotasi_bridge_days.py").exists()
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    return rotasi.Policy.read(tmp_path / "policy.toml")


@pytest.fixture
def roster() -> rotasi.Roster:
    return rotasi.Roster.from_frame(employees("A", size=2))


def test_it_works_from_a_file_to_a_folder(
    policy: rotasi.Policy, roster: rotasi.Roster, tmp_path: Path
) -> None:
    assert KINDS.origin("no_remote_bridge_day") == "rotasi-bridge-days 1.0"
    schedule = rotasi.solve(roster, policy)
    assert written(schedule) == {"A0": "HHHO", "A1": "HHHO"}
    assert rotasi.verify(schedule, roster, policy)
    schedule.write(tmp_path / "out")
    again = rotasi.Schedule.read(tmp_path / "out")
    assert again.policy == policy
    frame = again.to_frame()
    frame.loc[frame["date"] == "2026-06-05", "status"] = "WFH"
    assert rotasi.verify(frame, roster, policy).violations["rule"].unique() == [
        "no_remote_bridge_day-1"
    ]


def test_it_is_explained_in_both_languages(policy: rotasi.Policy) -> None:
    pins = pd.DataFrame({"nip": ["A0"], "date": ["2026-06-05"], "status": ["WFH"]})
    roster = rotasi.Roster.from_frame(employees("A", size=2), pins=pins)
    (conflict,) = rotasi.explain(roster, policy).conflicts
    assert conflict.rules == ("pin", "no_remote_bridge_day-1")
    assert "No remote work between a holiday and a weekend" in conflict.text
    with use_language("id"):
        (conflict,) = rotasi.explain(roster, policy).conflicts
    assert "hari terjepit antara libur dan akhir pekan" in conflict.text


def test_parts_of_a_nation_know_it_in_their_processes(
    policy: rotasi.Policy, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    source = write(
        tmp_path / "nation",
        p1={"employees": employees("A", size=1)},
        p2={"employees": employees("B", size=1)},
    )
    apart = rotasi.solve_partitions(source, policy, tmp_path / "apart", workers=1)
    assert apart.status is rotasi.Status.OPTIMAL
    rotasi.solve_partitions(source, policy, tmp_path / "here", executor=Inline())
    found = rows(tmp_path / "apart")
    assert found.equals(rows(tmp_path / "here"))
    assert set(found[found["date"] == "2026-06-05"]["status"]) == {"WFO"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "No remote work between a holiday and a weekend"),
        ("id", "Tidak ada kerja jarak jauh pada hari terjepit"),
    ],
)
def test_the_command_line_knows_it(site: Path, tmp_path: Path, code: str, words: str) -> None:
    (tmp_path / "policy.toml").write_text(POLICY, encoding="utf-8")
    employees("A", size=2).to_csv(tmp_path / "employees.csv", index=False)
    path = os.pathsep.join([str(site), str(ROOT / "src")])
    env = os.environ | {"PYTHONPATH": path, "ROTASI_LANGUAGE": code, "COLUMNS": "200"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from rotasi.cli.main import main; main()", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    solved = run("solve", "employees.csv", "--policy", "policy.toml", "--out", "out")
    assert solved.returncode == 0, solved.stderr
    asked = run("why", "out", "A0", "2026-06-05")
    assert asked.returncode == 0, asked.stderr
    assert words in " ".join(asked.stdout.split())


def test_its_own_tests_pass(site: Path) -> None:
    path = os.pathsep.join([str(site), str(ROOT / "src")])
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE)],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
