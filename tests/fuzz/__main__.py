"""The command line of the campaign: `python -m fuzz 20000 --seed 1`, or `--replay FILE`."""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from pathlib import Path

from saved import CORPUS, read

from rotasi.errors import RotasiWarning

from . import partitions
from .bounds import BOUNDS
from .campaign import MISMATCH, Plan, Tally, ask, conduct, run
from .hostile import run as run_hostile
from .relations import RELATIONS
from .report import summarise
from .trial import Trial


def main(arguments: list[str] | None = None) -> int:
    """Run or replay; 1 if anything does not hold."""
    asked = _parser().parse_args(arguments)
    if asked.replay is not None:
        return replay(asked.replay, asked.relations)
    if asked.bytes:
        return run_hostile(asked.total, asked.seed, asked.corpus / "bytes")
    relations = tuple(asked.relations)
    if asked.bounds or asked.explain:
        relations = tuple(BOUNDS) * asked.bounds + EXPLAIN * asked.explain
    plan = Plan(asked.seed, asked.corpus, relations, asked.size)
    begin = time.monotonic()
    campaign = partitions.run if asked.partitions else run
    progress = _Progress(asked.total, begin)
    tally = conduct(plan, asked.total, asked.processes, progress, campaign)
    print(summarise(tally))
    print(f"{time.monotonic() - begin:.0f} s on {asked.processes} processes")
    return int(bool(tally.mismatches))


def replay(path: Path, relations: list[str]) -> int:
    """Ask the relations of one saved instance, and tell what each says."""
    failed = 0
    warnings.simplefilter("ignore", RotasiWarning)
    for name in relations:
        outcome, said = ask(name, Trial(read(path)))
        print(f"{name:14} {outcome or 'says nothing'}{': ' * bool(said)}{said}")
        failed += outcome == MISMATCH
    return int(failed > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("fuzz", description=__doc__)
    parser.add_argument("total", type=int, nargs="?", default=1000, help="number of instances")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--size", choices=["tiny", "small", "medium"], default="")
    parser.add_argument(
        "--partitions", action="store_true", help="nations in parts instead of rosters"
    )
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="where failures are saved")
    parser.add_argument(
        "--explain", action="store_true", help="only what explain, why and revise say"
    )
    parser.add_argument("--replay", type=Path, metavar="FILE", help="a saved instance")
    parser.add_argument("--bytes", action="store_true", help="mutated files, so many of each kind")
    parser.add_argument(
        "--relations", nargs="+", choices=RELATIONS, default=list(RELATIONS), metavar="NAME",
        help=f"some of {', '.join(RELATIONS)}",
    )  # fmt: skip
    parser.add_argument(
        "--bounds", action="store_true", help=f"only {', '.join(BOUNDS)}: searches cut short"
    )
    return parser


#: What `--explain` holds every instance against, in turn.
EXPLAIN = ("explain",) * 8 + ("why", "revise")


class _Progress:
    """Tells on stderr how far it is, and every mismatch when it is met."""

    def __init__(self, total: int, begin: float) -> None:
        self.total, self.begin, self.told = total, begin, 0

    def __call__(self, done: int, tally: Tally) -> None:
        for text in tally.mismatches[self.told :]:
            print(f"\nMISMATCH {text}", file=sys.stderr)
        self.told = len(tally.mismatches)
        rate = done / (time.monotonic() - self.begin)
        print(f"{done:,} of {self.total:,}, {rate:.1f} a second, {self.told} mismatches",
              file=sys.stderr, flush=True)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
