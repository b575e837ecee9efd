"""Gates as rows of an integer program: one decision for a group and a day."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from rotasi.engine.programs.builder import ProgramBuilder, number_cells
from rotasi.model.constraints import CommonDays, Indicator, Ints, SameStatus
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
    """A Boolean per group and day tells that nobody of it is remote; enough of them are true."""
    days, count = slice(indicator.first, indicator.last + 1), len(indicator.labels)
    cell, size = builder.cell[:, days], builder.problem.size
    empty = sum_groups(indicator.group, count, builder.decided[:, days]) == 0
    open_ = empty & (sum_groups(indicator.group, count, cell >= 0) > 0)
    gathered = builder.add_variables(np.ones(int(open_.sum()), dtype=np.int64))
    number = number_cells(indicator.group, open_)
    row, day = np.nonzero((number >= 0) & (cell >= 0))
    line, full = np.arange(len(row)), size[row]
    switch = gathered[number[row, day]]
    builder.add_rows(full * 0, full, (line, cell[row, day], 1), (line, switch, full))
    missing = indicator.days - (empty & ~open_).sum(axis=1)
    short = builder.add_variables(np.maximum(missing, 0) if indicator.penalty else missing[:0])
    counted = (np.nonzero(open_)[0], gathered, 1)
    builder.at_least(missing, counted, (np.arange(len(short)), short, 1))
    return short


def _add_same_status(builder: ProgramBuilder, tie: SameStatus) -> Ints:
    """All tied cells of a group and day follow one Boolean."""
    number, switch = _add_switches(builder, tie)
    row, day = np.nonzero(number >= 0)
    line, size = np.arange(len(row)), builder.problem.size[row]
    cell, decided = builder.cell[row, day], builder.decided[row, day]
    free = cell >= 0
    chosen = (line, switch[number[row, day]], -size)
    builder.add_rows(-decided, -decided, (line[free], cell[free], 1), chosen)
    return switch[:0]


def _price_same_status(builder: ProgramBuilder, tie: SameStatus) -> Ints:
    """The minority of a group and day: those remote or the others, as a Boolean chooses."""
    _, switch = _add_switches(builder, tie)
    heads = tied_heads(builder.problem, tie)
    tied = heads > 0
    sums, most = builder.sum_groups(tie.group, tied), heads[tied]
    fewer, line = builder.add_variables(most // 2), np.arange(len(most))
    for sign in (-1, 1):
        among = (sums.number, sums.variable, sign), (line, switch, -sign * most)
        builder.at_least(-sign * sums.decided, *among, (line, fewer, 1))
    return fewer


def _add_switches(builder: ProgramBuilder, tie: SameStatus) -> tuple[Ints, Ints]:
    """A Boolean per group and day with tied cells; their number for each cell, and they."""
    tied = tied_heads(builder.problem, tie) > 0
    switch = builder.add_variables(np.ones(int(tied.sum()), dtype=np.int64))
    return np.where(tie.cells, number_cells(tie.group, tied), -1), switch


class _GroupFormation:
    """A tie whose groups the solver forms: Booleans tell who belongs to which part.

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
        """SameStatus the parts; give the variables that count who is in the minority."""
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

        Parts of one size are alike, so the first member sits in the first of them if in any, the
        second in one of the first two, …
        """
        group, part = self._tie.group[self._rows], np.arange(self._tie.parts)
        among_alike = np.where(part < self._larger, part, part - self._larger)[group]
        may_sit = among_alike <= place_members(group)[:, None]
        seats = self._builder.add_variables(may_sit.astype(np.int64))
        once, line = np.ones(len(seats), dtype=np.int64), np.arange(len(seats))
        self._builder.add_rows(once, once, (line.repeat(len(part)), seats.ravel(), 1))
        filled = group[:, None] * len(part) + part
        size = self._size.ravel()
        self._builder.add_rows(size, size, (filled.ravel(), seats.ravel(), 1))
        return seats

    def _tied(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Tied cells × parts: variable of the cell or -1, its value if decided, seat, switch, line.

        The switch is that of the part and day.
        """
        row, day = np.nonzero(self._tie.cells & (self._tie.group >= 0)[:, None])
        seat, switch = self._seats[row], self._switch[self._tie.group[row], :, day]
        cell = np.broadcast_to(self._builder.cell[row, day][:, None], seat.shape).ravel()
        decided = np.broadcast_to(self._builder.decided[row, day][:, None], seat.shape).ravel()
        return cell, decided, seat.ravel(), switch.ravel(), np.arange(cell.size)

    def _tie_members(self) -> None:
        """Whoever sits in a part has its status: seat + |cell - switch| <= 1."""
        cell, decided, seat, switch, line = self._tied()
        free = cell >= 0
        for sign in (-1, 1):
            differ = (line, switch, -sign), (line[free], cell[free], sign)
            self._builder.at_least(-1 - sign * decided, (line, seat, -1), *differ)

    def _bound_heads(self) -> None:
        """Heads of whole groups, which the rows above do not show to an LP."""
        tied = self._heads > 0
        sums = self._builder.sum_groups(self._tie.group, tied)
        group, day = np.nonzero(tied)
        switch, most = self._switch[group, :, day].ravel(), self._size[group]
        line = np.arange(len(group)).repeat(self._tie.parts)
        least = np.maximum(most - self._away[group, day][:, None], 0)
        counted = (sums.number, sums.variable)
        self._builder.at_least(sums.decided, (*counted, -1), (line, switch, most.ravel()))
        self._builder.at_least(-sums.decided, (*counted, 1), (line, switch, -least.ravel()))
        room = self._room()[group, day]
        self._builder.at_least(-room, (line, switch, -least.ravel()))

    def _bound_switches(self) -> None:
        """A part keeps the windows of a member who is there on all their days.

        There is one where fewer of the group are away than the part has members.
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
        """Most remote members that covers around a whole group allow, shape (g, d)."""
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
        """As in a soft tie, over the products of seats and cells."""
        cell, decided, seat, switch, line = self._tied()
        free, once = cell >= 0, np.ones_like(cell)
        kinds, which = np.unique(switch, return_inverse=True)
        row = np.nonzero(self._tie.cells & (self._tie.group >= 0)[:, None])[0]
        most = np.zeros(len(kinds), dtype=np.int64)
        most[which] = self._size[self._tie.group[row]].ravel()
        fewer, part = self._builder.add_variables(most // 2), np.arange(len(kinds))
        for sign, shift in ((1, 1), (-1, 0)):
            among = self._builder.add_variables(once)  # in the part, and remote (or not remote)
            product = ((line, among, 1), (line, seat, -1), (line[free], cell[free], -sign))
            self._builder.at_least(sign * decided - shift, *product)
            chosen = ((part, kinds, sign * most), (part, fewer, 1))
            self._builder.at_least((shift - 1) * most, (which, among, -1), *chosen)
        return fewer
