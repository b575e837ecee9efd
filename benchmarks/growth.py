"""How time and memory grow: ``python -m benchmarks.growth --out FOLDER``.

The city grows along one axis at a time, from files to files, each point in a process of its own.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.axes import AXES, CITY, FIRST, Case
from benchmarks.machine import describe_machine, load_average, peak_memory
from benchmarks.phases import PHASES, Inline, time_phases
from rotasi import Policy, Roster

Result = dict[str, Any]

_WARM_UP = 30  # ASN
_LIMIT = 600.0  # seconds
_BUDGET = 10.0  # seconds after which no further round begins
_MATTERS = 0.02  # of the time at the last point; a phase below is too short to be named


@dataclass(frozen=True)
class Plan:
    """A length of run.

    Parameters
    ----------
    n_asn : int
        Of the city whose days and classes vary.
    sizes : mapping of str to sequence of int
        Per axis, what its cases are made of, from small to large.
    rounds : int
        The least time of all counts: other work on the machine can only add to it.
    apart : bool
        Each point in a process of its own; otherwise its peak memory may be that of another.
    """

    n_asn: int
    sizes: Mapping[str, Sequence[int]]
    rounds: int
    apart: bool


PLANS = {
    "smoke": Plan(60, {"ASN": (30, 60), "workdays": (5, 25), "classes": (8, 1)}, 1, apart=False),
    "full": Plan(
        12_000,
        {
            "ASN": (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000),
            "workdays": (5, 10, 20, 40, 60, 80, 120),
            "classes": (128, 64, 32, 16, 8, 4, 2, 1),  # ASN who are alike
        },
        3,
        apart=True,
    ),
}


def measure(plan: Plan, say: Callable[[str], None]) -> Result:
    """Carry out a plan.

    Returns
    -------
    dict
        Plain numbers and text, fit for JSON.
    """
    machine = describe_machine()
    axes = []
    for name, make in AXES.items():
        points = []
        for size in plan.sizes[name]:
            say(f"{name}: {size}")
            points.append(_measure_case(make(plan.n_asn, size), plan))
        axes.append({"axis": name, "points": points, **judge(name, points)})
    return {"schema": 1, "machine": machine, "load_after": load_average(), "axes": axes}


def _measure_case(case: Case, plan: Plan) -> Result:
    tables, days = case
    last = np.busday_offset(FIRST, days - 1).item()
    settings = CITY.task(_WARM_UP).settings | {"start": FIRST.item(), "end": last}
    with tempfile.TemporaryDirectory() as folder, open_executor(plan.apart) as executor:
        Roster.from_frame(tables["employees"], tables["leave"], tables["wishes"]).write(folder)
        policy = Policy.model_validate(settings)
        found: Result = executor.submit(run_point, Path(folder), policy, plan.rounds).result()
    return {"ASN": len(tables["employees"]), "workdays": days, **found}


def open_executor(apart: bool) -> Executor:
    """What runs one case: a process that is made for it, or this one."""
    return ProcessPoolExecutor(1, get_context("spawn")) if apart else Inline()


def run_point(folder: Path, policy: Policy, rounds: int) -> Result:
    """Measure a case in this process.

    Returns
    -------
    dict
        status, classes, seconds of the processor per phase (the least of the rounds), idle_mib
        (before anything is read) and peak_mib (of the first round).
    """
    small = CITY.task(_WARM_UP)
    with tempfile.TemporaryDirectory() as warm:
        small.roster.write(warm)
        time_phases(Path(warm), small.policy, _LIMIT)
    idle, begin = peak_memory(), time.process_time()
    runs = [time_phases(folder, policy, _LIMIT, time.process_time)]
    peak = peak_memory()
    while len(runs) < rounds and time.process_time() - begin < _BUDGET:
        gc.collect()
        runs.append(time_phases(folder, policy, _LIMIT, time.process_time))
    return {
        "status": runs[0]["status"],
        "classes": runs[0]["classes"],
        "seconds": {name: min(run["seconds"][name] for run in runs) for name in PHASES},
        "idle_mib": idle,
        "peak_mib": peak,
    }


def judge(axis: str, points: Sequence[Result]) -> Result:
    """Exponents along an axis, and which phase grows fastest.

    Parameters
    ----------
    axis : str
        The points' key that holds where they lie.
    points : sequence of dict
        From small to large.

    Returns
    -------
    dict
        exponents: per phase, of the total and of the memory beyond that of the idle process.
        fastest: the phase of the largest exponent among those that matter at the last point.
        longest: the phase that takes most time there.
    """
    places = [point[axis] for point in points]
    values = {name: [point["seconds"][name] for point in points] for name in PHASES}
    values["total"] = [sum(point["seconds"].values()) for point in points]
    values["memory"] = [(point["peak_mib"] or 0) - (point["idle_mib"] or 0) for point in points]
    exponents = {name: fit_exponent(places, column) for name, column in values.items()}
    last, least = points[-1]["seconds"], _MATTERS * values["total"][-1]
    known = {name: exponents[name] or 0.0 for name in PHASES if last[name] >= least}
    return {
        "exponents": exponents,
        "fastest": max(known, key=known.__getitem__),
        "longest": max(last, key=last.__getitem__),
    }


def fit_exponent(places: Sequence[float], values: Sequence[float]) -> float | None:
    """The p of ``values ≈ c · places ** p``, by least squares of logarithms over the upper half.

    What is constant weighs least there. Values that are not positive are left out; None if fewer
    than two points remain.

    >>> round(fit_exponent([1, 2, 4, 8], [7, 7, 16, 64]), 6)
    2.0
    """
    upper = slice(len(places) // 2, None) if len(places) > 2 else slice(None)
    x, y = np.asarray(places, float)[upper], np.asarray(values, float)[upper]
    kept = (x > 0) & (y > 0)
    if len(np.unique(x[kept])) < 2:
        return None
    slope, _ = np.polyfit(np.log(x[kept]), np.log(y[kept]), 1)
    return float(slope)


def render(result: Result) -> str:
    """The exponents as a Markdown table, and a sentence per axis."""
    axes = result["axes"]
    heading = ["CPU seconds"]
    for axis in axes:
        heading += [f"{axis['axis']}: exponent", f"at {axis['points'][-1][axis['axis']]:,}"]
    rows = [_list_cells(name, axes) for name in (*PHASES, "total", "memory")]
    table = [_join(heading), _join("---" for _ in heading), *map(_join, rows)]
    return "\n".join([*table, "", *map(_tell, axes)]) + "\n"


def _list_cells(name: str, axes: Sequence[Result]) -> list[str]:
    cells = ["memory, MiB" if name == "memory" else name]
    for axis in axes:
        power, last = axis["exponents"][name], axis["points"][-1]
        seconds = last["seconds"] | {"total": sum(last["seconds"].values())}
        value = str(last["peak_mib"] or "–") if name == "memory" else f"{seconds[name]:.2f}"
        cells += ["–" if power is None else f"{power:z.2f}", value]
    return cells


def _join(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _tell(axis: Result) -> str:
    last, longest, fastest = axis["points"][-1]["seconds"], axis["longest"], axis["fastest"]
    share, power = last[longest] / sum(last.values()), axis["exponents"][fastest] or 0.0
    return (
        f"- With {axis['axis']}, `{fastest}` grows fastest (exponent {power:z.2f}); "
        f"`{longest}` takes most time ({share:.0%} at the last point)."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, keep figures and picture; 1 if a point is not proven optimal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small sizes, seconds")
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    chosen = parser.parse_args(arguments)
    result = measure(PLANS["smoke" if chosen.smoke else "full"], _say)
    table, figures = render(result), json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    print(table)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "growth.json").write_text(figures, encoding="utf-8")
    (chosen.out / "growth.md").write_text(table, encoding="utf-8")
    _draw(result, chosen.out / "growth.svg")
    points = [point for axis in result["axes"] for point in axis["points"]]
    return 0 if all(point["status"] == "OPTIMAL" for point in points) else 1


def _draw(result: Result, path: Path) -> None:
    try:
        from benchmarks.plots import draw

        draw(result, path)
    except ModuleNotFoundError as missing:
        _say(f"no picture: {missing}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
