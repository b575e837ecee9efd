"""What a campaign met, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from .campaign import Tally

WIDTH = 3  # features per line


def summarise(tally: Tally) -> str:
    """Instances per relation with their outcomes, features with their counts, mismatches."""
    return "\n".join([*_outcomes(tally), "", *_features(tally), "", *_mismatches(tally)])


def _outcomes(tally: Tally) -> Iterator[str]:
    total = sum(tally.sizes.values())
    yield f"{total:,} instances: {_listed(tally.sizes)}"
    yield ""
    yield f"{'relation':14} {'asked':>7}  outcomes"
    for name, outcomes in sorted(tally.outcomes.items()):
        yield f"{name:14} {sum(outcomes.values()):7,}  {_listed(outcomes)}"


def _features(tally: Tally) -> Iterator[str]:
    yield f"{len(tally.features)} features, in so many instances:"
    cells = [f"{count:6,} {name}" for name, count in sorted(tally.features.items())]
    for first in range(0, len(cells), WIDTH):
        yield " ".join(f"{cell:48}" for cell in cells[first : first + WIDTH]).rstrip()


def _mismatches(tally: Tally) -> Iterator[str]:
    yield f"{len(tally.mismatches)} mismatches"
    for number, text in enumerate(tally.mismatches, start=1):
        yield f"{number}. {text}"


def _listed(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{name} {count:,}" for name, count in Counter(counts).most_common())
