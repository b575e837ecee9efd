"""Savings: the article's table to the rupiah, what scales them, and whose word they are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import day, people, policy, roster, rows
from hypothesis import given, settings
from hypothesis import strategies as st

import rotasi
from rotasi import Schedule
from rotasi.analysis.assumptions import Assumptions
from rotasi.analysis.savings import SAVINGS_COLUMNS, savings
from rotasi.claims import BERDAYA_NEWS, BKPSDM, SEKDA, SETS, WEST_JAVA
from rotasi.errors import InfeasibleError, PolicyError, RotasiWarning
from rotasi.messages import use_language
from rotasi.model.facts import WFH, WFO
from rotasi.solver import solve

MILLION = 1_000_000
LEVELS = ("low", "mid", "high")
MONTHS = [f"{level}_month" for level in LEVELS]
YEARS = [f"{level}_year" for level in LEVELS]
#: A cost of 20 million, of which one remote day of five saves a fifth: 4 million.
POWER: dict[str, Any] = {
    "components": [{"name": "power", "cost": 20 * MILLION, "source": "bill"}],
    "estimates": [
        {
            "component": "power",
            "levels": list(LEVELS),
            "part": 0.2,
            "days": 1,
            "source": "reading",
        }
    ],
}


def table(**letters: str) -> list[Any]:
    """The same by POWER for people at one site."""
    return month(POWER, people("".join(letters), site="S"), **letters)


def month(terms: dict[str, Any], who: pd.DataFrame, **letters: str) -> list[Any]:
    """Savings a month per OPD, at the middle of the range."""
    return savings(plan(who, **letters), Assumptions.model_validate(terms))["mid_month"].tolist()


def plan(who: pd.DataFrame, labels: dict[str, str] | None = None, **letters: str) -> Schedule:
    """A schedule from Monday on, one letter per calendar day; L is leave in the roster too."""
    leave = [(n, d, d) for n, text in letters.items() for d, s in enumerate(text) if s == "L"]
    last = max(map(len, letters.values())) - 1
    terms = policy(end=day(last), labels=labels or {})
    return Schedule.from_frame(rows(**letters), roster(who, leave=leave), terms)


class TestArticle:
    """One remote day of five for everybody is the table's column "1 day WFH"."""

    @pytest.fixture
    def week(self) -> Schedule:
        """Two OPDs, everybody remote on one day, but not on the same."""
        who = people([{"opd": "X"}, {"opd": "X"}, {"opd": "Y"}])
        return plan(who, a="HOOOO", b="OOOOH", c="OOHOO")

    def test_its_table_comes_out_to_the_rupiah(self, week: Schedule) -> None:
        found = savings(week, BERDAYA_NEWS)
        assert found["opd"].tolist() == ["X"] * 4 + ["Y"] * 4
        expected = [4 * MILLION, 4 * MILLION, 3 * MILLION, pd.NA]
        for column in ("mid_month", "high_month"):
            assert found[column].tolist() == expected * 2
        assert found.groupby("opd")["mid_month"].sum().tolist() == [11 * MILLION] * 2
        assert found.groupby("opd")["mid_year"].sum().tolist() == [132 * MILLION] * 2

    def test_its_text_gives_the_low_end_at_two_days(self, week: Schedule) -> None:
        # 12 % of 25, 18 % of 18 and 25 % of 10 million with two days, half of it with one.
        found = savings(week, BERDAYA_NEWS)["low_month"].head(3).tolist()
        assert found == [1_500_000, 1_620_000, 1_250_000]

    def test_what_has_no_cost_has_no_saving_until_one_is_given(self, week: Schedule) -> None:
        row = savings(week, BERDAYA_NEWS).iloc[3]
        assert row["component"] == "overtime_maintenance"
        assert row[[*MONTHS, *YEARS]].isna().all()
        assert "opd_costs" in row["note"]
        own = BERDAYA_NEWS.adapt(opd_costs={"X": {"overtime_maintenance": 8 * MILLION}})
        # Up to 10 % with two days, so up to 5 % of 8 million with one.
        row = savings(week, own).iloc[3]
        assert row[MONTHS].tolist() == [0, 200_000, 400_000]
        assert row["note"] == ""

    def test_it_says_where_the_source_contradicts_itself(self, week: Schedule) -> None:
        found = savings(week, BERDAYA_NEWS)
        for text in (found.attrs["contradictions"], found["contradictions"].iloc[0].split("; ")):
            joined = "; ".join(text)
            assert "Rp 132 million by the table" in joined
            assert "about Rp 125 million" in joined
            assert "Rp 5 billion (125 million × 40)" in joined
            assert "Rp 8–10 billion" in joined
        assert "16 % (table), against up to 12 % (text)" in found["contradictions"].iloc[0]
        assert "16 % (table)" not in found["contradictions"].iloc[1]
        assert "22 % (table)" in found["contradictions"].iloc[1]

    def test_the_source_of_each_factor_stands_beside_it(self, week: Schedule) -> None:
        assert savings(week, BERDAYA_NEWS)["source"].iloc[1].split("; ") == [
            "cost: Berdaya News, 3 November 2025, table",
            "low: 18 % with 2 of 5 days remote "
            "(Berdaya News, 3 November 2025, text: up to, for 1–2 days)",
            "mid, high: 22.2 % with 1 of 5 days remote (Berdaya News, 3 November 2025, table)",
        ]


