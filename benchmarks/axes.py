"""The axes along which the city grows: ASN, workdays, and classes of ASN who are alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.instances import INSTANCES
from benchmarks.instances.registry import Tables

Case = tuple[Tables, int]  # and how many workdays, from the first on

CITY = INSTANCES["city"]
FIRST = np.datetime64("2026-02-02")  # a Monday

_MONTH = 20  # workdays of the city: four weeks


def grow(_n_asn: int, size: int) -> Case:
    """The city with another number of ASN."""
    return CITY.make(size, 0), _MONTH


def lengthen(n_asn: int, days: int) -> Case:
    """The city over more or fewer days; every four weeks bring leave and wishes of their own."""
    months = [CITY.make(n_asn, seed) for seed in range(-(-days // _MONTH))]
    leave, wishes = [months[0]["leave"]], [months[0]["wishes"]]
    for number, tables in enumerate(months[1:], start=1):
        later = pd.Timedelta(weeks=4 * number)
        spells = tables["leave"].query("start >= @FIRST")  # those of the month before go on
        dated = tables["wishes"].query("date.notna()")
        leave.append(spells.assign(start=spells["start"] + later, end=spells["end"] + later))
        wishes.append(dated.assign(date=dated["date"] + later))
    longer = {"leave": pd.concat(leave), "wishes": pd.concat(wishes)}
    return months[0] | longer, days


def pair(n_asn: int, size: int) -> Case:
    """The city where so many ASN of an OPD at a time have the same leave and wishes."""
    tables = CITY.make(n_asn, 0)
    employees = tables["employees"]
    place = employees.groupby(["opd", "applied"]).cumcount()
    group = employees.groupby(["opd", "applied", place // size])
    alike = pd.DataFrame({"nip": employees["nip"], "model": group["nip"].transform("first")})
    copied = {
        name: alike.merge(tables[name].rename(columns={"nip": "model"})).drop(columns="model")
        for name in ("leave", "wishes")
    }
    return tables | copied, _MONTH


#: What makes the cases of an axis: ``(n_asn, size) -> (tables, workdays)``.
AXES: dict[str, Callable[[int, int], Case]] = {"ASN": grow, "workdays": lengthen, "classes": pair}
