"""The results of all parts together: put in tables, and written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from rotasi.model.status import Status
from rotasi.partitioned.results import FIGURES, SUMMARY
from rotasi.partitioned.worker import Record
from rotasi.schedule.result import OBJECTIVE_COLUMNS
from rotasi.support.atomic_files import writing
from rotasi.support.frames import make_frame
from rotasi.support.types import Frame


@dataclass(frozen=True, eq=False, repr=False)
class Summary:
    """The results of all parts together. `solve_partitions` makes it.

    Parameters
    ----------
    status : Status
        The worst of the parts'.
    partitions : DataFrame, one row per part
        part, status, asn, days, opds (number), optimal, feasible, infeasible, unknown (blocks of
        each status), read, solve, verify, write (seconds), cpu (seconds of the processor), process,
        peak_mib, kept (found from an earlier run).
    objectives : DataFrame
        kind, value, bound, gap, proven: sums over the parts; missing while one has no schedule.
    conflicts : DataFrame
        part, rules, opds, dates, needed, available, text: what collides in infeasible blocks.
    """

    status: Status
    partitions: Frame
    objectives: Frame
    conflicts: Frame

    def __repr__(self) -> str:
        asn = int(self.partitions["asn"].sum())
        rows = zip(self.objectives["kind"], self.objectives["value"], strict=True)
        values = ", ".join(f"{kind} {value}" for kind, value in rows)
        return f"<Summary: {self.status}, {asn} ASN in {len(self.partitions)} parts; {values}>"


def summarise(records: Sequence[Record]) -> Summary:
    """Put the records of all parts together."""
    rows = [
        {name: record[name] for name in ("part", "status", "asn", "days")}
        | {"opds": len(record["opds"])}
        | {status.lower(): count for status, count in record["blocks"].items()}
        | record["seconds"]
        | {name: record[name] for name in ("cpu", "process", "peak_mib", "kept")}
        for record in records
    ]
    conflicts = [
        {"part": record["part"]} | conflict
        for record in records
        for conflict in record["conflicts"]
    ]
    columns = ["part", "rules", "opds", "dates", "needed", "available", "text"]
    return Summary(
        status=Status.worst(record["status"] for record in records),
        partitions=pd.DataFrame(rows),
        objectives=_add_up([record["objectives"] for record in records]),
        conflicts=pd.DataFrame(conflicts, columns=columns),
    )


def _add_up(parts: Sequence[Sequence[Record]]) -> Frame:
    """Values and bounds of the parts' objectives, summed tier by tier.

    No part has a bound behind the first objective that is open in it, so neither has their sum.
    """
    rows = []
    for tier in zip(*parts, strict=True):
        sums: dict[str, Any] = {
            name: None if any(part[name] is None for part in tier) else sum(p[name] for p in tier)
            for name in ("value", "bound", "gap")
        }
        proven = all(part["proven"] for part in tier)
        rows.append({"kind": tier[0]["kind"]} | sums | {"proven": proven})
    return make_frame(rows, OBJECTIVE_COLUMNS)


def write_summary(summary: Summary, target: Path) -> None:
    """Write the two files that say that results are whole, the decisive one last."""
    with writing(target / FIGURES, force=True) as scratch:
        summary.partitions.to_parquet(scratch, index=False)
    asn = summary.partitions.groupby("status")["asn"].agg(["size", "sum"])
    record = {
        "status": str(summary.status),
        "parts": {status: int(row["size"]) for status, row in asn.iterrows()},
        "asn": {status: int(row["sum"]) for status, row in asn.iterrows()},
        "blocks": {
            status: int(summary.partitions[status.lower()].sum()) for status in map(str, Status)
        },
        "objectives": json.loads(summary.objectives.to_json(orient="records")),
        "conflicts": summary.conflicts.to_dict("records"),
    }
    with writing(target / SUMMARY, force=True) as scratch:
        scratch.write_text(json.dumps(record, indent=1, ensure_ascii=False), encoding="utf-8")
