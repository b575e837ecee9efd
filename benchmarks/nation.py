"""A nation, from Parquet to Parquet: ``python -m benchmarks.nation --asn 5000000 --out FOLDER``."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

import rotasi

Integers = npt.NDArray[np.int64]

POLICY = Path(__file__).parent / "instances" / "city.toml"

_ASN_PER_OPD = 200
_OPDS_PER_PART = 150  # 30,000 ASN
_ELIGIBLE = 0.75
_ON_LEAVE = 0.03
_LONGEST_LEAVE = 5
_POPULARITY = (0.3, 0.1, 0.1, 0.15, 0.35)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
_PHASES = ("read", "solve", "verify", "write")


def write_nation(folder: Path, n_asn: int, seed: int = 0) -> None:
    """Write a made-up nation as a partitioned dataset; a part that is there is left alone."""
    n_opds = max(1, round(n_asn / _ASN_PER_OPD))
    ends = np.linspace(0, n_asn, n_opds + 1).round().astype(np.int64)
    sizes = ends[1:] - ends[:-1]
    for number, first in enumerate(range(0, n_opds, _OPDS_PER_PART)):
        tables = _draw(first, sizes[first : first + _OPDS_PER_PART], sizes[:first].sum(), seed)
        for name, table in tables.items():
            path = folder / name / f"part-{number:04d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                pq.write_table(table, path, compression="zstd")


def _draw(first_opd: int, sizes: Integers, before: int, seed: int) -> dict[str, pa.Table]:
    """One part: OPDs of different sizes, everybody with wishes of their own."""
    rng = np.random.default_rng([seed, first_opd])
    sizes = _jitter(sizes, rng)
    n_asn = int(sizes.sum())
    nip = pa.array(10**17 + before + np.arange(n_asn)).cast(pa.string())
    opds = [f"OPD {first_opd + number + 1:05d}" for number in range(len(sizes))]
    opd = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    employees = {
        "nip": nip,
        "opd": pa.DictionaryArray.from_arrays(opd, opds).cast(pa.string()),
        "applied": pa.array(rng.random(n_asn) < _ELIGIBLE),
    }
    days = rotasi.Policy.read(POLICY)
    workdays = days.calendar.workdays(np.datetime64(days.start), np.datetime64(days.end))
    return {
        "employees": pa.table(employees),
        "leave": _draw_leave(nip, workdays, rng),
        "wishes": _draw_wishes(nip, workdays, rng),
    }


def _jitter(sizes: Integers, rng: np.random.Generator) -> Integers:
    """Move some ASN from OPD to OPD: sizes between a half and one and a half of the mean."""
    weights = sizes * rng.uniform(0.5, 1.5, len(sizes))
    ends = np.round(np.cumsum(weights) / weights.sum() * sizes.sum()).astype(np.int64)
    moved: Integers = np.diff(ends, prepend=0)
    return moved


def _draw_leave(
    nip: pa.Array, workdays: npt.NDArray[np.datetime64], rng: np.random.Generator
) -> pa.Table:
    # A spell may begin before the period, so that its first days are no emptier than the others.
    starts = len(workdays) + _LONGEST_LEAVE - 1
    count = round(len(nip) * _ON_LEAVE * starts / ((1 + _LONGEST_LEAVE) / 2))
    first = rng.integers(1 - _LONGEST_LEAVE, len(workdays), count)
    days = rng.integers(1, _LONGEST_LEAVE + 1, count)
    return pa.table(
        {
            "nip": nip.take(pa.array(rng.integers(0, len(nip), count))),
            "start": pa.array(np.busday_offset(workdays[0], first)),
            "end": pa.array(np.busday_offset(workdays[0], first + days - 1)),
        }
    )


def _draw_wishes(
    nip: pa.Array, workdays: npt.NDArray[np.datetime64], rng: np.random.Generator
) -> pa.Table:
    """Two or three wishes each, for dates and for weekdays, of which some are popular."""
    who = np.repeat(np.arange(len(nip)), rng.integers(2, 4, len(nip)))
    dated = rng.random(len(who)) < 0.5
    weekday = rng.choice(len(_WEEKDAYS), len(who), p=_POPULARITY).astype(np.int8)
    sign = np.where(rng.random(len(who)) < 0.85, 1, -1)
    names = pa.DictionaryArray.from_arrays(pa.array(weekday, mask=dated), pa.array(_WEEKDAYS))
    return pa.table(
        {
            "nip": nip.take(pa.array(who)),
            "date": pa.array(rng.choice(workdays, len(who)), mask=~dated),
            "weekday": names.cast(pa.string()),
            "weight": pa.array((sign * rng.integers(1, 11, len(who))).astype(np.int8)),
        }
    )


def render(summary: rotasi.Summary, wall: float, own_mib: float) -> str:
    """The table of a run."""
    parts = summary.partitions
    asn = int(parts["asn"].sum())
    seconds = {phase: float(parts[phase].sum()) for phase in _PHASES if phase in parts}
    peaks = parts.groupby("process")["peak_mib"].max()
    total = sum(seconds.values())
    rows: list[tuple[str, object]] = [
        ("ASN, OPDs, parts", f"{asn}, {parts['opds'].sum()}, {len(parts)}"),
        *((f"blocks {s}", parts[s.lower()].sum()) for s in map(str, rotasi.Status)),
        *((str(kind), value) for kind, value in summary.objectives[["kind", "value"]].to_numpy()),
        *((f"{phase}, s of all workers", f"{spent:.1f}") for phase, spent in seconds.items()),
        ("together, s of all workers", f"{total:.1f}"),
        ("processor, s of all workers", f"{parts['cpu'].sum():.1f}"),
        ("wall, s", f"{wall:.1f}"),
        ("µs of the processor per ASN", f"{parts['cpu'].sum() / asn * 1e6:.1f}"),
        ("peak memory of workers, MiB", ", ".join(f"{peak:.0f}" for peak in peaks)),
        ("peak memory of the parent, MiB", f"{own_mib:.0f}"),
        ("peak memory in all, MiB", f"{peaks.sum() + own_mib:.0f}"),
    ]
    return "\n".join(f"| {name} | {value} |" for name, value in (("", summary.status), *rows))


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate what is not there, solve it, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nation", description=__doc__)
    parser.add_argument("--asn", type=int, default=100_000)
    parser.add_argument("--out", type=Path, required=True, help="folder of the data and results")
    parser.add_argument("--workers", type=int, default=None)
    chosen = parser.parse_args(arguments)
    begin = time.perf_counter()
    write_nation(chosen.out / "nation", chosen.asn)
    print(f"generated in {time.perf_counter() - begin:.1f} s", file=sys.stderr, flush=True)
    begin = time.perf_counter()
    policy = rotasi.Policy.read(POLICY)
    summary = rotasi.solve_partitions(
        chosen.out / "nation",
        policy,
        chosen.out / "result",
        workers=chosen.workers,
        progress=lambda news: print(
            f"{news.done}/{news.total} {news.opds[0]} {news.status} {news.seconds:.1f} s",
            file=sys.stderr,
            flush=True,
        ),
    )
    wall = time.perf_counter() - begin
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(render(summary, wall, own))
    return 0 if summary.status is rotasi.Status.OPTIMAL else 1


if __name__ == "__main__":
    sys.exit(main())
