"""Peers that prove nothing: what they find in the time that rotasi takes, and in more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rotasi
from benchmarks.contenders import CONTENDERS, Answer
from benchmarks.instances import INSTANCES, Task
from benchmarks.measurement import race
from benchmarks.peers.timefold import AbsentPeerError

_LIMIT = 600.0  # seconds for rotasi
_ROUNDS = 3
_BUDGET = 60.0  # seconds after which rotasi begins no further round


@dataclass(frozen=True)
class Match:
    """Peers beside rotasi on an instance.

    Parameters
    ----------
    instance : str
    asn : int
    contenders : sequence of str
    seconds : sequence of float
        What each peer is given at least, try by try; if rotasi takes longer, it is given as much.
    """

    instance: str
    asn: int
    contenders: Sequence[str] = ("Timefold, days", "Timefold, weeks")
    seconds: Sequence[float] = (1.0, 30.0)


def measure_match(plan: Match, say: Callable[[str], None]) -> dict[str, Any]:
    """Time rotasi, and see what the peers have found after as long.

    Returns
    -------
    dict
        rotasi's seconds and values; ``tries``, each with contender, limit, and what `assess` says;
        ``absent``, why contenders could not be run.
    """
    say(f"{plan.instance}, {plan.asn} ASN: {', '.join(plan.contenders)} at equal time")
    task = INSTANCES[plan.instance].task(plan.asn)
    ours = race({"rotasi": CONTENDERS["rotasi"](task, _LIMIT)}, _ROUNDS, _BUDGET)["rotasi"]
    best = ours.answer.values if ours.answer.proven else None
    tries, absent = [], list[str]()
    for name in plan.contenders:
        try:
            for limit in (max(seconds, ours.median) for seconds in plan.seconds):
                found = assess(task, CONTENDERS[name](task, limit)(), best)
                tries.append({"contender": name, "seconds": limit} | found)
        except AbsentPeerError as error:
            absent.append(f"{name}: {error}")
    return {
        "instance": plan.instance,
        "asn": plan.asn,
        "rotasi_seconds": ours.median,
        "values": best,
        "tries": tries,
        "absent": absent,
    }


def assess(task: Task, answer: Answer, best: Mapping[str, int] | None) -> dict[str, Any]:
    """What a roster is worth, by the verifier and not by who found it.

    Returns
    -------
    dict
        ``broken``: rules that it breaks, and how often; ``values``; ``shares``: the values in
        percent of the proven ones, where there are such.
    """
    report = rotasi.verify(answer.frame(), task.roster, task.policy)
    values = {
        kind: int(value)
        for kind, value in zip(report.objectives["kind"], report.objectives["value"], strict=True)
    }
    return {
        "broken": {rule: int(n) for rule, n in report.violations["rule"].value_counts().items()},
        "values": values,
        "shares": {kind: 100 * values[kind] / proven for kind, proven in (best or {}).items()},
    }
