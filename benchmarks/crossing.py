"""Crossing rules on real rosters: ``python -m benchmarks.crossing FOLDER [--out FILE]``.

FOLDER holds rosters as CSV files, a row for each person, with at least the columns ``agency``,
``unit`` and ``role``; others are ignored, no names are needed, and a NIP is made up from the row's
number. Public payrolls of American cities fit; those of Montgomery County, 2016, and of Chicago,
2018, were used. The policy is ``instances/crossing.toml``.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from benchmarks.contenders import Answer, Run, contender
from benchmarks.instances import Task
from benchmarks.machine import describe_machine, load_average, peak_memory
from benchmarks.phases import measure_phases
from benchmarks.report import render
from benchmarks.runs import DisagreementError, Race, measure_race, warm_up
from rotasi.engine.limits import Limits
from rotasi.engine.programs.builder import INFINITE
from rotasi.engine.programs.integer_program import Program, write_program
from rotasi.engine.prove import decide
from rotasi.engine.reductions.decomposition import split
from rotasi.engine.reductions.presolve import simplify
from rotasi.engine.reductions.symmetry import Folding, deal, fold
from rotasi.engine.solvers.cpsat.encode import pose
from rotasi.engine.solvers.cpsat.question import write_proto
from rotasi.instance.compile import compile_problem
from rotasi.instance.resolve import Instance as Resolved
from rotasi.instance.resolve import resolve
from rotasi.model.constraints import Ints
from rotasi.model.evaluation import evaluate
from rotasi.model.problem import Block, Problem
from rotasi.model.status import Status

_POLICY = Path(__file__).parent / "instances" / "crossing.toml"
_COLUMNS = {"agency": "opd", "unit": "unit", "role": "position"}
_PROVERS, _HIGHS, _SAT = "rotasi, folded to optimum", "HiGHS, folded to optimum", "CP-SAT, unfolded"
_ROUNDS, _LIMIT, _SAT_LIMIT = 3, 600.0, 60.0
_SAT_WORKERS = 2
_WARM_UP = 30  # persons
_OPTIMAL, _STOPPED = 0, 1  # as HiGHS says it


def read_task(path: Path) -> Task:
    """Read a CSV file of persons as an instance: no leave, no wishes."""
    persons = pd.read_csv(path, dtype="str", keep_default_na=False, usecols=list(_COLUMNS))
    employees = persons.rename(columns=_COLUMNS)
    employees["nip"] = (10**17 + pd.Series(range(len(employees)))).astype("str")
    return _make_task(path.stem, employees)


def _make_task(name: str, employees: pd.DataFrame) -> Task:
    leave = pd.DataFrame(columns=["nip", "start", "end"], dtype="str")
    wishes = pd.DataFrame(columns=["nip", "weekday"], dtype="str")
    tables = {"employees": employees, "leave": leave, "wishes": wishes}
    return Task(name, len(employees), tables, _POLICY)


@dataclass(frozen=True)
class Piece:
    """A block, and what a solver gets of it.

    Parameters
    ----------
    block : Block
    folding : Folding
        Into classes, or of everybody into a class of one.
    program : Program
        Integer variables, rows and the only objective as arrays.
    """

    block: Block
    folding: Folding
    program: Program


Found = tuple[Ints | None, bool]  # remote members of rows and days; whether they are proven best
Solve = Callable[[Piece, float], Found]


@contender(_PROVERS)
def prepare_provers(task: Task, limit: float) -> Run:
    """Of rotasi only what lies between the folded problem and its optimum, as for HiGHS."""
    return _prepare(task, limit, fold, solve_by_provers)


@contender(_HIGHS)
def prepare_highs(task: Task, limit: float) -> Run:
    """The blocks and classes that rotasi itself makes, as integer programs."""
    return _prepare(task, limit, fold, solve_by_highs)


@contender(_SAT)
def prepare_sat(task: Task, limit: float) -> Run:
    """The same blocks with one Boolean per ASN-day."""
    return _prepare(task, limit, _keep_apart, solve_by_sat)


def _keep_apart(problem: Problem) -> Folding:
    return Folding(problem, np.arange(len(problem.size)))


def _prepare(task: Task, limit: float, group: Callable[[Problem], Folding], solve: Solve) -> Run:
    """Make the arrays; what is measured begins with them and ends with the optimum."""
    case = resolve(task.roster, task.policy)
    blocks = split(simplify(compile_problem(case)))
    foldings = [group(block.problem) for block in blocks]
    pieces = [
        Piece(block, folding, write_program(folding.problem))
        for block, folding in zip(blocks, foldings, strict=True)
    ]
    pieces.sort(key=lambda piece: len(piece.program.upper))  # the largest may use up the time

    def run() -> Answer:
        end = time.monotonic() + limit
        found = [solve(piece, max(end - time.monotonic(), 0.1)) for piece in pieces]
        return _answer(case, pieces, found)

    return run


def solve_by_provers(piece: Piece, limit: float) -> Found:
    """Find and prove the optimum as rotasi does."""
    problem = replace(piece.folding.problem)  # a copy remembers nothing of the round before
    decision = decide(problem, Limits(0, time.monotonic() + limit))
    return decision.remote, decision.status is Status.OPTIMAL


def solve_by_highs(piece: Piece, limit: float) -> Found:
    """Find and prove the optimum by HiGHS, by way of SciPy: one thread, no gap."""
    program, rows = piece.program, piece.program.rows
    n_variables = len(program.upper)
    if not n_variables:
        return program.read(np.zeros(0, dtype=np.int64)), True
    low = np.where(rows.low <= -INFINITE, -math.inf, rows.low)
    high = np.where(rows.high >= INFINITE, math.inf, rows.high)
    matrix = csr_array((rows.coefficient, (rows.row, rows.variable)), (len(low), n_variables))
    (cost,) = program.costs
    result = milp(
        cost.coefficient,
        integrality=np.ones(n_variables),
        bounds=Bounds(program.lower, program.upper),
        constraints=LinearConstraint(matrix, low, high),
        options={"mip_rel_gap": 0, "time_limit": limit},
    )
    if result.status not in (_OPTIMAL, _STOPPED):
        raise RuntimeError(f"HiGHS proves nothing: {result.message}")
    if result.x is None:
        return None, False
    return program.read(np.rint(result.x).astype(np.int64)), result.status == _OPTIMAL


def solve_by_sat(piece: Piece, limit: float) -> Found:
    """Search by CP-SAT with default parameters and two workers."""
    (cost,) = piece.program.costs
    model, solver = cp_model.CpModel(), cp_model.CpSolver()
    write_proto(pose(piece.program, cost), model.proto)
    solver.parameters.num_workers = _SAT_WORKERS
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, False
    values = np.array(solver.response_proto.solution, dtype=np.int64)
    return piece.program.read(values), status == cp_model.OPTIMAL


def _answer(case: Resolved, pieces: Sequence[Piece], found: Sequence[Found]) -> Answer:
    pairs = zip(pieces, found, strict=True)
    decided = [(piece, remote) for piece, (remote, _) in pairs if remote is not None]
    if len(decided) < len(pieces):
        return Answer(False, None, pd.DataFrame)
    (tier,) = pieces[0].block.problem.tiers
    folded = ((piece.folding.problem, remote) for piece, remote in decided)
    cost = sum(evaluate(problem, problem.tiers[0], remote) for problem, remote in folded)
    proven = all(proven for _, proven in found)
    return Answer(proven, {tier.kind: tier.sign * cost}, lambda: _frame(case, decided))


def _frame(case: Resolved, decided: Sequence[tuple[Piece, Ints]]) -> pd.DataFrame:
    """The roster as the long table that rotasi verifies; there is no leave."""
    n_asn, n_days = case.facts.shape
    grid = np.zeros((n_asn, n_days), dtype=bool)
    for piece, remote in decided:
        days = slice(piece.block.first, piece.block.last + 1)
        grid[piece.block.rows, days] = deal(piece.folding, remote)
    return pd.DataFrame(
        {
            "nip": case.facts.employees["nip"].repeat(n_days).array,
            "date": np.tile(case.facts.days.astype("datetime64[s]"), n_asn),
            "status": np.where(grid.ravel(), "WFH", "WFO"),
        }
    )


def measure(tasks: Sequence[Task], say: Callable[[str], None]) -> dict[str, Any]:
    """Race rotasi against HiGHS in turns, then once against CP-SAT, on each instance.

    The results are of the form that `benchmarks.runs.measure` gives.

    Raises
    ------
    DisagreementError
    """
    machine, races, phases = describe_machine(), [], []
    for task in tasks:
        few = _make_task(task.name, task.tables["employees"].head(_WARM_UP))
        warm_up(few, ("rotasi", _PROVERS, _HIGHS, _SAT))
        plans = (
            Race(task.name, ("rotasi", _PROVERS, _HIGHS), _ROUNDS, _LIMIT, math.inf),
            Race(task.name, ("rotasi", _SAT), 1, _SAT_LIMIT),
        )
        races += [measure_race(plan, task, say) for plan in plans]
        phases.append(measure_phases(task, _LIMIT))
    found = {"races": races, "phases": phases, "matches": []}
    after = {"load_after": load_average(), "peak_mib": peak_memory()}
    return {"schema": 1, "machine": machine, **after, **found}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the tables, keep the figures; 1 if contenders disagree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crossing", description=__doc__)
    parser.add_argument("folder", type=Path, help="of CSV files with agency, unit and role")
    parser.add_argument("--out", type=Path, help="JSON file of the results")
    chosen = parser.parse_args(arguments)
    tasks = [read_task(path) for path in sorted(chosen.folder.glob("*.csv"))]
    try:
        result = measure(tasks, lambda text: print(text, file=sys.stderr, flush=True))
    except DisagreementError as error:
        print(f"WRONG: {error}", file=sys.stderr)
        return 1
    if chosen.out:
        chosen.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(render(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
