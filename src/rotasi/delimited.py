"""CSV files as people have them: any of three separators, UTF-8, and never a shifted row."""

from __future__ import annotations

import codecs
import csv
import re
from io import StringIO
from pathlib import Path

import pandas as pd

from rotasi.cells import frame_from_rows, shorten
from rotasi.errors import Problem, RosterError
from rotasi.formulas import holds_disarmed, restore
from rotasi.messages import _

SEPARATORS = ";,\t"

_WORKBOOK = b"PK\x03\x04"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Excel's own first line that names the separator; no spreadsheet shows it.
_STATED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


def read_csv(path: Path, table: str) -> pd.DataFrame:
    """Read a CSV file, all of it as text, with the row numbers of a spreadsheet as index.

    Parameters
    ----------
    path : Path
        The file.
    table : str
        Name of the table, for messages.

    Returns
    -------
    DataFrame
        Empty cells are ``""``; ``NA`` and the like are the text that they are. Apostrophes that
        keep a spreadsheet from running a text are taken off.

    Raises
    ------
    RosterError
        With every row that has more or fewer fields than the heading, an open quotation mark, or
        another encoding.
    """
    text = _decode(path.read_bytes(), table)
    separator, text = _separate(text)
    rows, problems = _parse(text, separator, table)
    problems += _check_lengths(rows, table)
    if problems:
        raise RosterError(problems)
    if holds_disarmed(text):
        rows = [[restore(cell) for cell in row] for row in rows]
    return frame_from_rows(rows, table, dtype=str)


def _decode(data: bytes, table: str) -> str:
    if data.startswith(_WORKBOOK):
        raise _unreadable(_("this is an Excel workbook; name it .xlsx"), table)
    if data.startswith(_UTF16):
        raise _unreadable(_export_again("UTF-16"), table)
    place = _find_foreign(data)
    if place is not None:
        row = data.count(b"\n", 0, place) + 1
        raise _unreadable(_export_again("Windows-1252"), table, row)
    text = data.decode("utf-8-sig")
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise _unreadable(_("a NUL character; export the file again as UTF-8"), table, row)
    return text


def _find_foreign(data: bytes) -> int | None:
    """Where the first byte stands that is no UTF-8.

    The error that tells it holds the whole file, so it must not go along with one of ours.
    """
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _export_again(encoding: str) -> str:
    text = _(
        "the file is not in UTF-8 but, it seems, in {encoding}; in Excel save it as "
        "“CSV UTF-8 (Comma delimited)”, in LibreOffice choose the character set Unicode (UTF-8)"
    )
    return text.format(encoding=encoding)


def _unreadable(message: str, table: str, row: int | None = None) -> RosterError:
    return RosterError([Problem(message, table, row)])


def _separate(text: str) -> tuple[str, str]:
    """Return the separator, stated or the commonest of the heading, and the text of the table."""
    stated = _STATED.match(text)
    if stated:
        return stated[1], text[stated.end() :]
    heading = next((line for line in StringIO(text, newline=None) if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", heading)
    return max(SEPARATORS, key=unquoted.count), text


def _parse(text: str, separator: str, table: str) -> tuple[list[list[str]], list[Problem]]:
    rows: list[list[str]] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows.extend(reader)  # the rows before an error stay
    except csv.Error:
        message = _("a quotation mark is not closed, or stands inside a text: double it there")
        return rows, [Problem(message, table, row=len(rows) + 1)]
    return rows, []


def _check_lengths(rows: list[list[str]], table: str) -> list[Problem]:
    width = next((len(row) for row in rows if any(row)), 0)
    if not width or {len(row) for row in rows} <= {width, 0}:
        return []
    text = _(
        "the row has {found} fields and the heading {wanted}; put quotation marks around a text "
        "that contains the separator"
    )
    return shorten(
        [
            Problem(text.format(found=len(row), wanted=width), table, row=number)
            for number, row in enumerate(rows, start=1)
            if len(row) not in {width, 0}
        ]
    )
