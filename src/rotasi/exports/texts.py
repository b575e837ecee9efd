"""Texts of a roster in files that officials open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from rotasi.messages import _, month_name, plural
from rotasi.support.notices import give_notice

#: Signs that no XML file may hold or that nobody can see; tabs and new lines stay.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def capitalise(text: str) -> str:
    """A text with a capital at its beginning; the others stay."""
    return text[:1].upper() + text[1:]


def strip_controls(text: str) -> tuple[str, int]:
    """A text without control characters, and how many it had."""
    return (text, 0) if text.isprintable() else _CONTROL.subn("", text)


def warn_of_controls(count: int) -> None:
    """Warn of what has been left out of a file, at the line that called the schedule."""
    if count:
        text = plural(
            "{count} control character was left out of the file",
            "{count} control characters were left out of the file",
            count,
        )
        give_notice(text.format(count=count))


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
