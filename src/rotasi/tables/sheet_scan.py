"""What a sheet holds, seen in its XML before anything makes room for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from rotasi.tables.xlsx_package import DamagedError

Place = tuple[int, int]  # row and column, from 0

#: Excel has columns up to XFD, and rows up to 1,048,576.
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_MOST_STATED = 1_000_000
_LETTERS = re.compile(r"[A-Za-z]{1,3}")


@dataclass
class Scan:
    """What the cells of a sheet are, without their content.

    Parameters
    ----------
    height, width : int
        Of the area from the first cell of the sheet to the last that is filled.
    filled : int
        Cells that hold something.
    shared : int
        Cells whose text stands among those that the sheets share.
    errors, uncalculated : list of row and column
        Cells with an error value, and formulas without a value: they would read as empty.
    """

    height: int = 0
    width: int = 0
    filled: int = 0
    shared: int = 0
    errors: list[Place] = field(default_factory=list)
    uncalculated: list[Place] = field(default_factory=list)


def scan_sheet(xml: bytes) -> Scan:
    """Look through a sheet.

    Raises
    ------
    DamagedError, expat.ExpatError
        If it is no sheet that a spreadsheet can hold.
    """
    return _Reader().read(xml)


def measure_strings(xml: bytes) -> list[int]:
    """Characters of each text that the sheets of a workbook share.

    Raises
    ------
    DamagedError
        If it states many more than there are: some readers make room for them.
    """
    lengths: list[int] = []
    stated = [0]

    def start(name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "si":
            lengths.append(0)
        elif local == "sst":
            counts = (attributes.get(key, "0") for key in ("count", "uniqueCount"))
            stated.extend(int(count[:12]) for count in counts)

    def add(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    parser = _new_parser()
    parser.StartElementHandler, parser.CharacterDataHandler = start, add
    if xml:
        parser.Parse(xml, True)
    if max(stated) > _MOST_STATED + 100 * len(lengths):
        raise DamagedError
    return lengths


def sum_shared(xml: bytes, lengths: list[int]) -> int:
    """Characters of all cells of a sheet whose text is shared, each counted where it stands."""
    total, kind, inside = 0, "", False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal kind, inside
        kind = attributes.get("t", "") if _local(name) == "c" else kind
        inside = kind == "s" and _local(name) == "v"

    def add(text: str) -> None:
        nonlocal total
        number = int(text) if inside and text.isdecimal() and len(text) < 10 else -1
        total += lengths[number] if 0 <= number < len(lengths) else 0

    parser = _new_parser()
    parser.StartElementHandler, parser.CharacterDataHandler = start, add
    parser.Parse(xml, True)
    return total


def _new_parser() -> Any:
    # Names are not kept: there may be as many as there are elements.
    parser = expat.ParserCreate(None, None, None)
    parser.buffer_text = True
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


class _Reader:
    """Follows the cells of a sheet, those without a reference by their order."""

    def __init__(self) -> None:
        self.scan = Scan()
        self._row = self._column = -1
        self._number = ""  # of the row, as it is written
        self._columns: dict[str, int] = {}
        self._kind, self._formula, self._value = "", False, True
        self._parser = _new_parser()

    def read(self, xml: bytes) -> Scan:
        self._parser.StartElementHandler = self._start
        self._parser.Parse(xml, True)
        self._end_cell()
        return self.scan

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "is"):
            self._fill()
        elif name == "f":
            self._formula, self._value = True, False
        elif name == "row":
            self._end_cell()
            self._number = attributes.get("r", "")
            self._row = _row(self._number) if self._number else self._row + 1
            self._column = -1

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if self._formula:
            self._end_cell()
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip("0123456789")
            known = self._columns.get(letters)
            self._column = self._learn(letters) if known is None else known
            number = reference[len(letters) :]
            if number != self._number:
                self._number, self._row = number, _row(number)
        self._kind = attributes.get("t", "")
        if self._kind == "e":
            self.scan.errors.append((self._row, self._column))

    def _fill(self) -> None:
        scan = self.scan
        scan.filled += 1
        scan.shared += self._kind == "s"
        if self._row >= scan.height:
            scan.height = self._row + 1
        if self._column >= scan.width:
            scan.width = self._column + 1
        if self._formula:
            self._parser.CharacterDataHandler = self._text

    def _text(self, text: str) -> None:
        self._value = self._value or bool(text.strip())

    def _end_cell(self) -> None:
        """The result of a formula that is a text may be empty."""
        if self._formula:
            if not self._value and self._kind != "str":
                self.scan.uncalculated.append((self._row, self._column))
            self._formula, self._value = False, True
            self._parser.CharacterDataHandler = None

    def _learn(self, letters: str) -> int:
        """The number of a column, from 0: of A, of AA 26."""
        number = 0
        for letter in letters.upper() if _LETTERS.fullmatch(letters) else "":
            number = 26 * number + ord(letter) - ord("A") + 1
        if not 0 < number <= _MOST_COLUMNS:
            raise DamagedError
        self._columns[letters] = number - 1
        return number - 1


def _row(number: str) -> int:
    """The number of a row, from 0."""
    found = int(number) if number.isascii() and number.isdecimal() and len(number) < 8 else 0
    if not 0 < found <= _MOST_ROWS:
        raise DamagedError
    return found - 1
