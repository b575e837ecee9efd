"""The commands: each reads, calls one function of rotasi, shows and writes."""

from __future__ import annotations

import math
import signal
import sys
import time
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any

import typer

import rotasi
from rotasi import console, presets
from rotasi.errors import OutputError, PolicyError, Problem
from rotasi.exits import Exit
from rotasi.files import check_folder
from rotasi.interruption import heeding
from rotasi.messages import _
from rotasi.piping import read_piped
from rotasi.tables import read_frame

app = typer.Typer(
    name="rotasi",
    help=_("Schedules on-site and remote days of civil servants, proven and verified."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Language(StrEnum):
    """Languages that the command speaks."""

    ID = "id"
    EN = "en"


class Wish(StrEnum):
    """What one may ask for."""

    WFH = "WFH"
    WFO = "WFO"


def _check_seconds(seconds: float | None) -> float | None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise typer.BadParameter(_("give a number of seconds above 0"))
    return seconds


RosterPath = Annotated[
    Path,
    typer.Argument(
        metavar="ROSTER",
        help=_(
            "Folder of CSV or Parquet tables, .xlsx workbook, or one file of employees; - reads "
            "CSV or JSON from standard input."
        ),
        show_default=False,
    ),
]
SchedulePath = Annotated[
    Path,
    typer.Argument(
        metavar="SCHEDULE",
        help=_("Table of nip, date and status, or a folder or workbook that rotasi wrote."),
        show_default=False,
    ),
]
PolicyName = Annotated[
    str,
    typer.Option(
        "--policy",
        metavar="FILE",
        help=_("Policy as TOML or JSON, or the name of a preset."),
        show_default=False,
    ),
]
PreviousPath = Annotated[
    Path | None,
    typer.Option(
        "--previous",
        metavar="FILE",
        help=_("Roster of the days before, or the one to stay close to; a file or a folder."),
    ),
]
FolderPath = Annotated[
    Path,
    typer.Argument(
        metavar="SCHEDULE",
        help=_("Folder that rotasi wrote."),
        show_default=False,
    ),
]
Nip = Annotated[str, typer.Argument(metavar="NIP", help=_("Whom it is about."))]
Day = Annotated[str, typer.Argument(metavar="DATE", help=_("The day, such as 2026-01-08."))]
OutPath = Annotated[
    Path,
    typer.Option("--out", metavar="FOLDER", help=_("Folder to write to."), show_default=False),
]
DemoPath = Annotated[Path, typer.Option("--out", metavar="FOLDER", help=_("Folder to write to."))]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        callback=_check_seconds,
        help=_("Stop after so many seconds with the best roster so far."),
    ),
]
Wanted = Annotated[Wish, typer.Option("--status", help=_("What is asked for."))]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help=_("Cores to use; all if not given."))
]
Size = Annotated[
    int, typer.Option("--n-asn", min=1, max=10_000_000, help=_("Civil servants in the city."))
]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help=_("Seed of chance."))]
Force = Annotated[bool, typer.Option("--force", help=_("Replace files that are there already."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON instead of tables."))]
Toml = Annotated[bool, typer.Option("--toml", help=_("Print the policy as TOML."))]
# Read before all others, by `rotasi.cli`, since even the texts of options depend on it.
Lang = Annotated[
    Language | None,
    typer.Option("--lang", help=_("Language; that of the system if not given.")),
]
PresetName = Annotated[
    str | None, typer.Argument(metavar="NAME", help=_("One preset; all if not given."))
]


@app.callback()
def _main(lang: Lang = None) -> None:
    del lang


@app.command(help=_("Schedule a made-up city, to see what rotasi does."))
def demo(
    n_asn: Size = 12_000,
    out: DemoPath = Path("demo-output"),
    seed: Seed = 0,
    force: Force = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Make a city and solve it under Bekasi's draft policy."""
    del lang
    check_folder(out, force=force)
    with console.noticing():
        roster = rotasi.datasets.city(n_asn, seed)
        _arrange(roster, presets.bekasi_2026(), out, force=force, as_json=as_json, seed=seed)
    command = f"rotasi verify {out / 'roster'} {out} --policy {out / 'policy.json'}"
    console.tell(_("to check it again: {command}").format(command=command))


@app.command(help=_("Decide who is on site and who is remote on each workday."))
def solve(
    roster: RosterPath,
    policy: PolicyName,
    out: OutPath,
    previous: PreviousPath = None,
    time_limit: Seconds = None,
    workers: Workers = None,
    seed: Seed = 0,
    force: Force = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Solve a roster under a policy, and write the schedule."""
    del lang
    _check_out(out, [roster, previous], force=force)
    with console.noticing():
        _arrange(
            _read_roster(roster),
            _read_policy(policy),
            out,
            force=force,
            as_json=as_json,
            previous=_read_schedule(previous),
            time_limit=time_limit,
            workers=workers,
            seed=seed,
        )


@app.command(help=_("Check a roster, such as one edited by hand, against every rule."))
def verify(
    roster: RosterPath,
    schedule: SchedulePath,
    policy: PolicyName,
    previous: PreviousPath = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Verify a schedule, and list its violations."""
    del lang
    with console.noticing():
        report = rotasi.verify(
            read_frame(_table_in(schedule), "schedule"),
            _read_roster(roster),
            _read_policy(policy),
            _read_schedule(previous),
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
        console.show_report(report)
    raise typer.Exit(Exit.DONE if report.ok else Exit.VIOLATIONS)


@app.command(help=_("Tell why a policy cannot be met, and the cheapest ways out."))
def explain(
    roster: RosterPath,
    policy: PolicyName,
    previous: PreviousPath = None,
    time_limit: Seconds = 60,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Explain why there is no roster."""
    del lang
    with console.noticing():
        explanation = rotasi.explain(
            rotasi.Roster.read(roster),
            _read_policy(policy),
            _read_schedule(previous),
            time_limit=time_limit or 60,
        )
    if as_json:
        console.show_json(asdict(explanation))
    else:
        console.show_explanation(explanation)


@app.command(help=_("Tell why an ASN is not remote on a day, or what it would cost."))
def why(
    folder: FolderPath,
    nip: Nip,
    date: Day,
    status: Wanted = Wish.WFH,
    time_limit: Seconds = 60,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Tell why an ASN has not a status on a day."""
    del lang
    with console.noticing():
        schedule = rotasi.Schedule.read(folder)
        reason = rotasi.why(
            schedule,
            schedule.roster,
            schedule.policy,
            nip,
            date,
            status,
            time_limit=time_limit or 60,
        )
    if as_json:
        costs = {"cost": console.records(reason.cost)}
        console.show_json(asdict(replace(reason, cost=reason.cost.head(0))) | costs)
    else:
        console.show_reason(reason)


@app.command("presets", help=_("List ready-made policies with their sources, or show one."))
def list_presets(name: PresetName = None, as_toml: Toml = False, lang: Lang = None) -> None:
    """List the presets, or show one of them."""
    del lang
    if name is None:
        console.show_presets({each: presets.load(each) for each in presets.NAMES})
    elif as_toml:
        console.show_text(presets.load(name).to_toml())
    else:
        console.show_policy(presets.load(name))


def _arrange(
    roster: rotasi.Roster,
    policy: rotasi.Policy,
    out: Path,
    *,
    force: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Solve, write and show."""
    begin = time.monotonic()
    with heeding(signal.SIGINT, signal.SIGTERM) as interruption:
        with console.watching() as progress:
            schedule = rotasi.solve(roster, policy, progress=progress, **options)
        _write(schedule, out, force=force)
    seconds = time.monotonic() - begin
    interrupted = bool(schedule.provenance["interrupted"]) or interruption.asked
    if as_json:
        console.show_json(_outline(schedule, out, seconds))
    else:
        console.show_schedule(schedule, seconds)
        console.show_files(out)
    if interrupted:
        console.tell(_("interrupted: this is the best roster so far"))
        raise typer.Exit(Exit.INTERRUPTED)


def _write(schedule: rotasi.Schedule, out: Path, *, force: bool) -> None:
    """Write a schedule; one that cannot be written there is not lost after a long search."""
    try:
        schedule.write(out, force=force)
    except OutputError:
        refuge = Path(mkdtemp(prefix="rotasi-"))
        try:
            schedule.write(refuge)
        except OutputError:
            refuge.rmdir()
        else:
            console.tell(_("the schedule was saved to {path} instead").format(path=refuge))
        raise


def _outline(schedule: rotasi.Schedule, out: Path, seconds: float) -> dict[str, Any]:
    return {
        "status": str(schedule.status),
        "folder": str(out),
        "seconds": round(seconds, 3),
        "objectives": console.records(schedule.objectives),
        "summary": console.records(schedule.summary()),
        "provenance": dict(schedule.provenance),
    }


def _read_roster(path: Path) -> rotasi.Roster:
    return read_piped(sys.stdin.buffer) if str(path) == "-" else rotasi.Roster.read(path)


def _read_policy(name: str) -> rotasi.Policy:
    path = Path(name)
    if path.suffix.lower() in {".toml", ".json"}:
        return rotasi.Policy.read(path)
    if name in presets.NAMES:
        return presets.load(name)
    text = _("neither a file that ends in .toml or .json nor a preset; the presets are {names}")
    problem = Problem(text.format(names=", ".join(presets.NAMES)), "policy", value=name)
    raise PolicyError([problem])


def _read_schedule(path: Path | None) -> Any:
    return None if path is None else read_frame(_table_in(path), "previous")


def _table_in(path: Path) -> Path:
    """Return the table of a schedule: the file, or that of a folder which rotasi wrote."""
    return path / "schedule.csv" if path.is_dir() else path


def _check_out(out: Path, inputs: list[Path | None], *, force: bool) -> None:
    check_folder(out, force=force)
    if any(path is not None and path.resolve() == out.resolve() for path in inputs):
        text = _("{path} is read from; write to another folder")
        raise OutputError(text.format(path=out))
