"""The annex of a letter of assignment (surat tugas): who works remotely on which days.

Its form is that of collective assignments in Indonesian official correspondence (Peraturan Menteri
PANRB 80/2012 and Peraturan Menteri Dalam Negeri 1/2023): number, date and subject of the letter at
the head, a numbered list with NIP and post, and at the foot the place, date, post, name and NIP of
the official who signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from rotasi.exports.protocol import Subject
from rotasi.exports.texts import (
    capitalise,
    group_dates,
    plain_date,
    strip_controls,
    warn_of_controls,
)
from rotasi.messages import _
from rotasi.model.facts import WFH
from rotasi.support.arguments import refuse
from rotasi.support.atomic_files import writing
from rotasi.support.calendar import as_date
from rotasi.support.text import near
from rotasi.support.types import PathName

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Row
    from docx.text.paragraph import Paragraph

_BLANK = "…" * 12  # filled in by hand
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a file that is made again is the same
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that an archive can hold
_FONT, _SIZE, _SMALL = "Arial", 11, 10  # points
_WIDTHS = (1.0, 3.8, 4.1, 3.9, 3.7)  # centimetres; with the margins they fill an A4
_MARGIN = 2.25


@dataclass(frozen=True)
class Signatory:
    """Who signs: what is left out is left open, to be filled in by hand.

    Parameters
    ----------
    position : str
        Post, such as ``Kepala Bappeda``.
    name, nip : str
    rank : str
        Rank and class, such as ``Pembina Tingkat I, IV/b``.
    """

    position: str = ""
    name: str = ""
    nip: str = ""
    rank: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """A signatory from a mapping.

        Raises
        ------
        ArgumentError
            If it has other keys.
        """
        known = [each.name for each in fields(cls)]
        unknown = [key for key in given if key not in known]
        if unknown:
            text = _("signatory has the unknown key {key!r}; it knows {known}")
            raise refuse("signatory", text.format(key=unknown[0], known=", ".join(known)))
        return cls(**given)


@dataclass(frozen=True)
class Letter:
    """The letter that the annex belongs to.

    Parameters
    ----------
    number : str
    dated : date or None
    place : str
        Where it is signed.
    subject : str
        What it is about; left out: the remote work in the period.
    signatory : Signatory
    """

    number: str
    dated: date | None
    place: str
    subject: str
    signatory: Signatory


def write_letter(
    subject: Subject,
    path: PathName,
    opd: str,
    letter: Letter,
    *,
    everyone: bool = False,
    force: bool = False,
) -> None:
    """Write the annex for one OPD, whole or not at all; see `Schedule.to_letter`.

    Parameters
    ----------
    subject : Subject
    path : path
    opd : str
    letter : Letter
    everyone : bool
        List those without a remote day too.
    force : bool
        Replace a file that is there already.
    """
    with writing(path, force=force) as scratch:
        scratch.write_bytes(draw_letter(subject, opd, letter, everyone=everyone))


def draw_letter(subject: Subject, opd: str, letter: Letter, *, everyone: bool) -> bytes:
    """The annex itself: equal bytes for equal inputs."""
    page = _open_document(_("Annex to the letter of assignment"))
    rows, removed = _list_people(subject, opd, everyone=everyone)
    _write_head(page, subject, letter)
    _write_title(page, subject, opd)
    _write_table(page, subject, rows)
    _write_foot(page, letter)
    _number_pages(page)
    warn_of_controls(removed)
    return _pack(page)


def _open_document(title: str) -> Document:
    """An empty A4 page."""
    try:
        import docx
        from docx.shared import Cm, Pt
    except ImportError as error:
        text = _('writing this format needs a package more: pip install "rotasi[{extra}]"')
        raise ImportError(text.format(extra="docx")) from error
    page = docx.Document()
    about = page.core_properties
    about.title, about.author, about.comments = title, "", ""
    about.created = about.modified = _CREATED
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = page.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(_SIZE)
    normal.paragraph_format.space_after = Pt(0)
    return page


def _list_people(subject: Subject, opd: str, *, everyone: bool) -> tuple[list[list[str]], int]:
    """Rows of the table, without their numbers, and how many control characters were left out."""
    people = subject.roster.employees
    known = sorted(people["opd"].unique())
    if opd not in known:
        text = _("no employee belongs to the OPD {opd!r}").format(opd=opd)
        raise refuse("opd", text + near(opd, known))
    days = [as_date(day) for day in subject.instance.facts.days]
    remote = subject.grid == WFH
    chosen = (people["opd"] == opd).to_numpy(bool) & (everyone | remote.any(axis=1))
    rows = []
    for asn in np.flatnonzero(chosen).tolist():
        who = people.iloc[asn]
        post = ", ".join(filter(None, (who["position"], who["unit"])))
        dates = group_dates(days[day] for day in np.flatnonzero(remote[asn]).tolist())
        rows.append([who["name"], who["nip"], post, dates or "–"])
    if not rows:
        text = _("nobody of {opd} has a remote day; ask for everyone or leave the letter out")
        raise refuse("opd", text.format(opd=opd))
    cleaned = [[strip_controls(text) for text in row] for row in rows]
    removed = sum(count for row in cleaned for _text, count in row)
    return [[text for text, _count in row] for row in cleaned], removed


def _write_head(page: Document, subject: Subject, letter: Letter) -> None:
    """Which letter the annex belongs to, at the right of the first page."""
    from docx.shared import Cm

    about = letter.subject or _("remote work ({label}) in the period {start} to {end}").format(
        label=subject.policy.labels.WFH,
        start=plain_date(subject.policy.start),
        end=plain_date(subject.policy.end),
    )
    lines = {
        _("number"): letter.number or _BLANK,
        _("date"): plain_date(letter.dated) if letter.dated else _BLANK,
        _("subject"): about,
    }
    _write(page.add_paragraph(), _("ANNEX TO THE LETTER OF ASSIGNMENT"), left=Cm(8), bold=True)
    for name, text in lines.items():
        line = _write(page.add_paragraph(), f"{name.upper()}\t:\t{text}", left=Cm(11.2))
        line.paragraph_format.first_line_indent = Cm(-3.2)
        for stop in (10.7, 11.2):
            line.paragraph_format.tab_stops.add_tab_stop(Cm(stop))


def _write_title(page: Document, subject: Subject, opd: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    title = _("ASN WHO WORK REMOTELY ({label})").format(label=subject.policy.labels.WFH)
    for number, text in enumerate((title, opd)):
        line = _write(page.add_paragraph(), text, bold=True)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = Pt(0 if number else 16)
        line.paragraph_format.space_after = Pt(10 if number else 0)


def _write_table(page: Document, subject: Subject, rows: Sequence[Sequence[str]]) -> None:
    """The people; the headings stand on each page, and no row is torn apart."""
    label = subject.policy.labels.WFH
    from docx.shared import Cm

    headings = [
        _("no."), _("name"), _("NIP"), _("position, unit"),
        _("days of {label}").format(label=label),
    ]  # fmt: skip
    table = page.add_table(rows=2, cols=len(headings), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
    head, model = table.rows
    _fill(head, map(capitalise, headings), bold=True)
    _set(head, "w:tblHeader")
    _set(model, "w:cantSplit")
    _fill(model, ["" for _heading in headings])
    _add_rows(table, model, rows)


def _add_rows(table: Table, model: _Row, rows: Sequence[Sequence[str]]) -> None:
    """Copies of an empty row, filled: far faster than to build each."""
    from docx.oxml.ns import qn

    body = table._tbl
    pattern = model._tr
    body.remove(pattern)
    for number, values in enumerate(rows, start=1):
        row = deepcopy(pattern)
        for place, text in zip(row.iter(qn("w:t")), (f"{number}.", *values), strict=True):
            place.text = text
        body.append(row)
    for cell in table.rows[-1].cells:  # the signature never stands alone on a page
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def _fill(row: _Row, texts: Iterable[str], *, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    for cell, text, width in zip(row.cells, texts, _WIDTHS, strict=True):
        cell.width = Cm(width)
        run = cell.paragraphs[0].add_run(text or " ")
        run.bold, run.font.size = bold, Pt(_SMALL)
        if bold:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write_foot(page: Document, letter: Letter) -> None:
    """Where, when and by whom it is signed, kept together."""
    from docx.shared import Cm, Pt

    who = letter.signatory
    dated = plain_date(letter.dated) if letter.dated else _BLANK
    lines = [
        _("Issued in {place}").format(place=letter.place or _BLANK),
        _("on {date}").format(date=dated),
        f"{who.position or _BLANK},",
        *("", "", ""),
        who.name or _BLANK,
        *([who.rank] if who.rank else []),
        _("NIP {nip}").format(nip=who.nip or _BLANK),
    ]
    for number, text in enumerate(lines):
        line = _write(page.add_paragraph(), text, left=Cm(9))
        line.paragraph_format.keep_with_next = number < len(lines) - 1
        line.paragraph_format.space_before = Pt(0 if number else 16)


def _write(line: Paragraph, text: str, *, left: Any = None, bold: bool = False) -> Paragraph:
    line.add_run(strip_controls(text)[0]).bold = bold
    line.paragraph_format.left_indent = left
    return line


def _number_pages(page: Document) -> None:
    """The number of each page, at its foot."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = page.sections[0].footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    line._p.append(field)


def _set(row: _Row, flag: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(flag))


def _pack(page: Document) -> bytes:
    """The file, with the same time in all of its parts."""
    draft, target = BytesIO(), BytesIO()
    page.save(draft)
    with ZipFile(draft) as given, ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for name in given.namelist():
            packed.writestr(ZipInfo(name, _EPOCH), given.read(name), ZIP_DEFLATED)
    return target.getvalue()