class TestOtherSources:
    """What they give at the remote share that they speak of: 53 million is the table's sum."""

    @pytest.mark.parametrize(
        ("assumptions", "week", "expected"),
        [
            (BKPSDM, "HHOOO", [7_950_000, 12_366_666, 21_200_000]),  # 15, 23 1/3, 40 % of 53
            (BKPSDM, "HOOOO", [3_975_000, 6_183_333, 10_600_000]),
            (WEST_JAVA, "HHHHO", [0, 5_250_000, 10_500_000]),  # up to 30 % of 35 million
            (SEKDA, "HHOOO", [18_550_000, 26_500_000, 42_400_000]),  # 35, 50, 80 % of 53
        ],
    )
    def test_a_month(self, assumptions: Assumptions, week: str, expected: list[int]) -> None:
        found = savings(plan(people(1), a=week), assumptions)
        assert found[MONTHS].iloc[0].tolist() == expected
        assert "a hope of 35–40 %" in found.attrs["contradictions"][0]

    @pytest.mark.parametrize("name", SETS)
    def test_every_figure_has_a_source_and_a_range(self, name: str) -> None:
        chosen = SETS[name]
        assert chosen.contradictions
        for component in chosen.components:
            assert component.cost is None or component.source
            rates = [estimate.rate for estimate in chosen.estimates_of(component.name).values()]
            assert rates == sorted(rates)
            assert rates[0] < rates[-1]


class TestShare:
    """How much of the claimed saving a roster reaches."""

    def test_grows_in_proportion_to_the_remote_share(self) -> None:
        assert table(a="OOOOO") == [0]
        assert table(a="HOOOO") == [4 * MILLION]
        assert table(a="HHOOO") == [8 * MILLION]
        assert table(a="HHHOO", b="OOOOO") == [6 * MILLION]

    def test_never_exceeds_the_cost(self) -> None:
        terms = POWER | {"estimates": [POWER["estimates"][0] | {"part": 0.5}]}
        assert month(terms, people(1), a="HHHHO") == [20 * MILLION]

    def test_leave_is_neither_remote_nor_on_site(self) -> None:
        assert table(a="HOOLO") == [5 * MILLION]  # one of four days
        assert table(a="LLLLL") == [0]

    def test_does_not_depend_on_the_length_of_the_period(self) -> None:
        assert table(a="HOOOO") == table(a="HOOOO..HOOOO") == table(a="HOOOO..OHOOO..OOOOH")

    def test_more_days_than_the_source_speaks_of_are_noted(self) -> None:
        notes = savings(plan(people(1), a="HHOOO"), BERDAYA_NEWS)["note"]
        assert notes.iloc[0].startswith("mid, high: more remote days than the source speaks of")
        assert savings(plan(people(1), a="HOOOO"), BERDAYA_NEWS)["note"].iloc[0] == ""

    def test_an_opd_has_its_own_cost(self) -> None:
        who = people([{"opd": "X"}, {"opd": "Y"}])
        terms = POWER | {"opd_costs": {" X ": {"power": 5 * MILLION}}}
        found = savings(plan(who, a="HOOOO", b="HOOOO"), Assumptions.model_validate(terms))
        assert found["mid_month"].tolist() == [MILLION, 4 * MILLION]
        assert found["source"].str.startswith("cost: given for this OPD").tolist() == [True, False]

    def test_a_cost_for_an_unknown_opd_warns(self) -> None:
        terms = Assumptions.model_validate(POWER | {"opd_costs": {"Bapeda": {"power": 1}}})
        with pytest.warns(RotasiWarning, match=r"opd_costs names 'Bapeda'.*mean 'Bappeda'"):
            savings(plan(people(1, opd="Bappeda"), a="HOOOO"), terms)

    def test_there_must_be_a_schedule(self) -> None:
        floor = {"kind": "min_on_site", "count": 2}
        with pytest.raises(InfeasibleError):
            savings(solve(roster(1), policy(floor), workers=1), BKPSDM)


