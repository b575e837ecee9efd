"""Indicators as rows of an integer program: a Boolean ``y[g,d]`` decides for a group and a day.

``x[c,d]`` counts the remote members of row c, ``m[c]`` its members, and ``M[g,d]`` the members of a
group who are tied on a day.
"""

from __future__ import annotations

from typing import assert_never

import numpy as np

from rotasi.engine.programs.builder import ProgramBuilder, number_cells
from rotasi.model.constraints import CommonDays, Flags, Indicator, Ints, SameStatus
from rotasi.model.evaluation import place_members, sum_groups, tied_heads


def add_indicator(builder: ProgramBuilder, indicator: Indicator) -> Ints:
    """State an indicator.

    Parameters
    ----------
    builder : ProgramBuilder
    indicator : SameStatus or CommonDays

    Returns
    -------
    ndarray of int64, shape (u,)
        Variables that count the units by which a soft indicator is missed; none for a hard one.
    """
    match indicator:
        case CommonDays():
            return _add_common_days(builder, indicator)
        case SameStatus(parts=1, penalty=0):
            return _add_same_status(builder, indicator)
        case SameStatus(parts=1):
            return _price_same_status(builder, indicator)
        case SameStatus():
            return _GroupFormation(builder, indicator).add()
        case _:
            assert_never(indicator)


def _add_common_days(builder: ProgramBuilder, indicator: CommonDays) -> Ints:
    """Nobody of the group is remote where ``y[g,d] = 1``, and that on enough days.

    Where nothing can be decided y is known: 1 on days on which nobody may be remote, 0 where
    somebody has to be.
    """
    days, count = slice(indicator.first, indicator.last + 1), len(indicator.labels)
    cell, size = builder.cell[:, days], builder.problem.size
    empty = sum_groups(indicator.group, count, builder.decided[:, days]) == 0
    open_ = empty & (sum_groups(indicator.group, count, cell >= 0) > 0)
    gathered = builder.add_variables(np.ones(int(open_.sum()), dtype=np.int64))
    number = number_cells(indicator.group, open_)
    row, day = np.nonzero((number >= 0) & (cell >= 0))
    line, full = np.arange(len(row)), size[row]
    switch = gathered[number[row, day]]
    # 0 <= x[c,d] + m[c] y[g,d] <= m[c]: y = 1 leaves x = 0, y = 0 leaves x as free as it was.
    builder.add_rows(full * 0, full, (line, cell[row, day], 1), (line, switch, full))
    # Σ_d y[g,d] + short[g] >= days; a hard form has no `short`.
    missing = indicator.days - (empty & ~open_).sum(axis=1)
    short = builder.add_variables(np.maximum(missing, 0) if indicator.penalty else missing[:0])
    counted = (np.nonzero(open_)[0], gathered, 1)
    builder.at_least(missing, counted, (np.arange(len(short)), short, 1))
    return short


def _add_same_status(builder: ProgramBuilder, tie: SameStatus) -> Ints:
    """All tied cells of a group and day follow one Boolean: ``x[c,d] = m[c] y[g,d]``."""
    number, switch = _add_switches(builder, tie)
    row, day = np.nonzero(number >= 0)
    line, size = np.arange(len(row)), builder.problem.size[row]
    cell, decided = builder.cell[row, day], builder.decided[row, day]
    free = cell >= 0
    chosen = (line, switch[number[row, day]], -size)
    builder.add_rows(-decided, -decided, (line[free], cell[free], 1), chosen)
    return switch[:0]


