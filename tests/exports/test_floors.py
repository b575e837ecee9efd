"""Minimums on site: what workbook, pictures and page say of them is one reading."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import policy, roster
from numpy.typing import NDArray

import rotasi
from rotasi import Schedule
from rotasi.exports.audience import Audience
from rotasi.exports.floors import find_floors, needs_by
from rotasi.exports.headcounts import Heads, count_heads
from rotasi.exports.page.content import Content

WHO = [
    {"nip": f"{opd}{n}", "opd": opd, "unit": f"{opd}{n % 2}", "site": "ab"[n % 2]}
    for opd, size in (("X", 7), ("Y", 4), ("Z", 1))
    for n in range(size)
]
LEAVE = (("X0", 0, 2), ("X1", 1, 1), ("Y0", 2, 4), ("Z0", 3, 3))


def solve(*rules: dict[str, Any]) -> Schedule:
    return rotasi.solve(roster(WHO, LEAVE), policy(*rules), workers=1)


def heads(schedule: Schedule) -> Heads:
    return count_heads(schedule.instance, schedule.grid)


def floors(schedule: Schedule) -> list[dict[str, Any]]:
    """What the page shows."""
    found: list[dict[str, Any]] = Content(schedule, Audience.PERSONNEL).page()["floors"]
    return found


def add_up(schedule: Schedule) -> NDArray[np.int64]:
    """Needs per OPD by the page: the strictest of its hard rules, whose groups add up."""
    by_rule: dict[int, NDArray[np.int64]] = defaultdict(lambda: np.zeros((3, 5), dtype=np.int64))
    for floor in floors(schedule):
        (opd,) = floor["opds"]
        if not floor["target"]:
            by_rule[floor["rule"]][opd] += [need or 0 for need in floor["needed"]]
    return np.maximum.reduce(list(by_rule.values()))


@pytest.mark.parametrize(
    "rules",
    [
        [{"kind": "min_on_site", "share": 0.5}],
        [{"kind": "min_on_site", "share": 0.6, "of": "headcount", "if_short": "cap"}],
        [{"kind": "min_on_site", "by": ["opd", "unit"], "count": 2, "if_short": "cap"}],
        [
            {"kind": "min_on_site", "count": 2, "if_short": "cap", "end": "2026-01-06"},
            {"kind": "min_on_site", "by": ["unit"], "share": 0.3, "scope": {"opd": ["X"]}},
            {"kind": "min_on_site", "share": 0.9, "penalty": 2},
            {"kind": "max_on_site", "share": 1.0},
        ],
    ],
)
def test_workbook_and_page_ask_for_the_same(rules: list[dict[str, Any]]) -> None:
    schedule = solve(*rules)
    assert heads(schedule).needed.max() > 0
    assert heads(schedule).needed.tolist() == add_up(schedule).tolist()


def test_groups_across_opds_are_one_floor_of_which_each_opd_gives_its_part() -> None:
    schedule = solve({"kind": "min_on_site", "by": ["site"], "count": 5, "if_short": "cap"})
    facts = schedule.instance.facts
    (found,) = find_floors(schedule.instance)
    assert [floor["opds"] for floor in floors(schedule)] == [[0, 1, 2], [0, 1]]
    # On Monday three of X, two of Y and one of Z are there at a, and may let one go; at b, where
    # three of X and two of Y are, nobody.
    needs = needs_by(facts.group(["opd"], np.ones(12, dtype=bool)), found, facts)
    assert needs[:, 0].tolist() == [2 + 3, 1 + 2, 0]
    assert needs.tolist() == heads(schedule).needed.tolist()


def test_what_a_maximum_of_those_remote_leaves_is_needed_but_no_minimum_of_the_policy() -> None:
    schedule = solve({"kind": "max_remote", "count": 1})
    (found,) = find_floors(schedule.instance)
    assert (found.rule.id, found.stated) == ("max_remote-1", False)
    assert heads(schedule).needed.tolist()[1] == [3, 3, 2, 2, 2]
    assert floors(schedule) == []


def test_an_edit_to_leave_that_nobody_has_takes_one_away_from_those_on_site() -> None:
    schedule = solve({"kind": "min_on_site", "scope": {"opd": ["X"]}, "count": 3})
    frame = schedule.to_frame()
    edited = (frame["nip"] == "X4") & (frame["date"] == pd.Timestamp("2026-01-09"))
    frame.loc[frame["opd"] == "X", "status"] = frame["status"].replace("WFH", "WFO")
    frame.loc[edited, "status"] = "LEAVE"
    broken = Schedule.from_frame(frame, schedule.roster, schedule.policy)
    (floor,) = floors(broken)
    assert floor["found"] == heads(broken).on_site[0].tolist() == [6, 5, 6, 7, 6]
