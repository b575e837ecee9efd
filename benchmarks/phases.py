"""The phases of rotasi's way from files to files, and how long each takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import rotasi
from benchmarks.instances import Task
from benchmarks.measurement import Clock, Stopwatch

#: What each phase calls, as ``module:name``. `read` and `write` stand around all of them; time in
#: a phase that another one calls counts for the inner one.
PHASES: dict[str, tuple[str, ...]] = {
    "read": (),
    "compile": ("rotasi.solver:resolve", "rotasi.solver:compile_problem"),
    "simplify": ("rotasi.engine.solve:simplify",),
    "split": ("rotasi.engine.solve:split",),
    "fold": ("rotasi.engine.runner:fold",),
    "build": (
        "rotasi.engine.prove:Network",
        "rotasi.engine.prove:write_program",
        "rotasi.engine.solvers.cpsat.search:pose",
    ),
    "flow": ("rotasi.engine.solvers.flow:SimpleMinCostFlow.solve",),
    "solve": ("rotasi.engine.runner:decide",),
    "deal": (
        "rotasi.engine.runner:unfold",
        "rotasi.engine.solve:merge",
        "rotasi.solver:join_grids",
    ),
    "verify": ("rotasi.solver:verify_result",),
    "rest": ("rotasi:solve",),
    "write": (),
}


class Inline(Executor):
    """Runs what it is given at once, in the thread that asks: phases then add up."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function and keep what it gives."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def measure_phases(task: Task, limit: float) -> dict[str, Any]:
    """Take an instance from CSV files to files, one block after the other on one core.

    Parameters
    ----------
    task : Task
    limit : float
        Seconds that the search may take.

    Returns
    -------
    dict
        Figures of the instance, and seconds per phase.
    """
    with tempfile.TemporaryDirectory() as folder:
        task.roster.write(folder)
        found = time_phases(Path(folder), task.policy, limit, time.process_time)
    return {"instance": task.name, "asn": task.n_asn, **found}


def time_phases(
    source: Path, policy: rotasi.Policy, limit: float, clock: Clock = time.perf_counter
) -> dict[str, Any]:
    """Take a roster from its folder to a schedule's folder, which is then removed.

    Parameters
    ----------
    source : Path
        Folder of the roster.
    policy : Policy
    limit : float
        Seconds that the search may take.
    clock : callable
        What the phases are timed by.

    Returns
    -------
    dict
        Status, blocks by status, classes, and seconds per phase.
    """
    watch = Stopwatch(clock)
    with tempfile.TemporaryDirectory() as target:
        with watch.phase("read"):
            roster = rotasi.Roster.read(source)
        with watch.watching(PHASES):
            schedule = rotasi.solve(roster, policy, time_limit=limit, workers=1, executor=Inline())
        with watch.phase("write"):
            schedule.write(target)
    statuses = schedule.blocks.drop_duplicates("block")["status"].value_counts()
    return {
        "status": str(schedule.status),
        "blocks": {str(status): int(count) for status, count in statuses.items()},
        "classes": schedule.provenance["classes"],
        "seconds": {phase: watch.seconds.get(phase, 0.0) for phase in PHASES},
    }
