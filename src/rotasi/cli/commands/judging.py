"""What a roster is worth: the commands `compare`, `ledger`, `savings` and `accountability`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import rotasi
from rotasi.cli import console
from rotasi.cli.commands import options as of
from rotasi.cli.commands.reading import (
    check_out,
    check_table,
    read_assumptions,
    read_policies,
    read_previous,
    read_roster,
)
from rotasi.cli.display.figures import (
    show_accountability,
    show_comparison,
    show_ledger,
    show_savings,
)
from rotasi.messages import _
from rotasi.support.atomic_files import writing, writing_folder
from rotasi.tables.csv_files import write_csv

_ACCOUNTS = ("asn", "opd", "contradictions", "evidence")


def compare(
    roster: of.RosterPath,
    policy: of.PolicyNames,
    assumptions: of.ComparedAssumptions = None,
    previous: of.PreviousPath = None,
    time_limit: of.Seconds = None,
    workers: of.Workers = None,
    seed: of.Seed = 0,
    out: of.TablePath = None,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Lay policies side by side."""
    del lang
    check_table(out, [roster], force=force)
    with console.noticing():
        people, policies = read_roster(roster), read_policies(policy)
        with console.waiting(_("solving")):
            table = rotasi.compare(
                people,
                policies,
                None if assumptions is None else read_assumptions(assumptions),
                previous=read_previous(previous),
                time_limit=time_limit,
                workers=workers,
                seed=seed,
            )
    _write(table, out, force=force)
    rest = {"contradictions": table.attrs["contradictions"]}
    _present(table, "policies", rest, show_comparison, out, as_json=as_json)


def ledger(
    folder: of.FolderPath,
    out: of.TablePath = None,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Show who may be remote, by which rule, on what evidence."""
    del lang
    check_table(out, [folder], force=force)
    with console.noticing():
        table = rotasi.Schedule.read(folder).ledger()
    _write(table, out, force=force)
    _present(table, "ledger", {}, show_ledger, out, as_json=as_json)


def savings(
    folder: of.FolderPath,
    assumptions: of.AssumptionsName = "bkpsdm",
    out: of.TablePath = None,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Show what a schedule would save if a claim were true."""
    del lang
    check_table(out, [folder], force=force)
    with console.noticing():
        table = rotasi.savings(rotasi.Schedule.read(folder), read_assumptions(assumptions))
    _write(table, out, force=force)
    _present(table, "savings", table.attrs, show_savings, out, as_json=as_json)


def accountability(
    folder: of.FolderPath,
    attendance: of.AttendancePath,
    reports: of.ReportsPath,
    zone: of.Zone = "WIB",
    out: of.TablesPath = None,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Lay a finished period beside what was recorded and reported."""
    del lang
    if out is not None:
        check_out(out, [folder], belongs=_belongs, force=force)
    with console.noticing():
        schedule = rotasi.Schedule.read(folder)
        found = rotasi.accountability(schedule, attendance, reports, zone=zone)
    tables = {name: getattr(found, name) for name in _ACCOUNTS}
    if out is not None:
        with writing_folder(out, belongs=_belongs, force=force) as scratch:
            for name, table in tables.items():
                write_csv(table, scratch / f"{name}.csv")
    if as_json:
        console.show_json({name: console.records(table) for name, table in tables.items()})
    else:
        show_accountability(found)
        console.tell_written(out)


def _belongs(entry: Path) -> bool:
    """Whether a file is a table that `accountability` writes."""
    return entry.is_file() and entry.name in {f"{name}.csv" for name in _ACCOUNTS}


def _write(table: pd.DataFrame, out: Path | None, *, force: bool) -> None:
    if out is not None:
        with writing(out, force=force) as scratch:
            write_csv(table, scratch)


def _present(
    table: pd.DataFrame,
    name: str,
    rest: Mapping[Any, Any],
    show: Callable[[pd.DataFrame], None],
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show a table to people, or with what belongs to it to programs."""
    if as_json:
        console.show_json(dict(rest) | {name: console.records(table)})
    else:
        show(table)
        console.tell_written(out)
