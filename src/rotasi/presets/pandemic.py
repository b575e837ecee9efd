"""The rotation of the pandemic, as a plan for the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rotasi.policy.document import Policy
from rotasi.presets.common import (
    SWITCHED_OFF,
    Table,
    choose_period,
    cite,
    cover,
    keep_on_site,
    make_clause,
    make_policy,
    rotate,
    write_percent,
)
from rotasi.support.arguments import Day, checked

#: Health services, which `pandemic_rotation` keeps present.
HEALTH_SERVICES: Mapping[str, str] = {
    "Dinkes": "essential",
    "RSUD": "essential",
    "RSUD Tipe D": "essential",
}

_SE_19 = "SE MenPANRB 19/2020, 16 Maret 2020"
_PANDEMIC = f"{_SE_19}; Radar Bekasi, 21 Juni 2023"


@checked
def pandemic_rotation(
    start: Day | None = None,
    end: Day | None = None,
    *,
    run: int = 1,
    share: float = 0.3,
    by: str | Sequence[str] = "unit",
    groups: int | None = None,
    roles: Sequence[str] = ("operator",),
    leaders: Sequence[str] = ("II.a", "II.b", "III.a"),
    opd_services: Mapping[str, str] = HEALTH_SERVICES,
) -> Policy:
    """The rotation of the pandemic: staff alternate home and office in turn.

    Health workers and operators must be present, and so must the leaders; all others go home by
    turns in groups that do not mix. Enough stay on site that no two halves of an OPD are at home
    at once.

    Parameters
    ----------
    start, end : date, optional
        Inclusive period; 16 to 31 March 2020 by default, the first of the circular.
    run : int
        Workdays at home at a stretch, before a group comes to the office; 1 = every other day.
    share : float
        Part of each OPD's present staff who are on site on each day.
    by : str or sequence of str
        Columns whose equal values form the groups within an OPD; a group comes as one.
    groups : int, optional
        Instead of `by`: so many groups per OPD, formed by the solver.
    roles : sequence of str
        Skills whose holders are present on each day; none = they alternate like the others.
    leaders : sequence of str
        Echelons that are present on each day; none = they alternate like the others.
    opd_services : mapping of OPD to service class
        For employees without a `service` of their own; essential ones are always present.

    Returns
    -------
    Policy

    Notes
    -----
    Readings taken: health workers are those of Dinkes and the hospitals; operators are ASN with
    that skill, in whatever OPD. Everybody else alternates, counter staff and teachers without
    the skill included, and nobody applies. "In turn" is that nobody is at home for two
    workdays in succession, with as many days at home as that leaves: turns are equal without an
    objective of their own. The circular keeps the two highest levels of officials at the office:
    echelons II.a to III.a, which of a district office is the head alone. No source gives a
    share; later circulars did, by the risk of the region.

    Groups are the sections, which a roster knows and in which people meet anyhow. With
    ``groups=2`` the solver forms two halves of each OPD. Who belongs together is then a part of
    the problem, which is hard where an OPD has some hundred ASN: give a time limit. An OPD of
    one section cannot leave its office empty and has no days at home; two groups serve it better.
    Every day hangs together with the next, so that a month with much leave can take minutes to
    prove in a large city: give a time limit and read `gap`, or plan two weeks at a time.

    Not enforced: health, home and travels of the ASN, which the circular lets heads consider.

    Sources: SE MenPANRB 19/2020 of 16 March 2020; Radar Bekasi, 21 June 2023.

    Examples
    --------
    >>> from rotasi import presets
    >>> policy = presets.pandemic_rotation(groups=2)
    >>> [rule.groups for rule in policy.rules if rule.kind == "rotation_groups"]
    [2]
    """
    present = _keep_present(roles, leaders)
    held = {name: f"never_remote-{n}" for n, (name, _rule) in enumerate(present, start=2)}
    rules = [
        keep_on_site("Tenaga kesehatan tetap hadir", ["essential"]),
        *(rule for _name, rule in present),
        rotate(groups, by) | {"text": "Pegawai satu kelompok bergilir bersama"},
        {
            "kind": "max_consecutive",
            "remote": run,
            "text": f"WFH paling lama {run} hari kerja berturut-turut, lalu ke kantor",
        },
        {
            "kind": "min_on_site",
            "share": share,
            "if_short": "cap",
            "text": f"Sekurang-kurangnya {write_percent(share)} pegawai setiap OPD yang tidak cuti "
            "bekerja di kantor",
        },
    ]
    return make_policy(
        "Rotasi masa pandemi",
        choose_period(start, end, (date(2020, 3, 16), date(2020, 3, 31))),
        opd_services,
        cite(rules, _PANDEMIC, rank=3),
        objectives=[{"kind": "remote_days"}, {"kind": "wishes"}],
        clauses=cover(
            _PANDEMIC,
            make_clause(
                "1.a",
                "Pegawai bergilir antara rumah dan kantor",
                "rotation_groups-1",
                "max_consecutive-1",
            ),
            make_clause("1.b", "Kantor tidak kosong", "min_on_site-1"),
            make_clause("2.a", "Tenaga kesehatan tetap hadir", "never_remote-1"),
            _cover_present("2.b", "Operator tetap hadir", held.get("roles")),
            _cover_present(
                "3", "Dua level pejabat struktural tertinggi tetap di kantor", held.get("leaders")
            ),
            make_clause(
                "4",
                "Kesehatan, domisili, dan riwayat perjalanan pegawai dipertimbangkan",
                because="tidak ada di daftar pegawai; atasan menuliskannya sebagai pin atau cuti",
            ),
        ),
    )


def _keep_present(roles: Sequence[str], leaders: Sequence[str]) -> list[tuple[str, Table]]:
    """Rules for holders of roles and for leaders, by the name of the parameter that asks."""
    parts = (
        ("roles", "skills", roles, f"Petugas dengan peran {', '.join(roles)} tetap hadir"),
        ("leaders", "echelon", leaders, "Pejabat struktural tertinggi tetap di kantor"),
    )
    return [
        (name, {"kind": "never_remote", "scope": {column: list(values)}, "text": text})
        for name, column, values, text in parts
        if values
    ]


def _cover_present(id_: str, text: str, rule: str | None) -> Table:
    return make_clause(id_, text, *([rule] if rule else []), because=SWITCHED_OFF)
