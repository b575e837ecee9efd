"""The plain model given to CP-SAT as most people would: default parameters, two workers."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.plain import Found, Instance, Program, build

_WORKERS = 2


def solve_whole(instance: Instance, limit: float) -> Found:
    """Everything as one model."""
    program = build(instance, np.ones(len(instance.free), dtype=bool))
    model, variables = _write(program)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = _WORKERS
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, False)
    asn, day = program.cells
    remote = np.zeros(instance.free.shape, dtype=bool)
    remote[asn, day] = [solver.boolean_value(variable) for variable in variables[: len(asn)]]
    return Found(remote, status == cp_model.OPTIMAL)


def _write(program: Program) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    variables = [model.new_bool_var("") for _ in program.cost]
    matrix = program.matrix
    for row, (begin, end) in enumerate(zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)):
        terms = [variables[column] for column in matrix.indices[begin:end]]
        total = cp_model.LinearExpr.weighted_sum(terms, matrix.data[begin:end].tolist())
        model.add_linear_constraint(total, int(program.low[row]), int(program.high[row]))
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, program.cost.tolist()))
    return model, variables
