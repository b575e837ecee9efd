"""Words for objectives: one name and one unit each, wherever it comes from."""

from __future__ import annotations

from typing import ClassVar, Literal

import pytest
from helpers import policy, roster

import rotasi
from rotasi import rules
from rotasi.exports.audience import Audience
from rotasi.exports.page.content import Content
from rotasi.instance.wording import count_objective, name_objective
from rotasi.rules.objectives import RemoteDays


class LessTravel(RemoteDays):
    """An objective of another package, which says no more than what it means."""

    meaning: ClassVar[str] = "kilometres not driven"
    kind: Literal["less_travel"]  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("kind", "name", "amount"),
    [
        ("remote_days", "remote days", "remote days: 3"),
        ("wishes", "wishes", "wish points: 3"),
        ("fairness", "fairness", "squares of fairness: 3"),
        ("level_load", "level load", "squares of level load: 3"),
        ("stability", "changes", "changes: 3"),
        ("changes", "changed ASN-days", "changes: 3"),
        ("penalty", "penalty of soft rules", "penalty of soft rules: 3"),
    ],
)
def test_each_has_a_name_and_a_unit(kind: str, name: str, amount: str) -> None:
    assert (name_objective(kind), count_objective(kind, 3)) == (name, amount)


def test_one_from_outside_is_named_by_what_it_means() -> None:
    with rules.KINDS.kept():
        rotasi.register(LessTravel)
        assert name_objective("less_travel") == "kilometres not driven"
        assert count_objective("less_travel", 3) == "kilometres not driven: 3"


def test_one_that_is_not_installed_keeps_its_kind() -> None:
    assert (name_objective("less_travel"), count_objective("less_travel", 3)) == (
        "less_travel",
        "less_travel: 3",
    )
    assert name_objective("quota") == "quota"  # a rule is no objective


def test_the_page_names_the_penalty_as_all_others_do() -> None:
    soft = {"kind": "min_on_site", "count": 1, "penalty": 2}
    schedule = rotasi.solve(roster(2), policy(soft), workers=1)
    shown = Content(schedule, Audience.OPD).page()["objectives"]
    assert shown[0]["names"][0] == "penalty of soft rules"
