"""Kota Bekasi between Christmas 2025 and New Year: WFA, and piket where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from rotasi.policy.document import Policy
from rotasi.presets.common import (
    WEEK,
    Table,
    choose_period,
    cite,
    cover,
    keep_on_site,
    make_clause,
    make_policy,
)
from rotasi.support.arguments import Day, checked

#: OPDs that `bekasi_yearend_2025` keeps on site and `bekasi_piket` on piket.
YEAREND_SERVICES: Mapping[str, str] = {
    "Disdukcapil": "frontline",
    "Dinkes": "essential",
    "RSUD": "essential",
    "RSUD Tipe D": "essential",
    "Damkar": "essential",
}

_YEAREND_2025 = "Rakyat Bekasi, 23 Desember 2025; SE MenPANRB B/531/M.KT.02/2025"
_FIRST_WFA_DAY, _LAST_WFA_DAY = date(2025, 12, 29), date(2025, 12, 31)
_KEPT = ("frontline", "essential")
_WFA_DAYS = "WFA pada 29, 30, dan 31 Desember 2025"
_OTHER_DAYS_ABSENT = "periode tidak memuat hari lain"
_SCHEMES = "skema baru berlaku setelah digabung dengan Policy.with_opd_schemes"


@checked
def bekasi_yearend_2025(
    start: Day | None = None,
    end: Day | None = None,
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

    Not enforced: the scheme that each OPD proposes for itself; the piket roster, which is
    `bekasi_piket`.

    Sources: SE MenPANRB B/531/M.KT.02/2025 of 18 December 2025, which allows flexible work on the
    three days; Rakyat Bekasi, 23 December 2025.
    """
    period = choose_period(start, end, (date(2025, 12, 22), date(2026, 1, 2)))
    outside = _forbid_outside(_FIRST_WFA_DAY, _LAST_WFA_DAY, period)
    rules = [
        keep_on_site(
            "Dinkes, Damkar, RSUD, Disdukcapil, dan petugas layanan tetap bekerja di kantor",
            ["frontline", "essential"],
        ),
        *outside,
    ]
    return make_policy(
        "Kota Bekasi WFA akhir tahun 2025",
        period,
        opd_services,
        cite(rules, _YEAREND_2025, rank=3),
        labels={"WFH": "WFA"},
        clauses=cover(
            _YEAREND_2025,
            make_clause(
                "1",
                _WFA_DAYS,
                *_ids(outside),
                because=_OTHER_DAYS_ABSENT,
            ),
            make_clause(
                "2.a",
                "Dinkes, Damkar, RSUD, dan Disdukcapil tetap bekerja di kantor",
                "never_remote-1",
            ),
            make_clause(
                "2.b",
                "atau mengatur piket",
                because="dibaca sebagai tetap bekerja di kantor; piket diatur oleh bekasi_piket",
            ),
            make_clause(
                "3",
                "Setiap OPD mengusulkan skemanya sendiri",
                because=_SCHEMES,
            ),
        ),
    )


