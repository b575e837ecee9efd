"""The workbook: what it shows to whom, that it stays text, and that it comes back edited."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from helpers import MONDAY, day, goals, policy, roster
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

import rotasi
from rotasi import OutputError, RosterError, RotasiWarning, Schedule
from rotasi.cli.main import main
from rotasi.exports.headcounts import count_heads
from rotasi.exports.workbook.book import MAX_COLUMNS, MAX_ROWS, check_size, find_name
from rotasi.messages import use_language
from rotasi.tables.readers import read_frame

#: NIPs, names and evidence that appear nowhere else, so that a search finds every leak.
NIPS = [f"19800101200501{n:04}" for n in range(1, 9)]
NAMES = ["Ani", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Galih", "Hadi"]
PERFORMANCE = ["Baik", "Butuh Perbaikan", "Sangat Baik", "Baik", "Kurang", "Baik", "Baik", "Baik"]
PEOPLE = [
    {
        "nip": nip,
        "name": f"{name} Contoh",
        "opd": "Bappeda" if n < 5 else "Dinas A/B",
        "unit": "Bidang Satu",
        "position": "Analis",
        "performance": PERFORMANCE[n],
        "applied": True,
        "disciplined": n == 5,
    }
    for n, (nip, name) in enumerate(zip(NIPS, NAMES, strict=True))
]
RULES = [
    {"kind": "require_performance", "minimum": "Baik", "text": "Kinerja memadai"},
    {"kind": "bar_disciplined", "text": "Tanpa hukuman", "source": "SE 1", "rank": 2},
    {"kind": "quota", "max_days": 3, "text": "Paling banyak tiga hari"},
    {"kind": "min_on_site", "share": 0.5, "source": "SE 2"},
    {"kind": "min_on_site", "by": [], "count": 2, "penalty": 5},
]
TOP = 6  # first row of people, as a spreadsheet counts


def make_schedule(who: list[dict[str, Any]] = PEOPLE, **settings: Any) -> Schedule:
    """A roster of two weeks, the first person on leave on the first Tuesday."""
    wanted = {
        "name": "Uji coba",
        "end": day(11),
        "labels": {"WFH": "WFA"},
        "objectives": goals("remote_days"),
    } | settings
    given = roster(who, leave=[(who[0]["nip"], 1, 1)])
    return rotasi.solve(given, policy(*RULES, **wanted), workers=1)


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return make_schedule()


@pytest.fixture(scope="module")
def books(schedule: Schedule, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbooks for all audiences."""
    folder = tmp_path_factory.mktemp("books")
    paths = {audience: folder / f"{audience}.xlsx" for audience in ("personnel", "opd", "public")}
    for audience, path in paths.items():
        schedule.to_excel(path, audience=audience, language="en")
    return paths


@pytest.fixture(scope="module")
def sheet(books: dict[str, Path]) -> Worksheet:
    """The sheet of Bappeda."""
    return openpyxl.load_workbook(books["personnel"])["Bappeda"]


def labelled(schedule: Schedule, opd: str) -> list[list[str]]:
    """What the cells of an OPD should read."""
    inside = (schedule.roster.employees["opd"] == opd).to_numpy()
    return schedule.to_grid()[inside].replace({"WFH": "WFA", "LEAVE": "CUTI"}).to_numpy().tolist()


def strings(path: Path) -> str:
    """All parts of a workbook, as text."""
    with ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())


