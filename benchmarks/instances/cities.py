"""Cities in which everybody has wishes of their own, so that hardly two ASN are alike."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.instances.registry import Tables, instance

Integers = npt.NDArray[np.int64]

_ASN_PER_OPD = 12_000 / 45
_FEWEST_OPDS = 3
_UNEVENNESS = 0.5  # 0 makes all OPDs of one size
_TAIL = 0.5 / 45  # no OPD is further from the median than the city's largest and smallest
_ELIGIBLE = 0.75
_ON_LEAVE = 0.03
_LONGEST_LEAVE = 5
_OPERATORS = 0.3
_SHARED_BUILDINGS = ("Gedung A", "Gedung B")
_OPDS_PER_BUILDING = 4

_DAYS = np.arange(np.datetime64("2026-02-02"), np.datetime64("2026-02-28"))
_WORKDAYS = _DAYS[np.is_busday(_DAYS)]
_WEEKDAYS = np.array(["Mon", "Tue", "Wed", "Thu", "Fri"], dtype=object)
_POPULARITY = (0.3, 0.1, 0.1, 0.15, 0.35)


@instance("city.toml", smoke=300, full=12_000)
def city(n_asn: int, seed: int) -> Tables:
    """45 OPDs, 20 workdays, quota 2 a week, 60 % of those present on site."""
    return _draw(n_asn, max(_FEWEST_OPDS, round(n_asn / _ASN_PER_OPD)), seed)


@instance("city4.toml", smoke=300, full=12_000)
def city4(n_asn: int, seed: int) -> Tables:
    """The city with quota 4: capacity binds everywhere and fairness decides."""
    return city(n_asn, seed)


@instance("hard_city.toml", smoke=300, full=12_000)
def hard_city(n_asn: int, seed: int) -> Tables:
    """The city with runs, month quotas, skills, and two buildings shared by four OPDs each."""
    tables = city(n_asn, seed)
    employees, rng = tables["employees"], np.random.default_rng(seed + 1)
    opd = pd.factorize(employees["opd"])[0]
    sites = np.array([*_SHARED_BUILDINGS, ""], dtype=object)
    shared = len(_SHARED_BUILDINGS)
    skilled = np.where(rng.random(n_asn) < _OPERATORS, "operator", "")
    site = sites[np.minimum(opd // _OPDS_PER_BUILDING, shared)]
    return tables | {"employees": employees.assign(site=site, skills=skilled)}


@instance("city.toml", smoke=60, full=300)
def opd300(n_asn: int, seed: int) -> Tables:
    """One OPD of the city, as somebody who edits its roster waits for it."""
    return _draw(n_asn, 1, seed)


@instance("city.toml", smoke=600, full=50_000)
def province(n_asn: int, seed: int) -> Tables:
    """A province: more OPDs like those of the city."""
    return city(n_asn, seed)


def _draw(n_asn: int, n_opds: int, seed: int) -> Tables:
    rng = np.random.default_rng(seed)
    nip = pd.Series(10**17 + np.arange(n_asn)).astype("str")
    opd = np.repeat(np.arange(n_opds), _divide(n_asn, n_opds, rng))
    employees = pd.DataFrame(
        {
            "nip": nip,
            "opd": [f"OPD {number + 1:03d}" for number in opd],
            "applied": rng.random(n_asn) < _ELIGIBLE,
        }
    )
    return {
        "employees": employees,
        "leave": _draw_leave(nip, rng),
        "wishes": _draw_wishes(nip, rng),
    }


def _divide(n_asn: int, n_opds: int, rng: np.random.Generator) -> Integers:
    """Sizes of the OPDs, in the same uneven proportions whatever their number."""
    ranks = np.clip((np.arange(n_opds) + 0.5) / n_opds, _TAIL, 1 - _TAIL)
    weights = (ranks / (1 - ranks)) ** _UNEVENNESS
    ends = np.round(np.cumsum(rng.permutation(weights)) / weights.sum() * n_asn)
    sizes: Integers = np.diff(ends.astype(np.int64), prepend=0)
    return sizes


def _draw_leave(nip: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    mean = (1 + _LONGEST_LEAVE) / 2
    # A spell may begin before the period, so that its first days are no emptier than the others.
    starts = len(_WORKDAYS) + _LONGEST_LEAVE - 1
    count = round(len(nip) * _ON_LEAVE * starts / mean)
    first = rng.integers(1 - _LONGEST_LEAVE, len(_WORKDAYS), count)
    days = rng.integers(1, _LONGEST_LEAVE + 1, count)
    return pd.DataFrame(
        {
            "nip": nip.array.take(rng.integers(0, len(nip), count)),
            "start": np.busday_offset(_WORKDAYS[0], first).astype("datetime64[s]"),
            "end": np.busday_offset(_WORKDAYS[0], first + days - 1).astype("datetime64[s]"),
        }
    )


def _draw_wishes(nip: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Two to four wishes each, for dates and for weekdays, of which some are popular."""
    who = np.repeat(np.arange(len(nip)), rng.integers(2, 5, len(nip)))
    dated = rng.random(len(who)) < 0.5
    date = rng.choice(_WORKDAYS, len(who)).astype("datetime64[s]")
    weekday = rng.choice(_WEEKDAYS, len(who), p=_POPULARITY)
    sign = np.where(rng.random(len(who)) < 0.85, 1, -1)
    return pd.DataFrame(
        {
            "nip": nip.array.take(who),
            "date": np.where(dated, date, np.datetime64("NaT", "s")),
            "weekday": pd.Series(np.where(dated, "", weekday), dtype="str"),
            "weight": sign * rng.integers(1, 11, len(who)),
        }
    )
