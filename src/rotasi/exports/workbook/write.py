"""A schedule as an Excel workbook: to print, to pass on, and to edit by hand."""

from __future__ import annotations

from io import BytesIO

from rotasi.exports.audience import Audience
from rotasi.exports.headcounts import count_heads
from rotasi.exports.protocol import Subject
from rotasi.exports.texts import warn_of_controls
from rotasi.exports.workbook.book import writing_book
from rotasi.messages import _
from rotasi.support.atomic_files import writing
from rotasi.support.types import PathName
from rotasi.tables.edited_workbooks import MARK


def write_workbook(subject: Subject, path: PathName, audience: str, *, force: bool = False) -> None:
    """Write a workbook for an audience, whole or not at all; see `Schedule.to_excel`.

    Parameters
    ----------
    subject : Subject
    path : path
    audience : str
    force : bool
        Replace a file that is there already.
    """
    reader = Audience(audience)
    with writing(path, force=force) as scratch:
        scratch.write_bytes(draw_workbook(subject, reader))


def draw_workbook(subject: Subject, audience: Audience) -> bytes:
    """The workbook itself: equal bytes for equal schedules."""
    summary, counts, ledger, policy = (
        _("Summary"), _("Counts"), _("Ledger"), _("Policy"),
    )  # fmt: skip
    kept = [summary, counts, ledger, policy, MARK]
    target = BytesIO()
    with writing_book(target, subject.policy.name, kept) as book:
        from rotasi.exports.workbook import report_sheets, roster_sheets

        data = roster_sheets.SheetData(subject, count_heads(subject.instance, subject.grid))
        report_sheets.write_summary(book, data, summary)
        if audience is Audience.PUBLIC:
            report_sheets.write_counts(book, data, counts)
        else:
            roster_sheets.write_roster_sheets(book, data)
            report_sheets.write_ledger(book, data, ledger, audience)
        report_sheets.write_policy(book, data, policy)
        report_sheets.write_provenance(book, data, audience)
    warn_of_controls(book.removed)
    return target.getvalue()