@checked
def bekasi_piket(
    start: Day | None = None,
    end: Day | None = None,
    *,
    on_duty: int = 2,
    by: Sequence[str] = ("opd", "unit"),
    roles: Sequence[str] = ("operator",),
    opd_services: Mapping[str, str] = YEAREND_SERVICES,
) -> Policy:
    """Piket of the essential OPDs on Kota Bekasi's WFA days, 29 to 31 December 2025.

    The other way to keep Dinkes, fire brigade, RSUD and civil registry open: a fixed number of
    each section is on duty at the site, in turns; all others of that day are remote. Where a
    role matters, somebody who has it is among them: a counter needs its operator.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; 22 December 2025 to 2 January 2026 by default, the whole weeks around.
    on_duty : int
        ASN of each group who are on duty on each of the three days: as few and as many. A group
        with fewer present has all of them on duty.
    by : sequence of str
        Columns that form the groups; ``["opd"]`` for a number per OPD.
    roles : sequence of str
        Skills of which each group that has one keeps one on duty; not more than `on_duty`.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own. Its frontline and essential OPDs keep
        piket.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: the source says "stay on site or keep a piket roster" and gives no number, no
    group and no role: two of each section, one of them an operator where it has any. Whoever of
    the four services is not on duty is remote. Elsewhere all is as in `bekasi_yearend_2025`:
    ASN in frontline or essential service of their own stay on site, all others may be remote.
    Duty is shared fairly by equal remote days, before wishes; `previous` carries the turns of
    other years. An ASN without a value in `by` is in no group and never on duty.

    Not enforced: the scheme that each OPD proposes for itself; shifts within a day.

    Sources: SE MenPANRB B/531/M.KT.02/2025 of 18 December 2025; Rakyat Bekasi, 23 December 2025.

    Examples
    --------
    >>> from rotasi import presets
    >>> policy = presets.bekasi_piket(on_duty=3)
    >>> [rule.count for rule in policy.rules if rule.kind == "max_on_site"]
    [3]
    """
    period = choose_period(start, end, (date(2025, 12, 22), date(2026, 1, 2)))
    opds = [opd for opd, service in opd_services.items() if service in _KEPT]
    outside = _forbid_outside(_FIRST_WFA_DAY, _LAST_WFA_DAY, period)
    petugas = "Petugas layanan di luar OPD piket tetap bekerja di kantor"
    rules = [
        keep_on_site(petugas, _KEPT) | {"except": {"opd": opds}},
        *_set_duty(opds, on_duty, by, roles),
        *outside,
    ]
    return make_policy(
        "Kota Bekasi piket akhir tahun 2025",
        period,
        opd_services,
        cite(rules, _YEAREND_2025, rank=3),
        labels={"WFH": "WFA"},
        objectives=[{"kind": "remote_days"}, {"kind": "fairness"}, {"kind": "wishes"}],
        clauses=cover(
            _YEAREND_2025,
            make_clause("1", _WFA_DAYS, *_ids(outside), because=_OTHER_DAYS_ABSENT),
            make_clause(
                "2.a",
                f"Piket {on_duty} pegawai setiap hari di Dinkes, Damkar, RSUD, dan Disdukcapil",
                "min_on_site-1",
                "max_on_site-1",
            ),
            make_clause(
                "2.b",
                "Peran yang dibutuhkan hadir dalam piket",
                *(f"min_on_site-{number}" for number, _role in enumerate(roles, start=2)),
                because="tidak ada peran yang diminta",
            ),
            make_clause("2.c", "Piket dibagi secara adil", objectives=["fairness"]),
            make_clause("2.d", petugas, "never_remote-1"),
            make_clause("3", "Setiap OPD mengusulkan skemanya sendiri", because=_SCHEMES),
        ),
    )


def _set_duty(
    opds: Sequence[str], on_duty: int, by: Sequence[str], roles: Sequence[str]
) -> list[Table]:
    """As few and as many on duty in each group, on the WFA days; of each role at least one."""
    days = {"start": _FIRST_WFA_DAY, "end": _LAST_WFA_DAY}
    duty: Table = {"scope": {"opd": list(opds)}, "by": list(by)} | days
    at_least: Table = duty | {"kind": "min_on_site", "if_short": "cap"}
    least = f"Sekurang-kurangnya {on_duty} pegawai setiap unit bertugas piket"
    most = f"Paling banyak {on_duty} pegawai setiap unit bertugas piket, yang lain WFA"
    return [
        at_least | {"count": on_duty, "text": least},
        duty | {"kind": "max_on_site", "count": on_duty, "text": most},
        *(
            at_least
            | {
                "scope": {"opd": list(opds), "skills": [role]},
                "count": 1,
                "text": f"Dalam piket ada {role} dari unit yang memilikinya",
            }
            for role in roles
        ),
    ]


def _forbid_outside(first: date, last: date, period: tuple[date, date]) -> list[Table]:
    """Rules that leave remote days between first and last only, within the period."""
    text = f"WFA hanya pada {first.day}-{last.day} Desember {last.year}"
    rule: Table = {"kind": "no_remote_day", "weekdays": list(WEEK), "text": text}
    eve, morrow = first - timedelta(days=1), last + timedelta(days=1)
    before = [rule | {"end": eve}] if period[0] <= eve else []
    after = [rule | {"start": morrow}] if period[1] >= morrow else []
    return before + after


def _ids(outside: Sequence[Table]) -> list[str]:
    return [f"no_remote_day-{number}" for number, _rule in enumerate(outside, start=1)]
