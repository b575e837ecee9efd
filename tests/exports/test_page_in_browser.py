"""How the page behaves in Chromium (`make browser`); without one all of this is skipped."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import policy, roster
from pages import AUDIENCES, EVIL, crowd, office
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

import rotasi
from rotasi import Schedule
from rotasi.messages import use_language, weekday_name

#: Faults that a visitor would meet, in words: in names and structure, and in contrast.
AUDIT, CONTRAST = (
    (Path(__file__).parents[1] / "audits" / f"{name}.js").read_text("utf-8")
    for name in ("structure", "contrast")
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one place that finds Chromium."""
    named = os.environ.get("ROTASI_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no Chromium: install it with `make browser`, or set ROTASI_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


class Visit:
    """A page that is open, and whatever it asked for or complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages for all audiences, a long one, and a folder."""
    folder = tmp_path_factory.mktemp("pages")
    for audience in AUDIENCES:
        office().to_html(folder / f"{audience}.html", audience=audience, language="en")
    crowd().to_html(folder / "crowd.html", language="en")
    office().to_html(folder / "city", language="en")
    return folder


@pytest.fixture
def visit(browser: Browser, files: Path) -> Iterator[Callable[..., Page]]:
    """Opens pages; at the end none may have asked for anything else, or complained."""
    visits: list[Visit] = []

    def start(name: str = "personnel.html", view: str = "", **options: Any) -> Page:
        page = browser.new_context(**options).new_page()
        page.set_default_timeout(5_000)
        visits.append(Visit(page))
        page.goto(f"{(files / name).as_uri()}{view}")
        return page

    yield start
    for each in visits:
        each.page.context.close()
        assert [url for url in each.requests if not url.startswith(("file:", "data:"))] == []
        assert each.complaints == []


def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


def turn(page: Page, view: str) -> None:
    """Go to another view of the same page."""
    page.evaluate(
        """view => new Promise(done => {
            addEventListener("hashchange", done, { once: true });
            location.hash = `#${view}`;
        })""",
        view,
    )


def heading(page: Page, text: str) -> None:
    expect(page.locator("#heading")).to_have_text(text)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


class TestViews:
    def test_each_view_is_reached_by_a_click(self, visit: Callable[..., Page]) -> None:
        page = visit()
        names = ["Overview", "Roster", "By day", "By person", "Coverage", "Eligibility"]
        assert texts(page, "#views a") == names
        for name in names:
            page.click(f"#views >> text={name}")
            heading(page, name)
            assert texts(page, "#views [aria-current=page]") == [name]
        page.go_back()
        heading(page, "Coverage")

    def test_the_roster_shows_every_cell(self, visit: Callable[..., Page]) -> None:
        page, grid = visit(view="#grid"), office().to_grid().replace("LEAVE", "CUTI")
        cells = page.evaluate(
            "[...document.querySelectorAll('.roster tbody tr')].map(row => "
            "[...row.cells].map(cell => cell.textContent))"
        )
        nips = embedded_nips(page)
        assert [row[1:-1] for row in cells] == grid.loc[nips].to_numpy().tolist()
        assert [int(row[-1]) for row in cells] == (grid.loc[nips] == "WFH").sum(axis=1).tolist()

    def test_names_that_are_markup_are_shown_as_text(self, visit: Callable[..., Page]) -> None:
        page = visit(view="#grid")
        shown = page.locator(".who span").all_text_contents()
        assert set(EVIL) <= set(shown)
        assert page.locator("#view script, #view img").count() == 0
        assert page.inner_text("h1") == "Kota <Uji> & Co"

    def test_a_day_shows_who_is_where(self, visit: Callable[..., Page]) -> None:
        page, frame = visit(view="#day/2026-01-12"), office().to_frame()
        today = frame[frame["date"] == "2026-01-12"]["status"].value_counts()
        assert page.input_value("#choose-day") == "5"
        assert texts(page, ".tally") == [str(today.get(s, 0)) for s in ("WFO", "WFH", "LEAVE")]
        assert texts(page, "section[aria-label='on leave'] li a") == [EVIL[0]]
        page.click("#step-next")
        expect(page.locator("#choose-day")).to_have_value("6")
        assert page.evaluate("document.activeElement.id") == "step-next"
        page.select_option("#choose-day", index=0)
        expect(page.locator(".date")).to_have_text("Monday, 5 January 2026")
        assert page.url.endswith("#day/2026-01-05")
        assert page.is_disabled("#step-previous")

    def test_a_person_has_a_calendar_totals_and_a_decision(
        self, visit: Callable[..., Page]
    ) -> None:
        page = visit(view="#grid")
        page.click("text=Dewi")
        expect(page.locator(".name")).to_have_text("Dewi")
        row = office().ledger().set_index("name").loc["Dewi"]
        days = office().to_grid().loc[row["nip"]]
        counts = [str((days == status).sum()) for status in ("WFO", "WFH", "LEAVE")]
        assert texts(page, ".tiles.small dd") == counts
        assert texts(page, ".calendar b") == days.tolist()
        weekdays = [weekday_name(number)[:3] for number in range(7)]
        assert texts(page, ".calendar thead th") == weekdays
        assert page.locator(".calendar td").count() == 14
        decision = page.inner_text(".decision")
        for text in ("May not be remote", "Kinerja memadai", row["evidence"], row["would_change"]):
            assert text in decision

    def test_coverage_says_where_it_is_tight(self, visit: Callable[..., Page]) -> None:
        page = visit(view="#coverage")
        assert page.inner_text(".verdict") == "Every minimum is kept on every day."
        cells = texts(page, "tr:has(th:text-is('Kantor <Kecil>')) td")
        assert cells == ["1/1 exactly at the minimum"] * 10
        assert "too few" not in page.inner_text("#view")

    def test_coverage_says_where_there_are_too_few(
        self, visit: Callable[..., Page], files: Path
    ) -> None:
        frame = office().to_frame()
        monday = (frame["date"] == "2026-01-05") & (frame["opd"] == "Kantor <Kecil>")
        frame.loc[monday, "status"] = "WFH"
        edited = Schedule.from_frame(frame, office().roster, office().policy)
        edited.to_html(files / "short.html", force=True)
        page = visit("short.html", "#coverage")
        # Of the OPD and of its only unit.
        assert page.inner_text(".verdict").endswith(": 2")
        assert texts(page, "td.short") == ["0/1 too few"] * 2
        assert "Not shown to keep every rule" in page.inner_text("#facts")

    def test_the_ledger_tells_of_each_refusal(self, visit: Callable[..., Page]) -> None:
        page, ledger = visit(view="#ledger"), office().ledger()
        barred = ledger[~ledger["may_be_remote"]]
        counts = barred.groupby("text").size().to_dict()
        rules = texts(page, ".card >> nth=0 >> tbody th")
        figures = map(int, texts(page, ".card >> nth=0 >> tbody .number"))
        shown = dict(zip(rules, figures, strict=True))
        assert shown == counts
        page.select_option("#show", "barred")
        rows = page.locator(".ledger tbody tr").all()
        assert len(rows) == len(barred)
        words = [row.inner_text() for row in rows]
        for _index, row in barred.iterrows():
            (line,) = [line for line in words if row["nip"] in line]
            assert all(row[name] in line for name in ("text", "source", "evidence", "would_change"))

    @pytest.mark.parametrize("audience", ["opd", "public"])
    def test_others_have_fewer_views(self, visit: Callable[..., Page], audience: str) -> None:
        page = visit(f"{audience}.html")
        names = ["Overview", "Roster", "By day", "By person", "Coverage"]
        wanted = names if audience == "opd" else ["Overview", "By day", "Coverage"]
        assert texts(page, "#views a") == wanted
        for name in wanted:
            page.click(f"#views >> text={name}")
            heading(page, name)
        turn(page, "ledger")
        heading(page, "Coverage")

    def test_the_index_leads_to_the_opds_and_back(self, visit: Callable[..., Page]) -> None:
        page = visit("city/index.html")
        page.click("a:text-is('Kantor <Kecil>')")
        expect(page.locator("h1")).to_have_text("Kota <Uji> & Co · Kantor <Kecil>")
        page.click("#views a >> nth=0")
        expect(page.locator("h1")).to_have_text("Kota <Uji> & Co")


def embedded_nips(page: Page) -> list[str]:
    nips: list[str] = page.evaluate("data.people.nip")
    return nips


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "name"),
        [("NURʼAENI", "Siti Nurʼaéni"), ("bagus ida", "Ida Bagus"), ("2020010007", "Fajar")],
    )
    def test_a_search_forgives_case_marks_and_order(
        self, visit: Callable[..., Page], query: str, name: str
    ) -> None:
        page = visit(view="#grid")
        page.fill("#search", query)
        assert page.locator(".who span").all_text_contents() == [name]
        assert page.inner_text("#count") == "1 of 9 ASN"
        assert page.get_attribute("#count", "aria-live") == "polite"

    def test_a_search_is_kept_from_view_to_view_and_cleared(
        self, visit: Callable[..., Page]
    ) -> None:
        page = visit(view="#grid")
        page.fill("#search", "dewi")
        page.click("#views >> text=By day")
        heading(page, "By day")
        assert texts(page, ".names a") == ["Dewi"]
        page.click("#clear")
        assert page.inner_text("#count") == "9 of 9 ASN"
        page.fill("#search", "nobody of that name")
        assert "Nobody matches" in page.inner_text("#view")
        assert page.inner_text("#count") == "0 of 9 ASN"

    def test_opd_and_unit_narrow_the_list(self, visit: Callable[..., Page]) -> None:
        page, employees = visit(view="#grid"), office().roster.employees
        page.select_option("#unit", label="B")
        unit = employees["nip"][(employees["unit"] == "B")].tolist()
        assert embedded_shown(page) == unit
        page.select_option("#opd", label="Kantor <Kecil>")
        assert embedded_shown(page) == employees["nip"][employees["opd"] != "Dinas Uji"].tolist()
        assert texts(page, "#unit option") == ["All units", "C"]

    def test_the_overview_follows_the_opd(self, visit: Callable[..., Page]) -> None:
        page = visit()
        page.select_option("#opd", label="Kantor <Kecil>")
        assert page.inner_text(".tiles dd >> nth=0") == "1"
        page.click("button.link")
        heading(page, "Roster")
        assert page.inner_text("#count") == "1 of 9 ASN"

    def test_a_long_list_grows_as_it_is_read(self, visit: Callable[..., Page]) -> None:
        page = visit("crowd.html", "#grid")
        before = page.locator(".roster tbody tr").count()
        assert 20 < before < 240
        page.evaluate("document.querySelector('.frame').scrollTo(0, 1e6)")
        page.wait_for_function(f"document.querySelectorAll('.roster tbody tr').length > {before}")


