"""Demo data: a synthetic city, so that rotasi can be tried without anybody's personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rotasi.messages import mark
from rotasi.support.arguments import Only, Seed, checked
from rotasi.support.calendar import WEEKDAYS
from rotasi.tables.roster import Roster

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]
Names = npt.NDArray[np.object_]

#: Days over which leave and dated wishes are spread.
FIRST_DAY, LAST_DAY = date(2025, 12, 1), date(2026, 2, 28)

#: No NIP can be made for more ASN than this.
MOST_ASN = 10_000_000
People = Annotated[
    int, Only(mark("a whole number from 1 to 10000000"), lambda given: 1 <= given <= MOST_ASN)
]


@dataclass(frozen=True)
class Opd:
    """One OPD of the city.

    Parameters
    ----------
    name : str
        Short name, as in the `opd` column and in the presets' `opd_services`.
    weight : int
        Share of the city's ASN, relative to the other OPDs.
    head : str
        Title of its head, which also decides the titles and echelons below (`_LADDERS`).
    trade : str
        The occupation that is typical of it.
    trade_share : float
        Fraction of its staff who have that occupation; the others are in general posts.
    site : str
        Building; several OPDs share the city hall's.
    """

    name: str
    weight: int
    head: str
    trade: str
    trade_share: float
    site: str


_HALL_A, _HALL_B = "Kantor Wali Kota Gedung A", "Kantor Wali Kota Gedung B"
_BOARD, _AGENCY, _COUNTER = "Kepala Badan", "Kepala Dinas", "Petugas Loket"
_TEACHER = "Guru"


def _district(place: str, weight: int) -> Opd:
    site = f"Kantor Kecamatan {place}"
    return Opd(f"Kecamatan {place}", weight, "Camat", _COUNTER, 0.3, site)


#: The OPDs, in the order in which a small city keeps them. Names are those of Kota Bekasi (its
#: type D hospitals taken as one); sizes, occupations and who shares a building are invented.
OPDS: tuple[Opd, ...] = (
    Opd("Bappeda", 110, _BOARD, "Perencana", 0.4, _HALL_A),
    Opd("Disdukcapil", 190, _AGENCY, _COUNTER, 0.5, "Kantor Disdukcapil"),
    Opd("BKPSDM", 110, _BOARD, "Analis SDM Aparatur", 0.4, _HALL_A),
    Opd("RSUD", 900, "Direktur", "Perawat", 0.7, "RSUD dr. Chasbullah Abdulmadjid"),
    Opd("Setda", 380, "Sekretaris Daerah", "Analis Kebijakan", 0.3, _HALL_A),
    Opd("DPMPTSP", 120, _AGENCY, _COUNTER, 0.4, "Mal Pelayanan Publik"),
    Opd("Bapenda", 310, _BOARD, _COUNTER, 0.2, "Kantor Bapenda"),
    Opd("Satpol PP", 420, "Kepala Satuan", "Polisi Pamong Praja", 0.8, "Kantor Satpol PP"),
    Opd("Dinkes", 1350, _AGENCY, "Perawat", 0.6, "Kantor Dinkes"),
    Opd("DLH", 520, _AGENCY, "Petugas Kebersihan", 0.6, "Kantor DLH"),
    Opd("Dishub", 480, _AGENCY, "Petugas Lalu Lintas", 0.6, "Kantor Dishub"),
    Opd("Damkar", 390, _AGENCY, "Pemadam Kebakaran", 0.8, "Kantor Damkar"),
    Opd("Disdik", 2400, _AGENCY, _TEACHER, 0.7, "Kantor Disdik"),
    Opd("BPKAD", 190, _BOARD, "Pengelola Keuangan", 0.5, _HALL_A),
    Opd("Inspektorat", 120, "Inspektur", "Auditor", 0.5, _HALL_B),
    Opd("Diskominfostandi", 130, _AGENCY, "Pranata Komputer", 0.4, _HALL_B),
    Opd("DBMSDA", 430, _AGENCY, "Pengawas Jalan dan Air", 0.4, "Kantor DBMSDA"),
    Opd("Disperkimtan", 260, _AGENCY, "Penata Perumahan", 0.3, "Kantor Disperkimtan"),
    Opd("Distaru", 180, _AGENCY, "Penata Ruang", 0.4, "Kantor Distaru"),
    Opd("Dinsos", 120, _AGENCY, _COUNTER, 0.2, "Kantor Dinsos"),
    Opd("DP3A", 70, _AGENCY, "Konselor", 0.3, _HALL_B),
    Opd("DKPPP", 110, _AGENCY, "Penyuluh Pertanian", 0.4, "Kantor DKPPP"),
    Opd("Disparbud", 90, _AGENCY, "Pamong Budaya", 0.2, _HALL_B),
    Opd("Dispora", 90, _AGENCY, "Pengelola Stadion", 0.3, "Stadion Patriot"),
    Opd("Diskop UKM", 80, _AGENCY, "Penyuluh Koperasi", 0.3, _HALL_B),
    Opd("Disdagperin", 240, _AGENCY, "Pengelola Pasar", 0.4, "Kantor Disdagperin"),
    Opd("Disnaker", 130, _AGENCY, _COUNTER, 0.2, "Kantor Disnaker"),
    Opd("DPPKB", 120, _AGENCY, "Penyuluh KB", 0.5, "Kantor DPPKB"),
    Opd("Disarpus", 80, _AGENCY, "Pustakawan", 0.4, "Perpustakaan Daerah"),
    Opd("Bakesbangpol", 60, _BOARD, "Analis Politik", 0.3, _HALL_B),
    Opd("BPBD", 110, "Kepala Pelaksana", "Petugas Tanggap Bencana", 0.6, "Kantor BPBD"),
    Opd("Setwan", 140, "Sekretaris DPRD", "Risalah Legislatif", 0.3, "Gedung DPRD"),
    Opd("RSUD Tipe D", 370, "Direktur", "Perawat", 0.7, "RSUD Tipe D"),
    _district("Bekasi Timur", 130),
    _district("Bekasi Barat", 140),
    _district("Bekasi Utara", 150),
    _district("Bekasi Selatan", 135),
    _district("Rawalumbu", 115),
    _district("Medan Satria", 105),
    _district("Bantargebang", 95),
    _district("Pondokgede", 125),
    _district("Jatiasih", 120),
    _district("Jatisampurna", 95),
    _district("Mustikajaya", 100),
    _district("Pondokmelati", 90),
)

# Titles and echelons of the four levels of leaders, by the title of the head.
_LADDER = (("Sekretaris", "Kepala Bidang", "Kepala Seksi"), ("II.b", "III.a", "III.b", "IV.a"))
_LADDERS = {
    "Sekretaris Daerah": (
        ("Asisten", "Kepala Bagian", "Kepala Subbagian"),
        ("II.a", "II.b", "III.a", "IV.a"),
    ),
    "Camat": (
        ("Sekretaris Camat", "Kepala Seksi", "Kepala Subbagian"),
        ("III.a", "III.b", "IV.a", "IV.b"),
    ),
}
_HEAD, _DEPUTY, _DIVISION_HEAD, _SECTION_HEAD, _STAFF = range(5)

_DIVISIONS = ("Perencanaan", "Pelayanan", "Pembinaan", "Pengendalian", "Data dan Informasi")
_GENERAL_POSTS = (
    "Pengadministrasi Umum",
    "Pengelola Keuangan",
    "Analis Kebijakan",
    "Pranata Komputer",
    "Arsiparis",
    "Perencana",
)
_SKILLS = ("", "operator", "verifikator", "operator;verifikator", "bendahara")
_COUNTER_SKILLS = (0.0, 0.5, 0.2, 0.3, 0.0)
_GENERAL_SKILLS = (0.8, 0.06, 0.06, 0.02, 0.06)

_PERFORMANCE = {
    "Sangat Baik": 0.15,
    "Baik": 0.70,
    "Butuh Perbaikan": 0.10,
    "Kurang": 0.04,
    "Sangat Kurang": 0.01,
}

# fmt: off
# Given names of men, then of women; the two lists are equally long.
_GIVEN = (
    "Agus", "Bambang", "Cahyo", "Dedi", "Eko", "Fajar", "Galih", "Hendra", "Irfan", "Jajang",
    "Lukman", "Maman", "Nanda", "Oki", "Panji", "Rizal", "Surya", "Taufik", "Usep", "Wawan",
    "Ani", "Bunga", "Citra", "Dewi", "Euis", "Fitri", "Gita", "Hani", "Indah", "Juwita",
    "Kartika", "Lilis", "Mega", "Nani", "Oktavia", "Putri", "Rina", "Sari", "Tuti", "Wulan",
)
_FAMILY = (
    "Firmansyah", "Gunawan", "Hidayat", "Hutapea", "Kurnia", "Kusuma", "Maulana",
    "Nasution", "Nugraha", "Permana", "Pratama", "Purnama", "Ramadhan", "Santosa",
    "Saputra", "Setiawan", "Simanjuntak", "Siregar", "Sitompul", "Wijaya",
)
# fmt: on


@dataclass(frozen=True)
class _Absence:
    """A kind of leave: the share of ASN who take it, and its length in calendar days."""

    kind: str
    share: float
    shortest: int
    longest: int
    women_only: bool = False


# Together about 3 % of all ASN-days.
_ABSENCES = (
    _Absence("cuti tahunan", 0.31, 1, 10),
    _Absence("cuti sakit", 0.185, 1, 5),
    _Absence("cuti melahirkan", 0.024, 90, 90, women_only=True),
)


@checked
def city(n_asn: People = 12_000, seed: Seed = 0) -> Roster:
    """Make a synthetic city modelled on Kota Bekasi.

    The OPD names are real; everybody and everything else is drawn at random. Each name says
    ``(fiktif)``, and no NIP can be a real one: it has the 18 digits of birth date, appointment,
    sex and serial number, but the birth year is 9999 and the month of appointment 00.

    Parameters
    ----------
    n_asn : int
        Number of ASN, from 1 to 10 million. A city below 225 has fewer than 45 OPDs.
    seed : int
        The same numbers give the same city.

    Returns
    -------
    Roster
        With leave (about 3 % of the ASN-days of December 2025 to February 2026) and wishes (one
        to three each); without pins.

    Raises
    ------
    ArgumentError
        When `n_asn` or `seed` is out of range.

    See Also
    --------
    city_tables : the same as plain frames.

    Examples
    --------
    >>> from rotasi import datasets
    >>> len(datasets.city(300).employees)
    300
    """
    tables = city_tables(n_asn, seed)
    return Roster.from_frame(tables["employees"], leave=tables["leave"], wishes=tables["wishes"])


@checked
def city_tables(n_asn: People = 12_000, seed: Seed = 0) -> dict[str, pd.DataFrame]:
    """Make the tables of the synthetic city; see `city`.

    `service` is empty except for teachers and counter staff, who are ``frontline`` in whatever
    OPD they work; the class of an OPD is left to the policy's `opd_services`.

    Parameters
    ----------
    n_asn : int
        Number of ASN, from 1 to 10 million.
    seed : int
        The same numbers give the same city.

    Returns
    -------
    dict of str to DataFrame
        `employees` (n_asn rows, ordered by OPD), `leave` and `wishes`.

    Raises
    ------
    ArgumentError
        When `n_asn` or `seed` is out of range.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    sex = rng.integers(1, 3, n_asn)
    joined = _draw_dates(rng, n_asn, date(1995, 1, 1), date(2025, 12, 1))
    nip = _make_nips(sex, joined)
    employees = pd.DataFrame(
        {"nip": nip, "name": _draw_names(rng, sex)}
        | _draw_posts(rng, _opd_sizes(n_asn))
        | _draw_records(rng, n_asn)
        | {"joined": joined.astype("datetime64[s]")}
    )
    leave, wishes = _draw_leave(rng, nip, sex == 2), _draw_wishes(rng, nip)
    return {"employees": employees, "leave": leave, "wishes": wishes}


