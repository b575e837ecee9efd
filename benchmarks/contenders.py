"""Who solves the instances: rotasi and its peers, each registered once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

import rotasi
from benchmarks.instances import Task
from benchmarks.peers import highs, plain, sat, timefold


@dataclass(frozen=True)
class Answer:
    """What a contender found.

    Parameters
    ----------
    proven : bool
        Whether it proved every objective optimal.
    values : dict of str to int, or None
        The objectives; None if it found nothing.
    frame : callable
        Gives the roster as the long table that `rotasi.verify` takes.
    """

    proven: bool
    values: dict[str, int] | None
    frame: Callable[[], pd.DataFrame]


Run = Callable[[], Answer]
Contender = Callable[[Task, float], Run]

#: Contenders by name. Each takes a task and a time limit, prepares what is not measured (its own
#: tables in memory), and gives the function that is.
CONTENDERS: dict[str, Contender] = {}


def contender(name: str) -> Callable[[Contender], Contender]:
    """Register a contender under a name."""

    def register(prepare: Contender) -> Contender:
        CONTENDERS[name] = prepare
        return prepare

    return register


@contender("rotasi")
def prepare_rotasi(task: Task, limit: float) -> Run:
    """From the Roster to the verified Schedule, on all cores."""
    return _rotasi(task, limit, None)


@contender("rotasi, 1 worker")
def prepare_rotasi_alone(task: Task, limit: float) -> Run:
    """The same on one core."""
    return _rotasi(task, limit, 1)


@contender("HiGHS, by OPD")
def prepare_highs_by_part(task: Task, limit: float) -> Run:
    """The plain model, one OPD (or what rules tie together) at a time."""
    instance = plain.Instance(task)
    return lambda: _peer(instance, highs.solve_parts(instance, limit))


@contender("HiGHS, whole")
def prepare_highs(task: Task, limit: float) -> Run:
    """The plain model as one."""
    instance = plain.Instance(task)
    return lambda: _peer(instance, highs.solve_whole(instance, limit))


@contender("CP-SAT, whole")
def prepare_sat(task: Task, limit: float) -> Run:
    """The plain model as one, default parameters, two workers."""
    instance = plain.Instance(task)
    return lambda: _peer(instance, sat.solve_whole(instance, limit))


@contender("Timefold, days")
def prepare_timefold_days(task: Task, limit: float) -> Run:
    """A choice for each ASN-day, searched for as long as the limit says."""
    return _timefold(task, limit, "days")


@contender("Timefold, weeks")
def prepare_timefold_weeks(task: Task, limit: float) -> Run:
    """A pattern for each week of each ASN, searched for as long as the limit says."""
    return _timefold(task, limit, "weeks")


def _rotasi(task: Task, limit: float, workers: int | None) -> Run:
    roster, policy = task.roster, task.policy

    def run() -> Answer:
        schedule = rotasi.solve(roster, policy, time_limit=limit, workers=workers)
        table = schedule.objectives
        found = table["value"].notna().all()
        values = dict(zip(table["kind"], map(int, table["value"]), strict=True)) if found else None
        return Answer(schedule.status is rotasi.Status.OPTIMAL, values, schedule.to_frame)

    return run


def _timefold(task: Task, limit: float, model: str) -> Run:
    timefold.find_python()
    instance = plain.Instance(task)
    return lambda: _peer(instance, timefold.solve(instance, limit, model))


def _peer(instance: plain.Instance, found: plain.Found) -> Answer:
    remote = found.remote
    if remote is None:
        return Answer(False, None, pd.DataFrame)
    return Answer(found.proven, instance.value(remote), lambda: instance.frame(remote))
