"""Presets and the rules of a policy."""

from __future__ import annotations

from collections.abc import Mapping

import rotasi
from rotasi.cli.console import say, say_item, show_table
from rotasi.instance.wording import name_rule
from rotasi.messages import _, long_date


def show_presets(policies: Mapping[str, rotasi.Policy]) -> None:
    """List presets with their periods and sources."""
    for name, policy in policies.items():
        say(f"{name}: {policy.name}, {policy.start} – {policy.end}")
        for source in _sources(policy):
            say_item("  " + _("source: {source}").format(source=source))


def show_policy(policy: rotasi.Policy) -> None:
    """Show the rules and objectives of a policy."""
    say(policy.name)
    say(f"{long_date(policy.start)} – {long_date(policy.end)}")
    rules = [[rule.id, str(rule.rank), name_rule(rule)] for rule in policy.all_rules]
    show_table([_("rule"), _("rank"), _("text")], rules, whole=[0])
    goals = ", ".join(_(goal.meaning) for goal in policy.objectives)
    say(_("objectives, the first first: {objectives}").format(objectives=goals))
    for source in _sources(policy):
        say(_("source: {source}").format(source=source))


def _sources(policy: rotasi.Policy) -> list[str]:
    return list(dict.fromkeys(rule.source for rule in policy.rules if rule.source))
