"""The command that writes a schedule for people and programs: `export`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

import rotasi
from rotasi.cli import console
from rotasi.cli.commands import options as of
from rotasi.cli.commands.options import Format
from rotasi.cli.commands.reading import check_apart
from rotasi.errors import RotasiError
from rotasi.exports.page import belongs
from rotasi.messages import _
from rotasi.support.atomic_files import check_file, check_folder

#: By format: the function of a schedule that writes it, and the options that it takes.
_WRITERS = {
    Format.CSV: ("to_csv", ()),
    Format.PARQUET: ("to_parquet", ()),
    Format.XLSX: ("to_excel", ("audience",)),
    Format.HTML: ("to_html", ("audience",)),
    Format.ICS: ("to_ics", ("opd", "nip", "previous")),
    Format.DOCX: ("to_letter", ("opd",)),
}


def export(
    folder: of.FolderPath,
    out: of.TargetPath,
    kind: of.Kind = None,
    audience: of.Reader = None,
    opd: of.OpdName = None,
    nip: of.OneNip = None,
    previous: of.OldCalendar = None,
    force: of.Force = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """Write a schedule in a format for people or programs."""
    del lang
    form = kind or _tell_format(out)
    writer, known = _WRITERS[form]
    options = {"audience": audience, "opd": opd, "nip": nip, "previous": previous}
    given = {name: value for name, value in options.items() if value is not None}
    _check_options(form, given, known)
    if form is Format.HTML and not out.suffix:
        check_folder(out, belongs=belongs, force=force)
    else:
        check_file(out, force=force)
    check_apart(out, [folder])
    with console.noticing(), _blaming(given):
        getattr(rotasi.Schedule.read(folder), writer)(out, **given, force=force)
    if as_json:
        console.show_json({"path": str(out), "format": str(form)})
    else:
        console.tell_written(out)


def _tell_format(out: Path) -> Format:
    suffix = out.suffix.lower().removeprefix(".")
    name = {"htm": "html", "": "html"}.get(suffix, suffix)
    if name not in list(Format):
        text = _("the name tells no format; add --format, one of {names}")
        raise typer.BadParameter(text.format(names=", ".join(Format)), param_hint="'--out'")
    return Format(name)


@contextmanager
def _blaming(options: Mapping[str, Any]) -> Iterator[None]:
    """What a format says against the options given is no bug."""
    try:
        yield
    except RotasiError:
        raise
    except ValueError as error:
        if not options:
            raise
        raise typer.BadParameter(str(error)) from None


def _check_options(form: Format, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """An option that a format cannot follow must not be dropped: it may hide something."""
    unknown = [f"--{name}" for name in given if name not in known]
    if unknown:
        text = _("{format} takes no {options}")
        message = text.format(format=form, options=", ".join(unknown))
        raise typer.BadParameter(message, param_hint="'--format'")
    if form is Format.DOCX and "opd" not in given:
        raise typer.BadParameter(_("a letter is of one OPD; name it"), param_hint="'--opd'")
