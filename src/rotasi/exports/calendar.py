"""A schedule as an iCalendar file (RFC 5545): an all-day event per ASN-day, updated by its UID."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rotasi.errors import Problem, RosterError
from rotasi.exports.protocol import Subject
from rotasi.messages import _
from rotasi.model.facts import LEAVE, MISSING, STATUSES
from rotasi.support.arguments import refuse
from rotasi.support.atomic_files import writing
from rotasi.support.calendar import as_date
from rotasi.support.guard import guard
from rotasi.support.places import read_bytes, reading
from rotasi.support.text import as_word, near
from rotasi.support.types import PathName

KEY = "ROTASI_CALENDAR_KEY"
_SHORTEST_KEY = 16  # characters; a NIP can be guessed, so the key must not be
# DTSTAMP is of the period, not of the run: the same schedule makes the same file.
_EVENT = """\
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{stamp}
SEQUENCE:{sequence}
DTSTART;VALUE=DATE:{start}
DTEND;VALUE=DATE:{end}
{summary}CATEGORIES:{code}
STATUS:{status}
TRANSP:{transp}
END:VEVENT
""".replace("\n", "\r\n")
_MOST_BYTES = 1024**3  # of a calendar; one of a province has some hundred MB
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")  # what no iCalendar text may hold


@dataclass(frozen=True)
class Entry:
    """An ASN-day in a calendar.

    Parameters
    ----------
    uid : str
        Names the ASN-day, whatever its status.
    day : date
    code : str
        WFO, WFH or LEAVE.
    summary : str
    sequence : int
        How often it has been changed, or more.
    cancelled : bool
    """

    uid: str
    day: date
    code: str
    summary: str
    sequence: int = 0
    cancelled: bool = False

    def says(self, other: Entry) -> bool:
        """Whether people read the same in another entry."""
        shown = (self.day, self.code, self.summary, self.cancelled)
        return shown == (other.day, other.code, other.summary, other.cancelled)


def write_calendar(
    subject: Subject,
    path: PathName,
    nip: str | None = None,
    opd: str | None = None,
    *,
    previous: Subject | PathName | None = None,
    key: str | None = None,
    force: bool = False,
) -> None:
    """Write what `Schedule.to_ics` describes."""
    library = _load_library()
    key = _check_key(key, needed=previous is not None)
    if isinstance(previous, str | PathLike):
        earlier = _read_file(library, Path(previous))
    else:
        earlier = list(list_entries(previous, nip, opd, key)) if previous else []
    entries = list(list_entries(subject, nip, opd, key))
    if not entries and not earlier:
        raise RosterError([_find_problem(subject, nip, opd)])
    first = _first_day(subject)
    if previous is not None:
        entries = list(update(entries, earlier, first))
    lines = chain(_head(library, subject, opd), _events(library, entries, first))
    with writing(path, force=force) as scratch:
        scratch.write_text("".join(lines), encoding="utf-8", newline="")


def list_entries(
    subject: Subject, nip: str | None, opd: str | None, key: str | None
) -> Iterator[Entry]:
    """The entries of an ASN, of an OPD or of everybody, in roster order and by date.

    Parameters
    ----------
    subject : Subject
    nip, opd : str, optional
        None of the two: everybody.
    key : str, optional
        Makes the UIDs the same in every schedule; without it they are this roster's own.
    """
    days = [as_date(day) for day in subject.instance.facts.days]
    texts = _texts(subject, alone=nip is not None, at_home=opd is not None)
    name, sequence = _namer(subject, key), edition(subject)
    labels = [getattr(subject.policy.labels, code) for code in STATUSES]
    for row in _select(subject, nip, opd):
        for day, status in zip(days, subject.grid[row].tolist(), strict=True):
            if status != MISSING:
                summary = f"{labels[status]} – {texts[row]}"
                yield Entry(name(row, day), day, STATUSES[status], summary, sequence)


def update(entries: Sequence[Entry], earlier: Sequence[Entry], first: date) -> Iterator[Entry]:
    """Entries that bring a calendar up to date which holds earlier ones.

    Parameters
    ----------
    entries : sequence of Entry
        As they should be.
    earlier : sequence of Entry
        As they are known.
    first : date
        Earlier ones before this date that are no longer there are left alone; others are cancelled.

    Raises
    ------
    ArgumentError
        If the earlier ones have been named by another key.
    """
    left = {entry.uid: entry for entry in earlier}
    strange = left.keys().isdisjoint(entry.uid for entry in entries)
    if strange and {entry.day for entry in entries} & {entry.day for entry in earlier}:
        raise refuse(
            "previous", _("the earlier calendar was made with another key, or of other people")
        )
    for entry in entries:
        known = left.pop(entry.uid, None)
        if known is None:
            yield entry
        elif known.says(entry):
            yield known
        else:
            yield replace(entry, sequence=max(entry.sequence, known.sequence + 1))
    for known in left.values():
        if known.cancelled:
            yield known
        elif known.day >= first:
            yield replace(known, sequence=known.sequence + 1, cancelled=True)


def edition(subject: Subject) -> int:
    """How often a schedule has been revised."""
    revises: Mapping[str, Any] = subject.provenance.get("revises", {})
    return int(revises.get("edition", 0))


def _select(subject: Subject, nip: str | None, opd: str | None) -> npt.NDArray[np.int64]:
    """Rows of the roster that are wanted."""
    employees = subject.roster.employees
    if nip is not None and opd is not None:
        raise refuse("nip", _("give nip or opd, not both"))
    chosen = np.ones(len(employees), dtype=bool)
    for column, value in (("nip", nip), ("opd", opd)):
        if value is not None:
            chosen &= (employees[column] == as_word(value)).to_numpy(bool)
    return np.flatnonzero(chosen)


def _find_problem(subject: Subject, nip: str | None, opd: str | None) -> Problem:
    """Why nobody is found."""
    if nip is not None:
        return Problem(_("no employee has this NIP"), "employees", column="nip")
    known = sorted(subject.roster.employees["opd"].unique())
    message = _("no employee belongs to this OPD") + near(str(opd), known)
    return Problem(message, "employees", column="opd", value=opd)


def _texts(subject: Subject, *, alone: bool, at_home: bool) -> list[str]:
    """Who or where each ASN is, as far as the reader does not know."""
    employees = subject.roster.employees
    opds = [_clean(text) for text in employees["opd"]]
    if alone:
        return opds
    names = employees["name"].where(employees["name"] != "", employees["nip"])
    people = [_clean(text) for text in names]
    if at_home:
        return people
    return [f"{person} ({opd})" for person, opd in zip(people, opds, strict=True)]


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _namer(subject: Subject, key: str | None) -> Callable[[int, date], str]:
    """What makes the UID of an ASN-day, which tells nobody a NIP.

    With a key, nobody without it can tell whether a UID is that of a NIP; a bare hash would fall to
    trying all NIPs. Without one, the row in the roster stands for the ASN.
    """
    nips = subject.roster.employees["nip"].tolist()
    secret = (key or subject.roster.hash()).encode()

    def name(row: int, day: date) -> str:
        who = nips[row] if key else f"row {row}"
        digest = hmac.new(secret, f"{who}\n{day.isoformat()}".encode(), hashlib.sha256)
        return f"{digest.hexdigest()[:32]}@rotasi"

    return name


def _check_key(key: str | None, *, needed: bool) -> str | None:
    key = key or os.environ.get(KEY) or None
    if key is None and needed:
        text = _("an update needs the key that the calendar was made with: give key, or set {name}")
        raise refuse("key", text.format(name=KEY))
    if key is not None and len(key) < _SHORTEST_KEY:
        text = _("the key of the calendar is too short: take at least {count} random characters")
        raise refuse("key", text.format(count=_SHORTEST_KEY))
    return key


def _first_day(subject: Subject) -> date:
    """The first day that the schedule decides."""
    return max(subject.policy.start, subject.from_date or subject.policy.start)


def _read_file(library: Any, path: Path) -> list[Entry]:
    """Entries of a calendar that was written before."""
    with reading(path, "calendar", RosterError):
        content = read_bytes(path, _MOST_BYTES)
    message = _("this is no calendar that rotasi wrote; choose another file")
    refusal = RosterError([Problem(message, "calendar", value=path.name)])
    return guard(lambda: _parse(library, content), lambda _error: refusal)


def _parse(library: Any, content: bytes) -> list[Entry]:
    return [_read_event(event) for event in library.Calendar.from_ical(content).walk("VEVENT")]


def _read_event(event: Any) -> Entry:
    return Entry(
        uid=str(event["UID"]),
        day=event.decoded("DTSTART"),
        code=str(event["CATEGORIES"].cats[0]),
        summary=str(event["SUMMARY"]),
        sequence=int(event["SEQUENCE"]),
        cancelled=event["STATUS"] == "CANCELLED",
    )


def _load_library() -> Any:
    try:
        import icalendar
        import icalendar.parser
    except ImportError:
        text = _('calendars need another package: pip install "rotasi[ics]"')
        raise ImportError(text) from None
    return icalendar


def _head(library: Any, subject: Subject, opd: str | None) -> Iterator[str]:
    name = " – ".join(filter(None, (subject.policy.name, opd))) or "rotasi"
    yield "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//rotasi//rotasi//EN\r\n"
    yield "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
    yield _line(library, "X-WR-CALNAME", _clean(name))


def _events(library: Any, entries: Sequence[Entry], first: date) -> Iterator[str]:
    """The events as text, and the end of the calendar.

    The library builds an event in a millisecond, a city in minutes. Only free text needs it.
    """
    summaries = {text: _line(library, "SUMMARY", text) for text in {e.summary for e in entries}}
    for entry in entries:
        yield _EVENT.format(
            uid=entry.uid,
            stamp=first.strftime("%Y%m%dT000000Z"),
            sequence=entry.sequence,
            start=entry.day.strftime("%Y%m%d"),
            end=(entry.day + timedelta(days=1)).strftime("%Y%m%d"),
            summary=summaries[entry.summary],
            code=entry.code,
            transp="OPAQUE" if entry.code == STATUSES[LEAVE] else "TRANSPARENT",
            status="CANCELLED" if entry.cancelled else "CONFIRMED",
        )
    yield "END:VCALENDAR\r\n"


def _line(library: Any, name: str, text: str) -> str:
    """A line of free text, escaped and folded by the library."""
    value = library.vText(text)
    line = library.parser.Contentline.from_parts(name, value.params, value)
    return f"{line.to_ical().decode()}\r\n"
