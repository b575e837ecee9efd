"""Timefold in an environment of its own, which is made when it is first needed.

Its package brings Java classes and pins what it builds on, so it stays apart from rotasi's; the two
exchange files. It is given two models, of which neither is always the better: a choice for each day
that may be remote, or for each week of each ASN, among the patterns that quota and leave allow.
What can be prepared is, and what is best for the first objectives comes first.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.plain import Flags, Found, Instance, Integers, Limit

_PROGRAM = Path(__file__).resolve().with_name("timefold_solver")
_REQUIREMENTS = _PROGRAM / "requirements.txt"
_ENVIRONMENT = Path("build/benchmarks/timefold")
_READY = "ready.txt"  # in the environment: the requirements that it was made from
_WARM_UP = 5.0  # seconds, on a few weeks, after which Java has compiled what it runs
_KINDS = ["min_on_site", "quota", "require_application"]  # rules that the model knows
_WEEK = 5  # workdays
_BITS = 1 << np.arange(_WEEK)
_PATTERNS = np.arange(1 << _WEEK)
_CHOSEN = (_PATTERNS[:, None] & _BITS > 0).astype(np.int64)  # shape (32, 5)


class AbsentPeerError(Exception):
    """A peer that this machine cannot run; the others do without it."""


def find_python(folder: Path = _ENVIRONMENT) -> Path:
    """The interpreter of Timefold's environment, made if it is not there or outdated.

    Raises
    ------
    AbsentPeerError
        If there is no Java, or the packages cannot be installed.
    """
    if shutil.which("java") is None:
        raise AbsentPeerError("Timefold needs Java 17 or newer; there is no `java` on the path")
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted, ready = _REQUIREMENTS.read_text(encoding="utf-8"), folder / _READY
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "-r", str(_REQUIREMENTS)])
        ready.write_text(wanted, encoding="utf-8")
    return python.absolute()


def solve(instance: Instance, limit: float, model: str) -> Found:
    """The best roster of a time limit, by the model of days or of weeks.

    The limit is for solving alone: not for the Java machine's start and warm-up, nor for the
    translation of the problem into its objects. What is not chosen in time is worked on site.

    Raises
    ------
    AbsentPeerError
    """
    python = find_python()
    describe, mark = _MODELS[model]
    settings = {"model": model, "limit": limit, "warm_up": _WARM_UP}
    with tempfile.TemporaryDirectory() as name:
        problem, answer = Path(name, "problem.json"), Path(name, "answer.json")
        problem.write_text(json.dumps(settings | describe(instance)), encoding="utf-8")
        _run([str(python), str(_PROGRAM), str(problem), str(answer)], name)
        choices = json.loads(answer.read_text(encoding="utf-8"))
    return Found(mark(instance, choices), False)


def list_weeks(instance: Instance) -> list[tuple[Limit, Integers]]:
    """Quota of each week in their order, and the ASN with a day in it that may be remote.

    Raises
    ------
    ValueError
        If the instance has rules that the model does not know.
    """
    kinds = sorted({rule["kind"] for rule in instance.rules})
    if kinds != _KINDS or len(instance.counts) > 1 or (instance.counts[0].group < 0).any():
        raise ValueError(f"the model for Timefold does not know all rules of {', '.join(kinds)}")
    if any(limit.last - limit.first >= _WEEK for limit in instance.limits):
        raise ValueError("the model for Timefold knows quotas of a week alone")
    return [
        (limit, np.flatnonzero(instance.free[:, limit.days].any(axis=1)))
        for limit in sorted(instance.limits, key=lambda limit: limit.first)
    ]


def describe_days(instance: Instance) -> dict[str, Any]:
    """Days as (ASN, quota, place, wish), the most wished first; bounds of quotas and places."""
    asn, day = _order_days(instance)
    weeks, count = list_weeks(instance), instance.counts[0]
    week = np.searchsorted([limit.first for limit, _ in weeks], day, side="right") - 1
    quota = week * len(instance.free) + asn
    place = count.group[asn] * len(instance.days) + day
    days = np.column_stack([asn, quota, place, instance.wishes[asn, day]])
    highs = np.concatenate([limit.high for limit, _ in weeks])
    return {"days": days.tolist(), "quotas": highs.tolist(), "places": count.high.ravel().tolist()}


def mark_days(instance: Instance, choices: Sequence[bool | None]) -> Flags:
    """Remote ASN-days of the choices, in the order of the days."""
    remote = np.zeros(instance.free.shape, dtype=bool)
    remote[_order_days(instance)] = [choice is True for choice in choices]
    return remote


def describe_weeks(instance: Instance) -> dict[str, Any]:
    """Weeks as (ASN, office, profile), offices as places by day, profiles as lists of patterns."""
    weeks, count = list_weeks(instance), instance.counts[0]
    n_groups = len(count.high)
    owners = [np.stack([asn, count.group[asn] + n * n_groups]) for n, (_, asn) in enumerate(weeks)]
    keys = np.concatenate([_key_profiles(instance, limit, asn) for limit, asn in weeks])
    profiles, which = np.unique(keys, axis=0, return_inverse=True)
    entities = np.concatenate([np.concatenate(owners, axis=1), which.reshape(1, -1)]).T
    return {
        "weeks": entities.tolist(),
        "offices": [row for limit, _ in weeks for row in _pad(count.high[:, limit.days]).tolist()],
        "profiles": [_list_patterns(row) for row in profiles],
    }


def mark_weeks(instance: Instance, choices: Sequence[int | None]) -> Flags:
    """Remote ASN-days of the patterns, in the order of the weeks."""
    remote = np.zeros(instance.free.shape, dtype=bool)
    chosen = _CHOSEN[[pattern or 0 for pattern in choices]].astype(bool)
    first = 0
    for limit, asn in list_weeks(instance):
        width = limit.last - limit.first + 1
        remote[asn, limit.days] = chosen[first : first + len(asn), :width]
        first += len(asn)
    return remote


_MODELS = {"days": (describe_days, mark_days), "weeks": (describe_weeks, mark_weeks)}


def _order_days(instance: Instance) -> tuple[Integers, Integers]:
    """ASN and day of what may be remote, the most wished first."""
    asn, day = np.nonzero(instance.free)
    order = np.argsort(-instance.wishes[asn, day], kind="stable")
    return asn[order], day[order]


def _key_profiles(instance: Instance, limit: Limit, asn: Integers) -> Integers:
    """Quota, mask of the free days and wishes by day: who shares these shares a profile."""
    free = _pad(instance.free[asn, limit.days].astype(np.int64))
    wishes = _pad(instance.wishes[asn, limit.days]) * free
    return np.column_stack([limit.high[asn], free @ _BITS, wishes])


def _list_patterns(key: Integers) -> tuple[list[int], list[int]]:
    """Patterns that a profile may take, best first, and what every pattern is worth."""
    quota, free, wishes = key[0], key[1], key[2:]
    sizes, worth = _CHOSEN.sum(axis=1), _CHOSEN @ wishes
    order = np.lexsort((-worth, -sizes))
    allowed = (_PATTERNS & ~free == 0) & (sizes <= quota)
    return order[allowed[order]].tolist(), worth.tolist()


def _pad(days: Integers) -> Integers:
    """A week as five days; those that are missing hold nothing."""
    return np.pad(days, ((0, 0), (0, _WEEK - days.shape[1])))


def _run(command: Sequence[str], folder: str | None = None) -> None:
    """Run a program; what it may leave behind when it crashes, it leaves in the folder."""
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if result.returncode:
        words = (result.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise AbsentPeerError(f"Timefold cannot be run: it ended with {result.returncode}: {words}")
