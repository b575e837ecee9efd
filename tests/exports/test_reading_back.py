"""A workbook that nobody edited reads back as the roster that it shows, whatever people write."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from helpers import day, policy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rotasi import PolicyError, Roster, Schedule
from rotasi.tables.readers import read_frame

pytestmark = pytest.mark.filterwarnings("ignore::rotasi.RotasiWarning")

#: What names and labels may hold that files take for something else.
SIGNS = (
    "a", "A", "\xe4", "\xdf", "SS", "\ufb01", "0", " ", "  ", "\t", "\n", "'", '"', "''", "<b>",
    "</c>", "&", "&amp;", "[", "]", ":", "*", "?", "/", "\\", "=", "+1", "-", "@", "!", "$A$1",
    "_x000D_", "_x0041_", "_", "\u200b", "\u200f", "\u202e", "\xad", "\ufeff", "\xa0", "\u2028",
    "\U0001f469\u200d\U0001f4bb", "\xe9", "e\u0301", "\u4e2d", "History", "rotasi", "Summary",
    "Ledger", "NIP", "WFO", "wfh", "Cuti", "LEAVE", "#N/A", "TRUE", "1e5", ";", ",", "x" * 40,
    "y" * 300,
)  # fmt: skip
WORDS = st.lists(st.sampled_from(SIGNS), max_size=4).map("".join)
TEXTS = st.one_of(WORDS, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8))
CODES = ("WFO", "WFH", "LEAVE")


def sheet(path: Path, opds: list[str], names: list[str], labels: dict[str, str]) -> None:
    """Write a workbook of people, one per OPD, and demand that it reads back."""
    nips = [f"{number:03}" for number in range(len(opds))]
    who = Roster.from_frame(pd.DataFrame({"nip": nips, "opd": opds, "name": names}))
    terms = policy(end=day(2), labels=labels)
    days = [day(0), day(1), day(2)]
    rows = [
        {"nip": nip, "date": date, "status": CODES[(number + at) % 3]}
        for number, nip in enumerate(nips)
        for at, date in enumerate(days)
    ]
    schedule = Schedule.from_frame(pd.DataFrame(rows), who, terms)
    schedule.to_excel(path, force=True)
    found = read_frame(path).astype({"date": "datetime64[s]"}).sort_values(["nip", "date"])
    wanted = schedule.to_frame()[["nip", "date", "status"]].sort_values(["nip", "date"])
    assert found.astype(str).to_numpy().tolist() == wanted.astype(str).to_numpy().tolist()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS.filter(lambda text: bool(text.strip())), min_size=1, max_size=6), st.data())
def test_whatever_the_names(tmp_path: Path, opds: list[str], data: st.DataObject) -> None:
    names = [data.draw(TEXTS) for _opd in opds]
    sheet(tmp_path / "a.xlsx", opds, names, {})


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS, min_size=3, max_size=3))
def test_whatever_the_labels_or_they_are_refused(tmp_path: Path, labels: list[str]) -> None:
    with suppress(PolicyError):
        sheet(tmp_path / "a.xlsx", ["A", "B"], ["", ""], dict(zip(CODES, labels, strict=True)))
