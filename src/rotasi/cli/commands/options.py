"""Arguments and options, each worded in one place for all commands that take it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rotasi import presets
from rotasi.exports.audience import Audience
from rotasi.messages import _


class Language(StrEnum):
    """Languages that the command speaks."""

    ID = "id"
    EN = "en"


class Wish(StrEnum):
    """What one may ask for."""

    WFH = "WFH"
    WFO = "WFO"


class Format(StrEnum):
    """What a schedule can be written as."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    HTML = "html"
    ICS = "ics"
    DOCX = "docx"


def _check_seconds(seconds: float | None) -> float | None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise typer.BadParameter(_("give a number of seconds above 0"))
    return seconds


def _check_day(text: str) -> str:
    try:
        return date(*time.strptime(text, "%Y-%m-%d")[:3]).isoformat()
    except ValueError:
        raise typer.BadParameter(_("write dates as YYYY-MM-DD, such as 2026-01-05")) from None


def _complete_preset(incomplete: str) -> Iterator[str]:
    return (name for name in presets.NAMES if name.startswith(incomplete))


RosterPath = Annotated[
    Path,
    typer.Argument(
        metavar="ROSTER",
        help=_(
            "Folder of CSV or Parquet tables, .xlsx workbook, or one file of employees; - reads "
            "CSV or JSON from standard input."
        ),
        show_default=False,
        allow_dash=True,
    ),
]
SchedulePath = Annotated[
    Path,
    typer.Argument(
        metavar="SCHEDULE",
        help=_(
            "Table of nip, date and status, or a folder or workbook that rotasi wrote; - reads "
            "CSV from standard input."
        ),
        show_default=False,
        allow_dash=True,
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
PresetName = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", help=_("One preset; all if not given."), autocompletion=_complete_preset
    ),
]

PolicyName = Annotated[
    str,
    typer.Option(
        "--policy",
        metavar="FILE",
        help=_("Policy as TOML or JSON, or the name of a preset."),
        show_default=False,
        autocompletion=_complete_preset,
    ),
]
PolicyNames = Annotated[
    list[str],
    typer.Option(
        "--policy",
        metavar="FILE",
        help=_("Policy as TOML or JSON, or the name of a preset; once for each to compare."),
        show_default=False,
        autocompletion=_complete_preset,
    ),
]
NewPolicyName = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help=_("Policy as it is now; that of the schedule if not given."),
        show_default=False,
        autocompletion=_complete_preset,
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
FromDay = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="DATE",
        callback=_check_day,
        help=_("First day that may change, such as 2026-01-08."),
        show_default=False,
    ),
]
OutPath = Annotated[
    Path,
    typer.Option("--out", metavar="FOLDER", help=_("Folder to write to."), show_default=False),
]
DemoPath = Annotated[Path, typer.Option("--out", metavar="FOLDER", help=_("Folder to write to."))]
TablePath = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help=_("CSV file to write all rows to.")),
]
TablesPath = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help=_("Folder to write the tables of all ASN to.")),
]
TargetPath = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="PATH",
        help=_("File to write to; a folder for the pages of a large city."),
        show_default=False,
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        callback=_check_seconds,
        help=_("Stop after so many seconds with the best roster so far."),
    ),
]
Patience = Annotated[
    float,
    typer.Option(
        "--time-limit",
        metavar="SECONDS",
        callback=_check_seconds,
        help=_("Stop after so many seconds with what was found out."),
    ),
]
Wanted = Annotated[Wish, typer.Option("--status", help=_("What is asked for."))]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help=_("Cores to use; all if not given.")),
]
Size = Annotated[
    int,
    typer.Option(
        "--n-asn", metavar="N", min=1, max=10_000_000, help=_("Civil servants in the city.")
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=2**31 - 1, help=_("Seed of chance."))
]
AssumptionsName = Annotated[
    str,
    typer.Option(
        "--assumptions",
        metavar="FILE",
        help=_("Assumptions as TOML or JSON, or a set of claims: {names}.").format(
            names="berdaya_news, bkpsdm, west_java, sekda"
        ),
    ),
]
ComparedAssumptions = Annotated[
    str | None,
    typer.Option(
        "--assumptions",
        metavar="FILE",
        help=_("What remote days save, as for savings; nothing if not given."),
    ),
]
AttendancePath = Annotated[
    Path,
    typer.Option(
        "--attendance",
        metavar="FILE",
        help=_("Export of the attendance app: nip, time, place."),
        show_default=False,
    ),
]
ReportsPath = Annotated[
    Path,
    typer.Option(
        "--reports",
        metavar="FILE",
        help=_("Export of the activity reports: nip, date, submitted, items."),
        show_default=False,
    ),
]
Zone = Annotated[
    str,
    typer.Option("--zone", metavar="ZONE", help=_("Time zone of the office: WIB, WITA or WIT.")),
]
Kind = Annotated[
    Format | None,
    typer.Option("--format", help=_("Kind of file; told by its name if not given.")),
]
Reader = Annotated[
    Audience | None,
    typer.Option(
        "--audience",
        help=_("Who reads it, which decides what it shows; the personnel agency if not given."),
    ),
]
OpdName = Annotated[
    str | None, typer.Option("--opd", metavar="OPD", help=_("Only this OPD (ics, docx)."))
]
OneNip = Annotated[str | None, typer.Option("--nip", metavar="NIP", help=_("Only this ASN (ics)."))]
OldCalendar = Annotated[
    Path | None,
    typer.Option(
        "--previous",
        metavar="FILE",
        help=_("Calendar handed out before, to be updated (ics)."),
    ),
]
Force = Annotated[bool, typer.Option("--force", help=_("Replace files that are there already."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print JSON instead of tables."))]
Toml = Annotated[bool, typer.Option("--toml", help=_("Print the policy as TOML."))]
# Read before all others, by `rotasi.cli.main`, since even the texts of options depend on it.
Lang = Annotated[
    Language | None,
    typer.Option("--lang", help=_("Language; that of the system if not given.")),
]
