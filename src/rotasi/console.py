"""What the command line shows: tables on standard output, news on standard error."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

import rotasi
from rotasi.errors import RotasiWarning
from rotasi.messages import _, long_date, mark, number, plural, printable, yes_or_no
from rotasi.wording import name_objective

SHOWN = 20

_COST = "before", "after", "difference"

#: From best to worst.
_STATUSES = {
    "OPTIMAL": mark("proven optimal"),
    "FEASIBLE": mark("valid, not proven optimal"),
    "UNKNOWN": mark("none found in time"),
    "INFEASIBLE": mark("impossible"),
}
_FILES = {
    "schedule.csv": mark("one row per ASN and workday"),
    "grid.csv": mark("one row per ASN, one column per workday"),
    "summary.csv": mark("figures per OPD"),
    "objectives.csv": mark("value and proof of each objective"),
    "blocks.csv": mark("parts solved apart, with their proofs"),
    "policy.json": mark("the policy"),
    "roster": mark("the tables that were read"),
    "previous.csv": mark("the previous roster"),
    "provenance.json": mark("versions, seed, limits, notices and proofs"),
}


def show_schedule(schedule: rotasi.Schedule, seconds: float) -> None:
    """Show what a schedule is worth: its status, objectives, and figures per OPD."""
    policy, days = schedule.policy, schedule.case.facts.days
    say(policy.name)
    say(
        _("{asn} ASN in {opds} OPDs, {days} workdays from {start} to {end}").format(
            asn=number(len(schedule.roster)),
            opds=number(schedule.roster.employees["opd"].nunique()),
            days=number(len(days)),
            start=long_date(policy.start),
            end=long_date(policy.end),
        )
    )
    _show_objectives(schedule)
    _show_opds(schedule)
    text = _("{status}; every rule verified; {seconds} s")
    status = _(_STATUSES[schedule.status])
    say(text.format(status=status, seconds=number(seconds, 1)))


def show_report(report: rotasi.Report) -> None:
    """Show whether a roster keeps the rules, and where it does not."""
    if report.ok:
        say(_("every rule holds"))
        return
    violations = report.violations
    count = len(violations)
    say(plural("{count} violation", "{count} violations", count).format(count=number(count)))
    headings = [_("rule"), _("group or ASN"), _("dates"), _("what is wrong")]
    rows = (
        [each["rule"], each["group"] or each["nip"], _span(each["dates"]), each["text"]]
        for each in violations.head(SHOWN).to_dict("records")
    )
    _show_table(headings, rows)
    if count > SHOWN:
        text = plural("and {count} more: see --json", "and {count} more: see --json", count - SHOWN)
        say(text.format(count=number(count - SHOWN)))


def show_explanation(explanation: rotasi.Explanation) -> None:
    """Show why there is no roster, and ways out."""
    for line in explanation.lines():
        say(line)


def show_reason(reason: rotasi.Reason) -> None:
    """Show why an ASN has not a status on a day, or what it would cost."""
    say(reason.text)
    if not reason.cost.empty:
        rows = [
            [name_objective(each["kind"]), *(number(each[key]) for key in _COST)]
            for each in reason.cost.to_dict("records")
        ]
        headings = [_("objective"), _("now"), _("with it"), _("difference")]
        _show_table(headings, rows, numbers=range(1, 4))


def show_presets(policies: Mapping[str, rotasi.Policy]) -> None:
    """List presets with their periods and sources."""
    rows = [
        [name, policy.name, f"{policy.start} – {policy.end}", "\n".join(_sources(policy))]
        for name, policy in policies.items()
    ]
    _show_table([_("preset"), _("policy"), _("period"), _("source")], rows, lines=True)


def show_policy(policy: rotasi.Policy) -> None:
    """Show the rules and objectives of a policy."""
    say(policy.name)
    say(f"{long_date(policy.start)} – {long_date(policy.end)}")
    rules = [[rule.id, str(rule.rank), rule.text or _(rule.meaning)] for rule in policy.all_rules]
    _show_table([_("rule"), _("rank"), _("text")], rules)
    goals = ", ".join(_(goal.meaning) for goal in policy.objectives)
    say(_("objectives, the first first: {objectives}").format(objectives=goals))
    for source in _sources(policy):
        say(_("source: {source}").format(source=source))


def show_files(folder: Path) -> None:
    """Show which files a schedule was written to."""
    say(_("written to {folder}:").format(folder=folder))
    rows = [[name, _(text)] for name, text in _FILES.items() if (folder / name).exists()]
    _show_table([_("file"), _("what it holds")], rows)


def show_text(text: str) -> None:
    """Print a text as it is."""
    print(text, end="")  # noqa: T201


def show_json(content: object) -> None:
    """Print a value as JSON."""
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_as_json)
    print(text)  # noqa: T201


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame for JSON."""
    known = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in known.to_dict("records")]


