"""A program under one cost as a question to CP-SAT."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt

from rotasi.engine.programs.integer_program import Cost, Program
from rotasi.engine.solvers.cpsat.question import Question, Whole
from rotasi.model.constraints import Ints

#: Variables, and values to try first.
Hint = tuple[Ints, Ints]


def pose(program: Program, cost: Cost, hint: Hint | None = None) -> Question:
    """Ask for values of a program's variables at the least cost.

    Parameters
    ----------
    program : Program
    cost : Cost
    hint : pair of ndarray of int64, optional
        Variables, and values to try first.
    """
    rows = program.rows
    order = np.argsort(rows.row, kind="stable")
    ends = np.searchsorted(rows.row[order], np.arange(len(rows.low) + 1))
    (priced,) = np.nonzero(cost.coefficient)
    nothing = np.zeros(0, dtype=np.int64)
    variables, values = (nothing, nothing) if hint is None else hint
    return Question(
        lower=_pack(program.lower),
        upper=_pack(program.upper),
        ends=_pack(ends),
        variable=_pack(rows.variable[order]),
        coefficient=_pack(rows.coefficient[order]),
        low=_pack(rows.low),
        high=_pack(rows.high),
        priced=_pack(priced),
        price=_pack(cost.coefficient[priced]),
        hint=(_pack(variables), _pack(values)),
    )


def _pack(values: npt.NDArray[np.integer]) -> Whole:
    return array("q", values.astype(np.int64).tobytes())
