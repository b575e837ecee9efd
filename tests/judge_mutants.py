"""Compare the mutants that survived with those that docs/mutants.md judges: ``make mutants``.

A mutant is known by its function and the lines that it changes, not by its number, which any other
change of the function moves. Ends with 1 if a survivor is not judged, or a judged one is no more.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[1] / "docs" / "mutants.md"
_SECTION = re.compile(r"^### `([\w.]+)`$(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_DIFF = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Mutant(NamedTuple):
    """A function with its module, and the lines that change in it: ``- old`` and ``+ new``."""

    function: str
    change: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"### `{self.function}`", "```diff", *self.change, "```"])


def read_change(diff: str) -> tuple[str, ...]:
    """The lines of a diff that change, whatever their indentation."""
    changed = re.findall(r"^([-+])(?![-+]{2} )[ \t]*(.*?)[ \t]*$", diff, re.MULTILINE)
    return tuple(f"{sign} {line}" for sign, line in changed)


def read_judged(page: str) -> list[Mutant]:
    """The mutants that a page judges."""
    return [
        Mutant(function, read_change(diff))
        for function, section in _SECTION.findall(page)
        for diff in _DIFF.findall(section)
    ]


def read_results() -> Iterator[tuple[Mutant, str]]:
    """Every mutant of the last run with its status, as mutmut words it."""
    from mutmut.__main__ import collect_source_file_mutation_data
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code

    mutants, _ = collect_source_file_mutation_data(mutant_names=())
    for data, name, code in mutants:
        # rotasi.module.x_function__mutmut_1, or rotasi.module.xǁClassǁmethod__mutmut_1
        function = re.sub(r"\.x[_ǁ](.+)__mutmut_\d+$", r".\1", name).replace("ǁ", ".")
        change = read_change(get_diff_for_mutant(name, path=data.path))
        yield Mutant(function, change), status_by_exit_code[code]


def judge(results: list[tuple[Mutant, str]], judged: list[Mutant]) -> list[str]:
    """What is wrong: survivors that are not judged, and judged mutants that did not survive."""
    survivors = {mutant: status for mutant, status in results if status != "killed"}
    return [
        *(f"{status}, not judged:\n{it}" for it, status in survivors.items() if it not in judged),
        *(f"judged, but no survivor:\n{it}" for it in judged if it not in survivors),
    ]


def main() -> int:
    """Print figures and faults; 1 if there is a fault."""
    results = list(read_results())
    faults = judge(results, read_judged(PAGE.read_text("utf-8")))
    counts = Counter(status for _, status in results)
    print(f"{len(results)} mutants:", ", ".join(f"{n} {status}" for status, n in counts.items()))
    print(*faults, sep="\n\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
