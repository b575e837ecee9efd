"""What a case says before anybody decides: people, days, leave, rules, windows.

The checker and the model share these facts, and nothing else.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .days import Calendar, iso_week, minus_months, month, span, weekday

Row = dict[str, Any]
Key = tuple[str, dt.date]
Table = pd.DataFrame | Iterable[Mapping[str, Any]] | None

PREDICATES = ("Sangat Kurang", "Kurang", "Butuh Perbaikan", "Baik", "Sangat Baik")
ELIGIBILITY = (
    "never_remote",
    "require_performance",
    "require_application",
    "bar_disciplined",
    "bar_newcomers",
)
PRESENCE = ("min_on_site", "max_on_site", "max_remote", "min_remote")
UNLIMITED = 10**6
DEFAULT_OBJECTIVES = ({"kind": "remote_days"}, {"kind": "wishes"}, {"kind": "fairness"})


@dataclass
class Rule:
    """A rule of the policy with the days and the people it reaches."""

    id: str
    kind: str
    parameters: Mapping[str, Any]
    penalty: int | None
    days: list[dt.date]
    members: list[str]
    groups: dict[tuple[Any, ...], list[str]] = field(default_factory=dict)
    windows: list["Window"] = field(default_factory=list)
    named_days: list[dt.date] = field(default_factory=list)
    weeks: list[list[dt.date]] = field(default_factory=list)

    @property
    def hard(self) -> bool:
        """A rule without a penalty is hard."""
        return self.penalty is None

    def covers(self, day: dt.date) -> bool:
        """Whether a calendar date lies in the rule's own dates."""
        start, end = self.parameters.get("start"), self.parameters.get("end")
        return (start is None or start <= day) and (end is None or day <= end)


@dataclass
class Window:
    """The days of one person over which remote days are counted, with what is left of them."""

    nip: str
    days: list[dt.date]
    most: int
    least: int
    history: int

    @property
    def room(self) -> int:
        """What history leaves of the maximum; what the past alone exceeds is nobody's fault."""
        return max(0, self.most - self.history)


