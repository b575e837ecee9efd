"""Kota Bekasi's draft for fiscal 2026."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rotasi.policy.document import Policy
from rotasi.presets.common import (
    BEKASI_SERVICES,
    SE_150,
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

_DRAFT_2026 = (
    "Rancangan WFH Pemkot Bekasi 2026: Bekasi Ekspres, 4 November 2025; "
    "Berdaya News dan Rakyat Bekasi, 3 November 2025"
)


@checked
def bekasi_2026(
    start: Day | None = None,
    end: Day | None = None,
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
        keep_on_site("OPD pelayanan garda depan selalu bekerja di kantor", ["frontline"]),
        keep_on_site("Layanan esensial tidak boleh dikurangi", ["essential"]),
        keep_on_site(
            "OPD pengawasan dan lapangan bergilir antara kantor dan lapangan, tanpa WFH", ["field"]
        ),
        *demand_eligibility("WFH", performance, require_application, bar_disciplined),
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
            "text": f"Sekurang-kurangnya {write_percent(share)} pegawai setiap OPD yang tidak cuti "
            "bekerja di kantor",
            "source": SE_150,
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
    return make_policy(
        "Kota Bekasi 2026 (rancangan)",
        choose_period(start, end, (date(2026, 1, 5), date(2026, 1, 30))),
        opd_services,
        cite(rules, _DRAFT_2026, rank=4),
        clauses=cover(
            _DRAFT_2026,
            make_clause("1.a", f"WFH paling banyak {max_days} hari kerja per minggu", "quota-1"),
            make_clause(
                "1.b",
                f"WFH sekurang-kurangnya {min_days or 1} hari kerja per minggu",
                *(["quota-1"] if min_days else []),
                because="pegawai mengajukan sendiri, sehingga WFH tidak diwajibkan",
            ),
            make_clause(
                "2.a", "OPD pelayanan garda depan selalu bekerja di kantor", "never_remote-1"
            ),
            make_clause(
                "2.b",
                "OPD administratif melaksanakan WFH secara bergilir",
                objectives=["fairness"],
            ),
            make_clause(
                "2.c",
                "OPD pengawasan dan lapangan bergilir antara kantor dan lapangan",
                because="jadwal hanya mengenal kantor dan WFH: mereka bekerja tanpa WFH",
            ),
            make_clause("2.d", "Layanan esensial tidak boleh dikurangi", "never_remote-2"),
            *cover_eligibility("3", "WFH", require_application, bar_disciplined),
            make_clause("4.a", "Tidak ada layanan yang kosong", "min_on_site-2"),
            make_clause(
                "4.b",
                "Waktu kerja dibagi dalam kelompok",
                because="pembagian kelompok tidak disebutkan; hanya kehadirannya yang dijaga",
            ),
            make_clause(
                "5",
                "Rapat koordinasi daring sekurang-kurangnya dua kali seminggu",
                because="hari rapat diusulkan oleh rotasi.coordination, bukan oleh jadwal",
            ),
            make_clause(
                "6",
                "Hasil kerja dilaporkan setiap hari",
                because="laporan diperiksa sesudahnya oleh rotasi.accountability",
            ),
        ),
    )
