"""CSV files as people have them: any of three separators, UTF-8, and never a shifted row."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable
from io import StringIO
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.tables.csv_injection import disarm, holds_disarmed, restore
from rotasi.tables.raw_rows import frame_from_rows, shorten

SEPARATORS = ";,\t"

#: Some million employees; more are read from Parquet, part by part.
_MOST_BYTES = 1024**3
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
    if path.stat().st_size > _MOST_BYTES:
        message = _("the file is larger than {limit} MB; is it another one?")
        raise _unreadable(message.format(limit=_MOST_BYTES // 1024**2), table)
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


#: Others than the comma are quoted as well, lest a reader take them for the separator.
_SPECIAL = frozenset(',;\t"\r\n')


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as CSV in UTF-8, dates as ISO text, missing as empty, no text a formula.

    Several times faster than pandas, which formats cell by cell.

    Parameters
    ----------
    frame : DataFrame
        Its index is left out.
    path : Path
    """
    columns = (_as_cells(frame.iloc[:, i]) for i in range(frame.shape[1]))
    heading = write_texts(map(str, frame.columns))
    write_lines(map(",".join, chain([heading], zip(*columns, strict=True))), path)


def write_lines(lines: Iterable[str], path: Path) -> None:
    """Write lines of cells that are quoted already, in UTF-8."""
    with path.open("w", newline="", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def write_texts(texts: Iterable[str]) -> list[str]:
    """Cells of a CSV file that hold these texts: none is a formula, quotes where they need them."""
    return _quote(map(disarm, texts))


def _quote(cells: Iterable[str]) -> list[str]:
    given = list(cells)
    if _SPECIAL.isdisjoint("".join(given)):
        return given
    return [
        cell if _SPECIAL.isdisjoint(cell) else '"' + cell.replace('"', '""') + '"' for cell in given
    ]


def _as_cells(values: pd.Series) -> list[str]:
    """Cells of a column; each different value is written once."""
    codes, different = pd.factorize(values)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        texts = np.datetime_as_string(different.to_numpy().astype("datetime64[D]")).tolist()
    else:
        # A number may begin with a minus and must stay a number.
        texts = [disarm(v) if isinstance(v, str) else str(v) for v in different.tolist()]
    written: list[str] = np.array([*_quote(texts), ""], dtype=object)[codes].tolist()
    return written
