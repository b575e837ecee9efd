"""Weeks, months and the period, cut to the days of a rule, and which of them are whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import day, policy, roster

from rotasi.instance.resolve import resolve
from rotasi.model.facts import Facts
from rotasi.rules.spans import Per, Span, find_spans


def facts_of(**settings: Any) -> Facts:
    return resolve(roster(), policy(**settings)).facts


def spans(facts: Facts, per: Per, *inside: int) -> list[tuple[int, int, bool]]:
    """First, last, whole: of the workdays counted from 0, or of all."""
    flags = np.zeros(len(facts.days), dtype=bool)
    flags[list(inside) or slice(None)] = True
    found = find_spans(facts, flags, per)
    assert all(span.days == slice(span.first, span.last + 1) for span in found)
    return [(span.first, span.last, span.full) for span in found]


def test_weeks_are_those_of_the_calendar() -> None:
    """From Thursday, 8 January, to Tuesday, 20 January 2026: 2, 5 and 2 workdays."""
    facts = facts_of(start=day(3), end=day(15))
    assert spans(facts, "week") == [(0, 1, False), (2, 6, True), (7, 8, False)]


def test_a_week_is_whole_if_all_weekdays_of_the_policy_are_worked_and_meant() -> None:
    whole = facts_of(end=day(11))
    assert spans(whole, "week") == [(0, 4, True), (5, 9, True)]
    assert spans(whole, "week", 0, 1, 2, 3, 5, 6, 7, 8, 9) == [(0, 3, False), (5, 9, True)]
    assert spans(whole, "week", 0, 2, 3, 4) == [(0, 4, False)]
    four = facts_of(end=day(4), workdays=["Mon", "Tue", "Wed", "Fri"])
    assert spans(four, "week") == [(0, 3, True)]
    holiday = facts_of(end=day(11), holidays={"country": "", "extra": [day(2)]})
    assert spans(holiday, "week") == [(0, 3, False), (4, 8, True)]


def test_months_are_whole_from_their_first_workday_to_their_last() -> None:
    """January 2026 has 22 weekdays from the 1st on, February 20; the 1st is a Sunday."""
    both = facts_of(start="2026-01-01", end="2026-02-28")
    assert spans(both, "month") == [(0, 21, True), (22, 41, True)]
    late = facts_of(start="2026-01-02", end="2026-02-27")
    assert spans(late, "month") == [(0, 20, False), (21, 40, True)]
    early = facts_of(start="2026-02-02", end="2026-02-26")
    assert spans(early, "month") == [(0, 18, False)]
    assert spans(both, "month", *range(21)) == [(0, 20, False)]


def test_the_period_is_one_span_that_is_always_whole() -> None:
    facts = facts_of(end=day(11))
    assert spans(facts, "period") == [(0, 9, True)]
    assert spans(facts, "period", 2, 3, 7) == [(2, 7, True)]


@pytest.mark.parametrize("per", ["week", "month", "period"])
def test_a_rule_without_a_day_has_no_span(per: Per) -> None:
    facts = facts_of()
    assert find_spans(facts, np.zeros(5, dtype=bool), per) == []


def test_spans_hold_whole_numbers() -> None:
    (span,) = find_spans(facts_of(), np.ones(5, dtype=bool), "week")
    assert span == Span(0, 4, full=True)
    assert [type(value) for value in (span.first, span.last, span.full)] == [int, int, bool]
