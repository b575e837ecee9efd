"""Gates as rows of an integer program: one decision for a group and a day."""

from __future__ import annotations

import numpy as np

from rotasi.bounds import place_members, sum_groups, tied_heads
from rotasi.draft import Draft, number_cells
from rotasi.forms import Gate, Gathering, Ints, Tie


def lay_gate(draft: Draft, gate: Gate) -> Ints:
    """State a gate.

    Parameters
    ----------
    draft : Draft
    gate : Tie or Gathering

    Returns
    -------
    ndarray of int64, shape (u,)
        Variables that count the units by which a soft gate is missed; none for a hard one.
    """
    if isinstance(gate, Gathering):
        return _lay_gathering(draft, gate)
    if gate.drawn:
        return _Drawing(draft, gate).lay()
    return _lay_soft_tie(draft, gate) if gate.penalty else _lay_tie(draft, gate)


def _lay_gathering(draft: Draft, gate: Gathering) -> Ints:
    """A Boolean per group and day tells that nobody of it is remote; enough of them are true."""
    days, count = slice(gate.first, gate.last + 1), len(gate.labels)
    cell, size = draft.cell[:, days], draft.problem.size
    empty = sum_groups(gate.group, count, draft.decided[:, days]) == 0
    open_ = empty & (sum_groups(gate.group, count, cell >= 0) > 0)
    gathered = draft.add_variables(np.ones(int(open_.sum()), dtype=np.int64))
    number = number_cells(gate.group, open_)
    row, day = np.nonzero((number >= 0) & (cell >= 0))
    line, full = np.arange(len(row)), size[row]
    switch = gathered[number[row, day]]
    draft.add_rows(full * 0, full, (line, cell[row, day], 1), (line, switch, full))
    missing = gate.days - (empty & ~open_).sum(axis=1)
    short = draft.add_variables(np.maximum(missing, 0) if gate.penalty else missing[:0])
    counted = (np.nonzero(open_)[0], gathered, 1)
    draft.at_least(missing, counted, (np.arange(len(short)), short, 1))
    return short


def _lay_tie(draft: Draft, tie: Tie) -> Ints:
    """All tied cells of a group and day follow one Boolean."""
    number, switch = _add_switches(draft, tie)
    row, day = np.nonzero(number >= 0)
    line, size = np.arange(len(row)), draft.problem.size[row]
    cell, decided = draft.cell[row, day], draft.decided[row, day]
    free = cell >= 0
    chosen = (line, switch[number[row, day]], -size)
    draft.add_rows(-decided, -decided, (line[free], cell[free], 1), chosen)
    return switch[:0]