class TestFixedPart:
    """Half of the saving needs the whole site to be empty that day."""

    TERMS = POWER | {"fixed": {"power": 0.5}}

    @pytest.mark.parametrize(
        ("letters", "expected"),
        [
            ({"a": "HOOOO", "b": "HOOOO"}, 4 * MILLION),  # together: the building is empty
            ({"a": "HOOOO", "b": "OHOOO"}, 2 * MILLION),  # apart: never
            (
                {"a": "HHOOO", "b": "OHOOO"},
                5 * MILLION,
            ),  # (3 + 2) / 2 of 10 days: a quarter of the cost
            ({"a": "HOOOO", "b": "LOOOO"}, 2_222_222),  # leave empties it too; 1 of 9 days
        ],
    )
    def test_is_saved_only_then(self, letters: dict[str, str], expected: int) -> None:
        assert month(self.TERMS, people(2, site="S"), **letters) == [expected]

    def test_a_site_may_hold_several_opds(self) -> None:
        who = people([{"opd": "X", "site": "S"}, {"opd": "Y", "site": "S"}])
        assert month(self.TERMS, who, a="HOOOO", b="OOOOO") == [2 * MILLION, 0]
        assert month(self.TERMS, who, a="HOOOO", b="HOOOO") == [4 * MILLION] * 2
        apart = who.assign(site=["S", "T"])
        assert month(self.TERMS, apart, a="HOOOO", b="OOOOO") == [4 * MILLION, 0]

    def test_without_a_site_nobody_knows_that_it_is_empty(self) -> None:
        assert month(self.TERMS, people(1), a="HOOOO") == [2 * MILLION]


class TestFieldDays:
    """A day in the field is no remote day."""

    def test_nothing_is_saved_by_those_in_field_service(self) -> None:
        who = people([{"service": "field"}, {"service": "administrative"}])
        schedule = plan(who, a="HHHHO", b="HOOOO")
        found = savings(schedule, Assumptions.model_validate(POWER))
        assert found["mid_month"].tolist() == [2 * MILLION]  # one of ten ASN-days
        assert found["remote_share"].tolist() == [0.1]
        assert found["note"].tolist() == ["4 days in the field are not counted"]

    def test_the_service_may_stem_from_the_policy(self) -> None:
        schedule = plan(people(1, opd="DLH"), a="HOOOO")
        terms = policy(end=day(4), opd_services={"DLH": "field"})
        afield = Schedule.from_frame(schedule.to_frame(), schedule.roster, terms)
        chosen = Assumptions.model_validate(POWER)
        assert savings(schedule, chosen)["mid_month"].tolist() == [4 * MILLION]
        assert savings(afield, chosen)["mid_month"].tolist() == [0]

    @pytest.mark.parametrize("label", ["Lapangan", "Kerja lapangan", "FIELD"])
    def test_a_policy_between_office_and_field_saves_nothing(self, label: str) -> None:
        schedule = plan(people(1), labels={"WFH": label}, a="HOOOO")
        found = savings(schedule, Assumptions.model_validate(POWER))
        assert found["mid_month"].tolist() == [0]
        assert found["note"].tolist() == ["1 day in the field is not counted"]

    def test_another_label_is_remote(self) -> None:
        schedule = plan(people(1), labels={"WFH": "WFA"}, a="HOOOO")
        assert savings(schedule, Assumptions.model_validate(POWER))["mid_month"].tolist() == [
            4 * MILLION
        ]

    def test_whom_to_leave_out_is_an_assumption(self) -> None:
        who = people([{"service": "field"}, {"unit": "U"}])
        schedule = plan(who, a="HOOOO", b="HHHHO")
        everybody = Assumptions.model_validate(POWER | {"except": {}})
        assert savings(schedule, everybody)["remote_share"].tolist() == [0.5]
        unit = Assumptions.model_validate(POWER | {"except": {"unit": ["U"]}})
        assert savings(schedule, unit)["remote_share"].tolist() == [0.1]

    def test_an_unknown_column_is_an_error(self) -> None:
        chosen = Assumptions.model_validate(POWER | {"except": {"servise": ["field"]}})
        with pytest.raises(PolicyError, match=r"assumptions, except: 'servise'.*'service'"):
            savings(plan(people(1), a="HOOOO"), chosen)