class Case:
    """Tables, policy and previous as plain dictionaries, with every fact worked out.

    Parameters
    ----------
    tables : mapping of str to DataFrame or list of dict
        `employees`, and if wanted `leave`, `wishes`, `pins`, clean already.
    policy : mapping
        The structure of the TOML file, dates as `datetime.date`.
    previous : DataFrame or list of dict, optional
        Rows of nip, date, status.
    """

    def __init__(
        self, tables: Mapping[str, Table], policy: Mapping[str, Any], previous: Table = None
    ) -> None:
        self.policy = policy
        self.start: dt.date = policy["start"]
        self.end: dt.date = policy["end"]
        self.cap: int = policy.get("weekly_cap", 4)
        self.calendar = Calendar(policy)
        self.days = self.calendar.workdays(span(self.start, self.end))
        self.people = {row["nip"]: row for row in records(tables["employees"])}
        self._fill_services()
        self.leave = self._leave(records(tables.get("leave")))
        self.pins = self._pins(records(tables.get("pins")))
        self.previous = self._previous(records(previous))
        self.past_remote = self._past_remote()
        self.wishes = self._wishes(records(tables.get("wishes")))
        self.rules = self._rules()
        self.objectives: list[Mapping[str, Any]] = list(
            policy.get("objectives") or DEFAULT_OBJECTIVES
        )
        self.barred = self._barred()
        self.eligible = [nip for nip in self.people if self._may_be_remote(nip)]
        self.cap_windows = self._cap_windows()
        self._add_windows()
        self._add_ties()

    @property
    def soft(self) -> bool:
        """Whether any rule has a penalty."""
        return any(not rule.hard for rule in self.rules)

    def asn_days(self) -> list[Key]:
        """Every ASN-day of the period, in roster order and then by date."""
        return [(nip, day) for nip in self.people for day in self.days]

    def groups(self, by: Iterable[str], members: Iterable[str]) -> dict[tuple[Any, ...], list[str]]:
        """Members by their values of the columns; an empty value is in no group."""
        columns = list(by)
        found: dict[tuple[Any, ...], list[str]] = {}
        for nip in members:
            values = tuple(self.people[nip].get(column) for column in columns)
            if not any(is_empty(value) for value in values):
                found.setdefault(values, []).append(nip)
        return found

    def is_ineligible(self, rule: Rule, nip: str) -> bool:
        """Whether an eligibility rule, hard or soft, speaks against a member of its scope."""
        person = self.people[nip]
        if rule.kind == "require_performance":
            return is_below(person.get("performance"), rule.parameters["minimum"])
        if rule.kind == "require_application":
            return person.get("applied") is not True
        if rule.kind == "bar_disciplined":
            return person.get("disciplined") is True
        if rule.kind == "bar_newcomers":
            joined = person.get("joined")
            limit = minus_months(self.start, rule.parameters["months"])
            return joined is not None and joined > limit
        return rule.kind == "never_remote"

    def _may_be_remote(self, nip: str) -> bool:
        """Without a day: on at least one workday of the period."""
        return any((nip, day) not in self.barred for day in self.days)

    def _past_remote(self) -> dict[str, list[dt.date]]:
        """The dates before the period on which `previous` has each person remote."""
        found: dict[str, list[dt.date]] = {nip: [] for nip in self.people}
        for (nip, day), status in self.previous.items():
            if day < self.start and status == "WFH":
                found[nip].append(day)
        return found

    def _cap_windows(self) -> list[Window]:
        """One window per ASN and ISO week, for the cap that always holds."""
        found = []
        for nip in self.people:
            for key, days in split(self.days, iso_week).items():
                history = sum(1 for day in self.past_remote[nip] if iso_week(day) == key)
                found.append(Window(nip, days, self.cap, 0, history))
        return found

    def _fixed_days(self, rule: Rule) -> list[dt.date]:
        """The days of a `fixed_remote_day`, moved from holidays and without doubles."""
        mode = rule.parameters.get("if_holiday", "skip")
        found = set()
        for day in span(self.start, self.end):
            if rule.covers(day) and is_listed(rule, day):
                found.add(self._moved(day, mode))
        return [day for day in rule.days if day in found]

    def _forbidden(self) -> set[Key]:
        """ASN-days of a hard `no_remote_day`."""
        return {
            (nip, day)
            for rule in self.rules
            if rule.kind == "no_remote_day" and rule.hard
            for day in rule.named_days
            for nip in rule.members
        }

    def _moved(self, day: dt.date, mode: str) -> dt.date | None:
        if self.calendar.is_workday(day):
            return day
        if mode == "previous":
            return self.calendar.before(day)
        if mode == "next":
            return self.calendar.after(day)
        return None

    def _fill_services(self) -> None:
        by_opd = self.policy.get("opd_services", {})
        for person in self.people.values():
            if is_empty(person.get("service")):
                person["service"] = by_opd.get(person["opd"], "administrative")

    def _leave(self, rows: list[Row]) -> set[Key]:
        return {
            (row["nip"], day)
            for row in rows
            for day in self.days
            if row["start"] <= day <= row["end"]
        }

    def _pins(self, rows: list[Row]) -> dict[Key, str]:
        return {
            (row["nip"], row["date"]): row["status"] for row in rows if row["date"] in self.days
        }

    def _previous(self, rows: list[Row]) -> dict[Key, str]:
        return {
            (row["nip"], row["date"]): row["status"] for row in rows if row["nip"] in self.people
        }

    def _wishes(self, rows: list[Row]) -> dict[Key, int]:
        weights: dict[Key, int] = {}
        for row in rows:
            for day in self.days:
                if row.get("date") == day or row.get("weekday") == weekday(day):
                    key = (row["nip"], day)
                    weight = row.get("weight")
                    weights[key] = weights.get(key, 0) + (1 if weight is None else int(weight))
        return {key: weight for key, weight in weights.items() if key not in self.leave}

    def _rules(self) -> list[Rule]:
        counts: dict[str, int] = {}
        found = []
        for table in self.policy.get("rules", []):
            kind = table["kind"]
            counts[kind] = counts.get(kind, 0) + 1
            found.append(self._rule(table, table.get("id") or f"{kind}-{counts[kind]}"))
        return found

    def _rule(self, table: Mapping[str, Any], name: str) -> Rule:
        rule = Rule(name, table["kind"], table, table.get("penalty"), [], [])
        rule.days = [day for day in self.days if rule.covers(day)]
        rule.members = [nip for nip in self.people if self._in_scope(nip, table)]
        if rule.kind in PRESENCE:
            rule.groups = self.groups(table.get("by", ["opd"]), rule.members)
        if rule.kind == "fixed_remote_day":
            rule.named_days = self._fixed_days(rule)
        if rule.kind == "no_remote_day":
            rule.named_days = [day for day in rule.days if is_listed(rule, day)]
        return rule

    def _in_scope(self, nip: str, table: Mapping[str, Any]) -> bool:
        person = self.people[nip]
        if not matches(person, table.get("scope") or {}):
            return False
        excepted = table.get("except") or {}
        return not (excepted and matches(person, excepted))

    def _barred(self) -> set[Key]:
        found = set(self.asn_days()) if self.cap == 0 else set()
        for rule in self.rules:
            if rule.hard:
                for nip in rule.members:
                    if self._bars(rule, nip):
                        found |= {(nip, day) for day in rule.days}
        return found

    def _bars(self, rule: Rule, nip: str) -> bool:
        if rule.kind == "quota":
            return own_maximum(rule, self.people[nip]) == 0
        return rule.kind in ELIGIBILITY and self.is_ineligible(rule, nip)

    def _add_windows(self) -> None:
        lost = self.barred | self.leave | self._forbidden()
        lost |= {key for key, status in self.pins.items() if status == "WFO"}
        for rule in self.rules:
            if rule.kind == "quota":
                rule.windows = [w for nip in rule.members for w in self._windows(rule, nip, lost)]

    def _add_ties(self) -> None:
        """Pools to be parted, of those who may be remote; groups of all, and the full weeks."""
        for rule in self.rules:
            by = rule.parameters.get("by")
            if rule.kind == "rotation_groups":
                members = [nip for nip in rule.members if nip in self.eligible]
                rule.groups = self.groups(["opd", *as_columns(by, [])], members)
            if rule.kind == "together":
                weeks = split(rule.days, iso_week).values()
                rule.groups = self.groups(as_columns(by, ["team"]), rule.members)
                rule.weeks = [days for days in weeks if self._is_full(rule, days)]

    def _windows(self, rule: Rule, nip: str, lost: set[Key]) -> list[Window]:
        per = rule.parameters.get("per", "week")
        keyed = {"week": iso_week, "month": month, "period": whole_period}[per]
        past = [day for day in self.past_remote[nip] if per != "period" and rule.covers(day)]
        found = []
        for key, days in split(rule.days, keyed).items():
            history = sum(1 for day in past if keyed(day) == key)
            most = own_maximum(rule, self.people[nip])
            least = self._least(rule, nip, days, lost) if self._is_full(rule, days) else 0
            found.append(Window(nip, days, most, min(least, most), history))
        return found

    def _least(self, rule: Rule, nip: str, days: list[dt.date], lost: set[Key]) -> int:
        gone = sum(1 for day in days if (nip, day) in lost)
        return max(0, int(rule.parameters.get("min_days", 0)) - gone)

    def _is_full(self, rule: Rule, days: list[dt.date]) -> bool:
        per = rule.parameters.get("per", "week")
        if per == "period":
            return True
        whole = self.calendar.week_of if per == "week" else self.calendar.month_of
        return all(day in rule.days for day in whole(days[0]))


