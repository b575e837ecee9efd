"""What rosters are worth: policies side by side, eligibility, savings, accountability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

import rotasi
from rotasi.cli.console import SHOWN, say, say_item, say_rest, show_table
from rotasi.cli.display.words import percent
from rotasi.messages import _, mark, number, plural, yes_or_no

_LEVELS = "low", "mid", "high"

#: Rows of a comparison: what each figure is called, and how it is written.
_COMPARED: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "status": (mark("status"), str),
    "workdays": (mark("workdays"), number),
    "eligible": (mark("may be remote"), number),
    "refused": (mark("applied and refused"), number),
    "remote_days": (mark("remote days"), number),
    "remote_share": (mark("share"), percent),
    "on_site_minimum": (mark("fewest on site"), number),
    "least_on_site": (mark("least on site"), percent),
    "wishes_granted": (mark("wishes granted"), number),
    "wishes": (mark("wishes"), number),
    "spread": (mark("most minus fewest days"), number),
    "savings_low": (mark("savings a year, low (Rp)"), number),
    "savings_high": (mark("savings a year, high (Rp)"), number),
}
#: Columns of an account, per OPD.
_ACCOUNTED = {
    "asn": mark("ASN"),
    "remote_days": mark("remote days"),
    "missing": mark("without report"),
    "output_days": mark("with output"),
    "unlogged": mark("unlogged"),
    "contradictions": mark("contradictions"),
}


def show_comparison(table: pd.DataFrame) -> None:
    """Show a column per policy: there are more figures than policies."""
    rows = [
        [_(heading), *("–" if pd.isna(value) else write(value) for value in table[key])]
        for key, (heading, write) in _COMPARED.items()
        if table[key].notna().any()
    ]
    show_table([_("figure"), *table["policy"]], rows, numbers=range(1, len(table) + 1))
    _say_contradictions(table)


def show_ledger(table: pd.DataFrame) -> None:
    """Show how many may be remote, and by which rules and on what evidence the others not."""
    count, eligible = len(table), int(table["may_be_remote"].sum())
    text = plural(
        "{eligible} of {count} ASN may be remote", "{eligible} of {count} ASN may be remote", count
    )
    say(text.format(eligible=number(eligible), count=number(count)))
    if eligible < count:
        refused = table[~table["may_be_remote"]]
        sizes = refused.value_counts(["rule", "text"]).reset_index()
        rows = [[rule, text, number(size)] for rule, text, size in sizes.itertuples(index=False)]
        show_table([_("rule"), _("text"), _("ASN")], rows, numbers=[2], whole=[0])
    rows = [
        [
            each["nip"],
            each["opd"],
            yes_or_no(each["may_be_remote"]),
            each["rule"],
            " → ".join(text for text in (each["evidence"], each["would_change"]) if text),
        ]
        for each in table.head(SHOWN).to_dict("records")
    ]
    evidence = _("evidence → what would change it")
    headings = [_("NIP"), _("OPD"), _("may be remote"), _("rule"), evidence]
    show_table(headings, rows, whole=[0, 3])
    say_rest(count)


def show_savings(table: pd.DataFrame) -> None:
    """Show rupiah a year per OPD, the sources of each component, and where they disagree."""
    say(_("{name}: rupiah a year, if it is true").format(name=table.attrs["assumptions"]))
    columns = [f"{level}_year" for level in _LEVELS]
    sums = table.groupby("opd", sort=False)[columns].sum(min_count=1)
    shares = table.groupby("opd", sort=False)["remote_share"].first()
    rows = [
        [str(opd), percent(share), *map(_rupiah, figures)]
        for (opd, figures), share in zip(sums.iterrows(), shares, strict=True)
    ]
    if len(rows) > 1:
        rows.append([_("total"), "", *map(_rupiah, sums.sum(min_count=1))])
    headings = [_("OPD"), _("share"), _("low"), _("middle"), _("high")]
    show_table(headings, rows, numbers=range(1, 5))
    for component, source in table.groupby("component", sort=False)["source"].first().items():
        say(f"{component}:")
        for part in source.split("; "):
            say_item(f"- {part}")
    notes = [note for note in dict.fromkeys("; ".join(table["note"]).split("; ")) if note]
    if notes:
        say(_("what else to mind:"))
    for note in notes:
        say_item(f"- {note}")
    _say_contradictions(table)


def show_accountability(found: rotasi.Accountability) -> None:
    """Show per OPD what the remote days became; single ASN only where they are asked for."""
    rows = [
        [each["opd"], *(number(each[key]) for key in _ACCOUNTED)]
        for each in found.opd.to_dict("records")
    ]
    headings = [_("OPD"), *map(_, _ACCOUNTED.values())]
    show_table(headings, rows, numbers=range(1, len(headings)))
    say(_("each ASN, each contradiction and the evidence for the next period: --out or --json"))


def _say_contradictions(table: pd.DataFrame) -> None:
    found = table.attrs["contradictions"]
    if found:
        say(_("where the sources disagree:"))
    for each in found:
        say_item(f"- {each}")


def _rupiah(value: Any) -> str:
    return "–" if pd.isna(value) else number(value)
