"""solve_partitions never parts whom a rule ties together, whatever columns the rule has."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
import pytest
from helpers import day, policy
from nations import Inline, employees, rows, write
from own_rules import BarFloor, OneOfEach, OnSiteAfterLeave, QuietMondays, SilentTwins, TwinsOnLeave

import rotasi
from rotasi.partitioned.preflight import make_people
from rotasi.rules import KINDS, Facts, Groups, Level, Rule, Tier

TWINS = {"kind": "one_of_each"}


class TwinsOfAnOpd(OneOfEach):
    """Twins within an OPD."""

    kind: Literal["twins_of_an_opd"]  # type: ignore[assignment]

    def twins(self, facts: Facts) -> Groups:
        """Groups by OPD and the last sign of the NIP."""
        keys = facts.text("opd") + " / " + facts.text("nip").str[-1]
        names, of = np.unique(keys, return_inverse=True)
        return Groups(of.astype(np.int64), names.astype(object))


class LevelEverybody(QuietMondays):
    """Levels all who work, and does not say so."""

    kind: Literal["level_everybody"]  # type: ignore[assignment]

    def couples(self, facts: Facts) -> Groups | None:
        """Nothing is said."""
        return None

    def tier(self, facts: Facts) -> Tier:
        """One group of all."""
        return Tier(self.kind, 1, (Level(np.zeros(facts.shape[0], dtype=np.int64)),))

    def value(self, facts: Facts, statuses: Any) -> int:
        """Sum of squares."""
        return int((statuses.remote.sum(axis=0) ** 2).sum())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A0, A1 in a part, B0, B1 in another: 0 and 1 end alike in both. A0 has leave."""
    away = pd.DataFrame({"nip": ["A0"], "start": day(0), "end": day(0)})
    own = {"floor": "3"}
    return write(
        tmp_path / "nation",
        p1={"employees": employees("A", size=2, **own), "leave": away},
        p2={"employees": employees("B", size=2, **own)},
    )


def problem_of(source: Path, target: Path, terms: rotasi.Policy) -> Any:
    with pytest.raises(rotasi.PolicyError) as caught:
        rotasi.solve_partitions(source, terms, target, executor=Inline())
    (problem,) = caught.value.problems[:1]
    return problem


def test_a_rule_without_by_that_ties_two_across_parts_is_refused(
    source: Path, tmp_path: Path
) -> None:
    rotasi.register(OneOfEach)
    problem = problem_of(source, tmp_path / "out", policy(TWINS))
    assert (problem.column, problem.value) == ("rules[0]", "one_of_each-1")
    assert "has members in the parts p1, p2" in problem.message
    assert "A0" not in str(problem)


def test_a_rule_that_ties_within_an_opd_is_solved(source: Path, tmp_path: Path) -> None:
    rotasi.register(TwinsOfAnOpd)
    terms = policy({"kind": "twins_of_an_opd"})
    rotasi.solve_partitions(source, terms, tmp_path / "out", executor=Inline())
    assert len(rows(tmp_path / "out")) == 20


def test_a_rule_that_does_not_say_whom_it_ties_is_refused(source: Path, tmp_path: Path) -> None:
    rotasi.register(SilentTwins)
    problem = problem_of(source, tmp_path / "out", policy({"kind": "silent_twins"}))
    assert (problem.column, problem.value) == ("rules[0]", "silent_twins-1")
    assert problem.message.startswith("silent_twins ties ASN together and does not say whom")
    assert not (tmp_path / "out").exists()


def test_so_is_an_objective(source: Path, tmp_path: Path) -> None:
    rotasi.register(LevelEverybody)
    terms = policy(objectives=[{"kind": "level_everybody"}])
    problem = problem_of(source, tmp_path / "out", terms)
    assert (problem.column, problem.value) == ("objectives[0]", "level_everybody")