def embedded_shown(page: Page) -> list[str]:
    """NIPs of the rows shown, by where their links lead."""
    nips: list[str] = page.evaluate(
        """[...document.querySelectorAll(".roster .who a")]
            .map(link => data.people.nip[link.hash.split("/")[1]])"""
    )
    return nips


class TestKeyboard:
    def test_arrows_move_through_the_roster(self, visit: Callable[..., Page]) -> None:
        page = visit("crowd.html", "#grid")
        page.focus(".roster thead th")
        assert focused(page) == "Name"
        for key, text in [
            ("ArrowRight", "Mon5"),
            ("ArrowDown", "WFO"),
            ("End", "0"),
            ("Home", "Orang 000000000000000000000000000000000000 · Dinas 0"),
            ("PageDown", "Orang 000000000000000030000000000000000030 · Dinas 0"),
            ("Control+End", "0"),
            ("Control+Home", "Name"),
            ("ArrowUp", "Name"),
            ("ArrowLeft", "Name"),
        ]:
            page.keyboard.press(key)
            assert focused(page) == text, key
            assert page.locator(".roster [tabindex='0']").count() == 1
        assert page.locator(".roster tbody tr").count() == 240
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator(".name")).to_have_text("Orang 000000000000000000")

    def test_enter_on_a_day_opens_it(self, visit: Callable[..., Page]) -> None:
        page = visit(view="#grid")
        page.focus(".roster thead th")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator(".date")).to_have_text("Tuesday, 6 January 2026")

    def test_the_first_stop_skips_to_the_content(self, visit: Callable[..., Page]) -> None:
        page = visit()
        page.keyboard.press("Tab")
        assert focused(page) == "Skip to the content"
        assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"

    def test_every_stop_shows_the_focus(self, visit: Callable[..., Page]) -> None:
        page = visit(view="#grid")
        stops = []
        for _stop in range(16):
            page.keyboard.press("Tab")
            style = page.evaluate(
                """(({ outlineStyle, outlineWidth }) =>
                    [document.activeElement.tagName, outlineStyle, parseFloat(outlineWidth)]
                )(getComputedStyle(document.activeElement))"""
            )
            stops.append(style)
        inside = [stop for stop in stops if stop[0] != "BODY"]
        assert {stop[0] for stop in inside} >= {"A", "BUTTON", "INPUT", "SELECT", "TH"}
        assert [stop for stop in inside if stop[1] == "none" or stop[2] < 2] == []