class TestSheets:
    def test_all_cells_are_those_of_the_grid_for_two_readers(
        self, schedule: Schedule, books: dict[str, Path]
    ) -> None:
        book = openpyxl.load_workbook(books["personnel"], data_only=True)
        other = CalamineWorkbook.from_path(books["personnel"])
        for name, opd in {"Bappeda": "Bappeda", "Dinas A-B": "Dinas A/B"}.items():
            wanted = labelled(schedule, opd)
            inside = schedule.roster.employees[schedule.roster.employees["opd"] == opd]
            rows = [list(row) for row in book[name].iter_rows(min_row=TOP, values_only=True)]
            plain = other.get_sheet_by_name(name).to_python(skip_empty_area=False)[TOP - 1 :]
            for found in (rows, plain):
                people = found[: len(wanted)]
                assert [row[0] for row in people] == list(range(1, len(wanted) + 1))
                assert [row[1] for row in people] == inside["nip"].tolist()
                assert [row[2] for row in people] == inside["name"].tolist()
                assert {row[3] for row in people} == {"Analis, Bidang Satu"}
                assert [list(row[4:14]) for row in people] == wanted
                counts = [[row.count(label) for label in ("WFO", "WFA", "CUTI")] for row in wanted]
                assert [list(row[14:17]) for row in people] == counts

    def test_days_are_dates_below_their_weekdays(self, sheet: Worksheet) -> None:
        headings = [cell.value.date() for cell in sheet[TOP - 1][4:14]]
        assert headings == [day(n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
        assert [cell.value for cell in sheet[TOP - 2][4:9]] == ["Mon", "Tue", "Wed", "Thu", "Fri"]
        assert sheet.cell(TOP - 1, 2).value == "NIP"

    def test_nips_are_text(self, sheet: Worksheet) -> None:
        cells = [sheet.cell(row, 2) for row in range(TOP, TOP + 5)]
        assert [cell.data_type for cell in cells] == ["s"] * 5
        assert {cell.number_format for cell in cells} == {"@"}

    def test_totals_per_day_stand_against_the_minimum(
        self, schedule: Schedule, books: dict[str, Path]
    ) -> None:
        book = openpyxl.load_workbook(books["personnel"], data_only=True)
        rows = {
            row[0]: row[4:14] for row in book["Bappeda"].iter_rows(min_row=11, values_only=True)
        }
        grid = np.array(labelled(schedule, "Bappeda"))
        on_site, present = (grid == "WFO").sum(axis=0), (grid != "CUTI").sum(axis=0)
        # Half of those present, rounded up: 3 of 5, and 2 of 4 while one is on leave.
        needed = [3, 2, 3, 3, 3, 3, 3, 3, 3, 3]
        assert present.tolist() == [5, 4, 5, 5, 5, 5, 5, 5, 5, 5]
        assert list(rows["On site"]) == on_site.tolist()
        assert list(rows["Needed on site, at least"]) == needed
        assert list(rows["Beyond what is needed"]) == (on_site - needed).tolist()
        assert list(rows["Remote"]) == (grid == "WFA").sum(axis=0).tolist()
        assert list(rows["On leave"]) == (grid == "CUTI").sum(axis=0).tolist()

    def test_totals_follow_what_is_edited(self, sheet: Worksheet) -> None:
        assert sheet["E11"].value == "=SUMPRODUCT(--(E6:E10=$E$3))"
        assert sheet["E13"].value == "=E11-E12"
        assert sheet["O6"].value == "=SUMPRODUCT(--(E6:N6=$E$3))"
        assert [sheet[cell].value for cell in ("E3", "F3", "G3")] == ["WFO", "WFA", "CUTI"]

    def test_colours_differ_in_shade_and_follow_the_words(self, sheet: Worksheet) -> None:
        rules = [
            (str(area.sqref), rule.formula[0], rule.dxf.fill.bgColor.rgb)
            for area, found in sheet.conditional_formatting._cf_rules.items()
            for rule in found
        ]
        cells = {formula: shade for where, formula, shade in rules if where == "E6:N10"}
        assert set(cells) == {"E6=$F$3", "E6=$G$3"}
        shades = [255.0, *(sum(bytes.fromhex(shade[2:])) / 3 for shade in cells.values())]
        assert min(abs(a - b) for a in shades for b in shades if a != b) > 20
        assert [where for where, _formula, _shade in rules if where != "E6:N10"] == ["E13:N13"]

    def test_cells_offer_the_labels(self, sheet: Worksheet) -> None:
        (offer,) = sheet.data_validations.dataValidation
        assert (str(offer.sqref), offer.type, offer.formula1) == ("E6:N10", "list", "$E$3:$G$3")

    def test_headings_stay_in_sight_and_can_be_filtered(self, sheet: Worksheet) -> None:
        assert sheet.freeze_panes == "D6"
        assert sheet.auto_filter.ref == "A5:Q10"

    def test_pages_are_a4_across_with_repeated_headings(self, sheet: Worksheet) -> None:
        setup = sheet.page_setup
        assert (setup.orientation, int(setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (int(setup.fitToWidth or 1), int(setup.fitToHeight)) == (1, 0)
        assert sheet.print_title_rows == "$4:$5"
        assert sheet.print_title_cols == "$A:$D"
        assert sheet.oddHeader.left.text == "Uji coba"
        assert sheet.oddHeader.right.text == "Bappeda"
        assert sheet.oddFooter.center.text == "page &P of &N"

    def test_a_long_period_runs_over_pages_across(self, tmp_path: Path) -> None:
        schedule = make_schedule(end=day(60))
        schedule.to_excel(tmp_path / "long.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "long.xlsx")["Bappeda"]
        assert sheet.page_setup.fitToWidth == 2
        assert sheet.print_title_cols == "$A:$C"

    def test_a_roster_without_names_has_no_empty_columns(self, tmp_path: Path) -> None:
        bare = [{key: who[key] for key in ("nip", "opd")} for who in PEOPLE]
        make_schedule(bare).to_excel(tmp_path / "bare.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "bare.xlsx")["Bappeda"]
        assert [cell.value for cell in sheet[5][:2]] == ["No.", "NIP"]
        assert sheet["C5"].value.date() == MONDAY

    def test_the_summary_says_what_is_proven(
        self, schedule: Schedule, books: dict[str, Path]
    ) -> None:
        rows = list(openpyxl.load_workbook(books["personnel"])["Summary"].values)
        assert rows[0][0] == "Uji coba"
        assert rows[1][0] == "05/01/2026 – 16/01/2026"
        assert str(rows[2][0]).startswith("Proven optimal")
        values = schedule.objectives["value"].tolist()
        assert [row[1] for row in rows[5:7]] == values
        assert rows[5][0] == "penalty of soft rules"
        assert {row[3] for row in rows[5:7]} == {"proven: no roster that keeps the rules is better"}
        opds = {row[0]: row for row in rows[8:]}
        figures = schedule.summary().set_index("opd")
        assert opds["Bappeda"][3] == figures.loc["Bappeda", "remote_days"]
        assert opds["Total"][1:5] == (8, 5, figures["remote_days"].sum(), 1)

    def test_an_edited_schedule_does_not_claim_a_proof(
        self, schedule: Schedule, tmp_path: Path
    ) -> None:
        frame = schedule.to_frame()
        frame.loc[frame["nip"] == NIPS[1], "status"] = "WFH"
        edited = Schedule.from_frame(frame, schedule.roster, schedule.policy)
        edited.to_excel(tmp_path / "edited.xlsx")
        rows = list(openpyxl.load_workbook(tmp_path / "edited.xlsx")["Summary"].values)
        assert str(rows[2][0]).startswith("Not valid")
        assert {row[3] for row in rows[5:7]} == {"not proven"}

    def test_the_ledger_is_there_in_full(self, schedule: Schedule, books: dict[str, Path]) -> None:
        rows = list(openpyxl.load_workbook(books["personnel"])["Ledger"].values)
        ledger = schedule.ledger()
        assert len(rows[0]) == len(ledger.columns)
        assert [row[0] for row in rows[1:]] == NIPS
        column = rows[0].index("Evidence")
        assert [row[column] or "" for row in rows[1:]] == ledger["evidence"].tolist()
        assert rows[2][rows[0].index("Application")] == "refused"

    def test_the_policy_has_all_rules_with_sources(self, books: dict[str, Path]) -> None:
        rows = list(openpyxl.load_workbook(books["personnel"])["Policy"].values)
        assert [row[0] for row in rows[1:]] == [
            "weekly_cap", "require_performance-1", "bar_disciplined-1", "quota-1",
            "min_on_site-1", "min_on_site-2",
        ]  # fmt: skip
        assert rows[3][1:5] == ("Tanpa hukuman", 2, "SE 1", "hard")
        assert rows[5][1] == "Minimum on site"
        assert rows[6][4] == "soft, penalty 5"

    def test_headings_can_be_indonesian(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.to_excel(tmp_path / "a.xlsx", language="id")
        with use_language("id"):
            schedule.to_excel(tmp_path / "b.xlsx")
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Bappeda"]
        assert [cell.value for cell in sheet[4][4:9]] == ["Sen", "Sel", "Rab", "Kam", "Jum"]
        assert sheet["E5"].number_format == "[$-421]d mmm"


class TestNeeds:
    def test_groups_inside_an_opd_add_up_and_rules_do_not(self) -> None:
        who = [{"nip": nip, "unit": unit} for nip, unit in zip("abcdef", "UUUVVV", strict=True)]
        rules = [
            {"kind": "min_on_site", "by": ["unit"], "count": 2},
            {"kind": "max_remote", "count": 3},
        ]
        schedule = rotasi.solve(roster(who), policy(*rules), workers=1)
        heads = count_heads(schedule.instance, schedule.grid)
        assert heads.needed.tolist() == [[4] * 5]
        assert (heads.spare >= 0).all()

    def test_a_group_across_opds_asks_of_each_what_the_others_cannot_give(self) -> None:
        who = [{"nip": nip, "opd": opd} for nip, opd in zip("abcde", "XXXXY", strict=True)]
        rules = [{"kind": "min_on_site", "by": [], "count": 3}]
        schedule = rotasi.solve(roster(who), policy(*rules), workers=1)
        assert count_heads(schedule.instance, schedule.grid).needed.tolist() == [[2] * 5, [0] * 5]

    def test_soft_rules_and_maxima_ask_for_nobody(self) -> None:
        rules = [
            {"kind": "min_on_site", "count": 2, "penalty": 1},
            {"kind": "max_on_site", "count": 2},
        ]
        schedule = rotasi.solve(roster(3), policy(*rules), workers=1)
        assert count_heads(schedule.instance, schedule.grid).needed.tolist() == [[0] * 5]


class TestAudiences:
    def test_heads_get_names_without_reasons(self, books: dict[str, Path]) -> None:
        text = strings(books["opd"])
        assert all(nip in text for nip in NIPS)
        assert all(f"{name} Contoh" in text for name in NAMES)
        assert not [word for word in ("Butuh Perbaikan", "Sangat Baik", "Kurang") if word in text]
        assert not [
            word for word in ("performance Baik", "disciplinary", "refused") if word in text
        ]
        headings = next(openpyxl.load_workbook(books["opd"])["Ledger"].values)
        assert "Evidence" not in headings
        assert "Remote days" in headings

    def test_personnel_gets_the_reasons(self, books: dict[str, Path]) -> None:
        text = strings(books["personnel"])
        assert "Butuh Perbaikan" in text
        assert "disciplinary" in text

    def test_the_public_gets_counts_only(self, schedule: Schedule, books: dict[str, Path]) -> None:
        text = strings(books["public"])
        assert not [word for word in [*NIPS, *NAMES] if word in text]
        assert not [word for word in ("Butuh Perbaikan", "Analis", "Bidang Satu") if word in text]
        book = openpyxl.load_workbook(books["public"])
        assert book.sheetnames == ["Summary", "Counts", "Policy", "rotasi"]
        rows = {row[:2]: row[2:] for row in book["Counts"].values}
        grid = np.array(labelled(schedule, "Dinas A/B"))
        assert list(rows["Dinas A/B", "Remote"]) == (grid == "WFA").sum(axis=0).tolist()
        assert list(rows["Dinas A/B", "Needed on site, at least"]) == [2] * 10

    def test_an_unknown_audience_is_named(self, schedule: Schedule, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="is 'press'; give one of personnel, opd, public"):
            schedule.to_excel(tmp_path / "x.xlsx", audience="press")
        assert list(tmp_path.iterdir()) == []


class TestHostileTexts:
    NAMES = ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "😀 Ani", "http://x.id", "x" * 300)

    def test_they_stay_text(self, tmp_path: Path) -> None:
        who = [{"nip": str(n), "name": name} for n, name in enumerate(self.NAMES)]
        make_schedule(who).to_excel(tmp_path / "x.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["X"]
        cells = [sheet.cell(row, 3) for row in range(TOP, TOP + len(who))]
        assert [cell.value for cell in cells] == list(self.NAMES)
        assert {cell.data_type for cell in cells} == {"s"}
        assert not any(cell.hyperlink for cell in cells)
        formulas = re.findall(r"<f>(.*?)</f>", strings(tmp_path / "x.xlsx"))
        assert len(formulas) > 0
        assert all(
            re.fullmatch(r"SUMPRODUCT\(--\([$A-Z0-9:=]+\)\)|[A-Z0-9-]+", f) for f in formulas
        )

    def test_control_characters_are_left_out_and_counted(self, tmp_path: Path) -> None:
        schedule = make_schedule([{"nip": "a", "name": "A\x07ni\x01 \x1bB"}])
        with pytest.warns(RotasiWarning, match="6 control characters were left out") as caught:
            schedule.to_excel(tmp_path / "x.xlsx")  # on the sheet of the OPD and in the ledger
        assert [Path(each.filename) for each in caught] == [Path(__file__)]
        assert openpyxl.load_workbook(tmp_path / "x.xlsx")["X"].cell(TOP, 3).value == "Ani B"

    def test_a_text_too_long_for_a_cell_is_refused(self, tmp_path: Path) -> None:
        schedule = make_schedule([{"nip": "a", "name": "😀" * 16_384}])
        with pytest.raises(OutputError, match="sheet X, row 6, column 3: the text is longer"):
            schedule.to_excel(tmp_path / "x.xlsx")
        assert list(tmp_path.iterdir()) == []

    def test_opd_names_become_names_of_sheets(self, tmp_path: Path) -> None:
        opds = [
            "A/B", "A:B", "a*b", "[x]?\\", "Summary", "ROTASI", "history", "'q'",
            "Badan Kepegawaian dan Pengembangan SDM Utara",
            "Badan Kepegawaian dan Pengembangan SDM Selatan",
        ]  # fmt: skip
        schedule = make_schedule([{"nip": str(n), "opd": opd} for n, opd in enumerate(opds)])
        schedule.to_excel(tmp_path / "x.xlsx")
        book = openpyxl.load_workbook(tmp_path / "x.xlsx")
        names = book.sheetnames
        assert len({name.casefold() for name in names}) == len(opds) + 4
        assert all(len(name) <= 31 and not re.search(r"[][:*?/\\]", name) for name in names)
        titles = {book[name]["A1"].value for name in names[1:-3]}
        assert titles == set(opds)
        assert rotasi.verify(tmp_path / "x.xlsx", schedule.roster, schedule.policy)

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ("", "-"),
            ("''", "-"),
            ("x" * 40, "x" * 31),
            ("😀" * 20, "😀" * 15),
            ("x" * 30 + "'x", "x" * 27 + " (2)"),
        ],
    )
    def test_names_of_sheets_fit(self, wanted: str, found: str) -> None:
        assert find_name(wanted, set()) == found

    def test_what_excel_cannot_hold_is_refused_before(self) -> None:
        check_size("X", MAX_ROWS, MAX_COLUMNS)
        for size in ((MAX_ROWS + 1, 1), (1, MAX_COLUMNS + 1)):
            with pytest.raises(OutputError, match=r"sheet X: .*more than the 1048576 and 16384"):
                check_size("X", *size)


class TestFile:
    def test_equal_schedules_give_equal_bytes(self, schedule: Schedule, tmp_path: Path) -> None:
        schedule.to_excel(tmp_path / "a.xlsx")
        make_schedule().to_excel(tmp_path / "b.xlsx")
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
        about = openpyxl.load_workbook(tmp_path / "a.xlsx").properties
        assert {about.created, about.modified} == {datetime(2026, 1, 1)}  # noqa: DTZ001
        with ZipFile(tmp_path / "a.xlsx") as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    def test_nothing_is_replaced_unasked(self, schedule: Schedule, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_text("mine")
        with pytest.raises(OutputError, match="exists already"):
            schedule.to_excel(path)
        assert path.read_text() == "mine"
        schedule.to_excel(path, force=True)
        assert openpyxl.load_workbook(path).sheetnames[0] == "Summary"


Edit = Callable[[Worksheet], None]


class TestEdited:
    @pytest.fixture
    def edit(self, books: dict[str, Path], tmp_path: Path) -> Callable[[Edit], Path]:
        """Edits the sheet of Bappeda as people do, and saves."""

        def change(how: Edit) -> Path:
            book = openpyxl.load_workbook(books["personnel"])
            how(book["Bappeda"])
            book.save(tmp_path / "edited.xlsx")
            return tmp_path / "edited.xlsx"

        return change

    def test_unedited_it_is_the_schedule(self, schedule: Schedule, books: dict[str, Path]) -> None:
        for audience in ("personnel", "opd"):
            frame = read_frame(books[audience])
            wanted = schedule.to_frame()
            assert frame["nip"].tolist() == wanted["nip"].tolist()
            assert frame["date"].tolist() == wanted["date"].dt.date.tolist()
            assert frame["status"].tolist() == wanted["status"].tolist()
            assert rotasi.verify(books[audience], schedule.roster, schedule.policy)

    def test_every_violation_of_an_edit_is_told(
        self, schedule: Schedule, edit: Callable[[Edit], Path]
    ) -> None:
        def change(sheet: Worksheet) -> None:
            sheet["E7"] = "wfa"  # Budi may not, by performance
            sheet["F6"] = "WFO"  # Ani is on leave
            sheet["G7"] = "CUTI"  # Budi is not
            for row in range(TOP, TOP + 5):
                sheet[f"H{row}"] = "WFH"  # nobody on site
            sheet["I6"] = None

        report = rotasi.verify(edit(change), schedule.roster, schedule.policy)
        found = {
            (row.rule, row.nip or row.group, str(row.dates[0]))
            for row in report.violations.itertuples()
        }
        assert found >= {
            ("require_performance-1", NIPS[1], "2026-01-05"),
            ("leave", NIPS[0], "2026-01-06"),
            ("leave", NIPS[1], "2026-01-07"),
            ("min_on_site-1", "Bappeda", "2026-01-08"),
            ("require_performance-1", NIPS[1], "2026-01-08"),
            ("require_performance-1", NIPS[4], "2026-01-08"),
            ("rows", NIPS[0], "2026-01-09"),
        }
        assert {rule for rule, _who, _day in found} <= {
            "require_performance-1", "leave", "min_on_site-1", "rows", "quota-1", "weekly_cap"
        }  # fmt: skip

    def test_sorting_and_moving_rows_and_columns_does_no_harm(
        self, schedule: Schedule, edit: Callable[[Edit], Path]
    ) -> None:
        def change(sheet: Worksheet) -> None:
            first, last = ([cell.value for cell in sheet[row][:14]] for row in (TOP, TOP + 4))
            for column, (a, b) in enumerate(zip(first, last, strict=True), start=1):
                sheet.cell(TOP, column).value, sheet.cell(TOP + 4, column).value = b, a
            sheet.insert_cols(3)
            sheet.insert_rows(1)
            sheet["A1"] = "Catatan"
            sheet.title = "Punya kami"

        assert rotasi.verify(edit(change), schedule.roster, schedule.policy)

    def test_what_cannot_be_read_is_named_by_sheet_row_and_column(
        self, schedule: Schedule, edit: Callable[[Edit], Path]
    ) -> None:
        def change(sheet: Worksheet) -> None:
            sheet["E6"] = "WHF"
            sheet["F7"] = "=1+1"
            sheet["B8"] = None
            sheet["G9"] = 198001012005010004
            sheet["I5"] = "Jumat"

        with pytest.raises(RosterError) as caught:
            rotasi.verify(edit(change), schedule.roster, schedule.policy)
        places = {(p.table, p.row, p.column): p.message for p in caught.value.problems}
        assert set(places) == {
            ("Bappeda", 6, "E (05/01/2026)"),
            ("Bappeda", 7, "F (06/01/2026)"),
            ("Bappeda", 8, "B"),
            ("Bappeda", 9, "G (07/01/2026)"),
            ("Bappeda", 5, "I"),
        }
        wrong = places["Bappeda", 6, "E (05/01/2026)"]
        assert wrong == "this is no status; write one of: WFO, WFA, CUTI"
        assert not any(nip in str(caught.value) for nip in NIPS)

    def test_a_copied_sheet_doubles_rows(
        self, schedule: Schedule, books: dict[str, Path], tmp_path: Path
    ) -> None:
        book = openpyxl.load_workbook(books["personnel"])
        book.copy_worksheet(book["Dinas A-B"])
        book.save(tmp_path / "copied.xlsx")
        report = rotasi.verify(tmp_path / "copied.xlsx", schedule.roster, schedule.policy)
        assert report.violations["text"].tolist() == ["the ASN has two rows on this date"] * 30

    def test_a_sheet_that_is_gone_leaves_rows_missing(
        self, schedule: Schedule, books: dict[str, Path], tmp_path: Path
    ) -> None:
        book = openpyxl.load_workbook(books["personnel"])
        del book["Dinas A-B"]
        book.save(tmp_path / "torn.xlsx")
        report = rotasi.verify(tmp_path / "torn.xlsx", schedule.roster, schedule.policy)
        gone = report.violations[report.violations["rule"] == "rows"]
        assert sorted(set(gone["nip"])) == NIPS[5:]

    def test_counts_for_the_public_are_no_roster(
        self, schedule: Schedule, books: dict[str, Path]
    ) -> None:
        with pytest.raises(RosterError, match="no sheet holds a roster"):
            rotasi.verify(books["public"], schedule.roster, schedule.policy)

    def test_a_newer_workbook_is_refused(
        self, schedule: Schedule, books: dict[str, Path], tmp_path: Path
    ) -> None:
        book = openpyxl.load_workbook(books["personnel"])
        book["rotasi"]["B1"] = 2
        book.save(tmp_path / "new.xlsx")
        with pytest.raises(RosterError, match="update rotasi"):
            rotasi.verify(tmp_path / "new.xlsx", schedule.roster, schedule.policy)

    def test_a_workbook_of_somebody_else_is_read_as_before(self, tmp_path: Path) -> None:
        rows = pd.DataFrame({"nip": ["a"], "date": [date(2026, 1, 5)], "status": ["WFO"]})
        rows.to_excel(tmp_path / "own.xlsx", index=False)
        assert read_frame(tmp_path / "own.xlsx").to_dict("list") == rows.to_dict("list")

    def test_the_command_takes_it(
        self,
        schedule: Schedule,
        edit: Callable[[Edit], Path],
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def change(sheet: Worksheet) -> None:
            sheet["E7"] = "WFA"

        schedule.write(tmp_path / "out")
        given = [str(tmp_path / "out" / "roster"), str(edit(change))]
        with pytest.raises(SystemExit) as ended:
            main(["verify", *given, "--policy", str(tmp_path / "out" / "policy.json")])
        assert ended.value.code == 1
        assert "Kinerja memadai" in capsys.readouterr().out
