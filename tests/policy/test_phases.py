"""Phases in one horizon: each rule on its dates, weekly bounds across all of them.

The policy is the one that docs/policy.md shows; the rest are weeks that a person can check.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from helpers import MONDAY, day, goals, history, people, policy, roster, written

import rotasi
from rotasi import Policy, Roster

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
NOVEMBER, DECEMBER, YEAREND = ("11-03", "11-30"), ("12-01", "12-28"), ("12-29", "12-31")
THURSDAYS = ["11-06", "11-13", "11-20", "11-27"]
#: Of the OPDs that the policy names, each has somebody.
DIRECT = [{"opd": "Disdukcapil"}, {"opd": "Dinkes"}, {"opd": "RSUD"}]


def shown() -> Policy:
    """The policy of the page."""
    section = PAGE.read_text("utf-8").split("## Phases in one horizon")[1]
    block = re.search(r"^```toml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert block
    return Policy.model_validate(tomllib.loads(block[1]))


def solved(given: Roster, terms: Policy, previous: pd.DataFrame | None = None) -> dict[str, str]:
    """One letter per workday: H remote, O on site, L leave; proven best and verified."""
    schedule = rotasi.solve(given, terms, previous=previous, workers=1)
    assert schedule.status == "OPTIMAL"
    assert rotasi.verify(schedule, given, terms, previous)
    return written(schedule)


@pytest.fixture(scope="module")
def grid() -> pd.DataFrame:
    """Status of a, b and those in direct service on each workday, by month and day."""
    given = roster(people([{"opd": "Bappeda"}, {"opd": "Bappeda"}, *DIRECT]))
    frame = rotasi.solve(given, shown(), workers=1).to_grid().T
    frame.index = pd.to_datetime(frame.index).strftime("%m-%d")
    return frame


class TestTheTrialOf2025:
    def test_november_is_remote_on_its_thursdays(self, grid: pd.DataFrame) -> None:
        november = grid.loc[slice(*NOVEMBER), ["a", "b"]] == "WFH"
        assert len(november) == 20
        assert november.index[november.any(axis=1)].tolist() == THURSDAYS
        assert november.loc[THURSDAYS].all(axis=None)

    def test_december_has_half_remote_on_each_day(self, grid: pd.DataFrame) -> None:
        december = grid.loc[slice(*DECEMBER), ["a", "b"]] == "WFH"
        assert len(december) == 18
        assert (december.sum(axis=1) == 1).all()

    def test_the_year_ends_remote(self, grid: pd.DataFrame) -> None:
        yearend = grid.loc[slice(*YEAREND), ["a", "b"]] == "WFH"
        assert len(yearend) == 3
        assert yearend.all(axis=None)

    def test_direct_services_stay_on_site_in_every_phase(self, grid: pd.DataFrame) -> None:
        assert (grid[["c", "d", "e"]] == "WFO").all(axis=None)

    def test_the_turns_of_all_phases_are_equal(self, grid: pd.DataFrame) -> None:
        days = (grid[["a", "b"]] == "WFH").sum()
        assert days.tolist() == [16, 16]

    def test_the_quota_holds_across_phases_and_leaves_the_week_of_christmas_its_maximum(
        self,
    ) -> None:
        """Of four, two are remote on each day of December, and all at the end of the year."""
        given = roster(people([{"opd": "Bappeda"}] * 4 + DIRECT))
        frame = rotasi.solve(given, shown(), workers=1).to_frame()
        remote = frame[frame["status"] == "WFH"]
        week = pd.to_datetime(remote["date"]).dt.isocalendar()["week"]
        per_week = remote.groupby(["nip", week]).size()
        assert per_week.max() == 3
        # 22, 23 and 24 December: two of four on each of three days; 29 to 31: all of them.
        assert per_week.groupby("week").sum().loc[52] == 6
        assert per_week.groupby("week").sum().loc[1] == 12


def week_of_two_phases(*rules: dict[str, object], **settings: object) -> Policy:
    """Monday and Tuesday fixed as remote; from Wednesday on whatever the rules allow."""
    fixed = {"kind": "fixed_remote_day", "weekdays": ["Mon", "Tue"], "end": day(1)}
    return policy(fixed, *rules, objectives=goals("remote_days"), **settings)


class TestWeeksThatPhasesShare:
    def test_a_quota_without_dates_counts_both_phases(self) -> None:
        quota = {"kind": "quota", "max_days": 2}
        assert solved(roster(1), week_of_two_phases(quota)) == {"a": "HHOOO"}

    def test_a_quota_with_dates_counts_its_own_days_only(self) -> None:
        quota = {"kind": "quota", "max_days": 2, "start": day(2)}
        found = solved(roster(1), week_of_two_phases(quota))["a"]
        assert (found[:2], found[2:].count("H")) == ("HH", 2)

    def test_the_weekly_cap_holds_over_quotas_of_both_phases(self) -> None:
        quotas = (
            {"kind": "quota", "max_days": 2, "end": day(1)},
            {"kind": "quota", "max_days": 3, "start": day(2)},
        )
        assert solved(roster(1), week_of_two_phases(*quotas))["a"].count("H") == 4
        assert solved(roster(1), week_of_two_phases(*quotas, weekly_cap=3))["a"].count("H") == 3

    def test_a_week_of_holidays_keeps_the_full_maximum(self) -> None:
        quota = {"kind": "quota", "max_days": 3}
        off = {"country": "", "extra": [day(3), day(4)]}
        assert solved(roster(1), week_of_two_phases(quota, holidays=off)) == {"a": "HHH"}

    def test_a_minimum_is_not_asked_in_a_week_that_a_border_cuts(self) -> None:
        """Nobody is to be remote from Wednesday on, though three days are due in full weeks."""
        least = {"kind": "quota", "min_days": 3, "max_days": 4, "start": day(2), "end": day(11)}
        few = goals("remote_days", sense="min")
        found = solved(roster(1), policy(least, end=day(11), objectives=few))["a"]
        assert found[:5] == "OOOOO"
        assert found[5:].count("H") == 3

    def test_a_horizon_cut_in_two_needs_the_history_for_the_same_week(self) -> None:
        quota = {"kind": "quota", "max_days": 2}
        rest = policy(quota, start=day(2), objectives=goals("remote_days"))
        assert solved(roster(1), rest)["a"].count("H") == 2
        assert solved(roster(1), rest, history(day(2), a="HH")) == {"a": "OOO"}


class TestRulesOnTheirDates:
    def test_each_phase_has_its_own_ceiling(self) -> None:
        """Of four: all on Monday and Tuesday, one on Wednesday, two from Thursday on."""
        ceilings = (
            {"kind": "max_remote", "count": 1, "start": day(2), "end": day(2)},
            {"kind": "max_remote", "share": 0.5, "start": day(3)},
        )
        found = solved(roster(4), policy(*ceilings, objectives=goals("remote_days")))
        counts = [sum(days[n] == "H" for days in found.values()) for n in range(5)]
        assert counts == [4, 4, 1, 2, 2]

    def test_a_fixed_day_outside_its_dates_is_free(self) -> None:
        fixed = {"kind": "fixed_remote_day", "weekdays": ["Thu"], "start": day(7)}
        terms = policy(fixed, end=day(11), objectives=goals("remote_days", sense="min"))
        assert solved(roster(1), terms) == {"a": "OOOOOOOOHO"}

    def test_a_run_without_dates_goes_on_over_the_border(self) -> None:
        fixed = {"kind": "fixed_remote_day", "weekdays": ["Mon", "Tue"], "end": day(1)}
        run = {"kind": "max_consecutive", "remote": 2}
        most = {"objectives": goals("remote_days")}
        assert solved(roster(1), policy(fixed, run, **most)) == {"a": "HHOHH"}
        inside = run | {"start": day(2)}
        assert solved(roster(1), policy(fixed, inside, **most))["a"][:2] == "HH"
        assert solved(roster(1), policy(fixed, inside, **most))["a"][2:].count("H") == 2

    def test_fairness_makes_up_in_one_phase_for_the_other(self) -> None:
        """On Monday a alone may be remote, and on Tuesday one of the two: it is b's turn."""
        rules = (
            {"kind": "never_remote", "scope": {"unit": ["B"]}, "end": MONDAY},
            {"kind": "max_remote", "count": 1, "start": day(1)},
        )
        terms = policy(*rules, end=day(1), objectives=goals("remote_days", "fairness"))
        given = roster(people([{"unit": "A"}, {"unit": "B"}]))
        assert solved(given, terms) == {"a": "HO", "b": "OH"}
