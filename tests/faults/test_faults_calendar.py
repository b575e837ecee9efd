"""Group C of docs/faults.md: periods, holidays and weeks."""

from __future__ import annotations

import time
import warnings
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from helpers import day, history, policy, roster, values, written

from rotasi import Policy, PolicyError, RotasiWarning, Schedule, solve
from rotasi.support.calendar import read_year

INDONESIA = {"country": "ID"}


def solved(**settings: object) -> Schedule:
    return solve(roster(), policy(**settings), workers=1)


def says(**settings: object) -> list[str]:
    """What a policy with these settings, or solving it, complains of."""
    with pytest.raises(PolicyError) as caught:
        solved(**settings)
    return [str(problem) for problem in caught.value.problems]


def dates(schedule: Schedule) -> list[date]:
    return [one.date() for one in schedule.to_grid().columns]


def test_k01_a_period_that_ends_before_it_starts(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("start = 2026-01-09\nend = 2026-01-05\n")
    with pytest.raises(PolicyError, match="the end lies before the start; swap them"):
        Policy.read(path)
    assert len(dates(solved(end=day(0)))) == 1  # one day is a period


@pytest.mark.parametrize(
    "settings",
    [
        {"start": day(5), "end": day(6)},
        {"start": date(2026, 1, 1), "end": date(2026, 1, 1), "holidays": INDONESIA},
        {"end": day(0), "holidays": {"country": "", "extra": [day(0)]}},
    ],
    ids=["weekend", "New Year", "listed"],
)
def test_k02_a_period_without_a_workday(settings: dict[str, object]) -> None:
    assert says(**settings) == [
        "policy, start: the period has no workday; check start, end, workdays and holidays"
    ]


def test_k03_a_period_of_more_than_ten_years() -> None:
    assert says(end=date(2037, 1, 5)) == [
        "policy, end: '2037-01-05': the period is longer than ten years"
    ]


def test_k04_a_year_without_a_decree_is_told() -> None:
    with pytest.warns(RotasiWarning) as caught:
        schedule = solved(start=date(2028, 2, 7), end=date(2028, 2, 8), holidays=INDONESIA)
    told = "no cuti bersama is decreed for 2028 yet; list it in holidays.extra"
    assert told in [str(each.message) for each in caught]
    assert told in schedule.provenance["notices"]


def test_k05_estimated_dates_are_told() -> None:
    with pytest.warns(RotasiWarning) as caught:
        schedule = solved(start=date(2027, 3, 1), end=date(2027, 3, 12), holidays=INDONESIA)
    assert any("on 2027-03-10 is an estimate" in str(each.message) for each in caught)
    assert any("2027-03-10 is an estimate" in text for text in schedule.provenance["notices"])
    assert date(2027, 3, 10) not in dates(schedule)


@pytest.mark.parametrize("year", [2101, 2150])
def test_k06_a_year_of_which_no_holidays_are_known(year: int) -> None:
    start = date(year, 2, 1)
    (text,) = says(start=start, end=start + timedelta(days=6), holidays=INDONESIA)
    assert text == (
        f"policy, holidays: no holidays are known for ID in {year}; set country = '' and list them"
    )
    own = {"country": "", "extra": [start]}
    assert start not in dates(solved(start=start, end=start + timedelta(days=6), holidays=own))


def test_k07_the_policys_own_dates_beat_the_package() -> None:
    """A decree that was changed: New Year's Day is worked, the day after is off."""
    changed = INDONESIA | {"extra": [date(2026, 1, 2)], "workdays": [date(2026, 1, 1)]}
    plain, own = (
        solved(start=date(2025, 12, 29), end=date(2026, 1, 2), holidays=each)
        for each in (INDONESIA, changed)
    )
    assert [one.day for one in dates(plain)] == [29, 30, 31, 2]
    assert [one.day for one in dates(own)] == [29, 30, 31, 1]
    assert own.provenance["versions"]["holidays"]
    assert own.provenance["policy"] != plain.provenance["policy"]


def test_k08_a_holiday_at_the_weekend_is_subtracted_once() -> None:
    """Of 2026: 261 weekdays less the public holidays and cuti bersama on weekdays."""
    off = read_year("ID", 2026).names
    at_weekends = [one for one in off if one.weekday() >= 5]
    assert at_weekends
    year = solved(start=date(2026, 1, 1), end=date(2026, 12, 31), holidays=INDONESIA)
    assert len(dates(year)) == 261 - (len(off) - len(at_weekends)) == 240


def test_k09_a_week_of_six_days() -> None:
    six = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    schedule = solved(workdays=six, end=day(13), weekly_cap=4)
    assert [one.weekday() for one in dates(schedule)] == [0, 1, 2, 3, 4, 5] * 2
    assert values(schedule)["remote_days"] == 8


def test_k10_a_local_holiday_is_listed() -> None:
    """The anniversary of the city, 10 March."""
    start = date(2026, 3, 9)
    local = INDONESIA | {"extra": [date(2026, 3, 10)]}
    schedule = solved(start=start, end=start + timedelta(days=4), holidays=local)
    assert date(2026, 3, 10) not in dates(schedule)
    assert len(dates(schedule)) == 4


def test_k11_a_cut_week_keeps_the_maximum_and_asks_no_minimum() -> None:
    """Thursday and Friday of one week, and the whole of the next."""
    quota = {"kind": "quota", "max_days": 2, "min_days": 2}
    fewest = [{"kind": "remote_days", "sense": "min"}]
    for sense, expected in ((None, "HH HH"), (fewest, "OO HH")):
        given = policy(quota, start=day(3), end=day(11), **({"objectives": sense} if sense else {}))
        (days,) = written(solve(roster(), given, workers=1)).values()
        first, second = days[:2], days[2:]
        assert [first.count("H"), second.count("H")] == [
            part.count("H") for part in expected.split()
        ]


def test_k12_week_53_holds_over_new_year() -> None:
    """28 December 2026 to 3 January 2027 is one week: three of its four days are used up."""
    start = date(2027, 1, 1)
    given = policy(start=start, end=date(2027, 1, 8), weekly_cap=3)
    past = history(start, a="HHHO")
    (days,) = written(solve(roster(), given, previous=past, workers=1)).values()
    assert (days[0], days[1:].count("H")) == ("O", 3)
    whole = policy(start=date(2026, 12, 28), end=date(2027, 1, 8), weekly_cap=3)
    (days,) = written(solve(roster(), whole, workers=1)).values()
    assert [days[:5].count("H"), days[5:].count("H")] == [3, 3]


def test_k15_looking_up_holidays_changes_nothing() -> None:
    names = read_year("ID", 2026).names
    count = len(names)
    assert date(2031, 1, 1) not in names
    assert len(read_year("ID", 2026).names) == count
    with pytest.raises(TypeError):
        names[date(2026, 2, 2)] = "today"  # type: ignore[index]


def test_k15_certain_years_are_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert solved(holidays=INDONESIA).provenance["notices"] == []


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Jayapura", "America/Los_Angeles"])
def test_k14_dates_are_plain(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the machine stands, a day is that day and has no zone."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        schedule = solved()
        found = pd.to_datetime(schedule.to_frame()["date"])
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found.dt.tz is None
    assert found.dt.date.tolist() == [day(number) for number in range(5)]