def _opd_sizes(n_asn: int) -> Integers:
    """Sizes of the OPDs: one each, the rest by weight and largest remainder; they sum to n_asn."""
    # A small city keeps the first OPDs only, so that there is more than one person in each.
    count = min(len(OPDS), max(1, n_asn // 5))
    weights = np.array([opd.weight for opd in OPDS[:count]], dtype=np.int64)
    quotas = (n_asn - count) * weights
    sizes: Integers = 1 + quotas // weights.sum()
    largest = np.argsort(-(quotas % weights.sum()), kind="stable")
    sizes[largest[: n_asn - sizes.sum()]] += 1
    return sizes


def _draw_posts(rng: np.random.Generator, sizes: Integers) -> dict[str, Any]:
    """Columns that follow from the place of a person in an OPD, for OPDs of the given sizes."""
    opd = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(opd)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    unit_size = rng.integers(8, 15, len(sizes))[opd]
    section, seat = place // unit_size, place % unit_size
    level = _find_levels(place, section, seat)
    position = _draw_positions(rng, opd, level)
    counter = position == _COUNTER
    frontline = counter | (position == _TEACHER)
    return {
        "opd": _take([o.name for o in OPDS], opd),
        "unit": _name_units(section),
        "position": pd.Series(position, dtype="str"),
        "echelon": _name_echelons(opd, level),
        "service": _take(["", "frontline"], frontline.astype(np.int64)),
        "skills": _take(_SKILLS, _draw_skills(rng, counter)),
        "site": _take([o.site for o in OPDS], opd),
        "team": _name_teams(opd, 2 * section + (2 * seat >= unit_size), level <= _DEPUTY),
    }


def _find_levels(place: Integers, section: Integers, seat: Integers) -> Integers:
    """Level of each person; section 0 is the secretariat, 1 to 5 are the first of a division."""
    first = (section >= 1) & (section <= len(_DIVISIONS))
    section_head_seat = np.where(section == 0, 2, np.where(first, 1, 0))
    conditions = [place == 0, place == 1, first & (seat == 0), seat == section_head_seat]
    return np.select(conditions, [_HEAD, _DEPUTY, _DIVISION_HEAD, _SECTION_HEAD], _STAFF)


def _draw_positions(rng: np.random.Generator, opd: Integers, level: Integers) -> Names:
    titles = np.array([_leader_titles(o) for o in OPDS], dtype=object)
    trades = np.array([o.trade for o in OPDS], dtype=object)
    shares = np.array([o.trade_share for o in OPDS])
    general = np.array(_GENERAL_POSTS, dtype=object)[rng.integers(0, len(_GENERAL_POSTS), len(opd))]
    staff = np.where(rng.random(len(opd)) < shares[opd], trades[opd], general)
    return np.where(level == _STAFF, staff, titles[opd, np.minimum(level, _SECTION_HEAD)])


def _leader_titles(opd: Opd) -> tuple[str, ...]:
    return (opd.head, *_LADDERS.get(opd.head, _LADDER)[0])


def _name_echelons(opd: Integers, level: Integers) -> pd.Series:
    ladders = [(*_LADDERS.get(o.head, _LADDER)[1], "") for o in OPDS]
    width = _STAFF + 1
    return _take([echelon for ladder in ladders for echelon in ladder], opd * width + level)


def _name_units(section: Integers) -> pd.Series:
    names = ["Sekretariat"]
    for number in range(int(section.max())):
        division = _DIVISIONS[number % len(_DIVISIONS)]
        names.append(f"Bidang {division}, Seksi {number // len(_DIVISIONS) + 1}")
    return _take(names, section)


def _name_teams(opd: Integers, team: Integers, teamless: Flags) -> pd.Series:
    """Names such as ``Bappeda Tim 3``, unique in the city; empty for the leaders of an OPD."""
    starts = np.r_[True, (np.diff(team) != 0) | (np.diff(opd) != 0)]
    numbers = pd.Series(team[starts] + 1).astype("str")
    names = _take([f"{o.name} Tim " for o in OPDS], opd[starts]) + numbers
    return _take(["", *names], np.where(teamless, 0, np.cumsum(starts)))


def _draw_skills(rng: np.random.Generator, counter: Flags) -> Integers:
    at_counter = rng.choice(len(_SKILLS), len(counter), p=_COUNTER_SKILLS)
    elsewhere = rng.choice(len(_SKILLS), len(counter), p=_GENERAL_SKILLS)
    return np.where(counter, at_counter, elsewhere)


def _draw_records(rng: np.random.Generator, n_asn: int) -> dict[str, Any]:
    levels = rng.choice(len(_PERFORMANCE), n_asn, p=list(_PERFORMANCE.values()))
    return {
        "performance": _take(list(_PERFORMANCE), levels),
        "applied": rng.random(n_asn) < 0.75,
        "disciplined": rng.random(n_asn) < 0.01,
    }


def _draw_names(rng: np.random.Generator, sex: Integers) -> pd.Series:
    names = [f"{given} {family} (fiktif)" for given in _GIVEN for family in _FAMILY]
    men = len(_GIVEN) // 2
    given = rng.integers(0, men, len(sex)) + men * (sex - 1)
    return _take(names, given * len(_FAMILY) + rng.integers(0, len(_FAMILY), len(sex)))


def _make_nips(sex: Integers, joined: Dates) -> pd.Series:
    """18 digits: 9999 and a block of 1,000 people, year of appointment and 00, sex, serial."""
    number = np.arange(len(sex))
    block, serial = number // 1_000, number % 1_000
    year = joined.astype("datetime64[Y]").astype(np.int64) + 1970
    digits = 9999 * 10**14 + block * 10**10 + year * 10**6 + sex * 10**3 + serial
    return pd.Series(digits).astype("str")


def _draw_leave(rng: np.random.Generator, nip: pd.Series, woman: Flags) -> pd.DataFrame:
    parts = [_draw_absence(rng, absence, woman) for absence in _ABSENCES]
    who, start, days = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    kind = np.repeat(np.arange(len(parts)), [len(part[0]) for part in parts])
    order = np.lexsort((start, who))
    first = np.datetime64(FIRST_DAY) + start[order]
    return pd.DataFrame(
        {
            "nip": nip.array.take(who[order]),
            "start": first.astype("datetime64[s]"),
            "end": (first + days[order] - 1).astype("datetime64[s]"),
            "kind": _take([absence.kind for absence in _ABSENCES], kind[order]),
        }
    )


def _draw_absence(
    rng: np.random.Generator, absence: _Absence, woman: Flags
) -> tuple[Integers, Integers, Integers]:
    """Rows of those on leave, first day counted from FIRST_DAY, and number of days."""
    chosen = rng.random(len(woman)) < absence.share
    who = np.flatnonzero(chosen & woman if absence.women_only else chosen)
    days = rng.integers(absence.shortest, absence.longest + 1, len(who))
    # Leave may begin before the span, so that its first days are no emptier than the others.
    span = (LAST_DAY - FIRST_DAY).days + 1
    return who, rng.integers(1 - days, span), days


def _draw_wishes(rng: np.random.Generator, nip: pd.Series) -> pd.DataFrame:
    counts = rng.integers(1, 4, len(nip))
    who = np.repeat(np.arange(len(nip)), counts)
    nth = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
    dated = rng.random(len(who)) < 0.2
    weekday = _draw_weekdays(rng, len(nip))[who, nth]
    weight = rng.integers(1, 11, len(who)) * np.where(rng.random(len(who)) < 0.85, 1, -1)
    days = np.arange(np.datetime64(FIRST_DAY), np.datetime64(LAST_DAY) + 1)
    workdays = days[np.is_busday(days)]
    wished = workdays[rng.integers(0, len(workdays), len(who))].astype("datetime64[s]")
    return pd.DataFrame(
        {
            "nip": nip.array.take(who),
            "date": np.where(dated, wished, np.datetime64("NaT", "s")),
            "weekday": _take(["", *WEEKDAYS[:5]], np.where(dated, 0, weekday + 1)),
            "weight": weight,
        }
    )


def _draw_weekdays(rng: np.random.Generator, n_asn: int) -> Integers:
    """Three different weekdays (0 = Monday) for each ASN: steps of 1 to 4 modulo 5 never meet."""
    first, step = rng.integers(0, 5, n_asn), rng.integers(1, 5, n_asn)
    return (first[:, None] + step[:, None] * np.arange(3)) % 5


def _draw_dates(rng: np.random.Generator, count: int, first: date, last: date) -> Dates:
    return np.datetime64(first) + rng.integers(0, (last - first).days + 1, count)


def _take(values: Sequence[str], codes: Integers) -> pd.Series:
    """Text by code; much smaller and faster than an array of separate strings."""
    return pd.Series(pd.Series(list(values), dtype="str").array.take(codes))
