"""West Java: dynamic working of 2023, and the trial of 2025 in two stages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rotasi.policy.document import Policy
from rotasi.presets.common import (
    BEKASI_SERVICES,
    SE_150,
    WEEK,
    Table,
    choose_period,
    cite,
    cover,
    cover_eligibility,
    demand_eligibility,
    keep_on_site,
    make_clause,
    make_policy,
    write_percent,
)
from rotasi.support.arguments import Day, checked

_MKD_2023 = "Pergub Jabar 102/2022; Perpres 21/2023; Radar Bekasi, 21 Juni 2023"

_UNRESTRICTED = "tidak perlu: tidak ada aturan yang membedakan eselon"
_EXEMPTION = "Unit dan tim kerja dengan pelayanan langsung kepada masyarakat dikecualikan"

_WEEKDAY_NAMES = dict(zip(WEEK, ("Senin", "Selasa", "Rabu", "Kamis", "Jumat"), strict=True))
_DIRECT_SERVICES = ("frontline", "essential", "field")


@checked
def jabar_wfa_2023(
    start: Day | None = None,
    end: Day | None = None,
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
        keep_on_site("WFA tidak berlaku bagi pelayanan publik tatap muka", _DIRECT_SERVICES),
        *demand_eligibility("WFA", performance, require_application=True, bar_disciplined=True),
        quota,
    ]
    return make_policy(
        "Jawa Barat WFA 2023",
        choose_period(start, end, (date(2023, 7, 3), date(2023, 7, 28))),
        opd_services,
        cite(rules, _MKD_2023, rank=2),
        labels={"WFH": "WFA"},
        clauses=cover(
            _MKD_2023,
            make_clause("1", "WFA paling banyak empat hari dalam sepekan", "quota-1", "weekly_cap"),
            make_clause("2", "WFA berlaku untuk semua eselon", because=_UNRESTRICTED),
            *cover_eligibility("3", "WFA", require_application=True, bar_disciplined=True),
            make_clause(
                "4", "WFA tidak berlaku bagi pelayanan publik tatap muka", "never_remote-1"
            ),
            make_clause(
                "5",
                "Indikator diambil dari aplikasi TRK dan K-Mob",
                because="aplikasi tidak dibaca; isinya ada di kolom performance dan applied",
            ),
        ),
    )


@checked
def jabar_se150_november_2025(
    start: Day | None = None,
    end: Day | None = None,
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
        keep_on_site(_EXEMPTION, _DIRECT_SERVICES),
        {
            "kind": "fixed_remote_day",
            "weekdays": [weekday],
            "text": f"Seluruh pegawai melaksanakan WFH setiap hari {day}",
        },
        {
            "kind": "no_remote_day",
            "weekdays": [other for other in WEEK if other != weekday],
            "text": f"Di luar hari {day} pegawai bekerja di kantor",
        },
    ]
    return make_policy(
        "Jawa Barat SE 150 tahap I, November 2025",
        choose_period(start, end, (date(2025, 11, 1), date(2025, 11, 30))),
        opd_services,
        cite(rules, SE_150, rank=3),
        clauses=cover(
            SE_150,
            make_clause("1", f"WFH setiap hari {day}", "fixed_remote_day-1", "no_remote_day-1"),
            make_clause("2", _EXEMPTION, "never_remote-1"),
            make_clause(
                "3",
                f"Rapat pada hari {day} diselenggarakan secara daring",
                because="jadwal tidak memuat rapat",
            ),
        ),
    )


@checked
def jabar_se150_december_2025(
    start: Day | None = None,
    end: Day | None = None,
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
        keep_on_site(_EXEMPTION, _DIRECT_SERVICES),
        {
            "kind": "max_remote",
            "share": share,
            "of": of,
            "text": f"WFH bergilir, paling banyak {write_percent(share)} pegawai setiap OPD",
        },
    ]
    return make_policy(
        "Jawa Barat SE 150 tahap II, Desember 2025",
        choose_period(start, end, (date(2025, 12, 1), date(2025, 12, 31))),
        opd_services,
        cite(rules, SE_150, rank=3),
        objectives=[{"kind": "remote_days"}, {"kind": "fairness"}, {"kind": "wishes"}],
        clauses=cover(
            SE_150,
            make_clause(
                "1.a", f"WFH paling banyak {write_percent(share)} pegawai OPD", "max_remote-1"
            ),
            make_clause("1.b", "WFH bergilir", objectives=["fairness"]),
            make_clause("2", _EXEMPTION, "never_remote-1"),
        ),
    )
