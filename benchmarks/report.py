"""Results as JSON, and as tables for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.phases import PHASES

Result = dict[str, Any]


def write_report(result: Result, folder: Path) -> None:
    """Write results.json and results.md.

    Parameters
    ----------
    result : dict
        As `benchmarks.runs.measure` gives it.
    folder : Path
        Is made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")
    (folder / "results.md").write_text(render(result), encoding="utf-8")


def render(result: Result) -> str:
    """All tables as Markdown."""
    machine = result["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    head = (
        f"{machine['processor']}, {machine['cores']} cores, load {machine['load']} before and "
        f"{result['load_after']} after; Python {machine['python']}, {versions}; "
        f"peak memory {result['peak_mib']} MiB."
    )
    parts = [head, *(_render_race(race) for race in result["races"])]
    if result["phases"]:
        parts.append(_render_phases(result["phases"]))
    if matches := result.get("matches"):
        parts.append(_render_matches(matches))
    return "\n\n".join(parts) + "\n"


def _render_race(race: Result) -> str:
    rows = [
        (
            name,
            f"{entry['median']:.3f}",
            f"{min(entry['seconds']):.3f} – {max(entry['seconds']):.3f}",
            f"{entry['cpu_median']:.3f}",
            len(entry["seconds"]),
            "yes" if entry["proven"] else "no",
            f"{entry['ratio']:.1f}",
            f"{entry['cpu_ratio']:.1f}",
        )
        for name, entry in race["contenders"].items()
    ]
    heading = ("", "median s", "range", "CPU s", "rounds", "proven", "ratio", "CPU ratio")
    values = ", ".join(f"{kind} {value}" for kind, value in (race["values"] or {}).items())
    return f"**{race['instance']}**, {race['asn']} ASN: {values}\n\n{_table(heading, rows)}"


def _render_phases(entries: Sequence[Result]) -> str:
    heading = ("seconds of one core", *(f"{e['instance']} {e['asn']}" for e in entries))
    rows: list[Sequence[object]] = [
        (phase, *(f"{entry['seconds'][phase]:.3f}" for entry in entries)) for phase in PHASES
    ]
    rows.append(("classes", *(entry["classes"] for entry in entries)))
    blocks = [", ".join(f"{n} {s}" for s, n in entry["blocks"].items()) for entry in entries]
    return _table(heading, [*rows, ("blocks", *blocks)])


def _render_matches(matches: Sequence[Result]) -> str:
    """What peers find at equal time, in percent of what rotasi proves."""
    rows = [row for match in matches for row in _list_tries(match)]
    kinds = dict.fromkeys(kind for match in matches for kind in match["values"] or ())
    heading = ("at equal time", "ASN", "contender", "s", "rules broken", *(f"{k} %" for k in kinds))
    absent = dict.fromkeys(text for match in matches for text in match["absent"])
    return "\n\n".join([_table(heading, rows), *absent])


def _list_tries(match: Result) -> list[Sequence[object]]:
    kinds, start = match["values"] or {}, (match["instance"], match["asn"])
    ours = (*start, "rotasi", f"{match['rotasi_seconds']:.2f}", 0, *("100" for _ in kinds))
    theirs = [
        (
            *start,
            found["contender"],
            f"{found['seconds']:.2f}",
            sum(found["broken"].values()),
            *(f"{found['shares'][kind]:.1f}" for kind in kinds),
        )
        for found in match["tries"]
    ]
    return [ours, *theirs]


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table whose columns line up."""
    cells = [list(heading), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heading))]
    lines = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
