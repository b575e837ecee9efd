"""Nothing is told that is not so: small cases in which an explanation once said too much."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from helpers import day, history, people, policy, roster

import rotasi
from rotasi.explanation.amendment import Waiver, amend
from rotasi.explanation.repairs import waive
from rotasi.instance.resolve import resolve
from rotasi.rules.relief import Reach

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")

MONDAY_REMOTE = {"kind": "fixed_remote_day", "weekdays": ["Mon"]}


def written(
    given: rotasi.Roster,
    terms: rotasi.Policy,
    repairs: list[rotasi.Repair],
    previous: pd.DataFrame | None = None,
) -> tuple[rotasi.Roster, rotasi.Policy]:
    """Roster and policy with repairs written into them, as programs read them."""
    return amend(given, terms, resolve(given, terms, previous).facts, list(map(waive, repairs)))


def all_help(
    given: rotasi.Roster, terms: rotasi.Policy, previous: pd.DataFrame | None = None
) -> rotasi.Explanation:
    """The explanation, each option of whose single part makes the policy possible."""
    told = rotasi.explain(given, terms, previous)
    assert not told.feasible
    options = {each.option for each in told.repairs}
    assert options
    for option in options:
        some = [each for each in told.repairs if each.option == option]
        mended = written(given, terms, some, previous)
        assert rotasi.solve(*mended, previous=previous).status == "OPTIMAL", some
    return told


class TestWhoseOwnDaysCollide:
    """They are still members of their groups."""

    given = roster(2, pins=[("a", 0, "H"), ("a", 1, "H")])
    hard = policy(
        {"kind": "quota", "max_days": 1},
        {"kind": "min_remote", "count": 2, "start": day(0), "end": day(0)},
    )

    def test_no_conflict_is_told_that_goes_with_theirs(self) -> None:
        told = rotasi.explain(self.given, self.hard)
        (conflict,) = told.conflicts
        assert set(conflict.rules) == {"quota-1", "pin"}
        assert conflict.nips == ("a",)
        assert conflict.minimal

    def test_other_conflicts_of_their_group_are_told_beside_it(self) -> None:
        told = rotasi.explain(self.given, policy(*self.hard.rules, {"kind": "never_remote"}))
        rules = {conflict.rules for conflict in told.conflicts}
        assert ("min_remote-1", "never_remote-1") in rules


def test_who_cannot_rotate_is_exempted() -> None:
    """Of two groups of two, the one with d cannot all be remote on the fixed day."""
    given = roster(4, pins=[("d", 0, "O")])
    hard = policy(MONDAY_REMOTE, {"kind": "rotation_groups", "groups": 2}, end=day(0))
    told = all_help(given, hard)
    assert told.conflicts
    assert {each.rule for each in told.repairs if each.option == 1} <= {
        "pin",
        "fixed_remote_day-1",
        "rotation_groups-1",
    }


class TestDays:
    def test_collisions_on_different_days_of_one_week_stay_apart(self) -> None:
        """A quota of one day meets two covers on Monday and Tuesday, and two others on Thursday
        and Friday: each pair collides, and no other days do."""
        covers = [
            {"kind": "min_remote", "count": 2, "start": day(n), "end": day(n)} for n in (0, 1)
        ]
        more = [
            {
                "kind": "min_remote",
                "count": 2,
                "start": day(n),
                "end": day(n),
                "scope": {"nip": who},
            }
            for n in (3, 4)
            for who in (["a", "b"],)
        ]
        hard = policy(*covers, *more, {"kind": "quota", "max_days": 1})
        for conflict in rotasi.explain(roster(2), hard).conflicts:
            dates = {each.rule: each.dates for each in conflict.demands}
            covered = [days for rule, days in dates.items() if rule.startswith("min_remote")]
            assert all(len(days) == 1 for days in covered)
            assert conflict.needed == 2

    def test_one_rule_on_several_days_is_told_of_the_days_that_collide(self) -> None:
        """Each pair of three days collides with a quota of one: no conflict tells of three."""
        rules = [{"kind": "min_remote", "count": 2}, {"kind": "quota", "max_days": 1}]
        hard = policy(*rules, end=day(2))
        told = rotasi.explain(roster(2), hard)
        for conflict in told.conflicts:
            first, other = [each for each in conflict.demands if each.rule == "min_remote-1"]
            assert (len(first.dates), len(other.dates)) == (1, 1)
            assert (conflict.needed, conflict.available) == (2, 0)


def test_a_group_of_everybody_is_called_so() -> None:
    rules = [
        {"kind": "max_on_site", "count": 0, "by": []},
        {"kind": "min_on_site", "count": 1, "by": []},
    ]
    (conflict,) = rotasi.explain(roster(2), policy(*rules, end=day(0))).conflicts
    assert conflict.text.count("everybody") == 2


def test_a_collision_is_told_of_days_of_which_another_was_told() -> None:
    """The cap makes five days on site impossible together; the minimum does so on each of them."""
    rules = [
        {"kind": "max_on_site", "count": 0, "by": [], "rank": 1},
        {"kind": "min_on_site", "count": 1, "by": [], "rank": 3},
    ]
    told = rotasi.explain(roster(1), policy(*rules, weekly_cap=3)).conflicts
    days = {conflict.rules: len(conflict.dates) for conflict in told}
    assert days["min_on_site-1", "max_on_site-1"] == 5


class TestConflictsOfSolve:
    """They name all that is needed, as those of `explain` do."""

    @pytest.mark.parametrize(
        ("rules", "pins", "named"),
        [
            (
                [{"kind": "min_on_site", "count": 2}, MONDAY_REMOTE],
                [],
                {"min_on_site-1", "fixed_remote_day-1"},
            ),
            ([{"kind": "min_remote", "count": 2}], [("a", 0, "O")], {"min_remote-1", "pin"}),
            (
                [{"kind": "quota", "max_days": 0, "scope": {"nip": ["a"]}},
                 {"kind": "min_remote", "count": 2}],
                [],
                {"quota-1", "min_remote-1"},
            ),
        ],
    )  # fmt: skip
    def test_each_rule_that_is_needed(
        self, rules: list[dict[str, Any]], pins: list[Any], named: set[str]
    ) -> None:
        schedule = rotasi.solve(roster(2, pins=pins), policy(*rules, end=day(0)))
        assert schedule.status == "INFEASIBLE"
        (conflict,) = schedule.conflicts
        assert set(conflict.rules) == named
        assert conflict.minimal
        assert {each.rule for each in conflict.demands} == named


class TestThePast:
    def test_a_run_gives_way_by_the_rules_own_number(self) -> None:
        """Two days on site are past; Monday and Tuesday are pinned: four in a row, not two."""
        before = history(a="OO..")
        pins = [("a", 0, "O"), ("a", 1, "O")]
        given, hard = roster(1, pins=pins), policy({"kind": "max_consecutive", "on_site": 2})
        told = all_help(given, hard, before)
        (run,) = [each for each in told.repairs if each.rule == "max_consecutive-1"]
        assert (run.change["old"], run.change["new"], run.change["left"]) == (2, 4, (0, 2))
        assert run.cost == 2
        assert "allow 1 ASN (X) 4 instead of 2 days on site in a row" in run.text
        assert "that leaves 2 instead of 0" in run.text

    def test_a_quota_gives_way_by_the_rules_own_number(self) -> None:
        """Of three days a month two are past; the pins need two more."""
        before = history(date(2026, 1, 12), a="HH.....")
        pins = [("a", 7, "H"), ("a", 8, "H")]
        hard = policy({"kind": "quota", "max_days": 3, "per": "month"}, start=day(7), end=day(11))
        told = all_help(roster(1, pins=pins), hard, before)
        (quota,) = [each for each in told.repairs if each.rule == "quota-1"]
        assert (quota.change["old"], quota.change["new"], quota.change["left"]) == (3, 4, (1, 2))
        assert "allow 1 ASN (X) 4 instead of 3 remote days" in quota.text
        assert "that leaves 2 instead of 1" in quota.text

    def test_a_run_over_the_seam_is_one_part(self) -> None:
        """The past fills the run; Monday and Tuesday hang together, whatever must hold."""
        before = history(a="HH..")
        given = roster(1, pins=[("a", 0, "H"), ("a", 1, "H")])
        hard = policy({"kind": "max_consecutive", "remote": 2}, end=day(1))
        told = all_help(given, hard, before)
        assert {each.part for each in told.repairs} == {"X (Mon 5 Jan 2026 – Tue 6 Jan 2026)"}

    def test_a_minimum_is_told_as_it_is_written(self) -> None:
        """Of three days asked for one is lost to leave: two are left, of which one is possible."""
        pins = [("a", number, "O") for number in range(1, 4)]
        rules = [
            {"kind": "quota", "min_days": 4},
            {"kind": "no_remote_day", "weekdays": ["Fri"]},
            {"kind": "max_remote", "count": 0},
        ]
        told = all_help(roster(1, pins=pins[:1]), policy(*rules))
        (quota,) = [each for each in told.repairs if each.rule == "quota-1"]
        assert quota.change["old"] == 4
        assert "instead of 4 remote days" in quota.text


def test_what_hangs_on_a_ban_gives_way_with_it() -> None:
    """Who is let go by one rule falls under the quota of another, and has to be helped there."""
    rules = [
        {"kind": "never_remote", "scope": {"nip": ["a"]}, "rank": 4},
        {"kind": "quota", "min_days": 3, "rank": 2},
        {"kind": "min_remote", "count": 1, "rank": 2, "start": day(0), "end": day(0)},
        {"kind": "max_remote", "count": 1, "rank": 1},
        {"kind": "no_remote_day", "weekdays": ["Mon"], "scope": {"nip": ["b"]}, "rank": 1},
    ]
    all_help(roster(2), policy(*rules))


def test_parts_of_one_name_are_told_apart() -> None:
    """Two teams of one office are impossible, each by itself."""
    who = people([{"team": "S"}, {"team": "S"}, {"team": "T"}, {"team": "T"}])
    hard = policy({"kind": "min_on_site", "count": 3, "by": ["team"]}, end=day(0))
    told = rotasi.explain(roster(who), hard)
    assert sorted({each.part for each in told.repairs}) == [
        "X (Mon 5 Jan 2026), group 1",
        "X (Mon 5 Jan 2026), group 2",
    ]


class TestWrittenIntoThePolicy:
    """A way out, word for word: exactly what it says changes, for exactly those on those days."""

    given = roster(people("abc", team="T"))

    def write(self, rule: dict[str, Any], **waived: Any) -> list[dict[str, Any]]:
        terms = policy(rule)
        standard = {"rule": terms.rules[0].id, "nips": ("a",), "dates": (day(1),)}
        waiver = Waiver(**({"parameters": {}, "reach": Reach.DAYS} | standard | waived))
        facts = resolve(self.given, terms).facts
        _roster, mended = amend(self.given, terms, facts, [waiver])
        return [
            each.model_dump(by_alias=True, exclude_unset=True, exclude={"id", "kind", "rank"})
            for each in mended.rules
        ]

    def test_somebody_is_exempted_on_a_day(self) -> None:
        found = self.write({"kind": "never_remote"})
        assert found == [
            {"scope": {"nip": ["b", "c"]}, "except": {}},
            {"scope": {"nip": ["a"]}, "except": {}, "end": day(0)},
            {"scope": {"nip": ["a"]}, "except": {}, "start": day(2)},
        ]

    def test_a_groups_bound_moves_on_a_day(self) -> None:
        found = self.write(
            {"kind": "min_on_site", "share": 0.5, "end": day(2)},
            nips=("a", "b", "c"),
            parameters={"count": 1, "share": None},
        )
        everybody = {"scope": {"nip": ["a", "b", "c"]}, "except": {}}
        assert found == [
            everybody | {"share": 0.5, "end": day(0)},
            everybody | {"count": 1, "start": day(1), "end": day(1)},
            everybody | {"share": 0.5, "start": day(2), "end": day(2)},
        ]

    def test_a_week_is_not_cut(self) -> None:
        found = self.write(
            {"kind": "quota", "max_days": 1},
            dates=tuple(day(n) for n in range(5)),
            parameters={"max_days": 2},
            reach=Reach.SPAN,
        )
        assert found == [
            {"scope": {"nip": ["b", "c"]}, "except": {}, "max_days": 1},
            {"scope": {"nip": ["a"]}, "except": {}, "max_days": 2},
        ]

    def test_a_run_is_longer_whenever_it_comes(self) -> None:
        found = self.write(
            {"kind": "max_consecutive", "remote": 1},
            parameters={"remote": 3},
            reach=Reach.ALWAYS,
        )
        assert found[1] == {"scope": {"nip": ["a"]}, "except": {}, "remote": 3}

    def test_a_pin_goes(self) -> None:
        given, terms = roster(1, pins=[("a", 0, "H"), ("a", 1, "H")]), policy()
        waiver = Waiver("pin", ("a",), (day(1),), {}, Reach.DAYS)
        mended, _policy = amend(given, terms, resolve(given, terms).facts, [waiver])
        assert mended.pins["date"].dt.date.tolist() == [day(0)]
