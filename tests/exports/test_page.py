"""The page: what it holds, and what it withholds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import people, policy, roster
from pages import AUDIENCES, EVIL, crowd, embedded, office

import rotasi
from rotasi import OutputError, Schedule
from rotasi.exports.page.assembly import write_safely
from rotasi.messages import use_language


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Writes the office's page and gives the data in it."""

    def write(schedule: Schedule | None = None, **options: Any) -> dict[str, Any]:
        path = tmp_path / "page.html"
        (schedule or office()).to_html(path, force=True, **options)
        return embedded(path)

    return write


class TestData:
    def test_days_are_those_of_the_grid(self, read: Callable[..., dict[str, Any]]) -> None:
        data, grid = read(), office().to_grid()
        assert data["days"] == grid.columns.strftime("%Y-%m-%d").tolist()
        shown = data["people"]
        assert sorted(shown["nip"]) == sorted(grid.index)
        for nip, days in zip(shown["nip"], shown["days"], strict=True):
            assert [("WFO", "WFH", "LEAVE")[int(code)] for code in days] == grid.loc[nip].tolist()

    def test_people_stand_by_opd_and_unit(self, read: Callable[..., dict[str, Any]]) -> None:
        shown = read()["people"]
        places = list(zip(shown["opd"], shown["unit"], strict=True))
        assert places == sorted(places)
        known = office().roster.employees.set_index("nip")
        for nip, name, unit in zip(shown["nip"], shown["name"], shown["unit"], strict=True):
            assert (name, shown["units"][unit]) == tuple(known.loc[nip, ["name", "unit"]])

    def test_counts_are_those_of_the_frame(self, read: Callable[..., dict[str, Any]]) -> None:
        data, frame = read(), office().to_frame()
        names = {"on_site": "WFO", "remote": "WFH", "on_leave": "LEAVE"}
        for name, status in names.items():
            for opd, counts in zip(data["opds"], data["counts"][name], strict=True):
                rows = frame[(frame["opd"] == opd) & (frame["status"] == status)]
                found = rows["date"].value_counts().to_dict()
                assert counts == [found.get(pd.Timestamp(day), 0) for day in data["days"]]

    def test_minimums_stand_beside_those_on_site(self, read: Callable[..., dict[str, Any]]) -> None:
        data, frame = read(), office().to_frame()
        floors = {(floor["rule"], floor["label"]): floor for floor in data["floors"]}
        assert [label for _rule, label in floors] == ["Dinas Uji", "Kantor <Kecil>", *"ABC"]
        half = floors[data["floors"][0]["rule"], "Dinas Uji"]
        site = frame[(frame["opd"] == "Dinas Uji") & (frame["status"] == "WFO")]
        assert half["found"] == site.groupby("date").size().tolist()
        # Eight, of whom one is on leave on the second Monday and Tuesday.
        assert half["needed"] == [4] * 10
        assert data["rules"][half["rule"]]["source"] == "SE 12"
        unit = next(floor for floor in data["floors"] if floor["label"] == "C")
        assert unit["needed"] == [1] * 5 + [None] * 5
        assert unit["opds"] == [1]

    @pytest.mark.parametrize("language", ["en", "id"])
    def test_decisions_are_the_ledger_in_either_language(
        self, read: Callable[..., dict[str, Any]], language: str
    ) -> None:
        data = read(language="en" if language == "id" else "id")
        with use_language(language):
            wanted = office().ledger().set_index("nip").loc[data["people"]["nip"]]
        shown, phrases = data["ledger"], data["phrases"][language]
        for column in ("evidence", "would_change", "reason"):
            assert [phrases[number] for number in shown[column]] == wanted[column].tolist()
        for column in ("days_open", "wishes", "wishes_granted", "application", "also"):
            assert shown[column] == wanted[column].tolist()
        rules = [data["rules"][rule] if rule >= 0 else None for rule in shown["rule"]]
        assert [rule["id"] if rule else "" for rule in rules] == wanted["rule"].tolist()
        assert [phrases[rule["text"]] if rule else "" for rule in rules] == wanted["text"].tolist()
        assert [rule["source"] if rule else "" for rule in rules] == wanted["source"].tolist()
        assert wanted["reason"].any()

    def test_names_that_are_markup_stay_data(self, tmp_path: Path) -> None:
        office().to_html(tmp_path / "page.html")
        text = (tmp_path / "page.html").read_text("utf-8")
        assert not any(name in text for name in EVIL)
        assert "<title>Kota &lt;Uji&gt; &amp; Co</title>" in text
        assert text.count("<script") == text.count("</script>") == 2

    def test_json_is_inert_ascii(self) -> None:
        given = {"a": ["<!--", "]]>", "\u2028\u2029", "\ud800", "é", 1, None]}
        text = write_safely(given)
        assert text.isascii()
        assert not set("<>&") & set(text)
        assert json.loads(text) == given


