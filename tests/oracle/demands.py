"""Some demands of a case by themselves, and the least price at which all its rules give way.

What `explain` says is held against these: a conflict's demands collide without anything else, and
no way out costs less than the first. Nothing of rotasi is imported.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .facts import ELIGIBILITY, PRESENCE, Case, Key, Rule
from .mip import INFINITY, Program, Sum, evaluate

LAW = 1
PIN, CAP = "pin", "weekly_cap"


@dataclass(frozen=True)
class Demand:
    """What a rule asks of a group on some days, as a conflict tells it."""

    rule: str
    group: str
    dates: tuple[dt.date, ...]

    def on(self, day: dt.date) -> "Demand":
        """The same on a single day."""
        return Demand(self.rule, self.group, (day,))


class Only(Program):
    """A model in which nothing holds but leave and some demands on some people."""

    def __init__(self, case: Case, demands: Iterable[Demand], nips: Collection[str]) -> None:
        self.demands, self.nips = list(demands), set(nips)
        self.asked: Demand | None = None
        super().__init__(case)

    @property
    def feasible(self) -> bool:
        """Whether they can hold together."""
        return self.model.minimise(Sum()) is not None

    def extreme(self, keys: Iterable[Key], status: str, sign: int) -> int:
        """The most (sign 1) or fewest (-1) of some ASN-days that can have a status."""
        total = Sum().add(self._count(keys, status), -sign)
        solution = self.model.minimise(total)
        assert solution is not None
        return -sign * evaluate(total, solution)

    def _add_reserved(self) -> None:
        for demand in self.demands:
            if demand.rule == CAP:
                for window in self.case.cap_windows:
                    if window.nip in self.nips and set(window.days) == set(demand.dates):
                        keys = [(window.nip, day) for day in window.days]
                        room = max(0, self.case.cap - window.history)
                        self.model.at_most(self._count(keys, "WFH"), room)
            if demand.rule == PIN:
                for key, status in self.case.pins.items():
                    if key[0] in self.nips and key[1] in demand.dates:
                        other = "WFO" if status == "WFH" else "WFH"
                        self.model.at_most(self._count([key], other), 0)

    def _add_rule(self, rule: Rule) -> None:
        for demand in self.demands:
            if demand.rule == rule.id:
                super()._add_rule(self._restrict(rule, demand))

    def _restrict(self, rule: Rule, demand: Demand) -> Rule:
        """What a demand says of its rule, as a rule."""
        dates = set(demand.dates)
        members = [nip for nip in rule.members if nip in self.nips]
        part = Rule(rule.id, rule.kind, rule.parameters, None, rule.days, members)
        if rule.kind in ELIGIBILITY:
            part.days = [day for day in rule.days if day in dates]
        if rule.kind in PRESENCE or rule.kind == "rotation_groups":
            drawn = int(rule.parameters.get("groups") or 1) > 1
            part.days = rule.days if drawn else [day for day in rule.days if day in dates]
        part.named_days = [day for day in rule.named_days if day in dates]
        part.windows = [w for w in rule.windows if w.nip in self.nips and set(w.days) == dates]
        part.weeks = [days for days in rule.weeks if set(days) == dates]
        part.groups = {
            key: group
            for key, group in rule.groups.items()
            if demand.group in (" / ".join(map(str, key)), "…") and set(group) <= self.nips
        }
        self.asked = demand
        return part

    def _stretches(self, rule: Rule, length: int):
        assert self.asked is not None
        dates = set(self.asked.dates)
        for days in super()._stretches(rule, length):
            if {day for day in days if day >= self.case.start} == dates:
                yield days


def decide(program: Program, key: Key, status: str) -> Program:
    """The model with an ASN-day decided: by no pin, which would lower what quotas ask."""
    other = "WFO" if status == "WFH" else "WFH"
    program.model.at_most(program._count([key], other), 0)
    return program


class Priced(Program):
    """A model in which everything that is no law may give way, at a price of one per unit."""

    def __init__(self, case: Case) -> None:
        self.by_rank: dict[int, Sum] = {}
        super().__init__(case)

    def cheapest(self) -> Counter[int] | None:
        """The least price by rank, the strongest rank first; None if laws alone collide."""
        found: Counter[int] = Counter()
        for rank in sorted(self.by_rank) or [LAW]:
            price = self.by_rank.get(rank, Sum())
            solution = self.model.minimise(price)
            if solution is None:
                return None
            found[rank] = evaluate(price, solution)
            self.model.at_most(price, found[rank])
        return +found

    def _limit(self, rule: Rule, expression: Sum, limit: int) -> None:
        if rule.penalty is not None:
            return
        rank = int(rule.parameters.get("rank", 3))
        if rank <= LAW:
            self.model.at_most(expression, limit)
            return
        self._give(rank, expression, limit)

    def _give(self, rank: int, expression: Sum, limit: int) -> None:
        excess = self.model.variable(INFINITY, integral=False)
        self.by_rank.setdefault(rank, Sum()).add(excess)
        self.model.at_most(Sum().add(expression).add(excess, -1), limit)

    def _keep_pin(self, other: Sum) -> None:
        self._give(5, other, 0)
