"""What is said of objectives behind the first that is open: their values, and no bound."""

from __future__ import annotations

import json
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import crossing, day, goals, people, policy, roster, starving
from nations import Inline, write
from openpyxl import load_workbook
from typer.testing import CliRunner

import rotasi
from rotasi import Schedule
from rotasi.cli.commands import app
from rotasi.engine.reductions.decomposition import merge
from rotasi.engine.solution import Solution
from rotasi.engine.solvers.cpsat import search
from rotasi.engine.solvers.cpsat.isolated import Apart
from rotasi.engine.solvers.cpsat.question import Question, Reply
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve
from rotasi.model.problem import Block
from rotasi.model.status import Status

#: One in A, whom nothing keeps from being remote on Monday, and one in B, who would rather not.
PEOPLE = [{"opd": "A"}, {"opd": "B"}]
UNWISHED = [
    {"nip": "b", "date": day(0), "weight": -10},
    {"nip": "b", "weekday": "Mon", "weight": -5},
]
TERMS = policy(end=day(0), objectives=goals("remote_days", "wishes", "fairness"))


@pytest.fixture(scope="module")
def cut_short() -> Schedule:
    """A gets no time and stays on site; B is proven: one remote day, and a wish of -15 refused.

    With a remote and b on site there is one remote day as well, and wishes are worth 0.
    """
    with starving("A"):
        return rotasi.solve(roster(PEOPLE, wishes=UNWISHED), TERMS, workers=1)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.drop(columns="seconds", errors="ignore").to_dict("records")


def test_behind_an_open_objective_of_one_block_the_sum_has_no_bound(cut_short: Schedule) -> None:
    assert cut_short.status == "FEASIBLE"
    assert records(cut_short.objectives) == [
        {"kind": "remote_days", "value": 1, "bound": 2, "gap": 1, "proven": False},
        {"kind": "wishes", "value": -15, "bound": None, "gap": None, "proven": False},
        {"kind": "fairness", "value": 1, "bound": None, "gap": None, "proven": False},
    ]


def test_each_block_tells_what_is_known_of_it(cut_short: Schedule) -> None:
    table = cut_short.blocks
    told = table[["opds", "status", "kind", "value", "bound"]].to_numpy().tolist()
    assert told == [
        ["A", "FEASIBLE", "remote_days", 0, 1],
        ["A", "FEASIBLE", "wishes", 0, None],
        ["A", "FEASIBLE", "fairness", 0, None],
        ["B", "OPTIMAL", "remote_days", 1, 1],
        ["B", "OPTIMAL", "wishes", -15, -15],
        ["B", "OPTIMAL", "fairness", 1, 1],
    ]


def test_a_folder_keeps_what_is_missing(cut_short: Schedule, tmp_path: Path) -> None:
    cut_short.write(tmp_path / "out")
    again = Schedule.read(tmp_path / "out")
    assert again.status == "FEASIBLE"
    for table in ("objectives", "blocks"):
        assert records(getattr(again, table)) == records(getattr(cut_short, table))
    assert "wishes,-15,,,False" in (tmp_path / "out" / "objectives.csv").read_text()
    assert ".0" not in (tmp_path / "out" / "blocks.csv").read_text()
    kept = json.loads((tmp_path / "out" / "provenance.json").read_text())
    assert [each["bound"] for each in kept["objectives"]] == [2, None, None]


