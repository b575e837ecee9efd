"""HiGHS by way of SciPy: one thread, no gap."""

from __future__ import annotations

import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.peers.plain import Flags, Found, Instance, Program, build

_STOPPED = 1  # by the time limit


def solve_whole(instance: Instance, limit: float) -> Found:
    """Everything as one model."""
    remote = np.zeros(instance.free.shape, dtype=bool)
    proven = _solve(build(instance, np.ones(len(remote), dtype=bool)), remote, limit)
    return Found(remote if proven else None, proven)


def solve_parts(instance: Instance, limit: float) -> Found:
    """One model after the other for each part that no rule couples: usually an OPD."""
    remote = np.zeros(instance.free.shape, dtype=bool)
    end = time.monotonic() + limit
    for part in range(int(instance.part.max()) + 1):
        program = build(instance, instance.part == part)
        if not _solve(program, remote, max(end - time.monotonic(), 0.1)):
            return Found(None, False)
    return Found(remote, True)


def _solve(program: Program, remote: Flags, limit: float) -> bool:
    """Mark the remote cells of a proven optimum; false if time ran out before there was one."""
    asn, day = program.cells
    if not len(asn):
        return True
    whole = np.zeros(len(program.cost))
    whole[: len(asn)] = 1  # the steps follow: their costs rise
    result = milp(
        program.cost.astype(float),
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(program.matrix, program.low, program.high),
        options={"mip_rel_gap": 0, "time_limit": limit},
    )
    if result.status == _STOPPED:
        return False
    if result.status:
        raise RuntimeError(f"HiGHS proves nothing: {result.message}")
    remote[asn, day] = result.x[: len(asn)] > 0.5
    return True
