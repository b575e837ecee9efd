"""Coordination days: small weeks checked by hand, and every choice tried by brute force."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any

import pandas as pd
import pytest
from helpers import MONDAY, day, policy, roster
from hypothesis import given, settings
from hypothesis import strategies as st

import rotasi
from rotasi import Policy, Roster, Schedule
from rotasi.analysis.coordination import coordination

OPDS = {"a": "X", "b": "X", "c": "X", "d": "Y", "e": "Y"}
FIXED = {"kind": "fixed_remote_day", "weekdays": ["Thu"]}


def plan(people: Roster, terms: Policy) -> Schedule:
    """A roster in which all who are not on leave are on site, whatever the rules."""
    days = pd.date_range(terms.start, terms.end)
    worked = days[terms.calendar.are_workdays(days.to_numpy().astype("datetime64[D]"))]
    frame = people.employees[["nip"]].merge(pd.DataFrame({"date": worked}), how="cross")
    spans = frame.reset_index().merge(people.leave, on="nip")
    away = spans["index"][spans["date"].between(spans["start"], spans["end"])]
    frame["status"] = "WFO"
    frame.loc[away, "status"] = "LEAVE"
    return Schedule.from_frame(frame, people, terms)


def chosen(people: Roster, terms: Policy, per_week: int = 2) -> dict[str, list[int]]:
    """Days after Monday, 5 January, by OPD."""
    found = coordination(plan(people, terms), per_week)
    return {
        opd: [(one.date() - MONDAY).days for one in rows["date"]]
        for opd, rows in found.groupby("opd")
    }


def two_opds(*leave: tuple[str, int, int]) -> Roster:
    people = pd.DataFrame({"nip": list(OPDS), "opd": list(OPDS.values())})
    return roster(people, leave=leave)


# ---------------------------------------------------------------- the order of the criteria


def test_a_plain_week_meets_at_its_ends() -> None:
    assert chosen(roster(), policy()) == {"X": [0, 4]}


@pytest.mark.parametrize(
    ("per_week", "days"),
    [(1, [0]), (2, [0, 4]), (3, [0, 2, 4]), (4, [0, 1, 2, 3]), (5, [0, 1, 2, 3, 4])],
)
def test_the_days_are_spread_and_then_early(per_week: int, days: list[int]) -> None:
    assert chosen(roster(), policy(), per_week) == {"X": days}


def test_the_fewest_on_leave_come_before_the_spread() -> None:
    """On Monday, Tuesday and Friday one is away: Wednesday and Thursday are next to each other."""
    people = two_opds(("a", 0, 1), ("b", 4, 4), ("d", 1, 1))
    assert chosen(people, policy()) == {"X": [2, 3], "Y": [0, 4]}


def test_days_to_avoid_come_before_leave() -> None:
    """All of X are away on Monday and Tuesday; still rather there than on the fixed days."""
    people = two_opds(("a", 0, 1), ("b", 0, 1), ("c", 0, 1))
    fixed = FIXED | {"weekdays": ["Wed", "Thu", "Fri"], "scope": {"opd": ["X"]}}
    assert chosen(people, policy(fixed)) == {"X": [0, 1], "Y": [0, 4]}


@pytest.mark.parametrize("penalty", [{}, {"penalty": 5}], ids=["hard", "soft"])
def test_fixed_remote_days_are_avoided_where_they_reach_anyone(penalty: dict[str, int]) -> None:
    fixed = {"kind": "fixed_remote_day", "weekdays": ["Fri"], "scope": {"nip": ["e"]}} | penalty
    assert chosen(two_opds(), policy(fixed)) == {"X": [0, 4], "Y": [0, 3]}


def test_a_fixed_day_that_moves_is_avoided_where_it_comes_to_lie() -> None:
    """Thursday is off: the fixed day moves to Friday, and Wednesday is the eve."""
    fixed = FIXED | {"if_holiday": "next"}
    terms = policy(fixed, holidays={"country": "", "extra": [day(3)]})
    assert chosen(roster(), terms) == {"X": [0, 1]}


def test_who_is_barred_makes_no_day_fixed() -> None:
    terms = policy(FIXED, {"kind": "never_remote"}, start=day(3), end=day(4))
    assert chosen(roster(), terms, per_week=1) == {"X": [3]}
    assert chosen(roster(), policy(FIXED, start=day(3), end=day(4)), per_week=1) == {"X": [4]}


# ---------------------------------------------------------------- eves and weeks


def off(*numbers: int) -> dict[str, Any]:
    return {"country": "", "extra": [day(number) for number in numbers]}


def test_the_eve_of_a_holiday_is_avoided() -> None:
    """Wednesday is off: Tuesday is its eve, Thursday is not."""
    assert chosen(roster(), policy(holidays=off(2))) == {"X": [0, 4]}
    assert chosen(roster(), policy(holidays=off(1))) == {"X": [2, 4]}


def test_the_friday_before_a_holiday_on_monday_is_an_eve_even_at_the_end_of_the_period() -> None:
    assert chosen(roster(), policy(holidays=off(7))) == {"X": [0, 3]}


def test_a_holiday_on_the_weekend_makes_no_eve() -> None:
    assert chosen(roster(), policy(holidays=off(5, 6))) == {"X": [0, 4]}


def test_the_last_workday_before_several_days_off_is_their_only_eve() -> None:
    """Christmas on Thursday and cuti bersama on Friday: the 24th, not the 23rd."""
    terms = Policy.model_validate({"start": date(2025, 12, 22), "end": date(2025, 12, 26)})
    found = coordination(plan(roster(), terms))
    assert found["date"].dt.day.tolist() == [22, 23]


def test_a_week_of_six_days() -> None:
    six = policy(workdays=["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], end=day(5))
    assert chosen(roster(), six) == {"X": [0, 5]}
    assert chosen(roster(), six, per_week=3) == {"X": [0, 2, 4]}


def test_every_week_has_its_own_days_and_a_short_one_takes_all() -> None:
    """From Friday to the next Monday but one: one day, five, one."""
    terms = policy(start=day(4), end=day(14))
    found = coordination(plan(roster(), terms))
    assert found["week"].tolist() == ["2026-W02", "2026-W03", "2026-W03", "2026-W04"]
    assert [(one.date() - MONDAY).days for one in found["date"]] == [4, 7, 11, 14]
    assert found["short"].tolist() == [True, False, False, True]


def test_weeks_are_those_of_iso_across_the_new_year() -> None:
    terms = policy(start=date(2024, 12, 30), end=date(2025, 1, 3))
    assert coordination(plan(roster(), terms))["week"].unique().tolist() == ["2025-W01"]


# ---------------------------------------------------------------- the table


def test_the_table_says_who_can_come() -> None:
    people = two_opds(("a", 0, 4), ("b", 1, 4), ("e", 4, 4))
    found = coordination(plan(people, policy()))
    assert list(found) == ["opd", "week", "date", "on_leave", "present", "short"]
    assert found["opd"].tolist() == ["X", "X", "Y", "Y"]
    assert found["date"].dt.date.tolist() == [day(0), day(4), day(0), day(3)]
    assert found["on_leave"].tolist() == [1, 2, 0, 0]
    assert found["present"].tolist() == [2, 1, 2, 2]
    assert not found["short"].any()


@pytest.mark.parametrize("per_week", [0, -1, 8])
def test_a_number_of_meetings_out_of_range(per_week: int) -> None:
    with pytest.raises(ValueError, match=f"per_week is {per_week}"):
        coordination(plan(roster(), policy()), per_week)


def test_without_a_schedule_there_are_no_meetings() -> None:
    impossible = policy({"kind": "min_on_site", "count": 2}, end=MONDAY)
    with pytest.raises(rotasi.InfeasibleError):
        coordination(rotasi.solve(roster(), impossible))


# ---------------------------------------------------------------- brute force

SPANS = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(-1, 13), st.integers(0, 6)))
HOLIDAYS = st.sets(st.integers(0, 16), max_size=5)
THURSDAYS = {3, 10}


def is_eve(number: int, holidays: set[int]) -> bool:
    """Whether days off follow of which one is a weekday."""
    after = number + 1
    while after % 7 > 4 or after in holidays:
        if after % 7 <= 4:
            return True
        after += 1
    return False


def rank(choice: tuple[int, ...], avoided: set[int], away: Counter[int]) -> tuple[Any, ...]:
    """What is compared, the less the better."""
    nearest = min((b - a for a, b in pairwise(choice)), default=0)
    return len(avoided & set(choice)), sum(away[one] for one in choice), -nearest, choice


@settings(max_examples=30)
@given(spans=SPANS, holidays=HOLIDAYS, per_week=st.integers(1, 6))
def test_no_choice_is_better(
    spans: list[tuple[str, int, int]], holidays: set[int], per_week: int
) -> None:
    people = two_opds(*((nip, first, first + length) for nip, first, length in spans))
    worked = [n for n in range(12) if n % 7 <= 4 and n not in holidays]
    fixed = FIXED | {"scope": {"opd": ["Y"]}}
    terms = policy(fixed, end=day(11), holidays=off(*holidays))
    found = coordination(plan(people, terms), per_week)
    for opd in "XY":
        leave = {(nip, n) for nip, a, length in spans for n in range(a, a + length + 1)}
        away = Counter(n for nip, n in leave if OPDS[nip] == opd)
        size = Counter(OPDS.values())[opd]
        present = {n for n in THURSDAYS if opd == "Y" and away[n] < size}
        avoided = {n for n in worked if is_eve(n, holidays)} | present
        for start in (0, 7):
            week = [n for n in worked if start <= n < start + 7]
            choices = combinations(week, min(per_week, len(week)))
            best = min(choices, key=lambda one: rank(one, avoided, away))
            monday = pd.Timestamp(MONDAY + timedelta(days=start))
            rows = found[
                found["opd"].eq(opd) & found["date"].between(monday, monday + pd.Timedelta(days=6))
            ]
            assert tuple((one.date() - MONDAY).days for one in rows["date"]) == best
            assert rows["on_leave"].tolist() == [away[n] for n in best]
            assert (rows["short"] == (len(week) < per_week)).all()
