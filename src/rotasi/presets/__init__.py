"""The policies of Kota Bekasi and West Java as ready-made `Policy` objects, with their sources.

Figures and rules are those that the press reported. Where the sources disagree or say nothing, the
docstring of the preset names the reading that is taken; what is not enforced is named as well, and
stands clause by clause in `Policy.coverage`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rotasi.errors import PolicyError, Problem
from rotasi.messages import _
from rotasi.policy.document import Policy
from rotasi.presets.bekasi import bekasi_2026
from rotasi.presets.common import BEKASI_SERVICES
from rotasi.presets.field import FIELD_SERVICES, bekasi_field_rotation
from rotasi.presets.pandemic import HEALTH_SERVICES, pandemic_rotation
from rotasi.presets.west_java import (
    jabar_se150_december_2025,
    jabar_se150_november_2025,
    jabar_wfa_2023,
)
from rotasi.presets.yearend import YEAREND_SERVICES, bekasi_piket, bekasi_yearend_2025
from rotasi.support.arguments import Day, checked

__all__ = [
    "BEKASI_SERVICES",
    "FIELD_SERVICES",
    "HEALTH_SERVICES",
    "NAMES",
    "YEAREND_SERVICES",
    "bekasi_2026",
    "bekasi_field_rotation",
    "bekasi_piket",
    "bekasi_yearend_2025",
    "jabar_se150_december_2025",
    "jabar_se150_november_2025",
    "jabar_wfa_2023",
    "load",
    "pandemic_rotation",
]

_PRESETS: dict[str, Callable[..., Policy]] = {
    function.__name__: function
    for function in (
        bekasi_2026,
        jabar_wfa_2023,
        jabar_se150_november_2025,
        jabar_se150_december_2025,
        bekasi_yearend_2025,
        bekasi_piket,
        bekasi_field_rotation,
        pandemic_rotation,
    )
}

#: Names of the presets, in the order in which they are listed.
NAMES: tuple[str, ...] = tuple(_PRESETS)


@checked
def load(name: str, start: Day | None = None, end: Day | None = None, **parameters: Any) -> Policy:
    """Make the policy of a preset that is known by name only.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    start, end : date, optional
        Inclusive period; the preset's own by default.
    **parameters
        Parameters of the preset.

    Returns
    -------
    Policy

    Raises
    ------
    PolicyError
        When there is no such preset, or a parameter has no valid value.

    Examples
    --------
    >>> from rotasi import presets
    >>> presets.load("bekasi_2026").name
    'Kota Bekasi 2026 (rancangan)'
    """
    if name not in _PRESETS:
        message = _("there is no such preset; choose one of {names}").format(names=", ".join(NAMES))
        raise PolicyError([Problem(message, "presets", value=name)])
    return _PRESETS[name](start, end, **parameters)
