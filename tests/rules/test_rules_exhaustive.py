"""Every rule and objective, on every assignment of tiny rosters, said in four ways that must agree.

The compiled problem, the simplified one, the verifier, and the oracle's checker; and CP-SAT, asked
for all its solutions. A new kind is covered as soon as the oracle can draw it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pytest
from helpers import (
    MONDAY,
    Instance,
    allows,
    assignment_of,
    costs,
    cp_sat_alone,
    day,
    every_decision,
    goals,
    grid_of,
    history,
    rows,
    tables,
    terms,
    unpack,
)
from oracle.checker import Case as Referee
from oracle.checker import judge
from oracle.instances import random_instance
from ortools.sat.python import cp_model
from saved import saving

from rotasi.engine.limits import Limits
from rotasi.engine.programs.integer_program import Program, write_program
from rotasi.engine.prove import decide
from rotasi.engine.reductions.presolve import simplify
from rotasi.engine.reductions.symmetry import deal, fold
from rotasi.engine.solvers.cpsat.encode import pose
from rotasi.engine.solvers.cpsat.question import write_proto
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import Instance as Resolved
from rotasi.instance.resolve import resolve
from rotasi.model.assignment import Statuses
from rotasi.model.evaluation import is_contradictory
from rotasi.model.facts import MISSING
from rotasi.model.problem import Problem
from rotasi.rules import KINDS
from rotasi.schedule.verification import audit
from rotasi.testing.memory import remember

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.errors.RotasiWarning")

INSTANCES = 15  # per kind; compile and audit alone are also held together by rotasi.testing
CELLS = 8  # ASN-days not on leave: 256 assignments
DESCRIBED = 4  # assignments per instance and verdict that the verifier puts into words: it is slow

Marks = dict[str, Any]


@dataclass
class Sweep:
    """What the assignments of an instance are worth."""

    allowed: set[bytes]
    costs: list[list[int]]
    clause: set[int]


def tiny_instances(kind: str) -> Iterator[Instance]:
    """Random instances with a kind, small enough to look at every assignment."""
    for seed in range(10_000):
        instance = random_instance(random.Random(seed), "tiny", kind)
        referee = Referee(*instance)
        if len(set(referee.asn_days()) - referee.leave) <= CELLS:
            yield instance


def broken(case: Resolved, statuses: Statuses) -> set[str]:
    """Ids of the hard rules that the verifier finds broken, without its words."""
    facts = case.facts
    hard = [rule for rule in case.policy.all_rules if rule.hard]
    found = {rule.id for rule in hard if len(rule.audit(facts, statuses).asn)}
    pinned = (facts.pins != MISSING) & (facts.pins != statuses.grid)
    return found | ({"pin"} if pinned.any() else set())


def natural(problem: Problem, remote: np.ndarray) -> list[tuple[str, int]]:
    """Kind and natural value of each tier."""
    return [
        (tier.kind, tier.sign * cost)
        for tier, cost in zip(problem.tiers, costs(problem, remote), strict=True)
    ]


def worth(case: Resolved, kind: str, statuses: Statuses) -> int:
    """Value of the first objective of a kind, or units of its rules."""
    rules = [rule for rule in case.policy.all_rules if rule.kind == kind]
    if rules:
        return sum(rule.audit(case.facts, statuses).total for rule in rules)
    (goal, *_) = [goal for goal in case.policy.objectives if goal.kind == kind]
    return goal.value(case.facts, statuses)


def sweep(kind: str, instance: Instance) -> tuple[Sweep, Problem]:
    """Look at every assignment of an instance, and demand that all readings of it agree."""
    case, referee = remember(resolve(*unpack(instance))), Referee(*instance)
    compiled = compile_problem(case)
    simple = simplify(compiled)
    seen = Sweep(set(), [], set())
    described = {True: 0, False: 0}
    for remote in every_decision(case.facts):
        grid = grid_of(case.facts, remote)
        statuses, assignment = Statuses(grid), assignment_of(case.facts, grid)
        judgement = judge(referee, assignment)
        allowed = allows(compiled, remote)
        assert broken(case, statuses) == judgement.violated
        assert judgement.ok == allowed == allows(simple, remote)
        assert judgement.values == natural(compiled, remote)
        if allowed:
            assert judgement.values == natural(simple, remote)
            seen.allowed.add(remote.tobytes())
            seen.costs.append(costs(simple, remote))
        if described[allowed] < DESCRIBED:
            described[allowed] += 1
            report = audit(case, grid, {})
            assert report.ok == allowed
            assert set(report.violations["rule"]) == judgement.violated
            assert list(report.objectives.itertuples(index=False, name=None)) == judgement.values
        if len(seen.clause) < 2:
            seen.clause.add(worth(case, kind, statuses))
    return seen, simple


def all_solutions(problem: Problem) -> set[bytes]:
    """Everything that CP-SAT accepts, one Boolean per ASN-day."""
    if is_contradictory(problem):
        return set()
    program = write_program(replace(problem, tiers=()))
    model, solver = cp_model.CpModel(), cp_model.CpSolver()
    write_proto(pose(program, program.weigh(slice(0), ())), model.proto)
    solver.parameters.num_workers = 1
    solver.parameters.enumerate_all_solutions = True
    collector = _Collector(program)
    solver.solve(model, collector)
    return collector.found


class _Collector(cp_model.CpSolverSolutionCallback):
    def __init__(self, program: Program) -> None:
        super().__init__()
        self.found: set[bytes] = set()
        self._program = program

    def on_solution_callback(self) -> None:
        values = np.array(self.response_proto.solution, dtype=np.int64)
        self.found.add(self._program.read(values).tobytes())


def check(kind: str, instance: Instance) -> Sweep:
    """The sweep, all that CP-SAT accepts, and the optimum of every prover."""
    with saving(instance, f"readings of {kind}"):
        return checked(kind, instance)


def checked(kind: str, instance: Instance) -> Sweep:
    seen, simple = sweep(kind, instance)
    assert all_solutions(simple) == seen.allowed
    for optimum in optima(simple):
        if optimum is None or not seen.costs:
            assert optimum is None
            assert not seen.costs
        else:
            assert optimum.tobytes() in seen.allowed
            assert costs(simple, optimum) == min(seen.costs)
    return seen


def optima(problem: Problem) -> Iterator[np.ndarray | None]:
    """The decision by whatever proves it, for classes and for persons, and by CP-SAT alone."""
    search, folding = Limits(), fold(problem)
    classes = decide(folding.problem, search).remote
    yield None if classes is None else deal(folding, classes).astype(np.int64)
    yield decide(problem, search).remote
    with cp_sat_alone():
        yield decide(problem, search).remote


@pytest.mark.parametrize("kind", KINDS)
def test_all_readings_agree_on_every_assignment_of_random_rosters(kind: str) -> None:
    """A kind that the oracle cannot draw fails here, whatever else is tested of it."""
    matters = infeasible = 0
    for instance in islice(tiny_instances(kind), INSTANCES):
        seen = check(kind, instance)
        matters += len(seen.clause) > 1
        infeasible += not seen.allowed
    # Many instances tell assignments apart by this kind, and most can be solved.
    assert matters >= INSTANCES // 3, (
        f"{kind} decides something in only {matters} of {INSTANCES} drawn instances: have "
        "oracle/instances.py draw it so that it binds (_parameters, _reach, the calendar)"
    )
    assert infeasible <= INSTANCES // 2


def corner(
    who: int | list[Marks] = 1,
    *rules: Marks,
    leave: list[tuple[str, int, int]] | None = None,
    pins: list[tuple[str, int, str]] | None = None,
    wishes: list[Marks] | None = None,
    past: Marks | None = None,
    **settings: Any,
) -> Instance:
    """A hand-made instance: Monday to Friday, one letter per day of the past."""
    given = terms(*rules, **settings)
    previous = history(given["start"], **(past or {}))
    return tables(who, leave or (), pins or (), wishes or ()), given, previous


def rule(kind: str, **parameters: Any) -> Marks:
    return {"kind": kind} | parameters


TWO_DAYS = {"workdays": ["Mon", "Tue"], "end": day(1)}
UNITS = [{"unit": "U"}, {"unit": "U"}, {"unit": "V"}, {"unit": None}]
DESKS = [("a", 0, 0), ("b", 0, 1)]
OFF = {"country": "", "extra": [day(2)]}

#: What random instances seldom meet; every kind must have some.
CORNERS: dict[str, list[Instance]] = {
    "never_remote": [
        corner(2, rule("never_remote", **{"except": {"nip": ["a"]}}), **TWO_DAYS),
        corner(1, rule("never_remote", start=day(1), end=day(3)), pins=[("a", 0, "H")]),
        corner(1, rule("never_remote", end=day(0)), pins=[("a", 0, "H")]),
        corner(1, rule("never_remote", start=day(-9), end=day(-1))),
        corner(1, rule("never_remote"), rule("min_on_site", count=1), leave=[("a", 1, 2)]),
        corner([{"skills": "x; y"}, {"skills": "xy"}],
               rule("never_remote", scope={"skills": ["y"]}), **TWO_DAYS),
    ],
    "require_performance": [
        corner([{"performance": p} for p in ("Baik", "Kurang", None, 80)],
               rule("require_performance", minimum="Baik"), end=MONDAY),
        corner([{"performance": p} for p in (80, 79.5, "Sangat Baik", None)],
               rule("require_performance", minimum=80), end=MONDAY),
        corner(2, rule("require_performance", minimum=0, penalty=3), **TWO_DAYS),
    ],
    "require_application": [
        corner(2, rule("require_application"), **TWO_DAYS),
        corner([{"applied": True}, {"applied": False}, {"applied": None}],
               rule("require_application", penalty=2), **TWO_DAYS),
    ],
    "bar_disciplined": [
        corner([{"disciplined": True}, {"disciplined": False}, {"disciplined": None}],
               rule("bar_disciplined"), **TWO_DAYS),
        corner(2, rule("bar_disciplined"), **TWO_DAYS),
    ],
    "bar_newcomers": [
        corner([{"joined": date(2026, 2, 28)}, {"joined": date(2026, 3, 1)}, {"joined": None}],
               rule("bar_newcomers", months=1), start=date(2026, 3, 31), end=date(2026, 4, 1)),
        corner([{"joined": date(2025, 1, 5)}, {"joined": date(2025, 1, 6)}],
               rule("bar_newcomers", months=12, start=day(1)), **TWO_DAYS),
    ],
    "quota": [
        # Two remote days of the week are used up before a start on Thursday; a third is too many.
        corner(1, rule("quota", max_days=2), past={"a": "HHO"}, start=day(3), end=day(4)),
        corner(1, rule("quota", max_days=2), past={"a": "HHH"}, start=day(3), end=day(4)),
        corner(1, rule("quota", max_days=1, penalty=5), past={"a": "HHH"}, start=day(3)),
        corner(1, weekly_cap=2, past={"a": "HH"}, start=day(2)),
        corner(1, weekly_cap=1, past={"a": "HH"}, start=day(2)),
        corner(1, weekly_cap=0),
        # min_days: a full week, one cut by a holiday, by the period, by the rule.
        corner(1, rule("quota", max_days=3, min_days=2)),
        corner(1, rule("quota", max_days=3, min_days=2), holidays=OFF),
        corner(1, rule("quota", max_days=3, min_days=2), end=day(3)),
        corner(1, rule("quota", max_days=3, min_days=2, start=day(1))),
        corner(1, rule("quota", max_days=3, min_days=3), leave=[("a", 0, 1)]),
        corner(1, rule("quota", max_days=3, min_days=3), pins=[("a", 0, "O"), ("a", 1, "H")]),
        corner(1, rule("quota", max_days=4, min_days=4), rule("no_remote_day", weekdays=["Fri"]),
               rule("never_remote", end=day(0))),
        corner(1, rule("quota", max_days=4, min_days=4), rule("no_remote_day", weekdays=["Fri"]),
               rule("no_remote_day", weekdays=["Mon"], penalty=9)),
        corner([{"performance": p} for p in ("Baik", "Kurang", 90, None)],
               rule("quota", min_days=1, max_by_performance={"Baik": 2, "Sangat Baik": 4}),
               **TWO_DAYS),
        corner(2, rule("quota", max_days=1, min_days=1, penalty=2), **TWO_DAYS),
        # Months: January is cut by the period, February is whole and asks for its minimum.
        corner(1, rule("quota", per="month", max_days=2, min_days=2), workdays=["Mon"],
               start=date(2026, 1, 26), end=date(2026, 3, 2)),
        corner(1, rule("quota", per="month", max_days=2), past={"a": "H......H......H......"},
               workdays=["Mon"], start=date(2026, 1, 26), end=date(2026, 2, 2)),
        corner(1, rule("quota", per="period", max_days=3, min_days=3, start=day(1)),
               past={"a": "HH.."}),
        corner(1, rule("quota", max_days=1, start=day(3)), past={"a": "HH"}, start=day(2)),
        # ISO week 53 of 2026 goes on into 2027.
        corner(1, rule("quota", max_days=2, min_days=2), start=date(2026, 12, 28),
               end=date(2027, 1, 1)),
    ],
    "max_consecutive": [
        corner(1, rule("max_consecutive", remote=2), past={"a": "HH.."}),
        corner(1, rule("max_consecutive", remote=2), past={"a": "HHH.."}),
        corner(1, rule("max_consecutive", remote=2, penalty=3), past={"a": "HHHH.."}),
        corner(1, rule("max_consecutive", on_site=3), past={"a": "OO.."}),
        corner(1, rule("max_consecutive", on_site=3), past={"a": "OO..."}),
        corner(1, rule("max_consecutive", on_site=1, remote=1, penalty=1), past={"a": "H.."}),
        corner(1, rule("max_consecutive", remote=1), leave=[("a", 1, 1)]),
        corner(1, rule("max_consecutive", on_site=1), leave=[("a", 0, 0)], past={"a": "O.."}),
        corner(1, rule("max_consecutive", remote=1), past={"a": "L.."}),
        corner(1, rule("max_consecutive", remote=1, start=day(0)), past={"a": "H.."}),
        corner(1, rule("max_consecutive", remote=1, start=day(-3)), past={"a": "HH.."}),
        corner(1, rule("max_consecutive", remote=1, start=day(2)), past={"a": "H.."}),
        corner(1, rule("max_consecutive", remote=1, end=day(1))),
        corner(1, rule("max_consecutive", remote=9, on_site=9)),
        corner(1, rule("max_consecutive", remote=6), past={"a": "HHHHH.."}),
        # Over a holiday and a weekend.
        corner(1, rule("max_consecutive", remote=2), holidays=OFF, end=day(7)),
        corner(1, rule("max_consecutive", remote=1), past={"a": "H..."}, holidays={
            "country": "", "extra": [day(-3)]}),
        corner(1, rule("max_consecutive", remote=1), past={"a": "H...."}, holidays={
            "country": "", "extra": [day(-3)]}),
    ],
    "fixed_remote_day": [
        corner(1, rule("fixed_remote_day", weekdays=["Wed"], if_holiday=mode), holidays=OFF)
        for mode in ("skip", "previous", "next")
    ] + [
        corner(1, rule("fixed_remote_day", dates=[day(0)], if_holiday="previous"), holidays={
            "country": "", "extra": [day(0)]}),
        corner(1, rule("fixed_remote_day", dates=[day(4)], if_holiday="next"), holidays={
            "country": "", "extra": [day(4)]}),
        corner(1, rule("fixed_remote_day", dates=[day(2)], if_holiday="next", end=day(2)),
               holidays=OFF),
        corner(1, rule("fixed_remote_day", dates=[day(6)], if_holiday="previous", penalty=4),
               end=day(6)),
        corner(1, rule("fixed_remote_day", dates=[day(2), day(3)], if_holiday="next", penalty=4),
               holidays=OFF),
        corner(1, rule("fixed_remote_day", dates=[day(-1), day(9)], if_holiday="next")),
        corner(1, rule("fixed_remote_day", weekdays=["Wed"]), pins=[("a", 2, "O")]),
        corner(1, rule("fixed_remote_day", weekdays=["Wed"]), leave=[("a", 2, 2)]),
        corner(1, rule("fixed_remote_day", weekdays=["Wed"]), rule("never_remote", start=day(2))),
        corner(1, rule("fixed_remote_day", weekdays=["Wed"]),
               rule("never_remote", start=day(2), penalty=1)),
        corner(1, rule("fixed_remote_day", weekdays=["Wed"]),
               rule("no_remote_day", dates=[day(2)])),
        corner(1, rule("fixed_remote_day", weekdays=["Wed", "Thu"]), rule("quota", max_days=1)),
        corner(1, rule("fixed_remote_day", weekdays=["Wed", "Thu"]), rule("quota", max_days=0)),
    ],
    "no_remote_day": [
        corner(1, rule("no_remote_day", dates=[day(2), day(3), day(9)]), holidays=OFF),
        corner(2, rule("no_remote_day", weekdays=["Tue"], penalty=4), leave=[("a", 1, 1)],
               **TWO_DAYS),
        corner(1, rule("no_remote_day", weekdays=["Tue"]), pins=[("a", 1, "H")]),
        corner(1, rule("no_remote_day", weekdays=["Tue", "Wed"], start=day(2))),
    ],
    "min_on_site": [
        corner(5, rule("min_on_site", share=0.6), end=MONDAY),
        corner(4, rule("min_on_site", share=0.5), leave=DESKS, **TWO_DAYS),
        corner(4, rule("min_on_site", share=0.5, of="headcount"), leave=DESKS, **TWO_DAYS),
        corner(2, rule("min_on_site", count=2), leave=DESKS, **TWO_DAYS),
        corner(2, rule("min_on_site", count=2, if_short="cap"), leave=DESKS, **TWO_DAYS),
        corner(2, rule("min_on_site", count=2, penalty=7), leave=DESKS, **TWO_DAYS),
        corner(2, rule("min_on_site", share=1.0), pins=[("a", 0, "H")], **TWO_DAYS),
        corner(1, rule("min_on_site", count=2), **TWO_DAYS),
        corner(UNITS, rule("min_on_site", count=1, by=["unit"]), end=MONDAY),
        corner(UNITS, rule("min_on_site", count=3, by=[]), end=MONDAY),
        corner(UNITS, rule("min_on_site", share=0.5, scope={"unit": ["U"]}), end=MONDAY),
        corner([{"unit": "U", "site": s} for s in ("1", "1", None)],
               rule("min_on_site", count=1, by=["unit", "site"]), **TWO_DAYS),
    ],
    "max_on_site": [
        corner(5, rule("max_on_site", share=0.5), end=MONDAY),
        corner(3, rule("max_on_site", share=0.5, of="headcount"), leave=DESKS, **TWO_DAYS),
        corner(3, rule("max_on_site", count=0, penalty=2), rule("never_remote", end=day(0)),
               **TWO_DAYS),
        corner(2, rule("max_on_site", count=0), rule("never_remote", end=day(0)), **TWO_DAYS),
        corner(UNITS, rule("max_on_site", count=1, by=["unit"]), end=MONDAY),
    ],
    "max_remote": [
        corner(5, rule("max_remote", share=0.5), end=MONDAY),
        corner(3, rule("max_remote", share=0.4, of="headcount"), leave=DESKS, **TWO_DAYS),
        corner(2, rule("max_remote", count=0), pins=[("a", 0, "H")], **TWO_DAYS),
        corner(2, rule("max_remote", count=0, penalty=3), pins=[("a", 0, "H")], **TWO_DAYS),
        corner(UNITS, rule("max_remote", count=1, by=[]), end=MONDAY),
    ],
    "min_remote": [
        corner(5, rule("min_remote", share=0.5), end=MONDAY),
        corner(3, rule("min_remote", share=0.4, of="headcount"), leave=DESKS, **TWO_DAYS),
        corner(2, rule("min_remote", count=1), rule("never_remote", end=day(0)), **TWO_DAYS),
        corner(2, rule("min_remote", count=1, penalty=3), rule("never_remote", end=day(0)),
               **TWO_DAYS),
        corner(2, rule("min_remote", count=3), **TWO_DAYS),
    ],
    "rotation_groups": [
        corner(UNITS, rule("rotation_groups", by="unit"), **TWO_DAYS),
        corner(UNITS, rule("rotation_groups", by="unit", penalty=2), rule("quota", max_days=1),
               **TWO_DAYS),
        corner([{"unit": "U"}, {"unit": "U"}, {"unit": "U", "opd": "Y"}],
               rule("rotation_groups", by="unit"), pins=[("a", 0, "H")], **TWO_DAYS),
        corner([{"unit": "U", "applied": True}, {"unit": "U"}], rule("require_application"),
               rule("rotation_groups", by="unit"), **TWO_DAYS),
        # One who is barred on Monday keeps the other on site; leave ties nobody.
        corner([{"unit": "U"}] * 3, rule("never_remote", scope={"nip": ["a"]}, end=day(0)),
               rule("rotation_groups", by="unit"), leave=[("b", 1, 1)], **TWO_DAYS),
        corner([{"unit": "U"}] * 2, rule("rotation_groups", by="unit"),
               rule("never_remote", scope={"nip": ["a"]}, end=day(0)), pins=[("b", 0, "H")],
               **TWO_DAYS),
        corner(UNITS, rule("rotation_groups", by="unit", start=day(1)), **TWO_DAYS),
        corner(4, rule("rotation_groups", groups=2), rule("quota", max_days=1), **TWO_DAYS),
        corner(5, rule("rotation_groups", groups=2), rule("min_on_site", count=2),
               leave=[("a", 0, 0)], **TWO_DAYS),
        corner(5, rule("rotation_groups", groups=3, penalty=3), rule("max_remote", count=3),
               end=MONDAY),
        corner(2, rule("rotation_groups", groups=3), rule("max_remote", count=1), **TWO_DAYS),
        corner(3, rule("rotation_groups", groups=1), rule("max_remote", count=2), **TWO_DAYS),
        corner(4, rule("rotation_groups", groups=2), pins=[("a", 0, "H"), ("b", 1, "H")],
               leave=[("c", 0, 1)], **TWO_DAYS),
        corner(3, rule("rotation_groups", groups=3), weekly_cap=0, **TWO_DAYS),
    ],
    "together": [
        corner(UNITS, rule("together", by=["unit"]), **TWO_DAYS),
        corner(UNITS, rule("together", by=["unit"], days=2, penalty=3), **TWO_DAYS),
        corner(UNITS, rule("together", by=["unit"], days=3, penalty=3), **TWO_DAYS),
        corner(2, rule("together", by=[], days=3), **TWO_DAYS),
        corner(2, rule("together", by=[], days=2), rule("max_on_site", count=1), **TWO_DAYS),
        corner(2, rule("together"), **TWO_DAYS),
        corner([{"team": "T"}] * 2, rule("together"), leave=[("a", 0, 1), ("b", 1, 1)],
               pins=[("b", 0, "H")], **TWO_DAYS),
        corner([{"team": "T"}] * 2, rule("together"), rule("min_remote", count=1), **TWO_DAYS),
        corner([{"team": "T"}], rule("together", days=4), weekly_cap=4, pins=[("a", 0, "H")]),
        # Weeks cut by a holiday, by the rule or by the period ask nothing.
        corner([{"team": "T"}], rule("together", days=4), holidays=OFF),
        corner([{"team": "T"}], rule("together", days=4, start=day(1))),
        corner([{"team": "T"}], rule("together", days=4), end=day(3)),
    ],
    "remote_days": [
        corner(2, objectives=goals("remote_days", sense="min"), **TWO_DAYS),
        corner(2, objectives=goals("remote_days"), pins=[("a", 0, "H")], **TWO_DAYS),
    ],
    "wishes": [
        corner(1, wishes=[{"nip": "a", "date": day(0), "weight": -3},
                          {"nip": "a", "weekday": "Mon", "weight": 2},
                          {"nip": "a", "date": day(1), "weight": 10},
                          {"nip": "a", "date": day(5), "weight": 10}],
               leave=[("a", 1, 1)], objectives=goals("wishes")),
        corner(1, objectives=goals("wishes")),
    ],
    "fairness": [
        corner(2, rule("max_remote", count=1), past={"a": "HHH...", "gone": "HH..."}, **TWO_DAYS),
        corner([{}, {"disciplined": True}], rule("bar_disciplined"), past={"b": "H.."},
               **TWO_DAYS),
        corner(2, rule("never_remote", scope={"nip": ["a"]}, end=day(0)), **TWO_DAYS),
        corner(1, weekly_cap=0, past={"a": "HH.."}),
    ],
    "level_load": [
        corner(UNITS, rule("quota", max_days=1), objectives=goals("remote_days") + goals(
            "level_load", by=["unit"]), end=MONDAY),
        corner(4, rule("quota", max_days=1), objectives=goals("remote_days", "level_load"),
               leave=[("a", 0, 0)], **TWO_DAYS),
        corner(UNITS, objectives=goals("level_load", by=[]), pins=[("a", 0, "H")], end=MONDAY),
        # Nobody of the first group is ever remote.
        corner(UNITS[1:], rule("never_remote", scope={"unit": ["U"]}),
               objectives=goals("remote_days") + goals("level_load", by=["unit"]), **TWO_DAYS),
    ],
    "stability": [
        # Rows of the period itself, among them LEAVE that is no longer, and leave that is new.
        (*corner(1, leave=[("a", 1, 1)], objectives=goals("stability", "remote_days"))[:2],
         rows(a="HHLO.")),
        (*corner(2, rule("max_remote", count=0), objectives=goals("stability"), **TWO_DAYS)[:2],
         rows(day(-3), a="H..HH", gone="HHHHH")),
    ],
}  # fmt: skip


def test_every_kind_has_corners() -> None:
    assert set(CORNERS) == set(KINDS)
    assert all(CORNERS.values())


@pytest.mark.parametrize("kind", CORNERS)
def test_all_readings_agree_on_every_assignment_of_corners(kind: str) -> None:
    for number, instance in enumerate(CORNERS[kind]):
        seen = check(kind, instance)
        assert seen.clause, number
