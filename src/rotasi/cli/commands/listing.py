"""The command that shows what is ready to use: `presets`."""

from __future__ import annotations

import json

from rotasi import presets
from rotasi.cli import console
from rotasi.cli.commands import options as of
from rotasi.cli.display.policies import show_policy, show_presets


def list_presets(
    name: of.PresetName = None,
    as_toml: of.Toml = False,
    as_json: of.Json = False,
    lang: of.Lang = None,
) -> None:
    """List the presets, or show one of them."""
    del lang
    policies = {each: presets.load(each) for each in ([name] if name else presets.NAMES)}
    if as_json:
        console.show_json({each: json.loads(policy.to_json()) for each, policy in policies.items()})
    elif name is None:
        show_presets(policies)
    elif as_toml:
        console.show_text(policies[name].to_toml())
    else:
        show_policy(policies[name])