def test_ties_that_only_days_show_are_refused_by_the_part(source: Path, tmp_path: Path) -> None:
    """Nobody is on leave in what is looked at before; no part is written that may be wrong."""
    rotasi.register(TwinsOnLeave)
    problem = problem_of(source, tmp_path / "out", policy({"kind": "twins_on_leave"}))
    assert problem.value == "twins_on_leave-1"
    assert not (tmp_path / "out" / "records" / "p1.json").exists()


def test_a_silent_rule_that_ties_nobody_is_solved(source: Path, tmp_path: Path) -> None:
    class Silent(OnSiteAfterLeave):
        """The same, without a word on whom it ties."""

        meaning: ClassVar[str] = "Silent"
        kind: Literal["silent"]  # type: ignore[assignment]
        couples = Rule.couples

    rotasi.register(Silent)
    terms = policy({"kind": "silent"})
    with pytest.raises(rotasi.PolicyError, match="is known in this process only"):
        rotasi.solve_partitions(source, terms, tmp_path / "out", executor=Inline())
    globals()["Silent"] = Silent
    Silent.__qualname__ = "Silent"
    try:
        rotasi.solve_partitions(source, terms, tmp_path / "out", executor=Inline())
    finally:
        del globals()["Silent"]
    found = rows(tmp_path / "out").set_index(["nip", "date"])["status"]
    assert found[("A0", "2026-01-06")] == "WFO"


def test_workers_know_what_was_registered_here(source: Path, tmp_path: Path) -> None:
    """Processes that start afresh import the class."""
    rotasi.register(OnSiteAfterLeave)
    rotasi.register(BarFloor)
    rotasi.register(QuietMondays)
    terms = policy(
        {"kind": "on_site_after_leave", "days": 2},
        {"kind": "bar_floor", "floor": "3", "scope": {"opd": ["B"]}},
        objectives=[{"kind": "quiet_mondays"}, {"kind": "remote_days"}],
    )
    summary = rotasi.solve_partitions(source, terms, tmp_path / "out", workers=1)
    assert summary.status is rotasi.Status.OPTIMAL
    found = rows(tmp_path / "out").set_index(["nip", "date"])["status"]
    assert found["A0"].tolist() == ["LEAVE", "WFO", "WFO", "WFH", "WFH"]
    assert set(found["B0"]) == {"WFO"}


def test_a_rule_that_has_changed_is_solved_again(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotasi.register(OnSiteAfterLeave)
    terms, target = policy({"kind": "on_site_after_leave"}), tmp_path / "out"
    rotasi.solve_partitions(source, terms, target, executor=Inline())
    again = rotasi.solve_partitions(source, terms, target, executor=Inline())
    assert again.partitions["kept"].all()
    monkeypatch.setattr(type(KINDS), "origin", lambda _self, _kind: "mine 2.0")
    changed = rotasi.solve_partitions(source, terms, target, executor=Inline())
    assert not changed.partitions["kept"].any()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_ours_says_whom_it_couples(kind: str) -> None:
    """A silent one would be compiled in every part before anything is solved."""
    parameters = {
        "require_performance": {"minimum": "Baik"},
        "bar_newcomers": {"months": 1},
        "quota": {"max_days": 1},
        "max_consecutive": {"remote": 1},
        "fixed_remote_day": {"weekdays": ["Mon"]},
        "no_remote_day": {"weekdays": ["Mon"]},
        "rotation_groups": {"groups": 2},
    }
    counted = ("min_on_site", "max_on_site", "max_remote", "min_remote")
    own = parameters.get(kind, {"count": 1} if kind in counted else {})
    clause = KINDS[kind].model_validate({"kind": kind} | own)
    roster = rotasi.Roster.from_frame(employees("A", "B", team="T"))
    groups = clause.couples(make_people(roster, policy()))
    tied = {"level_load", "rotation_groups", "together", *counted}
    assert (len(groups) > 0) == (kind in tied)
