"""solve(): the whole way from a roster and a policy to a proven, verified schedule."""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from rotasi.blocks import Block, split
from rotasi.case import Case, resolve
from rotasi.errors import Conflict, RotasiWarning, VerificationError
from rotasi.execution import Outcome, Progress, Run
from rotasi.executors import HasExecutor, SteadyExecutor
from rotasi.merging import list_blocks, list_objectives, merge_grids, merge_places, merge_status
from rotasi.policy import Policy
from rotasi.problem import Problem, compile_problem
from rotasi.roster import Roster
from rotasi.schedule import Schedule, Status
from rotasi.shortages import find_shortages
from rotasi.simplification import simplify
from rotasi.verification import HasFrame, as_frame, audit

Frame = pd.DataFrame


def solve(
    roster: Roster,
    policy: Policy,
    *,
    previous: HasFrame | Frame | None = None,
    time_limit: float | None = None,
    workers: int | None = None,
    seed: int = 0,
    executor: Executor | HasExecutor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Schedule:
    """Decide for every ASN and workday who is on site and who is remote.

    The problem falls apart into blocks that no rule couples; each is solved to proven optimality by
    one CP-SAT worker over classes of interchangeable ASN. The result is verified by code that
    knows nothing of the solver before it is returned. Nothing that is given is changed.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : Schedule or DataFrame of nip, date, status, optional
        Rows before the period count towards quotas, runs and fairness; rows inside it towards
        `stability`.
    time_limit : float, optional
        Seconds for the search as a whole.
    workers : int, optional
        Cores used in all; those of this machine if left out.
    seed : int
        The same inputs, seed and versions give the same OPTIMAL schedule.
    executor : concurrent.futures.Executor or distributed.Client, optional
        Where blocks run; left running. Without one, threads are used. Say by `workers` how many
        blocks it takes at the same time.
    progress : callable, optional
        Called with a `Progress` whenever a block has ended, in the caller's thread.

    Returns
    -------
    Schedule
        Its `status` tells what is known: OPTIMAL, FEASIBLE, INFEASIBLE or UNKNOWN.

    Raises
    ------
    PolicyError, RosterError
        If roster and policy do not fit together.
    VerificationError
        If the result fails its own check, which is a bug.
    KeyboardInterrupt
        If interrupted before any schedule was found.

    Examples
    --------
    >>> import rotasi
    >>> schedule = rotasi.solve(rotasi.datasets.city(40), rotasi.presets.bekasi_2026())
    >>> str(schedule.status)
    'OPTIMAL'
    """
    return decide(
        roster,
        policy,
        as_frame(previous),
        time_limit=time_limit,
        workers=workers,
        seed=seed,
        executor=executor,
        progress=progress,
    )


def decide(
    roster: Roster,
    policy: Policy,
    before: Frame | None,
    *,
    from_date: date | None = None,
    time_limit: float | None,
    workers: int | None,
    seed: int,
    executor: Executor | HasExecutor | None,
    progress: Callable[[Progress], None] | None,
) -> Schedule:
    """Do what `solve` and `rotasi.revise` do, whose parameters these are.

    Parameters
    ----------
    before : DataFrame of nip, date, status, or None
        The previous roster.
    from_date : date, optional
        Revise it: its days before this date are past, and changes to it come first.
    """
    workers = _check(workers, time_limit)
    case = resolve(roster, policy, before, from_date)
    for notice in case.notices:
        warnings.warn(notice, RotasiWarning, stacklevel=3)
    compiled = compile_problem(case)
    blocks = _split_in_order(compiled, roster)
    run = Run(
        [block.problem for block in blocks],
        seed=seed,
        time_limit=time_limit,
        workers=workers,
        executor=None if executor is None else SteadyExecutor(executor),
        report=_reporter(blocks, progress),
    )
    outcomes = run.outcomes()
    status = merge_status(outcomes)
    if run.interrupted and status is Status.UNKNOWN:
        raise KeyboardInterrupt
    provenance = _provenance(case, roster, seed, time_limit, workers) | {
        "interrupted": run.interrupted,
        "classes": sum(outcome.classes for outcome in outcomes),
    }
    schedule = Schedule(
        status=status,
        roster=roster,
        policy=policy,
        previous=before,
        case=case,
        grid=merge_grids(case, blocks, outcomes),
        places=merge_places(len(roster), blocks, outcomes),
        objectives=list_objectives(compiled.tiers, outcomes),
        blocks=list_blocks(case, compiled.tiers, blocks, outcomes),
        conflicts=_find_conflicts(case, compiled, status),
        provenance=provenance,
        from_date=from_date,
    )
    begin = time.perf_counter()
    _verify(schedule)
    provenance["seconds_verifying"] = time.perf_counter() - begin
    return schedule


def _check(workers: int | None, time_limit: float | None) -> int:
    if workers is None:
        workers = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    if workers < 1:
        raise ValueError(f"workers is {workers}; give at least 1")
    if time_limit is not None and not 0 < time_limit < float("inf"):
        raise ValueError(f"time_limit is {time_limit}; give a positive number of seconds")
    return workers


def _split_in_order(problem: Problem, roster: Roster) -> list[Block]:
    """Blocks that do not depend on the order of the employees: the solver sees them by NIP.

    Of several optima the solver takes one by the order of its rows. So each ASN gets the same days
    however the table was sorted.
    """
    order = np.argsort(roster.employees["nip"].to_numpy(object), kind="stable")
    sorted_ = problem.take(order, 0, problem.shape[1] - 1)
    return [replace(block, rows=order[block.rows]) for block in split(simplify(sorted_))]


def _reporter(
    blocks: Sequence[Block], progress: Callable[[Progress], None] | None
) -> Callable[[int, Outcome], None]:
    """Turn the end of a block into news for the caller."""
    done = 0

    def report(number: int, outcome: Outcome) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            opds, status = blocks[number].opds, str(outcome.status)
            progress(Progress(done, len(blocks), opds, status, outcome.seconds))

    return report


def _find_conflicts(case: Case, problem: Problem, status: Status) -> tuple[Conflict, ...]:
    return tuple(find_shortages(case, problem)) if status is Status.INFEASIBLE else ()


def _provenance(
    case: Case, roster: Roster, seed: int, time_limit: float | None, workers: int
) -> dict[str, Any]:
    return {
        "versions": dict(_versions()),
        "roster": roster.hash(),
        "policy": case.policy.hash(),
        "seed": seed,
        "time_limit": time_limit,
        "workers": workers,
        "notices": list(case.notices),
    }


def _verify(schedule: Schedule) -> None:
    """Hold the result against the rules and the claimed values, whatever the solver said."""
    if not schedule.complete:
        return
    report = audit(schedule.case, schedule.grid, schedule.places)
    rules = sorted({*report.violations["rule"], *report.undecided})
    if rules:
        raise VerificationError(f"the result breaks {', '.join(rules)}; please report this bug")
    claimed = schedule.objectives["value"].tolist()
    if claimed != report.objectives["value"].tolist():
        raise VerificationError(
            f"the solver claims {claimed} but the roster is worth "
            f"{report.objectives['value'].tolist()}; please report this bug"
        )


@cache
def _versions() -> dict[str, str]:
    packages = ("rotasi", "ortools", "numpy", "pandas", "pydantic", "holidays")
    python = ".".join(map(str, sys.version_info[:3]))
    return {name: version(name) for name in packages} | {"python": python}
