"""The parts of a partitioned Parquet dataset: where their files are, and what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.support.types import Frame
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES


@dataclass(frozen=True)
class Part:
    """Whole OPDs of a dataset, small enough to be in memory at once.

    Parameters
    ----------
    name : str
        File name without its suffix, or folder name such as ``part=07``.
    files : tuple of (str, tuple of str)
        For each table that the part has, its name and the paths of its files.
    previous : tuple of str
        Files with rows of the previous schedule that concern the part's ASN.
    """

    name: str
    files: tuple[tuple[str, tuple[str, ...]], ...]
    previous: tuple[str, ...] = ()

    def read(self) -> tuple[Roster, Frame | None]:
        """Read the roster of the part, and its previous schedule if there is one.

        Raises
        ------
        RosterError
            With every problem of the part's tables, which names it.
        """
        tables = {table: _read_table(table, paths) for table, paths in self.files}
        return self.check(tables), read_frames(self.previous) if self.previous else None

    def read_columns(self, columns: Sequence[str] | None) -> Roster:
        """Read the employees with only some of their columns.

        Parameters
        ----------
        columns : sequence of str, or None for all
            Those that the part lacks are left out.
        """
        (paths,) = (paths for table, paths in self.files if table == "employees")
        return self.check({"employees": _read_table("employees", paths, columns)})

    def check(self, tables: dict[str, Frame]) -> Roster:
        """Make a roster of tables; problems name the part."""
        try:
            return Roster.from_frame(
                tables["employees"], tables.get("leave"), tables.get("wishes"), tables.get("pins")
            )
        except RosterError as error:
            found = [replace(p, table=f"{p.table}/{self.name}") for p in error.problems]
            raise RosterError(found) from None

    def hash(self) -> str:
        """SHA-256 of the files' bytes, as hexadecimal text."""
        digest = hashlib.sha256()
        named = [*self.files, ("previous", self.previous)]
        for table, path in ((table, path) for table, paths in named for path in paths):
            with Path(path).open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{table} {content}\n".encode())
        return digest.hexdigest()


def find_parts(source: str | PathLike[str]) -> list[Part]:
    """Find the parts of a dataset.

    Parameters
    ----------
    source : path
        A folder with the folders ``employees`` and, if wanted, ``leave``, ``wishes`` and
        ``pins``. In each, a part is a Parquet file, or a folder of such files named
        ``key=value``; a part has the same name in every table.

    Returns
    -------
    list of Part
        In alphabetical order.

    Raises
    ------
    RosterError
        If there are no employees, or a part of another table has none.
    """
    found = {table: find_files(Path(source).expanduser() / table) for table in TABLES}
    problems = [
        Problem(_("the part {name} has no employees; rename or remove it").format(name=name), table)
        for table, parts in found.items()
        for name in parts.keys() - found["employees"].keys()
    ]
    if not found["employees"]:
        message = _("there is no Parquet file in the folder employees of {path}")
        problems.append(Problem(message.format(path=source), "employees"))
    if problems:
        raise RosterError(problems)
    return [
        Part(name, tuple((table, found[table][name]) for table in TABLES if name in found[table]))
        for name in found["employees"]
    ]


def find_files(folder: Path) -> dict[str, tuple[str, ...]]:
    """Paths of the Parquet files of each part in a folder, by the part's name, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.name.startswith((".", "_")):
            continue  # scratch and metadata of whoever wrote the dataset
        if entry.is_dir():
            inside = tuple(str(path) for path in sorted(entry.glob("*.parquet")))
            found |= {entry.name: inside} if inside else {}
        elif entry.suffix == ".parquet":
            found[entry.stem] = (str(entry),)
    return found


def read_frames(paths: Sequence[str], columns: Sequence[str] | None = None) -> Frame:
    """Read Parquet files as one table, numbered from 0, with text as text.

    Parameters
    ----------
    paths : sequence of str
    columns : sequence of str, optional
        Those that a file lacks are left out.
    """
    frames = [_read_file(path, columns) for path in paths]
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _read_table(table: str, paths: Sequence[str], columns: Sequence[str] | None = None) -> Frame:
    frame = read_frames(paths, columns)
    key, is_hive, value = Path(paths[0]).parent.name.partition("=")
    # The column that a folder is named by is left out of the files inside.
    if is_hive and table == "employees" and key not in frame:
        frame[key] = unquote(value)
    return frame


def _read_file(path: str, columns: Sequence[str] | None) -> Frame:
    import pyarrow.parquet as pq

    try:
        # One file as it is: a dataset would guess columns from the names of the folders above.
        with pq.ParquetFile(path) as file:
            known = file.schema_arrow.names
            wanted: Any = None if columns is None else [name for name in columns if name in known]
            table = file.read(wanted, use_threads=False)
    except (OSError, ValueError) as error:
        place = Path(path)
        text = _("this is no Parquet file that can be read: {file}").format(file=place.name)
        raise RosterError([Problem(text, place.parent.name)]) from error
    frame: Frame = table.to_pandas(use_threads=False, ignore_metadata=True, date_as_object=False)
    return frame