def say(text: str) -> None:
    """Print a line."""
    _screen().print(_clean(text), soft_wrap=True)


def tell(text: str) -> None:
    """Print a line of news, apart from the results."""
    Console(stderr=True).print(_clean(text), soft_wrap=True)


@contextmanager
def watching() -> Iterator[Callable[[rotasi.Progress], None] | None]:
    """Show a bar that fills as blocks end; on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(_("solving"), total=None)
        yield lambda news: bar.update(task, completed=news.done, total=news.total)


@contextmanager
def noticing() -> Iterator[None]:
    """Tell warnings in plain lines."""

    def show(message: Warning | str, *_where: object) -> None:
        tell(_("note: {text}").format(text=message))

    with warnings.catch_warnings():
        warnings.simplefilter("always", RotasiWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


def _show_objectives(schedule: rotasi.Schedule) -> None:
    rows = [
        [
            name_objective(each["kind"]),
            number(each["value"]),
            number(each["bound"]),
            yes_or_no(each["proven"]),
        ]
        for each in schedule.objectives.to_dict("records")
    ]
    _show_table([_("objective"), _("value"), _("bound"), _("proven")], rows, numbers=(1, 2))


def _show_opds(schedule: rotasi.Schedule) -> None:
    headings = [
        _("OPD"),
        _("ASN"),
        _("may be remote"),
        _("remote days"),
        _("share"),
        _("least on site"),
        _("status"),
    ]
    statuses = _statuses(schedule)
    rows = [
        [
            each["opd"],
            *(number(each[key]) for key in ("asn", "eligible", "remote_days")),
            *(_percent(each[key]) for key in ("remote_share", "least_on_site")),
            statuses.get(each["opd"], schedule.status),
        ]
        for each in schedule.summary().to_dict("records")
    ]
    _show_table(headings, rows, numbers=range(1, 6))


def _statuses(schedule: rotasi.Schedule) -> dict[str, str]:
    """Return the status of each OPD: the worst of its blocks."""
    blocks = schedule.blocks.drop_duplicates("block")
    pairs = blocks.assign(opds=blocks["opds"].str.split(", ")).explode("opds")
    order = list(_STATUSES)
    worst = pairs["status"].map(order.index).groupby(pairs["opds"]).max()
    return {str(opd): order[place] for opd, place in worst.items()}


def _sources(policy: rotasi.Policy) -> list[str]:
    return list(dict.fromkeys(rule.source for rule in policy.rules if rule.source))


def _span(dates: Sequence[object]) -> str:
    first, last = str(dates[0]), str(dates[-1])
    return first if first == last else f"{first} – {last}"


def _percent(share: float) -> str:
    return _("{number}%").format(number=number(100 * share))


def _show_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Iterable[int] = (),
    lines: bool = False,
) -> None:
    table = Table(box=box.SIMPLE_HEAD, show_lines=lines)
    right = set(numbers)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_clean, row))
    _screen().print(table)


def _screen() -> Console:
    # Where nobody looks, nothing need be folded into the width of a terminal.
    return Console(width=None if sys.stdout.isatty() else 160)


def _clean(text: object) -> Text:
    """Text of a file as text: no markup of rich, and nothing that a terminal would obey."""
    return Text(printable(str(text)))


def _as_json(value: object) -> object:
    """Numbers of NumPy as numbers, dates and the like as text."""
    return value.item() if hasattr(value, "item") else str(value)
