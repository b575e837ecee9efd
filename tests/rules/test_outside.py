"""Mistakes in somebody's rule are theirs: told by rule, method and line, never as a bug of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from helpers import policy, roster

import rotasi
from rotasi.errors import RuleError
from rotasi.model.constraints import CellCost, Cover, Mask, Tier, Window
from rotasi.rules import KINDS, Objective, Rule, find_remote, nobody


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    with KINDS.kept():
        yield


def rule_that(**members: Any) -> None:
    """Register a rule that means nothing, but for some of its methods."""

    def compile_(_self: Any, _facts: Any) -> Iterator[Any]:
        return iter(())

    def audit(_self: Any, facts: Any, statuses: Any) -> Any:
        return find_remote(np.zeros(facts.shape, dtype=bool), statuses)

    def couples(_self: Any, facts: Any) -> Any:
        return nobody(facts)

    own = {"compile": compile_, "audit": audit, "couples": couples} | members
    own["__annotations__"] = {"kind": Literal["theirs"], "meaning": ClassVar[str]}
    rotasi.register(type("Theirs", (Rule,), own | {"meaning": "Theirs", "__module__": __name__}))


def refusal(*, penalty: int | None = None) -> str:
    """What `solve` says of it."""
    given = {"kind": "theirs"} | ({} if penalty is None else {"penalty": penalty})
    with pytest.raises(RuleError) as caught:
        rotasi.solve(roster(2), policy(given))
    assert "please report" not in str(caught.value)
    assert "theirs-1" in str(caught.value)
    return str(caught.value)


def fail(*_given: Any) -> Any:
    raise KeyError("198503152010011001")


@pytest.mark.parametrize("method", ["compile", "audit", "bars", "bans"])
def test_what_a_method_raises_is_told_with_its_place(method: str) -> None:
    rule_that(**{method: fail})
    said = refusal()
    assert f"{method} raises KeyError at test_outside.py:" in said
    assert "198503152010011001" not in said  # what it says may be personal
    assert "rotasi.testing.check_rule" in said


def gives(*forms: Any) -> Any:
    return lambda *_given: list(forms)


def zeros(*shape: int) -> Any:
    return np.zeros(shape, dtype=np.int64)


ID = "theirs-1"
NAMES = np.array(["x"], dtype=object)
HALF: Any = np.full(2, 0.5)


@pytest.mark.parametrize(
    ("compile_", "expected"),
    [
        (lambda *_given: None, "compile raises TypeError"),
        (gives(None), "compile gives a NoneType, which is none of Mask, Window, Cover"),
        (gives(Window("other", 0, 0, zeros(2), zeros(2))), "the rule 'other'"),
        (gives(Window(ID, 0, 0, zeros(2), zeros(2), 3)), "penalty 3, that of the"),
        (gives(Window(ID, 0, 9, zeros(2), zeros(2))), "the days (0, 9); there are 5"),
        (gives(Window(ID, 0, 0, zeros(2), HALF)), "high is of float64"),
        (gives(Mask(ID, np.ones((2, 4), bool), False)), "cells has the shape (2, 4)"),
        (gives(Cover(ID, zeros(2) + 1, NAMES, zeros(1, 5), zeros(1, 5))),
         "more groups than labels"),
        (gives(Cover(ID, zeros(2), NAMES, zeros(1, 5), zeros(1, 4))),
         "high has the shape (1, 4), not (1, 5)"),
        (gives(CellCost(zeros(2, 5), zeros(2, 5))), "though the rule is hard"),
    ],
)  # fmt: skip
def test_forms_that_are_none_are_refused(compile_: Any, expected: str) -> None:
    rule_that(compile=compile_)
    assert expected in refusal()


def test_a_soft_rule_needs_a_price() -> None:
    rule_that(compile=gives(Mask(ID, np.ones((2, 5), bool), False)))
    assert "a CellCost instead of a Mask" in refusal(penalty=2)


@pytest.mark.parametrize("found", [None, 3])
def test_breaches_that_are_none_are_refused(found: Any) -> None:
    rule_that(audit=lambda *_given: found)
    assert "give Breaches" in refusal()


def test_two_readings_that_disagree_are_the_rules_fault() -> None:
    rule_that(audit=lambda self, facts, statuses: find_remote(self.cells(facts), statuses))
    assert "its two readings disagree" in refusal()


def test_facts_cannot_be_written_to() -> None:
    def write(self: Any, facts: Any) -> Iterator[Any]:
        facts.on_leave[:, 0] = True
        yield Mask(self.id, facts.on_leave, False)

    rule_that(compile=write)
    with pytest.raises(
        RuleError, match=r"compile raises ValueError at test_outside\.py:"
    ) as caught:
        rotasi.solve(roster(2), policy({"kind": "theirs"}))
    assert "read-only" in str(caught.value.__cause__)


class Odd(Objective):
    """Prefers nothing."""

    meaning: ClassVar[str] = "Odd"
    kind: Literal["odd"]

    def couples(self, facts: Any) -> Any:
        return nobody(facts)

    def tier(self, facts: Any) -> Tier:
        return Tier(self.kind, 1, (CellCost(zeros(*facts.shape), zeros(*facts.shape)),))

    def value(self, facts: Any, statuses: Any) -> Any:
        return 5


def test_an_objective_whose_value_is_another_is_blamed() -> None:
    rotasi.register(Odd)
    with pytest.raises(RuleError, match="odd: its two readings disagree"):
        rotasi.solve(roster(1), policy(objectives=[{"kind": "odd"}]))


def test_values_are_whole_numbers() -> None:
    class Half(Odd):
        kind: Literal["half"]  # type: ignore[assignment]

        def value(self, facts: Any, statuses: Any) -> Any:
            return 0.5

    rotasi.register(Half)
    with pytest.raises(RuleError, match="value gives float; give a whole number"):
        rotasi.solve(roster(1), policy(objectives=[{"kind": "half"}]))


def test_our_own_classes_are_not_wrapped() -> None:
    for cls in KINDS.values():
        for name in ("compile", "audit", "tier", "value"):
            assert not hasattr(getattr(cls, name, None), "__wrapped__")
