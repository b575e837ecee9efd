"""The commands that tell what is wrong and why: `verify`, `explain` and `why`."""

from __future__ import annotations

from dataclasses import asdict, replace

import typer

import rotasi
from rotasi.cli import console
from rotasi.cli.commands import options as of
from rotasi.cli.commands.reading import read_policy, read_previous, read_roster, read_rows
from rotasi.cli.display.findings import show_explanation, show_reason, show_report
from rotasi.cli.exit_codes import Exit
from rotasi.errors import Problem, RosterError
from rotasi.messages import _


def verify(
    roster: of.RosterPath,
    schedule: of.SchedulePath,
    policy: of.PolicyName,
    previous: of.PreviousPath = None,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Verify a schedule, and list its violations."""
    del lang
    if str(roster) == str(schedule) == "-":
        raise RosterError([Problem(_("only one of the two can come from standard input"))])
    with console.noticing():
        report = rotasi.verify(
            read_rows(schedule),
            read_roster(roster),
            read_policy(policy),
            read_previous(previous),
        )
    if as_json:
        console.show_json(
            {
                "ok": report.ok,
                "violations": console.records(report.violations),
                "objectives": console.records(report.objectives),
            }
        )
    else:
        show_report(report)
    raise typer.Exit(Exit.DONE if report.ok else Exit.VIOLATIONS)


def explain(
    roster: of.RosterPath,
    policy: of.PolicyName,
    previous: of.PreviousPath = None,
    time_limit: of.Patience = 60,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Explain why there is no roster."""
    del lang
    with console.noticing():
        people, terms, before = read_roster(roster), read_policy(policy), read_previous(previous)
        with console.waiting(_("explaining")):
            explanation = rotasi.explain(people, terms, before, time_limit=time_limit)
    if as_json:
        console.show_json(asdict(explanation))
    else:
        show_explanation(explanation)


def why(
    folder: of.FolderPath,
    nip: of.Nip,
    date: of.Day,
    status: of.Wanted = of.Wish.WFH,
    time_limit: of.Patience = 60,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Tell why an ASN has not a status on a day."""
    del lang
    with console.noticing(), console.waiting(_("solving")):
        schedule = rotasi.Schedule.read(folder)
        reason = rotasi.why(
            schedule,
            schedule.roster,
            schedule.policy,
            nip,
            date,
            status,
            time_limit=time_limit,
        )
    if as_json:
        costs = {"cost": console.records(reason.cost)}
        console.show_json(asdict(replace(reason, cost=reason.cost.head(0))) | costs)
    else:
        show_reason(reason)
