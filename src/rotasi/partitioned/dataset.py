"""The parts of a partitioned Parquet dataset: where their files are, and what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from rotasi.errors import Problem, RosterError
from rotasi.messages import _
from rotasi.partitioned.layout import find_tables
from rotasi.support.own_files import read_ordinary
from rotasi.support.places import reading
from rotasi.support.types import Frame
from rotasi.tables.parquet_files import unpack
from rotasi.tables.readers import needing
from rotasi.tables.roster import Roster
from rotasi.tables.schema import TABLES

_MOST_ROWS = 30_000_000  # of a file; an earlier schedule has one for each ASN and day
_PAST = ("nip", "date", "status")  # what is needed of it
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # how folders say that a column is empty


@dataclass(frozen=True)
class File:
    """A Parquet file, read in one piece: what is hashed is what is used.

    Parameters
    ----------
    path : str
    sha256 : str
        Of its bytes; empty as long as nobody has looked.
    rows : int
        What the file itself says.
    stamp : tuple of int
        Its size and time when it was hashed.
    """

    path: str
    sha256: str = ""
    rows: int = 0
    stamp: tuple[int, ...] = ()

    def load(self) -> bytes:
        """The bytes.

        Raises
        ------
        RosterError
            If it cannot be read, or has changed since it was hashed.
        """
        with reading(self.name, Path(self.path).parent.name, RosterError):
            content = read_ordinary(Path(self.path))
        if self.sha256 and hashlib.sha256(content).hexdigest() != self.sha256:
            text = _("{file} has changed since the run began; start it again")
            raise self._fail(text.format(file=self.name))
        return content

    def survey(self, columns: Sequence[str] | None = None) -> tuple[File, Frame]:
        """Hash it, count its rows, and read some of its columns."""
        stamp, content = self._stamp(), self.load()
        rows, frame = self._parse(content, columns)
        sha256 = hashlib.sha256(content).hexdigest()
        return replace(self, sha256=sha256, rows=rows, stamp=stamp), frame

    def check(self) -> None:
        """Raise `RosterError` if it is another than was hashed; reads it only if it may be."""
        if self._stamp() != self.stamp:
            self.load()

    def read(self, columns: Sequence[str] | None = None) -> Frame:
        """Read it as a table, with text as text.

        Parameters
        ----------
        columns : sequence of str, optional
            Those that it lacks are left out.
        """
        return self._parse(self.load(), columns)[1]

    @property
    def name(self) -> str:
        """Its name with the folder's."""
        return "/".join(Path(self.path).parts[-2:])

    def _parse(self, content: bytes, columns: Sequence[str] | None) -> tuple[int, Frame]:
        with needing("parquet", Path(self.path).parent.name):
            return unpack(
                content, self.name, columns, _MOST_ROWS, ignore_metadata=True, date_as_object=False
            )

    def _stamp(self) -> tuple[int, ...]:
        try:
            status = Path(self.path).stat()
        except OSError:
            return ()  # reading it says why
        return status.st_size, status.st_mtime_ns, status.st_ino

    def _fail(self, message: str) -> RosterError:
        return RosterError([Problem(message, Path(self.path).parent.name)])


