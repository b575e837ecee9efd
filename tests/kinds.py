"""Every kind of rule and objective with all its parameters."""

from __future__ import annotations

from datetime import date
from typing import Any

#: Every parameter of every kind beside those that all rules share; one table per alternative.
OWN: dict[str, list[dict[str, Any]]] = {
    "never_remote": [{}],
    "require_performance": [{"minimum": "Baik"}, {"minimum": 80}, {"minimum": 62.5}],
    "require_application": [{}],
    "bar_disciplined": [{}],
    "bar_newcomers": [{"months": 6}],
    "quota": [
        {"max_days": 2, "min_days": 1, "per": "month"},
        {"max_by_performance": {"Sangat Baik": 4, "Baik": 2}, "per": "week"},
    ],
    "max_consecutive": [{"remote": 2, "on_site": 3}],
    "fixed_remote_day": [
        {"weekdays": ["Thu"], "if_holiday": "previous"},
        {"dates": [date(2026, 1, 7)], "if_holiday": "next"},
    ],
    "no_remote_day": [{"weekdays": ["Mon", "Fri"]}, {"dates": [date(2026, 1, 7)]}],
    "min_on_site": [
        {"by": ["opd", "unit"], "share": 0.6, "of": "headcount", "if_short": "cap"},
        {"by": [], "count": 2},
    ],
    "max_on_site": [{"by": ["site"], "count": 9}, {"share": 0.5, "of": "headcount"}],
    "max_remote": [{"by": ["unit"], "share": 0.5, "of": "present"}, {"count": 1}],
    "min_remote": [{"by": ["unit"], "count": 1}, {"share": 1, "of": "headcount"}],
    "rotation_groups": [{"groups": 3}, {"by": ["unit"]}],
    "together": [{"by": ["unit"], "days": 2}],
    "remote_days": [{"sense": "min"}],
    "wishes": [{}],
    "fairness": [{}],
    "level_load": [{"by": ["unit"]}],
    "stability": [{}],
}