class TestFrame:
    def test_has_types_and_touches_nothing(self) -> None:
        schedule = plan(people(2), a="HOOOO", b="OOOOO")
        before = schedule.to_frame()
        found = savings(schedule, BERDAYA_NEWS)
        assert list(found) == SAVINGS_COLUMNS
        assert {str(found[column].dtype) for column in (*MONTHS, *YEARS)} == {"Int64"}
        found["opd"] = ""
        found.attrs["contradictions"].clear()
        assert schedule.to_frame().equals(before)
        assert savings(schedule, BERDAYA_NEWS).attrs["contradictions"]
        assert savings(schedule, BERDAYA_NEWS).attrs["assumptions"] == BERDAYA_NEWS.name

    @settings(max_examples=25)
    @given(
        st.lists(
            st.lists(st.sampled_from((WFO, WFH)), min_size=5, max_size=5), min_size=3, max_size=3
        ),
        st.fractions(0, 1, max_denominator=9),
    )
    def test_every_roster_saves_what_a_person_would_count(
        self, grid: list[list[int]], fixed: Fraction
    ) -> None:
        parts = {component.name: fixed for component in BERDAYA_NEWS.components}
        schedule = replace(three(), grid=np.array(grid, dtype=np.int8))
        found = savings(schedule, BERDAYA_NEWS.adapt(fixed=parts)).head(3)
        for low, high in pairwise([found[column] for column in MONTHS]):
            assert (low <= high).all()
        for per_month, per_year in zip(MONTHS, YEARS, strict=True):
            assert (12 * found[per_month] == found[per_year]).all()
        # A remote day of one in three saves a fifteenth of five times 4, 4 and 3 million.
        days = [sum(column) for column in zip(*grid, strict=True)]
        full = sum(count for count in days if count == 3)
        reached = Fraction(full + (sum(days) - full) * (1 - fixed), 15)
        wanted = [min(reached * 5 * saved, cost) for saved, cost in ((4, 25), (4, 18), (3, 10))]
        assert found["mid_month"].tolist() == [int(amount * MILLION) for amount in wanted]


@cache
def three() -> Schedule:
    """Three people at one site, all on site all week."""
    return plan(people(3, site="S"), a="OOOOO", b="OOOOO", c="OOOOO")


