"""The kit for rules: ours pass it, and whatever is wrong with one is found, with an example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from helpers import day
from kinds import OWN
from own_rules import BarFloor, OneOfEach, OnSiteAfterLeave, QuietMondays, SilentTwins

from rotasi.rules import (
    KINDS,
    Breaches,
    CellCost,
    Facts,
    Flags,
    Form,
    Groups,
    Mask,
    Rule,
    Statuses,
    Tier,
    Window,
    find_remote,
    forbid,
    nobody,
)
from rotasi.testing import CheckError, check_rule

#: Beside the parameters of each kind, what the tiny cases alone do not show.
FLOORS = [{"nip": "a", "opd": "X", "floor": "3"}, {"nip": "b", "opd": "X", "floor": "4"}]


def findings(cls: Any, *examples: Any) -> str:
    with pytest.raises(CheckError) as caught:
        check_rule(cls, examples or [{}])
    return "\n".join(caught.value.findings)


@pytest.mark.parametrize("kind", KINDS)
def test_ours_do_what_they_say(kind: str) -> None:
    check_rule(KINDS[kind], OWN[kind])


@pytest.mark.parametrize(
    ("cls", "examples"),
    [
        (OnSiteAfterLeave, [{}, {"days": 2}, {"scope": {"opd": ["Y"]}}]),
        (OneOfEach, [({"start": day(0), "end": day(1), "rules": [{"kind": "one_of_each"}]},
                      {"employees": [{"nip": nip, "opd": "X"} for nip in ("a1", "b1", "c2")]})]),
        (BarFloor, [({"start": day(0), "end": day(1),
                      "rules": [{"kind": "bar_floor", "floor": "3"}]}, {"employees": FLOORS})]),
        (QuietMondays, [{}]),
    ],
)  # fmt: skip
def test_good_ones_from_outside_pass(cls: Any, examples: list[Any]) -> None:
    check_rule(cls, examples)
    assert cls.__name__ not in {known.__name__ for known in KINDS.values()}


class NotOnFirstDay(Rule):
    """Nobody is remote on the first day of the rule; others derive faulty rules from it."""

    meaning: ClassVar[str] = "Not on the first day"
    kind: Literal["not_on_first_day"]

    def first(self, facts: Facts) -> Flags:
        """The cells of that day, shape (n, d)."""
        days = self.days(facts)
        return self.members(facts)[:, None] & days & (np.cumsum(days) == 1)

    def couples(self, facts: Facts) -> Groups | None:
        """Nobody."""
        return nobody(facts)

    def compile(self, facts: Facts) -> Iterator[Form]:
        """Forbid the first day."""
        return forbid(self, self.first(facts))

    def audit(self, facts: Facts, statuses: Statuses) -> Breaches:
        """Those remote then; a unit is an ASN-day."""
        return find_remote(self.first(facts), statuses)


def test_the_rule_that_faulty_ones_derive_from_is_right() -> None:
    check_rule(NotOnFirstDay, [{}])


def faulty(**members: Any) -> type[Rule]:
    """A class like `NotOnFirstDay`, with something changed."""
    given = {"__doc__": "A faulty rule.", "__module__": __name__} | members
    return type("Faulty", (NotOnFirstDay,), given)


def test_forbidding_too_little_is_shown_by_the_smallest_roster() -> None:
    def state(self: Any, facts: Facts) -> Iterator[Form]:
        return forbid(self, self.first(facts) & ~facts.on_leave.any())

    found = findings(faulty(compile=state))
    assert "compile lets rosters pass in which audit finds breaches" in found
    assert "example 1, three ASN, two OPDs\n" in found
    assert "solve" not in found
    assert "needed 0, found 1, 1 units" in found
    assert "the price of the soft rule is not penalty × units" in found


def test_forbidding_too_much_is_shown_by_the_smallest_roster() -> None:
    def state(self: Any, facts: Facts) -> Iterator[Form]:
        return forbid(self, self.cells(facts))

    with pytest.raises(CheckError) as caught:
        check_rule(faulty(compile=state), [{}])
    (first, *_others) = caught.value.findings
    assert first == (
        "compile forbids rosters in which audit finds no breach\n"
        "example 1, one ASN, no work on Tuesday\n"
        "          Mon 5 Jan 2026 Wed 7 Jan 2026 Thu 8 Jan 2026 Fri 9 Jan 2026\n"
        "ASN (OPD)                                                            \n"
        "a (X)                WFO            WFO            WFO            WFH\n"
        "audit: nothing"
    )
    assert str(caught.value).startswith("Faulty:\n  - compile forbids rosters")


def test_a_wrong_price_is_found() -> None:
    def state(self: Any, facts: Facts) -> Iterator[Form]:
        cells = self.first(facts)
        if self.hard:
            yield Mask(self.id, cells, remote=False)
        else:
            yield CellCost(cells * np.int64(2 * self.penalty), np.zeros_like(cells, dtype=np.int64))

    found = findings(faulty(compile=state))
    assert found.startswith("the price of the soft rule is not penalty × units")
    assert "by more than they should" in found


def test_a_form_of_another_type_is_refused_with_the_reason() -> None:
    @dataclass(frozen=True)
    class Holes(Window):
        """A window with holes, which dealing does not keep."""

        def covers(self) -> int:
            return 0

    def state(self: Any, facts: Facts) -> Iterator[Form]:
        none = np.zeros(facts.shape[0], dtype=np.int64)
        yield Holes(self.id, 0, 0, none, none, self.penalty or 0)

    found = findings(faulty(compile=state))
    assert found.startswith("compile gives a Holes, which is none of Mask, Window, Cover")
    assert "can be dealt to its members" in found


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (lambda _self, cells: CellCost(cells * 1, cells * 0),
         "compile gives a CellCost though the rule is hard"),
        (lambda self, cells: Mask(self.id, cells, remote=False),
         "compile gives a Mask with the penalty 0, that of the rule is 3"),
        (lambda _self, cells: Mask("other", cells, remote=False),
         "compile gives a Mask of the rule 'other'; write self.id"),
    ],
)  # fmt: skip
def test_forms_of_the_wrong_strength_or_name_are_found(form: Any, expected: str) -> None:
    def state(self: Any, facts: Facts) -> Iterator[Form]:
        yield form(self, self.first(facts))

    assert expected in findings(faulty(compile=state))


def test_ties_must_be_said() -> None:
    twins = {"employees": [{"nip": nip, "opd": "X"} for nip in ("a1", "b1", "c2")]}
    given = {"start": day(0), "end": day(1), "rules": [{"kind": "silent_twins"}]}
    found = findings(SilentTwins, (given, twins))
    assert "its forms tie ASN together: say whom by a method couples" in found


def test_ties_must_be_those_that_are_said() -> None:
    class Apart(OneOfEach):
        """Says that it ties nobody."""

        kind: Literal["apart"]  # type: ignore[assignment]

        def couples(self, facts: Facts) -> Groups:
            """Nobody, which is wrong."""
            return nobody(facts)

    twins = {"employees": [{"nip": nip, "opd": "X"} for nip in ("a1", "b1", "c2")]}
    given = {"start": day(0), "end": day(1), "rules": [{"kind": "apart"}]}
    found = findings(Apart, (given, twins))
    assert "its forms tie ASN together whom couples does not put into one group" in found


def test_labels_must_tell_groups_apart_in_parts_of_a_nation() -> None:
    class Numbered(OneOfEach):
        """Calls its groups by numbers."""

        kind: Literal["numbered"]  # type: ignore[assignment]

        def couples(self, facts: Facts) -> Groups:
            """Twins, numbered from 0 in every part."""
            groups = self.twins(facts)
            return Groups(groups.of, np.arange(len(groups)).astype(str).astype(object))

    who = [{"nip": "a1", "opd": "X"}, {"nip": "b2", "opd": "Y"}, {"nip": "c2", "opd": "Y"}]
    given = {"start": day(0), "end": day(1), "rules": [{"kind": "numbered"}]}
    found = findings(Numbered, (given, {"employees": who}))
    assert "couples gives other labels where fewer ASN are seen" in found


def test_asking_less_of_the_barred_must_be_said() -> None:
    def first(self: Any, facts: Facts) -> Flags:
        return NotOnFirstDay.first(self, facts) & ~facts.barred.any()

    found = findings(faulty(first=first))
    assert "its speaks_of_remote must be true" in found
    speaking = faulty(first=first, speaks_of_remote=property(lambda _self: True))
    check_rule(speaking, [{}])


def test_bars_must_be_kept_by_audit() -> None:
    def bars(self: Any, facts: Facts) -> Flags:
        return self.cells(facts)

    assert "bars names ASN-days on which audit lets" in findings(faulty(bars=bars))


def test_an_objective_whose_cost_is_not_its_value() -> None:
    class Doubled(QuietMondays):
        """Costs twice what it is worth."""

        kind: Literal["doubled"]  # type: ignore[assignment]

        def tier(self, facts: Facts) -> Tier:
            """Each costs two."""
            (cost,) = super().tier(facts).terms
            return Tier(self.kind, 1, (CellCost(2 * cost.remote, cost.otherwise),))

    found = findings(Doubled)
    assert "value is not sign × the cost of the tier" in found
    assert "value: 1, cost: 2" in found


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"__doc__": ""}, "it has no docstring"),
        ({"__annotations__": {"depth": int}, "depth": 1},
         "its docstring documents no parameter 'depth'"),
        ({"words": {"id": {}}}, "its words in 'id' do not translate its meaning"),
        ({"words": {"id": {"Not on the first day": "x {y}"}}}, "have other fields than"),
        ({"meaning": " "}, "it has no meaning"),
        ({"__annotations__": {"kind": Literal["quota"]}}, "the kind quota is taken"),
    ],
)  # fmt: skip
def test_what_a_class_says_of_itself(members: dict[str, Any], expected: str) -> None:
    assert expected in findings(faulty(**members))


def test_everything_is_listed_at_once() -> None:
    def state(self: Any, facts: Facts) -> Iterator[Form]:
        return forbid(self, self.cells(facts))

    found = findings(faulty(__doc__="", words={"id": {}}, compile=state))
    for expected in ("no docstring", "do not translate", "compile forbids", "the price"):
        assert expected in found


@pytest.mark.parametrize(
    ("examples", "expected"),
    [
        ([], "there is no example to try"),
        ([{"dpeth": 1}], "example 1 cannot be read"),
        ([{"start": "2030-01-05", "end": "2030-01-06"}], "no roster of the tiny cases"),
        ([({"start": day(0), "end": day(28), "rules": [{"kind": "not_on_first_day"}]},
           {"employees": [{"nip": "a", "opd": "X"}]})], "give at most 12"),
    ],
)  # fmt: skip
def test_examples_must_show_something(examples: list[Any], expected: str) -> None:
    with pytest.raises(CheckError, match=expected):
        check_rule(NotOnFirstDay, examples)


@pytest.mark.parametrize("cls", [int, "x", Rule])
def test_what_is_no_rule_is_refused(cls: Any) -> None:
    with pytest.raises(CheckError, match=r"it is no subclass|it declares no kind"):
        check_rule(cls, [{}])