def _price_same_status(builder: ProgramBuilder, tie: SameStatus) -> Ints:
    """Count the minority of a group and day: ``fewer >= min(Σ x, M - Σ x)``.

    ``y = 0`` chooses those remote as the minority, ``y = 1`` the others; the row of what is not
    chosen holds anyway, as ``0 <= Σ x <= M``. With a price on `fewer`, an optimum chooses the
    smaller. It is never more than half of M.
    """
    number, switch = _add_switches(builder, tie)
    heads = tied_heads(builder.problem, tie)
    sums, most = builder.sum_cells(number, len(switch)), heads[heads > 0]
    fewer, line = builder.add_variables(most // 2), np.arange(len(most))
    # fewer >= Σ x - M y  and  fewer >= M y - Σ x
    for sign in (-1, 1):
        among = (sums.number, sums.variable, sign), (line, switch, -sign * most)
        builder.at_least(-sign * sums.decided, *among, (line, fewer, 1))
    return fewer


def _add_switches(builder: ProgramBuilder, tie: SameStatus) -> tuple[Ints, Ints]:
    """A Boolean y per group and day with tied cells: which is each cell's, and the Booleans."""
    tied = tied_heads(builder.problem, tie) > 0
    switch = builder.add_variables(np.ones(int(tied.sum()), dtype=np.int64))
    return _number_tied(tie, tied), switch


def _number_tied(tie: SameStatus, tied: Flags) -> Ints:
    """Number of the group-day, among those with tied cells, of each tied cell; -1 = none."""
    return np.where(tie.cells, number_cells(tie.group, tied), -1)


class _GroupFormation:
    """A tie whose groups the solver forms: Booleans tell who belongs to which part.

    ``a[i,k] = 1``: ASN i sits in part k of its group; ``y[k,d] = 1``: part k is remote on day d;
    ``s[k]``: the size of part k.

    Parameters
    ----------
    builder : ProgramBuilder
        Of a problem whose tied rows are single ASN.
    tie : SameStatus
    """

    def __init__(self, builder: ProgramBuilder, tie: SameStatus) -> None:
        self._builder, self._tie = builder, tie
        (self._rows,) = np.nonzero(tie.group >= 0)
        members = np.bincount(tie.group[self._rows], minlength=len(tie.labels))[:, None]
        # Parts are alike, so the larger ones come first.
        self._larger = members % tie.parts
        self._size = members // tie.parts + (np.arange(tie.parts) < self._larger)
        self._seats = np.full((len(tie.group), tie.parts), -1, dtype=np.int64)
        self._seats[self._rows] = self._add_seats()
        self._heads = tied_heads(builder.problem, tie)
        self._away = members - self._heads
        tied = (self._heads > 0)[:, None, :]
        upper = np.repeat(tied, tie.parts, axis=1).astype(np.int64)
        self._switch = builder.add_variables(upper)

    def add(self) -> Ints:
        """State it; give the variables that count who is in the minority, if it is soft."""
        self._builder.seats[self._tie.rule] = self._seats
        self._builder.switches[self._tie.rule] = self._switch
        if self._tie.penalty:
            return self._count_minorities()
        self._tie_members()
        self._bound_heads()
        self._bound_switches()
        return self._rows[:0]

    def _add_seats(self) -> Ints:
        """One part for everybody, of the parts' sizes, shape (members, parts).

        Parts of one size are interchangeable, which would let a search visit each division many
        times. Numbered by their first members, every division has ``a[i,k] = 0`` for the i-th
        member and the k-th part of a size if k > i, both counted from 0: so these are left out.
        """
        group, part = self._tie.group[self._rows], np.arange(self._tie.parts)
        among_alike = np.where(part < self._larger, part, part - self._larger)[group]
        may_sit = among_alike <= place_members(group)[:, None]
        seats = self._builder.add_variables(may_sit.astype(np.int64))
        # Σ_k a[i,k] = 1  and  Σ_i a[i,k] = s[k]
        once, line = np.ones(len(seats), dtype=np.int64), np.arange(len(seats))
        self._builder.add_rows(once, once, (line.repeat(len(part)), seats.ravel(), 1))
        filled = group[:, None] * len(part) + part
        size = self._size.ravel()
        self._builder.add_rows(size, size, (filled.ravel(), seats.ravel(), 1))
        return seats

    def _tied(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Every tied cell with every part, in a line each.

        Returns
        -------
        tuple of ndarray of int64
            The cell's variable x or -1, its value if it is decided, the seat a of its ASN in the
            part, the switch y of the part on its day, and the number of the line.
        """
        row, day = np.nonzero(self._tie.cells & (self._tie.group >= 0)[:, None])
        seat, switch = self._seats[row], self._switch[self._tie.group[row], :, day]
        cell = np.broadcast_to(self._builder.cell[row, day][:, None], seat.shape).ravel()
        decided = np.broadcast_to(self._builder.decided[row, day][:, None], seat.shape).ravel()
        return cell, decided, seat.ravel(), switch.ravel(), np.arange(cell.size)

    def _tie_members(self) -> None:
        """Whoever sits in a part has its status: ``a[i,k] + |x[i,d] - y[k,d]| <= 1``."""
        cell, decided, seat, switch, line = self._tied()
        free = cell >= 0
        for sign in (-1, 1):
            differ = (line, switch, -sign), (line[free], cell[free], sign)
            self._builder.at_least(-1 - sign * decided, (line, seat, -1), *differ)

    def _bound_heads(self) -> None:
        """Heads of a whole group, which the rows above do not show to an LP: these are cuts.

        Where an LP seats everybody a little in every part, the rows above hardly tie x to y. But
        whatever the division, tied members are remote only in parts that are, and in a remote part
        all of them are: at least ``s'[k] = max(s[k] - away, 0)``, as `away` members of the group
        are not tied that day.
        """
        tied = self._heads > 0
        group, day = np.nonzero(tied)
        sums = self._builder.sum_cells(_number_tied(self._tie, tied), len(group))
        switch, most = self._switch[group, :, day].ravel(), self._size[group]
        line = np.arange(len(group)).repeat(self._tie.parts)
        least = np.maximum(most - self._away[group, day][:, None], 0)
        counted = (sums.number, sums.variable)
        # Σ_k s'[k] y[k,d]  <=  Σ x  <=  Σ_k s[k] y[k,d], the right side first
        self._builder.at_least(sums.decided, (*counted, -1), (line, switch, most.ravel()))
        self._builder.at_least(-sums.decided, (*counted, 1), (line, switch, -least.ravel()))
        # Σ_k s'[k] y[k,d] <= room >= Σ x: whole parts fit under a cover where fractions of x do.
        room = self._room()[group, day]
        self._builder.at_least(-room, (line, switch, -least.ravel()))

    def _bound_switches(self) -> None:
        """A part keeps the windows of its members: ``Σ_{d in window} y[k,d] <= high``, as cuts.

        A member who is tied on all days of a window has ``x = y`` on them, and keeps its bound. If
        fewer members of the group than the part has seats are not tied on all of them, one who is
        sits in the part. Who that is does not matter: the highest of their bounds is kept.
        """
        for window in self._builder.problem.windows:
            days = slice(window.first, window.last + 1)
            there = self._tie.cells[:, days].all(axis=1) & (self._tie.group >= 0)
            most = np.zeros((len(self._size), 1), dtype=np.int64)
            np.maximum.at(most[:, 0], self._tie.group[there], window.high[there])
            heads = np.bincount(self._tie.group[there], minlength=len(most))[:, None]
            away = self._size.sum(axis=1, keepdims=True) - heads
            group, part = np.nonzero((away < self._size) & (most < window.last - window.first + 1))
            switch = self._switch[group, part, days]
            line = np.arange(len(group)).repeat(switch.shape[1])
            self._builder.at_least(-most[group, 0], (line, switch.ravel(), -1))

    def _room(self) -> Ints:
        """Most tied members of a group who can be remote, shape (g, d).

        All of them, or as many as a cover allows to a group of its own that holds all of this one.
        """
        room = self._heads.copy()
        for cover in self._builder.problem.covers:
            around = np.full(len(room), -1, dtype=np.int64)
            around[self._tie.group[self._rows]] = cover.group[self._rows]
            split = self._rows[around[self._tie.group[self._rows]] != cover.group[self._rows]]
            around[self._tie.group[split]] = -1
            inside = around >= 0
            room[inside] = np.minimum(room[inside], cover.high[around[inside]])
        return room

    def _count_minorities(self) -> Ints:
        """Count minorities as in a soft tie whose members are not known.

        ``u[i,k,d]`` stands for the product ``a[i,k] x[i,d]``, or ``a[i,k] (1 - x[i,d])``: it is at
        least that, and an optimum, which pays for it, makes it no more.
        """
        cell, decided, seat, switch, line = self._tied()
        free, once = cell >= 0, np.ones_like(cell)
        kinds, which = np.unique(switch, return_inverse=True)
        row = np.nonzero(self._tie.cells & (self._tie.group >= 0)[:, None])[0]
        most = np.zeros(len(kinds), dtype=np.int64)
        most[which] = self._size[self._tie.group[row]].ravel()
        fewer, part = self._builder.add_variables(most // 2), np.arange(len(kinds))
        # sign 1:  u >= a + x - 1  and  fewer[k,d] >= Σ_i u - s[k] y[k,d]
        # sign -1: u >= a - x      and  fewer[k,d] >= Σ_i u - s[k] (1 - y[k,d])
        for sign, shift in ((1, 1), (-1, 0)):
            among = self._builder.add_variables(once)  # in the part, and remote (or not remote)
            product = ((line, among, 1), (line, seat, -1), (line[free], cell[free], -sign))
            self._builder.at_least(sign * decided - shift, *product)
            chosen = ((part, kinds, sign * most), (part, fewer, 1))
            self._builder.at_least((shift - 1) * most, (which, among, -1), *chosen)
        return fewer
