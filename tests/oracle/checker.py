"""Judge a finished assignment: which rules it breaks, what it costs, what it is worth."""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .facts import ELIGIBILITY, PRESENCE, Case, Key, Rule, Window
from .ties import Assignment, Grouping, is_grouping, tied_units

STATUSES = ("WFO", "WFH", "LEAVE")

__all__ = ["Assignment", "Case", "Judgement", "judge"]


@dataclass
class Judgement:
    """What the contract says of an assignment.

    Attributes
    ----------
    violated : set of str
        Ids of broken hard rules, with `weekly_cap`, `pin`, `leave` and `rows`.
    penalty : int
        Σ penalty × units over the soft rules.
    values : list of (str, int)
        The rows of `schedule.objectives`: `penalty` first when a rule is soft.
    """

    violated: set[str]
    penalty: int
    values: list[tuple[str, int]]

    @property
    def ok(self) -> bool:
        """No hard rule is broken."""
        return not self.violated


def judge(
    case: Case, assignment: Assignment, groups: Mapping[str, Grouping] | None = None
) -> Judgement:
    """Judge an assignment of (nip, date) to WFO, WFH or LEAVE.

    `groups` may say, by rule, which ASN is in which rotation group; else the best ones count.
    """
    violated = reserved(case, assignment)
    penalty = 0
    for rule in case.rules:
        grouping = (groups or {}).get(rule.id)
        if grouping is not None and not is_grouping(rule, grouping):
            violated.add(rule.id)
        amount = units(case, rule, assignment, grouping)
        if rule.penalty is not None:
            penalty += rule.penalty * amount
        elif amount > 0:
            violated.add(rule.id)
    values = [(str(o["kind"]), value(case, o, assignment)) for o in case.objectives]
    return Judgement(violated, penalty, [("penalty", penalty)] * case.soft + values)


def reserved(case: Case, assignment: Assignment) -> set[str]:
    """Which of the rules that always hold are broken."""
    found = set()
    keys = case.asn_days()
    if set(keys) != set(assignment) or not set(assignment.values()) <= set(STATUSES):
        found.add("rows")
    if any((assignment.get(key) == "LEAVE") != (key in case.leave) for key in keys):
        found.add("leave")
    if any(assignment.get(key) != status for key, status in case.pins.items()):
        found.add("pin")
    if any(days_over(window, assignment) for window in case.cap_windows):
        found.add("weekly_cap")
    return found


def units(case: Case, rule: Rule, assignment: Assignment, grouping: Grouping | None = None) -> int:
    """How far a rule is broken, in the units of soft rules; 0 when it holds."""
    if rule.kind in ELIGIBILITY:
        return ineligible_days(case, rule, assignment)
    if rule.kind in PRESENCE:
        return presence(case, rule, assignment)
    if rule.kind == "quota":
        return sum(days_over(w, assignment) + days_short(w, assignment) for w in rule.windows)
    if rule.kind == "max_consecutive":
        return too_long(case, rule, assignment)
    if rule.kind == "fixed_remote_day":
        return missed_fixed_days(case, rule, assignment)
    if rule.kind == "no_remote_day":
        return count(assignment, rule.members, rule.named_days, "WFH")
    return tied_units(rule, assignment, grouping)


def count(assignment: Assignment, nips: list[str], days: list[dt.date], status: str) -> int:
    """How many of some ASN-days have a status."""
    return sum(1 for nip in nips for day in days if assignment.get((nip, day)) == status)


def ineligible_days(case: Case, rule: Rule, assignment: Assignment) -> int:
    """ASN-days remote of people whom the rule speaks against."""
    nips = [nip for nip in rule.members if case.is_ineligible(rule, nip)]
    return count(assignment, nips, rule.days, "WFH")


def days_over(window: Window, assignment: Assignment) -> int:
    """Remote days beyond what history left of the maximum."""
    return max(0, count(assignment, [window.nip], window.days, "WFH") - window.room)


def days_short(window: Window, assignment: Assignment) -> int:
    """Remote days that lack to the minimum."""
    remote = count(assignment, [window.nip], window.days, "WFH")
    return max(0, window.least - window.history - remote)


