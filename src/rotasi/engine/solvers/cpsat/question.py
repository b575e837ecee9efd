"""What CP-SAT is asked and what it answers, in plain arrays.

Loads nothing but CP-SAT itself, so that a process made for one search is there in a tenth of a
second: neither NumPy nor pandas.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ortools.sat.python import cp_model_helper as sat

#: 64-bit integers; in quotes since Python 3.11 has no array[int].
Whole: TypeAlias = "array[int]"
Parameters = Mapping[str, bool | int | float]


@dataclass(frozen=True)
class Question:
    """A CP-SAT model: variables, linear rows and a linear cost, and how to search.

    Parameters
    ----------
    lower, upper : array of int64, shape (v,)
        Bounds of the variables.
    ends : array of int64, shape (m + 1,)
        Where the terms of each row begin; those of row r end where those of r + 1 begin.
    variable, coefficient : array of int64, shape (k,)
        Terms, row by row.
    low, high : array of int64, shape (m,)
        Bounds of the rows.
    priced, price : array of int64, shape (c,)
        Variables that cost something, and what.
    hint : pair of array of int64
        Variables, and values to try first.
    parameters : mapping
        Of CP-SAT.
    """

    lower: Whole
    upper: Whole
    ends: Whole
    variable: Whole
    coefficient: Whole
    low: Whole
    high: Whole
    priced: Whole
    price: Whole
    hint: tuple[Whole, Whole]
    parameters: Parameters = field(default_factory=dict)

    def under(self, parameters: Parameters) -> Question:
        """The same question with some parameters set."""
        return replace(self, parameters={**self.parameters, **parameters})

    def suggest(self, values: Whole | None) -> Question:
        """The same question with values to try first, if there are any."""
        every = array("q", range(len(self.lower)))
        return self if values is None else replace(self, hint=(every, values))

    def cost(self, values: Whole) -> int:
        """What values of the variables cost."""
        return sum(p * values[v] for v, p in zip(self.priced, self.price, strict=True))


@dataclass(frozen=True)
class Reply:
    """What CP-SAT says.

    Parameters
    ----------
    status : str
        As CP-SAT names it.
    values : array of int64, shape (v,), or None
        The best that was found.
    bound : int or None
        Proven lower bound of the cost, where values were found.
    flaw : str
        Why the model is invalid.
    """

    status: str
    values: Whole | None = None
    bound: int | None = None
    flaw: str = ""

    @property
    def is_final(self) -> bool:
        """Whether more time would change nothing."""
        return self.status in ("OPTIMAL", "INFEASIBLE", "MODEL_INVALID")


class Solver:
    """One search.

    Parameters
    ----------
    question : Question
    tell : callable, optional
        Called with a `Reply` for each better solution, in a thread of CP-SAT.
    """

    def __init__(self, question: Question, tell: Callable[[Reply], None] | None = None) -> None:
        self._proto = sat.CpModelProto()
        write_proto(question, self._proto)
        self._solver = sat.SolveWrapper()
        self._solver.set_parameters(_set(question.parameters))
        self._teller = None if tell is None else _Teller(tell)  # kept: CP-SAT does not
        if self._teller is not None:
            self._solver.add_solution_callback(self._teller)

    def solve(self) -> Reply:
        """Search until the end."""
        response = self._solver.solve(self._proto)  # type: ignore[no-untyped-call]
        if response.status == sat.MODEL_INVALID:
            flaw = sat.CpSatHelper.validate_model(self._proto) or response.solution_info
            return Reply(response.status.name, flaw=flaw)
        return _read(response)

    def stop_search(self) -> None:
        """Ask the search to end; one that has not begun does not hear it."""
        self._solver.stop_search()


def write_proto(question: Question, proto: sat.CpModelProto) -> None:
    """Write a question into an empty model; the only place that builds models of CP-SAT."""
    for bounds in zip(question.lower, question.upper, strict=True):
        proto.variables.add().domain.extend(bounds)
    begins, bounds_of_rows = question.ends, zip(question.low, question.high, strict=True)
    for number, bounds in enumerate(bounds_of_rows):
        terms = slice(begins[number], begins[number + 1])
        linear = proto.constraints.add().linear
        linear.vars.extend(question.variable[terms])
        linear.coeffs.extend(question.coefficient[terms])
        linear.domain.extend(bounds)
    if question.priced:
        proto.objective.vars.extend(question.priced)
        proto.objective.coeffs.extend(question.price)
    if question.hint[0]:
        proto.solution_hint.vars.extend(question.hint[0])
        proto.solution_hint.values.extend(question.hint[1])


class _Teller(sat.SolutionCallback):
    def __init__(self, tell: Callable[[Reply], None]) -> None:
        super().__init__()
        self._tell = tell

    def OnSolutionCallback(self) -> None:  # noqa: N802 - as OR-Tools names it
        response = self.Response()  # type: ignore[no-untyped-call]
        self._tell(replace(_read(response), status="FEASIBLE"))


def _read(response: sat.CpSolverResponse) -> Reply:
    found = array("q", response.solution)
    if not found:  # what stands there for a bound may be the zero of an empty field
        return Reply(response.status.name)
    return Reply(response.status.name, found, response.inner_objective_lower_bound)


def _set(parameters: Parameters) -> sat.SatParameters:
    settings = sat.SatParameters()
    for name, value in parameters.items():
        setattr(settings, name, value)
    return settings
