"""Rosters in force are revised with the fewest changes, as an oracle that tries all ways says."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import (
    MONDAY,
    day,
    goals,
    history,
    people,
    policy,
    roster,
    values,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.instances import frame
from oracle.revision import Revision
from stories import KINDS, check, draw_story, stories

from rotasi import (
    InfeasibleError,
    Policy,
    PolicyError,
    Roster,
    Schedule,
    revise,
    solve,
    verify,
    why,
)
from rotasi.instance.resolve import resolve
from rotasi.model.facts import MISSING, STATUSES
from rotasi.schedule.verification import audit

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")


@pytest.mark.parametrize("kind", KINDS)
def test_a_revision_is_the_best_of_all_ways_to_go_on(kind: str) -> None:
    statuses = [check(story) for story in stories(kind, 4)]
    assert "OPTIMAL" in statuses


@settings(max_examples=12)
@given(st.integers(0, 2**32), st.sampled_from(KINDS))
def test_any_story_has_the_ending_that_the_oracle_knows(seed: int, kind: str) -> None:
    story = draw_story(random.Random(seed), kind)
    if story is not None:
        check(story)


@pytest.mark.parametrize("kind", KINDS)
def test_the_verifier_and_the_oracle_agree_on_ways_to_go_on(kind: str) -> None:
    verdicts = set()
    for seed, story in enumerate(stories(kind, 4)):
        oracle = story.oracle()
        case = resolve(*story.now, story.schedule.history(), story.from_date)
        ways = list(oracle.futures())
        for way in random.Random(seed).sample(ways, min(len(ways), 8)):
            report = audit(case, grid_of(oracle, way, case.facts.shape), {})
            assert set(report.violations["rule"]) == oracle.broken(way)
            assert list(report.objectives["value"]) == [value for _, value in oracle.values(way)]
            verdicts.add(report.ok)
    assert verdicts == {True, False} or kind == "stability"


def grid_of(oracle: Revision, way: dict[Any, str], shape: tuple[int, int]) -> np.ndarray:
    """A way to go on as status codes; of who was not there, none."""
    codes = [
        MISSING if oracle.past.get(key, way[key]) is None else STATUSES.index(way[key])
        for key in oracle.case.asn_days()
    ]
    return np.array(codes, dtype=np.int8).reshape(shape)


# Stories that a person can check by hand. WFO is O, WFH H, leave L.


def in_force(letters: dict[str, str], people_: Roster, terms_: Policy) -> Schedule:
    """A roster given by one letter per workday from Monday on."""
    found = [
        {"nip": nip, "date": day(n), "status": {"H": "WFH", "O": "WFO", "L": "LEAVE"}[letter]}
        for nip, text in letters.items()
        for n, letter in enumerate(text)
        if letter != " "
    ]
    return Schedule.from_frame(frame(found), people_, terms_)


ONE_STAYS = {"kind": "min_on_site", "count": 1}


def test_who_goes_on_leave_is_replaced_by_whom_it_costs_the_fewest_changes() -> None:
    terms_ = policy(ONE_STAYS)
    schedule = in_force({"a": "OOOOO", "b": "HHHOO", "c": "HHHHH"}, roster("abc"), terms_)
    late = roster("abc", leave=[("a", 2, 4)])
    revised = revise(schedule, late, terms_, day(2))
    # On Wednesday b or c must come; on Thursday and Friday b is there anyway.
    assert values(revised)["changes"] == 3 + 1
    assert written(revised)["b"] == "HHHOO" or written(revised)["c"] == "HHHHH"
    assert written(revised)["a"] == "OOLLL"
    assert str(revised.status) == "OPTIMAL"


def test_nothing_new_changes_nothing_even_if_more_could_be_remote() -> None:
    terms_ = policy(weekly_cap=4)
    schedule = in_force({"a": "OOOOO"}, roster("a"), terms_)
    revised = revise(schedule, roster("a"), terms_, MONDAY)
    assert written(revised) == {"a": "OOOOO"}
    assert values(revised)["changes"] == 0
    assert len(schedule.diff(revised)) == 0


def test_the_changes_come_before_the_penalty() -> None:
    soft = {"kind": "max_remote", "count": 0, "penalty": 100}
    schedule = in_force({"a": "HHHHO"}, roster("a"), policy())
    revised = revise(schedule, roster("a"), policy(soft), day(1))
    assert written(revised) == {"a": "HHHHO"}
    assert values(revised) | {"changes": 0, "penalty": 400} == values(revised)  # past and all


def test_leave_wins_over_the_past() -> None:
    schedule = in_force({"a": "HHOOO"}, roster("a"), policy())
    revised = revise(schedule, roster("a", leave=[("a", 0, 3)]), policy(), day(2))
    assert written(revised) == {"a": "LLLLO"}
    assert values(revised)["changes"] == 2  # from Wednesday on


def test_leave_that_was_taken_stays_though_the_table_has_lost_it() -> None:
    before = roster("a", leave=[("a", 0, 1)])
    schedule = solve(before, policy())
    revised = revise(schedule, roster("a"), policy(), day(1))
    assert written(revised)["a"][0] == "L"
    assert written(revised)["a"][1] in "HO"
    assert verify(revised, roster("a"), policy())


def test_a_new_pin_is_kept_and_one_on_the_past_comes_too_late() -> None:
    schedule = in_force({"a": "HHOOO"}, roster("a"), policy())
    now = roster("a", pins=[("a", 0, "O"), ("a", 4, "H")])
    assert written(revise(schedule, now, policy(), day(1))) == {"a": "HHOOH"}


def test_a_new_day_off_takes_its_day_out() -> None:
    schedule = in_force({"a": "HHOOH"}, roster("a"), policy())
    now = policy(holidays={"country": "", "extra": [day(4)]})
    revised = revise(schedule, roster("a"), now, day(2))
    assert written(revised) == {"a": "HHOO"}
    assert values(revised)["changes"] == 0  # the day has not changed, it is gone
    gone = schedule.diff(revised)
    assert gone[["before", "after"]].to_numpy().tolist() == [["WFH", ""]]


def test_who_is_new_has_no_past_and_costs_no_change() -> None:
    terms_ = policy(ONE_STAYS, {"kind": "max_consecutive", "on_site": 2})
    schedule = in_force({"a": "OHOHO"}, roster("a"), policy())
    revised = revise(schedule, roster("ab"), terms_, day(2))
    assert len(revised.to_frame()) == 5 + 3
    assert list(revised.to_grid().loc["b"])[:2] == ["", ""]
    assert values(revised)["changes"] == 0
    assert verify(revised, roster("ab"), terms_)


def test_who_has_gone_is_gone() -> None:
    schedule = in_force({"a": "OOOOO", "b": "HHHHO"}, roster("ab"), policy(ONE_STAYS))
    revised = revise(schedule, roster("b"), policy(ONE_STAYS), day(3))
    assert written(revised) == {"b": "HHHOO"}
    assert set(schedule.diff(revised)["nip"]) == {"a", "b"}


def test_what_the_past_alone_breaks_is_nobodys_fault_and_nothing_more_is_granted() -> None:
    schedule = in_force({"a": "HHHHO"}, roster("a"), policy())
    now = policy({"kind": "quota", "max_days": 2})
    revised = revise(schedule, roster("a"), now, day(3))
    assert written(revised) == {"a": "HHHOO"}
    assert verify(revised, roster("a"), now)
    assert not verify(revised.to_frame(), roster("a"), now)  # as a roster of its own it is not


def test_a_minimum_asks_for_what_is_left() -> None:
    schedule = in_force({"a": "OOOOO", "b": "OHOOO"}, roster("ab"), policy())
    now = policy({"kind": "quota", "min_days": 3, "max_days": 4})
    revised = revise(schedule, roster("ab"), now, day(3))
    assert written(revised) == {"a": "OOOHH", "b": "OHOHH"}
    fewer = in_force({"a": "OOOHO", "b": "OHOHH"}, roster("ab"), policy()).to_frame()
    report = verify(fewer, roster("ab"), now, previous=schedule, from_date=day(3))
    assert report.violations[["nip", "needed", "found"]].to_numpy().tolist() == [["a", 2, 1]]


def test_a_run_over_both_seams_does_not_go_on() -> None:
    # Two days before the period and two in the past make four, one more than allowed.
    before = history(a="HH..")
    limit = {"kind": "max_consecutive", "remote": 3}
    given = frame([{"nip": "a", "date": day(n), "status": "WFH"} for n in range(5)])
    schedule = Schedule.from_frame(given, roster("a"), policy(), before)
    revised = revise(schedule, roster("a"), policy(limit), day(2))
    assert written(revised)["a"][:3] == "HHO"
    assert verify(revised, roster("a"), policy(limit))


def test_days_together_ask_for_what_is_left_of_the_week() -> None:
    teams = people("ab", team="T")
    schedule = in_force({"a": "HHHHO", "b": "OOOHO"}, roster(teams), policy())
    now = policy({"kind": "together", "days": 3})
    revised = revise(schedule, roster(teams), now, day(3))
    assert written(revised) == {"a": "HHHOO", "b": "OOOOO"}


def test_groups_to_be_formed_are_formed_for_the_days_that_are_left() -> None:
    halves = {"kind": "rotation_groups", "groups": 2}
    schedule = in_force(
        {"a": "HHOOO", "b": "HOHHO", "c": "OOOOH", "d": "HHHOH"}, roster(4), policy()
    )
    revised = revise(schedule, roster(4), policy(halves), day(3))
    left = {nip: days[3:] for nip, days in written(revised).items()}
    assert values(revised)["changes"] == 1  # a and b, c and d: only b differs from a
    assert len(set(left.values())) == 2
    assert sorted(revised.groups()["group"].value_counts()) == [2, 2]


@pytest.mark.parametrize("from_date", [MONDAY, day(-30), str(MONDAY), pd.Timestamp(MONDAY)])
def test_from_the_first_day_on_everything_may_change(from_date: Any) -> None:
    schedule = in_force({"a": "OOOOO"}, roster("a"), policy())
    now = policy({"kind": "quota", "min_days": 2, "max_days": 4})
    assert values(revise(schedule, roster("a"), now, from_date))["changes"] == 2


def test_on_the_last_day_only_that_day_may_change() -> None:
    schedule = in_force({"a": "OOOOO"}, roster("a"), policy())
    now = policy({"kind": "quota", "min_days": 2, "max_days": 4})
    assert written(revise(schedule, roster("a"), now, day(4))) == {"a": "OOOOH"}


def test_after_the_last_workday_nothing_is_left_to_change() -> None:
    schedule = in_force({"a": "HOOOO"}, roster("a"), policy(end=day(6)))
    revised = revise(schedule, roster("a"), policy(ONE_STAYS, end=day(6)), day(5))
    assert written(revised) == {"a": "HOOOO"}
    assert str(revised.status) == "OPTIMAL"


def test_a_date_after_the_period_or_none_at_all_is_refused() -> None:
    schedule = solve(roster("a"), policy())
    with pytest.raises(PolicyError, match="2026-01-10"):
        revise(schedule, roster("a"), policy(), day(5))
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        revise(schedule, roster("a"), policy(), "05/01/2026")


def test_what_cannot_go_on_is_infeasible_and_keeps_its_past() -> None:
    schedule = in_force({"a": "HHOOO"}, roster("a"), policy())
    now = policy({"kind": "min_on_site", "count": 2})
    assert str(revise(schedule, roster("a"), now, day(2)).status) == "INFEASIBLE"


def test_a_revision_is_revised_again_and_knows_what_it_revises() -> None:
    schedule = in_force({"a": "OOOOO", "b": "HHHHO"}, roster("ab"), policy(ONE_STAYS))
    first = roster("ab", leave=[("a", 1, 1)])
    once = revise(schedule, first, policy(ONE_STAYS), day(1))
    second = roster("ab", leave=[("a", 1, 1), ("a", 3, 3)])
    twice = revise(once, second, policy(ONE_STAYS), day(3))
    assert written(twice) == {"a": "OLOLO", "b": "HOHOO"}
    assert once.provenance["revises"] == {
        "from_date": "2026-01-06", "schedule": schedule.hash(), "edition": 1,
    }  # fmt: skip
    assert twice.provenance["revises"]["schedule"] == once.hash()
    assert twice.provenance["revises"]["edition"] == 2


def test_a_revision_comes_back_from_disk_with_its_proof(tmp_path: Path) -> None:
    terms_ = policy(ONE_STAYS, {"kind": "quota", "max_days": 1})
    schedule = in_force({"a": "OOOOO", "b": "HHOOO"}, roster("ab"), policy())
    revised = revise(schedule, roster("abc", leave=[("a", 3, 4)]), terms_, day(3))
    revised.write(tmp_path / "out")
    again = Schedule.read(tmp_path / "out")
    assert again.status == revised.status
    assert again.from_date == day(3)
    assert again.to_frame().equals(revised.to_frame())
    assert again.objectives["value"].tolist() == revised.objectives["value"].tolist()
    assert again.hash() == revised.hash()
    assert verify(again, again.roster, again.policy)
    lines = (tmp_path / "out" / "schedule.csv").read_text().splitlines()
    assert len(lines) == 1 + 5 + 5 + 2


def test_a_past_rewritten_by_hand_is_found() -> None:
    schedule = in_force({"a": "HOOOO"}, roster("a"), policy())
    edited = in_force({"a": "OOOOH"}, roster("a"), policy()).to_frame()
    report = verify(edited, roster("a"), policy(), previous=schedule, from_date=day(1))
    assert report.violations["rule"].tolist() == ["rows"]
    assert report.violations["dates"].tolist() == [(MONDAY,)]
    assert report.objectives.iloc[0].tolist() == ["changes", 1]


def test_the_past_is_why_a_past_day_is_as_it_is() -> None:
    schedule = in_force({"a": "OOOOO"}, roster("a"), policy())
    revised = revise(schedule, roster("a"), policy(), day(1))
    assert why(revised, roster("a"), policy(), "a", MONDAY).rules == ("pin",)
    later = why(revised, roster("a"), policy(), "a", day(1))
    assert later.possible
    assert later.cost["kind"].tolist()[0] == "changes"


def test_a_roster_that_does_not_exist_is_not_revised() -> None:
    nobody = solve(roster("a"), policy({"kind": "min_on_site", "count": 2}))
    with pytest.raises(InfeasibleError):
        revise(nobody, roster("a"), policy(), MONDAY)


def test_nothing_given_is_changed_and_the_order_of_rows_does_not_matter() -> None:
    terms_ = policy(ONE_STAYS)
    schedule = in_force({"a": "OOOOO", "b": "HHHHO", "c": "HHHHO"}, roster("abc"), terms_)
    frame_before = schedule.to_frame()
    late = roster("abc", leave=[("a", 2, 4)])
    turned = Roster.from_frame(people("cba"), leave=late.leave)
    one, other = (revise(schedule, now, terms_, day(2)) for now in (late, turned))
    assert written(one) == {nip: written(other)[nip] for nip in "abc"}
    assert schedule.to_frame().equals(frame_before)


def test_fairness_holds_over_six_months_when_history_is_carried_on() -> None:
    """Seven ASN, one remote a day: as even as can be from the first month to the sixth."""
    rules = [{"kind": "max_remote", "count": 1}, {"kind": "quota", "max_days": 3, "per": "month"}]
    total = dict.fromkeys("abcdefg", 0)
    previous = None
    for month in range(1, 7):
        terms_ = policy(
            *rules,
            start=date(2026, month, 1),
            end=date(2026, month, 19),
            objectives=goals("remote_days", "fairness"),
        )
        schedule = solve(roster(7), terms_, previous=previous)
        for nip, letters in written(schedule).items():
            total[nip] += letters.count("H")
        assert max(total.values()) - min(total.values()) <= 1
        assert values(schedule)["fairness"] == sum(days**2 for days in total.values())
        previous = schedule.history()
    assert not previous.duplicated(["nip", "date"]).any()


def test_a_difference_lists_whom_only_one_roster_has_last() -> None:
    one = in_force({"a": "HOOOO", "b": "OOOOO"}, roster("ab"), policy())
    other = in_force({"c": "OOOOO", "a": "OOOOO"}, roster(people("ca")), policy())
    found = one.diff(other)
    assert found["nip"].tolist() == ["a"] + ["b"] * 5 + ["c"] * 5
    assert found.iloc[0][["before", "after"]].tolist() == ["WFH", "WFO"]
    assert set(found[found["nip"] == "b"]["after"]) == {""}
    assert set(found[found["nip"] == "c"]["before"]) == {""}
    assert list(found.columns) == ["nip", "opd", "date", "before", "after"]
