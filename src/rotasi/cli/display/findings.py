"""What is wrong with a roster or a policy, and why."""

from __future__ import annotations

import rotasi
from rotasi.cli.console import SHOWN, say, say_item, say_rest, show_table
from rotasi.cli.display.words import span
from rotasi.instance.wording import name_objective
from rotasi.messages import _, number, plural

_COST = "before", "after", "difference"


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
        [each["rule"], each["group"] or each["nip"], span(each["dates"]), each["text"]]
        for each in violations.head(SHOWN).to_dict("records")
    )
    show_table(headings, rows, whole=[0])
    say_rest(count)


def show_explanation(explanation: rotasi.Explanation) -> None:
    """Show why there is no roster, and ways out."""
    for place, line in enumerate(explanation.lines()):
        if place and line[0].isalpha():  # what begins another list
            say("")
        say_item(line)


def show_reason(reason: rotasi.Reason) -> None:
    """Show why an ASN has not a status on a day, or what it would cost."""
    say(reason.text)
    if not reason.cost.empty:
        rows = [
            [name_objective(each["kind"]), *(number(each[key]) for key in _COST)]
            for each in reason.cost.to_dict("records")
        ]
        headings = [_("objective"), _("now"), _("with it"), _("difference")]
        show_table(headings, rows, numbers=range(1, 4))
