"""What those who wait are told: news of blocks, lines on standard error, a bar, an estimate."""

from __future__ import annotations

import io
import re
import sys
from typing import Any

import pytest
from helpers import crossing, policy, roster

import rotasi
from rotasi import Progress
from rotasi.messages import use_language

NIP = "198503152010011"


def many(count: int = 12) -> rotasi.Roster:
    """Two ASN in each of some OPDs."""
    return roster_of([{"nip": f"{NIP}{n:03}", "opd": f"OPD {n // 2}"} for n in range(2 * count)])


def roster_of(rows: list[dict[str, Any]]) -> rotasi.Roster:
    import pandas as pd

    return rotasi.Roster.from_frame(pd.DataFrame(rows))


HALF: dict[str, Any] = {"kind": "min_on_site", "share": 0.5}


class TestProgress:
    def test_value_rises_to_the_bound_that_falls(self) -> None:
        news: list[Progress] = []
        schedule = rotasi.solve(many(), policy(HALF), workers=1, progress=news.append)
        values, bounds = ([getattr(each, name) for each in news] for name in ("value", "bound"))
        total = schedule.objectives["value"].iloc[0]
        assert len(news) == news[-1].total > 10
        assert values == sorted(values)
        assert bounds == sorted(bounds, reverse=True)
        assert all(bound >= total for bound in bounds)
        assert bounds[0] > total
        assert values[-1] == bounds[-1] == total
        assert [each.proven for each in news] == [each.done for each in news]
        assert {each.objective for each in news} == {"remote_days"}
        assert [each.elapsed for each in news] == sorted(each.elapsed for each in news)

    def test_a_penalty_comes_first(self) -> None:
        news: list[Progress] = []
        soft = HALF | {"count": 2, "penalty": 3}
        del soft["share"]
        fixed = {"kind": "fixed_remote_day", "weekdays": ["Mon"]}
        schedule = rotasi.solve(many(), policy(soft, fixed), workers=1, progress=news.append)
        assert news[-1].objective == "penalty"
        assert news[-1].value == news[-1].bound == schedule.objectives["value"].iloc[0] > 0
        assert all(each.bound <= news[-1].value for each in news if each.bound is not None)

    def test_a_block_without_a_roster_has_no_value(self) -> None:
        news: list[Progress] = []
        rule = {"kind": "min_on_site", "count": 3, "scope": {"opd": ["OPD 3"]}}
        rotasi.solve(many(), policy(HALF, rule), workers=1, progress=news.append)
        assert (news[-1].value, news[-1].bound) == (None, None)
        assert 0 < news[-1].proven < news[-1].total


