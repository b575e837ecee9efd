"""What notebooks show of rotasi's objects: short tables in which every text is text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import policy, roster

import rotasi
from rotasi.messages import use_language
from rotasi.support.notebook_html import SHOWN, show_table

EVIL = "<script>alert(1)</script>"
NIP = "198503152010011001"
TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p"}


class Reader(HTMLParser):
    """Tags and texts of a page; every tag must be closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open.append(tag)
        self.attributes.update(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def evil_things() -> dict[str, Any]:
    """One object of each class, made of texts that would run, and of many rows."""
    rows = [
        {"nip": f"{NIP[:-2]}{n:02}", "name": "Rahayuningtyas", "opd": f"{EVIL}{n:02}"}
        for n in range(40)
    ]
    given = roster(pd.DataFrame(rows))
    rules = [
        {"kind": "min_on_site", "count": 1, "id": f"<b>{n}", "text": EVIL, "source": EVIL}
        for n in range(30)
    ]
    terms = policy(*rules, name=EVIL)
    schedule = rotasi.solve(given, terms, workers=1)
    never = policy({"kind": "min_on_site", "count": 2, "text": EVIL})
    everybody = schedule.to_frame()
    everybody.loc[everybody["date"] == "2026-01-05", "status"] = "WFH"
    open_ = policy({"kind": "quota", "max_days": 2})
    first = rotasi.solve(given, open_, workers=1)
    frame = first.to_grid().loc[rows[0]["nip"]]
    day = frame.index[frame == "WFO"][0].date()
    return {
        "Roster": given,
        "Policy": terms,
        "Schedule": schedule,
        "Report": rotasi.verify(everybody, given, terms),
        "Explanation": rotasi.explain(given, never),
        "Reason": rotasi.why(first, given, open_, rows[0]["nip"], day),
        "Size": rotasi.estimate(given, terms),
        "Reason, forbidden": rotasi.why(schedule, given, terms, rows[0]["nip"], day),
    }


@pytest.fixture(scope="module")
def things() -> dict[str, Any]:
    return evil_things()


NAMES = [
    "Roster",
    "Policy",
    "Schedule",
    "Report",
    "Explanation",
    "Reason",
    "Reason, forbidden",
    "Size",
]


@pytest.mark.parametrize("name", NAMES)
class TestEveryRepr:
    def test_is_plain_markup_in_which_texts_are_texts(
        self, name: str, things: dict[str, Any]
    ) -> None:
        page = Reader(things[name]._repr_html_())
        assert set(page.tags) <= TAGS
        assert page.attributes <= {("style", "text-align:right")}
        assert page.texts

    def test_is_short(self, name: str, things: dict[str, Any]) -> None:
        assert things[name]._repr_html_().count("<tr>") <= 20

    def test_tells_of_nobody(self, name: str, things: dict[str, Any]) -> None:
        assert not re.search(r"\d{16}|Rahayu", things[name]._repr_html_())


@pytest.mark.parametrize(
    ("name", "word"),
    [("Policy", "aturan"), ("Schedule", "nilai"), ("Report", "pelanggaran"), ("Reason", "selisih")],
)
def test_a_repr_is_translated(name: str, word: str, things: dict[str, Any]) -> None:
    with use_language("id"):
        assert word in "".join(Reader(things[name]._repr_html_()).texts)


@pytest.mark.parametrize("name", ["Roster", "Policy", "Schedule", "Report", "Explanation"])
def test_evil_texts_are_shown(name: str, things: dict[str, Any]) -> None:
    """They were not left out: the tests above would see nothing else."""
    assert EVIL in "".join(Reader(things[name]._repr_html_()).texts)


def test_rows_left_out_are_counted(things: dict[str, Any]) -> None:
    assert things["Roster"]._repr_html_().endswith("<p>and 21 more rows</p>")


def test_a_report_without_violations_says_so(things: dict[str, Any]) -> None:
    schedule = things["Schedule"]
    report = rotasi.verify(schedule, schedule.roster, schedule.policy)
    assert report._repr_html_() == "<p>every rule holds</p>"


def test_a_feasible_explanation_says_so() -> None:
    found = rotasi.explain(roster(2), policy())
    assert found._repr_html_() == "<p>a schedule exists: no hard rules collide</p>"


def test_what_is_missing_stays_empty_and_numbers_are_written_out() -> None:
    rows = [[None, np.nan, pd.NA, np.int64(1234), True]]
    page = show_table("", list("abcde"), rows)
    assert page.count("<td></td>") == 3
    assert "1,234" in page
    assert ">True<" in page


@pytest.mark.parametrize(("count", "tail"), [(SHOWN, ""), (SHOWN + 1, "<p>and 1 more row</p>")])
def test_the_last_row_that_fits(count: int, tail: str) -> None:
    page = show_table("", ["a"], [["x"]] * count)
    assert page.count("<td>x</td>") == SHOWN
    assert page.endswith("</table>" + tail)
