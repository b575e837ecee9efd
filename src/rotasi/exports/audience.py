"""Who reads what is shown."""

from __future__ import annotations

from enum import StrEnum

from rotasi.messages import _


class Audience(StrEnum):
    """Who reads a view, and so what it may hold.

    Performance, discipline and reasons for refusal are for the personnel agency, names and NIPs for
    it and for the heads of OPD, counts for everybody.
    """

    PERSONNEL = "personnel"
    OPD = "opd"
    PUBLIC = "public"


def read_audience(name: str) -> Audience:
    """An audience by its name.

    Raises
    ------
    ValueError
        If there is no such audience.
    """
    if name not in set(Audience):
        text = _("unknown audience {name!r}: choose one of {names}")
        raise ValueError(text.format(name=name, names=", ".join(Audience)))
    return Audience(name)
