"""The referee itself: the fine print by hand, and its optimum against brute force."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from oracle.checker import Judgement, judge
from oracle.days import minus_months
from oracle.facts import Case
from oracle.instances import KINDS, RULE_KINDS, TIES, instances, random_instance
from oracle.mip import brute_force, enumerate_assignments, enumerate_feasible, solve
from oracle.ties import balanced
from saved import saving

MONDAY = dt.date(2026, 1, 5)  # ISO week 2 of 2026, a plain week
LETTERS = {"H": "WFH", "O": "WFO", "L": "LEAVE"}


def day(number: int) -> dt.date:
    """The n-th day after Monday, 5 January 2026; negative before it."""
    return MONDAY + dt.timedelta(days=number)


def build(
    people: int | list[dict[str, Any]] = 1,
    *rules: dict[str, Any],
    leave: list[tuple[str, int, int]] | None = None,
    pins: list[tuple[str, int, str]] | None = None,
    wishes: list[dict[str, Any]] | None = None,
    past: dict[str, str] | None = None,
    **policy: Any,
) -> Case:
    """A case of people a, b, c … in one OPD, by default over Monday to Friday.

    `past` holds statuses of the calendar days just before the period, oldest first.
    """
    rows = [{}] * people if isinstance(people, int) else people
    employees = [{"nip": chr(97 + n), "opd": "X"} | row for n, row in enumerate(rows)]
    policy = {"start": day(0), "end": day(4), "holidays": {"country": ""}, "rules": rules} | policy
    away = [{"nip": n, "start": day(a), "end": day(b)} for n, a, b in leave or []]
    pinned = [{"nip": n, "date": day(d), "status": s} for n, d, s in pins or []]
    tables = {"employees": employees, "leave": away, "pins": pinned, "wishes": wishes or []}
    return Case(tables, policy, history(past or {}, policy["start"]))


def history(past: dict[str, str], start: dt.date) -> list[dict[str, Any]]:
    """Rows of previous from letters; a dot is a day without a row."""
    return [
        {"nip": nip, "date": start - dt.timedelta(days=len(text) - n), "status": LETTERS[letter]}
        for nip, text in past.items()
        for n, letter in enumerate(text)
        if letter != "."
    ]


def verdict(case: Case, *rows: str) -> Judgement:
    """Judge one row of letters per person, one letter per workday."""
    statuses = "".join(rows)
    keys = case.asn_days()
    assert len(keys) == len(statuses)
    return judge(case, {key: LETTERS[s] for key, s in zip(keys, statuses, strict=True)})


def broken(case: Case, *rows: str) -> set[str]:
    """The ids of the broken rules."""
    return verdict(case, *rows).violated


def soft(kind: str, penalty: int = 1, **parameters: Any) -> dict[str, Any]:
    """A soft rule."""
    return {"kind": kind, "penalty": penalty} | parameters


def value(case: Case, kind: str, *rows: str) -> int:
    """The value of one objective."""
    return dict(verdict(case, *rows).values)[kind]


# -------------------------------------------------------------------- days


def test_listed_workday_beats_everything() -> None:
    # Thursday is off by `extra`, but `workdays` lists it, and a Saturday too.
    holidays = {"country": "", "extra": [day(2), day(3)], "workdays": [day(3), day(5)]}
    case = build(end=day(6), holidays=holidays)
    assert case.days == [day(0), day(1), day(3), day(4), day(5)]


def test_without_a_holidays_table_indonesia_holds() -> None:
    policy = {"start": dt.date(2026, 5, 25), "end": dt.date(2026, 5, 29)}
    days = Case({"employees": [{"nip": "a", "opd": "X"}]}, policy).days
    # 27 May is Idul Adha, 28 May its cuti bersama.
    assert [d.day for d in days] == [25, 26, 29]


def test_months_back_are_cut_to_the_length_of_the_month() -> None:
    assert minus_months(dt.date(2026, 3, 31), 1) == dt.date(2026, 2, 28)
    assert minus_months(dt.date(2026, 1, 15), 13) == dt.date(2024, 12, 15)


# -------------------------------------------------------------------- who may be remote


def test_newcomers_joined_after_the_start_less_the_months() -> None:
    # Start 31 March less 1 month is 28 February: joined then is old enough, 1 March is not.
    people = [{"joined": dt.date(2026, 2, 28)}, {"joined": dt.date(2026, 3, 1)}, {"joined": None}]
    start = dt.date(2026, 3, 31)
    case = build(people, {"kind": "bar_newcomers", "months": 1}, start=start, end=start)
    assert case.eligible == ["a", "c"]
    assert broken(case, "H", "O", "H") == set()
    assert broken(case, "O", "H", "O") == {"bar_newcomers-1"}


@pytest.mark.parametrize(
    ("minimum", "eligible"),
    # A predicate against a score, or the reverse, is unknown, and unknown is never remote.
    [("Baik", ["a", "b"]), (70, ["d"]), (90.5, [])],
)
def test_performance_of_the_other_scale_is_unknown(minimum: Any, eligible: list[str]) -> None:
    scores = ["Sangat Baik", "Baik", "Butuh Perbaikan", 90, None]
    people = [{"performance": score} for score in scores]
    assert build(people, {"kind": "require_performance", "minimum": minimum}).eligible == eligible


def test_unknown_application_bars_and_unknown_discipline_does_not() -> None:
    people = [{"applied": True}, {"applied": False}, {"applied": None}]
    assert build(people, {"kind": "require_application"}).eligible == ["a"]
    assert build(2, {"kind": "require_application"}).eligible == []
    people = [{"disciplined": True}, {"disciplined": False}, {"disciplined": None}]
    assert build(people, {"kind": "bar_disciplined"}).eligible == ["b", "c"]


def test_scope_is_and_across_columns_or_inside_a_list_and_any_skill() -> None:
    people = [
        {"unit": "U", "skills": "arsip;hukum"},
        {"unit": "V", "skills": "hukum"},
        {"unit": "W", "skills": "hukum"},
        {"unit": "U", "skills": None},
    ]
    scope = {"unit": ["U", "V"], "skills": ["hukum", "loket"]}
    assert build(people, {"kind": "never_remote", "scope": scope}).rules[0].members == ["a", "b"]
    rule = {"kind": "never_remote", "scope": scope, "except": {"unit": ["V"]}}
    assert build(people, rule).rules[0].members == ["a"]
    # A column that is missing everywhere reads as empty: in nobody's scope.
    assert build(people, {"kind": "never_remote", "scope": {"team": ["T"]}}).rules[0].members == []


def test_an_empty_service_falls_back_to_the_opd_then_to_administrative() -> None:
    people = [{"service": "field"}, {"service": None}, {"opd": "Y"}]
    case = build(people, opd_services={"X": "frontline"})
    services = [person["service"] for person in case.people.values()]
    assert services == ["field", "frontline", "administrative"]


def test_a_hard_quota_of_zero_bars_on_its_days_and_a_soft_one_does_not() -> None:
    quota = {"kind": "quota", "max_days": 0, "end": day(2)}
    fixed = {"kind": "fixed_remote_day", "weekdays": ["Mon", "Fri"]}
    # Barred on Monday, so only Friday is asked.
    assert broken(build(1, quota, fixed), "OOOOH") == set()
    assert broken(build(1, quota, fixed), "OOOOO") == {"fixed_remote_day-1"}
    case = build(1, quota | {"penalty": 2}, fixed)
    assert broken(case, "OOOOH") == {"fixed_remote_day-1"}
    assert verdict(case, "HOOOH").penalty == 2


def test_a_cap_of_zero_bars_everybody() -> None:
    case = build(2, {"kind": "fixed_remote_day", "weekdays": ["Mon"]}, weekly_cap=0)
    assert case.eligible == []
    assert broken(case, "OOOOO", "OOOOO") == set()
    assert broken(case, "HOOOO", "OOOOO") == {"weekly_cap"}


# -------------------------------------------------------------------- quota and cap


def test_previous_counts_at_the_seam_of_the_week() -> None:
    # Period Wednesday to Friday; Monday and Tuesday were remote: 4 - 2 leaves 2.
    case = build(start=day(2), past={"a": "HH"})
    assert broken(case, "HHO") == set()
    assert broken(case, "HHH") == {"weekly_cap"}


def test_what_the_past_alone_exceeds_is_nobodys_fault_but_grants_nothing() -> None:
    case = build(1, {"kind": "quota", "max_days": 1}, start=day(2), past={"a": "HH"})
    assert broken(case, "OOO") == set()
    assert broken(case, "OOH") == {"quota-1"}


def test_the_first_iso_week_reaches_back_into_december() -> None:
    # 1 January 2026 is a Thursday; 29 to 31 December are of the same ISO week: 4 - 3 = 1.
    case = build(start=dt.date(2026, 1, 1), end=dt.date(2026, 1, 2), past={"a": "HHH"})
    assert broken(case, "HO") == set()
    assert broken(case, "HH") == {"weekly_cap"}


def test_history_of_a_month_counts_and_that_of_a_period_does_not() -> None:
    # 5 January: the 1st and 2nd (and a December day) were remote; 3 a month leaves 1.
    past = {"a": "H.HH.."}
    case = build(1, {"kind": "quota", "max_days": 3, "per": "month"}, past=past)
    assert broken(case, "HOOOO") == set()
    assert broken(case, "HHOOO") == {"quota-1"}
    case = build(1, {"kind": "quota", "max_days": 3, "per": "period"}, past=past)
    assert broken(case, "HHHOO") == set()
    assert broken(case, "HHHHO") == {"quota-1"}


def test_history_outside_the_dates_of_a_rule_does_not_count() -> None:
    rule = {"kind": "quota", "max_days": 1}
    assert broken(build(1, rule, start=day(2), past={"a": "HO"}), "HOO") == {"quota-1"}
    late = rule | {"start": day(1)}
    assert broken(build(1, late, start=day(2), past={"a": "HO"}), "HOO") == set()


def test_windows_count_only_the_days_of_the_rule_and_keep_their_maximum() -> None:
    rule = {"kind": "quota", "max_days": 1, "min_days": 1, "start": day(3)}
    # Monday is outside the rule; Thursday and Friday are no full week, so no minimum.
    assert broken(build(1, rule), "HHOOH") == set()
    assert broken(build(1, rule), "HHOOO") == set()
    assert broken(build(1, rule), "OOOHH") == {"quota-1"}


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        ({}, True),
        ({"start": day(1)}, False),
        ({"holidays": {"country": "", "extra": [day(3)]}}, False),
        ({"workdays": ["Mon", "Tue", "Wed", "Thu"], "end": day(3)}, True),
    ],
)
def test_a_weekly_minimum_is_asked_only_in_full_weeks(policy: dict[str, Any], asked: bool) -> None:
    case = build(1, {"kind": "quota", "max_days": 2, "min_days": 1}, **policy)
    assert broken(case, "O" * len(case.days)) == ({"quota-1"} if asked else set())


def test_a_monthly_minimum_is_asked_only_in_full_months() -> None:
    rule = {"kind": "quota", "max_days": 4, "min_days": 2, "per": "month"}
    # Mondays of February 2026: 2, 9, 16, 23. The 2nd of March is cut from its month.
    policy = {"workdays": ["Mon"], "start": dt.date(2026, 2, 2), "end": dt.date(2026, 3, 2)}
    assert broken(build(1, rule, **policy), "HOHOO") == set()
    assert broken(build(1, rule, **policy), "HOOOH") == {"quota-1"}
    policy["start"] = dt.date(2026, 2, 3)
    assert broken(build(1, rule, **policy), "OOOO") == set()


def test_each_lost_day_lowers_the_minimum_once() -> None:
    quota = {"kind": "quota", "max_days": 4, "min_days": 4}
    closed = {"kind": "no_remote_day", "weekdays": ["Mon", "Tue"]}
    # Monday is forbidden and leave: one day. Tuesday forbidden, Wednesday pinned: 4 - 3 = 1.
    case = build(1, quota, closed, leave=[("a", 0, 0)], pins=[("a", 2, "WFO")])
    assert broken(case, "LOOHO") == set()
    assert broken(case, "LOOOO") == {"quota-1"}
    # A soft no_remote_day loses nothing: 4 - 2 = 2.
    case = build(1, quota, closed | {"penalty": 1}, leave=[("a", 0, 0)], pins=[("a", 2, "WFO")])
    assert broken(case, "LOOHO") == {"quota-1"}
    assert broken(case, "LOOHH") == set()


def test_a_barred_day_lowers_the_minimum_and_a_cap_does_not() -> None:
    quota = {"kind": "quota", "max_days": 3, "min_days": 3}
    never = {"kind": "never_remote", "end": day(1)}
    # Two barred days: 3 - 2 = 1.
    assert broken(build(1, quota, never), "OOHOO") == set()
    assert broken(build(1, quota, never), "OOOOO") == {"quota-1"}
    assert solve(build(1, quota, weekly_cap=2)).status == "INFEASIBLE"


def test_performance_gives_the_maximum_and_bounds_the_minimum() -> None:
    scores = ["Sangat Baik", "Baik", "Kurang", None, 95]
    table = {"Sangat Baik": 3, "Baik": 1}
    rule = {"kind": "quota", "max_by_performance": table, "min_days": 2}
    case = build([{"performance": score} for score in scores], rule)
    assert case.eligible == ["a", "b"]
    # a: from 2 to 3; b: the minimum 2 is cut to his maximum 1; the others have 0.
    assert broken(case, "HHOOO", "HOOOO", "OOOOO", "OOOOO", "OOOOO") == set()
    assert broken(case, "HOOOO", "HOOOO", "OOOOO", "OOOOO", "OOOOO") == {"quota-1"}
    assert broken(case, "HHOOO", "HHOOO", "OOOOO", "OOOOO", "OOOOO") == {"quota-1"}
    assert broken(case, "HHOOO", "HOOOO", "OOOOO", "HOOOO", "OOOOO") == {"quota-1"}


def test_soft_quota_counts_days_over_and_short_per_asn_and_window() -> None:
    case = build(2, soft("quota", 3, max_days=2, min_days=2), end=day(11))
    # a: 4 is 2 over, then 1 is 1 short; b: 0 is 2 short, then 2 fits: 5 units at 3.
    assert verdict(case, "HHHHO" + "HOOOO", "OOOOO" + "HHOOO").penalty == 15


# -------------------------------------------------------------------- runs


def test_runs_go_over_the_weekend_and_leave_breaks_them() -> None:
    rule = {"kind": "max_consecutive", "remote": 2}
    assert broken(build(1, rule, end=day(11)), "OOOHH" + "HOOOO") == {"max_consecutive-1"}
    case = build(1, rule, end=day(11), leave=[("a", 4, 4)])
    assert broken(case, "OOHHL" + "HHOOO") == set()


def test_runs_go_on_from_previous() -> None:
    rule = {"kind": "max_consecutive", "on_site": 3}
    # Thursday and Friday before were on site: one more day is the third.
    assert broken(build(1, rule, past={"a": "OO.."}), "OHOOH") == set()
    assert broken(build(1, rule, past={"a": "OO.."}), "OOHOO") == {"max_consecutive-1"}
    # Friday has no row: that breaks the run.
    assert broken(build(1, rule, past={"a": "OO..."}), "OOOHO") == set()


def test_a_run_too_long_in_the_past_is_nobodys_fault_but_going_on_is() -> None:
    case = build(1, soft("max_consecutive", remote=1), past={"a": "HHH.."})
    assert verdict(case, "OHOHO").penalty == 0
    assert verdict(case, "HHOHO").penalty == 2


def test_runs_are_counted_only_on_the_days_of_the_rule() -> None:
    rule = soft("max_consecutive", remote=1, start=day(1))
    assert verdict(build(1, rule, past={"a": "H.."}), "HHOHO").penalty == 0
    # Days beyond the limit: of HHHH three, with limit 2 two.
    assert verdict(build(1, soft("max_consecutive", remote=1)), "HHHHO").penalty == 3
    assert verdict(build(1, soft("max_consecutive", remote=2)), "HHHHO").penalty == 2


# -------------------------------------------------------------------- fixed and forbidden days


@pytest.mark.parametrize(
    ("mode", "week"),
    # Wednesday is a holiday: skipped, moved to Tuesday, or to Thursday (4 workdays are left).
    [("skip", "OOOO"), ("previous", "OHOO"), ("next", "OOHO")],
)
def test_a_fixed_day_moves_from_a_holiday(mode: str, week: str) -> None:
    rule = {"kind": "fixed_remote_day", "dates": [day(2)], "if_holiday": mode}
    case = build(1, rule, holidays={"country": "", "extra": [day(2)]})
    assert broken(case, week) == set()
    assert (broken(case, "OOOO") == set()) == (mode == "skip")


def test_a_fixed_day_that_moves_outside_falls_away_and_two_that_meet_are_one() -> None:
    holidays = {"country": "", "extra": [day(0), day(2)]}
    rule = soft("fixed_remote_day", dates=[day(0)], if_holiday="previous")
    # Monday and Wednesday are off: Tuesday, Thursday and Friday are left.
    assert verdict(build(1, rule, holidays=holidays), "OOO").penalty == 0
    rule = soft("fixed_remote_day", dates=[day(2), day(3)], if_holiday="next")
    assert verdict(build(1, rule, holidays=holidays), "OOO").penalty == 1
    rule = soft("fixed_remote_day", dates=[day(2)], if_holiday="next", end=day(2))
    assert verdict(build(1, rule, holidays=holidays), "OOO").penalty == 0


def test_a_weekend_date_moves_to_friday_and_friday_is_no_workday_either() -> None:
    rule = {"kind": "fixed_remote_day", "dates": [day(6)], "if_holiday": "previous"}
    case = build(1, rule, end=day(6), holidays={"country": "", "extra": [day(4)]})
    assert case.rules[0].named_days == [day(3)]


def test_a_fixed_day_asks_those_who_may_be_remote_and_are_not_on_leave() -> None:
    people = [{"disciplined": True}, {}, {}]
    bar = {"kind": "bar_disciplined"}
    fixed = {"kind": "fixed_remote_day", "weekdays": ["Tue"]}
    case = build(people, bar, fixed, leave=[("b", 1, 1)])
    assert broken(case, "OOOOO", "OLOOO", "OHOOO") == set()
    assert broken(case, "OOOOO", "OLOOO", "OOOOO") == {"fixed_remote_day-1"}


@pytest.mark.parametrize("against", ["no_remote_day", "pin", "quota"])
def test_a_fixed_day_against_another_rule_is_infeasible(against: str) -> None:
    fixed = {"kind": "fixed_remote_day", "weekdays": ["Wed"]}
    cases: dict[str, Callable[[], Case]] = {
        "no_remote_day": lambda: build(1, fixed, {"kind": "no_remote_day", "dates": [day(2)]}),
        "pin": lambda: build(1, fixed, pins=[("a", 2, "WFO")]),
        "quota": lambda: build(1, fixed, {"kind": "quota", "max_days": 1}, pins=[("a", 0, "WFH")]),
    }
    assert solve(cases[against]()).status == "INFEASIBLE"
    assert solve(build(1, fixed)).status == "OPTIMAL"


def test_a_forbidden_day_never_moves_and_costs_its_asn_days() -> None:
    rule = soft("no_remote_day", 4, dates=[day(2), day(3)])
    case = build(2, rule, holidays={"country": "", "extra": [day(2)]})
    # Only Thursday is left (the third of four workdays); two people at 4.
    assert verdict(case, "HHHO", "OHHO").penalty == 8
    assert case.eligible == ["a", "b"]


# -------------------------------------------------------------------- presence


def test_shares_are_exact() -> None:
    # 0.28 × 25 is 7; in floats it is 7.000000000000001, and its ceiling 8.
    rule = {"kind": "min_on_site", "share": 0.28}
    case = build(25, rule, end=MONDAY)
    assert broken(case, "O" * 7 + "H" * 18) == set()
    assert broken(case, "O" * 6 + "H" * 19) == {"min_on_site-1"}
    # ceil(0.6 × 5) = 3
    case = build(5, {"kind": "min_on_site", "share": 0.6}, end=MONDAY)
    assert broken(case, "OOOHH") == set()
    assert broken(case, "OOHHH") == {"min_on_site-1"}


def test_maxima_round_down_and_minima_up() -> None:
    # Half of 5 is 2.5.
    most, least = {"kind": "max_remote", "share": 0.5}, {"kind": "min_remote", "share": 0.5}
    assert broken(build(5, most, end=MONDAY), "HHOOO") == set()
    assert broken(build(5, most, end=MONDAY), "HHHOO") == {"max_remote-1"}
    assert broken(build(5, least, end=MONDAY), "HHHOO") == set()
    assert broken(build(5, least, end=MONDAY), "HHOOO") == {"min_remote-1"}
    desks = {"kind": "max_on_site", "share": 0.5}
    assert broken(build(5, desks, end=MONDAY), "HHHOO") == set()
    assert broken(build(5, desks, end=MONDAY), "HHOOO") == {"max_on_site-1"}


def test_the_base_is_those_present_or_the_headcount() -> None:
    # 4 members, 2 on leave: half of those present is 1, half of the headcount 2.
    leave = [("a", 0, 0), ("b", 0, 0)]
    present = build(4, {"kind": "min_on_site", "share": 0.5}, end=MONDAY, leave=leave)
    assert broken(present, "LLOH") == set()
    rule = {"kind": "min_on_site", "share": 0.5, "of": "headcount"}
    assert broken(build(4, rule, end=MONDAY, leave=leave), "LLOH") == {"min_on_site-1"}


def test_if_short_lowers_the_need_to_those_present() -> None:
    rule = {"kind": "min_on_site", "count": 2}
    case = build(3, rule, end=MONDAY, leave=[("a", 0, 0), ("b", 0, 0)])
    assert broken(case, "LLO") == {"min_on_site-1"}
    assert solve(case).status == "INFEASIBLE"
    capped = build(3, rule | {"if_short": "cap"}, end=MONDAY, leave=[("a", 0, 0), ("b", 0, 0)])
    assert broken(capped, "LLO") == set()
    assert broken(capped, "LLH") == {"min_on_site-1"}


def test_a_count_asks_the_same_of_a_small_group_and_a_share_of_nobody_is_zero() -> None:
    assert solve(build(1, {"kind": "min_on_site", "count": 2})).status == "INFEASIBLE"
    everybody = [("a", 0, 0), ("b", 0, 0)]
    share = {"kind": "min_on_site", "share": 0.5}
    assert broken(build(2, share, end=MONDAY, leave=everybody), "LL") == set()
    count = {"kind": "min_on_site", "count": 1}
    assert broken(build(2, count, end=MONDAY, leave=everybody), "LL") == {"min_on_site-1"}


def test_groups_are_over_the_scope_only_and_everyone_in_it() -> None:
    people = [{"unit": "U"}, {"unit": "U", "disciplined": True}, {"unit": "V"}]
    rule = {"kind": "min_on_site", "share": 0.5, "scope": {"unit": ["U"]}}
    case = build(people, {"kind": "bar_disciplined"}, rule, end=MONDAY)
    # One of two of U: the barred one counts as well; V is out of it.
    assert broken(case, "HOH") == set()


def test_groups_of_several_columns_leave_out_the_empty() -> None:
    people = [{"unit": "U", "site": "1"}, {"unit": "U", "site": "2"}, {"unit": "U", "site": None}]
    rule = {"kind": "max_remote", "count": 0, "by": ["unit", "site"]}
    case = build(people, rule, end=MONDAY)
    assert list(case.rules[0].groups) == [("U", "1"), ("U", "2")]
    assert broken(case, "OOH") == set()
    assert broken(case, "OHO") == {"max_remote-1"}


def test_no_columns_make_one_group_of_the_whole_scope() -> None:
    people = [{"opd": "X"}, {"opd": "Y"}, {"opd": "Z"}]
    rule = {"kind": "max_remote", "count": 1, "by": []}
    assert broken(build(people, rule, end=MONDAY), "HOO") == set()
    assert broken(build(people, rule, end=MONDAY), "HHO") == {"max_remote-1"}
    assert broken(build(people, rule | {"by": ["opd"]}, end=MONDAY), "HHO") == set()


def test_soft_presence_counts_asn_short_per_group_and_day() -> None:
    people = [{"opd": "X"}, {"opd": "X"}, {"opd": "Y"}]
    case = build(people, soft("min_on_site", 10, count=2), end=day(1))
    # X: both short on Monday (2), none on Tuesday; Y always lacks 1, on Tuesday 2: 5 × 10.
    assert verdict(case, "HO", "HO", "OH").penalty == 50


# -------------------------------------------------------------------- objectives


def test_wishes_add_up_and_count_nothing_on_leave_or_outside() -> None:
    wishes = [
        {"nip": "a", "date": day(0), "weekday": None, "weight": 3},
        {"nip": "a", "date": None, "weekday": "Mon", "weight": None},
        {"nip": "a", "date": day(1), "weight": 5},
        {"nip": "a", "date": day(2), "weight": -2},
        {"nip": "a", "date": day(5), "weight": 9},
    ]
    case = build(1, wishes=wishes, leave=[("a", 1, 1)])
    # Monday 3 + 1, Tuesday on leave, Wednesday -2, Saturday off.
    assert value(case, "wishes", "HLHOO") == 2
    assert solve(case).values[:2] == [("remote_days", 4), ("wishes", 2)]


def test_fairness_counts_history_of_those_who_may_be_remote() -> None:
    people = [{}, {}, {"disciplined": True}]
    case = build(
        people, {"kind": "bar_disciplined"}, past={"a": "HH..", "c": "HH..", "gone": "HH.."}
    )
    # (2 + 1)² + 2² = 13; c is barred, and `gone` is no employee.
    assert value(case, "fairness", "HOOOO", "HHOOO", "OOOOO") == 13


def test_level_load_squares_the_count_of_each_group_and_day() -> None:
    people = [{"unit": "U"}, {"unit": "U"}, {"unit": None}]
    case = build(people, objectives=[{"kind": "level_load", "by": ["unit"]}], end=day(1))
    # U: 2² + 1²; the third is in no group.
    assert value(case, "level_load", "HH", "HO", "HH") == 5
    case = build(people, objectives=[{"kind": "level_load"}], end=day(1))
    assert value(case, "level_load", "HH", "HO", "HH") == 9 + 4


def test_stability_counts_rows_of_previous_with_another_status() -> None:
    employees = [{"nip": "a", "opd": "X"}]
    rows = zip(range(-3, 5), "HOHOHLHO", strict=True)
    past = [{"nip": "a", "date": day(n), "status": LETTERS[s]} for n, s in rows if n != 3]
    leave = [{"nip": "a", "start": day(1), "end": day(1)}]
    policy = {"start": day(0), "end": day(4), "objectives": [{"kind": "stability"}]}
    case = Case(
        {"employees": employees, "leave": leave}, policy | {"holidays": {"country": ""}}, past
    )
    # Previous is O H L . O from Monday on; now H L O H O: Monday, Tuesday, Wednesday differ.
    assert value(case, "stability", "HLOHO") == 3
    assert solve(case).values == [("stability", 2)]


def test_values_are_in_the_order_of_the_policy_after_the_penalty() -> None:
    objectives = [{"kind": "stability"}, {"kind": "remote_days", "sense": "min"}]
    case = build(1, soft("never_remote", 2, end=day(0)), objectives=objectives)
    assert verdict(case, "HHOOO").values == [("penalty", 2), ("stability", 0), ("remote_days", 2)]
    kinds = [kind for kind, _ in verdict(build(), "OOOOO").values]
    assert kinds == ["remote_days", "wishes", "fairness"]


def test_the_penalty_comes_before_every_objective() -> None:
    case = build(2, soft("never_remote", rank=5, scope={"nip": ["a"]}))
    # a would add 4 remote days; the tier of the penalty is dearer. Fairness: b has 4² = 16.
    expected = [("penalty", 0), ("remote_days", 4), ("wishes", 0), ("fairness", 16)]
    assert solve(case).values == expected


# -------------------------------------------------------------------- what always holds


def test_rows_leave_and_pins() -> None:
    case = build(1, leave=[("a", -9, 0), ("a", 0, 1)], pins=[("a", 2, "WFH")])
    assert broken(case, "LLHOO") == set()
    assert broken(case, "LOHOO") == {"leave"}
    assert broken(case, "LLHOL") == {"leave"}
    assert broken(case, "LLOOO") == {"pin"}
    assert judge(case, {("a", day(2)): "WFH"}).violated == {"rows", "leave"}


def test_ids_count_within_the_kind() -> None:
    quota = {"kind": "quota", "max_days": 3}
    never = {"kind": "never_remote"}
    case = build(1, quota, never, quota | {"id": "own"}, quota)
    assert [rule.id for rule in case.rules] == ["quota-1", "never_remote-1", "own", "quota-3"]


def test_a_rule_with_no_day_left_has_no_effect() -> None:
    fixed = {"kind": "fixed_remote_day", "weekdays": ["Mon"], "start": day(5)}
    never = {"kind": "never_remote", "end": day(-1)}
    quota = {"kind": "quota", "per": "period", "max_days": 3, "min_days": 3, "start": day(5)}
    case = build(1, fixed, never, quota, end=day(6))
    assert case.eligible == ["a"]
    assert broken(case, "OOOOO") == set()


# -------------------------------------------------------------------- the model and the instances


def test_brute_force_yields_every_assignment_once() -> None:
    case = build(2, {"kind": "max_remote", "count": 0}, end=day(1), leave=[("b", 0, 0)])
    found = list(enumerate_assignments(case))
    assert len({tuple(sorted(one.items())) for one in found}) == len(found) == 2**3
    assert len(list(enumerate_feasible(case))) == 1
    with pytest.raises(ValueError, match="3 free ASN-days"):
        list(enumerate_assignments(case, limit=7))


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_the_model_finds_the_optimum_of_brute_force(kind: str | None) -> None:
    for seed in range(16 if kind is None else 5):
        instance = random_instance(random.Random(seed), "tiny", kind)
        with saving(instance, "oracle"):
            case = Case(*instance)
            answer, expected = solve(case), brute_force(case)
            assert (answer.status, answer.values) == (expected.status, expected.values), seed


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_instances_have_their_kind_and_are_mostly_feasible(kind: str | None) -> None:
    infeasible = 0
    for seed in range(12):
        tables, policy, previous = random_instance(random.Random(seed), "small", kind)
        case = Case(tables, policy, previous)
        assert 3 <= len(case.people) <= 8
        assert 3 <= len(case.days) <= 11
        tables_of_kind = policy.get("rules", []) if kind in RULE_KINDS else case.objectives
        assert kind is None or kind in [table["kind"] for table in tables_of_kind]
        infeasible += solve(case).status == "INFEASIBLE"
    assert infeasible <= 6


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instances("tiny"))
def test_tiny_instances_can_be_enumerated(instance: Any) -> None:
    case = Case(*instance)
    assert len(case.asn_days()) <= 12
    assert len(case.people) <= 3
    assert len(case.days) <= 4


# -------------------------------------------------------------------- rotation groups


TEAMS = [{"team": "T"}, {"team": "T"}, {"team": None}]
TURNS = {"kind": "rotation_groups", "by": "team"}


def test_members_of_a_rotation_group_have_one_status_a_day() -> None:
    # The third has no team: in no group.
    case = build(TEAMS, TURNS, end=day(1))
    assert broken(case, "HO", "HO", "OH") == set()
    assert broken(case, "HO", "HH", "OH") == {"rotation_groups-1"}


def test_rotation_groups_are_of_one_opd() -> None:
    people = [{"team": "T", "opd": "X"}, {"team": "T", "opd": "Y"}]
    assert broken(build(people, TURNS, end=day(1)), "HO", "OH") == set()


def test_who_is_on_leave_is_left_aside_and_who_is_barred_that_day_ties_the_others() -> None:
    never = {"kind": "never_remote", "scope": {"nip": ["b"]}, "end": day(1)}
    case = build(TEAMS, TURNS, never, leave=[("b", 0, 0)], end=day(2))
    assert broken(case, "HOH", "LOH", "OOO") == set()
    assert broken(case, "HHH", "LOH", "OOO") == {"rotation_groups-1"}


def test_who_may_never_be_remote_is_in_no_rotation_group() -> None:
    never = {"kind": "never_remote", "scope": {"nip": ["b"]}}
    assert broken(build(TEAMS, TURNS, never, end=day(1)), "HO", "OO", "OO") == set()
    soft_never = never | {"penalty": 1}
    assert broken(build(TEAMS, TURNS, soft_never, end=day(1)), "HO", "OO", "OO") != set()


def test_rotation_groups_hold_on_the_days_of_the_rule() -> None:
    case = build(TEAMS, TURNS | {"start": day(1), "end": day(1)}, end=day(2))
    assert broken(case, "HOH", "OOO", "OOO") == set()
    assert broken(case, "HOH", "OHO", "OOO") == {"rotation_groups-1"}


@pytest.mark.parametrize(
    ("count", "groups", "ways"),
    # 4 in two pairs: 3 ways; 5 as 3 + 2: 10; 3 over 5 groups: each alone.
    [(4, 2, 3), (5, 2, 10), (6, 3, 15), (4, 1, 1), (3, 5, 1), (0, 2, 1)],
)
def test_balanced_groups_are_found_each_once(count: int, groups: int, ways: int) -> None:
    members = [chr(97 + n) for n in range(count)]
    found = {frozenset(map(frozenset, parts)) for parts in balanced(members, groups)}
    assert len(found) == len(list(balanced(members, groups))) == ways
    assert all(set().union(*parts) == set(members) for parts in found)


def test_numbered_groups_are_balanced_and_may_share_days() -> None:
    case = build(4, {"kind": "rotation_groups", "groups": 2}, end=day(1))
    assert broken(case, "HO", "OH", "OH", "HO") == set()
    assert broken(case, "HO", "HO", "HO", "HO") == set()
    # Three and one are no pairs; nor are three kinds of days two groups.
    assert broken(case, "HO", "HO", "HO", "OH") == {"rotation_groups-1"}
    assert broken(case, "HO", "HO", "OO", "OH") == {"rotation_groups-1"}


def test_numbered_groups_are_the_same_all_period_and_as_many_in_each_opd() -> None:
    case = build(4, {"kind": "rotation_groups", "groups": 2}, end=day(1))
    # On Monday a goes with b, on Tuesday with c.
    assert broken(case, "HH", "HO", "OH", "OO") == {"rotation_groups-1"}
    people = [{"opd": opd} for opd in "XXXYYY"]
    case = build(people, {"kind": "rotation_groups", "groups": 2}, end=MONDAY)
    assert broken(case, "H", "O", "O", "H", "H", "O") == set()
    case = build(people, {"kind": "rotation_groups", "groups": 1}, end=MONDAY)
    assert broken(case, "H", "H", "H", "O", "O", "O") == set()
    assert broken(case, "H", "H", "O", "O", "O", "O") == {"rotation_groups-1"}


def test_with_more_groups_than_people_each_is_alone() -> None:
    case = build(3, {"kind": "rotation_groups", "groups": 5}, end=day(1))
    assert broken(case, "HO", "OH", "OO") == set()


def test_a_grouping_that_is_given_counts_and_must_be_balanced() -> None:
    case = build(4, {"kind": "rotation_groups", "groups": 2}, end=MONDAY)
    keys = case.asn_days()
    assignment = {key: LETTERS[s] for key, s in zip(keys, "HHOO", strict=True)}

    def said(grouping: dict[str, int]) -> bool:
        return judge(case, assignment, {"rotation_groups-1": grouping}).ok

    assert said({"a": 1, "b": 1, "c": 2, "d": 2})
    assert not said({"a": 1, "b": 2, "c": 1, "d": 2})
    assert not said({"a": 1, "b": 1, "c": 2})
    everywhere = dict.fromkeys(keys, "WFH")
    lopsided = {"a": 1, "b": 1, "c": 1, "d": 2}
    assert not judge(case, everywhere, {"rotation_groups-1": lopsided}).ok


def test_soft_rotation_counts_the_fewer_by_the_best_grouping() -> None:
    case = build(4, soft("rotation_groups", 3, groups=1), leave=[("d", 0, 0)], end=day(1))
    # Monday 2 remote and 1 on site, Tuesday 1 and 3: two units.
    assert verdict(case, "HO", "HO", "OO", "LH").penalty == 6
    case = build(4, soft("rotation_groups", 3, groups=2), end=day(1))
    # a with b, c with d: 0 + 1; any other pairs cost more.
    assert verdict(case, "HH", "HH", "OO", "OH").penalty == 3


# -------------------------------------------------------------------- together


def test_each_team_meets_once_in_a_full_week() -> None:
    case = build(TEAMS, {"kind": "together"})
    assert broken(case, "HHOOO", "OOOHH", "HHHHO") == set()
    assert broken(case, "HHOOO", "OOHHH", "OOOOO") == {"together-1"}
    case = build(TEAMS, {"kind": "together", "days": 2})
    assert broken(case, "HHOOO", "OHHOO", "OOOOO") == set()
    assert broken(case, "HHOOO", "OOHHO", "OOOOO") == {"together-1"}


def test_those_on_leave_are_missed_by_nobody() -> None:
    case = build(TEAMS, {"kind": "together"}, leave=[("a", 0, 0)])
    assert broken(case, "LHHOO", "OOOHH", "OOOOO") == set()
    assert broken(case, "LHHOO", "HOOHH", "OOOOO") == {"together-1"}
    case = build(TEAMS, {"kind": "together"}, leave=[("a", 0, 0), ("b", 0, 0)])
    assert broken(case, "LHHOO", "LOOHH", "OOOOO") == set()


@pytest.mark.parametrize(
    ("rule", "policy", "asked"),
    [
        ({}, {}, True),
        ({"start": day(1)}, {}, False),
        ({"end": day(4)}, {"end": day(6)}, True),
        ({}, {"start": day(1)}, False),
        ({}, {"holidays": {"country": "", "extra": [day(3)]}}, False),
        ({}, {"workdays": ["Mon", "Tue", "Wed", "Thu"], "end": day(3)}, True),
    ],
)
def test_together_is_asked_only_in_full_weeks(
    rule: dict[str, Any], policy: dict[str, Any], asked: bool
) -> None:
    case = build(TEAMS, {"kind": "together"} | rule, **policy)
    days = len(case.days)
    apart = ["HO" * days, "OH" * days, "O" * days]
    assert broken(case, *(row[:days] for row in apart)) == ({"together-1"} if asked else set())


def test_an_extra_workday_serves_to_meet() -> None:
    holidays = {"country": "", "workdays": [day(5)]}
    case = build(TEAMS, {"kind": "together"}, holidays=holidays, end=day(5))
    assert broken(case, "HHOOOO", "OOHHHO", "OOOOOO") == set()


def test_groups_that_meet_are_of_the_scope_and_may_span_opds() -> None:
    people = [{"team": "T", "opd": "X"}, {"team": "T", "opd": "Y"}, {"team": "T", "disciplined": 1}]
    apart = ["HHHOO", "OOOHH", "OOOOO"]
    assert broken(build(people, {"kind": "together"}), *apart) == {"together-1"}
    scope = {"opd": ["X"]}
    assert broken(build(people, {"kind": "together", "scope": scope}), *apart) == set()
    assert broken(build(people, {"kind": "together", "by": ["opd"]}), *apart) == set()
    assert broken(build(people, {"kind": "together", "by": []}), *apart) == {"together-1"}


def test_soft_together_counts_days_short_per_group_and_week() -> None:
    case = build(TEAMS, soft("together", 5, days=2), end=day(11))
    # One day in the first week (short 1), none in the second (short 2).
    assert verdict(case, "HHOOO" + "HHOOO", "OOOHH" + "OOHHH", "O" * 10).penalty == 15


# -------------------------------------------------------------------- both, drawn at random


@pytest.mark.parametrize("kind", [None, *TIES])
def test_the_model_finds_the_optimum_of_brute_force_with_ties(kind: str | None) -> None:
    binding = 0
    for seed in range(8):
        instance = random_instance(random.Random(seed), "tiny", kind, rules=RULE_KINDS)
        case, without = Case(*instance), Case(*untied(instance))
        with saving(instance, "oracle"):
            answer, expected = solve(case), brute_force(case, limit=2**12)
            assert (answer.status, answer.values) == (expected.status, expected.values), seed
        binding += solve(without).values != answer.values
    assert binding >= 3 or kind is None


def untied(instance: Any) -> Any:
    """The same without the rules that tie."""
    tables, policy, previous = instance
    rules = [rule for rule in policy.get("rules", []) if rule["kind"] not in TIES]
    return tables, policy | {"rules": rules}, previous


def test_instances_have_the_ties_that_are_wanted() -> None:
    kinds: set[str] = set()
    for seed in range(12):
        for kind in TIES:
            _, policy, _ = random_instance(random.Random(seed), "small", kind)
            assert kind in [rule["kind"] for rule in policy["rules"]]
        _, policy, _ = random_instance(random.Random(seed), "small", rules=TIES)
        kinds |= {rule["kind"] for rule in policy["rules"]}
    assert kinds == set(TIES)
