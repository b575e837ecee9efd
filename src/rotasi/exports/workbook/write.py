"""A schedule as an Excel workbook: what to print, to hand round, and to edit by hand."""

from __future__ import annotations

from io import BytesIO
from os import PathLike

from rotasi.exports.headcounts import count_heads
from rotasi.exports.protocol import Audience, Subject
from rotasi.exports.texts import warn_of_controls
from rotasi.exports.workbook.book import writing_book
from rotasi.messages import _
from rotasi.support.atomic_files import writing
from rotasi.tables.edited_workbooks import MARK


def write_workbook(
    subject: Subject, path: str | PathLike[str], audience: str, *, force: bool = False
) -> None:
    """Write a workbook for an audience, whole or not at all; see `Schedule.to_excel`.

    Parameters
    ----------
    subject : Subject
    path : path
    audience : str
    force : bool
        Replace a file that is there already.
    """
    reader = read_audience(audience)
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

        plan = roster_sheets.Plan(subject, count_heads(subject.instance, subject.grid))
        report_sheets.write_summary(book, plan, summary)
        if audience is Audience.PUBLIC:
            report_sheets.write_counts(book, plan, counts)
        else:
            roster_sheets.write_roster_sheets(book, plan)
            report_sheets.write_ledger(book, plan, ledger, audience)
        report_sheets.write_policy(book, plan, policy)
        report_sheets.write_provenance(book, plan, audience)
    warn_of_controls(book.removed)
    return target.getvalue()


def read_audience(name: str) -> Audience:
    """An audience by its name.

    Raises
    ------
    ValueError
        If there is no such audience.
    """
    if name not in set(Audience):
        text = _("unknown audience {name!r}: choose one of {names}")
        raise ValueError(text.format(name=name, names=", ".join(Audience)))
    return Audience(name)
