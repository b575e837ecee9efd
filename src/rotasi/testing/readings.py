"""The two readings of a clause, held against each other on every roster of a case."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

from rotasi.instance.compile import find_axes, settle_past
from rotasi.instance.resolve import Instance
from rotasi.model.assignment import Breaches, Statuses, since
from rotasi.model.evaluation import evaluate, is_allowed
from rotasi.model.facts import LEAVE, Facts, Ints
from rotasi.model.problem import Problem, assemble
from rotasi.rules import Objective, Rule
from rotasi.rules.group_search import divide
from rotasi.testing.findings import Findings, show_breaches, show_roster, size_of

Grid = npt.NDArray[np.int8]
#: More ASN-days that are not on leave would take too long: 4096 rosters.
MOST_CELLS = 12


def every_roster(facts: Facts) -> Iterator[Ints]:
    """Every way to be remote on the days that are open and not on leave, shape (n, d)."""
    free = ~facts.on_leave & facts.open
    for bits in product((0, 1), repeat=int(free.sum())):
        remote = facts.past_remote.astype(np.int64)
        remote[free] = bits
        yield remote


def as_grid(facts: Facts, remote: Ints) -> Grid:
    """A decision as status codes."""
    return np.where(facts.on_leave, LEAVE, remote).astype(np.int8)


def form_groups(problem: Problem, remote: Ints) -> Problem:
    """The problem with all groups formed as fits a decision best."""
    places = {}
    for tie in problem.draws:
        status = np.where(tie.cells, remote, -1).astype(np.int8)
        places[tie.rule] = np.zeros(len(tie.group), dtype=np.int64)
        for group in range(len(tie.labels)):
            (rows,) = np.nonzero(tie.group == group)
            places[tie.rule][rows] = divide(status[rows], tie.parts, exact=True)
    return problem.place(places)


def compare_rule(rule: Rule, instance: Instance, place: str, findings: Findings) -> set[bool]:
    """Hold `compile` against `audit` on every roster; gives whether some keep and break it."""
    facts = instance.facts
    forms = settle_past(list(rule.compile(facts)), facts)
    problem = assemble(forms, find_axes(facts), (), soft=not rule.hard)
    seen = set()
    for remote in every_roster(facts):
        grid = as_grid(facts, remote)
        breaches = rule.audit(facts, Statuses(grid))
        found = since(breaches, facts.begin) if rule.hard else breaches
        known = form_groups(problem, remote)
        if rule.hard:
            what = _judge(is_allowed(known, remote), found)
        else:
            what = _price(rule, evaluate(known, known.tiers[0], remote), found)
        seen.add(bool(len(found.asn)))
        if what and findings.is_new(what, size_of(grid)):
            example = f"{place}\n{show_roster(facts, grid)}\naudit: {show_breaches(facts, found)}"
            findings.add(what, example, size_of(grid))
    return seen


def _judge(allowed: bool, found: Breaches) -> str:
    if allowed and len(found.asn):
        return "compile lets rosters pass in which audit finds breaches"
    if not allowed and not len(found.asn):
        return "compile forbids rosters in which audit finds no breach"
    return "a breach has no units" if (found.units < 1).any() else ""


def _price(rule: Rule, cost: int, found: Breaches) -> str:
    if cost != found.total * (rule.penalty or 0):
        return (
            "the price of the soft rule is not penalty × units: compile and audit disagree, by "
            f"{'more' if cost > found.total * (rule.penalty or 0) else 'less'} than they should"
        )
    return ""


def compare_objective(
    goal: Objective, instance: Instance, place: str, findings: Findings
) -> set[int]:
    """Hold `tier` against `value` on every roster; gives the values."""
    facts, tier = instance.facts, goal.tier(instance.facts)
    problem = assemble([], find_axes(facts), [tier])
    seen = set()
    for remote in every_roster(facts):
        grid = as_grid(facts, remote)
        value = goal.value(facts, Statuses(grid))
        cost = evaluate(problem, tier, remote)
        seen.add(value)
        what = "value is not sign × the cost of the tier"
        if tier.sign * cost != value and findings.is_new(what, size_of(grid)):
            example = f"{place}\n{show_roster(facts, grid)}\nvalue: {value}, cost: {cost}"
            findings.add(what, example, size_of(grid))
    return seen
