"""The rule by hand, and by rotasi's kit for rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rotasi_bridge_days import NoRemoteBridgeDay, find_bridge_days

import rotasi
from rotasi.instance.resolve import resolve
from rotasi.testing import check_rule

SIX_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]


def bridge_days(first: date, last: date, **settings: Any) -> list[date]:
    policy = rotasi.Policy.model_validate({"start": first, "end": last} | settings)
    roster = rotasi.Roster.from_frame(pd.DataFrame({"nip": ["a"], "opd": ["X"]}))
    facts = resolve(roster, policy).facts
    return facts.days[np.flatnonzero(find_bridge_days(facts))].tolist()


def off(*days: int) -> dict[str, Any]:
    return {"country": "", "extra": [date(2026, 6, day) for day in days]}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        # June 2026: the 1st is a Monday, the 5th a Friday.
        ({"holidays": off(4)}, [5]),  # a Friday after a holiday
        ({"holidays": off(9)}, [8]),  # a Monday before a holiday
        ({"holidays": off(9, 11)}, [8, 10, 12]),  # a day between two holidays too
        ({"holidays": off(3)}, []),  # two days on either side are no bridge
        ({"holidays": off(5)}, []),  # a long weekend has no bridge
        ({"holidays": off(6)}, []),  # a holiday on a Saturday makes none
        ({"holidays": off()}, []),
        # Six-day weeks: the bridge behind a Friday is Saturday, not the Friday after a Thursday.
        ({"holidays": off(5), "workdays": SIX_DAYS}, [6]),
        ({"holidays": off(4), "workdays": SIX_DAYS}, []),
        # Saturday is worked after all, so that Friday bridges nothing but Saturday nothing either.
        ({"holidays": off(4) | {"workdays": [date(2026, 6, 6)]}}, []),
        # A day off that is worked after all is no holiday.
        ({"holidays": off(4) | {"workdays": [date(2026, 6, 4)]}}, []),
        # Days that are never worked are no holidays.
        ({"holidays": off(), "workdays": ["Mon", "Wed", "Fri"]}, []),
    ],
)
def test_bridge_days(settings: dict[str, Any], expected: list[int]) -> None:
    found = bridge_days(date(2026, 6, 1), date(2026, 6, 14), **settings)
    assert found == [date(2026, 6, day) for day in expected]


def test_cuti_bersama_counts() -> None:
    # Ascension Day is Thursday, 14 May 2026, and Friday is cuti bersama: no bridge. Where the
    # office works on that Friday, it is one.
    first, last = date(2026, 5, 11), date(2026, 5, 17)
    assert bridge_days(first, last) == []
    worked = {"country": "ID", "workdays": [date(2026, 5, 15)]}
    assert bridge_days(first, last, holidays=worked) == [date(2026, 5, 15)]


def test_what_lies_outside_the_period_counts() -> None:
    # The period ends on Monday; Tuesday is the holiday that makes it a bridge.
    assert bridge_days(date(2026, 6, 5), date(2026, 6, 8), holidays=off(9)) == [date(2026, 6, 8)]


def test_the_kit_finds_nothing_to_say() -> None:
    check_rule(NoRemoteBridgeDay, [{}, {"scope": {"opd": ["X"]}}])
