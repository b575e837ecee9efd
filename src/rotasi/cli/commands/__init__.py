"""The commands: each reads, calls one function of rotasi, shows and writes."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer

from rotasi.cli import console
from rotasi.cli.commands import checking, exporting, judging, listing, solving
from rotasi.cli.commands import options as of
from rotasi.cli.commands.examples import tell_examples
from rotasi.cli.commands.helping import Command, Group
from rotasi.messages import _

app = typer.Typer(
    name="rotasi",
    cls=Group,
    help=_("Schedules on-site and remote days of civil servants, proven and verified."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

#: In the order of ``rotasi --help``.
_COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "demo": (solving.demo, _("Schedule a made-up city, to see what rotasi does.")),
    "solve": (solving.solve, _("Decide who is on site and who is remote on each workday.")),
    "verify": (
        checking.verify,
        _("Check a roster, such as one edited by hand, against every rule."),
    ),
    "explain": (
        checking.explain,
        _("Tell why a policy cannot be met, and the cheapest ways out."),
    ),
    "why": (
        checking.why,
        _("Tell why an ASN is not remote on a day, or what it would cost."),
    ),
    "compare": (judging.compare, _("Solve a roster under several policies, side by side.")),
    "revise": (
        solving.revise,
        _("Change a roster in force from a day on, as little as new leave and the like demand."),
    ),
    "ledger": (judging.ledger, _("Show who may be remote, by which rule, on what evidence.")),
    "accountability": (
        judging.accountability,
        _("Lay a finished period beside attendance records and activity reports."),
    ),
    "savings": (
        judging.savings,
        _("Show what a schedule would save if what is claimed were true."),
    ),
    "presets": (
        listing.list_presets,
        _("List ready-made policies with their sources, or show one."),
    ),
    "export": (
        exporting.export,
        _("Write a schedule as a workbook, page, calendar, letter or table."),
    ),
}

for _name, (_function, _help) in _COMMANDS.items():
    app.command(
        _name, cls=Command, help=_help, epilog=tell_examples(_name), rich_help_panel=_("Commands")
    )(_function)


def _show_version(asked: bool) -> None:
    if asked:
        console.show_text(f"rotasi {version('rotasi')}\n")
        raise typer.Exit


@app.callback()
def _main(
    lang: of.Lang = None,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help=_("Print the version.")
        ),
    ] = False,
) -> None:
    del lang, show_version
