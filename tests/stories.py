"""Rosters in force that something has changed since, drawn at random, and their best endings."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from oracle.facts import Case as Referee
from oracle.facts import records
from oracle.instances import frame, random_instance
from oracle.mip import is_maximised
from oracle.revision import Revision

from rotasi import Policy, PolicyError, Roster, RosterError, Schedule, revise, solve, verify
from rotasi.instance.resolve import resolve

CELLS = 7  # ASN-days to decide: 128 ways to go on
KINDS = [
    "quota", "max_consecutive", "fixed_remote_day", "no_remote_day", "min_on_site", "max_on_site",
    "max_remote", "min_remote", "rotation_groups", "together", "never_remote", "stability",
]  # fmt: skip


@dataclass
class Story:
    """A roster in force, what has changed since, and from when on it is revised."""

    schedule: Schedule
    tables: dict[str, pd.DataFrame]
    policy: dict[str, Any]
    from_date: date

    def revised(self) -> Schedule:
        return revise(self.schedule, *self.now, self.from_date)

    @cached_property
    def now(self) -> tuple[Roster, Policy]:
        return Roster.from_frame(**self.tables), Policy.model_validate(self.policy)

    def oracle(self) -> Revision:
        return Revision(self.tables, self.policy, self.schedule.history(), self.from_date)


def draw_story(rng: random.Random, kind: str) -> Story | None:
    """A random instance, a roster for it, and changes; None where the tables contradict."""
    given, rules, previous = random_instance(rng, "tiny", kind)
    new, start = _change(rng, given, rules), rules["start"]
    days = Referee(given, rules, previous).days
    from_date = rng.choice([start, *days, *days, rules["end"]])
    referee = Referee(*new)
    free = {key for key in referee.asn_days() if key[1] >= from_date} - referee.leave
    if not 0 < len(free) <= CELLS:
        return None
    try:
        schedule = _draw_roster(rng, given, rules, previous)
        story = Story(schedule, *new, from_date)
        resolve(*story.now, schedule.history(), from_date)
    except (RosterError, PolicyError):
        return None
    return story


def _draw_roster(
    rng: random.Random, given: dict[str, pd.DataFrame], rules: dict[str, Any], previous: Any
) -> Schedule:
    """The optimum, or any roster: what is in force may keep no rule at all."""
    people_, terms_ = Roster.from_frame(**given), Policy.model_validate(rules)
    if rng.random() < 0.3:
        schedule = solve(people_, terms_, previous=previous)
        if schedule.complete:
            return schedule
    referee = Referee(given, rules, previous)
    found = [
        {"nip": nip, "date": at, "status": rng.choice(["WFO", "WFH", "WFH", "LEAVE"])}
        for nip, at in referee.asn_days()
    ]
    return Schedule.from_frame(frame(found), people_, terms_, previous)


def _change(
    rng: random.Random, given: dict[str, pd.DataFrame], rules: dict[str, Any]
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Some of: leave, a pin, somebody new, somebody gone, a day off, a day worked."""
    new = {name: records(table) for name, table in given.items()}
    who = [row["nip"] for row in new["employees"]]
    days = Referee(given, rules).days
    if rng.random() < 0.5:
        first, last = sorted(rng.choices(days, k=2))
        leave = {"nip": rng.choice(who), "start": first, "end": last}
        new.setdefault("leave", []).append(leave)
    if rng.random() < 0.3:
        pin = {
            "nip": rng.choice(who),
            "date": rng.choice(days),
            "status": rng.choice(["WFO", "WFH"]),
        }
        new.setdefault("pins", []).append(pin)
    if rng.random() < 0.3 and len(who) > 1:
        gone = rng.choice(who)
        new = {name: [row for row in table if row["nip"] != gone] for name, table in new.items()}
    if rng.random() < 0.3:
        new["employees"].append({**rng.choice(new["employees"]), "nip": "198001012020011999"})
    if rng.random() < 0.2:
        new.pop("leave", None)
    rules = dict(rules)
    if rng.random() < 0.3 and len(days) > 1:
        calendar = {"country": "", **rules.get("holidays", {})}
        off = [d for d in days if d not in calendar.get("workdays", [])]
        if off[1:]:
            calendar["extra"] = [*calendar.get("extra", []), rng.choice(off)]
            rules["holidays"] = calendar
    return {name: frame(table) for name, table in new.items() if table}, rules


def stories(kind: str, count: int) -> Iterator[Story]:
    found = 0
    for seed in range(10_000):
        story = draw_story(random.Random(seed), kind)
        if story is not None:
            yield story
            found += 1
        if found == count:
            return


def best(oracle: Revision) -> list[tuple[str, int]] | None:
    """The best values of all ways to go on that are allowed; None where none is."""
    signs = [1, *[1] * oracle.case.soft]
    signs += [-1 if is_maximised(goal) else 1 for goal in oracle.case.objectives]
    allowed = [oracle.values(way) for way in oracle.futures() if not oracle.broken(way)]
    return min(
        allowed,
        key=lambda found: [sign * value for sign, (_, value) in zip(signs, found, strict=True)],
        default=None,
    )


def check(story: Story) -> str:
    """Hold a revision against the oracle; tells its status."""
    oracle = story.oracle()
    revised, wanted = story.revised(), best(oracle)
    if wanted is None:
        assert str(revised.status) == "INFEASIBLE"
        return "INFEASIBLE"
    assert str(revised.status) == "OPTIMAL"
    found = revised.objectives
    assert list(zip(found["kind"], found["value"], strict=True)) == wanted
    table = revised.to_frame()
    way = {
        (nip, at.date()): status
        for nip, at, status in table[["nip", "date", "status"]].itertuples(index=False)
    }
    for key, status in oracle.past.items():
        assert way.pop(key, None) == status
    assert set(way) == set(oracle.open)
    assert verify(revised, *story.now)
    assert verify(
        table, *story.now, previous=story.schedule.history(), from_date=story.from_date
    ).objectives.equals(found[["kind", "value"]].astype({"value": np.int64}))
    return "OPTIMAL"
