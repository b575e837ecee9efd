"""What the presets share: OPD classes, and tables of rules and clauses with their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rotasi.policy.document import Policy
from rotasi.support.arguments import Day, as_day
from rotasi.support.calendar import WEEKDAYS

Table = dict[str, Any]

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

SE_150 = "SE 150/KPG.03/BKD, 22 Oktober 2025; Berdaya News, 3 November 2025"
SWITCHED_OFF = "tidak diminta: parameternya dimatikan"
WEEK = WEEKDAYS[:5]


def make_policy(
    name: str,
    period: tuple[date, date],
    opd_services: Mapping[str, str],
    rules: Sequence[Table],
    **more: Any,
) -> Policy:
    """A policy of these rules, and of whatever more its file may hold."""
    start, end = period
    table = {"name": name, "start": start, "end": end, "opd_services": dict(opd_services)}
    return Policy.model_validate(table | {"rules": list(rules)} | more)


def choose_period(
    start: Day | None, end: Day | None, usual: tuple[date, date]
) -> tuple[date, date]:
    """The period that is asked for; where none is, the usual one."""
    return as_day(start or usual[0]), as_day(end or usual[1])


def cite(rules: Sequence[Table], source: str, rank: int) -> list[Table]:
    """Give each rule its source and rank where it has none of its own."""
    return [{"source": source, "rank": rank} | rule for rule in rules]


def cover(source: str, *clauses: Table) -> list[Table]:
    """Give each clause its source."""
    return [clause | {"source": source} for clause in clauses]


def make_clause(
    id_: str, text: str, *rules: str, objectives: Sequence[str] = (), because: str = ""
) -> Table:
    """A clause with what enforces or seeks it; where nothing does, with the reason."""
    clause: Table = {"id": id_, "text": text}
    if not rules and not objectives:
        return clause | {"not_enforced": because}
    return clause | {"rules": list(rules), "objectives": list(objectives)}


def keep_on_site(text: str, services: Sequence[str]) -> Table:
    """A rule that bars the ASN of these service classes."""
    return {"kind": "never_remote", "scope": {"service": list(services)}, "text": text}


def demand_eligibility(
    label: str, performance: str | float, require_application: bool, bar_disciplined: bool
) -> list[Table]:
    """Who may be remote at all: good performers, applicants, nobody under a measure."""
    text = f"{label} hanya bagi pegawai berkinerja baik (SKP sekurang-kurangnya {performance})"
    rules: list[Table] = [{"kind": "require_performance", "minimum": performance, "text": text}]
    if require_application:
        text = f"Pegawai mengajukan sendiri permohonan {label}"
        rules.append({"kind": "require_application", "text": text})
    if bar_disciplined:
        text = f"Pegawai dengan catatan ketidakhadiran atau hukuman disiplin tidak diberi {label}"
        rules.append({"kind": "bar_disciplined", "text": text})
    return rules


def cover_eligibility(
    id_: str, label: str, require_application: bool, bar_disciplined: bool
) -> list[Table]:
    """What `demand_eligibility` answers to, in the same order."""
    applied = ["require_application-1"] if require_application else []
    disciplined = ["bar_disciplined-1"] if bar_disciplined else []
    text = f"Pegawai dengan catatan ketidakhadiran atau hukuman disiplin tidak diberi {label}"
    return [
        make_clause(
            f"{id_}.a", f"{label} hanya bagi pegawai berkinerja baik", "require_performance-1"
        ),
        make_clause(f"{id_}.b", f"Pegawai mengajukan {label}", *applied, because=SWITCHED_OFF),
        make_clause(f"{id_}.c", text, *disciplined, because=SWITCHED_OFF),
    ]


def write_percent(share: float) -> str:
    """A share as people write it.

    >>> write_percent(0.5)
    '50 %'
    """
    return f"{100 * share:g} %"


def rotate(groups: int | None, by: str | Sequence[str]) -> Table:
    """A rotation of numbered groups, or of the groups that columns form, without its text."""
    if groups is not None:
        return {"kind": "rotation_groups", "groups": groups}
    return {"kind": "rotation_groups", "by": [by] if isinstance(by, str) else list(by)}
