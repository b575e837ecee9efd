"""What is measured at each length of a run, and how the results are judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rotasi
from benchmarks.contenders import CONTENDERS, Answer
from benchmarks.equal_time import Match, measure_match
from benchmarks.instances import INSTANCES, Task
from benchmarks.machine import describe_machine, load_average, peak_memory
from benchmarks.measurement import Times, race
from benchmarks.phases import measure_phases
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve

_ALL = tuple(INSTANCES)
_WARM_UP = 30  # ASN
_OURS = ("rotasi", "rotasi, 1 worker")
_HIGHS = ("HiGHS, by OPD", "HiGHS, whole")

Say = Callable[[str], None]
Values = Mapping[str, int]


class DisagreementError(Exception):
    """Two contenders prove different values, or a roster breaks a rule: somebody is wrong."""


@dataclass(frozen=True)
class Race:
    """Contenders on an instance.

    Parameters
    ----------
    instance : str
    contenders : sequence of str
    rounds : int
    limit : float
        Seconds for each contender and round.
    budget : float
        Seconds after which no further round begins.
    """

    instance: str
    contenders: Sequence[str]
    rounds: int = 5
    limit: float = 60.0
    budget: float = 60.0


@dataclass(frozen=True)
class Plan:
    """A length of run.

    Parameters
    ----------
    size : str
        Which of the instances' sizes.
    races : sequence of Race
    phases : sequence of str
        Instances whose phases are timed.
    matches : sequence of Match
        Peers that prove nothing, at equal time.
    """

    size: str
    races: Sequence[Race]
    phases: Sequence[str]
    matches: Sequence[Match] = ()


PLANS = {
    "smoke": Plan(
        "smoke",
        [Race(name, (*_OURS, *_HIGHS), rounds=1, limit=10) for name in _ALL],
        _ALL,
    ),
    "quick": Plan(
        "full",
        [
            Race("city", (*_OURS, *_HIGHS), budget=100),
            Race("opd300", (*_OURS, *_HIGHS), rounds=20, budget=10),
        ],
        ("city", "city4", "opd300"),
    ),
    "full": Plan(
        "full",
        [
            Race("city", (*_OURS, *_HIGHS), budget=600),
            Race("city4", (*_OURS, *_HIGHS), limit=600, budget=600),
            Race("hard_city", (*_OURS, *_HIGHS), limit=600, budget=600),
            Race("opd300", (*_OURS, *_HIGHS, "CP-SAT, whole"), limit=120, rounds=20, budget=60),
            Race("province", (*_OURS, *_HIGHS), limit=600, budget=600),
            Race("city", ("rotasi", "CP-SAT, whole"), rounds=1, limit=120),
            Race("city4", ("rotasi", "CP-SAT, whole"), rounds=1, limit=120),
        ],
        _ALL,
        [Match(name, asn) for name in ("city", "city4") for asn in (1_000, 12_000)],
    ),
}


def measure(plan: Plan, names: Sequence[str], say: Say) -> dict[str, Any]:
    """Carry out a plan.

    Parameters
    ----------
    plan : Plan
    names : sequence of str
        Instances; the plan's others are left out.
    say : callable
        Is told what comes next.

    Returns
    -------
    dict
        Plain numbers and text, fit for JSON.

    Raises
    ------
    DisagreementError
    """
    machine = describe_machine()
    everybody = [name for it in plan.races for name in it.contenders]
    warm_up(INSTANCES["city"].task(_WARM_UP), everybody)
    tasks = {name: INSTANCES[name].task(INSTANCES[name].sizes[plan.size]) for name in names}
    races = [measure_race(it, tasks[it.instance], say) for it in plan.races if it.instance in tasks]
    phases = []
    for name in plan.phases:
        if name in tasks:
            say(f"{name}: phases")
            phases.append(measure_phases(tasks[name], limit=600))
    matches = [measure_match(it, say) for it in plan.matches if it.instance in tasks]
    return {
        "schema": 1,
        "machine": machine,
        "load_after": load_average(),
        "peak_mib": peak_memory(),
        "races": races,
        "phases": phases,
        "matches": matches,
    }


def warm_up(small: Task, contenders: Sequence[str]) -> None:
    """Have every contender load what it needs, so that no clock sees it."""
    for name in dict.fromkeys(contenders):
        CONTENDERS[name](small, 10.0)()


def measure_race(plan: Race, task: Task, say: Say) -> dict[str, Any]:
    """Let the contenders of a race run in turns, and judge what they answer.

    Raises
    ------
    DisagreementError
    """
    say(f"{task.name}: {', '.join(plan.contenders)}")
    runs = {name: CONTENDERS[name](task, plan.limit) for name in plan.contenders}
    times = race(runs, plan.rounds, plan.budget)
    answers = {name: entry.answer for name, entry in times.items()}
    return {
        "instance": task.name,
        "asn": task.n_asn,
        "values": judge(task, answers),
        "contenders": _list_times(times),
    }


def _list_times(times: Mapping[str, Times]) -> dict[str, Any]:
    ours = times["rotasi"]
    return {
        name: {
            "seconds": entry.seconds,
            "cpu_seconds": entry.cpu_seconds,
            "median": entry.median,
            "cpu_median": entry.cpu_median,
            "ratio": entry.median / ours.median,
            "cpu_ratio": entry.cpu_median / ours.cpu_median,
            "proven": entry.answer.proven,
            "values": entry.answer.values,
        }
        for name, entry in times.items()
    }


def judge(task: Task, answers: Mapping[str, Answer]) -> dict[str, int] | None:
    """Hold the answers against each other and against the rules.

    Returns
    -------
    dict of str to int, or None
        The proven values; None if nobody proved any.

    Raises
    ------
    DisagreementError
        If two proven answers differ, another is better than they, or a roster breaks a rule or is
        not worth what is claimed.
    """
    for name, answer in answers.items():
        if answer.values is not None:
            _check_roster(task, name, answer)
    proven = {name: answer.values for name, answer in answers.items() if answer.proven}
    if len({tuple((values or {}).items()) for values in proven.values()}) > 1:
        raise DisagreementError(f"{task.name}, {task.n_asn} ASN: proven values differ: {proven}")
    best = next(iter(proven.values()), None)
    better = {
        name: answer.values
        for name, answer in answers.items()
        if proven and _is_better(task, answer.values, best)
    }
    if better:
        raise DisagreementError(
            f"{task.name}, {task.n_asn} ASN: {better} better than the values that "
            f"{', '.join(proven)} proved: {best}"
        )
    return best


def _is_better(task: Task, some: Values | None, others: Values | None) -> bool:
    """Whether some values come before others in the policy's lexicographic order."""
    if some is None or others is None:
        return some is not None and others is None
    tiers = compile_problem(resolve(task.roster, task.policy)).tiers
    costs = [[tier.sign * values[tier.kind] for tier in tiers] for values in (some, others)]
    return costs[0] < costs[1]


def _check_roster(task: Task, name: str, answer: Answer) -> None:
    report = rotasi.verify(answer.frame(), task.roster, task.policy)
    broken = sorted(set(report.violations["rule"]))
    if broken:
        raise DisagreementError(f"{task.name}: the roster of {name} breaks {', '.join(broken)}")
    worth = dict(zip(report.objectives["kind"], report.objectives["value"], strict=True))
    if worth != answer.values:
        raise DisagreementError(
            f"{task.name}: the roster of {name} is worth {worth}, not {answer.values}"
        )
