"""The only place that builds CP-SAT models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model

from rotasi.forms import Ints
from rotasi.program import Cost, Program


class Model:
    """A CP-SAT model of a program under one cost.

    Parameters
    ----------
    program : Program
    cost : Cost
    hint : pair of ndarray of int64, optional
        Variables, and values to try first.
    """

    def __init__(self, program: Program, cost: Cost, hint: tuple[Ints, Ints] | None = None) -> None:
        self.program = program
        self.cp = cp_model.CpModel()
        for bounds in zip(program.lower.tolist(), program.upper.tolist(), strict=True):
            self.cp.proto.variables.add().domain.extend(bounds)
        self._add_rows()
        if cost.coefficient.any():
            self._set_objective(cost)
        if hint is not None:
            self.cp.proto.solution_hint.vars.extend(hint[0].tolist())
            self.cp.proto.solution_hint.values.extend(hint[1].tolist())

    def read(self, solution: Sequence[int]) -> Ints:
        """Values of the program's variables from a solution, shape (v,)."""
        return np.array(solution, dtype=np.int64)

    def _set_objective(self, cost: Cost) -> None:
        (variable,) = np.nonzero(cost.coefficient)
        objective = self.cp.proto.objective
        objective.vars.extend(variable.tolist())
        objective.coeffs.extend(cost.coefficient[variable].tolist())

    def _add_rows(self) -> None:
        rows = self.program.rows
        order = np.argsort(rows.row, kind="stable")
        ends = np.searchsorted(rows.row[order], np.arange(len(rows.low) + 1)).tolist()
        variable, coefficient = rows.variable[order].tolist(), rows.coefficient[order].tolist()
        bounds = zip(rows.low.tolist(), rows.high.tolist(), strict=True)
        for number, bound in enumerate(bounds):
            terms = slice(ends[number], ends[number + 1])
            linear = self.cp.proto.constraints.add().linear
            linear.vars.extend(variable[terms])
            linear.coeffs.extend(coefficient[terms])
            linear.domain.extend(bound)