class TestAudiences:
    def test_heads_of_opd_see_no_decisions(self, tmp_path: Path) -> None:
        office().to_html(tmp_path / "page.html", audience="opd")
        text, data = (tmp_path / "page.html").read_text("utf-8"), embedded(tmp_path / "page.html")
        assert data["people"]["nip"][0] in text
        assert not {"ledger", "eligible"} & set(data)
        ledger = office().ledger()
        secrets = set(ledger["evidence"]) | set(ledger["reason"]) | set(ledger["would_change"])
        secrets |= {"Sangat Kurang", "Kinerja memadai", "Perwal 7", "require_performance"}
        assert [secret for secret in secrets - {""} if secret in text] == []

    @pytest.mark.parametrize("name", ["page.html", "folder"])
    def test_the_public_sees_nobody(self, tmp_path: Path, name: str) -> None:
        office().to_html(tmp_path / name, audience="public")
        (path,) = tmp_path.rglob("*.html")
        text, data = path.read_text("utf-8"), embedded(path)
        employees = office().roster.employees
        personal = {*employees["nip"], *(name for name in employees["name"] if name not in EVIL)}
        assert [each for each in personal - {""} if each in text] == []
        assert not {"people", "ledger", "eligible"} & set(data)
        assert office().provenance["roster"][:12] not in text

    def test_the_public_sees_no_figures_of_a_few(self, read: Callable[..., dict[str, Any]]) -> None:
        data = read(audience="public")
        assert (data["opds"], data["left_out"], len(data["counts"]["remote"])) == (
            ["Dinas Uji"], 1, 1,
        )  # fmt: skip
        # Of the units A has five ASN, B three and C one.
        assert [floor["label"] for floor in data["floors"]] == ["Dinas Uji", "A"]

    @pytest.mark.parametrize("audience", ["opd", "public"])
    def test_groups_by_confidential_columns_are_for_insiders(
        self, read: Callable[..., dict[str, Any]], audience: str
    ) -> None:
        who = [{"nip": f"n{n}", "performance": "Kurang" if n < 6 else "Baik"} for n in range(12)]
        rules = [
            {"kind": "min_on_site", "by": ["performance"], "count": 1},
            {"kind": "min_on_site", "scope": {"disciplined": ["false", ""]}, "count": 1},
            {"kind": "min_on_site", "count": 1},
        ]
        schedule = rotasi.solve(roster(people(who)), policy(*rules), workers=1)
        assert [floor["label"] for floor in read(schedule)["floors"]] == [
            "Baik",
            "Kurang",
            "X",
            "X",
        ]
        assert [floor["label"] for floor in read(schedule, audience=audience)["floors"]] == ["X"]

    def test_others_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="personnel, opd, public"):
            office().to_html(tmp_path / "page.html", audience="press")
        with pytest.raises(ValueError, match=r"language is '.*'; give en or id"):
            office().to_html(tmp_path / "page.html", language="fr")
        assert not list(tmp_path.iterdir())


