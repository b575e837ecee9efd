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
    UndecidedError,
    VerificationError,
)

if TYPE_CHECKING:
    from rotasi import claims, datasets, plots, presets
    from rotasi.assumptions import Assumptions
    from rotasi.attendance import Accountability, accountability
    from rotasi.bars import progress_bar
    from rotasi.comparison import compare
    from rotasi.economy import savings
    from rotasi.execution import Progress
    from rotasi.executors import VersionError, WorkerError
    from rotasi.explanation import Explanation, explain
    from rotasi.meetings import coordination
    from rotasi.partitions import Summary, solve_partitions
    from rotasi.policy import Policy
    from rotasi.reasons import Reason, why
    from rotasi.repairs import Repair
    from rotasi.revisions import revise
    from rotasi.roster import Roster
    from rotasi.schedule import Schedule, Status
    from rotasi.sizing import Size, estimate
    from rotasi.solver import solve
    from rotasi.verification import Report, verify
    from rotasi.versions import show_versions

#: Where names come from that are loaded when first used, so that importing rotasi stays cheap.
_LAZY = {
    "Accountability": "attendance",
    "Assumptions": "assumptions",
    "Explanation": "explanation",
    "Policy": "policy",
    "Progress": "execution",
    "Reason": "reasons",
    "Repair": "repairs",
    "Report": "verification",
    "Roster": "roster",
    "Schedule": "schedule",
    "Size": "sizing",
    "Status": "schedule",
    "Summary": "partitions",
    "VersionError": "executors",
    "WorkerError": "executors",
    "accountability": "attendance",
    "compare": "comparison",
    "coordination": "meetings",
    "estimate": "sizing",
    "explain": "explanation",
    "progress_bar": "bars",
    "revise": "revisions",
    "savings": "economy",
    "show_versions": "versions",
    "solve": "solver",
    "solve_partitions": "partitions",
    "verify": "verification",
    "why": "reasons",
}
_MODULES = ("claims", "datasets", "plots", "presets")

__all__ = [
    "Accountability",
    "Assumptions",
    "Conflict",
    "Explanation",
    "InfeasibleError",
    "OutputError",
    "Policy",
    "PolicyError",
    "Progress",
    "Reason",
    "Repair",
    "Report",
    "Roster",
    "RosterError",
    "RotasiError",
    "RotasiWarning",
    "Schedule",
    "Size",
    "Status",
    "Summary",
    "TimeLimitError",
    "UndecidedError",
    "VerificationError",
    "VersionError",
    "WorkerError",
    "accountability",
    "claims",
    "compare",
    "coordination",
    "datasets",
    "estimate",
    "explain",
    "plots",
    "presets",
    "progress_bar",
    "revise",
    "savings",
    "show_versions",
    "solve",
    "solve_partitions",
    "verify",
    "why",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"rotasi.{name}")
    if name in _LAZY:
        return getattr(import_module(f"rotasi.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'rotasi' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
