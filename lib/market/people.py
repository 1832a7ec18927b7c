"""The audience as single people: who meets an opportunity, and how often each has seen what."""

import numpy as np

from lib.market import params as p
from lib.market.compiled import kernel, tight

GUIDE = 1024  # buckets that lead a uniform number to its cell
FULL = 0.6  # of the table of people seen, before it must grow
_SCRAMBLE = np.uint64(0x9E3779B97F4A7C15)

# A cell is one segment's people of one activity class; its people are alike, and numbered in one row.
CELL_MASS, CELL_FIRST, CELL_COUNT, CELL_SEGMENT = 0, 1, 2, 3


@kernel
def people_cells(v):
    """(cells[cell, 4], guide): CELL_MASS is the running share of opportunities up to and with the cell.

    Classes hold whole people; rounding is cumulative, so that they add up to the whole audience.
    """
    segments = int(v[p.SEGMENTS])
    cells = np.zeros((segments * p.ACTIVITY_CLASSES, 4))
    exact = 0.0
    numbered = np.int64(0)
    mass = 0.0
    for s in range(segments):
        at = int(v[p.SEGMENT_AT]) + p.SEGMENT_WIDTH * s
        for k in range(p.ACTIVITY_CLASSES):
            cell = s * p.ACTIVITY_CLASSES + k
            exact += v[at + p.G_PEOPLE] * v[p.CLASS_SHARE + k]
            upto = np.int64(exact + 0.5)
            mass += (upto - numbered) * v[p.CLASS_WEIGHT + k]
            cells[cell, CELL_MASS] = mass
            cells[cell, CELL_FIRST] = numbered
            cells[cell, CELL_COUNT] = upto - numbered
            cells[cell, CELL_SEGMENT] = s
            numbered = upto
    guide = np.zeros(GUIDE + 1, np.int64)
    cell = 0
    for i in range(cells.shape[0]):
        cells[i, CELL_MASS] /= mass
    for i in range(GUIDE + 1):
        while cell < cells.shape[0] - 1 and cells[cell, CELL_MASS] <= i / GUIDE:
            cell += 1
        guide[i] = cell
    return cells, guide


@tight
def cell_of(u, cells, guide):
    """The cell of the person an opportunity belongs to, in proportion to activity."""
    cell = guide[int(u * GUIDE)]
    while cells[cell, CELL_MASS] <= u and cell < cells.shape[0] - 1:
        cell += 1
    return cell


@tight
def seat_of(person, seats):
    """Where the person sits in the table of people seen, or the empty seat to take."""
    mask = seats.size - 1
    seat = np.int64((np.uint64(person + 1) * _SCRAMBLE) >> np.uint64(20)) & mask
    while seats[seat] != -1 and seats[seat] != person:
        seat = (seat + 1) & mask
    return seat


@kernel
def seat_all(people, rows, size):
    """A table of `size` seats (a power of two) that holds these people with their rows."""
    seats = np.full(size, -1, np.int64)
    seen = np.zeros((size, rows.shape[1]), rows.dtype)
    for i in range(people.size):
        if people[i] != -1:
            seat = seat_of(people[i], seats)
            seats[seat] = people[i]
            seen[seat] = rows[i]
    return seats, seen


@kernel
def larger_table(seats, seen):
    """The same people at twice the seats."""
    return seat_all(seats, seen, seats.size * 2)
