"""Sheets about a roster as a whole: figures, counts per day, ledger, policy, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from rotasi.exports.audience import Audience
from rotasi.exports.texts import capitalise
from rotasi.exports.workbook.book import Book
from rotasi.exports.workbook.roster_sheets import SheetData
from rotasi.instance.wording import name_objective, name_rule
from rotasi.messages import _, mark, number, weekday_name
from rotasi.model.facts import STATUSES
from rotasi.rules import Rule
from rotasi.tables import edited_workbooks as grids

_STATUSES = {
    "OPTIMAL": mark(
        "proven optimal: every hard rule holds, and no roster is better by the objectives in order"
    ),
    "FEASIBLE": mark("valid: every hard rule holds; not every objective is proven"),
}
_BROKEN = mark("not valid: a hard rule is broken; “rotasi verify” says which")

#: Headings and widths of the ledger's columns; those of the second list give reasons.
_LEDGER: dict[str, tuple[str, float]] = {
    "nip": (mark("NIP"), 22),
    "name": (mark("name"), 28),
    "opd": (mark("OPD"), 16),
    "may_be_remote": (mark("may be remote"), 9),
    "days_open": (mark("days open"), 7),
    "rule": (mark("rule"), 20),
    "text": (mark("text"), 34),
    "source": (mark("source"), 26),
    "evidence": (mark("evidence"), 34),
    "also": (mark("further rules"), 20),
    "would_change": (mark("what would change it"), 30),
    "application": (mark("application"), 14),
    "reason": (mark("reason"), 30),
    "remote_days": (mark("remote days"), 8),
    "wishes": (mark("wished days"), 8),
    "wishes_granted": (mark("wishes granted"), 8),
}
_REASONS = {
    "rule", "text", "source", "evidence", "also", "would_change", "application", "reason",
}  # fmt: skip
_VERDICTS = {
    "granted": mark("granted"),
    "partial": mark("granted in part"),
    "refused": mark("refused"),
}
#: What does not change from run to run.
_ORIGIN = {
    "roster": mark("hash of the roster"),
    "policy": mark("hash of the policy"),
    "seed": mark("seed"),
}

_PERCENT = {"num_format": "0%"}
_NUMBER = {"num_format": "#,##0"}


def write_summary(book: Book, data: SheetData, name: str) -> None:
    """Write the figures per OPD and the objectives with their proof."""
    subject, figures = data.subject, data.subject.summary()
    sheet = book.add(name, len(figures) + len(subject.objectives) + 10, 7, own=True)
    title = subject.policy.name or _("roster")
    sheet.write(0, 0, title, book.format(bold=True, font_size=14))
    sheet.write(1, 0, data.period(), book.format())
    sheet.write(
        2, 0, capitalise(_(_STATUSES.get(str(subject.status), _BROKEN))), book.format(bold=True)
    )
    row = 4
    for column, heading in enumerate((_("objective"), _("value"), _("bound"), _("proof"))):
        sheet.write(row, column, capitalise(heading), sheet.heading())
    for values in _list_objectives(data):
        row += 1
        for column, value in enumerate(values):
            look = {"indent": 1, "align": "left"} if column == 3 else _NUMBER
            sheet.write(row, column, value, book.format(**look))
    headings = [
        _("OPD"), _("ASN"), _("may be remote"), _("remote days"), _("leave days"),
        _("remote share"), _("least on site"),
    ]  # fmt: skip
    forms = dict.fromkeys(range(1, 5), _NUMBER) | {5: _PERCENT, 6: _PERCENT}
    rows = figures.to_numpy(object).tolist()
    row = sheet.write_table(row + 2, headings, rows, [30, 11, 11, 11, 11, 11, 11], forms)
    totals = figures[["asn", "eligible", "remote_days", "leave_days"]].sum().tolist()
    bold = {"bold": True, "top": 2}
    for column, value in enumerate([capitalise(_("total")), *totals, None, None]):
        sheet.write(row, column, value, book.format(**(_NUMBER | bold)))


def write_counts(book: Book, data: SheetData, name: str) -> None:
    """Write the heads per OPD and workday, without anybody's name."""
    heads = data.heads
    lines = [
        (_("on site"), heads.on_site), (_("needed on site, at least"), heads.needed),
        (_("remote"), heads.remote), (_("on leave"), heads.leave),
    ]  # fmt: skip
    rows = [
        [str(opd), capitalise(title), *counts[at].tolist()]
        for at, opd in enumerate(heads.opds.labels)
        for title, counts in lines
    ]
    headings = [f"{weekday_name(day.weekday())[:3]}\n{day.day}/{day.month}" for day in data.days]
    sheet = book.add(name, len(rows) + 1, len(headings) + 2, own=True)
    widths = [26, 34, *[6.0] * len(headings)]
    centred = {column: {"align": "center"} for column in range(2, len(widths))}
    sheet.write_table(0, [_("OPD"), _("heads"), *headings], rows, widths, centred)
    sheet.page.freeze_panes(1, 2)
    sheet.page.repeat_rows(0)
    sheet.page.repeat_columns(0, 1)