def missed_fixed_days(case: Case, rule: Rule, assignment: Assignment) -> int:
    """ASN-days that ought to be remote: not barred, not on leave, and yet on site."""
    missed = 0
    for day in rule.named_days:
        for nip in rule.members:
            asked = (nip, day) not in case.barred and (nip, day) not in case.leave
            if asked and assignment.get((nip, day)) != "WFH":
                missed += 1
    return missed


def too_long(case: Case, rule: Rule, assignment: Assignment) -> int:
    """Days beyond the longest run of the rule, on site and remote."""
    beyond = 0
    for parameter, status in (("remote", "WFH"), ("on_site", "WFO")):
        limit = rule.parameters.get(parameter)
        if limit is not None:
            for nip in rule.members:
                beyond += beyond_limit(case, rule, assignment, nip, status, limit)
    return beyond


def beyond_limit(
    case: Case, rule: Rule, assignment: Assignment, nip: str, status: str, limit: int
) -> int:
    """Walk through one person's days; each day of the period past the limit counts one."""
    run = past_run(case, rule, nip, status)
    beyond = 0
    for day in rule.days:
        run = run + 1 if assignment.get((nip, day)) == status else 0
        beyond += run > limit
    return beyond


def past_run(case: Case, rule: Rule, nip: str, status: str) -> int:
    """The run of `previous` on the workdays up to the start, inside the rule's own dates."""
    if not rule.days or rule.days[0] != case.days[0]:
        return 0
    run = 0
    day = case.calendar.before(case.start)
    while rule.covers(day) and case.previous.get((nip, day)) == status:
        run += 1
        day = case.calendar.before(day)
    return run


def presence(case: Case, rule: Rule, assignment: Assignment) -> int:
    """ASN short or over, summed over groups and days."""
    total = 0
    for members in rule.groups.values():
        for day in rule.days:
            total += presence_units(case, rule, assignment, members, day)
    return total


def presence_units(
    case: Case, rule: Rule, assignment: Assignment, members: list[str], day: dt.date
) -> int:
    """ASN short (minimum) or over (maximum) in one group on one day."""
    status = "WFO" if rule.kind.endswith("on_site") else "WFH"
    found = count(assignment, members, [day], status)
    limit = presence_limit(case, rule, members, day)
    return max(0, limit - found if rule.kind.startswith("min") else found - limit)


def presence_limit(case: Case, rule: Rule, members: list[str], day: dt.date) -> int:
    """The number that the rule asks or allows: a count, or an exact share of the base."""
    present = sum(1 for nip in members if (nip, day) not in case.leave)
    parameters = rule.parameters
    limit = parameters.get("count")
    if limit is None:
        base = present if parameters.get("of", "present") == "present" else len(members)
        part = Fraction(str(parameters["share"])) * base
        limit = math.ceil(part) if rule.kind.startswith("min") else math.floor(part)
    if rule.kind == "min_on_site" and parameters.get("if_short", "error") == "cap":
        limit = min(limit, present)
    return int(limit)


def value(case: Case, objective: Mapping[str, object], assignment: Assignment) -> int:
    """The value of one objective with its natural sign."""
    kind = objective["kind"]
    remote = [key for key in case.asn_days() if assignment.get(key) == "WFH"]
    if kind == "remote_days":
        return len(remote)
    if kind == "wishes":
        return sum(case.wishes.get(key, 0) for key in remote)
    if kind == "fairness":
        return fairness(case, remote)
    if kind == "level_load":
        return level_load(case, objective, assignment)
    if kind == "stability":
        return stability(case, assignment)
    raise NotImplementedError(kind)


def fairness(case: Case, remote: list[Key]) -> int:
    """Σ (remote days, history included)² over those who may be remote."""
    total = 0
    for nip in case.eligible:
        days = sum(1 for who, _ in remote if who == nip) + len(case.past_remote[nip])
        total += days**2
    return total


def level_load(case: Case, objective: Mapping[str, object], assignment: Assignment) -> int:
    """Σ over groups and days (remote count)²."""
    by = objective.get("by", ["opd"])
    assert isinstance(by, list)
    total = 0
    for members in case.groups(by, case.people).values():
        for day in case.days:
            total += count(assignment, members, [day], "WFH") ** 2
    return total


def stability(case: Case, assignment: Assignment) -> int:
    """ASN-days of the period for which `previous` has a row with another status."""
    return sum(
        1
        for key in case.asn_days()
        if key in case.previous and case.previous[key] != assignment.get(key)
    )
