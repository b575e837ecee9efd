"""Presets and the rules of a policy."""

from __future__ import annotations

from collections.abc import Mapping

import rotasi
from rotasi.console import say, show_table
from rotasi.messages import _, long_date


def show_presets(policies: Mapping[str, rotasi.Policy]) -> None:
    """List presets with their periods and sources."""
    rows = [
        [name, policy.name, f"{policy.start} – {policy.end}", "\n".join(_sources(policy))]
        for name, policy in policies.items()
    ]
    show_table([_("preset"), _("policy"), _("period"), _("source")], rows, lines=True)


def show_policy(policy: rotasi.Policy) -> None:
    """Show the rules and objectives of a policy."""
    say(policy.name)
    say(f"{long_date(policy.start)} – {long_date(policy.end)}")
    rules = [[rule.id, str(rule.rank), rule.text or _(rule.meaning)] for rule in policy.all_rules]
    show_table([_("rule"), _("rank"), _("text")], rules)
    goals = ", ".join(_(goal.meaning) for goal in policy.objectives)
    say(_("objectives, the first first: {objectives}").format(objectives=goals))
    for source in _sources(policy):
        say(_("source: {source}").format(source=source))


def _sources(policy: rotasi.Policy) -> list[str]:
    return list(dict.fromkeys(rule.source for rule in policy.rules if rule.source))
