"""Calendars read back by the library, by the rules of RFC 5545 by hand, and by a small client."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pandas as pd
import pytest
from helpers import MONDAY, day, people, policy, roster, written

from rotasi import OutputError, RosterError, Schedule, revise, solve

KEY = "a long and random secret"
ONE_STAYS = {"kind": "min_on_site", "by": [], "count": 1}
NIPS = {"siti": "198001012005012001", "budi": "198507172010011002"}


def office(**leave: tuple[int, int]) -> Any:
    """Siti in Bappeda, Budi in Dinkes, with leave between days of the week."""
    who = [
        {"nip": NIPS["siti"], "opd": "Bappeda", "name": "Siti"},
        {"nip": NIPS["budi"], "opd": "Dinkes", "name": "Budi"},
    ]
    return roster(who, leave=[(NIPS[name], *days) for name, days in leave.items()])


@pytest.fixture
def schedule() -> Schedule:
    return solve(office(), policy(ONE_STAYS, name="Kota"))


def events(path: Path) -> list[Any]:
    return icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")


@dataclass
class Client:
    """Keeps events by UID, as RFC 5546 says: a lower SEQUENCE never wins."""

    known: dict[str, tuple[int, str, date, str]] = field(default_factory=dict)
    ignored: int = 0

    def read(self, path: Path) -> None:
        for event in events(path):
            uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
            new = (sequence, str(event["STATUS"]), event.decoded("DTSTART"), str(event["SUMMARY"]))
            old = self.known.get(uid)
            if old is None or sequence > old[0]:
                self.known[uid] = new
            elif old != new:
                self.ignored += 1

    def shown(self) -> list[tuple[date, str]]:
        kept = self.known.values()
        return sorted((at, text) for _, status, at, text in kept if status == "CONFIRMED")


def expected(schedule: Schedule, opd: str) -> list[tuple[date, str]]:
    """What a reader of an OPD's calendar ought to see."""
    names = schedule.roster.employees.set_index("nip")["name"]
    labels = {"WFO": "WFO", "WFH": "WFH", "LEAVE": "CUTI"}
    return sorted(
        (at.date(), f"{labels[status]} – {names[nip]}")
        for nip, where, at, status in schedule.to_frame().itertuples(index=False)
        if where == opd
    )


def test_each_day_is_an_event_of_its_own(schedule: Schedule, tmp_path: Path) -> None:
    schedule.to_ics(tmp_path / "siti.ics", nip=NIPS["siti"])
    found = events(tmp_path / "siti.ics")
    letters = {"WFO": "O", "WFH": "H", "LEAVE": "L"}
    assert (
        "".join(letters[event["CATEGORIES"].cats[0]] for event in found)
        == (written(schedule)[NIPS["siti"]])
    )
    first = found[0]
    assert first.decoded("DTSTART") == MONDAY
    assert first.decoded("DTEND") == day(1)  # exclusive
    assert first.decoded("DTSTAMP") == datetime(2026, 1, 5, tzinfo=UTC)
    assert str(first["SUMMARY"]) in ("WFH – Bappeda", "WFO – Bappeda")
    assert first["TRANSP"] == "TRANSPARENT"
    assert first["SEQUENCE"] == 0


def test_one_two_or_all_and_what_the_summary_says(schedule: Schedule, tmp_path: Path) -> None:
    schedule.to_ics(tmp_path / "opd.ics", opd="Dinkes")
    schedule.to_ics(tmp_path / "all.ics")
    assert {str(e["SUMMARY"])[-4:] for e in events(tmp_path / "opd.ics")} == {"Budi"}
    everybody = {str(e["SUMMARY"]).split(" – ")[1] for e in events(tmp_path / "all.ics")}
    assert everybody == {"Siti (Bappeda)", "Budi (Dinkes)"}
    assert len(events(tmp_path / "all.ics")) == 10


def test_labels_are_the_policys_and_leave_blocks_the_day(tmp_path: Path) -> None:
    terms = policy(labels={"WFH": "WFA", "LEAVE": "Cuti"})
    solve(office(siti=(0, 4)), terms).to_ics(tmp_path / "all.ics")
    by_text = {str(e["SUMMARY"]).split(" –")[0]: e for e in events(tmp_path / "all.ics")}
    assert set(by_text) == {"Cuti", "WFA", "WFO"}
    assert by_text["Cuti"]["TRANSP"] == "OPAQUE"


def test_no_nip_is_in_the_file_unless_a_name_is_missing(tmp_path: Path) -> None:
    solve(office(), policy()).to_ics(tmp_path / "named.ics", key=KEY)
    text = (tmp_path / "named.ics").read_text(encoding="utf-8")
    assert not any(nip in text for nip in NIPS.values())
    who = [{"nip": NIPS["siti"], "opd": "Bappeda", "name": ""}]
    solve(roster(who), policy()).to_ics(tmp_path / "nameless.ics", opd="Bappeda")
    assert NIPS["siti"] in (tmp_path / "nameless.ics").read_text(encoding="utf-8")