class TestAssumptions:
    TOML = """
        name = "Kota Contoh"
        except = { unit = ["Gudang"] }
        [[components]]
        name = "power"
        cost = 31_500_000
        [[estimates]]
        component = "power"
        levels = ["low"]
        part = 0.1
        days = 2
        source = "meters"
        [[estimates]]
        component = "power"
        levels = ["mid", "high"]
        part = "2/9"
        days = 1.5
        source = "estimate"
        [fixed]
        power = 0.4
        [opd_costs.Bappeda]
        power = 12_000_000
    """

    def test_are_read_from_toml_exactly(self, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        path.write_text(self.TOML, encoding="utf-8")
        found = Assumptions.read(path)
        assert found.name == "Kota Contoh"
        assert found.fixed == {"power": Fraction(2, 5)}
        assert found.except_ == {"unit": ["Gudang"]}
        rates = [estimate.rate for estimate in found.estimates_of("power").values()]
        assert rates == [Fraction(1, 4), Fraction(20, 27), Fraction(20, 27)]

    @pytest.mark.parametrize("name", SETS)
    def test_survive_json(self, name: str, tmp_path: Path) -> None:
        path = tmp_path / "set.json"
        path.write_text(SETS[name].model_dump_json(by_alias=True), encoding="utf-8")
        assert Assumptions.read(path) == SETS[name]

    def test_are_frozen(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            BKPSDM.name = "other"  # type: ignore[misc]

    def test_adapt_checks_again_and_changes_nothing(self) -> None:
        assert BKPSDM.adapt(fixed={"office": 0.25}).fixed == {"office": Fraction(1, 4)}
        assert BKPSDM.fixed == {}
        with pytest.raises(PolicyError, match=r"assumptions, fixed: 'ofice'.*'office'"):
            BKPSDM.adapt(fixed={"ofice": 0.25})

    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({"components": []}, "name at least one"),
            ({"componets": []}, "unknown key"),
            ({"components": [POWER["components"][0]] * 2}, "two components have this name"),
            ({"estimates": []}, "each of low, mid and high exactly once"),
            ({"estimates": POWER["estimates"] * 2}, "each of low, mid and high exactly once"),
            ({"opd_costs": {"X": {"powr": 1}}}, "opd_costs.X: 'powr': there is no such component"),
            ({"opd_costs": {"X": {"power": -1}}}, "must be at least 0"),
            ({"opd_costs": {"X": {"power": 0.5}}}, "write a whole number"),
            ({"fixed": {"power": 1.5}}, "a part lies between 0 and 1"),
        ],
    )
    def test_what_is_wrong_is_said(self, terms: dict[str, Any], words: str) -> None:
        with pytest.raises(PolicyError) as caught:
            Assumptions.model_validate(POWER | terms)
        assert words in str(caught.value)
        assert {problem.table for problem in caught.value.problems} == {"assumptions"}

    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({"part": 20}, "estimates[0].part: 20: a part lies between 0 and 1"),
            ({"part": "1/0"}, "or a fraction in quotes"),
            ({"part": float("nan")}, "or a fraction in quotes"),
            ({"part": True}, "or a fraction in quotes"),
            ({"days": 0}, "write how many of five workdays are remote"),
            ({"days": 6}, "write how many of five workdays are remote"),
            ({"levels": ["best"]}, "write one of"),
            ({"source": ""}, "write at least one character"),
            ({"component": "pwer"}, "did you mean 'power'"),
            ({"prt": 0.1}, "did you mean 'part'"),
        ],
    )
    def test_what_is_wrong_with_an_estimate_is_said(
        self, terms: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(PolicyError) as caught:
            Assumptions.model_validate(POWER | {"estimates": [POWER["estimates"][0] | terms]})
        assert words in str(caught.value)

    def test_a_range_must_be_in_order(self) -> None:
        (one,) = POWER["estimates"]
        low, rest = one | {"levels": ["low"]}, one | {"levels": ["mid", "high"], "days": 2}
        with pytest.raises(PolicyError, match="low may not exceed mid"):
            Assumptions.model_validate(POWER | {"estimates": [low, rest]})

    def test_every_problem_is_listed(self) -> None:
        wrong = {"opd_costs": {"X": {"powr": 1}}, "fixed": {"power": 2}, "colour": "red"}
        with pytest.raises(PolicyError) as caught:
            Assumptions.model_validate(POWER | wrong)
        assert len(caught.value.problems) == 3

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match=r"^assumptions: .*none.toml cannot be read: "):
            Assumptions.read(tmp_path / "none.toml")
        with pytest.raises(PolicyError, match="write a table of keys and values"):
            Assumptions.model_validate([])

    def test_words_of_their_own_are_not_translated(self) -> None:
        chosen = Assumptions.model_validate(POWER)
        with use_language("id"):
            found = savings(plan(people(1), a="HOOOO"), chosen)
        assert "(reading)" in found["source"].iloc[0]


def test_what_is_no_schedule_and_what_are_no_assumptions_is_said() -> None:
    schedule = solve(roster(2), policy())
    for function, others in (
        (rotasi.savings, (BKPSDM,)),
        (rotasi.accountability, (None, None)),
        (rotasi.coordination, ()),
    ):
        with pytest.raises(TypeError, match=r"Schedule\.from_frame"):
            function(schedule.to_frame(), *others)
    with pytest.raises(TypeError, match="claims"):
        rotasi.savings(schedule, "bkpsdm.toml")