@dataclass(frozen=True)
class Part:
    """Whole OPDs of a dataset, small enough to be in memory at once.

    Parameters
    ----------
    name : str
        File name without its suffix, or folder name such as ``part=07``.
    files : tuple of (str, tuple of File)
        For each table that the part has, its name and its files.
    previous : tuple of File
        Files with rows of the previous schedule that concern the part's ASN.
    """

    name: str
    files: tuple[tuple[str, tuple[File, ...]], ...]
    previous: tuple[File, ...] = ()

    @property
    def every(self) -> tuple[File, ...]:
        """All its files."""
        return sum((files for _table, files in self.files), self.previous)

    @property
    def rows(self) -> int:
        """How many employees its files hold, by what they say themselves."""
        return sum(
            file.rows for table, files in self.files if table == "employees" for file in files
        )

    def survey(self, columns: Sequence[str]) -> tuple[Part, Roster]:
        """Hash and count all files of the part, and read some columns of the employees."""
        files, seen = [], dict[str, list[Frame]]()
        for table, own in self.files:
            wanted = columns if table == "employees" else []
            found = [file.survey(wanted) for file in own]
            files.append((table, tuple(file for file, _frame in found)))
            seen[table] = [frame for _file, frame in found]
        known = replace(self, files=tuple(files))
        return known, known.check({"employees": known._join("employees", seen["employees"])})

    def read(self) -> tuple[Roster, Frame | None]:
        """Read the roster of the part, and its previous schedule if there is one.

        Raises
        ------
        RosterError
            With every problem of the part's tables, which names it, or a file that has changed.
        """
        tables = {
            table: self._join(table, [file.read() for file in files]) for table, files in self.files
        }
        past = join(file.read(_PAST) for file in self.previous) if self.previous else None
        return self.check(tables), past

    def read_employees(self) -> Roster:
        """Read the employees alone, with all their columns."""
        (files,) = (files for table, files in self.files if table == "employees")
        return self.check({"employees": self._join("employees", [file.read() for file in files])})

    def check_files(self) -> None:
        """Raise `RosterError` if a file is another by now."""
        for file in self.every:
            file.check()

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
        for table, files in (*self.files, ("previous", self.previous)):
            for file in files:
                digest.update(f"{table} {file.sha256}\n".encode())
        return digest.hexdigest()

    def _join(self, table: str, frames: Sequence[Frame]) -> Frame:
        frame = join(frames)
        first = next(files[0] for name, files in self.files if name == table)
        key, is_hive, value = Path(first.path).parent.name.partition("=")
        # The column that a folder is named by is left out of the files inside.
        if is_hive and table == "employees" and key not in frame:
            frame[key] = None if value == _NO_VALUE else unquote(value)
        return frame


@dataclass(frozen=True)
class Dataset:
    """The parts of a dataset, in alphabetical order, and what is to be told of its folders."""

    parts: tuple[Part, ...]
    notices: tuple[str, ...]

    @property
    def paths(self) -> list[str]:
        """All files that are read, but those of the previous schedule."""
        return [file.path for part in self.parts for _table, own in part.files for file in own]


def explore(source: Path, apart: Collection[Path] = ()) -> Dataset:
    """Find the parts of a dataset.

    Parameters
    ----------
    source : Path
        A folder with the folders ``employees`` and, if wanted, ``leave``, ``wishes`` and
        ``pins``. In each, a part is a Parquet file, or a folder of such files named
        ``key=value``; a part has the same name in every table.
    apart : collection of Path
        What may lie in it too, as the results do.

    Returns
    -------
    Dataset

    Raises
    ------
    RosterError
        If there are no employees, a part of another table has none, or a file that may hold
        somebody would not be read.
    """
    with reading(source, "employees", RosterError):
        layout = find_tables(source, apart)
    notices = layout.check()
    found = layout.parts
    employees = found.get("employees", {})
    problems = [
        Problem(_("the part {name} has no employees; rename or remove it").format(name=name), table)
        for table in TABLES
        for name in sorted(found.get(table, {}).keys() - employees.keys())
    ]
    if not employees:
        message = _("there is no Parquet file in the folder employees of {path}")
        problems.append(Problem(message.format(path=source), "employees"))
    if problems:
        raise RosterError(problems)
    return Dataset(tuple(_assemble(name, found) for name in employees), tuple(notices))


def _assemble(name: str, found: dict[str, dict[str, tuple[str, ...]]]) -> Part:
    tables = [table for table in TABLES if name in found.get(table, {})]
    return Part(name, tuple((table, tuple(map(File, found[table][name]))) for table in tables))


def join(frames: Iterable[Frame]) -> Frame:
    """Several tables as one, numbered from 0."""
    every = list(frames)
    return every[0] if len(every) == 1 else pd.concat(every, ignore_index=True)


def count_rows(path: Path) -> int:
    """How many rows a Parquet file says it has."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        rows: int = file.metadata.num_rows
    return rows
