"""How large an instance is, and what solving it may take: counted and compared, not solved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rotasi.engine.programs.integer_program import write_program
from rotasi.engine.reductions.symmetry import fold
from rotasi.engine.solve import prepare
from rotasi.engine.solvers.flow import Network, NotNestedError
from rotasi.exports.protocol import Subject
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import resolve
from rotasi.messages import _, number
from rotasi.model.evaluation import is_contradictory
from rotasi.model.problem import Problem
from rotasi.policy.document import Policy
from rotasi.schedule.verification import as_frame
from rotasi.support.arguments import checked
from rotasi.support.notebook_html import show_text
from rotasi.tables.roster import Roster

#: Seconds of one core for each ASN-day of the roster, and for each variable that a flow decides, as
#: low and high; measured, see `estimate`.
_PER_CELL = (0.5e-6, 8e-6)
_PER_FLOW_VARIABLE = (1e-6, 30e-6)
#: Likewise for each variable that an LP and CP-SAT decide; there is no high.
_PER_SEARCHED_VARIABLE = 20e-6
_STARTING = (0.01, 1.0)  # seconds for loading solvers and starting threads
_BYTES_PER_CELL = (100.0, 500.0)
_BYTES_PER_SEARCHED_VARIABLE = (0.0, 2000.0)
_BYTES_STARTING = (2e6, 60e6)


@dataclass(frozen=True)
class Size:
    """How large an instance is, and what `solve` may take; `estimate` makes it.

    Parameters
    ----------
    asn, workdays : int
    blocks : int
        Parts that are solved apart.
    largest : int
        ASN of the largest block.
    classes : int
        Kinds of interchangeable ASN in the blocks that leave anything to decide.
    variables, rows : int
        Of the integer programs that are left, after simplifying and folding.
    searched : int
        Those of the variables that are in blocks which no flow decides: there an LP and CP-SAT
        work, and nobody knows how long.
    seconds : tuple of float and (float or None)
        Low and high of the time of `solve` on one core; None for high: no upper end is known.
    memory : tuple of int
        Low and high of the bytes that `solve` takes with one worker, beside the tables.
    """

    asn: int
    workdays: int
    blocks: int
    largest: int
    classes: int
    variables: int
    rows: int
    searched: int
    seconds: tuple[float, float | None]
    memory: tuple[int, int]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        return "".join(map(show_text, self.lines()))

    def lines(self) -> list[str]:
        """The size in words."""
        low, high = self.seconds
        time = (
            _("time of one core: from {low} s; no upper end is known, so set a time limit")
            if high is None
            else _("time of one core: {low} to {high} s")
        )
        memory = _("memory beside the tables: {low} to {high} MB")
        return [
            _(
                "{asn} ASN × {days} workdays in {blocks} blocks; the largest has {largest} ASN"
            ).format(
                asn=number(self.asn),
                days=number(self.workdays),
                blocks=number(self.blocks),
                largest=number(self.largest),
            ),
            _("{classes} classes, {variables} variables and {rows} rows left to decide").format(
                classes=number(self.classes),
                variables=number(self.variables),
                rows=number(self.rows),
            ),
            time.format(low=_round(low), high=_round(high or 0.0)),
            memory.format(low=_round(self.memory[0] / 1e6), high=_round(self.memory[1] / 1e6)),
        ]


@checked
def estimate(
    roster: Roster, policy: Policy, previous: Subject | pd.DataFrame | None = None
) -> Size:
    """Tell how large an instance is and what `solve` may take, without solving it.

    The case is compiled, simplified, split and folded as by `solve`, and its programs are written
    and counted. That takes from a fiftieth to half of the time of solving.

    Parameters
    ----------
    roster : Roster
    policy : Policy
    previous : Schedule or DataFrame of nip, date, status, optional

    Returns
    -------
    Size
        Sizes are exact; seconds and memory are ranges.

    Raises
    ------
    PolicyError, RosterError
        If roster and policy do not fit together.

    Notes
    -----
    The ranges rest on 24 measured solves, each with one worker in a process of its own, on two
    shared cores of an Intel Xeon (load 3 to 10) with OR-Tools 9.15: the presets ``bekasi_2026``,
    ``jabar_wfa_2023``, ``jabar_se150_december_2025``, ``pandemic_rotation``,
    ``bekasi_field_rotation`` and ``bekasi_piket`` on demo cities of 300 to 12,000 ASN, half a year
    of 2,000 ASN, and the benchmarks ``city``, ``city4`` (2,000 to 12,000 ASN) and ``hard_city``
    (1,000 and 4,000); and on the times of an idle machine in docs/performance.md. All of them lie
    inside. Another machine, or other rules, may not. Where blocks were searched, 0.2 to 0.9 ms for
    each variable were seen, but nothing bounds such a search; hence no upper end.

    Examples
    --------
    >>> import rotasi
    >>> size = rotasi.estimate(rotasi.datasets.city(300), rotasi.presets.bekasi_2026())
    >>> size.asn, size.workdays, size.searched
    (300, 19, 0)
    """
    problem = compile_problem(resolve(roster, policy, as_frame(previous)))
    blocks = prepare(problem)
    programs = [_measure(block.problem) for block in blocks]
    classes, variables, rows, searched = np.sum(programs, axis=0).tolist()
    asn, workdays = problem.shape
    return Size(
        asn=asn,
        workdays=workdays,
        blocks=len(blocks),
        largest=max(len(block.rows) for block in blocks),
        classes=classes,
        variables=variables,
        rows=rows,
        searched=searched,
        seconds=_expect_seconds(asn * workdays, variables, searched),
        memory=_expect_memory(asn * workdays, searched),
    )


def _measure(problem: Problem) -> tuple[int, int, int, int]:
    """Classes, variables, rows, and variables that no flow decides, of a block."""
    if not (problem.free.any() or problem.draws):
        return 0, 0, 0, 0
    folded = fold(problem).problem
    program = write_program(folded)
    variables = len(program.upper)
    searched = 0 if _is_flow(folded) else variables
    return len(folded.size), variables, len(program.rows.low), searched


def _is_flow(problem: Problem) -> bool:
    """Whether a flow decides a problem; one that contradicts itself is searched."""
    if is_contradictory(problem):
        return False
    try:
        Network(problem, (0,) * len(problem.tiers))
    except NotNestedError:
        return False
    return True


def _expect_seconds(cells: int, variables: int, searched: int) -> tuple[float, float | None]:
    flows = variables - searched
    low, high = (
        start + cells * per_cell + flows * per_flow
        for start, per_cell, per_flow in zip(_STARTING, _PER_CELL, _PER_FLOW_VARIABLE, strict=True)
    )
    if searched:
        return low + searched * _PER_SEARCHED_VARIABLE, None
    return low, high


def _expect_memory(cells: int, searched: int) -> tuple[int, int]:
    ends = zip(_BYTES_STARTING, _BYTES_PER_CELL, _BYTES_PER_SEARCHED_VARIABLE, strict=True)
    low, high = (int(start + cells * own + searched * more) for start, own, more in ends)
    return low, high


def _round(value: float) -> str:
    """A figure with one digit that counts, two from 10 on: a range is no more exact."""
    return number(value, 2 if value < 0.1 else 1 if value < 10 else 0)
