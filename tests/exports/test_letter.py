"""The annex of a letter of assignment: its form, its people and their days."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pandas as pd
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from helpers import day, policy, roster

import rotasi
from rotasi import OutputError, RotasiWarning, Schedule
from rotasi.exports.texts import group_dates
from rotasi.messages import use_language

PEOPLE = [
    {"nip": "198001012005011001", "name": "Ani <b>", "position": "Analis", "unit": "Bidang Satu"},
    {"nip": "198001012005011002", "name": "=Budi", "position": "Arsiparis"},
    {"nip": "198001012005011003", "name": "Citra"},
    {"nip": "198001012005011004", "name": "Dewi", "opd": "Y"},
]
DAYS = {
    "198001012005011001": (0, 1, 2, 7),
    "198001012005011002": (4, 28),
    "198001012005011004": (3,),
}
SIGNATORY = {
    "position": "Kepala BKPSDM",
    "name": "Eko Contoh, S.H.",
    "nip": "197001011995011005",
    "rank": "Pembina Tingkat I, IV/b",
}
LETTER: dict[str, Any] = {
    "opd": "X",
    "number": "800/12/BKPSDM/2026",
    "date": date(2026, 1, 2),
    "place": "Bekasi",
    "signatory": SIGNATORY,
    "language": "en",
}


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    """Four ASN with the remote days above, over the end of a month."""
    given, terms = roster(PEOPLE), policy(end=day(29), labels={"WFH": "WFA"})
    frame = rotasi.solve(given, terms, workers=1).to_frame()
    remote = [
        day.date() in {date(2026, 1, 5) + pd.Timedelta(days=n) for n in DAYS.get(nip, ())}
        for nip, day in zip(frame["nip"], frame["date"], strict=True)
    ]
    frame["status"] = ["WFH" if flag else "WFO" for flag in remote]
    return Schedule.from_frame(frame, given, terms)


@pytest.fixture(scope="module")
def annex(schedule: Schedule, tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("letter") / "annex.docx"
    schedule.to_letter(path, **LETTER)
    return docx.Document(str(path))


def lines(annex: Document) -> list[str]:
    return [line.text for line in annex.paragraphs]


def cells(annex: Document) -> list[list[str]]:
    (table,) = annex.tables
    return [[cell.text for cell in row.cells] for row in table.rows]


class TestForm:
    def test_the_head_names_the_letter(self, annex: Document) -> None:
        assert lines(annex)[:6] == [
            "ANNEX TO THE LETTER OF ASSIGNMENT",
            "NUMBER\t:\t800/12/BKPSDM/2026",
            "DATE\t:\t2 January 2026",
            "SUBJECT\t:\tremote work (WFA) in the period 5 January 2026 to 3 February 2026",
            "ASN WHO WORK REMOTELY (WFA)",
            "X",
        ]

    def test_the_foot_is_signed(self, annex: Document) -> None:
        assert lines(annex)[6:] == [
            "Issued in Bekasi",
            "on 2 January 2026",
            "Kepala BKPSDM,",
            *("", "", ""),
            "Eko Contoh, S.H.",
            "Pembina Tingkat I, IV/b",
            "NIP 197001011995011005",
        ]

    def test_the_foot_stays_with_the_last_row(self, annex: Document) -> None:
        foot = annex.paragraphs[6:]
        assert all(line.paragraph_format.keep_with_next for line in foot[:-1])
        last = annex.tables[0].rows[-1].cells
        assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in last)

    def test_the_paper_is_a4_with_page_numbers(self, annex: Document) -> None:
        section = annex.sections[0]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert 'w:instr="PAGE"' in section.footer._element.xml

    def test_headings_repeat_and_rows_stay_whole(self, annex: Document) -> None:
        head, *people = annex.tables[0].rows
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in people)

    def test_the_table_fits_between_the_margins(self, annex: Document) -> None:
        section = annex.sections[0]
        room = section.page_width - section.left_margin - section.right_margin
        assert sum(column.width for column in annex.tables[0].columns) <= room

    def test_what_is_not_given_is_left_open(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.to_letter(tmp_path / "open.docx", opd="X", subject="Uji coba")
        found = lines(docx.Document(str(tmp_path / "open.docx")))
        assert found[3] == "SUBJECT\t:\tUji coba"
        assert [re.sub("…+", "…", text) for text in found if "…" in text] == [
            "NUMBER\t:\t…",
            "DATE\t:\t…",
            "Issued in …",
            "on …",
            "…,",
            "…",
            "NIP …",
        ]

    def test_the_language_can_be_chosen(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.to_letter(tmp_path / "a.docx", **(LETTER | {"language": "id"}))
        with use_language("id"):
            schedule.to_letter(tmp_path / "b.docx", **(LETTER | {"language": None}))
        assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
        assert "2 Januari 2026" in "\n".join(lines(docx.Document(str(tmp_path / "a.docx"))))


class TestPeople:
    def test_those_with_remote_days_are_listed(self, annex: Document) -> None:
        assert cells(annex) == [
            ["No.", "Name", "NIP", "Position, unit", "Days of WFA"],
            [
                "1.", "Ani <b>", "198001012005011001", "Analis, Bidang Satu",
                "5–7, 12 January 2026",
            ],
            [
                "2.", "=Budi", "198001012005011002", "Arsiparis",
                "9 January; 2 February 2026",
            ],
        ]  # fmt: skip

    def test_everyone_can_be_listed(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.to_letter(tmp_path / "all.docx", everyone=True, **LETTER)
        rows = cells(docx.Document(str(tmp_path / "all.docx")))
        assert [row[1] for row in rows[1:]] == ["Ani <b>", "=Budi", "Citra"]
        assert rows[3][4] == "–"

    def test_nobody_of_another_opd_is_named(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.to_letter(tmp_path / "x.docx", everyone=True, **LETTER)
        with ZipFile(tmp_path / "x.docx") as archive:
            text = "".join(
                archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()
            )
        assert "Citra" in text
        assert "Dewi" not in text

    def test_control_characters_are_left_out_and_counted(self, tmp_path: Path) -> None:
        schedule = rotasi.solve(roster([{"nip": "a", "name": "A\x07ni"}]), policy(), workers=1)
        with pytest.warns(RotasiWarning, match="1 control character was left out") as caught:
            schedule.to_letter(tmp_path / "x.docx", opd="X")
        assert [Path(each.filename) for each in caught] == [Path(__file__)]
        assert cells(docx.Document(str(tmp_path / "x.docx")))[1][1] == "Ani"


class TestFile:
    def test_equal_inputs_give_equal_bytes_without_a_time(
        self, schedule: Schedule, tmp_path: Path
    ) -> None:
        for name in ("a", "b"):
            schedule.to_letter(tmp_path / f"{name}.docx", **LETTER)
        content = (tmp_path / "a.docx").read_bytes()
        assert content == (tmp_path / "b.docx").read_bytes()
        with ZipFile(BytesIO(content)) as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            about = archive.read("docProps/core.xml").decode()
        assert set(re.findall(r">(\d{4}-\d{2}-\d{2}T[^<]*)<", about)) == {"2026-01-01T00:00:00Z"}

    def test_nothing_is_replaced_unasked(self, schedule: Schedule, tmp_path: Path) -> None:
        (tmp_path / "a.docx").write_text("mine")
        with pytest.raises(OutputError, match="exists already"):
            schedule.to_letter(tmp_path / "a.docx", **LETTER)
        assert (tmp_path / "a.docx").read_text() == "mine"


class TestMistakes:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"opd": "Xx"}, "no employee belongs to the OPD 'Xx'.*did you mean 'X'"),
            ({"signatory": {"jabatan": "Kepala"}}, "unknown key 'jabatan'; it knows position"),
            ({"language": "fr"}, "give en or id"),
        ],
    )
    def test_they_are_named_and_nothing_is_written(
        self, schedule: Schedule, tmp_path: Path, changes: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(ValueError, match=message):
            schedule.to_letter(tmp_path / "x.docx", **(LETTER | changes))
        assert list(tmp_path.iterdir()) == []

    def test_a_letter_about_nobody_is_refused(self, tmp_path: Path) -> None:
        schedule = rotasi.solve(roster(2), policy({"kind": "never_remote"}), workers=1)
        with pytest.raises(ValueError, match="nobody of X has a remote day"):
            schedule.to_letter(tmp_path / "x.docx", opd="X")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([date(2026, 1, 5)], "5 January 2026"),
        ([date(2026, 1, 8), date(2026, 1, 9), date(2026, 1, 12)], "8–9, 12 January 2026"),
        ([date(2025, 12, 31), date(2026, 1, 1)], "31 December 2025; 1 January 2026"),
        (
            [date(2026, 1, 30), date(2026, 2, 2), date(2026, 3, 2), date(2027, 3, 1)],
            "30 January; 2 February; 2 March 2026; 1 March 2027",
        ),
    ],
)
def test_dates_are_grouped(days: list[date], words: str) -> None:
    assert group_dates(days) == words
