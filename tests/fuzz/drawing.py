"""Instances to try: those that the oracle draws, seasoned with what it seldom draws."""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pandas as pd
from helpers import Instance, Row
from oracle.facts import Case
from oracle.instances import KINDS, random_family

ONE_DAY = dt.timedelta(days=1)
SHARES = (0.0, 0.05, 0.3333, 0.6, 0.999, 1.0)
COUNTS = (0, 1, 2, 4)
PENALTIES = (1, 7, 1000, 999_983)
PRESENCE = ("min_on_site", "max_on_site", "max_remote", "min_remote")
SEASONED = 0.4  # part of the instances to which a spice is added, and a further one

Spice = Callable[[Instance, random.Random], Instance]


def draw_family(rng: random.Random, size: str, number: int) -> list[Instance]:
    """Instances of one roster: half of the families are about a certain rule or objective."""
    kind = rng.choice(KINDS) if rng.random() < 0.5 and size != "medium" else None
    family = random_family(rng, size, kind, number)
    tables, _policy, previous = seasoned(family[0], TABLE_SPICES, rng)
    return [seasoned((tables, policy, previous), RULE_SPICES, rng) for _, policy, _ in family]


def seasoned(instance: Instance, spices: tuple[Spice, ...], rng: random.Random) -> Instance:
    """The same with none, one or more of the spices; the policy is one of its own."""
    tables, policy, previous = instance
    instance = tables, copy.deepcopy(policy), previous
    while rng.random() < SEASONED:
        instance = rng.choice(spices)(instance, rng)
    return instance


def some_rule(*kinds: str) -> Callable[[Callable[[Row, random.Random], None]], Spice]:
    """Make a spice of a change to a rule: it is applied to one of these kinds."""

    def decorate(change: Callable[[Row, random.Random], None]) -> Spice:
        def spice(instance: Instance, rng: random.Random) -> Instance:
            rules = [r for r in instance[1].get("rules", []) if not kinds or r["kind"] in kinds]
            if rules:
                change(rng.choice(rules), rng)
            return instance

        return spice

    return decorate


@some_rule("quota")
def without_maximum(rule: Row, rng: random.Random) -> None:
    rule.pop("max_days", None)
    rule.pop("max_by_performance", None)
    rule["min_days"] = rng.randint(1, 2)


@some_rule(*PRESENCE)
def odd_share(rule: Row, rng: random.Random) -> None:
    rule.pop("count", None)
    rule["share"] = rng.choice(SHARES)


@some_rule(*PRESENCE)
def odd_count(rule: Row, rng: random.Random) -> None:
    rule.pop("share", None)
    rule["count"] = rng.choice(COUNTS)


@some_rule()
def other_penalty(rule: Row, rng: random.Random) -> None:
    if rule.pop("penalty", None) is None or rng.random() < 0.5:
        rule["penalty"] = rng.choice(PENALTIES)


@some_rule("rotation_groups", "together")
def several_columns(rule: Row, rng: random.Random) -> None:
    if "groups" not in rule:
        rule["by"] = rng.choice([["unit"], ["unit", "site"], ["team", "position"], ["opd"]])


@some_rule("together")
def column_as_text(rule: Row, rng: random.Random) -> None:
    rule["by"] = rng.choice(["unit", "site", "opd"])


@some_rule()
def scope_of_values(rule: Row, rng: random.Random) -> None:
    """Scopes of cells that are no text, or that nobody has."""
    column, values = rng.choice(
        [
            ("applied", [True]),
            ("disciplined", [False]),
            ("performance", ["Baik", "Kurang"]),
            ("performance", [75, 80]),
            ("unit", ["Tiada", "Umum"]),
            ("opd", ["Dinas Tiada"]),
        ]
    )
    rule[rng.choice(["scope", "except"])] = {column: values}


def scope_of_people(instance: Instance, rng: random.Random) -> Instance:
    """A rule for some people by name."""
    rules, nips = instance[1].get("rules", []), list(instance[0]["employees"]["nip"])
    if rules:
        some = rng.sample(nips, rng.randint(1, len(nips)))
        rng.choice(rules)[rng.choice(["scope", "except"])] = {"nip": some}
    return instance


def dates_outside(instance: Instance, rng: random.Random) -> Instance:
    """A rule that reaches back before the period, or that ends before it."""
    rules, start = instance[1].get("rules", []), instance[1]["start"]
    if rules:
        rule = rng.choice(rules)
        rule["start"] = start - rng.randint(1, 40) * ONE_DAY
        rule["end"] = start + rng.randint(-1, 10) * ONE_DAY
    return instance


def long_history(instance: Instance, rng: random.Random) -> Instance:
    """`previous` on any day of the five weeks before, days off among them."""
    tables, policy, previous = instance
    known = set() if previous is None else set(zip(previous["nip"], previous["date"], strict=True))
    keys = [
        (nip, policy["start"] - back * ONE_DAY)
        for nip in tables["employees"]["nip"]
        for back in range(1, 36)
        if rng.random() < 0.6
    ]
    rows = [
        {"nip": nip, "date": day, "status": rng.choice(["WFO", "WFH", "WFH", "LEAVE"])}
        for nip, day in keys
        if (nip, day) not in known
    ]
    return tables, policy, joined(previous, rows)


def long_leave(instance: Instance, rng: random.Random) -> Instance:
    """One, or a whole OPD, is away for the period or most of it."""
    tables, policy, previous = instance
    employees, length = tables["employees"], (policy["end"] - policy["start"]).days
    one = employees.iloc[rng.randrange(len(employees))]
    away = employees[
        employees["opd" if rng.random() < 0.3 else "nip"].isin({one["opd"], one["nip"]})
    ]
    start = policy["start"] + rng.randint(0, max(0, length // 3)) * ONE_DAY
    pinned = set(tables["pins"]["nip"]) if "pins" in tables else set()
    rows = [
        {"nip": nip, "start": start, "end": policy["end"], "kind": "cuti besar"}
        for nip in away["nip"]
        if nip not in pinned
    ]
    return (
        {**tables, "leave": joined(tables.get("leave"), rows)} if rows else tables,
        policy,
        previous,
    )


def more_pins(instance: Instance, rng: random.Random) -> Instance:
    """Days decided already; people who have leave get none."""
    tables, policy, previous = instance
    busy = {nip for name in ("leave", "pins") if name in tables for nip in tables[name]["nip"]}
    free = [nip for nip in tables["employees"]["nip"] if nip not in busy]
    rows = [
        {"nip": nip, "date": day, "status": rng.choice(["WFO", "WFH"])}
        for nip in rng.sample(free, min(len(free), 2))
        for day in worked(instance)
        if rng.random() < 0.3
    ]
    return (
        {**tables, "pins": joined(tables.get("pins"), rows)} if rows else tables,
        policy,
        previous,
    )


def worked(instance: Instance) -> list[dt.date]:
    """Workdays of the period."""
    return Case({"employees": []}, instance[1]).days


def joined(table: pd.DataFrame | None, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A table with further rows."""
    more = pd.DataFrame(rows, dtype=object)
    return more if table is None else pd.concat([table, more], ignore_index=True).astype(object)


RULE_SPICES: tuple[Spice, ...] = (
    without_maximum,
    odd_share,
    odd_count,
    other_penalty,
    several_columns,
    column_as_text,
    scope_of_values,
    scope_of_people,
    dates_outside,
)
TABLE_SPICES: tuple[Spice, ...] = (long_history, long_leave, more_pins)
