"""The rotation of Kota Bekasi's field OPDs between office and field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rotasi.policy.document import Policy
from rotasi.presets.common import (
    Table,
    choose_period,
    cite,
    cover,
    make_clause,
    make_policy,
    rotate,
    write_percent,
)
from rotasi.support.arguments import Day, checked

#: Supervision and field OPDs, which `bekasi_field_rotation` sends to the field.
FIELD_SERVICES: Mapping[str, str] = {"Satpol PP": "field", "DLH": "field", "Dishub": "field"}

_FIELD_2025 = "Rancangan WFH Pemkot Bekasi 2026: Berdaya News, 3 November 2025"


@checked
def bekasi_field_rotation(
    start: Day | None = None,
    end: Day | None = None,
    *,
    max_days: int = 3,
    share: float = 0.3,
    by: str | Sequence[str] = "unit",
    groups: int | None = None,
    opd_services: Mapping[str, str] = FIELD_SERVICES,
) -> Policy:
    """Kota Bekasi's supervision and field OPDs: rotation between office and field.

    Satpol PP, DLH and Dishub do not work from home; they change between office and field, and
    report from there in real time. That is the same problem with other labels: WFO reads
    ``Kantor`` and WFH ``Lapangan``. `economy.savings` knows the label and counts no field day as
    a saving.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; 5 to 30 January 2026 by default.
    max_days : int
        Field days per ASN and week, at most 4.
    share : float
        Part of each OPD's present staff who are in the office on each day.
    by : str or sequence of str
        Columns whose equal values form the groups within an OPD; a group goes to the field as one.
    groups : int, optional
        Instead of `by`: so many groups per OPD, formed by the solver.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own; those in `field` service rotate.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: the source names no number, neither of days nor of staff. Three days of five
    in the field with three in ten in the office lets sections of like size have equal turns, week
    by week; in an OPD of few sections the largest stays in the office more often.
    Dishub is listed both as never reduced and as field: it is field here, as in the press of
    3 November 2025, and nobody is at home. All members of a group go, its leader as well. ASN of
    other services have no field duty and stay in the office. Wishes count as those of a group.

    Groups are the sections, which a roster knows. Numbered groups ask the solver who belongs
    together, which is hard where an OPD has some hundred ASN: give a time limit. An OPD of one
    section has nobody left for its office and stays there; numbered groups serve it better.

    Not enforced: the reports in real time.

    Source: Berdaya News, 3 November 2025.

    Examples
    --------
    >>> from rotasi import presets
    >>> presets.bekasi_field_rotation().labels.WFH
    'Lapangan'
    """
    turns = "Setiap regu bergilir antara kantor dan lapangan sebagai satu kelompok"
    rules: list[Table] = [
        {
            "kind": "never_remote",
            "except": {"service": ["field"]},
            "text": "Hanya OPD pengawasan dan lapangan yang bertugas di lapangan",
        },
        rotate(groups, by) | {"text": turns},
        {
            "kind": "quota",
            "max_days": max_days,
            "text": f"Tugas lapangan paling banyak {max_days} hari kerja per minggu",
        },
        {
            "kind": "min_on_site",
            "scope": {"service": ["field"]},
            "share": share,
            "if_short": "cap",
            "text": f"Sekurang-kurangnya {write_percent(share)} pegawai setiap OPD yang tidak cuti "
            "berada di kantor",
        },
    ]
    return make_policy(
        "Kota Bekasi, rotasi kantor dan lapangan",
        choose_period(start, end, (date(2026, 1, 5), date(2026, 1, 30))),
        opd_services,
        cite(rules, _FIELD_2025, rank=4),
        labels={"WFO": "Kantor", "WFH": "Lapangan"},
        objectives=[{"kind": "remote_days"}, {"kind": "wishes"}],
        clauses=cover(
            _FIELD_2025,
            make_clause(
                "1",
                "OPD pengawasan dan lapangan bergilir antara kantor dan lapangan",
                "rotation_groups-1",
                "quota-1",
                "min_on_site-1",
            ),
            make_clause("2", "Rotasi berlaku bagi Satpol PP, DLH, dan Dishub", "never_remote-1"),
            make_clause(
                "3",
                "Pelaporan secara waktu nyata dari lapangan",
                because="jadwal tidak memuat laporan; rotasi.accountability memeriksanya kemudian",
            ),
        ),
    )
