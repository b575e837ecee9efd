"""The schedules whose pages are looked at."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from helpers import day, people, policy, roster

import rotasi
from rotasi import Schedule

AUDIENCES = ("personnel", "opd", "public")
EVIL = ("<script>alert(1)</script>", "</script><!-- \u2028 &", "'\"><img src=x onerror=alert(1)>")
RULES = [
    {"kind": "never_remote", "scope": {"service": ["frontline"]}, "source": "Perwal 7"},
    {"kind": "require_performance", "minimum": "Baik", "text": "Kinerja memadai"},
    {"kind": "require_application"},
    {"kind": "quota", "max_days": 2},
    {"kind": "min_on_site", "share": 0.5, "source": "SE 12"},
    {"kind": "min_on_site", "by": ["unit"], "count": 1, "end": day(4)},
]


@cache
def office() -> Schedule:
    """Nine ASN of a large and a tiny OPD, two weeks, with leave, refusals and nasty names."""
    names = [*EVIL, "Siti Nurʼaéni", "Dewi", "Ida Bagus", "Eko", "Fajar", ""]
    who = [
        {"nip": f"19900101202001{n:04}", "name": name, "opd": "Dinas Uji", "unit": "AB"[n % 2]}
        | {"performance": "Baik", "applied": True}
        for n, name in enumerate(names)
    ]
    who[4]["performance"] = "Sangat Kurang"
    who[5]["service"] = "frontline"
    who[6]["applied"] = False
    who[7] |= {"opd": "Kantor <Kecil>", "unit": "C"}
    away = [(who[0]["nip"], 7, 8)]
    given = roster(people(who), leave=away, wishes=[{"nip": who[1]["nip"], "weekday": "Fri"}])
    return rotasi.solve(given, policy(*RULES, end=day(11), name="Kota <Uji> & Co"), workers=1)


@cache
def crowd(count: int = 240) -> Schedule:
    """Many ASN, all on site."""
    given = pd.DataFrame({"nip": [f"{n:018}" for n in range(count)]})
    given = given.assign(opd="Dinas " + (given.index % 3).astype(str), name="Orang " + given["nip"])
    days = pd.DataFrame({"date": [day(n).isoformat() for n in range(5)], "status": "WFO"})
    frame = given[["nip"]].merge(days, how="cross")
    return Schedule.from_frame(frame, rotasi.Roster.from_frame(given), policy())


def embedded(path: Path) -> dict[str, Any]:
    found = re.findall(
        r'<script type="application/json" id="data">(.*?)</script>', path.read_text("utf-8")
    )
    data: dict[str, Any] = json.loads(found[0])
    return data