def test_uids_depend_on_the_key_and_on_nothing_else(schedule: Schedule, tmp_path: Path) -> None:
    later = solve(office(budi=(2, 3)), policy(ONE_STAYS))

    def uids(made: Schedule, name: str, key: str | None) -> list[str]:
        made.to_ics(tmp_path / name, nip=NIPS["siti"], key=key)
        return [str(event["UID"]) for event in events(tmp_path / name)]

    own = uids(schedule, "one", KEY)
    assert own == uids(later, "two", KEY)
    assert len(set(own)) == 5
    assert set(own).isdisjoint(uids(schedule, "three", KEY + "!"))
    assert set(own).isdisjoint(uids(schedule, "four", None))
    assert uids(schedule, "five", None) == uids(schedule, "six", None)


def test_the_key_may_come_from_the_environment(
    schedule: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule.to_ics(tmp_path / "given.ics", key=KEY)
    monkeypatch.setenv("ROTASI_CALENDAR_KEY", KEY)
    schedule.to_ics(tmp_path / "set.ics")
    assert (tmp_path / "given.ics").read_bytes() == (tmp_path / "set.ics").read_bytes()


@pytest.mark.parametrize("by_file", [False, True])
def test_a_client_that_reads_every_update_shows_the_new_schedule(
    schedule: Schedule, tmp_path: Path, by_file: bool
) -> None:
    client, terms = Client(), policy(ONE_STAYS, name="Kota")
    steps = [schedule, revise(schedule, office(siti=(2, 2)), terms, day(1))]
    steps.append(revise(steps[1], office(siti=(2, 2), budi=(3, 4)), terms, day(2)))
    off = policy(ONE_STAYS, name="Kota", holidays={"country": "", "extra": [day(4)]})
    steps.append(revise(steps[2], office(siti=(2, 2), budi=(3, 4)), off, day(3)))
    for n, step in enumerate(steps):
        before = None if n == 0 else tmp_path / f"{n - 1}.ics" if by_file else steps[n - 1]
        step.to_ics(tmp_path / f"{n}.ics", opd="Dinkes", key=KEY, previous=before)
        client.read(tmp_path / f"{n}.ics")
        assert client.shown() == expected(step, "Dinkes")
    assert client.ignored == 0
    cancelled = [e for e in events(tmp_path / "3.ics") if e["STATUS"] == "CANCELLED"]
    assert [e.decoded("DTSTART") for e in cancelled] == [day(4)]


def test_only_what_differs_gets_a_higher_sequence(schedule: Schedule, tmp_path: Path) -> None:
    schedule.to_ics(tmp_path / "0.ics", key=KEY)
    revised = revise(schedule, office(siti=(4, 4)), policy(ONE_STAYS, name="Kota"), day(4))
    revised.to_ics(tmp_path / "1.ics", key=KEY, previous=tmp_path / "0.ics")
    changed = {e.decoded("DTSTART") for e in events(tmp_path / "1.ics") if e["SEQUENCE"]}
    assert changed == {day(4)}


def test_who_has_gone_keeps_the_past_and_loses_the_rest(schedule: Schedule, tmp_path: Path) -> None:
    client = Client()
    schedule.to_ics(tmp_path / "0.ics", opd="Dinkes", key=KEY)
    alone = roster([{"nip": NIPS["siti"], "opd": "Bappeda", "name": "Siti"}])
    revised = revise(schedule, alone, policy(ONE_STAYS), day(2))
    revised.to_ics(tmp_path / "1.ics", opd="Dinkes", key=KEY, previous=schedule)
    client.read(tmp_path / "0.ics")
    client.read(tmp_path / "1.ics")
    assert client.shown() == expected(schedule, "Dinkes")[:2]


def test_a_new_solve_updates_the_file_that_was_handed_out(tmp_path: Path) -> None:
    """Solved anew, a schedule does not know how often its events were changed; the file does."""
    client, before = Client(), None
    for n, days in enumerate([(0, 0), (1, 1), (2, 2), (3, 3)]):
        made = solve(office(budi=days), policy())
        made.to_ics(tmp_path / f"{n}.ics", opd="Dinkes", key=KEY, previous=before)
        before = tmp_path / f"{n}.ics"
        client.read(before)
        assert client.shown() == expected(made, "Dinkes")


def test_the_same_schedule_makes_the_same_file(schedule: Schedule, tmp_path: Path) -> None:
    schedule.to_ics(tmp_path / "one.ics")
    schedule.to_ics(tmp_path / "two.ics", language="id")
    assert (tmp_path / "one.ics").read_bytes() == (tmp_path / "two.ics").read_bytes()


HOSTILE = [
    'Siti; Budi, \\n Tono: "x"',
    "Ñandú 漢字 " * 20,
    "BEGIN:VEVENT\r\nUID:evil",
    "a\tb\x07c",
    "é" * 200,
    "🙂" * 60,
    "=cmd|'/c calc'!A1",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_break_no_line(name: str, tmp_path: Path) -> None:
    who = pd.DataFrame([{"nip": "a", "opd": "X; Y, Z", "name": name}], dtype=object)
    made = solve(roster(who), policy(name=name))
    made.to_ics(tmp_path / "x.ics")
    check_by_hand((tmp_path / "x.ics").read_bytes())
    found = events(tmp_path / "x.ics")
    assert len(found) == 5
    clean = re.sub(r"[\x00-\x1f]+", " ", name).strip()
    assert str(found[0]["SUMMARY"]).removeprefix("WFH – ") == f"{clean} (X; Y, Z)"


def check_by_hand(data: bytes) -> None:
    """RFC 5545, 3.1 and 3.3.11: CRLF, at most 75 octets, folded between characters, escaped."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")  # no character is cut in two
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line)
    unfolded = data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    depth: list[str] = []
    for line in unfolded:
        name, _, value = line.partition(":")
        assert re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z]+)*", name)
        if name == "BEGIN":
            depth.append(value)
        elif name == "END":
            assert depth.pop() == value
        elif name in ("SUMMARY", "X-WR-CALNAME"):
            assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)
            assert re.fullmatch(r"(?:[^\\]|\\[\\;,nN])*", value)
    assert depth == []
    event = unfolded[unfolded.index("BEGIN:VEVENT") :]
    names = [line.partition(":")[0].partition(";")[0] for line in event]
    one = names[1 : names.index("END")]
    assert len(one) == len(set(one))
    assert {"UID", "DTSTAMP", "DTSTART"} <= set(one)


def test_no_time_of_day_and_no_time_zone_is_in_the_file(schedule: Schedule, tmp_path: Path) -> None:
    schedule.to_ics(tmp_path / "x.ics")
    text = (tmp_path / "x.ics").read_text(encoding="utf-8")
    assert "TZID" not in text
    starts = re.findall(r"^DTSTART(.*)$", text, re.MULTILINE)
    ends = re.findall(r"^DTEND(.*)$", text, re.MULTILINE)
    assert all(re.fullmatch(r";VALUE=DATE:\d{8}", each) for each in starts + ends)
    for event in events(tmp_path / "x.ics"):
        assert type(event.decoded("DTSTART")) is date
        assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)


def test_what_is_wrong_is_said(
    schedule: Schedule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.ics"
    with pytest.raises(RosterError, match="no employee has this NIP") as caught:
        schedule.to_ics(path, nip="198001012005012999")
    assert "198001012005012999" not in str(caught.value)
    with pytest.raises(RosterError, match="did you mean 'Bappeda'"):
        schedule.to_ics(path, opd="Bapeda")
    with pytest.raises(ValueError, match="not both"):
        schedule.to_ics(path, nip=NIPS["siti"], opd="Bappeda")
    with pytest.raises(ValueError, match="ROTASI_CALENDAR_KEY"):
        schedule.to_ics(path, previous=schedule)
    with pytest.raises(ValueError, match="too short"):
        schedule.to_ics(path, key="secret")
    assert not path.exists()
    schedule.to_ics(path, key=KEY)
    with pytest.raises(OutputError, match="exists already"):
        schedule.to_ics(path)
    with pytest.raises(ValueError, match="another key"):
        schedule.to_ics(path, key=KEY[::-1], previous=path, force=True)
    (tmp_path / "no.ics").write_text("BEGIN:VCALENDAR\n")
    for name in ("no.ics", "missing.ics"):
        with pytest.raises(RosterError, match=r"no calendar|missing.ics cannot be read"):
            schedule.to_ics(tmp_path / "y.ics", key=KEY, previous=tmp_path / name)
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(ImportError, match=re.escape('pip install "rotasi[ics]"')):
        schedule.to_ics(tmp_path / "y.ics")


def test_who_joined_by_a_revision_has_no_events_before_it(tmp_path: Path) -> None:
    schedule = solve(roster("a"), policy())
    revised = revise(schedule, roster(people("ab")), policy(), day(3))
    revised.to_ics(tmp_path / "b.ics", nip="b")
    assert [e.decoded("DTSTART") for e in events(tmp_path / "b.ics")] == [day(3), day(4)]


@pytest.mark.parametrize("line", ["SEQUENCE", "DTSTART", "CATEGORIES", "UID"])
@pytest.mark.parametrize("times", [0, 2])
def test_a_calendar_whose_lines_are_lost_or_twice_is_none_of_ours(
    schedule: Schedule, tmp_path: Path, line: str, times: int
) -> None:
    schedule.to_ics(tmp_path / "x.ics", key=KEY)
    lines = (tmp_path / "x.ics").read_text("utf-8").splitlines()
    kept = [each for each in lines for _ in range(times if each.startswith(line) else 1)]
    (tmp_path / "x.ics").write_text("\r\n".join(kept) + "\r\n", encoding="utf-8")
    try:
        schedule.to_ics(tmp_path / "y.ics", key=KEY, previous=tmp_path / "x.ics")
    except RosterError as error:
        assert "no calendar that rotasi wrote" in str(error)  # noqa: PT017
        assert error.__context__ is None  # noqa: PT017
    except ValueError as error:
        assert "another key" in str(error)  # noqa: PT017