def _lay_soft_tie(draft: Draft, tie: Tie) -> Ints:
    """The minority of a group and day: those remote or the others, as a Boolean chooses."""
    _, switch = _add_switches(draft, tie)
    heads = tied_heads(draft.problem, tie)
    tied = heads > 0
    sums, most = draft.sum_groups(tie.group, tied), heads[tied]
    fewer, line = draft.add_variables(most // 2), np.arange(len(most))
    for sign in (-1, 1):
        among = (sums.number, sums.variable, sign), (line, switch, -sign * most)
        draft.at_least(-sign * sums.decided, *among, (line, fewer, 1))
    return fewer


def _add_switches(draft: Draft, tie: Tie) -> tuple[Ints, Ints]:
    """A Boolean per group and day with tied cells; their number for each cell, and they."""
    tied = tied_heads(draft.problem, tie) > 0
    switch = draft.add_variables(np.ones(int(tied.sum()), dtype=np.int64))
    return np.where(tie.cells, number_cells(tie.group, tied), -1), switch


class _Drawing:
    """A tie whose groups the solver forms: Booleans tell who belongs to which part.

    Parameters
    ----------
    draft : Draft
        Of a problem whose tied rows are single ASN.
    tie : Tie
    """

    def __init__(self, draft: Draft, tie: Tie) -> None:
        self._draft, self._tie = draft, tie
        (self._rows,) = np.nonzero(tie.group >= 0)
        members = np.bincount(tie.group[self._rows], minlength=len(tie.labels))[:, None]
        # Parts are alike, so the larger ones come first.
        self._larger = members % tie.parts
        self._size = members // tie.parts + (np.arange(tie.parts) < self._larger)
        self._seats = np.full((len(tie.group), tie.parts), -1, dtype=np.int64)
        self._seats[self._rows] = self._add_seats()
        self._heads = tied_heads(draft.problem, tie)
        self._away = members - self._heads
        tied = (self._heads > 0)[:, None, :]
        upper = np.repeat(tied, tie.parts, axis=1).astype(np.int64)
        self._switch = draft.add_variables(upper)

    def lay(self) -> Ints:
        """Tie the parts; give the variables that count who is in the minority."""
        self._draft.seats[self._tie.rule] = self._seats
        self._draft.switches[self._tie.rule] = self._switch
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
        seats = self._draft.add_variables(may_sit.astype(np.int64))
        once, line = np.ones(len(seats), dtype=np.int64), np.arange(len(seats))
        self._draft.add_rows(once, once, (line.repeat(len(part)), seats.ravel(), 1))
        filled = group[:, None] * len(part) + part
        size = self._size.ravel()
        self._draft.add_rows(size, size, (filled.ravel(), seats.ravel(), 1))
        return seats

    def _tied(self) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Tied cells × parts: variable of the cell or -1, its value if decided, seat, switch, line.

        The switch is that of the part and day.
        """
        row, day = np.nonzero(self._tie.cells & (self._tie.group >= 0)[:, None])
        seat, switch = self._seats[row], self._switch[self._tie.group[row], :, day]
        cell = np.broadcast_to(self._draft.cell[row, day][:, None], seat.shape).ravel()
        decided = np.broadcast_to(self._draft.decided[row, day][:, None], seat.shape).ravel()
        return cell, decided, seat.ravel(), switch.ravel(), np.arange(cell.size)

    def _tie_members(self) -> None:
        """Whoever sits in a part has its status: seat + |cell - switch| <= 1."""
        cell, decided, seat, switch, line = self._tied()
        free = cell >= 0
        for sign in (-1, 1):
            differ = (line, switch, -sign), (line[free], cell[free], sign)
            self._draft.at_least(-1 - sign * decided, (line, seat, -1), *differ)

    def _bound_heads(self) -> None:
        """Heads of whole groups, which the rows above do not show to an LP."""
        tied = self._heads > 0
        sums = self._draft.sum_groups(self._tie.group, tied)
        group, day = np.nonzero(tied)
        switch, most = self._switch[group, :, day].ravel(), self._size[group]
        line = np.arange(len(group)).repeat(self._tie.parts)
        least = np.maximum(most - self._away[group, day][:, None], 0)
        counted = (sums.number, sums.variable)
        self._draft.at_least(sums.decided, (*counted, -1), (line, switch, most.ravel()))
        self._draft.at_least(-sums.decided, (*counted, 1), (line, switch, -least.ravel()))
        room = self._room()[group, day]
        self._draft.at_least(-room, (line, switch, -least.ravel()))

    def _bound_switches(self) -> None:
        """A part keeps the windows of a member who is there on all their days.

        There is one where fewer of the group are away than the part has members.
        """
        for window in self._draft.problem.windows:
            days = slice(window.first, window.last + 1)
            there = self._tie.cells[:, days].all(axis=1) & (self._tie.group >= 0)
            most = np.zeros((len(self._size), 1), dtype=np.int64)
            np.maximum.at(most[:, 0], self._tie.group[there], window.high[there])
            heads = np.bincount(self._tie.group[there], minlength=len(most))[:, None]
            away = self._size.sum(axis=1, keepdims=True) - heads
            group, part = np.nonzero((away < self._size) & (most < window.last - window.first + 1))
            switch = self._switch[group, part, days]
            line = np.arange(len(group)).repeat(switch.shape[1])
            self._draft.at_least(-most[group, 0], (line, switch.ravel(), -1))

    def _room(self) -> Ints:
        """Most remote members that covers around a whole group allow, shape (g, d)."""
        room = self._heads.copy()
        for cover in self._draft.problem.covers:
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
        fewer, part = self._draft.add_variables(most // 2), np.arange(len(kinds))
        for sign, shift in ((1, 1), (-1, 0)):
            among = self._draft.add_variables(once)  # in the part, and remote (or not remote)
            product = ((line, among, 1), (line, seat, -1), (line[free], cell[free], -sign))
            self._draft.at_least(sign * decided - shift, *product)
            chosen = ((part, kinds, sign * most), (part, fewer, 1))
            self._draft.at_least((shift - 1) * most, (which, among, -1), *chosen)
        return fewer
