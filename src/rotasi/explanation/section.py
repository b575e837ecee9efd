"""A part of roster and policy that stands by itself: ASN whom nothing ties to others, and days."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rotasi.engine.limits import Limits
from rotasi.engine.solution import Solution
from rotasi.errors import VerificationError
from rotasi.explanation.amendment import PIN, Waiver, amend
from rotasi.explanation.constraint_system import ConstraintSystem, open_system
from rotasi.instance.compile import find_axes, standing_masks
from rotasi.instance.previous import read_rows
from rotasi.instance.resolve import Instance, resolve
from rotasi.instance.wording import Words
from rotasi.model.assignment import Breach, Statuses
from rotasi.model.constraints import CellCost, Form, Ints, Tier
from rotasi.model.facts import LEAVE, MISSING, WFH, WFO, Facts
from rotasi.model.problem import Problem, assemble, is_soft
from rotasi.model.status import Status
from rotasi.policy.document import Policy
from rotasi.rules.relief import BE_ON_SITE, BE_REMOTE, Relief
from rotasi.support.types import Frame
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES

LAW = 1  # rank of what never gives way


@dataclass(frozen=True, eq=False, repr=False)
class Office:
    """ASN whom no rule ties to others, under the whole policy.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : DataFrame of nip, date, status, or None
    """

    roster: Roster
    policy: Policy
    previous: Frame | None

    @cached_property
    def instance(self) -> Instance:
        """What roster and policy say, as they are written."""
        return resolve(self.roster, self.policy, self.previous)

    @cached_property
    def words(self) -> Words:
        """How to speak of it."""
        return Words(self.instance)

    def amend(self, waivers: Collection[Waiver]) -> Instance:
        """What they say with changes written into them."""
        roster, policy = amend(self.roster, self.policy, self.instance.facts, waivers)
        return resolve(roster, policy, self.previous)


@dataclass(frozen=True, eq=False, repr=False)
class Section:
    """Some days of an office, which no rule ties to others.

    Parameters
    ----------
    office : Office
    first, last : int
        Days, inclusive.
    name : str
        What it is called.
    """

    office: Office
    first: int
    last: int
    name: str

    @property
    def giving(self) -> frozenset[str]:
        """What may give way: hard rules that are no law, and pins."""
        rules = {rule.id for rule in self.office.policy.rules if rule.hard and rule.rank > LAW}
        return frozenset(rules | {PIN})

    def ask(self, instance: Instance, limits: Limits) -> Status:
        """Whether hard rules of an instance of these ASN can hold on these days."""
        rows = np.arange(len(self.office.roster))
        return open_system(instance).take(rows, self.first, self.last).ask(limits).status

    def price(self, allowed: Collection[str], facts: Facts) -> Problem:
        """The days under facts, with a price of one per unit of what may give way.

        Parameters
        ----------
        allowed : collection of str
            Ids of rules, or `PIN`.
        facts : Facts

        Returns
        -------
        Problem
            A tier for each rank, the strongest first.
        """
        hard: list[Form] = [
            mask for mask in standing_masks(facts) if mask.rule != PIN or PIN not in allowed
        ]
        pins = _price_pins(facts) if PIN in allowed else []
        priced: dict[int, list[Form]] = {self.office.words.rank(PIN): pins}
        for rule in self.office.policy.all_rules:
            if rule.id in allowed:
                soft = rule.model_copy(update={"penalty": 1})
                priced.setdefault(rule.rank, []).extend(soft.compile(facts))
            elif rule.hard:
                hard += rule.compile(facts)
        tiers = [
            Tier(str(rank), 1, tuple(form for form in priced[rank] if is_soft(form)))
            for rank in sorted(priced)
        ]
        problem = assemble(hard, find_axes(facts), tiers)
        return problem.take(np.arange(len(facts.employees)), self.first, self.last)

    def reliefs(
        self, allowed: Collection[str], facts: Facts, answer: Solution
    ) -> Iterator[tuple[str, Relief]]:
        """What would have to give way for a roster, each with its rule.

        Raises
        ------
        VerificationError
            If it breaks anything else.
        """
        grid = np.where(facts.on_leave, LEAVE, WFO).astype(np.int8)
        inside = slice(self.first, self.last + 1)
        grid[:, inside][answer.cells] = WFH
        statuses = Statuses(grid, answer.places)
        found = [(PIN, relief) for relief in _unpin(facts, statuses)]
        hard = [rule for rule in self.office.policy.all_rules if rule.hard]
        found += [(rule.id, relief) for rule in hard for relief in rule.reliefs(facts, statuses)]
        for name, relief in found:
            if self._holds(relief):
                if name not in allowed:
                    raise VerificationError("a way out breaks a law; please report this bug")
                yield name, relief

    def _holds(self, relief: Relief) -> bool:
        return self.first <= relief.breach.first and relief.breach.last <= self.last


class Offices:
    """The offices of a roster, each taken out once.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : DataFrame of nip, date, status, or None
    """

    def __init__(self, roster: Roster, policy: Policy, previous: Frame | None) -> None:
        self._roster, self._policy = roster, policy
        self._previous = None if previous is None else read_rows(previous, "previous")
        self._known: dict[bytes, Office] = {}

    def cut(self, part: ConstraintSystem, name: str) -> Section:
        """The section that a part of the whole instance is, and what it is called."""
        rows = np.sort(part.rows)
        office = self._known.get(rows.tobytes()) or self._take(rows)
        self._known[rows.tobytes()] = office
        return Section(office, part.first, part.last, name)

    def _take(self, rows: Ints) -> Office:
        roster, previous = self._roster, self._previous
        employees = roster.employees.iloc[rows]
        tables = {
            name: getattr(roster, name)[np.isin(roster.rows[name], rows)]
            for name in TABLES
            if name != "employees"
        }
        if previous is not None:
            previous = previous[previous["nip"].isin(employees["nip"])]
        return Office(Roster(employees, **tables), self._policy, previous)


def _price_pins(facts: Facts) -> list[Form]:
    remote, on_site = (facts.pins == status for status in (WFO, WFH))
    return [CellCost(remote.astype(np.int64), on_site.astype(np.int64))]


def _unpin(facts: Facts, statuses: Statuses) -> Iterator[Relief]:
    """Pins that a roster does not keep."""
    off = (facts.pins != MISSING) & (facts.pins != statuses.grid) & ~facts.on_leave
    for row, day in zip(*np.nonzero(off), strict=True):
        breach = Breach(int(row), "", int(day), int(day), 1, 0, 1)
        text = BE_REMOTE if facts.pins[row, day] == WFO else BE_ON_SITE
        yield Relief(np.array([row], dtype=np.int64), breach, text)
