"""Instances made from instances, of which we know how the optimum must change."""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd
from helpers import Instance, Row

Remap = Callable[[Any], Any]

#: Rules whose numbers or presence decide nothing else: neither who may be remote, nor what another
#: rule asks for.
PURE = (
    "max_consecutive",
    "min_on_site",
    "max_on_site",
    "max_remote",
    "min_remote",
    "rotation_groups",
    "together",
)
GROUPED = ("min_on_site", "max_on_site", "max_remote", "min_remote", "together", "level_load")
STEP = 0.1  # by which a share is tightened


def is_pure(rule: Row) -> bool:
    """Whether the rule could be left out and all others would ask the same."""
    if rule["kind"] == "quota":
        # One whose maximum is 0 may not be remote at all, which others ask.
        return "max_by_performance" not in rule and rule.get("max_days", 1) > 0
    return rule["kind"] in PURE


def with_policy(instance: Instance, **settings: Any) -> Instance:
    """The same with other settings."""
    tables, policy, previous = instance
    return tables, copy.deepcopy(dict(policy)) | settings, previous


def with_rules(instance: Instance, rules: list[Row]) -> Instance:
    """The same with other rules; ids as they were, so that reports stay comparable."""
    return with_policy(instance, rules=copy.deepcopy(rules))


def rules_of(instance: Instance) -> list[Row]:
    """The rules of an instance."""
    return list(instance[1].get("rules", []))


def replaced(instance: Instance, number: int, *rules: Row) -> Instance:
    """The same with another rule, or none, in the place of one."""
    kept = rules_of(instance)
    return with_rules(instance, [*kept[:number], *rules, *kept[number + 1 :]])


def shuffled(instance: Instance, rng: random.Random) -> Instance:
    """The rows of every table in another order."""
    return mapped(instance, lambda table: table.sample(frac=1, random_state=rng.randrange(2**31)))


def mapped(instance: Instance, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Instance:
    """The same change to every table."""
    tables, policy, previous = instance
    changed = {name: change(table) for name, table in tables.items()}
    return changed, policy, None if previous is None else change(previous)


def renamed(instance: Instance, rng: random.Random) -> Instance:
    """Everybody by another NIP, which sorts otherwise."""
    nips = list(instance[0]["employees"]["nip"])
    numbers = rng.sample(range(1000, 10_000), len(nips))
    names = dict(zip(nips, map(str, numbers), strict=True))
    changed = mapped(
        instance, lambda table: table.assign(nip=[names.get(nip, nip) for nip in table["nip"]])
    )
    return with_scopes(changed, {"nip": lambda values: [names.get(nip, nip) for nip in values]})


def with_scopes(instance: Instance, changes: Mapping[str, Remap]) -> Instance:
    """The values of some columns changed in every scope and exception."""
    rules = copy.deepcopy(rules_of(instance))
    for rule in rules:
        for scope in (rule.get("scope", {}), rule.get("except", {})):
            for column in scope:
                scope[column] = changes.get(column, list)(scope[column])
    return with_rules(instance, rules)


def shifted(instance: Instance, weeks: int) -> Instance:
    """Every date so many weeks later, people's first days included."""
    later = dt.timedelta(weeks=weeks)

    def move(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: move(part) for key, part in value.items()}
        if isinstance(value, list):
            return [move(part) for part in value]
        return value + later if isinstance(value, dt.date) else value

    def move_table(table: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame([move(row) for row in table.to_dict("records")], dtype=object)

    tables, policy, previous = mapped(instance, move_table)
    return tables, move(policy), previous


def without_months(instance: Instance) -> Instance:
    """Only what means the same in any week: no months, no public holidays."""
    rules = [
        rule
        for rule in rules_of(instance)
        if rule.get("per") != "month" and rule["kind"] != "bar_newcomers"
    ]
    holidays = {**instance[1].get("holidays", {}), "country": ""}
    return with_policy(instance, rules=rules, holidays=holidays)


def by_opd(instance: Instance) -> Instance:
    """The same with every group inside an OPD, so that OPDs have nothing to do with one another."""
    policy = copy.deepcopy(instance[1])
    for part in [*policy.get("rules", []), *policy.get("objectives", [])]:
        if part["kind"] in GROUPED:
            by = part.get("by", ["team"] if part["kind"] == "together" else ["opd"])
            by = [by] if isinstance(by, str) else by
            part["by"] = by if "opd" in by else [*by, "opd"]
    return instance[0], policy, instance[2]


def opds_of(instance: Instance) -> list[str]:
    """The OPDs, sorted."""
    return sorted(set(instance[0]["employees"]["opd"]))


def only(instance: Instance, opds: list[str]) -> Instance:
    """The ASN of some OPDs, with what is theirs."""
    employees = instance[0]["employees"]
    nips = set(employees.loc[employees["opd"].isin(opds), "nip"])
    tables, policy, previous = mapped(instance, lambda table: table[table["nip"].isin(nips)])
    return {name: table for name, table in tables.items() if len(table)}, policy, previous


def doubled(instance: Instance) -> Instance:
    """Everybody twice, the second time in an OPD of another name."""
    suffix = " II"

    def twice(table: pd.DataFrame) -> pd.DataFrame:
        double = table.assign(nip=table["nip"] + suffix)
        if "opd" in double:
            double["opd"] += suffix
        return pd.concat([table, double], ignore_index=True).astype(object)

    def both(values: list[str]) -> list[str]:
        return [*values, *(value + suffix for value in values)]

    changed = with_scopes(mapped(instance, twice), {"nip": both, "opd": both})
    services = changed[1].get("opd_services", {})
    twins = {opd + suffix: service for opd, service in services.items()}
    return with_policy(changed, opd_services={**services, **twins}) if services else changed


def tightenings(instance: Instance) -> Iterator[tuple[Instance, Instance]]:
    """Pairs of a looser and a tighter instance; every schedule of the second fits the first."""
    rules = rules_of(instance)
    cap = instance[1].get("weekly_cap", 4)
    if cap > 1:
        yield instance, with_policy(instance, weekly_cap=cap - 1)
    for number, rule in enumerate(rules):
        others = [other for other in rules if other is not rule]
        if is_pure(rule):
            for tighter in _tightened(rule):
                yield instance, replaced(instance, number, rule | tighter)
            if "penalty" not in rule or any("penalty" in other for other in others):
                yield replaced(instance, number), instance


def _tightened(rule: Row) -> Iterator[Row]:
    """Changes of one rule that ask more."""
    for key, low in (("max_days", 2), ("remote", 2), ("on_site", 2)):
        if rule.get(key, 0) >= low and "min_days" not in rule:
            yield {key: rule[key] - 1}
    sign = 1 if rule["kind"].startswith("min") else -1
    if "count" in rule and rule["count"] + sign >= 0:
        yield {"count": rule["count"] + sign}
    if "share" in rule and 0 <= rule["share"] + sign * STEP <= 1:
        yield {"share": round(rule["share"] + sign * STEP, 3)}
    if rule.get("if_short") == "cap":
        yield {"if_short": "error"}
    if rule["kind"] == "together":
        yield {"days": rule.get("days", 1) + 1}
