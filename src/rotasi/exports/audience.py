"""Who reads what is shown."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from rotasi.messages import mark
from rotasi.support.arguments import one_of


class Audience(StrEnum):
    """Who reads a view, and so what it may hold.

    Performance, discipline and reasons for refusal are for the personnel agency, names and NIPs for
    it and for the heads of OPD, counts for everybody.
    """

    PERSONNEL = "personnel"
    OPD = "opd"
    PUBLIC = "public"


#: What callers write.
AudienceName = Annotated[str, one_of(mark("one of personnel, opd, public"), *Audience)]