class TestLanguageAndScheme:
    def test_the_language_switches_in_place(self, visit: Callable[..., Page]) -> None:
        page = visit(view="#grid")
        assert page.get_attribute("html", "lang") == "en"
        assert texts(page, ".roster thead span")[:2] == ["Mon", "Tue"]
        page.fill("#search", "dewi")
        page.click("#language")
        assert page.get_attribute("html", "lang") == "id"
        assert texts(page, ".roster thead span")[:2] == ["Sen", "Sel"]
        assert "5 Januari 2026" in page.inner_text("#facts")
        assert page.locator(".who span").all_text_contents() == ["Dewi"]
        with use_language("id"):
            evidence = office().ledger().set_index("name").loc["Dewi", "evidence"]
        page.click("text=Dewi")
        expect(page.locator(".decision")).to_contain_text(str(evidence))
        page.click("#language")
        assert page.get_attribute("html", "lang") == "en"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_colours_follow_the_system_until_switched(
        self, visit: Callable[..., Page], scheme: str
    ) -> None:
        page = visit(color_scheme=scheme)
        other = {"light": "dark", "dark": "light"}[scheme]
        assert background(page, scheme)
        page.click("#scheme")
        assert background(page, other)
        page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert background(page, other)


def background(page: Page, scheme: str) -> bool:
    """Whether the page is as bright as a scheme should be."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    return brightness > 200 if scheme == "light" else brightness < 60


class TestPrint:
    def test_controls_are_hidden_and_headings_repeated(self, visit: Callable[..., Page]) -> None:
        page = visit(view="#grid", color_scheme="dark")
        page.emulate_media(media="print")
        assert [page.is_visible(part) for part in ("#filters", "nav", ".tools")] == [False] * 3
        style = "getComputedStyle(document.querySelector('.roster thead')).display"
        assert page.evaluate(style) == "table-header-group"
        assert background(page, "light")

    def test_the_whole_list_is_printed_on_landscape_a4(
        self, visit: Callable[..., Page], tmp_path: Path
    ) -> None:
        page = visit("crowd.html", "#grid")
        pdf = page.pdf(prefer_css_page_size=True)
        assert page.locator(".roster tbody tr").count() == 240
        sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
        assert len(sizes) > 5
        for width, height in sizes:
            assert (round(float(width)), round(float(height))) == (842, 595)


# -------------------------------------------------------------------- for everybody

VIEWS = ["overview", "grid", "day/2026-01-12", "person", "person/4", "coverage", "ledger"]


class TestAccess:
    @pytest.mark.parametrize("width", [390, 1280])
    def test_everything_is_named_and_in_order(self, visit: Callable[..., Page], width: int) -> None:
        page = visit(viewport={"width": width, "height": 800})
        for view in VIEWS:
            turn(page, view)
            assert page.evaluate(AUDIT) == [], view

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_texts_stand_out(self, visit: Callable[..., Page], scheme: str) -> None:
        page = visit(color_scheme=scheme, reduced_motion="reduce")
        for view in VIEWS:
            turn(page, view)
            assert page.evaluate(CONTRAST) == [], view

    def test_a_fault_is_noticed(self, visit: Callable[..., Page]) -> None:
        page = visit()
        page.evaluate("byId('heading').style.color = '#bbb'; byId('opd-field').firstChild.remove()")
        assert page.evaluate(CONTRAST)
        assert any(fault.startswith("no label") for fault in page.evaluate(AUDIT))

    def test_the_grid_says_where_one_is(self, visit: Callable[..., Page]) -> None:
        page = visit(view="#grid")
        assert page.get_attribute(".roster", "role") == "grid"
        assert page.get_attribute(".roster", "aria-rowcount") == "10"
        rows = page.locator(".roster tr").all()
        assert [row.get_attribute("aria-rowindex") for row in rows] == [
            str(n) for n in range(1, 11)
        ]


def test_an_empty_public_page_opens(visit: Callable[..., Page], files: Path) -> None:
    few = rotasi.solve(roster(2), policy(), workers=1)
    few.to_html(files / "few.html", audience="public", language="en", force=True)
    page = visit("few.html")
    assert "OPDs of fewer than 5 ASN are left out: 1" in page.inner_text("#view")
    for view in ("day", "coverage"):
        turn(page, view)


def test_nothing_from_outside_could_be_loaded(browser: Browser, files: Path) -> None:
    visit = Visit(browser.new_page())
    visit.page.goto((files / "personnel.html").as_uri())
    with pytest.raises(Error):
        visit.page.evaluate("fetch('https://example.org')")
    visit.page.evaluate(
        "document.body.append(make('script', {}, 'var planted = 1'), make('img', {src: 'x.png'}))"
    )
    assert visit.page.evaluate("typeof planted") == "undefined"
    assert len([text for text in visit.complaints if "Content Security Policy" in text]) >= 3
    visit.page.close()
