"""Comparison: one row per policy, with figures that a person can count."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from helpers import day, history, people, policy, roster
from pandas.testing import assert_frame_equal

from rotasi import Policy, Roster, datasets, presets
from rotasi.analysis.compare import COMPARISON_COLUMNS, compare
from rotasi.analysis.savings import savings
from rotasi.claims import BERDAYA_NEWS
from rotasi.errors import PolicyError, RotasiWarning
from rotasi.solver import solve

ONE = {"kind": "quota", "max_days": 1}
TWO = {"kind": "quota", "max_days": 2}
APPLIED = {"kind": "require_application"}
BAD = {"kind": "min_on_site", "count": 9}
#: Filled in without a schedule.
KNOWN = ["policy", "status", "workdays", "eligible", "refused"]


def office() -> Roster:
    """Three of X and one of Y; d applied but is disciplined; c is on leave on Friday."""
    who = people([{}, {}, {}, {"opd": "Y", "disciplined": True}])
    who = who.assign(applied=[True, True, False, True])
    wishes = [
        {"nip": "a", "date": day(0)},
        {"nip": "b", "date": day(0), "weight": -1},
        {"nip": "c", "date": day(4), "weight": 3},
        {"nip": "d", "weekday": "Tue", "weight": 2},
    ]
    return roster(who, leave=[("c", 4, 4)], wishes=wishes)


def row(*rules: dict[str, Any], people: Roster | None = None, **more: Any) -> pd.Series:
    """The row of one policy."""
    return compare(people or office(), {"it": policy(*rules)}, workers=1, **more).iloc[0]


class TestFigures:
    def test_are_those_of_the_schedule(self) -> None:
        bar = {"kind": "bar_disciplined"}
        found = row(ONE, APPLIED, bar, {"kind": "no_remote_day", "weekdays": ["Fri"]})
        assert found["status"] == "OPTIMAL"
        assert found["workdays"] == 5
        assert found["eligible"] == 2  # a and b
        assert found["refused"] == 1  # d
        assert found["remote_days"] == 2
        assert found["remote_share"] == pytest.approx(2 / 19)  # 20 ASN-days, one on leave
        assert found["wishes"] == 3  # c is on leave on the day of the wish
        assert found["wishes_granted"] == 2  # a is remote on Monday, b is not
        assert found["fairness"] == 1 + 1
        assert found["spread"] == 0

    def test_the_fewest_on_site_are_counted_and_shared(self) -> None:
        monday = {"kind": "fixed_remote_day", "weekdays": ["Mon"], "scope": {"nip": ["a"]}}
        others = {"kind": "no_remote_day", "weekdays": ["Tue", "Wed", "Thu", "Fri"]}
        stay = {"kind": "never_remote", "except": {"nip": ["a"]}}
        found = row(monday, others, stay)
        assert found["on_site_minimum"] == 1  # Y has one
        assert found["least_on_site"] == pytest.approx(2 / 3)  # X on Monday
        assert row({"kind": "max_remote", "by": [], "count": 0})["least_on_site"] == 1

    def test_a_day_on_which_all_are_on_leave_empties_no_opd(self) -> None:
        away = roster(people(1), leave=[("a", 0, 0)])
        found = row({"kind": "never_remote"}, people=away)
        assert (found["on_site_minimum"], found["least_on_site"]) == (1, 1.0)

    def test_even_when_nobody_is_ever_present(self) -> None:
        found = row(people=roster(1, leave=[("a", 0, 4)]))
        assert (found["status"], found["remote_share"]) == ("OPTIMAL", 0.0)
        assert pd.isna(found["on_site_minimum"])

    def test_history_counts_in_fairness(self) -> None:
        found = row(ONE, people=roster(2), previous=history(a="HHO.."))
        assert found["fairness"] == 3**2 + 1
        assert found["spread"] == 2

    def test_nobody_is_eligible(self) -> None:
        found = row({"kind": "never_remote"})
        assert found[["eligible", "refused", "remote_days", "spread"]].tolist() == [0, 3, 0, 0]


class TestSavings:
    def test_are_the_sums_of_a_year(self) -> None:
        table = compare(office(), {"1": policy(ONE), "2": policy(TWO)}, BERDAYA_NEWS, workers=1)
        for name, rule in (("1", ONE), ("2", TWO)):
            single = savings(solve(office(), policy(rule), workers=1), BERDAYA_NEWS)
            found = table[table["policy"] == name].iloc[0]
            assert found["savings_low"] == single["low_year"].sum()
            assert found["savings_mid"] == single["mid_year"].sum()
            assert found["savings_high"] == single["high_year"].sum()
            assert 0 < found["savings_low"] <= found["savings_mid"] <= found["savings_high"]
            assert found["savings_low"] < found["savings_high"]
        assert table.attrs["contradictions"] == single.attrs["contradictions"]

    def test_are_empty_without_assumptions(self) -> None:
        found = row(ONE)
        assert found[["savings_low", "savings_high"]].isna().all()

    def test_are_empty_where_no_cost_is_known(self) -> None:
        unknown = BERDAYA_NEWS.adapt(
            components=[{"name": found.name} for found in BERDAYA_NEWS.components]
        )
        found = row(ONE, assumptions=unknown)
        assert found[["savings_low", "savings_high"]].isna().all()


class TestRows:
    def test_an_infeasible_policy_has_a_row_of_blanks(self) -> None:
        policies = {"good": policy(ONE), "bad": policy(ONE, APPLIED, BAD)}
        table = compare(office(), policies, BERDAYA_NEWS, workers=1)
        assert table["policy"].tolist() == ["good", "bad"]
        assert table["status"].tolist() == ["OPTIMAL", "INFEASIBLE"]
        bad = table.iloc[1]
        assert bad[KNOWN[2:]].tolist() == [5, 3, 0]
        assert bad.drop(KNOWN).isna().all()
        assert not table.iloc[0].isna().any()

    def test_columns_and_types_are_the_same_whatever_happened(self) -> None:
        tables = [
            compare(office(), {"x": policy(*rules)}, workers=1) for rules in ((ONE,), (BAD,))
        ] + [compare(office(), {})]
        for table in tables:
            assert list(table) == COMPARISON_COLUMNS
            assert table.dtypes.tolist() == tables[0].dtypes.tolist()
        assert len(tables[2]) == 0

    def test_periods_that_differ_warn(self) -> None:
        policies = {"a": policy(ONE), "b": policy(ONE, end=day(11))}
        with pytest.warns(RotasiWarning, match="periods differ"):
            table = compare(office(), policies, workers=1)
        assert table["workdays"].tolist() == [5, 10]

    def test_policies_that_do_not_fit_are_all_named(self) -> None:
        floor = {"kind": "min_on_site", "by": ["floor"], "count": 1}
        policies = {"a": policy(floor), "b": policy(ONE), "c": policy(floor, floor)}
        with pytest.raises(PolicyError) as caught:
            compare(office(), policies)
        tables = [problem.table for problem in caught.value.problems]
        assert tables == ["policy 'a'", "policy 'c'", "policy 'c'"]
        assert "rules[0].by: 'floor'" in str(caught.value)

    def test_what_goes_to_solve(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[dict[str, Any]] = []

        def spy(*given: Any, **options: Any) -> Any:
            seen.append(options)
            return solve(*given, **options)

        monkeypatch.setattr("rotasi.analysis.compare.solve", spy)
        before = history(a="HHO..")
        compare(office(), {"x": policy(ONE)}, previous=before, time_limit=30, workers=1, seed=7)
        (options,) = seen
        assert_frame_equal(options.pop("previous"), before)
        assert options == {"time_limit": 30, "workers": 1, "seed": 7}


def test_five_policies_for_a_council() -> None:
    """1 day, 2 days, Thursday, 50:50 and 4 days, for the same city and week."""
    period = date(2026, 1, 5), date(2026, 1, 9)
    policies: dict[str, Policy] = {
        "1 day": presets.bekasi_2026(*period, max_days=1),
        "2 days": presets.bekasi_2026(*period, max_days=2),
        "Thursday": presets.jabar_se150_november_2025(*period),
        "50:50": presets.jabar_se150_december_2025(*period),
        "4 days": presets.jabar_wfa_2023(*period),
    }
    table = compare(datasets.city(225), policies, BERDAYA_NEWS, workers=1).set_index("policy")
    assert table["status"].tolist() == ["OPTIMAL"] * 5
    days, low = table["remote_days"], table["savings_low"]
    assert days["1 day"] < days["2 days"] < days["4 days"]
    assert low["1 day"] < low["2 days"] < low["4 days"]
    assert (table["savings_low"] < table["savings_high"]).all()
    assert table.loc["50:50", "least_on_site"] >= 0.5
    assert table.loc["Thursday", "least_on_site"] == 0
    assert table.loc["1 day", "eligible"] + table.loc["1 day", "refused"] <= 225


@pytest.mark.parametrize("given", [[policy()], policy(), {"x": "policy.toml"}, {"x": None}])
def test_what_are_no_policies_by_name_is_said(given: Any) -> None:
    with pytest.raises(TypeError, match=r"^compare: policies is .+; give .*Policy"):
        compare(roster(2), given)
