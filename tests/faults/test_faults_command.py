"""Faults on the command line, by their numbers in docs/faults-runs.md."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pandas as pd
import pytest
from helpers import crossing

import rotasi
from rotasi.cli.main import main

POLICY = """
start = 2026-01-05
end = 2026-01-09
[[rules]]
kind = "min_on_site"
share = 0.5
"""
CSV = "nip,opd\n001,Bappeda\n002,Bappeda\n003,DLH\n"
COMMAND = (sys.executable, "-c", "from rotasi.cli.main import main; main()")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "roster").mkdir()
    (tmp_path / "roster" / "employees.csv").write_text(CSV)
    (tmp_path / "policy.toml").write_text(POLICY)
    return tmp_path


def run(
    folder: Path, *arguments: str, feed: str | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a folder and in a process of its own."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        input=None if feed is None else feed.encode(),
        env=environ(environment),
        capture_output=True,
        check=False,
    )


def environ(more: dict[str, str]) -> dict[str, str]:
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return os.environ | {"PYTHONPATH": path} | more


SOLVE = ("solve", "roster", "--policy", "policy.toml", "--out", "out")


Here = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Here:
    """Run a command in the folder and in this process, which is quicker."""

    def run(*arguments: str, feed: str = "") -> subprocess.CompletedProcess[bytes]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(feed.encode())))
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        code = int(caught.value.code or 0)
        return subprocess.CompletedProcess(arguments, code, *capsysbinary.readouterr())

    return run


def test_c01_exit_codes(folder: Path, here: Here) -> None:
    assert here(*SOLVE).returncode == 0
    frame = pd.read_csv(folder / "out" / "schedule.csv", dtype=str).assign(status="WFH")
    frame.to_csv(folder / "edited.csv", index=False)
    verify = ("verify", "roster", "edited.csv", "--policy", "policy.toml")
    assert here(*verify).returncode == 1
    assert here(*SOLVE).returncode == 2
    rule = '[[rules]]\nkind = "min_on_site"\ncount = 9\n'
    (folder / "policy.toml").write_text(POLICY + rule)
    assert here(*SOLVE, "--force").returncode == 3


def test_c02_a_closed_pipe_ends_quietly() -> None:
    process = subprocess.Popen(
        [*COMMAND, "presets"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environ({}),
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_c03_c09_plain_text_on_old_consoles(folder: Path) -> None:
    """Where nobody looks there is no bar; an Indonesian console of Windows is no problem."""
    (folder / "roster" / "employees.csv").write_text("nip,opd\n1,Dinas “A” → Ω\n")
    done = run(folder, *SOLVE, PYTHONIOENCODING="cp1252", LANG="id_ID.UTF-8", ROTASI_LANGUAGE="id")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout
    assert "Dinas “A” ? ?" in done.stdout.decode("cp1252")


@pytest.mark.parametrize("limit", ["abc", "-1", "0", "nan", "inf"])
def test_c04_limits_that_are_none(here: Here, limit: str) -> None:
    done = here(*SOLVE, "--time-limit", limit)
    assert done.returncode == 2
    assert b"Usage: rotasi solve" in done.stderr


def test_c05_c06_neither_earlier_results_nor_the_input_are_replaced(
    folder: Path, here: Here
) -> None:
    (folder / "out").mkdir()
    (folder / "out" / "mine").write_text("old")
    done = here(*SOLVE)
    assert (done.returncode, b"is not empty" in done.stderr) == (2, True)
    done = here(*SOLVE[:-1], "roster", "--force")
    assert (done.returncode, b"is read from" in done.stderr) == (2, True)
    assert sorted(path.name for path in folder.rglob("*.*")) == ["employees.csv", "policy.toml"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("roster/*.csv", "there is no file or folder roster"),
        ("empty", "employees"),
        ("policy.toml", "policy.toml cannot be read"),
    ],
)
def test_c07_what_is_no_roster(folder: Path, here: Here, source: str, said: str) -> None:
    (folder / "empty").mkdir()
    done = here("solve", source, *SOLVE[2:])
    assert done.returncode == 2
    assert done.stderr.decode().startswith("error: ")
    assert said in done.stderr.decode()


class TestStandardInput:
    """C08."""

    TABLES = {
        "employees": [{"nip": "001", "opd": "Bappeda"}, {"nip": "002", "opd": "Bappeda"}],
        "leave": [{"nip": "001", "start": "2026-01-05", "end": "2026-01-05"}],
    }

    @pytest.mark.parametrize(
        "feed",
        [CSV, CSV.replace(",", ";"), "\ufeff" + CSV, json.dumps(TABLES["employees"])],
        ids=["CSV", "semicolons", "BOM", "JSON"],
    )
    def test_c08_employees(self, folder: Path, here: Here, feed: str) -> None:
        done = here("solve", "-", *SOLVE[2:], feed=feed)
        assert done.returncode == 0, done.stderr
        written = pd.read_csv(folder / "out" / "schedule.csv", dtype=str)
        assert set(written["nip"]) >= {"001", "002"}

    def test_c08_all_tables(self, folder: Path) -> None:
        done = run(folder, "solve", "-", *SOLVE[2:], feed=json.dumps(self.TABLES))
        assert done.returncode == 0, done.stderr
        written = pd.read_csv(folder / "out" / "schedule.csv", dtype=str)
        assert written.loc[written["status"] == "LEAVE", "nip"].tolist() == ["001"]

    @pytest.mark.parametrize(
        ("feed", "said"),
        [
            ("", "the table is empty"),
            ("[{", "this is no JSON"),
            ('{"employes": []}', "the tables are employees"),
            ('{"employees": [1]}', "write a list of objects"),
            ("[]", "no rows"),
        ],
    )
    def test_c08_what_is_no_roster(self, here: Here, feed: str, said: str) -> None:
        done = here("solve", "-", *SOLVE[2:], feed=feed)
        assert done.returncode == 2
        assert said in done.stderr.decode()


def test_c10_no_traceback_shows_personal_data(folder: Path) -> None:
    """A bug is told of by its kind and place; its text may hold anything."""
    (folder / "sitecustomize.py").write_text(
        "import rotasi.solver\n"
        "def fail(*_, **__):\n    secret = '198503152010011001'\n    raise KeyError(secret)\n"
        "rotasi.solver.resolve = fail\n"
    )
    done = run(folder, *SOLVE, PYTHONPATH=os.pathsep.join([str(folder), environ({})["PYTHONPATH"]]))
    assert done.returncode == 5
    assert b"this is a bug in rotasi" in done.stderr
    assert b"1985" not in done.stderr + done.stdout


def test_e02_a_result_that_cannot_be_written_is_saved_elsewhere(folder: Path) -> None:
    """The folder is taken away while the search runs."""
    (folder / "place").mkdir()
    (folder / "sitecustomize.py").write_text(
        "import rotasi.solver\n"
        "right = rotasi.solver.verify_result\n"
        "def verify(schedule):\n    import os; os.rmdir('place'); right(schedule)\n"
        "rotasi.solver.verify_result = verify\n"
    )
    done = run(
        folder,
        *(*SOLVE[:-1], "place/out"),
        PYTHONPATH=os.pathsep.join([str(folder), environ({})["PYTHONPATH"]]),
        TMPDIR=str(folder),
    )
    assert done.returncode == 2
    (saved,) = folder.glob("rotasi-*")
    assert f"the schedule was saved to {saved} instead" in done.stderr.decode()
    assert rotasi.Schedule.read(saved).status == "OPTIMAL"


@POSIX
class TestSignals:
    def begin(self, folder: Path, number: signal.Signals, wait_for: Sequence[str]) -> int:
        """Solve what takes long, and send a signal when something has appeared."""
        given, terms = crossing(50)
        given.write(folder / "hard")
        (folder / "policy.json").write_text(terms.to_json())
        (folder / "sitecustomize.py").write_text(
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "from pathlib import Path\nimport time\n"
            "from rotasi.engine import runner\nfrom rotasi.schedule import folder\n"
            "solve_block, write_csv = runner.solve_block, folder.write_csv\n"
            "def later(*args):\n    Path('searching').touch(); return solve_block(*args)\n"
            "def slowly(*args):\n"
            "    Path('writing').touch(); time.sleep(0.5); return write_csv(*args)\n"
            "runner.solve_block, folder.write_csv = later, slowly\n"
        )
        path = os.pathsep.join([str(folder), environ({})["PYTHONPATH"]])
        command = ["solve", "hard", "--policy", "policy.json", "--out", "out"]
        process = subprocess.Popen(
            [*COMMAND, *command, "--time-limit", "60" if wait_for == ["searching"] else "1"],
            cwd=folder,
            env=environ({"PYTHONPATH": path}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        end = time.monotonic() + 60
        while not all((folder / name).exists() for name in wait_for) and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(number)
        process.communicate(timeout=60)
        return process.returncode

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_s06_s08_stopped_while_searching(self, folder: Path, number: signal.Signals) -> None:
        assert self.begin(folder, number, ["searching"]) == 130
        assert rotasi.Schedule.read(folder / "out").provenance["interrupted"] is True

    def test_s08_stopped_while_writing(self, folder: Path) -> None:
        assert self.begin(folder, signal.SIGTERM, ["searching", "writing"]) == 130
        assert rotasi.Schedule.read(folder / "out").status in ("FEASIBLE", "OPTIMAL")
        assert not list(folder.glob(".out*"))
