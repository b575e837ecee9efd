"""What an instance holds, as a list of features to count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from helpers import Instance

#: Parameters of which each value counts apart; of the others only whether they are given.
CHOICES = ("per", "of", "if_short", "if_holiday", "sense", "rank", "groups")


def features(instance: Instance) -> set[str]:
    """Every kind with its parameters, every table and every setting that an instance has."""
    tables, policy, previous = instance
    found = {f"table {name}" for name in tables if name != "employees"}
    found |= {"table previous"} if previous is not None else set()
    found |= {f"policy {key}" for key in policy if key not in ("name", "start", "end", "rules")}
    found |= {f"holidays {key}" for key, value in policy.get("holidays", {}).items() if value}
    for rule in policy.get("rules", []):
        found |= {f"rule {rule['kind']} {'soft' if 'penalty' in rule else 'hard'}"}
        found |= set(_parameters("rule", rule))
    for objective in policy.get("objectives") or []:
        found |= {f"objective {objective['kind']}", *_parameters("objective", objective)}
    return found


def _parameters(what: str, table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key not in ("kind", "penalty"):
            yield f"{what} {table['kind']} {key}" + (f"={value}" if key in CHOICES else "")
