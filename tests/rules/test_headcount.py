"""Head counts per group and day: the bounds that each rule compiles to, and the breaches it finds.

Five people on Monday, Tuesday and Wednesday: a, b, c and d of OPD X, e of OPD Y; c is on leave on
Tuesday. So those present are 4, 3, 4 in X and 1, 1, 1 in Y.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import day, policy, roster

from rotasi.instance.resolve import resolve
from rotasi.model.assignment import Statuses
from rotasi.model.constraints import Cover
from rotasi.model.facts import LEAVE, Facts
from rotasi.rules import Rule

#: No maximum.
U = 2**31
HALF: dict[str, Any] = {"share": 0.5}


def compiled(kind: str, **parameters: Any) -> tuple[Rule, Facts]:
    who = roster([{}, {}, {}, {}, {"opd": "Y"}], leave=[("c", 1, 1)])
    case = resolve(who, policy({"kind": kind} | parameters, end=day(2)))
    return case.policy.rules[0], case.facts


def cover_of(kind: str, **parameters: Any) -> Cover:
    rule, facts = compiled(kind, **parameters)
    (cover,) = rule.compile(facts)
    assert isinstance(cover, Cover)
    return cover


#: Kind, parameters, and fewest and most remote per day: in X, then in Y.
BOUNDS: list[tuple[str, dict[str, Any], list[list[int]], list[list[int]]]] = [
    ("max_remote", {"count": 3}, [[0] * 3] * 2, [[3] * 3] * 2),
    ("max_remote", HALF, [[0] * 3] * 2, [[2, 1, 2], [0] * 3]),
    ("max_remote", HALF | {"of": "headcount"}, [[0] * 3] * 2, [[2] * 3, [0] * 3]),
    ("min_remote", {"count": 1}, [[1] * 3] * 2, [[U] * 3] * 2),
    ("min_remote", HALF, [[2, 2, 2], [1] * 3], [[U] * 3] * 2),
    ("min_remote", {"share": 0.25}, [[1, 1, 1], [1] * 3], [[U] * 3] * 2),
    ("min_remote", {"share": 0.75, "of": "headcount"}, [[3] * 3, [1] * 3], [[U] * 3] * 2),
    # Four, three and four are there; those who must be on site cannot be remote.
    ("min_on_site", {"count": 2}, [[0] * 3] * 2, [[2, 1, 2], [-1] * 3]),
    ("min_on_site", {"count": 2, "if_short": "cap"}, [[0] * 3] * 2, [[2, 1, 2], [0] * 3]),
    ("min_on_site", {"count": 4, "if_short": "cap"}, [[0] * 3] * 2, [[0, 0, 0], [0] * 3]),
    ("min_on_site", HALF, [[0] * 3] * 2, [[2, 1, 2], [0] * 3]),
    ("min_on_site", {"share": 0.75, "of": "headcount"}, [[0] * 3] * 2, [[1, 0, 1], [0] * 3]),
    # Those without a desk must be remote.
    ("max_on_site", {"count": 1}, [[3, 2, 3], [0] * 3], [[U] * 3] * 2),
    ("max_on_site", HALF, [[2, 2, 2], [1] * 3], [[U] * 3] * 2),
    ("max_on_site", HALF | {"of": "headcount"}, [[2, 1, 2], [1] * 3], [[U] * 3] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "parameters", "low", "high"), BOUNDS)
def test_bounds_on_those_remote(
    kind: str, parameters: dict[str, Any], low: list[list[int]], high: list[list[int]]
) -> None:
    cover = cover_of(kind, **parameters)
    assert cover.rule == f"{kind}-1"
    assert cover.group.tolist() == [0, 0, 0, 0, 1]
    assert cover.labels.tolist() == ["X", "Y"]
    assert (cover.low.tolist(), cover.high.tolist()) == (low, high)
    assert (cover.low.dtype, cover.high.dtype) == (np.int64, np.int64)
    assert cover.penalty == 0


@pytest.mark.parametrize("kind", ["max_on_site", "min_on_site"])
def test_bounds_on_those_on_site_say_who_is_there(kind: str) -> None:
    cover = cover_of(kind, count=1)
    assert cover.present is not None
    assert cover.present.tolist() == [[4, 3, 4], [1, 1, 1]]
    assert cover_of(kind.replace("on_site", "remote"), count=1).present is None


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("max_remote", [0, 0, 0], [U, 1, U]),
        ("min_remote", [0, 1, 0], [U, U, U]),
        ("min_on_site", [0, 0, 0], [U, 2, U]),
        ("max_on_site", [0, 2, 0], [U, U, U]),
    ],
)
def test_a_rule_bounds_nothing_before_it_starts_and_after_it_ends(
    kind: str, low: list[int], high: list[int]
) -> None:
    cover = cover_of(kind, count=1, start=day(1), end=day(1))
    assert (cover.low[0].tolist(), cover.high[0].tolist()) == (low, high)


def test_groups_are_formed_over_the_scope() -> None:
    cover = cover_of("max_remote", share=0.5, scope={"nip": ["a", "b", "e"]}, by=[])
    assert cover.group.tolist() == [0, 0, -1, -1, 0]
    assert cover.labels.tolist() == [""]
    assert cover.high.tolist() == [[1, 1, 1]]


def test_labels_tell_of_nobody() -> None:
    assert cover_of("max_remote", count=0, by=["nip"]).labels.tolist() == ["…"] * 5


def test_a_share_is_the_decimal_that_is_written() -> None:
    """0.6 × 5 is 3, and 0.2 × 5 is 1; one of the five is on leave on Tuesday: 2.4 and 0.8."""
    assert cover_of("min_remote", share=0.6, by=[]).low.tolist() == [[3, 3, 3]]
    assert cover_of("max_remote", share=0.6, by=[]).high.tolist() == [[3, 2, 3]]
    assert cover_of("max_remote", share=0.2, by=[]).high.tolist() == [[1, 0, 1]]


def test_a_soft_rule_has_its_price() -> None:
    assert cover_of("min_on_site", count=1, penalty=7).penalty == 7


@pytest.mark.parametrize(
    ("kind", "count", "expected"),
    [
        ("max_remote", 1, [("X", 0, 1, 2)]),
        ("min_remote", 1, [("Y", 0, 1, 0), ("Y", 2, 1, 0), ("X", 1, 1, 0), ("X", 2, 1, 0)]),
        ("min_on_site", 3, [("X", 0, 3, 2), ("Y", 0, 3, 1), ("Y", 1, 3, 0), ("Y", 2, 3, 1)]),
        ("max_on_site", 2, [("X", 1, 2, 3), ("X", 2, 2, 4)]),
    ],
)
def test_breaches_are_days_with_too_few_or_too_many(
    kind: str, count: int, expected: list[tuple[str, int, int, int]]
) -> None:
    """On Monday a and b are remote, on Tuesday e, on Wednesday nobody."""
    rule, facts = compiled(kind, count=count)
    grid = np.array([[1, 0, 0], [1, 0, 0], [0, LEAVE, 0], [0, 0, 0], [0, 1, 0]], dtype=np.int8)
    found = rule.audit(facts, Statuses(grid))
    told = zip(found.group, found.first, found.needed, found.found, strict=True)
    assert sorted(told) == sorted(expected)
    assert found.last.tolist() == found.first.tolist()
    assert found.units.tolist() == np.abs(found.needed - found.found).tolist()
    later, facts = compiled(kind, count=count, start=day(2))
    assert set(later.audit(facts, Statuses(grid)).first.tolist()) <= {2}
