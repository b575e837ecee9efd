"""Workdays of Indonesia against figures counted by hand, and what is uncertain about them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from helpers import day, history, policy, roster, rows

import rotasi
from rotasi.instance.resolve import resolve
from rotasi.support.calendar import WEEKDAYS, Calendar, month_of, read_year, week_of, weekday_of

MON_TO_FRI = frozenset(range(5))
INDONESIA = Calendar(MON_TO_FRI)


def days(*dates: date) -> np.ndarray:
    return np.array(dates, dtype="datetime64[D]")


def workdays(calendar: Calendar, first: date, last: date) -> list[date]:
    found = calendar.workdays(np.datetime64(first), np.datetime64(last))
    return [one.item() for one in found]


def year(calendar: Calendar, number: int) -> list[date]:
    return workdays(calendar, date(number, 1, 1), date(number, 12, 31))


class TestIndonesia:
    # 2025: 17 public holidays and 11 days of cuti bersama; 2026: 17 and 8.
    @pytest.mark.parametrize(("number", "count"), [(2025, 237), (2026, 240)])
    def test_workdays_of_a_year(self, number: int, count: int) -> None:
        assert len(year(INDONESIA, number)) == count

    def test_thursdays_lost_in_2026(self) -> None:
        thursdays = set(year(Calendar(frozenset({3}), country=""), 2026))
        lost = thursdays - set(year(INDONESIA, 2026))
        expected = [(1, 1), (3, 19), (5, 14), (5, 28), (12, 24)]
        assert sorted(lost) == [date(2026, month, number) for month, number in expected]

    def test_yearend_of_2025(self) -> None:
        """Christmas on the 25th, cuti bersama on the 26th, New Year on 1 January."""
        found = workdays(INDONESIA, date(2025, 12, 22), date(2026, 1, 2))
        assert [one.day for one in found] == [22, 23, 24, 29, 30, 31, 2]

    def test_cuti_bersama_after_idul_adha(self) -> None:
        found = workdays(INDONESIA, date(2026, 5, 25), date(2026, 5, 29))
        assert [one.day for one in found] == [25, 26, 29]

    def test_names_are_indonesian_whatever_the_machine_speaks(self) -> None:
        code = (
            "from rotasi.support.calendar import read_year; "
            "print(*read_year('ID', 2026).names.values())"
        )
        environment = {"LANGUAGE": "en", "LANG": "en_US.UTF-8", "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert "Tahun Baru Masehi" in done.stdout

    def test_a_year_is_frozen(self) -> None:
        names = read_year("ID", 2026).names
        count = len(names)
        assert date(2031, 1, 1) not in names  # a look-up in `holidays` itself would add the year
        assert len(names) == count
        with pytest.raises(TypeError):
            names[date(2026, 2, 2)] = "today"  # type: ignore[index]


class TestExceptions:
    def test_a_listed_workday_beats_everything(self) -> None:
        """New Year's Day, a Saturday, and a day that is also listed as off."""
        listed = frozenset({date(2026, 1, 1), date(2026, 1, 3), date(2026, 1, 6)})
        calendar = Calendar(MON_TO_FRI, extra=frozenset({date(2026, 1, 6)}), worked=listed)
        found = workdays(calendar, date(2026, 1, 1), date(2026, 1, 7))
        assert [one.day for one in found] == [1, 2, 3, 5, 6, 7]

    def test_further_days_off(self) -> None:
        calendar = Calendar(MON_TO_FRI, country="", extra=frozenset({day(1), day(5)}))
        assert workdays(calendar, day(0), day(6)) == [day(0), day(2), day(3), day(4)]

    def test_no_country_means_no_holidays(self) -> None:
        # 365 days from a Thursday to a Thursday: 52 weeks of 5, and one Thursday more.
        assert len(year(Calendar(MON_TO_FRI, country=""), 2026)) == 261

    def test_other_weekdays(self) -> None:
        weekend = Calendar(frozenset({5, 6}), country="")
        assert workdays(weekend, day(0), day(13)) == [day(5), day(6), day(12), day(13)]

    def test_another_country_has_no_collective_leave_to_miss(self) -> None:
        german = Calendar(MON_TO_FRI, country="DE")
        assert date(2026, 5, 1) not in year(german, 2026)
        assert german.notices(date(2026, 1, 1), date(2026, 12, 31)) == ()

    @pytest.mark.parametrize(
        "country", ["Bekasi", "XX", "HolidayBase", "utils", "country_holidays"]
    )
    def test_an_unknown_country(self, country: str) -> None:
        with pytest.raises(LookupError, match=country):
            year(Calendar(MON_TO_FRI, country), 2026)


