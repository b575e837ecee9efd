"""A roster from standard input: one CSV table of employees, or all tables as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.guard import guard
from rotasi.support.text import UNWRITABLE_ADVICE
from rotasi.tables.readers import NAMES
from rotasi.tables.roster import Roster


def read_piped(source: BinaryIO) -> Roster:
    """Read a roster that another program writes.

    Parameters
    ----------
    source : binary file
        CSV of the employees, JSON records of them, or a JSON object of such tables by their names.

    Returns
    -------
    Roster

    Raises
    ------
    RosterError
        With every problem found.
    """
    data = source.read()
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        return Roster.from_frame(**_read_json(data))
    with TemporaryDirectory(prefix="rotasi-") as folder:
        path = Path(folder) / f"{NAMES[0]}.csv"
        path.write_bytes(data)
        return Roster.read(path)


def _read_json(data: bytes) -> dict[str, Any]:
    found = guard(lambda: json.loads(data.decode("utf-8-sig")), _refuse)
    tables = {NAMES[0]: found} if isinstance(found, list) else found
    text = _("write a list of objects, one per row; the tables are {names}")
    problems = [
        Problem(text.format(names=", ".join(NAMES)), name)
        for name, rows in tables.items()
        if name not in NAMES or not _are_rows(rows)
    ]
    if NAMES[0] not in tables:
        problems.append(Problem(_("the table is missing"), NAMES[0]))
    if problems:
        raise RosterError(problems)
    return {name: _make_table(rows, name) for name, rows in tables.items()}


def _make_table(rows: list[dict[str, Any]], name: str) -> pd.DataFrame:
    try:
        return pd.DataFrame(rows, dtype=object)  # cells as they are, for the roster to judge
    except UnicodeEncodeError:  # half a surrogate pair in a key
        raise RosterError([Problem(_(UNWRITABLE_ADVICE), name)]) from None


def _refuse(error: BaseException) -> RosterError:
    line = getattr(error, "lineno", None)
    return RosterError([Problem(_("this is no JSON in UTF-8"), NAMES[0], line)])


def _are_rows(rows: object) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
