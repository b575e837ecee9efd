"""Tiny cases to try a clause on: few enough ASN-days to look at every roster."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from rotasi.errors import PolicyError, RosterError
from rotasi.instance.resolve import Instance, resolve
from rotasi.policy.document import Policy
from rotasi.rules import KINDS, Objective, Rule
from rotasi.support.calendar import WEEKDAYS
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES
from rotasi.testing.memory import remember

Row = dict[str, Any]
Table = Mapping[str, Any]

_MONDAY = date(2026, 1, 5)
#: Three who differ in all that rules look at.
_PEOPLE: list[Row] = [
    {"nip": "a", "opd": "X", "performance": "Baik", "applied": True, "disciplined": False},
    {"nip": "b", "opd": "X", "performance": "Kurang", "applied": False, "disciplined": True},
    {"nip": "c", "opd": "Y", "performance": "Sangat Baik", "applied": True, "disciplined": None},
]
_COMMON = {"unit": "U", "site": "S", "team": "T", "position": "P", "skills": "s"}
#: Reading tables takes longer than all else, and most examples have the same.
_ROSTERS: dict[str, Roster] = {}
_LETTERS = {"H": "WFH", "O": "WFO", "L": "LEAVE"}


@dataclass(frozen=True)
class Case:
    """A roster and a policy with the clause that is tried.

    Parameters
    ----------
    name : str
    terms : dict
        The policy, as its file would hold it.
    roster : Roster
    previous : DataFrame, optional
    from_date : date, optional
        The first day of a revision.
    """

    name: str
    terms: Row
    roster: Roster
    previous: pd.DataFrame | None = None
    from_date: date | None = None

    def resolve(self) -> Instance:
        """The case on its axes.

        Raises
        ------
        PolicyError, RosterError
            If the clause does not fit the case.
        """
        policy = Policy.model_validate(self.terms)
        return remember(resolve(self.roster, policy, self.previous, self.from_date))

    def with_rules(self, *rules: Row) -> Case:
        """The same with more rules."""
        return replace(self, terms=self.terms | {"rules": [*self.terms["rules"], *rules]})


@dataclass
class Builder:
    """Makes cases for one example: a table of a policy."""

    clause: Table
    monday: date = _MONDAY
    people: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        dates = _find_dates(self.clause)
        if dates:
            self.monday = min(dates) - timedelta(days=min(dates).weekday())
        self.people = self._make_people()

    def day(self, number: int) -> date:
        """The n-th day after Monday."""
        return self.monday + timedelta(days=number)

    def build(self) -> Iterator[Case]:
        """All cases, from one person's week on."""
        week = WEEKDAYS[:2]
        yield self._case("one ASN, a week", 1, 0, 4)
        yield self._case("one ASN, no work on Tuesday", 1, 0, 4, off=[1])
        yield self._case("one ASN, no work on Thursday", 1, 0, 4, off=[3])
        yield self._case("leave and a pin", 2, 0, 3, leave=[("a", 1, 1)], pins=[("b", 2, "H")])
        yield self._case("over a weekend, with a past", 2, 3, 7, past={"a": "HHH", "b": "LHO"})
        yield self._case("weeks of two days", 3, 0, 1, workdays=list(week))
        force = {"a": "HO", "b": "OH", "c": "LH"}
        yield self._case("three ASN, two OPDs", 3, 0, 1, leave=[("c", 0, 0)], force=force)
        yield self._case("three who are alike", 3, 0, 1, alike=True)
        yield self._case("two who are alike", 2, 0, 2, alike=True)
        yield self._cut()
        yield self._barred()
        yield self._revision()

    def _case(
        self,
        name: str,
        count: int,
        first: int,
        last: int,
        *,
        off: Sequence[int] = (),
        leave: Sequence[tuple[str, int, int]] = (),
        pins: Sequence[tuple[str, int, str]] = (),
        past: Mapping[str, str] | None = None,
        force: Mapping[str, str] | None = None,
        alike: bool = False,
        **settings: Any,
    ) -> Case:
        who = [row["nip"] for row in self.people]
        nip = dict(zip("abc", who, strict=True))
        people = [self.people[0 if alike else n] | {"nip": who[n]} for n in range(count)]
        table = "rules" if issubclass(KINDS[self.clause["kind"]], Rule) else "objectives"
        terms = {
            "start": self.day(first),
            "end": self.day(last),
            "holidays": {"country": "", "extra": [self.day(n) for n in off]},
            "rules": [],
            table: [dict(self.clause)],
        }
        tables = {
            "employees": people,
            "leave": [
                {"nip": nip[n], "start": self.day(a), "end": self.day(b)} for n, a, b in leave
            ],
            "pins": [
                {"nip": nip[n], "date": self.day(d), "status": _LETTERS[s]} for n, d, s in pins
            ],
            "wishes": [{"nip": who[0], "date": self.day(first), "weight": -2}],
        }
        rows = [(n, first - len(text), text) for n, text in (past or {}).items()]
        rows += [(n, first, text) for n, text in (force or {}).items()]
        previous = [
            {"nip": nip[n], "date": self.day(begin + place), "status": _LETTERS[letter]}
            for n, begin, text in rows
            for place, letter in enumerate(text)
        ]
        return make_case(name, terms | settings, tables | {"previous": previous})

    def _cut(self) -> Case:
        """The clause on some days only, for one person's scope."""
        case = self._case("cut to Tuesday and Wednesday, one ASN excepted", 2, 0, 3)
        if issubclass(KINDS[self.clause["kind"]], Objective):
            return case
        own = {"start": self.day(1), "end": self.day(2), "except": {"nip": [self.people[1]["nip"]]}}
        return replace(case, terms=case.terms | {"rules": [own | dict(self.clause)]})

    def _barred(self) -> Case:
        """Beside rules that bar somebody on a day, and everybody on another."""
        bar: Row = {"kind": "never_remote", "scope": {"nip": [self.people[0]["nip"]]}}
        bar |= {"end": self.day(0)}
        ban = {"kind": "no_remote_day", "dates": [self.day(1)]}
        case = self._case("some may not be remote on some days", 2, 0, 2)
        return case.with_rules({"id": "bar"} | bar, {"id": "ban"} | ban)

    def _revision(self) -> Case:
        """From Wednesday on: Monday and Tuesday are past."""
        case = self._case("a revision from Wednesday on", 2, 2, 4, past={"a": "HH", "b": "OH"})
        terms = case.terms | {"start": self.day(0)}
        return replace(case, terms=terms, from_date=self.day(2))

    def _make_people(self) -> list[Row]:
        """Three ASN, changed so that the clause's scope reaches the first of them."""
        joined: list[Any] = [self.day(-4000), self.day(-20), self.day(-400)]
        people = [_COMMON | row | {"joined": day} for row, day in zip(_PEOPLE, joined, strict=True)]
        for key, rank in (("except", 1), ("scope", 0)):
            for column, values in dict(self.clause.get(key) or {}).items():
                people[rank][column] = values[0]
        for column in self._find_columns():
            for row in people:
                row.setdefault(column, None if column in TABLES["employees"] else "V")
        return people

    def _find_columns(self) -> set[str]:
        """Columns that the clause names."""
        clause = KINDS[self.clause["kind"]].model_validate(dict(self.clause))
        return {column for columns in clause.columns.values() for column in columns}


def _find_dates(clause: Table) -> list[date]:
    """All dates that a clause names."""
    found = re.findall(r"\d{4}-\d{2}-\d{2}", json.dumps(dict(clause), default=str))
    return [date.fromisoformat(text) for text in found]


def read_cases(kind: str, example: Table | tuple[Table, Table]) -> Iterator[Case]:
    """The cases of an example: those made for a clause, or the one that is given."""
    if isinstance(example, Mapping):
        yield from Builder({"kind": kind} | dict(example)).build()
        return
    terms, tables = example
    yield make_case("as given", {"rules": []} | dict(terms), tables)


def make_case(name: str, terms: Row, tables: Table) -> Case:
    """A case of the rows of its tables, `previous` among them."""
    frames: dict[str, Any] = {key: pd.DataFrame(rows) for key, rows in tables.items() if len(rows)}
    previous, key = frames.pop("previous", None), repr(tables)
    if key not in _ROSTERS:
        _ROSTERS[key] = Roster.from_frame(**frames)
    return Case(name, terms, _ROSTERS[key], previous)


def try_resolve(case: Case) -> Instance | str:
    """A case on its axes, or why the clause does not fit it."""
    try:
        return case.resolve()
    except (PolicyError, RosterError) as error:
        return str(error)
