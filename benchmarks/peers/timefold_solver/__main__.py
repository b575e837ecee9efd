"""Solve a problem file with Timefold: ``python timefold_solver problem.json answer.json``."""

# What it imports is installed in Timefold's environment alone.
# mypy: ignore-errors

import json
import sys
from pathlib import Path
from types import ModuleType

import days
import weeks
from timefold.solver import SolverFactory
from timefold.solver.config import (
    Duration,
    EnvironmentMode,
    ScoreDirectorFactoryConfig,
    SolverConfig,
    SolverConfigOverride,
    TerminationConfig,
)

_MODELS = {"days": days, "weeks": weeks}
_FEW = 500  # entities to warm up with
_PHASES = Path(__file__).with_name("phases.xml")


def main(source: str, target: str) -> None:
    """Read, have the Java machine warm up, solve, and write what is chosen for each entity."""
    problem = json.loads(Path(source).read_text(encoding="utf-8"))
    model = _MODELS[problem["model"]]
    factory = _make_factory(model)  # one for both, or the second would run classes compiled anew
    few = model.read_plan(problem, _FEW)
    factory.build_solver(_stop_after(problem["warm_up"])).solve(few)
    plan = model.read_plan(problem, None)
    answer = factory.build_solver(_stop_after(problem["limit"])).solve(plan)
    choices = [entity.choice for entity in answer.entities]
    Path(target).write_text(json.dumps(choices), encoding="utf-8")


def _make_factory(model: ModuleType) -> SolverFactory:
    return SolverFactory.create(
        SolverConfig(
            xml_source_file=_PHASES,
            solution_class=model.Plan,
            entity_class_list=[model.Entity],
            environment_mode=EnvironmentMode.NO_ASSERT,  # the fastest
            score_director_factory_config=ScoreDirectorFactoryConfig(
                constraint_provider_function=model.list_constraints
            ),
        )
    )


def _stop_after(seconds: float) -> SolverConfigOverride:
    limit = Duration(milliseconds=round(seconds * 1000))
    return SolverConfigOverride(termination_config=TerminationConfig(spent_limit=limit))


if __name__ == "__main__":
    main(*sys.argv[1:])