class TestVerbose:
    def read(self, capsys: pytest.CaptureFixture[str], **options: Any) -> list[str]:
        rotasi.solve(many(), policy(HALF), workers=1, **options)
        printed = capsys.readouterr()
        assert printed.out == ""
        return printed.err.splitlines()

    def test_is_about_ten_lines(self, capsys: pytest.CaptureFixture[str]) -> None:
        lines = self.read(capsys, verbose=True)
        assert 8 <= len(lines) <= 14
        assert all(re.match(r"\[ +\d+\.\d\d s\] \S", line) for line in lines)
        told = "\n".join(lines)
        for part in ("24 ASN × 5 workdays", "blocks decided: OPTIMAL", "remote_days: 60, proven"):
            assert part in told
        assert rotasi.__name__ in lines[0]

    def test_grows_with_no_number_of_blocks(self, capsys: pytest.CaptureFixture[str]) -> None:
        few = self.read(capsys, verbose=True)
        rotasi.solve(many(40), policy(HALF), workers=1, verbose=True)
        assert len(capsys.readouterr().err.splitlines()) == len(few)

    def test_silence_is_the_default(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.read(capsys) == []

    def test_tells_of_nobody(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert NIP not in "\n".join(self.read(capsys, verbose=True))

    def test_the_log_gets_the_same(
        self, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level("INFO", logger="rotasi"):
            lines = self.read(capsys, verbose=True)
        logged = [re.sub(r" \(\d+\.\d+ s\)$", "", message) for message in caplog.messages]
        assert [line.split("] ", 1)[1] for line in lines] == logged

    def test_an_infeasible_policy_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        rotasi.solve(
            roster(2), policy({"kind": "min_on_site", "count": 3}), workers=1, verbose=True
        )
        assert "blocks decided: INFEASIBLE" in capsys.readouterr().err


class TestBar:
    def test_draws_nothing_where_nobody_looks(self, capsys: pytest.CaptureFixture[str]) -> None:
        rotasi.solve(many(), policy(HALF), workers=1, progress=rotasi.progress_bar())
        assert capsys.readouterr() == ("", "")

    def test_fills_and_shows_value_and_bound(self) -> None:
        screen = io.StringIO()
        bar = rotasi.progress_bar(disable=False, file=screen, mininterval=0, ncols=120)
        rotasi.solve(many(), policy(HALF), workers=1, progress=bar)
        last = screen.getvalue().split("\r")[-1]
        assert "100%" in last
        assert "remote_days=60, bound=60" in last

    def test_can_be_used_again(self) -> None:
        screen = io.StringIO()
        bar = rotasi.progress_bar(disable=False, file=screen)
        for _time in range(2):
            rotasi.solve(many(), policy(HALF), workers=1, progress=bar)
        assert screen.getvalue().count("100%") == 2

    def test_without_tqdm_the_way_to_install_it_is_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "tqdm.auto", None)
        with pytest.raises(ImportError, match=r'pip install "rotasi\[progress\]"'):
            rotasi.progress_bar()


def test_versions_tell_what_a_report_of_errors_needs(capsys: pytest.CaptureFixture[str]) -> None:
    rotasi.show_versions()
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    names = {"rotasi", "python", "system", "solvers", "ortools", "numpy", "pandas", "pydantic"}
    assert names | {"holidays", "tqdm", "matplotlib", "xlsxwriter"} <= set(lines)
    assert lines["python"].startswith(".".join(map(str, sys.version_info[:3])))
    assert lines["ortools"] in lines["solvers"]
    assert "ruff" not in lines


def test_versions_go_where_they_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    page = io.StringIO()
    rotasi.show_versions(page)
    assert page.getvalue().startswith("rotasi ")
    assert capsys.readouterr().out == ""


class TestEstimate:
    @pytest.mark.parametrize("preset", ["bekasi_2026", "jabar_wfa_2023", "bekasi_field_rotation"])
    def test_counts_what_solve_finds(self, preset: str) -> None:
        city, terms = rotasi.datasets.city(400), rotasi.presets.load(preset)
        size = rotasi.estimate(city, terms)
        news: list[Progress] = []
        schedule = rotasi.solve(city, terms, workers=1, progress=news.append)
        assert (size.asn, size.workdays) == schedule.grid.shape
        assert size.blocks == news[-1].total
        assert size.largest == schedule.blocks["asn"].max()
        assert size.classes == schedule.provenance["classes"]
        # A generous factor: a busy machine must not fail the test.
        low, high = size.seconds
        took = schedule.blocks.drop_duplicates("block")["seconds"].sum()
        assert low / 20 < took
        assert high is None or took < 20 * high

    def test_flows_have_an_upper_end_and_searches_none(self) -> None:
        flow = rotasi.estimate(many(), policy(HALF))
        search = rotasi.estimate(*crossing(30))
        assert (flow.searched, search.searched) == (0, search.variables)
        assert search.variables > 0
        assert flow.seconds[1] is not None
        assert search.seconds[1] is None
        assert "set a time limit" in str(search)
        assert "set a time limit" not in str(flow)

    def test_grows_with_the_city(self) -> None:
        small, large = (
            rotasi.estimate(rotasi.datasets.city(n), rotasi.presets.bekasi_2026())
            for n in (300, 1500)
        )
        for name in ("asn", "classes", "variables", "rows", "seconds", "memory"):
            assert getattr(small, name) < getattr(large, name)
        assert all(low < high for low, high in (small.memory, large.memory))

    def test_nothing_to_decide(self) -> None:
        size = rotasi.estimate(many(), policy({"kind": "never_remote"}))
        assert (size.classes, size.variables, size.rows) == (0, 0, 0)

    def test_what_contradicts_itself_is_left_to_a_search(self) -> None:
        """Two days are pinned remote, one is allowed."""
        given = roster(1, pins=[("a", 0, "H"), ("a", 1, "H")])
        size = rotasi.estimate(given, policy({"kind": "quota", "max_days": 1}))
        assert size.searched == size.variables == 3

    def test_solves_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def burst(*_all: object, **_more: object) -> None:
            raise AssertionError("a solver was asked")

        monkeypatch.setattr("ortools.sat.python.cp_model.CpSolver.solve", burst)
        monkeypatch.setattr("rotasi.engine.solvers.flow.Network.solve", burst)
        with pytest.raises(AssertionError, match="asked"):
            rotasi.solve(many(), policy(HALF), workers=1)
        assert rotasi.estimate(many(), policy(HALF)).variables > 0

    def test_what_does_not_fit_is_told(self) -> None:
        with pytest.raises(rotasi.PolicyError, match="colour"):
            rotasi.estimate(many(), policy(HALF | {"by": ["colour"]}))

    def test_is_shown_in_the_language_in_use(self) -> None:
        size = rotasi.estimate(many(), policy(HALF))
        with use_language("id"):
            assert size._repr_html_().count("<p>") == len(size.lines()) == 4