def test_workbook_page_and_notebook_claim_nothing(cut_short: Schedule, tmp_path: Path) -> None:
    cut_short.to_excel(tmp_path / "out.xlsx")
    cells = [list(row) for row in load_workbook(tmp_path / "out.xlsx").worksheets[0].values]
    (wishes,) = [row for row in cells if -15 in row]
    assert wishes[1:4] == [-15, None, "not proven"]
    cut_short.to_html(tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text()
    assert page.count('"proven":false') == 3
    assert '"proven":true' not in page
    assert "-15</td><td></td><td>no</td>" in cut_short._repr_html_().replace(
        '<td style="text-align:right">', ""
    )


def test_the_journal_claims_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with starving("A"):
        rotasi.solve(roster(PEOPLE, wishes=UNWISHED), TERMS, workers=1, verbose=True)
    told = capsys.readouterr().err
    assert "remote_days: 1, bound 2" in told
    assert "wishes: -15, not proven" in told


def test_the_command_line_claims_nothing(tmp_path: Path) -> None:
    roster(PEOPLE, wishes=UNWISHED).write(tmp_path / "roster")
    (tmp_path / "policy.json").write_text(TERMS.to_json())
    asked = ["solve", str(tmp_path / "roster"), "--policy", str(tmp_path / "policy.json"), "--out"]
    with starving("A"):
        shown = CliRunner().invoke(app, [*asked, str(tmp_path / "shown")])
        told = CliRunner().invoke(app, [*asked, str(tmp_path / "told"), "--json"])
    assert shown.exit_code == told.exit_code == 0, shown.output + told.output
    (line,) = [line for line in shown.stdout.splitlines() if "-15" in line]
    assert "–" in line
    assert [each["bound"] for each in json.loads(told.stdout)["objectives"]] == [2, None, None]


def test_parts_of_a_nation_claim_nothing_together(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    parts = {
        opd: {
            "employees": people([{"nip": nip, "opd": opd}]),
            "wishes": pd.DataFrame([{"nip": nip, "date": day(0), "weight": -7}]),
        }
        for opd, nip in ("Aa", "Bb")
    }
    source = write(tmp_path / "source", **parts)
    with starving("A"):
        summary = rotasi.solve_partitions(source, TERMS, tmp_path / "target", executor=Inline())
    assert records(summary.objectives) == [
        {"kind": "remote_days", "value": 1, "bound": 2, "gap": 1, "proven": False},
        {"kind": "wishes", "value": -7, "bound": None, "gap": None, "proven": False},
        {"kind": "fairness", "value": 1, "bound": None, "gap": None, "proven": False},
    ]
    told = json.loads((tmp_path / "target" / "summary.json").read_text())
    assert [each["bound"] for each in told["objectives"]] == [2, None, None]
    blocks = pd.read_parquet(tmp_path / "target" / "blocks")
    assert blocks["bound"].isna().tolist() == [False, True, True, False, False, False]


def test_sums_end_where_the_first_block_is_open() -> None:
    """Three tiers; the second is open in one block, the first in none."""
    problem = compile_problem(resolve(roster(1), TERMS))
    remote = np.zeros((1, 1), dtype=np.int64)
    block = Block(np.arange(1), 0, 0, problem)
    found = [
        Solution(Status.FEASIBLE, remote, costs=(1, 5, 9), gaps=(0, 2)),
        Solution(Status.OPTIMAL, remote, costs=(2, 3, 4), gaps=(0, 0, 0)),
    ]
    whole = merge(problem, [block, block], found)
    assert (whole.costs, whole.gaps) == ((3, 8, 13), (0, 2))
    assert [whole.bound(tier) for tier in range(3)] == [3, 6, None]
    assert [whole.is_proven(tier) for tier in range(3)] == [True, False, False]


class TestProcessesThatSayNothing:
    """A search of its own process that finds nothing has no bound: not the 0 of an empty reply."""

    NONE = array("q")
    ROWS = array("q", [0]), NONE, NONE, NONE, NONE
    QUESTION = Question(NONE, NONE, *ROWS, array("q", [0]), array("q", [-1]), (NONE, NONE))

    def test_what_was_tried_before_keeps_its_bound(self) -> None:
        tried = Reply("FEASIBLE", array("q", [4]), -9)
        best = search._better(self.QUESTION, tried, Reply("UNKNOWN"))
        assert best == tried

    def test_the_higher_of_two_bounds_holds_for_both(self) -> None:
        one = Reply("FEASIBLE", array("q", [6]), -9)
        other = Reply("FEASIBLE", array("q", [4]), -8)
        assert search._better(self.QUESTION, one, other) == Reply("FEASIBLE", one.values, -8)
        assert search._better(self.QUESTION, other, one) == Reply("FEASIBLE", one.values, -8)

    def test_no_bound_of_a_schedule_is_worse_than_its_value(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first try finds a roster; the process that shall go on is asked to stop at once."""

        class Stopped(Apart):
            def __init__(self, question: Question, _seconds: float | None) -> None:
                super().__init__(question, 0.0)

        monkeypatch.setattr(search, "Apart", Stopped)
        given, terms = crossing(30)
        hard = terms.model_copy(update={"rules": [rule for rule in terms.rules if rule.hard]})
        schedule = rotasi.solve(given, hard, workers=1)
        assert schedule.status == "FEASIBLE"
        gaps = [gap for gap in schedule.objectives["gap"] if gap is not None]
        assert gaps[-1] > 0
        assert set(gaps[:-1]) <= {0}
