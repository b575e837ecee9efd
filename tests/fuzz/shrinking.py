"""A smaller instance that fails in the same way: what is left is what matters."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator

from helpers import Instance

from .changes import mapped, replaced, rules_of, with_policy

NEEDED = {"kind", "groups", "minimum", "months", "weekdays", "dates", "count", "share"}


def shrink(instance: Instance, fails: Callable[[Instance], bool], seconds: float) -> Instance:
    """Leave out whatever is not needed to fail, as long as time allows."""
    deadline = time.monotonic() + seconds
    smaller = True
    while smaller:
        smaller = False
        for candidate in candidates(instance):
            if time.monotonic() > deadline:
                return instance
            if fails(candidate):
                instance, smaller = candidate, True
                break
    return instance


def candidates(instance: Instance) -> Iterator[Instance]:
    """The same with one thing less, large things first."""
    tables, policy, previous = instance
    for number in range(len(rules_of(instance))):
        yield replaced(instance, number)
    if previous is not None:
        yield tables, policy, None
    for name in set(tables) - {"employees"}:
        yield {key: table for key, table in tables.items() if key != name}, policy, previous
    yield from _fewer_people(instance)
    yield from _simpler_policies(instance)
    yield from _shorter_tables(instance)


def _fewer_people(instance: Instance) -> Iterator[Instance]:
    nips = list(instance[0]["employees"]["nip"])
    size = len(nips) // 2
    while size:
        for first in range(0, len(nips), size):
            gone = nips[first : first + size]
            if len(gone) < len(nips):
                yield mapped(instance, lambda table, gone=gone: table[~table["nip"].isin(gone)])
        size //= 2


def _simpler_policies(instance: Instance) -> Iterator[Instance]:
    policy = instance[1]
    for key in ("name", "opd_services", "weekly_cap", "workdays"):
        if key in policy:
            yield instance[0], {k: v for k, v in policy.items() if k != key}, instance[2]
    if policy.get("holidays") != {"country": ""}:
        yield with_policy(instance, holidays={"country": ""})
    objectives = policy.get("objectives") or []
    for number in range(len(objectives) if len(objectives) > 1 else 0):
        kept = copy.deepcopy(objectives[:number] + objectives[number + 1 :])
        yield with_policy(instance, objectives=kept)
    for number, rule in enumerate(rules_of(instance)):
        for key in set(rule) - NEEDED:
            yield replaced(instance, number, {k: v for k, v in rule.items() if k != key})


def _shorter_tables(instance: Instance) -> Iterator[Instance]:
    tables, policy, previous = instance
    for name, table in tables.items():
        if name != "employees":
            for row in table.index:
                yield {**tables, name: table.drop(index=row)}, policy, previous
    for column in set(tables["employees"]) - {"nip", "opd"}:
        yield {**tables, "employees": tables["employees"].drop(columns=column)}, policy, previous
    for row in [] if previous is None else previous.index:
        yield tables, policy, previous.drop(index=row)
