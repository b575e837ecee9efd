"""Files as nobody writes them: workbooks and policies with bytes, tokens and parts changed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pandas as pd
import xlsxwriter
from helpers import day
from kinds import OWN

import rotasi
from rotasi.rules import KINDS, Rule

Bytes = Callable[[random.Random, bytes], bytes]

#: Values where parsers count, make room or convert.
NUMBERS = (
    "-1", "0", "1e999", "-1e308", "NaN", "inf", "1e-320", "2958466", "-693594", "60.5",
    "99999999", "4294967296", "18446744073709551616", "9" * 400, "9" * 5000, "0x" + "f" * 6000,
    "1_000", "",
)  # fmt: skip
PLACES = (
    "A1", "XFD1048576", "XFE1", "A0", "A1048577", "ZZZZZZZ1", "A" * 300 + "1", "A" + "9" * 5000,
    "1A", "$A$1", "a1", "A1:XFD1048576", "R1C1", "\u0661", "",
)  # fmt: skip
TEXTS = (
    "&#0;", "&#xD800;", "&#x110000;", "&lol9;", "&undefined;", "\ufffe", "<![CDATA[x]]>",
    "x" * 5000, "_xD800_", "_x0000_", "'", "=1+1", "2026-13-45", "0000-00-00", "\u202e", "]]>",
)  # fmt: skip
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
PROLOGUES = (
    f'<!DOCTYPE r [<!ENTITY l0 "ha">{_LAUGHS}]>',
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<?xml version="1.0" encoding="cp037"?>',
    '<?xml version="1.0" encoding="UTF-16"?>',
    "\ufeff\ufeff",
)
LITERALS = (
    *NUMBERS, '""', '"\\u0000"', '"\\ud800"', '"\\uD83D\\uDE00"', "'''", '"""', "[", "]", "{",
    "}", "[[", "=", ".", ",", "[" * 300, "{a=" * 300, "[]", "{}", "null", "true", "2026-02-30",
    "9999-12-31", "0001-01-01", "2026-01-05T00:00:00Z", "07:32:00", "a.b.c.d.e.f",
    ".".join("a" * 3000), '"x"' * 3, '"' + "y" * 3000 + '"', "\\", "#", "\r", "\x00", "\x85",
    "rules", "kind", "scope", "[[rules]]", "inf", "-nan", "0b" + "1" * 9000, "0o7", "1e400",
    '{"a":' * 500, '"kind": "quota",', "1" * 40,
)  # fmt: skip


def change_bytes(rng: random.Random, data: bytes) -> bytes:
    """Some bytes changed, lost, doubled, moved or cut off, wherever they stand."""
    changed = bytearray(data)
    for _time in range(rng.choice([1, 1, 2, 5, 20])):
        at = rng.randrange(len(changed) + 1)
        end = min(len(changed), at + rng.choice([1, 1, 2, 4, 16, 300]))
        piece = changed[at:end]
        changed[at:end] = rng.choice(
            [bytes(rng.randrange(256) for _byte in piece), b"", piece * 2, piece[::-1], b"\0" * 4,
             b"\xff" * len(piece), bytes([rng.choice(b"<>&\"'/=[]{}.,\n")])]
        )  # fmt: skip
    return bytes(changed[: rng.randrange(len(changed) + 1)] if rng.random() < 0.05 else changed)


def change_xml(rng: random.Random, data: bytes) -> bytes:
    """Values, attributes and elements of an XML file changed, so that most stay well-formed."""
    text = data.decode("utf-8", "replace")
    for _time in range(rng.choice([1, 1, 1, 2, 4])):
        text = rng.choice(_XML)(rng, text)
    return text.encode("utf-8", "surrogatepass")


def _change_match(pattern: str, new: Callable[[random.Random, str], str]) -> Callable[..., str]:
    """A change of one place, by chance, where a pattern is found."""
    compiled = re.compile(pattern)

    def change(rng: random.Random, text: str) -> str:
        found = list(compiled.finditer(text))
        if not found:
            return text
        match = rng.choice(found)
        return text[: match.start()] + new(rng, match[0]) + text[match.end() :]

    return change


