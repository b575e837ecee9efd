"""Assumptions about savings: every figure a range with its source, and where sources disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, field_validator

from rotasi.analysis.figures import (
    LEVELS,
    Component,
    Contradiction,
    Estimate,
    Level,
    Name,
    Part,
    Rupiah,
)
from rotasi.errors import PolicyError, Problem
from rotasi.messages import _
from rotasi.policy.file_errors import at
from rotasi.policy.formats import Document
from rotasi.rules.base import Scope
from rotasi.support.arguments import checked, refuse
from rotasi.support.text import near


class Assumptions(Document):
    """What remote work is taken to save, and on whose word.

    Make one with `Assumptions.read` or `Assumptions.model_validate`, or take one of
    `rotasi.claims`, as it is or with `adapt`.

    Parameters
    ----------
    name : str
    components : list of Component
    estimates : list of Estimate
        For each component exactly one of each level.
    opd_costs : mapping of OPD to mapping of component to rupiah a month
        What an OPD really spends.
    fixed : mapping of component to part
        Part of the saving that needs a whole `site` to be empty that day, such as the cooling of
        a building; 0 if left out.
    except_ : mapping of column to values
        ASN whose days away from the office are no remote days; as in rules, where it is called
        ``except``. By default those in `field` service.
    field_labels : list of str
        A policy whose label for WFH has one of these words rotates between office and field, and
        saves nothing.
    contradictions : list of Contradiction

    Raises
    ------
    PolicyError
        With every problem and its place.

    Examples
    --------
    >>> from rotasi import Assumptions
    >>> own = Assumptions.model_validate({
    ...     "components": [{"name": "electricity", "cost": 20_000_000}],
    ...     "estimates": [
    ...         {"component": "electricity", "levels": ["low"], "part": 0.1, "days": 2,
    ...          "source": "meter readings, 2025"},
    ...         {"component": "electricity", "levels": ["mid", "high"], "part": 0.1, "days": 1,
    ...          "source": "our estimate"},
    ...     ],
    ... })
    >>> own.estimates_of("electricity")["low"].rate
    Fraction(1, 4)
    """

    called: ClassVar[str] = "assumptions"

    name: str = ""
    components: Annotated[list[Component], Field(min_length=1)]
    estimates: list[Estimate]
    opd_costs: dict[str, dict[str, Rupiah]] = {}
    fixed: dict[str, Part] = {}
    except_: Scope = Field(default={"service": ["field"]}, alias="except")
    field_labels: list[Name] = ["Field", "Lapangan"]
    contradictions: list[Contradiction] = []

    def adapt(self, **changes: Any) -> Self:
        """The same with other values, checked again.

        Parameters
        ----------
        **changes
            Parameters of this class, such as `opd_costs` and `fixed`.

        Raises
        ------
        PolicyError
            With every problem found.
        """
        return type(self)(**(dict(self) | changes))

    @checked
    def estimates_of(self, component: str) -> dict[Level, Estimate]:
        """The estimates of a component by level, from low to high.

        Raises
        ------
        ArgumentError
            If there is no such component.
        """
        names = [each.name for each in self.components]
        if component not in names:
            raise refuse("component", _("there is no such component") + near(component, names))
        found = {
            level: estimate
            for estimate in self.estimates
            if estimate.component == component
            for level in estimate.levels
        }
        return {level: found[level] for level in LEVELS}

    @checked
    def contradictions_of(self, component: str) -> list[str]:
        """Contradictions about a component or about the whole, in words for people."""
        concerned = ("", component)
        return [str(found) for found in self.contradictions if found.component in concerned]

    @field_validator("components", mode="after")
    @classmethod
    def _check_names(cls, components: list[Component]) -> list[Component]:
        names = [component.name for component in components]
        message = _("two components have this name; rename one")
        _raise(
            at(f"components[{i}].name", message, name)
            for i, name in enumerate(names)
            if name in names[:i]
        )
        return components

    @field_validator("estimates", mode="after")
    @classmethod
    def _check_estimates(cls, estimates: list[Estimate], info: ValidationInfo) -> list[Estimate]:
        names = _names(info)
        if names is None:
            return estimates
        places = ((f"estimates[{i}].component", e.component) for i, e in enumerate(estimates))
        unknown = list(_find_unknown(places, names))
        _raise([*unknown, *(p for name in names for p in _find_gaps(name, estimates))])
        return estimates

    @field_validator("opd_costs", "fixed", "contradictions", mode="after")
    @classmethod
    def _check_components(cls, value: Any, info: ValidationInfo) -> Any:
        names, field = _names(info), str(info.field_name)
        if names is not None:
            _raise(_find_unknown(_places(field, value), names))
        return value


def _names(info: ValidationInfo) -> list[str] | None:
    """Names of the components, if these could be read."""
    components = info.data.get("components")
    return None if components is None else [component.name for component in components]


def _places(field: str, value: Any) -> Iterator[tuple[str, str]]:
    """Where the components stand that a field names."""
    if field == "contradictions":
        named = ((i, found.component) for i, found in enumerate(value) if found.component)
        yield from ((f"{field}[{i}].component", name) for i, name in named)
    elif field == "opd_costs":
        yield from ((f"{field}.{opd}", name) for opd, costs in value.items() for name in costs)
    else:
        yield from ((field, name) for name in value)


def _find_unknown(places: Iterable[tuple[str, str]], names: list[str]) -> Iterator[Problem]:
    message = _("there is no such component")
    for place, name in places:
        if name not in names:
            yield at(place, message + near(name, names), name)


def _find_gaps(name: str, estimates: list[Estimate]) -> Iterator[Problem]:
    """Levels of a component that stand not once, or in the wrong order."""
    pairs = [(level, e.rate) for e in estimates if e.component == name for level in e.levels]
    levels, rates = [level for level, _rate in pairs], dict(pairs)
    if sorted(levels) != sorted(LEVELS):
        message = _("this component needs each of low, mid and high exactly once")
        yield at("estimates", message, name)
    elif not rates["low"] <= rates["mid"] <= rates["high"]:
        message = _("per remote day, low may not exceed mid, nor mid high")
        yield at("estimates", message, name)


def _raise(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise PolicyError(found)
