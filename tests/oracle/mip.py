"""The proven lexicographic optimum, by a model of its own and scipy's HiGHS.

One Boolean per ASN-day that is not on leave: 1 is remote. The model states each rule anew, and
the checker must agree with every value of the assignment that it finds.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from .checker import judge
from .facts import ELIGIBILITY, PRESENCE, Case, Key, Rule

Row = tuple[dict[int, int], float, float]
INFINITY = float("inf")


class GaveUpError(Exception):
    """The solver proved nothing in its time: no verdict."""


@dataclass
class Answer:
    """The optimum: `values` are the rows of `schedule.objectives`, `penalty` first if any."""

    status: str
    values: list[tuple[str, int]] = field(default_factory=list)
    assignment: dict[Key, str] = field(default_factory=dict)


@dataclass
class Sum:
    """A linear expression: coefficient by variable, and a constant."""

    terms: dict[int, int] = field(default_factory=dict)
    constant: int = 0

    def add(self, other: "Sum", factor: int = 1) -> "Sum":
        """Add a multiple of another expression to this one."""
        for variable, coefficient in other.terms.items():
            self.terms[variable] = self.terms.get(variable, 0) + factor * coefficient
        self.constant += factor * other.constant
        return self


class Model:
    """Variables and rows for `milp`, which gets so many seconds for each tier."""

    def __init__(self, seconds: float | None = None) -> None:
        self.options = {"mip_rel_gap": 0.0} | ({} if seconds is None else {"time_limit": seconds})
        self.upper: list[float] = []
        self.integral: list[int] = []
        self.rows: list[Row] = []

    def variable(self, upper: float = 1, *, integral: bool = True) -> Sum:
        """A new variable from 0 to `upper`."""
        self.upper.append(upper)
        self.integral.append(int(integral))
        return Sum({len(self.upper) - 1: 1})

    def at_most(self, expression: Sum, limit: int) -> None:
        """Hold an expression to at most a number."""
        self.rows.append((dict(expression.terms), -INFINITY, limit - expression.constant))

    def minimise(self, expression: Sum) -> "np.ndarray | None":
        """The variables of an optimum, or None when there is none."""
        if not self.upper:
            self.variable()
        cost = np.zeros(len(self.upper))
        for variable, coefficient in expression.terms.items():
            cost[variable] = coefficient
        result = milp(
            cost,
            integrality=np.array(self.integral),
            bounds=Bounds(0, np.array(self.upper)),
            constraints=self._constraints(),
            options=self.options,
        )
        if result.status == 1:
            raise GaveUpError(result.message)
        assert result.status in (0, 2), result.message
        return result.x if result.status == 0 else None

    def _constraints(self) -> list[LinearConstraint]:
        if not self.rows:
            return []
        entries = [
            (number, variable, coefficient)
            for number, (terms, _, _) in enumerate(self.rows)
            for variable, coefficient in terms.items()
        ]
        rows, columns, data = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (len(self.rows), len(self.upper))
        matrix = csr_array((np.array(data, float), (rows, columns)), shape=shape)
        low = np.array([row[1] for row in self.rows])
        high = np.array([row[2] for row in self.rows])
        return [LinearConstraint(matrix, low, high)]


class Program:
    """A case as a model: the rules as rows, the tiers as expressions to minimise."""

    def __init__(self, case: Case, seconds: float | None = None) -> None:
        self.case = case
        self.model = Model(seconds)
        self.remote = {
            key: self.model.variable() for key in case.asn_days() if key not in case.leave
        }
        self.penalty = Sum()
        self._add_reserved()
        for rule in case.rules:
            self._add_rule(rule)
        self.tiers = self._tiers()

    def assignment(self, solution: "np.ndarray") -> dict[Key, str]:
        """The statuses of a solution, each variable whole."""
        found = dict.fromkeys(self.case.asn_days(), "LEAVE")
        for key, expression in self.remote.items():
            number = solution[next(iter(expression.terms))]
            assert abs(number - round(number)) < 1e-5, number
            found[key] = "WFH" if round(number) else "WFO"
        return found

    def _add_reserved(self) -> None:
        for window in self.case.cap_windows:
            keys = [(window.nip, day) for day in window.days]
            self.model.at_most(self._count(keys, "WFH"), max(0, self.case.cap - window.history))
        for key, status in self.case.pins.items():
            self._keep_pin(self._count([key], "WFO" if status == "WFH" else "WFH"))

    def _keep_pin(self, other: Sum) -> None:
        """No day of a pin has the other status."""
        self.model.at_most(other, 0)

    def _count(self, keys: Iterable[Key], status: str) -> Sum:
        """How many of some ASN-days are remote (or on site), leave apart."""
        total = Sum()
        for key in keys:
            if key in self.remote and status == "WFH":
                total.add(self.remote[key])
            elif key in self.remote:
                total.add(self.remote[key], -1).constant += 1
        return total

    def _limit(self, rule: Rule, expression: Sum, limit: int) -> None:
        """At most `limit`: a row if the rule is hard, else a row with a priced excess."""
        if rule.penalty is not None:
            excess = self.model.variable(INFINITY, integral=False)
            self.penalty.add(excess, rule.penalty)
            expression = Sum().add(expression).add(excess, -1)
        self.model.at_most(expression, limit)

    def _require(self, rule: Rule, expression: Sum, limit: int) -> None:
        """At least `limit`."""
        self._limit(rule, Sum().add(expression, -1), -limit)

    def _add_rule(self, rule: Rule) -> None:
        if rule.kind in ELIGIBILITY:
            self._add_eligibility(rule)
        elif rule.kind in PRESENCE:
            self._add_presence(rule)
        else:
            adders = {
                "quota": self._add_quota,
                "max_consecutive": self._add_runs,
                "fixed_remote_day": self._add_fixed,
                "no_remote_day": self._add_forbidden,
                "rotation_groups": self._add_rotation,
                "together": self._add_together,
            }
            adders[rule.kind](rule)

    def _add_eligibility(self, rule: Rule) -> None:
        for nip in rule.members:
            if self.case.is_ineligible(rule, nip):
                for day in rule.days:
                    self._limit(rule, self._count([(nip, day)], "WFH"), 0)

    def _add_quota(self, rule: Rule) -> None:
        for window in rule.windows:
            total = self._count([(window.nip, day) for day in window.days], "WFH")
            self._limit(rule, total, max(window.most - window.history, 0))
            self._require(rule, total, window.least - window.history)

    def _add_forbidden(self, rule: Rule) -> None:
        for nip in rule.members:
            for day in rule.named_days:
                self._limit(rule, self._count([(nip, day)], "WFH"), 0)

    def _add_fixed(self, rule: Rule) -> None:
        for nip in rule.members:
            for day in rule.named_days:
                if (nip, day) not in self.case.barred:
                    self._limit(rule, self._count([(nip, day)], "WFO"), 0)

    def _add_runs(self, rule: Rule) -> None:
        """Of any limit + 1 days in a row, the past included, at most `limit` have the status."""
        for parameter, status in (("remote", "WFH"), ("on_site", "WFO")):
            if parameter in rule.parameters:
                limit = rule.parameters[parameter]
                for nip in rule.members:
                    for days in self._stretches(rule, limit + 1):
                        self._add_stretch(rule, [(nip, day) for day in days], status, limit)

    def _stretches(self, rule: Rule, length: int) -> Iterator[list[dt.date]]:
        """Consecutive workdays of the rule, from before the period on, that end inside it."""
        past: list[dt.date] = []
        day = self.case.start
        while rule.days and len(past) < length:
            day = self.case.calendar.before(day)
            past.insert(0, day)
        days = [day for day in past if rule.covers(day)] + rule.days
        for end in range(len(days) - len(rule.days) + 1, len(days) + 1):
            if end >= length:
                yield days[end - length : end]

    def _add_stretch(self, rule: Rule, keys: list[Key], status: str, limit: int) -> None:
        past = [key for key in keys if key[1] < self.case.start]
        inside = [key for key in keys if key[1] >= self.case.start]
        unbroken = all(self.case.previous.get(key) == status for key in past)
        if unbroken and not any(key in self.case.leave for key in inside):
            self._limit(rule, self._count(inside, status), limit - len(past))

    def _add_presence(self, rule: Rule) -> None:
        status = "WFO" if rule.kind in ("min_on_site", "max_on_site") else "WFH"
        for members in rule.groups.values():
            for day in rule.days:
                total = self._count([(nip, day) for nip in members], status)
                if rule.kind in ("max_on_site", "max_remote"):
                    self._limit(rule, total, self._bound(rule, members, day, ROUND_FLOOR))
                else:
                    self._require(rule, total, self._bound(rule, members, day, ROUND_CEILING))

    def _bound(self, rule: Rule, members: list[str], day: dt.date, rounding: str) -> int:
        present = len([nip for nip in members if (nip, day) in self.remote])
        parameters = rule.parameters
        if "count" in parameters:
            bound = int(parameters["count"])
        else:
            base = len(members) if parameters.get("of") == "headcount" else present
            share = Decimal(str(parameters["share"]))
            bound = int((share * base).to_integral_value(rounding))
        if rule.kind == "min_on_site" and parameters.get("if_short") == "cap":
            return min(bound, present)
        return bound

    def _add_rotation(self, rule: Rule) -> None:
        """Whoever sits in a group has its status on each day."""
        for pool in rule.groups.values():
            groups = min(int(rule.parameters.get("groups", 1)), len(pool))
            seats = self._seats(pool, groups)
            for day, group in itertools.product(rule.days, range(groups)):
                status = self.model.variable()
                for nip in pool:
                    if (nip, day) in self.remote and group in seats[nip]:
                        self._tie(rule, self.remote[nip, day], status, seats[nip][group])

    def _seats(self, pool: list[str], groups: int) -> dict[str, dict[int, Sum]]:
        """Variables of who is in which group; the n-th person in one of the first n."""
        seats = {
            nip: {group: self.model.variable() for group in range(min(order + 1, groups))}
            for order, nip in enumerate(pool)
        }
        for own in seats.values():
            self._between(list(own.values()), 1, 1)
        for group in range(groups):
            taken = [own[group] for own in seats.values() if group in own]
            self._between(taken, len(pool) // groups, -(-len(pool) // groups))
        return seats

    def _between(self, parts: list[Sum], low: int, high: int) -> None:
        total = Sum()
        for part in parts:
            total.add(part)
        self.model.at_most(total, high)
        self.model.at_most(Sum().add(total, -1), -low)

    def _tie(self, rule: Rule, own: Sum, status: Sum, seat: Sum) -> None:
        """|own - status| + seat is at most 1."""
        for sign in (1, -1):
            self._limit(rule, Sum().add(own, sign).add(status, -sign).add(seat), 1)

    def _add_together(self, rule: Rule) -> None:
        for members in rule.groups.values():
            for week in rule.weeks:
                met = Sum()
                for day in week:
                    whole = self.model.variable()
                    met.add(whole)
                    for nip in members:
                        apart = self._count([(nip, day)], "WFH")
                        self.model.at_most(Sum().add(whole).add(apart), 1)
                self._require(rule, met, int(rule.parameters.get("days", 1)))

    def _tiers(self) -> list[tuple[str, Sum, int]]:
        """Kind, expression to minimise, and the sign that gives the natural value."""
        found = [("penalty", self.penalty, 1)] if self.case.soft else []
        for objective in self.case.objectives:
            expression = self._objective(objective)
            sign = -1 if is_maximised(objective) else 1
            found.append((str(objective["kind"]), Sum().add(expression, sign), sign))
        return found

    def _objective(self, objective: Mapping[str, Any]) -> Sum:
        case, kind = self.case, objective["kind"]
        if kind == "remote_days":
            return self._count(case.asn_days(), "WFH")
        if kind == "wishes":
            total = Sum()
            for key, weight in case.wishes.items():
                total.add(self._count([key], "WFH"), weight)
            return total
        if kind == "fairness":
            return self._fairness()
        if kind == "level_load":
            return self._level_load(objective.get("by", ["opd"]))
        return self._stability()

    def _fairness(self) -> Sum:
        total = Sum()
        for nip in self.case.eligible:
            days = self._count([(nip, day) for day in self.case.days], "WFH")
            total.add(self._square(days, len(self.case.past_remote[nip])))
        return total

    def _level_load(self, by: list[str]) -> Sum:
        total = Sum()
        for members in self.case.groups(by, self.case.people).values():
            for day in self.case.days:
                total.add(self._square(self._count([(nip, day) for nip in members], "WFH"), 0))
        return total

    def _square(self, total: Sum, start: int) -> Sum:
        """(start + total)², by unit steps of rising cost; exact because it is minimised."""
        square = Sum({}, start**2)
        steps = Sum()
        for number in range(start, start + len(total.terms)):
            step = self.model.variable(integral=False)
            square.add(step, 2 * number + 1)
            steps.add(step)
        self.model.at_most(Sum().add(total).add(steps, -1), 0)
        return square

    def _stability(self) -> Sum:
        total = Sum()
        for key in self.case.asn_days():
            status = self.case.previous.get(key)
            if status is None:
                continue
            if key in self.remote and status != "LEAVE":
                total.add(self._count([key], "WFO" if status == "WFH" else "WFH"))
            else:
                total.constant += (key in self.remote) or status != "LEAVE"
        return total


def is_maximised(objective: Mapping[str, Any]) -> bool:
    """Remote days by their sense, wishes always; the rest is minimised."""
    if objective["kind"] == "remote_days":
        return bool(objective.get("sense", "max") == "max")
    return bool(objective["kind"] == "wishes")


def solve(case: Case, seconds: float | None = None) -> Answer:
    """The proven optimum, tier by tier; `GaveUpError` if one of them takes longer than that."""
    answer = optimise(Program(case, seconds))
    return answer if answer.status == "INFEASIBLE" else confirmed(case, answer)


def optimise(program: Program) -> Answer:
    """The optimum of a model, tier by tier."""
    values: list[tuple[str, int]] = []
    solution = None
    for kind, expression, sign in program.tiers:
        solution = program.model.minimise(expression)
        if solution is None:
            assert not values, "a proven tier made the next one infeasible"
            return Answer("INFEASIBLE")
        best = evaluate(expression, solution)
        program.model.at_most(expression, best)
        values.append((kind, sign * best))
    assert solution is not None
    return Answer("OPTIMAL", values, program.assignment(solution))


def is_feasible(case: Case) -> bool:
    """Whether any assignment breaks no hard rule."""
    return Program(case).model.minimise(Sum()) is not None


def confirmed(case: Case, answer: Answer) -> Answer:
    """The answer, if the checker agrees with every value of it."""
    judgement = judge(case, answer.assignment)
    assert judgement.ok, judgement.violated
    assert judgement.values == answer.values, (judgement.values, answer.values)
    return answer


def evaluate(expression: Sum, solution: "np.ndarray") -> int:
    """The whole value of an expression in a solution."""
    number = float(sum(solution[v] * factor for v, factor in expression.terms.items()))
    assert abs(number - round(number)) < 1e-4, number
    return round(number) + expression.constant


def enumerate_assignments(case: Case, limit: int = 4096) -> Iterator[dict[Key, str]]:
    """Every assignment: WFO or WFH on each ASN-day, LEAVE on those of leave."""
    free = [key for key in case.asn_days() if key not in case.leave]
    if 2 ** len(free) > limit:
        raise ValueError(f"{len(free)} free ASN-days have more than {limit} assignments")
    leave = dict.fromkeys(case.leave, "LEAVE")
    for statuses in itertools.product(("WFO", "WFH"), repeat=len(free)):
        yield leave | dict(zip(free, statuses, strict=True))


def enumerate_feasible(case: Case, limit: int = 4096) -> Iterator[dict[Key, str]]:
    """Those of all assignments that break no hard rule."""
    return (found for found in enumerate_assignments(case, limit) if judge(case, found).ok)


def brute_force(case: Case, limit: int = 4096) -> Answer:
    """The optimum by looking at every assignment."""
    best: Answer | None = None
    for assignment in enumerate_assignments(case, limit):
        judgement = judge(case, assignment)
        if judgement.ok:
            answer = Answer("OPTIMAL", judgement.values, assignment)
            if best is None or costs(case, answer) < costs(case, best):
                best = answer
    return best or Answer("INFEASIBLE")


def costs(case: Case, answer: Answer) -> list[int]:
    """The values in the order of the tiers, each as something to minimise."""
    signs = [1] * case.soft + [-1 if is_maximised(o) else 1 for o in case.objectives]
    return [sign * value for sign, (_, value) in zip(signs, answer.values, strict=True)]
