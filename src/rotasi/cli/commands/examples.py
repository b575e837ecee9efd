"""An example of each command, shown by ``--help`` and run by the tests.

The files are those of the round trip in ``docs/command-line.md``.
"""

from __future__ import annotations

from rotasi.messages import plural

EXAMPLES: dict[str, tuple[str, ...]] = {
    "demo": ("rotasi demo --n-asn 500",),
    "solve": (
        "rotasi solve roster --policy policy.toml --out schedule",
        "rotasi solve - --policy bekasi_2026 --out january < employees.csv",
    ),
    "verify": (
        "rotasi verify roster schedule --policy policy.toml",
        "rotasi verify roster - --policy policy.toml < schedule/schedule.csv",
    ),
    "explain": ("rotasi explain roster --policy policy.toml",),
    "why": ("rotasi why schedule 000123 2026-01-06",),
    "compare": ("rotasi compare roster --policy policy.toml --policy bekasi_2026",),
    "revise": ("rotasi revise schedule roster --from 2026-01-06 --out revised",),
    "ledger": ("rotasi ledger schedule --out ledger.csv",),
    "accountability": (
        "rotasi accountability schedule --attendance logs.csv --reports reports.csv",
    ),
    "savings": ("rotasi savings schedule --assumptions berdaya_news",),
    "presets": ("rotasi presets", "rotasi presets bekasi_2026 --toml"),
    "export": (
        "rotasi export schedule --out schedule.xlsx --audience opd",
        "rotasi export schedule --out letter.docx --opd Bappeda",
    ),
}


def tell_examples(command: str) -> str:
    """What stands below the options of a command: one line per example."""
    shown = EXAMPLES[command]
    heading = plural("Example:", "Examples:", len(shown))
    # One line end would be taken for a space.
    return "\n\n".join([heading, *(f"  {line}" for line in shown)])
