"""The LP relaxation of a program, and exact bounds from its rounded duals.

An LP answers in doubles, which prove nothing: its solution is checked in integers, and so is its
bound. For the program ``min c x`` under ``l <= A x <= h`` and ``lower <= x <= upper``, *any* whole
numbers y, one per row, prove a lower bound on every solution (weak duality):

    c x = y A x + (c - y A) x
       >= Σ_i (y_i l_i if y_i > 0 else y_i h_i)  +  Σ_j (the least of (c - y A)_j x_j in its bounds)

So nothing depends on how y was found. The best y are the duals of the LP, and then the right side
is the optimum of the LP (strong duality). Where these are whole numbers, as in nearly all rosters,
rounding gives exactly them and loses nothing; elsewhere the bound is weaker, never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from rotasi.engine.programs.builder import INFINITE
from rotasi.engine.programs.integer_program import Cost, Program
from rotasi.model.constraints import Ints

NEAR = 1e-6  # how far from a whole number still counts as one
_LARGEST = 2**61  # sums of integers stay below this, so that none of them can overflow


@dataclass(frozen=True)
class Relaxed:
    """What the LP says.

    Parameters
    ----------
    values : ndarray of float64, shape (v,)
        The optimum, in doubles.
    bound : int
        A proven lower bound on the cost of every integral solution.
    """

    values: npt.NDArray[np.float64]
    bound: int

    @property
    def whole(self) -> Ints | None:
        """The optimum if it is integral, still in need of an exact check."""
        rounded = np.rint(self.values)
        near = (np.abs(self.values - rounded) < NEAR).all()
        return rounded.astype(np.int64) if near else None


def relax(program: Program, cost: Cost, seconds: float | None) -> Relaxed | None:
    """Solve the LP relaxation.

    Parameters
    ----------
    program : Program
    cost : Cost
    seconds : float or None
        Time limit.

    Returns
    -------
    Relaxed or None
        None where the LP found no optimum: infeasible, or out of time.
    """
    model = mathopt.Model.from_model_proto(write_model(program, cost))
    limit = None if seconds is None else timedelta(seconds=seconds)
    parameters = mathopt.SolveParameters(time_limit=limit)
    result = mathopt.solve(model, mathopt.SolverType.GLOP, params=parameters)
    if result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
        return None
    values = np.fromiter(result.variable_values().values(), dtype=np.float64)
    duals = np.fromiter(result.dual_values().values(), dtype=np.float64)
    # Forms that cross in an odd ring have halves as duals; 12 serves thirds and quarters as well.
    bound = max(prove_bound(program, cost, duals * scale, scale) for scale in (1, 2, 12))
    return Relaxed(values, bound)


def prove_bound(
    program: Program, cost: Cost, multipliers: npt.NDArray[np.float64], scale: int = 1
) -> int:
    """Compute a lower bound on a cost in exact integers, from any multipliers of the rows.

    For integers y and a positive integer s, every solution x satisfies
    ``s c x = y A x + (s c - y A) x``, of which each part has a least value. With s the duals may
    be fractions of denominator s; the sum, divided by s, is rounded up, as costs are whole.

    Parameters
    ----------
    program : Program
    cost : Cost
    multipliers : ndarray of float64, shape (m,)
        Are rounded; a negative one prices a row's upper bound, a positive one its lower.
    scale : int
        What multipliers and cost are multiplied by, for duals that are fractions.

    Returns
    -------
    int
        The least whole number that the bound allows, constant included.
    """
    rows, left = program.rows, scale * cost.coefficient
    column = np.bincount(rows.variable, np.abs(rows.coefficient), minlength=len(left))
    # As |y| <= most, no Σ_i |y_i A_ij| exceeds 2**61; s c is below 2**59, as joined tiers are below
    # 2**55: so s c - y A fits 64 bits. Cutting y off there is allowed, as any y proves a bound. The
    # sums below may be larger; they are of Python's integers.
    most = float(_LARGEST // (1 + int(column.max(initial=0))))
    y = np.rint(np.clip(multipliers, -most, most)).astype(np.int64)
    bound = np.where(y > 0, rows.low, rows.high)
    y[np.abs(bound) == INFINITE] = 0  # an open side proves nothing
    np.subtract.at(left, rows.variable, y[rows.row] * rows.coefficient)
    priced = int((y.astype(object) * bound).sum())
    cheapest = np.where(left > 0, program.lower, program.upper)
    least = int((left.astype(object) * cheapest).sum())
    return -(-(priced + least) // scale) + cost.constant


def write_model(program: Program, cost: Cost, *, integral: bool = False) -> model_pb2.ModelProto:
    """Write a program down for MathOpt's solvers, as an LP or with whole numbers only."""
    rows, count = program.rows, len(program.upper)
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(program.lower.astype(float).tolist())
    proto.variables.upper_bounds.extend(program.upper.astype(float).tolist())
    proto.variables.integers.extend([integral] * count)
    proto.linear_constraints.ids.extend(range(len(rows.low)))
    proto.linear_constraints.lower_bounds.extend(_open(rows.low).tolist())
    proto.linear_constraints.upper_bounds.extend(_open(rows.high).tolist())
    order = np.lexsort((rows.variable, rows.row))
    matrix = proto.linear_constraint_matrix
    matrix.row_ids.extend(rows.row[order].tolist())
    matrix.column_ids.extend(rows.variable[order].tolist())
    matrix.coefficients.extend(rows.coefficient[order].astype(float).tolist())
    (priced,) = np.nonzero(cost.coefficient)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(
        cost.coefficient[priced].astype(float).tolist()
    )
    return proto


def _open(bounds: Ints) -> npt.NDArray[np.float64]:
    floats = bounds.astype(np.float64)
    floats[bounds >= INFINITE] = np.inf
    floats[bounds <= -INFINITE] = -np.inf
    return floats