def records(table: Table) -> list[Row]:
    """Rows as plain dictionaries: dates as dates, nothing but None for an empty cell."""
    if table is None:
        return []
    rows = table.to_dict("records") if isinstance(table, pd.DataFrame) else table
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


def plain(value: Any) -> Any:
    """A cell as a plain Python value."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def split(days: Iterable[dt.date], key: Any) -> dict[Any, list[dt.date]]:
    """Days by their week, month or whatever `key` gives."""
    found: dict[Any, list[dt.date]] = {}
    for day in days:
        found.setdefault(key(day), []).append(day)
    return found


def whole_period(_: dt.date) -> str:
    """The one window that every day of the period belongs to."""
    return "period"


def is_empty(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or value == ""


def is_listed(rule: Rule, day: dt.date) -> bool:
    """Whether a rule of weekdays or dates names this date."""
    named = weekday(day) in (rule.parameters.get("weekdays") or [])
    return named or day in (rule.parameters.get("dates") or [])


def matches(person: Row, scope: Mapping[str, list[Any]]) -> bool:
    """AND across the columns, OR inside a list; of the skills any tag will do."""
    for column, values in scope.items():
        cell = person.get(column)
        if is_empty(cell):
            return False
        found = [tag.strip() for tag in str(cell).split(";")] if column == "skills" else [cell]
        if not any(value in values for value in found):
            return False
    return True


def as_columns(by: Any, default: list[str]) -> list[str]:
    """The columns of a rule that ties: a list, or one column as text."""
    if by is None:
        return default
    return [by] if isinstance(by, str) else list(by)


def own_maximum(rule: Rule, person: Row) -> int:
    """The most remote days that a quota gives one person in a window."""
    by_performance = rule.parameters.get("max_by_performance")
    if by_performance is None:
        return int(rule.parameters.get("max_days", UNLIMITED))
    performance = person.get("performance")
    return int(by_performance.get(performance, 0)) if isinstance(performance, str) else 0


def is_below(performance: Any, minimum: Any) -> bool:
    """Whether a performance is below the minimum or unknown (the other scale is unknown)."""
    if performance is None or isinstance(performance, str) != isinstance(minimum, str):
        return True
    if isinstance(minimum, str):
        return PREDICATES.index(performance) < PREDICATES.index(minimum)
    return bool(performance < minimum)