def write_ledger(book: Book, data: SheetData, name: str, audience: Audience) -> None:
    """Write the ledger; without performance, discipline and reasons for all but personnel."""
    ledger = data.subject.ledger()
    shown = [
        str(column) for column in ledger if audience is Audience.PERSONNEL or column not in _REASONS
    ]
    if "application" in shown:
        verdicts = {verdict: _(text) for verdict, text in _VERDICTS.items()}
        ledger = ledger.assign(application=ledger["application"].replace(verdicts))
    sheet = book.add(name, len(ledger) + 1, len(shown), own=True)
    rows = ledger[shown].astype(object).to_numpy().tolist()
    headings = [_(_LEDGER[column][0]) for column in shown]
    widths = [_LEDGER[column][1] for column in shown]
    sheet.write_table(0, headings, rows, widths, {0: {"num_format": "@"}})
    fixed = 2 if "name" in shown else 1
    sheet.page.freeze_panes(1, fixed)
    sheet.page.repeat_rows(0)
    if audience is Audience.PERSONNEL:  # all of it side by side would be too small to read
        sheet.page.fit_to_pages(2, 0)
        sheet.page.repeat_columns(0, fixed - 1)


def write_policy(book: Book, data: SheetData, name: str) -> None:
    """Write the rules with their sources."""
    rules = data.subject.policy.all_rules
    headings = [_("rule"), _("text"), _("rank"), _("source"), _("force"), _("dates")]
    rows = [
        [rule.id, name_rule(rule), rule.rank, rule.source, _force(rule), _dates(rule)]
        for rule in rules
    ]
    sheet = book.add(name, len(rows) + 1, len(headings), own=True)
    sheet.write_table(0, headings, rows, [26, 60, 8, 50, 18, 24], {2: {"align": "center"}})
    sheet.page.freeze_panes(1, 1)
    sheet.page.repeat_rows(0)


def write_provenance(book: Book, data: SheetData, audience: Audience) -> None:
    """Write where all of it comes from, and what is needed to read the workbook back."""
    origin = data.subject.provenance
    rows: list[tuple[str, object, str]] = [
        (grids.MARK, grids.SCHEMA, _("this sheet lets rotasi read the workbook; keep it")),
        *((code, label, "") for code, label in zip(STATUSES, data.labels, strict=True)),
        (_("readers"), _(_AUDIENCES[audience]), ""),
        *((_(text), origin[key], "") for key, text in _ORIGIN.items() if key in origin),
        *((key, text, "") for key, text in _versions(origin).items()),
        *((_("note"), text, "") for text in origin.get("notices", ())),
    ]
    sheet = book.add(grids.MARK, len(rows), 3, own=True)
    for column, width in enumerate((24, 70, 50)):
        sheet.page.set_column(column, column, width)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            look: dict[str, Any] = {"bold": True} if column == 0 else {"text_wrap": True}
            sheet.write(row, column, value, book.format(**look, align="left"))


_AUDIENCES = {
    Audience.PERSONNEL: mark("the personnel agency"),
    Audience.OPD: mark("the heads of OPD"),
    Audience.PUBLIC: mark("the public"),
}


def _list_objectives(data: SheetData) -> list[list[object]]:
    """Objectives in words, with their values and proofs."""
    return [
        [name_objective(each["kind"]), each["value"], each["bound"], _prove(each)]
        for each in data.subject.objectives.to_dict("records")
    ]


def _prove(objective: Mapping[Any, Any]) -> str:
    if objective["proven"]:
        return _("proven: no roster that keeps the rules is better")
    if pd.isna(objective["bound"]):
        return _("not proven")
    text = _("not proven: {gap} away at most from the best there may be")
    return text.format(gap=number(objective["gap"]))


def _force(rule: Rule) -> str:
    if rule.penalty is None:
        return _("hard")
    return _("soft, penalty {penalty}").format(penalty=number(rule.penalty))


def _dates(rule: Rule) -> str:
    if rule.start is None and rule.end is None:
        return ""
    return " – ".join("…" if day is None else f"{day:%d/%m/%Y}" for day in (rule.start, rule.end))


def _versions(origin: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(version) for name, version in origin.get("versions", {}).items()}
