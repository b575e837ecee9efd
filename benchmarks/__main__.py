"""``python -m benchmarks``: measure, print the tables, keep the figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.instances import INSTANCES
from benchmarks.report import render, write_report
from benchmarks.runs import PLANS, DisagreementError, measure

_DEFAULT_FOLDER = Path("build/benchmarks")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a plan; 1 if contenders disagree."""
    chosen = _read(arguments)
    try:
        result = measure(PLANS[chosen.plan], chosen.only or list(INSTANCES), _say)
    except DisagreementError as error:
        _say(f"WRONG: {error}")
        return 1
    print(render(result))
    write_report(result, chosen.out)
    return 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    for name, text in (("smoke", "small sizes, seconds"), ("full", "everything, slow")):
        length.add_argument(
            f"--{name}", dest="plan", action="store_const", const=name, default="quick", help=text
        )
    parser.add_argument("--only", nargs="+", choices=INSTANCES, help="these instances alone")
    parser.add_argument("--out", type=Path, default=_DEFAULT_FOLDER, help="folder of the results")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
