"""Which dates are workdays, and the weeks and months they form."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ONE_DAY = dt.timedelta(days=1)


def weekday(day: dt.date) -> str:
    """The policy's name of a date's weekday."""
    return WEEKDAYS[day.weekday()]


def iso_week(day: dt.date) -> tuple[int, int]:
    """ISO year and ISO week: 29 December 2025 belongs to week 1 of 2026."""
    return day.isocalendar()[:2]


def month(day: dt.date) -> tuple[int, int]:
    """Calendar year and month."""
    return day.year, day.month


def span(first: dt.date, last: dt.date) -> list[dt.date]:
    """All calendar dates from first to last, both included."""
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def minus_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` earlier, or the last day of a month that is too short."""
    index = day.year * 12 + day.month - 1 - months
    year, zero_based = divmod(index, 12)
    number = zero_based + 1
    return dt.date(year, number, min(day.day, last_day(year, number)))


def last_day(year: int, month_: int) -> int:
    """The number of days of a month."""
    following = dt.date(year + month_ // 12, month_ % 12 + 1, 1)
    return (following - ONE_DAY).day


class Calendar:
    """The policy's workdays, for any date and not only for those of the period."""

    def __init__(self, policy: Mapping[str, Any]) -> None:
        table = policy.get("holidays", {})
        self.weekdays: list[str] = list(policy.get("workdays", WEEKDAYS[:5]))
        self.worked = set(table.get("workdays", []))
        self.off = set(table.get("extra", []))
        self.off |= national_holidays(table.get("country", "ID"), policy["start"], policy["end"])

    def is_workday(self, day: dt.date) -> bool:
        """`holidays.workdays` beats everything; else the weekday counts, less the days off."""
        if day in self.worked:
            return True
        return weekday(day) in self.weekdays and day not in self.off

    def workdays(self, dates: Iterable[dt.date]) -> list[dt.date]:
        """Those of some dates that are workdays."""
        return [day for day in dates if self.is_workday(day)]

    def week_of(self, day: dt.date) -> list[dt.date]:
        """The dates of a day's ISO week whose weekday the policy works."""
        monday = day - day.weekday() * ONE_DAY
        return [d for d in span(monday, monday + 6 * ONE_DAY) if weekday(d) in self.weekdays]

    def month_of(self, day: dt.date) -> list[dt.date]:
        """The workdays of a day's calendar month."""
        first = day.replace(day=1)
        return self.workdays(span(first, day.replace(day=last_day(day.year, day.month))))

    def before(self, day: dt.date) -> dt.date:
        """The nearest workday before a date."""
        day -= ONE_DAY
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def after(self, day: dt.date) -> dt.date:
        """The nearest workday after a date."""
        day += ONE_DAY
        while not self.is_workday(day):
            day += ONE_DAY
        return day


def national_holidays(country: str, start: dt.date, end: dt.date) -> set[dt.date]:
    """Public holidays and cuti bersama of the years around the period."""
    if not country:
        return set()
    import holidays

    years = range(start.year - 1, end.year + 2)
    categories = ("public", "government")
    found = holidays.country_holidays(country, years=years, categories=categories, language="id")
    return set(found)
