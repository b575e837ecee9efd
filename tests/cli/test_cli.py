"""The command line: what it prints, writes and returns."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rotasi
from rotasi.cli import console
from rotasi.cli import main as cli
from rotasi.errors import TimeLimitError, VerificationError
from rotasi.messages import use_language

POLICY = """
start = 2026-01-05
end = 2026-01-09
[[rules]]
kind = "min_on_site"
share = 0.5
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process."""

    def run(*arguments: object) -> Ended:
        with pytest.raises(SystemExit) as caught:
            cli.main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ended(int(caught.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a roster, a policy and nothing else."""
    people = {"nip": ["001", "002", "003"], "opd": ["Bappeda", "Bappeda", "[red]DLH"]}
    (tmp_path / "roster").mkdir()
    pd.DataFrame(people).to_csv(tmp_path / "roster" / "employees.csv", index=False)
    (tmp_path / "policy.toml").write_text(POLICY)
    return tmp_path


@pytest.fixture
def solved(folder: Path, run: Run) -> Path:
    """The same, solved into the folder ``out``."""
    assert solve(run, folder).code == 0
    return folder


def solve(run: Run, folder: Path, *options: object, out: str = "out") -> Ended:
    return run(
        "solve",
        folder / "roster",
        "--policy",
        folder / "policy.toml",
        "--out",
        folder / out,
        *options,
    )


def verify(run: Run, folder: Path, schedule: Path, *options: object) -> Ended:
    return run("verify", folder / "roster", schedule, "--policy", folder / "policy.toml", *options)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


class TestSolve:
    def test_writes_the_schedule(self, folder: Path, run: Run) -> None:
        ended = solve(run, folder)
        assert ended.code == 0
        written = pd.read_csv(folder / "out" / "schedule.csv", dtype=str)
        assert len(written) == 15
        assert set(written["status"]) == {"WFO", "WFH"}
        assert {"schedule.csv", "grid.csv", "summary.csv", "blocks.csv"} < {
            *files_in(folder / "out")
        }

    def test_shows_figures(self, folder: Path, run: Run) -> None:
        ended = solve(run, folder)
        assert "3 ASN in 2 OPDs, 5 workdays from Monday, 5 January 2026" in ended.out
        assert row_of("remote days", ended.out) == ["5", "5", "yes"]
        assert row_of("Bappeda", ended.out) == ["2", "2", "5", "50%", "50%", "OPTIMAL"]
        assert "proven optimal; every rule verified" in ended.out
        assert "one row per ASN and workday" in ended.out

    def test_shows_names_as_they_are(self, folder: Path, run: Run) -> None:
        assert row_of("[red]DLH", solve(run, folder).out)[:1] == ["1"]

    def test_shows_no_progress_where_nobody_looks(self, folder: Path, run: Run) -> None:
        assert solve(run, folder).err == ""

    def test_json(self, folder: Path, run: Run) -> None:
        shown = json.loads(solve(run, folder, "--json").out)
        assert shown["status"] == "OPTIMAL"
        assert [each["kind"] for each in shown["objectives"]] == [
            "remote_days",
            "wishes",
            "fairness",
        ]
        assert shown["summary"][0]["asn"] == 2
        assert shown["provenance"]["seed"] == 0

    def test_takes_a_preset_and_all_options(self, folder: Path, run: Run) -> None:
        ended = run(
            *("solve", folder / "roster", "--policy", "jabar_se150_december_2025"),
            *("--out", folder / "out", "--seed", 7, "--workers", 1, "--time-limit", 60, "--json"),
        )
        assert ended.code == 0
        provenance = json.loads(ended.out)["provenance"]
        assert [provenance[key] for key in ("seed", "workers", "time_limit")] == [7, 1, 60.0]

    def test_a_previous_roster_counts(self, folder: Path, run: Run) -> None:
        (folder / "policy.toml").write_text(POLICY + '[[objectives]]\nkind = "stability"\n')
        before = pd.DataFrame({"nip": ["001"], "date": ["2026-01-07"], "status": ["WFH"]})
        before.to_csv(folder / "before.csv", index=False)
        ended = solve(run, folder, "--previous", folder / "before.csv")
        assert ended.code == 0
        grid = pd.read_csv(folder / "out" / "grid.csv", dtype=str).set_index("nip")
        assert grid.loc["001", "2026-01-07"] == "WFH"
        assert "previous.csv" in files_in(folder / "out")

    def test_warnings_are_plain_lines(self, folder: Path, run: Run) -> None:
        (folder / "policy.toml").write_text(POLICY + 'scope = {opd = ["Bapeda", "DLH"]}\n')
        ended = solve(run, folder)
        assert ended.code == 0
        assert ended.err.startswith("note: ")
        assert "Bappeda" in ended.err
        assert "RotasiWarning" not in ended.err

    def test_speaks_indonesian(self, folder: Path, run: Run) -> None:
        ended = solve(run, folder, "--lang", "id")
        assert "3 ASN di 2 OPD, 5 hari kerja dari Senin, 5 Januari 2026" in ended.out
        assert "satu baris per ASN dan hari kerja" in ended.out


