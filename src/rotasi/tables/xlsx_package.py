"""An Excel file unpacked within limits and packed anew, so that what was checked is what is read.

Readers of zip files differ in which of two parts of one name they take, and in whether they believe
the sizes that a file states of itself. A copy without such ambiguities leaves nothing to differ on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from rotasi.errors import Problem, RosterError
from rotasi.messages import _

STRINGS = "xl/sharedStrings.xml"
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_FRAME = ("[Content_Types].xml", "_rels/.rels", _WORKBOOK, _RELATIONS, STRINGS, "xl/styles.xml")
#: Read at once; also of the list of parts, of which that is some ten thousand.
_PIECE = 1024**2
_MOST_SHEETS = 2_000
_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']""")


class DamagedError(Exception):
    """What no program writes that makes workbooks."""


@dataclass(frozen=True)
class Package:
    """A workbook in memory.

    Parameters
    ----------
    data : bytes
        A zip file of the parts that are read, uncompressed.
    sheets : mapping of str to str
        The part of each sheet, by its name.
    """

    data: bytes
    sheets: Mapping[str, str]

    def read(self, part: str) -> bytes:
        """The XML of a part; empty if there is none."""
        with ZipFile(BytesIO(self.data)) as archive:
            return archive.read(part) if part in archive.namelist() else b""


def unpack(path: Path, table: str, most_bytes: int) -> Package:
    """Read a workbook, each part in pieces and none beyond its stated size.

    Parameters
    ----------
    path : Path
    table : str
        Name of the table, for messages.
    most_bytes : int
        Of all parts together, unpacked.

    Raises
    ------
    RosterError
        If it unpacks to more.
    Exception
        Of many kinds, if it is damaged.
    """
    with _Source(FileIO(path)) as source, ZipFile(source) as archive:
        parts = _list_parts(archive, table, most_bytes)
        frame = {name: _read(archive, parts[name.lower()]) for name in _find(_FRAME, parts)}
        sheets = _locate_sheets(frame[_WORKBOOK], frame[_RELATIONS])
        file = BytesIO()
        with ZipFile(file, "w", ZIP_STORED) as copy:
            for name, data in frame.items():
                copy.writestr(name, data)
            for name in _find(sheets.values(), parts):
                copy.writestr(name, _read(archive, parts[name.lower()]))
    return Package(file.getvalue(), sheets)


def too_large(size: int, limit: int, table: str) -> RosterError:
    """The error of a workbook that is larger than memory should be asked for."""
    text = _("the workbook unpacks to {size} MB, more than {limit}; save the table as CSV")
    return RosterError([Problem(text.format(size=size // 1024**2, limit=limit // 1024**2), table)])


class _Source(BufferedReader):
    """A file that nobody reads in large pieces, whatever sizes it states."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _PIECE:
            raise DamagedError
        return super().read(size)


def _list_parts(archive: ZipFile, table: str, most_bytes: int) -> dict[str, ZipInfo]:
    """The parts by their names in small letters, by which they are found."""
    entries = archive.infolist()
    size = sum(part.file_size for part in entries)
    if size > most_bytes:
        raise too_large(size, most_bytes, table)
    parts = {part.filename.replace("\\", "/").lower(): part for part in entries}
    if len(parts) < len(entries):
        raise BadZipFile
    return parts


def _find(names: Iterable[str], parts: Mapping[str, ZipInfo]) -> list[str]:
    return [name for name in names if name.lower() in parts]


def _read(archive: ZipFile, part: ZipInfo) -> bytes:
    """The XML of a part, if it is such as workbooks have."""
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise DamagedError  # others may unpack to gigabytes at once
    with archive.open(part) as stream:
        data = b"".join(iter(lambda: stream.read(_PIECE), b""))
    encoding = _ENCODING.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    known = encoding is None or encoding[1].lower() in (b"utf-8", b"us-ascii")
    # Without a document type there are no entities, and in UTF-8 no other bytes that mean one.
    if b"\0" in data or b"<!DOCTYPE" in data or not known:
        raise DamagedError
    return data


def _locate_sheets(workbook: bytes, relations: bytes) -> dict[str, str]:
    """The part of each sheet, by way of the workbook's relations."""
    targets = {each.get("Id"): each.get("Target", "") for each in ET.fromstring(relations)}
    listed = ET.fromstring(workbook).findall("{*}sheets/{*}sheet")
    sheets = {each.get("name", ""): _part(targets[_relation(each)]) for each in listed}
    if len(sheets) < len(listed) or len(sheets) > _MOST_SHEETS:
        raise DamagedError
    if len({part.lower() for part in sheets.values()}) < len(sheets):
        raise DamagedError
    return sheets


def _relation(sheet: ET.Element) -> str | None:
    return next((value for name, value in sheet.items() if name.endswith("}id")), None)


def _part(target: str) -> str:
    name = target.removeprefix("/")
    return name if name.startswith("xl/") else f"xl/{name}"
