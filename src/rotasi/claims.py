"""What the press and officials claim that remote work saves, as `Assumptions` with their sources.

How figures are read:

- "Up to x %" is a ceiling. It belongs to the most remote days that the source speaks of. Where a
  source gives nothing else, the low end is 0 and the middle is half of the ceiling.
- "15–20 %" for one or two days gives its low end at two days, its high end at one, and its middle
  in the middle of both.
- A table's "1 day WFH" is one remote day of five a week, for all staff.
- No source says which part of a saving needs a whole building to be empty: `fixed` is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rotasi.analysis.assumptions import Assumptions
from rotasi.messages import mark

Table = dict[str, Any]

_TABLE = mark("Berdaya News, 3 November 2025, table")
_TEXT = mark("Berdaya News, 3 November 2025, text: up to, for 1–2 days")
_BORROWED = mark(
    "borrowed: the three costs of the table of Berdaya News, 3 November 2025, "
    "as the source of the percentage gives none"
)
_BORROWED_TWO = mark(
    "borrowed: electricity, water, fuel and travel of the table of Berdaya News, "
    "3 November 2025, without meals, as the source of the percentage gives none"
)
_BKPSDM = mark("BKPSDM Kota Bekasi: whole office cost, 15–20 %")
_WEST_JAVA = mark(
    "West Java, 2023: travel, meals, electricity and water, up to 30 %, at most 4 days a week"
)
_SEKDA = mark("Sekda: whole office cost, a hope of 35–40 %")

#: The sources about the whole, side by side.
_WHOLE = {
    "about": mark("saving of the whole office cost"),
    "figure": mark("15–20 % (BKPSDM)"),
    "against": mark("up to 30 % (West Java, 2023), 11 of 53 million (table), a hope of 35–40 %"),
    "source": mark("press reports, 2023 and 2025"),
}


def _disagree(component: str, table: str, text: str) -> Table:
    return {
        "component": component,
        "about": mark("saving of this component"),
        "figure": table,
        "against": text,
        "source": mark("Berdaya News, 3 November 2025: table and text"),
    }


def _estimate(component: str, levels: str, part: float | str, days: float, source: str) -> Table:
    return {
        "component": component,
        "levels": levels.split(),
        "part": part,
        "days": days,
        "source": source,
    }


#: The table of Berdaya News; its text, which says less, gives the low end.
BERDAYA_NEWS = Assumptions.model_validate(
    {
        "name": "Berdaya News, 3 November 2025",
        "components": [
            {"name": "electricity_water", "cost": 25_000_000, "source": _TABLE},
            {"name": "office_supplies", "cost": 18_000_000, "source": _TABLE},
            {"name": "fuel_travel", "cost": 10_000_000, "source": _TABLE},
            {"name": "overtime_maintenance"},
        ],
        "estimates": [
            _estimate("electricity_water", "low", 0.12, 2, _TEXT),
            _estimate("electricity_water", "mid high", "4/25", 1, _TABLE),
            _estimate("office_supplies", "low", 0.18, 2, _TEXT),
            _estimate("office_supplies", "mid high", "4/18", 1, _TABLE),
            _estimate("fuel_travel", "low", 0.25, 2, _TEXT),
            _estimate("fuel_travel", "mid high", "3/10", 1, _TABLE),
            _estimate("overtime_maintenance", "low", 0, 2, _TEXT),
            _estimate("overtime_maintenance", "mid", 0.05, 2, _TEXT),
            _estimate("overtime_maintenance", "high", 0.1, 2, _TEXT),
        ],
        "contradictions": [
            {
                "about": mark("saving of one OPD a year"),
                "figure": mark("Rp 132 million by the table (11 million a month)"),
                "against": mark("about Rp 125 million in the text"),
                "source": "Berdaya News, 3 November 2025",
            },
            {
                "about": mark("saving of 40 OPDs a year"),
                "figure": mark("Rp 5 billion (125 million × 40)"),
                "against": mark("Rp 8–10 billion in the text"),
                "source": "Berdaya News, 3 November 2025",
            },
            _WHOLE,
            _disagree("electricity_water", mark("16 % (table)"), mark("up to 12 % (text)")),
            _disagree("office_supplies", mark("22 % (table)"), mark("up to 18 % (text)")),
            _disagree("fuel_travel", mark("30 % (table)"), mark("up to 25 % (text)")),
        ],
    }
)

#: BKPSDM's 15–20 % of the whole office cost, at the one or two days of Bekasi's draft.
BKPSDM = Assumptions.model_validate(
    {
        "name": "BKPSDM, 15–20 %",
        "components": [{"name": "office", "cost": 53_000_000, "source": _BORROWED}],
        "estimates": [
            _estimate("office", "low", 0.15, 2, _BKPSDM),
            _estimate("office", "mid", 0.175, 1.5, _BKPSDM),
            _estimate("office", "high", 0.2, 1, _BKPSDM),
        ],
        "contradictions": [_WHOLE],
    }
)

#: West Java's "up to 30 %" of 2023, at the four days that its rules allow.
WEST_JAVA = Assumptions.model_validate(
    {
        "name": "Jawa Barat 2023, 30 %",
        "components": [{"name": "office_partly", "cost": 35_000_000, "source": _BORROWED_TWO}],
        "estimates": [
            _estimate("office_partly", "low", 0, 4, _WEST_JAVA),
            _estimate("office_partly", "mid", 0.15, 4, _WEST_JAVA),
            _estimate("office_partly", "high", 0.3, 4, _WEST_JAVA),
        ],
        "contradictions": [_WHOLE],
    }
)

#: The Sekda's hope of 35–40 %, at the one or two days of Bekasi's draft.
SEKDA = Assumptions.model_validate(
    {
        "name": "Sekda, 35–40 %",
        "components": [{"name": "office", "cost": 53_000_000, "source": _BORROWED}],
        "estimates": [
            _estimate("office", "low", 0.35, 2, _SEKDA),
            _estimate("office", "mid", 0.375, 1.5, _SEKDA),
            _estimate("office", "high", 0.4, 1, _SEKDA),
        ],
        "contradictions": [_WHOLE],
    }
)

#: The sets by name.
SETS: Mapping[str, Assumptions] = {
    "berdaya_news": BERDAYA_NEWS,
    "bkpsdm": BKPSDM,
    "west_java": WEST_JAVA,
    "sekda": SEKDA,
}