class TestOutput:
    def test_is_not_overwritten(self, solved: Path, run: Run) -> None:
        before = (solved / "out" / "provenance.json").read_bytes()
        (solved / "policy.toml").write_text("never read")
        ended = solve(run, solved)
        assert ended.code == 2
        assert "is not empty" in ended.err
        assert (solved / "out" / "provenance.json").read_bytes() == before

    def test_is_overwritten_when_asked(self, solved: Path, run: Run) -> None:
        (solved / "policy.toml").write_text(POLICY.replace("01-09", "01-08"))
        assert solve(run, solved, "--force").code == 0
        assert len(pd.read_csv(solved / "out" / "schedule.csv")) == 12

    def test_is_not_the_input(self, folder: Path, run: Run) -> None:
        ended = solve(run, folder, "--force", out="roster")
        assert ended.code == 2
        assert "is read from; write to another folder" in ended.err
        assert files_in(folder / "roster") == ["employees.csv"]

    def test_is_not_left_in_halves(
        self, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_args: object, **_options: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("rotasi.schedule.folder.write_csv", fail)
        ended = solve(run, folder)
        assert ended.code == 2
        assert "No space left on device" in ended.err
        assert files_in(folder) == ["policy.toml", "roster"]


class TestExitCodes:
    @pytest.mark.parametrize(
        "options",
        [
            ["--time-limit", "abc"],
            ["--time-limit", "-1"],
            ["--time-limit", "nan"],
            ["--time-limit", "inf"],
            ["--workers", "0"],
            ["--lang", "fr"],
            ["--polcy", "x"],
        ],
    )
    def test_usage(self, folder: Path, run: Run, options: Sequence[str]) -> None:
        ended = solve(run, folder, *options)
        assert ended.code == 2
        assert "Usage: rotasi solve" in ended.err
        assert files_in(folder) == ["policy.toml", "roster"]

    def test_bad_roster(self, folder: Path, run: Run) -> None:
        (folder / "roster" / "employees.csv").write_text("nip;opd\n1;A\n1;A\n")
        (folder / "roster" / "leave.csv").write_text("nip;start;end\n9;2026-01-02;2026-01-01\n")
        ended = solve(run, folder)
        assert ended.code == 2
        assert ended.err.startswith("error: 3 problems:")
        assert "Traceback" not in ended.err
        assert ended.out == ""

    def test_bad_policy(self, folder: Path, run: Run) -> None:
        (folder / "policy.toml").write_text(POLICY.replace("share", "shar"))
        ended = solve(run, folder)
        assert ended.code == 2
        assert "rules[0].shar" in ended.err

    def test_no_such_policy(self, folder: Path, run: Run) -> None:
        ended = run("solve", folder / "roster", "--policy", "bekasi", "--out", folder / "out")
        assert ended.code == 2
        assert "the presets are bekasi_2026, " in ended.err

    def test_infeasible(self, folder: Path, run: Run) -> None:
        rule = '[[rules]]\nkind = "min_remote"\ncount = 2\n'
        (folder / "policy.toml").write_text(POLICY + rule)
        ended = solve(run, folder)
        assert ended.code == 3
        assert "no schedule satisfies the hard rules in: " in ended.err
        assert "Bappeda" in ended.err
        assert files_in(folder) == ["policy.toml", "roster"]

    @pytest.mark.parametrize(
        ("error", "code", "text"),
        [
            (TimeLimitError("time ran out"), 4, "error: time ran out"),
            (VerificationError("breaks quota-1"), 5, "error: breaks quota-1"),
            (KeyError("198503152010011001"), 5, "this is a bug in rotasi, please report it"),
        ],
    )
    def test_failures(
        self,
        folder: Path,
        run: Run,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
        code: int,
        text: str,
    ) -> None:
        def fail(*_args: object, **_options: object) -> None:
            raise error

        monkeypatch.setattr(rotasi, "solve", fail)
        ended = solve(run, folder)
        assert ended.code == code
        assert text in ended.err
        assert "1985" not in ended.err

    def test_interrupted_without_a_roster(
        self, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(*_args: object, **_options: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(rotasi, "solve", interrupt)
        ended = solve(run, folder)
        assert (ended.code, ended.err) == (130, "interrupted before there was a result\n")
        assert files_in(folder) == ["policy.toml", "roster"]

    def test_interrupted_with_a_roster(
        self, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = rotasi.solve

        def cut_short(*args: Any, **options: Any) -> rotasi.Schedule:
            schedule = whole(*args, **options)
            return replace(schedule, provenance={**schedule.provenance, "interrupted": True})

        monkeypatch.setattr(rotasi, "solve", cut_short)
        ended = solve(run, folder)
        assert ended.code == 130
        assert "the best roster so far" in ended.err
        assert len(pd.read_csv(folder / "out" / "schedule.csv")) == 15

    def test_without_the_extra(
        self, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "rotasi.cli.commands", None)
        ended = solve(run, folder)
        assert ended.code == 2
        assert 'pip install "rotasi[cli]"' in ended.err


class TestVerify:
    def test_a_good_roster(self, solved: Path, run: Run) -> None:
        ended = verify(run, solved, solved / "out")
        assert (ended.code, ended.out.strip()) == (0, "every rule holds")

    def test_a_bad_roster(self, solved: Path, run: Run) -> None:
        edited = spoil(solved)
        ended = verify(run, solved, edited)
        assert ended.code == 1
        assert "min_on_site-1" in ended.out
        assert "2026-01-05" in ended.out

    def test_a_very_bad_roster_is_cut_short(self, solved: Path, run: Run) -> None:
        pd.read_csv(solved / "out" / "schedule.csv", dtype=str).head(0).to_csv(
            solved / "edited.csv", index=False
        )
        ended = verify(run, solved, solved / "edited.csv")
        shown = json.loads(verify(run, solved, solved / "edited.csv", "--json").out)
        rest = len(shown["violations"]) - console.SHOWN
        assert rest > 0
        assert f"and {rest} more: see --json" in ended.out

    def test_json(self, solved: Path, run: Run) -> None:
        ended = verify(run, solved, spoil(solved), "--json")
        assert ended.code == 1
        shown = json.loads(ended.out)
        assert shown["ok"] is False
        assert shown["violations"][0]["dates"] == ["2026-01-05"]
        assert shown["objectives"][0]["kind"] == "remote_days"

    def test_an_unreadable_roster(self, solved: Path, run: Run) -> None:
        (solved / "edited.csv").write_text("nip;date\n001;2026-01-05\n")
        ended = verify(run, solved, solved / "edited.csv")
        assert ended.code == 2
        assert "status: the column is missing" in ended.err


class TestDemo:
    def test_makes_solves_and_writes_a_city(self, tmp_path: Path, run: Run) -> None:
        ended = run("demo", "--n-asn", 60, "--seed", 3, "--out", tmp_path / "demo")
        assert ended.code == 0
        assert "60 ASN in" in ended.out
        assert "to check it again: rotasi verify" in ended.err
        arguments = ended.err.split("rotasi verify", 1)[1].split()
        assert run("verify", *arguments).code == 0

    def test_refuses_to_overwrite(self, tmp_path: Path, run: Run) -> None:
        (tmp_path / "mine").touch()
        assert run("demo", "--n-asn", 60, "--out", tmp_path).code == 2
        assert files_in(tmp_path) == ["mine"]


class TestPresets:
    def test_are_listed_with_their_sources(self, run: Run) -> None:
        ended = run("presets")
        assert ended.code == 0
        for name in rotasi.presets.NAMES:
            assert name in ended.out
        assert "Rakyat Bekasi, 23 Desember 2025" in ended.out

    def test_one_is_shown(self, run: Run) -> None:
        ended = run("presets", "bekasi_2026")
        assert row_of("weekly_cap", ended.out)[0] == "1"
        assert "objectives, the first first: remote days, wishes, fairness" in ended.out

    def test_toml_is_read_back(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "policy.toml").write_text(run("presets", "bekasi_2026", "--toml").out)
        assert rotasi.Policy.read(tmp_path / "policy.toml") == rotasi.presets.bekasi_2026()

    def test_an_unknown_one(self, run: Run) -> None:
        ended = run("presets", "bekasi")
        assert ended.code == 2
        assert "choose one of bekasi_2026, " in ended.err


class TestProcess:
    def test_help_is_translated(self) -> None:
        shown = execute("solve", "--help", "--lang", "id").stdout
        assert "Kebijakan" in shown
        assert "Folder berisi tabel CSV" in shown

    def test_help_loads_no_solver(self) -> None:
        code = "import sys, rotasi.cli.commands; print('ortools' in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        assert done.stdout.strip() == b"False"

    def test_a_closed_pipe_ends_quietly(self) -> None:
        command = [sys.executable, "-c", "from rotasi.cli.main import main; main()", "presets"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device")
    def test_a_full_output_is_no_bug(self) -> None:
        command = [sys.executable, "-c", "from rotasi.cli.main import main; main()", "presets"]
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
        (line,) = done.stderr.decode().splitlines()
        assert (done.returncode, "No space left on device" in line) == (2, True)

    def test_an_old_console_shows_what_it_can(self) -> None:
        done = execute("presets", "bekasi_2026", PYTHONIOENCODING="ascii")
        assert done.returncode == 0
        assert "weekly_cap" in done.stdout


class TestProgress:
    def test_is_shown_on_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        with console.watching() as progress:
            assert progress is not None
            progress(rotasi.Progress(1, 2, ("Bappeda",), "OPTIMAL", 0.1))

    def test_is_not_shown_elsewhere(self) -> None:
        with console.watching() as progress:
            assert progress is None


def test_a_narrow_table_keeps_words_and_names_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    headings = ["[b]rule", "contradictions found", "text"]
    console.show_table(headings, [["never_remote-1", "7", "a b " * 9]], numbers=[1], whole=[0])
    printed = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
    assert {"[b]rule", "contradictions", "found", "never_remote-1", "7"} <= set(printed.split())
    assert max(map(len, printed.splitlines())) <= 40


def test_what_a_terminal_would_obey_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with use_language("en"):
        console.say("a\x1b[2Jb")
    assert capsys.readouterr().out == "a\ufffd[2Jb\n"


def spoil(folder: Path) -> Path:
    """Send everybody home on Monday."""
    frame = pd.read_csv(folder / "out" / "schedule.csv", dtype=str)
    frame.loc[frame["date"] == "2026-01-05", "status"] = "WFH"
    frame.to_csv(folder / "edited.csv", index=False)
    return folder / "edited.csv"


def row_of(heading: str, text: str) -> list[str]:
    """The other cells of the table row that begins with a heading."""
    line = next(line for line in lines_of(text) if line.startswith(heading + "  "))
    return line.removeprefix(heading).split()


def lines_of(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines())


def execute(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-c", "from rotasi.cli.main import main; main()", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | environment
    )
