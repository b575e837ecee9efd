"""A schedule in figures, its files, and what a revision changes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import rotasi
from rotasi.cli.console import SHOWN, say, say_rest, show_table
from rotasi.cli.display.words import percent
from rotasi.instance.wording import name_objective
from rotasi.messages import _, long_date, mark, number, plural, yes_or_no
from rotasi.model.status import Status

_STATUSES = {
    "OPTIMAL": mark("proven optimal"),
    "FEASIBLE": mark("valid, not proven optimal"),
    "UNKNOWN": mark("none found in time"),
    "INFEASIBLE": mark("impossible"),
}
_FILES = {
    "schedule.csv": mark("one row per ASN and workday"),
    "grid.csv": mark("one row per ASN, one column per workday"),
    "summary.csv": mark("figures per OPD"),
    "objectives.csv": mark("value and proof of each objective"),
    "blocks.csv": mark("parts solved apart, with their proofs"),
    "policy.json": mark("the policy"),
    "roster": mark("the tables that were read"),
    "previous.csv": mark("the previous roster"),
    "provenance.json": mark("versions, seed, limits, notices and proofs"),
}


def show_schedule(schedule: rotasi.Schedule, seconds: float) -> None:
    """Show what a schedule is worth: its status, objectives, and figures per OPD."""
    policy, days = schedule.policy, schedule.instance.facts.days
    if policy.name:
        say(policy.name)
    say(
        _("{asn} ASN in {opds} OPDs, {days} workdays from {start} to {end}").format(
            asn=number(len(schedule.roster)),
            opds=number(schedule.roster.employees["opd"].nunique()),
            days=number(len(days)),
            start=long_date(policy.start),
            end=long_date(policy.end),
        )
    )
    _show_objectives(schedule)
    _show_opds(schedule)
    text = _("{status}; every rule verified; {seconds} s")
    status = _(_STATUSES[schedule.status])
    say(text.format(status=status, seconds=number(seconds, 1)))


def show_changes(changes: pd.DataFrame, policy: rotasi.Policy) -> None:
    """Show which ASN-days a revision changes."""
    count = len(changes)
    text = plural("{count} ASN-day changes", "{count} ASN-days change", count)
    say(text.format(count=number(count)))
    if changes.empty:
        return
    labels = policy.labels.model_dump()
    rows = [
        [
            each["nip"],
            each["opd"],
            f"{each['date']:%Y-%m-%d}",
            *(labels.get(each[when], each[when]) or "–" for when in ("before", "after")),
        ]
        for each in changes.head(SHOWN).to_dict("records")
    ]
    show_table([_("NIP"), _("OPD"), _("date"), _("before"), _("after")], rows, whole=[0, 2, 3, 4])
    say_rest(count)


def show_files(folder: Path) -> None:
    """Show which files a schedule was written to."""
    say(_("written to {folder}:").format(folder=folder))
    rows = [[name, _(text)] for name, text in _FILES.items() if (folder / name).exists()]
    show_table([_("file"), _("what it holds")], rows)


def _show_objectives(schedule: rotasi.Schedule) -> None:
    rows = [
        [
            name_objective(each["kind"]),
            number(each["value"]),
            "–" if each["bound"] is None else number(each["bound"]),
            yes_or_no(each["proven"]),
        ]
        for each in schedule.objectives.to_dict("records")
    ]
    show_table([_("objective"), _("value"), _("bound"), _("proven")], rows, numbers=(1, 2))


def _show_opds(schedule: rotasi.Schedule) -> None:
    headings = [
        _("OPD"),
        _("ASN"),
        _("may be remote"),
        _("remote days"),
        _("share"),
        _("least on site"),
        _("status"),
    ]
    statuses = _statuses(schedule)
    rows = [
        [
            each["opd"],
            *(number(each[key]) for key in ("asn", "eligible", "remote_days")),
            *(percent(each[key]) for key in ("remote_share", "least_on_site")),
            statuses.get(each["opd"], schedule.status),
        ]
        for each in schedule.summary().to_dict("records")
    ]
    show_table(headings, rows, numbers=range(1, 6))


def _statuses(schedule: rotasi.Schedule) -> dict[str, str]:
    """Return the status of each OPD: the worst of its blocks."""
    blocks = schedule.blocks.drop_duplicates("block")
    pairs = blocks.assign(opds=blocks["opds"].str.split(", ")).explode("opds")
    return {str(opd): Status.worst(its) for opd, its in pairs.groupby("opds")["status"]}
