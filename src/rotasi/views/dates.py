"""Dates as letters write them: 5–8, 12 January 2026."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from rotasi.messages import _, month_name


def plain_date(day: date) -> str:
    """A date in words without its weekday, such as 5 January 2026."""
    return _("{days} {month} {year}").format(
        days=day.day, month=month_name(day.month), year=day.year
    )


def group_dates(days: Iterable[date]) -> str:
    """Sorted dates, runs of them as spans, the month and year once.

    >>> from datetime import date
    >>> group_dates([date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7), date(2026, 2, 2)])
    '5–7 January; 2 February 2026'
    """
    months = [list(month) for _key, month in groupby(days, key=lambda day: (day.year, day.month))]
    last_of_year = {month[-1].year: number for number, month in enumerate(months)}
    words = []
    for number, month in enumerate(months):
        named = number == last_of_year[month[-1].year]
        template = _("{days} {month} {year}") if named else _("{days} {month}")
        fields = {"month": month_name(month[-1].month), "year": month[-1].year}
        words.append(template.format(days=", ".join(_spans(month)), **fields))
    return "; ".join(words)


def _spans(days: list[date]) -> list[str]:
    """Days of one month, those that follow each other as first–last."""
    starts = [i for i, day in enumerate(days) if i == 0 or day - days[i - 1] > timedelta(days=1)]
    runs = [days[i:j] for i, j in zip(starts, [*starts[1:], len(days)], strict=True)]
    return [f"{run[0].day}–{run[-1].day}" if len(run) > 1 else f"{run[0].day}" for run in runs]
