"""A third reading of revisions: which ways to go on are allowed, and what they are worth.

Every day before a date is as it was. A rule on single days speaks of the days from then on. A rule
on several days is kept if it is off by no more than the past alone puts it.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from copy import copy
from itertools import product
from typing import Any

from .checker import Assignment, beyond_limit, judge, units
from .facts import Case, Key, Rule, Window, records
from .instances import frame

Status = dict[Key, str]


class Revision:
    """A case whose days before a date are past.

    Parameters
    ----------
    tables, policy
        As they are now.
    old : DataFrame or list of dict
        The roster in force, with the rows before its period.
    from_date : date
    """

    def __init__(
        self, tables: Mapping[str, Any], policy: Mapping[str, Any], old: Any, from_date: dt.date
    ) -> None:
        plain = Case(tables, policy, old)
        self.from_date = from_date
        self.past = {
            key: self._settle(plain, key) for key in plain.asn_days() if self._is_past(key)
        }
        away = [key for key, status in self.past.items() if status in (None, "LEAVE")]
        leave = [{"nip": nip, "start": day, "end": day} for nip, day in away]
        self.case = Case(
            {**tables, "leave": frame(records(tables.get("leave")) + leave)}, policy, old
        )
        # Who has left the past's leave table is on leave as he was; who was not there is away.
        future = {key for key in plain.leave if not self._is_past(key)}
        assert self.case.leave == future | set(away)
        self.open = [key for key in self.case.asn_days() if not self._is_past(key)]

    def _is_past(self, key: Key) -> bool:
        return key[1] < self.from_date

    def _settle(self, case: Case, key: Key) -> str | None:
        was = case.previous.get(key)
        return "LEAVE" if was is not None and key in case.leave else was

    def futures(self) -> Iterator[Status]:
        """Every way to go on, with the past; who was not there is LEAVE."""
        given = {key: status or "LEAVE" for key, status in self.past.items()}
        free = [key for key in self.open if key not in self.case.leave]
        leave = {key: "LEAVE" for key in self.open if key in self.case.leave}
        for choice in product(("WFO", "WFH"), repeat=len(free)):
            yield given | leave | dict(zip(free, choice, strict=True))

    def broken(self, assignment: Assignment) -> set[str]:
        """Ids of the hard rules that the days from the date on break."""
        case = self.case
        found = {rule.id for rule in case.rules if rule.hard and self._is_broken(rule, assignment)}
        pins = {key: status for key, status in case.pins.items() if key in self.open}
        if any(assignment[key] != status for key, status in pins.items()):
            found.add("pin")
        if any(self._is_worse(window, assignment, set()) for window in case.cap_windows):
            found.add("weekly_cap")
        return found

    def _is_broken(self, rule: Rule, assignment: Assignment) -> bool:
        if rule.kind == "quota":
            return any(self._is_worse(w, assignment, self._lost()) for w in rule.windows)
        if rule.kind == "max_consecutive":
            return self._runs_on(rule, assignment)
        if rule.kind == "together":
            return self._is_apart(rule, assignment)
        cut = copy(rule)
        for name in ("days", "named_days"):
            if hasattr(rule, name):
                kept = [day for day in getattr(rule, name) if day >= self.from_date]
                setattr(cut, name, kept)
        return units(self.case, cut, assignment) > 0

    def _lost(self) -> set[Key]:
        case = self.case
        pinned = {key for key, status in case.pins.items() if status == "WFO"}
        return case.barred | case.leave | case._forbidden() | pinned

    def _is_worse(self, window: Window, assignment: Assignment, lost: set[Key]) -> bool:
        """More over, or shorter, than the past and the best way to go on."""
        keys = [(window.nip, day) for day in window.days]
        past = sum(assignment[key] == "WFH" for key in keys if self._is_past(key))
        ahead = sum(assignment[key] == "WFH" for key in keys if not self._is_past(key))
        if past + ahead > max(window.room, past):
            return True
        possible = sum(not self._is_past(key) and key not in lost for key in keys)
        least = window.least - window.history
        if any(self._is_past(key) for key in keys):
            least = min(least, past + possible)
        return past + ahead < least

    def _runs_on(self, rule: Rule, assignment: Assignment) -> bool:
        """Whether a day from the date on lies beyond the limit of its run."""
        before = copy(rule)
        before.days = [day for day in rule.days if day < self.from_date]
        for parameter, status in (("remote", "WFH"), ("on_site", "WFO")):
            limit = rule.parameters.get(parameter)
            for nip in rule.members if limit is not None else ():
                whole = beyond_limit(self.case, rule, assignment, nip, status, limit)
                if not before.days:
                    past = 0
                else:
                    past = beyond_limit(self.case, before, assignment, nip, status, limit)
                if whole > past:
                    return True
        return False

    def _is_apart(self, rule: Rule, assignment: Assignment) -> bool:
        for members in rule.groups.values():
            for week in rule.weeks:
                on_site = [all(assignment[nip, day] != "WFH" for nip in members) for day in week]
                past = sum(f for f, day in zip(on_site, week, strict=True) if day < self.from_date)
                ahead = sum(day >= self.from_date for day in week)
                asked = rule.parameters.get("days", 1)
                if week[0] < self.from_date:
                    asked = min(asked, past + ahead)
                if sum(on_site) < asked:
                    return True
        return False

    def values(self, assignment: Assignment) -> list[tuple[str, int]]:
        """The rows of `schedule.objectives`."""
        previous = self.case.previous
        changes = sum(key in previous and previous[key] != assignment[key] for key in self.open)
        rows = judge(self.case, assignment).values
        rows = [(kind, changes if kind == "stability" else number) for kind, number in rows]
        return [("changes", changes), *rows]
