"""Rules that tie people to one another: rotation groups, and days on site together."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from .facts import Key, Rule

Assignment = Mapping[Key, str]
Grouping = Mapping[str, Any]


def tied_units(rule: Rule, assignment: Assignment, grouping: Grouping | None = None) -> int:
    """How far a rule that ties people is broken; 0 when it holds."""
    if rule.kind == "rotation_groups":
        return out_of_step(rule, assignment, grouping)
    if rule.kind == "together":
        return days_apart(rule, assignment)
    raise NotImplementedError(rule.kind)


def days_apart(rule: Rule, assignment: Assignment) -> int:
    """Days short per group and week, of the days without anybody remote (`together`)."""
    short = 0
    for members in rule.groups.values():
        for week in rule.weeks:
            met = [day for day in week if not remote(members, day, assignment)]
            short += max(0, int(rule.parameters.get("days", 1)) - len(met))
    return short


def out_of_step(rule: Rule, assignment: Assignment, grouping: Grouping | None = None) -> int:
    """Σ min(remote, on site) over groups and days, by the best grouping or by one that is given."""
    total = 0
    for pool in rule.groups.values():
        if grouping is None:
            ways = balanced(pool, number(rule))
            total += min(mixed(rule, parts, assignment) for parts in ways)
        else:
            total += mixed(rule, list(dealt(pool, grouping).values()), assignment)
    return total


def number(rule: Rule) -> int:
    """Groups per pool: so many per OPD, or one per OPD and value of the column."""
    return int(rule.parameters.get("groups", 1))


def mixed(rule: Rule, parts: list[list[str]], assignment: Assignment) -> int:
    """Σ over groups and days of the fewer: those remote, or those on site."""
    total = 0
    for members in parts:
        for day in rule.days:
            on_site = [nip for nip in members if assignment.get((nip, day)) == "WFO"]
            total += min(len(remote(members, day, assignment)), len(on_site))
    return total


def remote(members: list[str], day: Any, assignment: Assignment) -> list[str]:
    """Who of a group is remote on a day."""
    return [nip for nip in members if assignment.get((nip, day)) == "WFH"]


def is_grouping(rule: Rule, grouping: Grouping) -> bool:
    """Whether every member has a group, nobody else has, and sizes differ by at most one.

    Groups of two pools may share their names.
    """
    members = [nip for pool in rule.groups.values() for nip in pool]
    if set(members) != set(grouping):
        return False
    return all(is_balanced(dealt(pool, grouping), number(rule)) for pool in rule.groups.values())


def is_balanced(parts: Mapping[Any, list[str]], groups: int) -> bool:
    """Whether the parts are at most `groups`, and even with the empty ones differ by one."""
    sizes = [len(part) for part in parts.values()] + [0] * (groups - len(parts))
    return len(sizes) == groups and max(sizes) - min(sizes) <= 1


def dealt(pool: list[str], grouping: Grouping) -> dict[Any, list[str]]:
    """Members of a pool by their group."""
    found: dict[Any, list[str]] = {}
    for nip in pool:
        found.setdefault(grouping.get(nip), []).append(nip)
    return found


def balanced(members: list[str], groups: int) -> Iterator[list[list[str]]]:
    """Every way to part members into groups of sizes ⌊n/k⌋ or ⌈n/k⌉, each once."""
    small, larger = divmod(len(members), groups)
    return parted(members, [small + 1] * larger + [small] * (groups - larger))


def parted(members: list[str], sizes: list[int]) -> Iterator[list[list[str]]]:
    """Every way to part members into sets of these sizes: first the set of the first member."""
    if not members:
        yield []
        return
    first, others = members[0], members[1:]
    for size in {size for size in sizes if size}:
        left = list(sizes)
        left.remove(size)
        for companions in itertools.combinations(others, size - 1):
            rest = [nip for nip in others if nip not in companions]
            for parts in parted(rest, left):
                yield [[first, *companions], *parts]
