"""A policy and a roster with the changes of a way out written into them, word for word.

A rule gives way for some ASN on some days. So it is written several times: for everybody else as it
was; for those ASN as it was on all other days; and for them on these days with what it would have
to say there, or not at all. Where a week, a month or a run gives way no date may cut it, so the
copies meet in the days off around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from rotasi.model.facts import Facts
from rotasi.policy.document import Policy
from rotasi.rules import Rule
from rotasi.rules.relief import Parameters, Reach
from rotasi.support.calendar import as_date
from rotasi.tables.roster import Roster

PIN = "pin"  # what entries of the table of pins are called, beside the ids of rules
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Waiver:
    """What one rule, or a pin, says otherwise for some ASN on some days.

    Parameters
    ----------
    rule : str
        Its id; ``pin`` for entries of the table of pins.
    nips : tuple of str
    dates : tuple of date
        Workdays of the period, in order.
    parameters : mapping of str to int
        Keys of the rule as they would have to be written; None = left out. Empty = it does not
        hold.
    reach : Reach
    """

    rule: str
    nips: tuple[str, ...]
    dates: tuple[date, ...]
    parameters: Parameters
    reach: Reach


def amend(
    roster: Roster, policy: Policy, facts: Facts, waivers: Collection[Waiver]
) -> tuple[Roster, Policy]:
    """Write changes into a roster and a policy.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    facts : Facts
        Of these two.
    waivers : collection of Waiver

    Returns
    -------
    roster : Roster
        Without the pins that give way.
    policy : Policy
        Rules that give way are written anew, under names of their own.
    """
    rules = [
        copy
        for rule in policy.rules
        for copy in _rewrite(rule, facts, [each for each in waivers if each.rule == rule.id])
    ]
    pins = _drop_pins(roster.pins, [each for each in waivers if each.rule == PIN])
    return replace(roster, pins=pins), policy.model_copy(update={"rules": rules})


def _drop_pins(pins: pd.DataFrame, waivers: Iterable[Waiver]) -> pd.DataFrame:
    gone = {(nip, day) for each in waivers for nip in each.nips for day in each.dates}
    keys = zip(pins["nip"], pins["date"].dt.date, strict=True)
    return pins[np.array([key not in gone for key in keys], dtype=bool)]


def _rewrite(rule: Rule, facts: Facts, waivers: Sequence[Waiver]) -> Iterator[Rule]:
    """A rule as it stands if nothing of it gives way, else its copies."""
    if not waivers:
        yield rule
        return
    nips = facts.employees["nip"].to_numpy(object)[rule.members(facts)].tolist()
    concerned = {nip for each in waivers for nip in each.nips}
    others = [nip for nip in nips if nip not in concerned]
    if others:
        yield _copy(rule, "others", others)
    for number, (alike, own) in enumerate(_sort(nips, waivers)):
        for place, part in enumerate(_cut(rule, facts, own)):
            yield _copy(rule, f"{number + 1}.{place + 1}", alike, part.keys())


def _sort(
    nips: Iterable[str], waivers: Sequence[Waiver]
) -> Iterator[tuple[list[str], list[Waiver]]]:
    """ASN with the same waivers, and these."""
    own = {nip: tuple(n for n, each in enumerate(waivers) if nip in each.nips) for nip in nips}
    for numbers in dict.fromkeys(own.values()):
        if numbers:
            alike = [nip for nip in nips if own[nip] == numbers]
            yield alike, [waivers[number] for number in numbers]


def _copy(
    rule: Rule, name: str, nips: list[str], parameters: Mapping[str, object] | None = None
) -> Rule:
    """A rule for some ASN with other parameters; None = left out."""
    said = rule.model_dump(by_alias=True, exclude_unset=True) | dict(parameters or {})
    said |= {"id": f"{rule.id}~{name}", "scope": {"nip": nips}, "except": {}}
    return type(rule).model_validate(
        {key: value for key, value in said.items() if value is not None}
    )


@dataclass(frozen=True)
class _Part:
    """What a rule says from one date to another; `date.min` and `date.max` = no bound."""

    start: date
    end: date
    parameters: Parameters

    def split(self, first: date, last: date, parameters: Parameters) -> Iterator[_Part]:
        """The parts before, inside and behind some days, inside which it says something else."""
        if last < self.start or first > self.end:
            yield self
            return
        if self.start < first:
            yield replace(self, end=first - _DAY)
        if parameters:
            inside = max(self.start, first), min(self.end, last)
            yield _Part(*inside, {**self.parameters, **parameters})
        if last < self.end:
            yield replace(self, start=last + _DAY)

    def keys(self) -> dict[str, object]:
        """The part as keys of a rule."""
        start = None if self.start == date.min else self.start
        end = None if self.end == date.max else self.end
        return {**self.parameters, "start": start, "end": end}


def _cut(rule: Rule, facts: Facts, waivers: Sequence[Waiver]) -> list[_Part]:
    """What a rule says of some ASN from date to date, with their waivers."""
    always = [each.parameters for each in waivers if each.reach is Reach.ALWAYS]
    if not all(always):
        return []
    parts = [_Part(rule.start or date.min, rule.end or date.max, _loosest(always))]
    for each in waivers:
        if each.reach is not Reach.ALWAYS:
            for first, last in _list_stretches(facts, each):
                parts = [p for part in parts for p in part.split(first, last, each.parameters)]
    return parts


def _loosest(parameters: Iterable[Parameters]) -> Parameters:
    """The highest value of each key."""
    found: dict[str, int] = {}
    for each in parameters:
        found |= {key: max(value or 0, found.get(key, 0)) for key, value in each.items()}
    return found


def _list_stretches(facts: Facts, waiver: Waiver) -> Iterator[tuple[date, date]]:
    """Runs of days of a waiver; where it spans several, with the days off around them."""
    days = [as_date(day) for day in facts.days]
    places = np.array([days.index(day) for day in waiver.dates])
    for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1):
        first, last = int(run[0]), int(run[-1])
        if waiver.reach is Reach.DAYS:
            yield days[first], days[last]
        else:
            before = days[first - 1] + _DAY if first else date.min
            yield before, days[last + 1] - _DAY if last + 1 < len(days) else date.max