def _prepend(rng: random.Random, text: str) -> str:
    start = text.find("?>") + 2
    return rng.choice(PROLOGUES) + text[start:] if rng.random() < 0.5 else (
        text[:start] + rng.choice(PROLOGUES[:2]) + text[start:]
    )  # fmt: skip


def _nest(rng: random.Random, inner: str) -> str:
    depth = rng.choice([10, 1000, 30_000])
    return "<c>" * depth + inner + "</c>" * depth


_ELEMENT = r"<(\w+)[^<>]*>[^<>]*</\1>"
_NAMES = ("c", "v", "f", "row", "is", "x:c")
_XML: tuple[Callable[[random.Random, str], str], ...] = (
    _change_match(r'\br="[^"]*"', lambda rng, _old: f'r="{rng.choice(PLACES + NUMBERS)}"'),
    _change_match(r'\b[st]="[^"]*"', lambda rng, _old: rng.choice(
        ['t="s"', 't="e"', 't="d"', 't="b"', 't="inlineStr"', 't="?"', 's="99999"', 's="-1"']
    )),
    _change_match(r'(?<=")[^"<>]*(?=")', lambda rng, _old: rng.choice(PLACES + NUMBERS + TEXTS)),
    _change_match(r"(?<=>)[^<>]+(?=<)", lambda rng, _old: rng.choice(NUMBERS + TEXTS + PLACES)),
    _change_match(r"<[^<>?]*/?>", lambda rng, old: rng.choice(["", old * 2, old * 5000, old[:-1]])),
    _change_match(_ELEMENT, lambda rng, old: rng.choice(["", old * 3, old * 3000])),
    _change_match(_ELEMENT, _nest),
    _change_match(r"(?<=<)\w+(?=[ >])", lambda rng, _old: rng.choice(_NAMES)),
    _prepend,
)  # fmt: skip


