"""rotasi: who works on site and who works remotely, exact, proven and explained."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rotasi.errors import (
    ArgumentError,
    Conflict,
    InfeasibleError,
    OutputError,
    PolicyError,
    RosterError,
    RotasiError,
    RotasiWarning,
    RuleError,
    TimeLimitError,
    UndecidedError,
    VerificationError,
)

if TYPE_CHECKING:
    from rotasi import claims, datasets, plots, presets, rules, testing
    from rotasi.analysis.accountability import Accountability, accountability
    from rotasi.analysis.assumptions import Assumptions
    from rotasi.analysis.compare import compare
    from rotasi.analysis.coordination import coordination
    from rotasi.analysis.savings import savings
    from rotasi.analysis.size import Size, estimate
    from rotasi.engine.executors import VersionError, WorkerError
    from rotasi.explanation.explain import Explanation, explain
    from rotasi.explanation.repairs import Repair
    from rotasi.explanation.why import Reason, why
    from rotasi.model.status import Status
    from rotasi.partitioned.run import solve_partitions
    from rotasi.partitioned.summary import Summary
    from rotasi.policy.document import Policy
    from rotasi.progress import Progress, progress_bar
    from rotasi.revision import revise
    from rotasi.rules.registry import register
    from rotasi.schedule.result import Schedule
    from rotasi.schedule.verification import Report, verify
    from rotasi.solver import solve
    from rotasi.support.versions import show_versions
    from rotasi.tables.roster import Roster

#: Where names come from that are loaded when first used, so that importing rotasi stays cheap.
_LAZY = {
    "Accountability": "analysis.accountability",
    "Assumptions": "analysis.assumptions",
    "Explanation": "explanation.explain",
    "Policy": "policy.document",
    "Progress": "progress",
    "Reason": "explanation.why",
    "Repair": "explanation.repairs",
    "Report": "schedule.verification",
    "Roster": "tables.roster",
    "Schedule": "schedule.result",
    "Size": "analysis.size",
    "Status": "model.status",
    "Summary": "partitioned.summary",
    "VersionError": "engine.executors",
    "WorkerError": "engine.executors",
    "accountability": "analysis.accountability",
    "compare": "analysis.compare",
    "coordination": "analysis.coordination",
    "estimate": "analysis.size",
    "explain": "explanation.explain",
    "progress_bar": "progress",
    "register": "rules.registry",
    "revise": "revision",
    "savings": "analysis.savings",
    "show_versions": "support.versions",
    "solve": "solver",
    "solve_partitions": "partitioned.run",
    "verify": "schedule.verification",
    "why": "explanation.why",
}
_MODULES = ("claims", "datasets", "plots", "presets", "rules", "testing")

__all__ = [
    "Accountability",
    "ArgumentError",
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
    "RuleError",
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
    "register",
    "revise",
    "rules",
    "savings",
    "show_versions",
    "solve",
    "solve_partitions",
    "testing",
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
