"""The policies of Kota Bekasi and West Java as ready-made `Policy` objects, with their sources.

Figures and rules are those that the press reported. Where the sources disagree or say nothing, the
docstring of the preset names the reading that is taken; what is not enforced is named as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from rotasi.errors import PolicyError, Problem
from rotasi.messages import _
from rotasi.policy import Policy
from rotasi.workdays import WEEKDAYS

Table = dict[str, Any]
Preset = TypeVar("Preset", bound=Callable[..., Policy])

#: OPD classes of the Bekasi draft for 2026 as `bekasi_2026` reads it; the others are
#: administrative.
BEKASI_SERVICES: Mapping[str, str] = {
    "DPMPTSP": "frontline",
    "Disdukcapil": "frontline",
    "Dinkes": "frontline",
    "RSUD": "essential",
    "RSUD Tipe D": "essential",
    "Damkar": "essential",
    "Dishub": "essential",
    "Satpol PP": "field",
    "DLH": "field",
}

#: OPDs that `bekasi_yearend_2025` keeps on site.
YEAREND_SERVICES: Mapping[str, str] = {
    "Disdukcapil": "frontline",
    "Dinkes": "essential",
    "RSUD": "essential",
    "RSUD Tipe D": "essential",
    "Damkar": "essential",
}

_MKD_2023 = "Pergub Jabar 102/2022; Perpres 21/2023; Radar Bekasi, 21 Juni 2023"
_SE_150 = "SE 150/KPG.03/BKD, 22 Oktober 2025; Berdaya News, 3 November 2025"
_DRAFT_2026 = (
    "Rancangan WFH Pemkot Bekasi 2026: Bekasi Ekspres, 4 November 2025; "
    "Berdaya News dan Rakyat Bekasi, 3 November 2025"
)
_YEAREND_2025 = "Rakyat Bekasi, 23 Desember 2025"

_EXEMPTION = "Unit dan tim kerja dengan pelayanan langsung kepada masyarakat dikecualikan"

_WEEK = WEEKDAYS[:5]
_WEEKDAY_NAMES = dict(zip(_WEEK, ("Senin", "Selasa", "Rabu", "Kamis", "Jumat"), strict=True))
_DIRECT_SERVICES = ("frontline", "essential", "field")
_FIRST_WFA_DAY, _LAST_WFA_DAY = date(2025, 12, 29), date(2025, 12, 31)

_functions: dict[str, Callable[..., Policy]] = {}


def _preset(function: Preset) -> Preset:
    """List the function under its name, so that `NAMES` and `load` know it."""
    _functions[function.__name__] = function
    return function


@_preset
def bekasi_2026(
    start: date | None = None,
    end: date | None = None,
    *,
    max_days: int = 2,
    min_days: int = 0,
    share: float = 0.5,
    performance: str | float = "Baik",
    require_application: bool = True,
    bar_disciplined: bool = True,
    opd_services: Mapping[str, str] = BEKASI_SERVICES,
) -> Policy:
    """Kota Bekasi's draft for fiscal 2026: one or two days a week, by class of OPD.

    The draft gives one to two WFH days a week. Its classes: *frontline* OPDs (DPMPTSP,
    Disdukcapil, Dinkes) are always on site; *administrative* ones (Bappeda, BKPSDM, Setda) work
    from home in rotation; *supervision and field* OPDs (Satpol PP, DLH, Dishub) rotate between
    office and field; *essential* services (health, cleaning, fire brigade, Dishub, RSUD) are
    never reduced. Working times are shared out so that no service is ever empty.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; 5 to 30 January 2026 by default.
    max_days, min_days : int
        Remote days per ASN and week.
    share : float
        Part of each OPD's present staff who are on site on each day.
    performance : str or float
        Lowest SKP predicate, or score from 0 to 100, that counts as good.
    require_application, bar_disciplined : bool
        Whether only applicants, and nobody under a disciplinary measure, may be remote.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: "1-2 days" grants two and owes none, since employees apply. Dishub is listed
    both as never reduced and as field: it is essential here, the stricter. DLH does the cleaning
    (never reduced) and is listed as field: it is field here. Both stay on site either way. An OPD
    that no source names is administrative. "No service is ever empty" is one member of every
    unit on site. The draft gives no share: half on site follows the circular SE 150/KPG.03/BKD,
    which caps WFH at 50 % of an OPD. "Good performance" has no threshold in the sources.

    Not enforced: rotation in fixed groups; rotation between office and field (field OPDs are on
    site instead); the two or more online coordination meetings a week; the daily report of
    output and its audit.

    Sources: Bekasi Ekspres, 4 November 2025; Berdaya News and Rakyat Bekasi, 3 November 2025.

    Examples
    --------
    >>> from rotasi import presets
    >>> policy = presets.bekasi_2026(max_days=1)
    >>> [rule.max_days for rule in policy.rules if rule.kind == "quota"]
    [1]
    """
    granted = f"{min_days}-{max_days}" if min_days else f"paling banyak {max_days}"
    rules = [
        _keep_on_site("OPD pelayanan garda depan selalu bekerja di kantor", ["frontline"]),
        _keep_on_site("Layanan esensial tidak boleh dikurangi", ["essential"]),
        _keep_on_site(
            "OPD pengawasan dan lapangan bergilir antara kantor dan lapangan, tanpa WFH", ["field"]
        ),
        *_eligibility("WFH", performance, require_application, bar_disciplined),
        {
            "kind": "quota",
            "max_days": max_days,
            "min_days": min_days,
            "text": f"WFH {granted} hari kerja per minggu",
        },
        {
            "kind": "min_on_site",
            "share": share,
            "if_short": "cap",
            "text": f"Sekurang-kurangnya {_percent(share)} pegawai setiap OPD yang tidak cuti "
            "bekerja di kantor",
            "source": _SE_150,
            "rank": 3,
        },
        {
            "kind": "min_on_site",
            "by": ["opd", "unit"],
            "count": 1,
            "if_short": "cap",
            "text": "Waktu kerja dibagi sehingga tidak ada unit pelayanan yang kosong",
        },
    ]
    return _policy(
        "Kota Bekasi 2026 (rancangan)",
        (start or date(2026, 1, 5), end or date(2026, 1, 30)),
        opd_services,
        _cite(rules, _DRAFT_2026, rank=4),
    )


@_preset
def jabar_wfa_2023(
    start: date | None = None,
    end: date | None = None,
    *,
    max_days: int = 4,
    max_by_performance: Mapping[str, int] | None = None,
    performance: str | float = "Baik",
    opd_services: Mapping[str, str] = BEKASI_SERVICES,
) -> Policy:
    """West Java's dynamic working (MKD, WFA) as made permanent in June 2023.

    At most four remote days in a five-day week, for every echelon, but only for good performers
    who apply; a record of absence excludes; never for face-to-face public service.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; 3 to 28 July 2023 by default, the first whole weeks of the month after.
    max_days : int
        Remote days per ASN and week.
    max_by_performance : mapping of SKP predicate to int, optional
        Instead of `max_days`: formats from 4-1 down to 1-4 by track record.
    performance : str or float
        Lowest SKP predicate, or score from 0 to 100, that counts as good.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: the sources name no OPD, so that those outside the administrative class of
    Bekasi's later draft count as face-to-face service. The column `disciplined` stands for the
    record of absence. The governor spoke of formats 4-1, 3-2 and 1-4 "depending on the track
    record" without saying which record earns which: everybody has four days unless
    `max_by_performance` says otherwise.

    Not enforced: the indicators of the TRK and K-Mob apps, which are read as the roster's
    `performance` and `applied`.

    Sources: Radar Bekasi, 21 June 2023; Pergub Jabar 102/2022; Perpres 21/2023.
    """
    text = f"WFA paling banyak {max_days} hari dalam sepekan, untuk semua eselon"
    quota: Table = {"kind": "quota", "max_days": max_days, "text": text}
    if max_by_performance is not None:
        text = "Jumlah hari WFA dalam sepekan menurut rekam jejak, untuk semua eselon"
        quota = {"kind": "quota", "max_by_performance": dict(max_by_performance), "text": text}
    rules = [
        _keep_on_site("WFA tidak berlaku bagi pelayanan publik tatap muka", _DIRECT_SERVICES),
        *_eligibility("WFA", performance, require_application=True, bar_disciplined=True),
        quota,
    ]
    return _policy(
        "Jawa Barat WFA 2023",
        (start or date(2023, 7, 3), end or date(2023, 7, 28)),
        opd_services,
        _cite(rules, _MKD_2023, rank=2),
        labels={"WFH": "WFA"},
    )


@_preset
def jabar_se150_november_2025(
    start: date | None = None,
    end: date | None = None,
    *,
    weekday: str = "Thu",
    opd_services: Mapping[str, str] = BEKASI_SERVICES,
) -> Policy:
    """West Java's trial, stage I: everybody outside direct services is remote on Thursdays.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; November 2025 by default.
    weekday : str
        The remote day, ``Mon`` to ``Fri``.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: the circular exempts units and teams with direct services; every service
    class but administrative counts as such, of the ASN first and of the OPD second. WFH is on
    Thursdays only: there is none on the other days. A Thursday that is a holiday falls away.
    Everybody takes part: nobody applies, and performance does not matter.

    Not enforced: that meetings of a Thursday are held online.

    Sources: SE 150/KPG.03/BKD of 22 October 2025; Berdaya News, 3 November 2025.
    """
    day = _WEEKDAY_NAMES.get(weekday, weekday)
    rules = [
        _keep_on_site(_EXEMPTION, _DIRECT_SERVICES),
        {
            "kind": "fixed_remote_day",
            "weekdays": [weekday],
            "text": f"Seluruh pegawai melaksanakan WFH setiap hari {day}",
        },
        {
            "kind": "no_remote_day",
            "weekdays": [other for other in _WEEK if other != weekday],
            "text": f"Di luar hari {day} pegawai bekerja di kantor",
        },
    ]
    return _policy(
        "Jawa Barat SE 150 tahap I, November 2025",
        (start or date(2025, 11, 1), end or date(2025, 11, 30)),
        opd_services,
        _cite(rules, _SE_150, rank=3),
    )


@_preset
def jabar_se150_december_2025(
    start: date | None = None,
    end: date | None = None,
    *,
    share: float = 0.5,
    of: str = "present",
    opd_services: Mapping[str, str] = BEKASI_SERVICES,
) -> Policy:
    """West Java's trial, stage II: half of every OPD is remote, in rotation.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; December 2025 by default.
    share : float
        Part of each OPD that may be remote on a day.
    of : {"present", "headcount"}
        What the share is taken of: those not on leave, or all members of the OPD.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: "50:50" is a ceiling, as the circular says "at most 50 percent". The ceiling
    counts the whole OPD, those in direct service included; the press calls its base all
    employees, while "half work from home, the rest in the office" speaks of those who work: the
    default, `present`, is the lower of the two and satisfies both. Direct services are exempt as
    in stage I. "In rotation" is read as equal turns: fairness comes before wishes.

    Not enforced: two fixed halves that change places.

    Sources: SE 150/KPG.03/BKD of 22 October 2025; Berdaya News, 3 November 2025.
    """
    rules = [
        _keep_on_site(_EXEMPTION, _DIRECT_SERVICES),
        {
            "kind": "max_remote",
            "share": share,
            "of": of,
            "text": f"WFH bergilir, paling banyak {_percent(share)} pegawai setiap OPD",
        },
    ]
    return _policy(
        "Jawa Barat SE 150 tahap II, Desember 2025",
        (start or date(2025, 12, 1), end or date(2025, 12, 31)),
        opd_services,
        _cite(rules, _SE_150, rank=3),
        objectives=[{"kind": "remote_days"}, {"kind": "fairness"}, {"kind": "wishes"}],
    )


@_preset
def bekasi_yearend_2025(
    start: date | None = None,
    end: date | None = None,
    *,
    opd_services: Mapping[str, str] = YEAREND_SERVICES,
) -> Policy:
    """Kota Bekasi's WFA on 29, 30 and 31 December 2025, between Christmas and New Year.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; 22 December 2025 to 2 January 2026 by default, the whole weeks around.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own; frontline and essential stay on site.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: Dinkes, fire brigade, RSUD and civil registry "stay on site or keep a piket
    roster": they stay on site. All others may be remote on the three days and only then; the
    source sets no ceiling.

    Not enforced: the scheme that each OPD proposes for itself; the piket roster.

    Source: Rakyat Bekasi, 23 December 2025.
    """
    period = start or date(2025, 12, 22), end or date(2026, 1, 2)
    rules = [
        _keep_on_site(
            "Dinkes, Damkar, RSUD, Disdukcapil, dan petugas layanan tetap bekerja di kantor",
            ["frontline", "essential"],
        ),
        *_forbid_outside(_FIRST_WFA_DAY, _LAST_WFA_DAY, period),
    ]
    return _policy(
        "Kota Bekasi WFA akhir tahun 2025",
        period,
        opd_services,
        _cite(rules, _YEAREND_2025, rank=3),
        labels={"WFH": "WFA"},
    )


#: Names of the presets, in the order of this module.
NAMES: tuple[str, ...] = tuple(_functions)


def load(
    name: str, start: date | None = None, end: date | None = None, **parameters: Any
) -> Policy:
    """Make the policy of a preset that is known by name only.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    start, end : date, optional
        Inclusive period; the preset's own by default.
    **parameters
        Parameters of the preset.

    Returns
    -------
    Policy

    Raises
    ------
    PolicyError
        When there is no such preset, or a parameter has no valid value.

    Examples
    --------
    >>> from rotasi import presets
    >>> presets.load("bekasi_2026").name
    'Kota Bekasi 2026 (rancangan)'
    """
    if name not in _functions:
        message = _("there is no such preset; choose one of {names}").format(names=", ".join(NAMES))
        raise PolicyError([Problem(message, "presets", value=name)])
    return _functions[name](start, end, **parameters)


def _policy(
    name: str,
    period: tuple[date, date],
    opd_services: Mapping[str, str],
    rules: Sequence[Table],
    **more: Any,
) -> Policy:
    start, end = period
    table = {"name": name, "start": start, "end": end, "opd_services": dict(opd_services)}
    return Policy.model_validate(table | {"rules": list(rules)} | more)


def _cite(rules: Sequence[Table], source: str, rank: int) -> list[Table]:
    """Give each rule its source and rank where it has none of its own."""
    return [{"source": source, "rank": rank} | rule for rule in rules]


def _keep_on_site(text: str, services: Sequence[str]) -> Table:
    return {"kind": "never_remote", "scope": {"service": list(services)}, "text": text}


def _eligibility(
    label: str, performance: str | float, require_application: bool, bar_disciplined: bool
) -> list[Table]:
    text = f"{label} hanya bagi pegawai berkinerja baik (SKP sekurang-kurangnya {performance})"
    rules: list[Table] = [{"kind": "require_performance", "minimum": performance, "text": text}]
    if require_application:
        text = f"Pegawai mengajukan sendiri permohonan {label}"
        rules.append({"kind": "require_application", "text": text})
    if bar_disciplined:
        text = f"Pegawai dengan catatan ketidakhadiran atau hukuman disiplin tidak diberi {label}"
        rules.append({"kind": "bar_disciplined", "text": text})
    return rules


def _forbid_outside(first: date, last: date, period: tuple[date, date]) -> list[Table]:
    """Rules that leave remote days between first and last only, within the period."""
    text = f"WFA hanya pada {first.day}-{last.day} Desember {last.year}"
    rule: Table = {"kind": "no_remote_day", "weekdays": list(_WEEK), "text": text}
    eve, morrow = first - timedelta(days=1), last + timedelta(days=1)
    before = [rule | {"end": eve}] if period[0] <= eve else []
    after = [rule | {"start": morrow}] if period[1] >= morrow else []
    return before + after


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