def change_package(rng: random.Random, data: bytes) -> bytes:
    """A workbook of which parts are lost, doubled, swapped, empty, large or of another kind."""
    with ZipFile(BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    at, other = rng.randrange(len(parts)), rng.randrange(len(parts))
    (name, content), theirs = parts[at], parts[other][1]
    again = rng.choice([name, name.upper(), name.replace("/", "\\")])
    text = content.decode("utf-8", "replace")
    pictures = [(f"xl/media/{number}.png", b"x") for number in range(rng.choice([10, 3000]))]
    contents = (
        theirs, b"", b"\0" * 100, b"<a>", content[: len(content) // 2], text.encode("utf-16"),
        content.replace(b">", b">" + b" " * 2_000_000, 1), change_bytes(rng, content),
    )  # fmt: skip
    others = parts[:at] + parts[at + 1 :]
    changed = [[*others, (name, new)] for new in contents]
    return pack(rng.choice([others, [*parts, (again, theirs)], parts + pictures, *changed]))


def change_part(rng: random.Random, data: bytes, change: Bytes) -> bytes:
    """A workbook of which one part is changed, more often one that holds cells."""
    with ZipFile(BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    inner = [at for at, (name, _content) in enumerate(parts) if name.startswith("xl/")]
    at = rng.choice(inner if rng.random() < 0.9 else range(len(parts)))
    parts[at] = (parts[at][0], change(rng, parts[at][1]))
    return pack(parts)


def pack(parts: list[tuple[str, bytes]]) -> bytes:
    """A zip file of parts, as quick to make as to read."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in parts:
            archive.writestr(
                name, content, ZIP_DEFLATED if len(content) > 10_000 else ZIP_STORED, 1
            )
    return file.getvalue()


def mutate_workbook(rng: random.Random) -> bytes:
    """A workbook, changed in one of four ways."""
    data = rng.choice(workbooks())
    way = rng.randrange(8)
    if way == 0:
        return change_bytes(rng, data)
    if way == 1:
        return change_package(rng, data)
    if way == 2:
        return change_part(rng, data, change_bytes)
    return change_part(rng, data, change_xml)


def mutate_policy(rng: random.Random) -> tuple[bytes, str]:
    """A policy and the suffix of its file, changed in its bytes, lines or tokens."""
    text, suffix = rng.choice(policies())
    way = rng.randrange(4)
    if way == 0:
        return change_bytes(rng, text.encode()), suffix
    if way == 1:
        return "\n".join(_change_lines(rng, text.split("\n"))).encode(), suffix
    for _time in range(rng.choice([1, 1, 2, 3, 8])):
        text = _change_token(rng, text)
    return text.encode("utf-8", "surrogatepass"), suffix


def _change_lines(rng: random.Random, lines: list[str]) -> list[str]:
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    count, line = rng.choice([2, 10, 3000, 30_000]), lines[at]
    numbered = rng.choice(["{line}{n}", "[a{n}.b.c]", "k{n}.x = {n}"])
    many = [numbered.replace("{line}", line).replace("{n}", str(n)) for n in range(count)]
    half = [line[: len(line) // 2]]
    lines[at : at + 1] = rng.choice([[], [line] * count, [lines[other], line], many, half])
    return lines


def _change_token(rng: random.Random, text: str) -> str:
    tokens = re.findall(r'"[^"\n]*"|[\w.+-]+|\s+|.', text)
    at = rng.randrange(len(tokens))
    solid = [number for number, token in enumerate(tokens) if token.strip()]
    at = rng.choice(solid) if solid else at
    tokens[at] = rng.choice(
        [rng.choice(LITERALS), rng.choice(LITERALS), rng.choice(tokens), tokens[at] * 2, ""]
    )
    return "".join(tokens)


@cache
def workbooks() -> list[bytes]:
    """A roster of four tables, as two programs write it, and a schedule to be edited."""
    return [_roster_book(in_memory=True), _roster_book(constant_memory=True), _schedule_book()]


def _roster_book(**options: bool) -> bytes:
    file = BytesIO()
    tables = {
        "employees": [["nip", "opd", "name", "joined", "applied", "performance"]]
        + [
            [f"{n:018}", f"Dinas {n % 3}", f"Nama {n}", date(2015, 1, n + 1), "Ya", 80.5]
            for n in range(12)
        ],
        "leave": [["nip", "start", "end"], [f"{1:018}", date(2026, 1, 6), date(2026, 1, 7)]],
        "wishes": [["nip", "weekday", "weight"], [f"{2:018}", "Mon", 3], [f"{3:018}", "Tue", -1]],
        "pins": [["nip", "date", "status"], [f"{4:018}", date(2026, 1, 5), "WFO"]],
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options | {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        sheet.write_formula(2, 0, '="000000000000000005"', None, f"{5:018}")
        sheet.write_row(2, 1, [date(2026, 1, 6), "WFH"])
    return file.getvalue()


def _schedule_book() -> bytes:

    people = pd.DataFrame({"nip": [f"{n:03}" for n in range(6)], "opd": ["A", "B & C"] * 3})
    terms = rotasi.Policy.model_validate({"start": day(0), "end": day(4)})
    schedule = rotasi.solve(rotasi.Roster.from_frame(people), terms, workers=1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        schedule.to_excel(path)
        return path.read_bytes()


@cache
def policies() -> list[tuple[str, str]]:
    """Policies that use every kind and parameter, as TOML and as JSON."""
    found = [rotasi.presets.load(name) for name in rotasi.presets.NAMES]
    examples = [{"kind": kind} | own for kind, several in OWN.items() for own in several]
    for number in range(0, len(examples), 5):
        some = examples[number : number + 5]
        rules = [each for each in some if issubclass(KINDS[each["kind"]], Rule)]
        goals = [each for each in some if each not in rules]
        given = {"start": day(0), "end": day(25), "rules": rules, "objectives": goals}
        found.append(rotasi.Policy.model_validate(given))
    texts = [(each.to_toml(), ".toml") for each in found]
    return texts + [(json.dumps(json.loads(each.to_json()), indent=1), ".json") for each in found]
