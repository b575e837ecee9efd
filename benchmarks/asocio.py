"""A published hybrid-work benchmark: ``python -m benchmarks.asocio FOLDER``.

The ASOCIO Student Challenge 2025 (Universidad de Antioquia) publishes instances in which employees
come to an office with few desks on two or three days of a week, every group meets on one day, and
as many preferred days as possible are days at the office. FOLDER holds them as JSON files with the
keys Employees, Desks, Days, Groups, Employees_G (members by group) and Days_E (preferred days by
employee). The choice of a desk is left out: it has not changed an optimum where both were proven.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import rotasi

MONDAY, FRIDAY = "2026-01-05", "2026-01-09"
_WEEKDAYS = {"L": "Mon", "Ma": "Tue", "Mi": "Wed", "J": "Thu", "V": "Fri"}


def read_instance(path: Path) -> tuple[rotasi.Roster, rotasi.Policy]:
    """An instance as a roster, whose wishes are days not to be remote on, and a policy."""
    given = json.loads(path.read_text("utf-8"))
    team = {nip: group for group, members in given["Employees_G"].items() for nip in members}
    wishes = [(nip, _WEEKDAYS[day], -1) for nip, days in given["Days_E"].items() for day in days]
    people = ({"nip": nip, "opd": "Office", "team": team[nip]} for nip in given["Employees"])
    roster = rotasi.Roster.from_frame(
        pd.DataFrame(people),
        wishes=pd.DataFrame(wishes, columns=["nip", "weekday", "weight"]),
    )
    policy: dict[str, Any] = {
        "start": MONDAY,
        "end": FRIDAY,
        "holidays": {"country": ""},
        "rules": [
            {"kind": "quota", "min_days": 2, "max_days": 3},
            {"kind": "together", "by": ["team"]},
            {"kind": "max_on_site", "by": [], "count": len(given["Desks"])},
        ],
        "objectives": [{"kind": "wishes"}],
    }
    return roster, rotasi.Policy.model_validate(policy)


def measure(path: Path) -> str:
    """Solve an instance; a row of the table."""
    roster, policy = read_instance(path)
    begin = time.perf_counter()
    schedule = rotasi.solve(roster, policy)
    seconds = time.perf_counter() - begin
    missed = -int(schedule.objectives["value"].iloc[0])
    valid = bool(rotasi.verify(schedule, roster, policy))
    wished = len(roster.wishes)
    cells = (path.stem, len(roster), schedule.status, wished, wished - missed, valid)
    return "| " + " | ".join(map(str, cells)) + f" | {seconds:.2f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve every instance of a folder and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.asocio", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    print("| instance | employees | status | preferred days | attended | verified | s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for path in sorted(folder.glob("*.json")):
        print(measure(path), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