class TestUncertainty:
    def test_decreed_years_are_certain(self) -> None:
        for number in (2025, 2026):
            assert INDONESIA.notices(date(number, 1, 1), date(number, 12, 31)) == ()

    def test_estimated_dates_of_2027_are_flagged(self) -> None:
        notices = INDONESIA.notices(date(2027, 1, 1), date(2027, 12, 31))
        estimates = [notice for notice in notices if "is an estimate" in notice]
        assert any(
            "Hari Raya Idul Fitri" in notice and "2027-03-10" in notice for notice in estimates
        )

    def test_only_those_of_the_period_are(self) -> None:
        february = INDONESIA.notices(date(2027, 2, 9), date(2027, 2, 28))
        assert not [notice for notice in february if "Idul Fitri" in notice]

    def test_a_year_without_a_decree_is_flagged(self) -> None:
        notices = INDONESIA.notices(date(2028, 2, 1), date(2028, 2, 10))
        assert any("no cuti bersama is decreed for 2028 yet" in notice for notice in notices)

    def test_a_period_across_two_years_looks_at_both(self) -> None:
        notices = INDONESIA.notices(date(2027, 12, 20), date(2028, 1, 20))
        assert [notice for notice in notices if "2028" in notice and "cuti bersama" in notice]

    def test_a_solve_warns_and_keeps_it_in_the_provenance(self) -> None:
        given = policy(start=date(2028, 2, 7), end=date(2028, 2, 8), holidays={"country": "ID"})
        with pytest.warns(rotasi.RotasiWarning, match="2028"):
            schedule = rotasi.solve(roster(), given, workers=1)
        assert any("2028" in notice for notice in schedule.provenance["notices"])


class TestWeeks:
    def test_weekdays_and_mondays(self) -> None:
        assert weekday_of(days(*(day(n) for n in range(7)))).tolist() == list(range(7))
        assert WEEKDAYS[weekday_of(days(date(1969, 12, 31)))[0]] == "Wed"
        assert week_of(days(day(-1), day(0), day(6), day(7))).tolist() == [
            day(-7),
            day(0),
            day(0),
            day(7),
        ]

    def test_week_53_goes_on_into_the_new_year(self) -> None:
        """28 December 2026 to 3 January 2027 is ISO week 53 of 2026."""
        assert (
            date(2026, 12, 31).isocalendar()[:2] == date(2027, 1, 1).isocalendar()[:2] == (2026, 53)
        )
        keys = week_of(
            days(date(2026, 12, 27), date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 4))
        )
        assert keys.tolist() == [
            date(2026, 12, 21),
            date(2026, 12, 28),
            date(2026, 12, 28),
            date(2027, 1, 4),
        ]

    def test_months(self) -> None:
        keys = month_of(days(date(2026, 1, 31), date(2026, 2, 1), date(2027, 1, 1)))
        assert len(set(keys.tolist())) == 3

    def test_the_cap_holds_over_new_year_in_week_53(self) -> None:
        """Three of four days are used up by Thursday; Friday is 1 January."""
        given = policy(start=date(2027, 1, 1), end=date(2027, 1, 1), weekly_cap=3)
        past = history(date(2027, 1, 1), a="HHHO", b="HHOO")
        report = rotasi.verify(rows(date(2027, 1, 1), a="H", b="H"), roster(2), given, past)
        assert report.violations["nip"].tolist() == ["a"]

    def test_a_minimum_is_asked_in_a_whole_week_53(self) -> None:
        quota = {"kind": "quota", "max_days": 3, "min_days": 2}
        given = policy(quota, start=date(2026, 12, 28), end=date(2027, 1, 1))
        report = rotasi.verify(rows(date(2026, 12, 28), a="OOOOO"), roster(), given)
        assert report.violations["rule"].tolist() == ["quota-1"]


def test_the_days_of_a_case_are_its_workdays() -> None:
    given = policy(start=day(2), end=day(8), holidays={"country": "", "workdays": [day(5)]})
    facts = resolve(roster(), given).facts
    assert facts.days.tolist() == [day(2), day(3), day(4), day(5), day(7), day(8)]
