"""Every preset on the demo city and on real rosters: ``python -m benchmarks.presets FOLDER``.

FOLDER holds rosters as for `benchmarks.crossing`: CSV files with the columns ``agency``, ``unit``
and ``role``; without FOLDER only the city of 12,000 is solved. A payroll says neither who applied,
performs well, is on leave or wishes what, nor which service an agency gives. All this is made up
from a seed, or read from the words of agency and role; units of more than thirty are cut into
sections of twelve. So the structure and the sizes are real, and nothing else.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

import rotasi
from benchmarks.crossing import read_task
from rotasi import datasets, presets

_LARGEST_UNIT, _SECTION = 30, 12
_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri"]
_HEADING = ("roster", "preset", "status", "ASN", "remote days", "s", "verified")

#: Words and abbreviations in the names of agencies, by what those agencies do.
_TRADES = {
    "health": r"HEALTH|^HHS$",
    "guards": r"POLICE|FIRE|OEMC|^POL$|^FRS$|^COR$|^SHF$",
    "counters": r"LIBRARY|CLERK|^LIB$",
    "crews": r"STREETS|TRANSPORTN|WATER|^DOT$|^DEP$",
}
_CLASSES = {
    "health": "essential",
    "guards": "essential",
    "counters": "frontline",
    "crews": "field",
}
#: Classes that a preset reads in another way.
_OWN_CLASSES: Mapping[str, Mapping[str, str]] = {
    "bekasi_yearend_2025": {key: _CLASSES[key] for key in ("health", "guards", "counters")},
    "bekasi_piket": {key: _CLASSES[key] for key in ("health", "guards", "counters")},
    "bekasi_field_rotation": {"crews": "field"},
    "pandemic_rotation": {"health": "essential", "guards": "essential"},
}


def read_employees(path: Path) -> pd.DataFrame:
    """Persons of a CSV file as employees, with what a payroll does not say made up."""
    employees = read_task(path).tables["employees"].copy()
    rng = np.random.Generator(np.random.PCG64(0))
    n_asn, role = len(employees), employees["position"].str.upper()
    predicates = ["Sangat Baik", "Baik", "Butuh Perbaikan", "Kurang"]
    return employees.assign(
        unit=_cut_units(employees),
        performance=rng.choice(predicates, n_asn, p=[0.15, 0.7, 0.1, 0.05]),
        applied=rng.random(n_asn) < 0.75,
        disciplined=rng.random(n_asn) < 0.01,
        skills=np.where(role.str.contains("OPERATOR|DISPATCH|CLERK"), "operator", ""),
        echelon=np.where(role.str.contains(r"^(?:DIRECTOR|COMMISSIONER)"), "II.b", ""),
    )


def _cut_units(employees: pd.DataFrame) -> pd.Series:
    unit = employees.groupby(["opd", "unit"])["nip"]
    section = (unit.cumcount() // _SECTION + 1).astype("str")
    large = unit.transform("size") > _LARGEST_UNIT
    return employees["unit"].where(~large, employees["unit"] + ", section " + section)


def class_opds(opds: Sequence[str], preset: str) -> dict[str, str]:
    """Service classes of agencies by the words of their names, as a preset reads them."""
    classes = _OWN_CLASSES.get(preset, _CLASSES)
    names = pd.Series(sorted(set(opds)), dtype="str")
    return {
        opd: service
        for trade, service in classes.items()
        for opd in names[names.str.upper().str.contains(_TRADES[trade])]
    }


def make_roster(employees: pd.DataFrame, policy: rotasi.Policy) -> rotasi.Roster:
    """Employees with leave of one to eight days for every eighth, and two wishes each."""
    rng, n_asn = np.random.Generator(np.random.PCG64(1)), len(employees)
    days, nip = pd.bdate_range(policy.start, policy.end), employees["nip"].to_numpy()
    who, first = rng.permutation(n_asn)[: n_asn // 8], rng.integers(0, len(days), n_asn // 8)
    last = np.minimum(first + rng.integers(0, 8, len(who)), len(days) - 1)
    leave = pd.DataFrame({"nip": nip[who], "start": days[first], "end": days[last]})
    wishes = pd.DataFrame(
        {
            "nip": nip.repeat(2),
            "weekday": rng.choice(_WEEKDAYS, 2 * n_asn),
            "weight": rng.integers(1, 6, 2 * n_asn),
        }
    )
    return rotasi.Roster.from_frame(employees, leave=leave, wishes=wishes)


def list_cases(
    paths: Sequence[Path], n_asn: int
) -> Iterator[tuple[str, str, rotasi.Roster, rotasi.Policy]]:
    """Each preset with each roster: names of both, roster and policy."""
    city = datasets.city(n_asn)
    for name in presets.NAMES:
        yield "city", name, city, presets.load(name)
    for path in paths:
        employees = read_employees(path)
        for name in presets.NAMES:
            policy = presets.load(name, opd_services=class_opds(employees["opd"].tolist(), name))
            yield path.stem, name, make_roster(employees, policy), policy


def measure(roster: rotasi.Roster, policy: rotasi.Policy, limit: float | None) -> tuple[str, ...]:
    """Solve and verify: status, ASN, remote days, seconds of solving, whether it holds."""
    begin = time.perf_counter()
    schedule = rotasi.solve(roster, policy, time_limit=limit)
    seconds = time.perf_counter() - begin
    head = (str(schedule.status), f"{len(roster):,}")
    if schedule.status not in ("OPTIMAL", "FEASIBLE"):
        return (*head, "", f"{seconds:.1f}", "")
    remote = int((schedule.to_frame()["status"] == "WFH").sum())
    valid = "yes" if rotasi.verify(schedule, roster, policy) else "NO"
    return (*head, f"{remote:,}", f"{seconds:.1f}", valid)


def run(paths: Sequence[Path], n_asn: int, limit: float | None, say: Callable[[str], None]) -> bool:
    """Say the rows of a Markdown table; true if every roster is proven best and verified."""
    say("| " + " | ".join(_HEADING) + " |")
    say("|" + " --- |" * len(_HEADING))
    sound = True
    for place, name, roster, policy in list_cases(paths, n_asn):
        found = measure(roster, policy, limit)
        sound &= found[0] == "OPTIMAL" and found[-1] == "yes"
        say("| " + " | ".join((place, f"`{name}`", *found)) + " |")
    return sound


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 if a roster is not proven best or not verified."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.presets", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="of CSV files: agency, unit, role")
    parser.add_argument("--asn", type=int, default=12_000, help="size of the demo city")
    parser.add_argument("--limit", type=float, help="seconds for each")
    chosen = parser.parse_args(arguments)
    paths = sorted(chosen.folder.glob("*.csv")) if chosen.folder else []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rotasi.RotasiWarning)  # a payroll lacks some classes
        sound = run(paths, chosen.asn, chosen.limit, lambda line: print(line, flush=True))
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