class TestFiles:
    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_bytes_are_the_same_each_time(self, tmp_path: Path, audience: str) -> None:
        for name in ("a.html", "b.html"):
            office().to_html(tmp_path / name, audience=audience)
        assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()

    @pytest.mark.parametrize("language", ["en", "id"])
    def test_the_language_is_that_asked_for_or_in_use(self, tmp_path: Path, language: str) -> None:
        office().to_html(tmp_path / "a.html", language=language)
        with use_language(language):
            office().to_html(tmp_path / "b.html")
        assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
        assert f'<html lang="{language}">' in (tmp_path / "a.html").read_text("utf-8")

    def test_only_its_own_style_and_script_take_effect(self, tmp_path: Path) -> None:
        office().to_html(tmp_path / "page.html")
        text = (tmp_path / "page.html").read_text("utf-8")
        rule = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
        assert rule
        assert rule[1].startswith("default-src 'none'; ")
        assert "unsafe" not in rule[1]
        for name, pattern in (("style", r"<style>(.*?)</style>"), ("script", r"<script>(.*?)</sc")):
            (body,) = re.findall(pattern, text, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
            assert f"{name}-src 'sha256-{digest}'" in rule[1]

    def test_nothing_is_replaced_unless_asked(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_text("mine")
        with pytest.raises(OutputError, match="exists already"):
            office().to_html(path)
        assert path.read_text() == "mine"
        office().to_html(path, force=True)
        assert embedded(path)["audience"] == "personnel"

    def test_what_is_no_schedule_is_not_shown(self, tmp_path: Path) -> None:
        impossible = policy({"kind": "min_on_site", "count": 2})
        with pytest.raises(rotasi.InfeasibleError):
            rotasi.solve(roster(1), impossible, workers=1).to_html(tmp_path / "page.html")
        assert not list(tmp_path.iterdir())


class TestFolder:
    def test_holds_an_index_and_a_page_per_opd(self, tmp_path: Path) -> None:
        office().to_html(tmp_path / "pages")
        names = ["dinas-uji.html", "index.html", "kantor-kecil.html"]
        assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == names
        index = embedded(tmp_path / "pages" / "index.html")
        assert index["pages"] == ["dinas-uji.html", "kantor-kecil.html"]
        assert index["sizes"] == [8, 1]
        assert not {"people", "ledger"} & set(index)
        assert not any(nip in json.dumps(index) for nip in office().roster.employees["nip"])

    def test_a_page_holds_nobody_of_another_opd(self, tmp_path: Path) -> None:
        office().to_html(tmp_path / "pages")
        employees = office().roster.employees
        for opd, name in (("Dinas Uji", "dinas-uji"), ("Kantor <Kecil>", "kantor-kecil")):
            data = embedded(tmp_path / "pages" / f"{name}.html")
            inside = employees["nip"][employees["opd"] == opd].tolist()
            assert sorted(data["people"]["nip"]) == sorted(inside)
            assert data["opds"] == [opd]
            assert data["people"]["opd"] == [0] * len(inside)
            assert len(data["ledger"]["evidence"]) == len(inside)

    def test_opds_of_like_names_have_their_own_pages(self, tmp_path: Path) -> None:
        names = ["Dinas A", "dinas-a", "Index", "…", "Dinas A 2"]
        given = roster([{"nip": str(n), "opd": opd} for n, opd in enumerate(names)])
        rotasi.solve(given, policy(), workers=1).to_html(tmp_path / "pages")
        index = embedded(tmp_path / "pages" / "index.html")
        assert len(set(index["pages"])) == len(names)
        assert "index.html" not in index["pages"]
        for opd, name in zip(index["opds"], index["pages"], strict=True):
            assert embedded(tmp_path / "pages" / name)["opds"] == [opd]

    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_another_audience_finds_nothing_of_the_first(
        self, tmp_path: Path, audience: str
    ) -> None:
        office().to_html(tmp_path / "pages", audience="personnel")
        (tmp_path / "pages" / "dinas-uji.html").rename(tmp_path / "pages" / "old.HTML")
        office().to_html(tmp_path / "new", audience=audience)
        office().to_html(tmp_path / "pages", audience=audience, force=True)
        found = {path.name: path.read_bytes() for path in (tmp_path / "pages").iterdir()}
        assert found == {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}

    def test_names_in_other_files_are_not_left_beside_it(self, tmp_path: Path) -> None:
        office().write(tmp_path / "out")
        with pytest.raises(OutputError, match=r"is replaced as a whole, and blocks\.csv in it"):
            office().to_html(tmp_path / "out", audience="public", force=True)
        assert not (tmp_path / "out" / "index.html").exists()
        assert len(Schedule.read(tmp_path / "out").roster) == len(office().roster)

    def test_opds_may_be_called_anything(self, tmp_path: Path) -> None:
        names = [
            "x" * 300,
            "x" * 301,
            "中" * 300,
            "CON",
            "con",
            "../../etc",
            "<b>",
            "a\nb",
            "\u202e",
        ]
        given = roster([{"nip": str(n), "opd": opd} for n, opd in enumerate(names)])
        rotasi.solve(given, policy(), workers=1).to_html(tmp_path / "pages")
        pages = embedded(tmp_path / "pages" / "index.html")["pages"]
        assert len({page.casefold() for page in pages}) == len(names)
        assert {path.name for path in (tmp_path / "pages").iterdir()} == {"index.html", *pages}
        assert "con.html" not in pages

    def test_too_many_for_a_page_want_a_folder(self, tmp_path: Path) -> None:
        many = crowd(2_001)
        with pytest.raises(OutputError, match=r"2,001 ASN are too many .* up to 2,000"):
            many.to_html(tmp_path / "page.html")
        assert not list(tmp_path.iterdir())
        many.to_html(tmp_path / "pages", audience="opd")
        assert len(list((tmp_path / "pages").iterdir())) == 4
        many.to_html(tmp_path / "page.html", audience="public")
        assert sum(embedded(tmp_path / "page.html")["sizes"]) == 2_001
