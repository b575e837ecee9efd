"""rotasi: who works on site and who works remotely, exact, proven and explained."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rotasi.errors import (
    Conflict,
    InfeasibleError,
    OutputError,
    PolicyError,
    RosterError,
    RotasiError,
    RotasiWarning,
    TimeLimitError,
    VerificationError,
)

if TYPE_CHECKING:
    from rotasi import datasets, presets
    from rotasi.execution import Progress
    from rotasi.executors import VersionError
    from rotasi.partitions import Summary, solve_partitions
    from rotasi.policy import Policy
    from rotasi.roster import Roster
    from rotasi.schedule import Schedule, Status
    from rotasi.solver import solve
    from rotasi.verification import Report, verify

#: Where names come from that are loaded when first used, so that importing rotasi stays cheap.
_LAZY = {
    "Policy": "policy",
    "Progress": "execution",
    "Report": "verification",
    "Roster": "roster",
    "Schedule": "schedule",
    "Status": "schedule",
    "Summary": "partitions",
    "VersionError": "executors",
    "solve": "solver",
    "solve_partitions": "partitions",
    "verify": "verification",
}
_MODULES = ("datasets", "presets")

__all__ = [
    "Conflict",
    "InfeasibleError",
    "OutputError",
    "Policy",
    "PolicyError",
    "Progress",
    "Report",
    "Roster",
    "RosterError",
    "RotasiError",
    "RotasiWarning",
    "Schedule",
    "Status",
    "Summary",
    "TimeLimitError",
    "VerificationError",
    "VersionError",
    "datasets",
    "presets",
    "solve",
    "solve_partitions",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"rotasi.{name}")
    if name in _LAZY:
        return getattr(import_module(f"rotasi.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'rotasi' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
