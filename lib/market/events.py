"""The exact engine's inner loop: every opportunity of an hour an auction against a drawn top rival.

Exact in law: opportunities that the ad set does not enter are not drawn one by one, their number being Poisson.
"""

import numpy as np

from lib.market import pacing as pc
from lib.market import params as p
from lib.market.compiled import kernel, tight
from lib.market.keys import CHAT, CLICK, CREATIVE, OPPORTUNITY, PERSON, draw64, high_half, stream, uniform, uniform32
from lib.market.numerics import exp_, normal_cdf, normal_quantile, poisson_quantile, power
from lib.market.people import CELL_COUNT, CELL_FIRST, CELL_SEGMENT, FULL, cell_of, larger_table, seat_of

TWO_64 = 18446744073709549568.0  # the largest double below 2**64
STAGES = (OPPORTUNITY, PERSON, CREATIVE, CLICK, CHAT)  # a placement's streams in an hour, in the order of `luck`
BLOCK = 512  # opportunities whose keys are mixed in one go
NOTHING, CLICKED_CHAT, PLAIN_CHAT = 0, 1, 2
MOST_SEEN = 65535
MASK = 0  # column of `seen`: bits of the placements a person was reached on; creatives' counts follow

# Columns of a delivery cell's row, [creative, placement, column].
(IMPRESSIONS, SPEND, CLICKS, EVERY_CLICK, CONVERSATIONS, UNCLICKED, REACH_NEW, PLACEMENT_NEW) = range(8)
CELL_WIDTH = 8
# Columns of a new chat's row.
CHAT_CREATIVE, CHAT_PLACEMENT, CHAT_PERSON, CHAT_OPPORTUNITY, CHAT_KEY, CHAT_CLICKED = range(6)
CHAT_WIDTH = 6


@tight
def count_opportunities(h, v, seed, domain, replicate, state, place, on):
    """Opportunities of the placement that the ad set enters this hour."""
    mean = state[pc.PARTICIPATION] * state[pc.SUPPLY] * v[p.PLACE_SLOTS + place] * on
    return poisson_quantile(uniform(stream(seed, domain, replicate, h, OPPORTUNITY, 1000 + place)), mean)


@kernel
def run_hour(h, stage, v, seed, domain, replicate, state, counts, cells, guide, seats, seen, used, delivered, chats):
    """Delivers hour h: updates counts, the table of people, `delivered[creative, placement, column]`.

    Returns (seats, seen, used, chats, number of chats): tables are replaced by larger ones as they fill.
    """
    limit = counts[pc.SPENT] + np.int64(state[pc.LIMIT])
    started = 0
    if state[pc.PARTICIPATION] <= 0.0:
        return seats, seen, used, chats, started
    bits, met = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.int64)
    wins = np.empty(int(v[p.SEGMENTS]))
    luck = np.empty(5, np.uint64)
    for place in range(pc.PLACES_KNOWN):
        on = stage[p.S_PLACE + place]
        if on == 0.0:
            continue
        total = count_opportunities(h, v, seed, domain, replicate, state, place, on)
        for i in range(5):
            luck[i] = stream(seed, domain, replicate, h, STAGES[i], place)
        most = win_shares(v, state[pc.LOG_BID + place], wins)
        for first in range(0, total, BLOCK):
            if counts[pc.SPENT] >= limit:
                break
            while used + BLOCK > FULL * seats.size:
                seats, seen = larger_table(seats, seen)
            while started + BLOCK > chats.shape[0]:
                chats = _more_rows(chats)
            candidates = _filter(luck[0], first, min(first + BLOCK, total), np.uint64(most * TWO_64), bits, met)
            used, started = _auctions(
                candidates, place, limit, luck, wins, v, state, counts, cells, guide, seats, seen, used, delivered,
                chats, started, bits, met,
            )  # fmt: skip
    spent = delivered[:, :, SPEND].sum()
    counts[pc.SPENT_DAY] += spent
    counts[pc.SPENT_WEEK] += spent
    return seats, seen, used, chats, started


@tight
def _filter(key, first, last, threshold, bits, met):
    """Opportunities some segment would win: their draws and numbers to the front of `bits` and `met`.

    Without a branch on the draws, which no processor could foresee.
    """
    for j in range(first, last):
        bits[j - first] = draw64(key, j)
    found = 0
    for j in range(first, last):
        drawn = bits[j - first]
        bits[found] = drawn
        met[found] = j
        found += drawn <= threshold
    return found


@tight
def _auctions(
    candidates, place, limit, luck, wins, v, state, counts, cells, guide, seats, seen, used, delivered,
    chats, started, bits, met,
):  # fmt: skip
    """The block's auctions one by one, until the limit is spent; returns (people seen so far, chats so far)."""
    for i in range(candidates):
        j = met[i]
        who = draw64(luck[1], j)
        cell = cell_of(uniform32(who), cells, guide)
        segment = int(cells[cell, CELL_SEGMENT])
        u = uniform(bits[i])
        if u >= wins[segment]:
            continue
        person = np.int64(cells[cell, CELL_FIRST]) + np.int64(high_half(who) * cells[cell, CELL_COUNT])
        spent = price_of(u, segment, place, v, state[pc.HOUR_LEVEL])
        counts[pc.SPENT] += spent
        creative = _creative(luck[2], j, v, state)
        row = delivered[creative, place]
        row[IMPRESSIONS] += 1
        row[SPEND] += spent
        before, fresh = _see(person, place, creative, seats, seen, row)
        used += fresh
        what = _react(draw64(luck[3], j), before, segment, place, creative, v, state, row)
        if what != NOTHING:
            chats[started, CHAT_CREATIVE] = creative
            chats[started, CHAT_CLICKED] = what == CLICKED_CHAT
            chats[started, CHAT_PLACEMENT] = place
            chats[started, CHAT_PERSON] = person
            chats[started, CHAT_OPPORTUNITY] = j
            chats[started, CHAT_KEY] = np.int64(draw64(luck[4], j))
            started += 1
        if counts[pc.SPENT] >= limit:
            break
    return used, started


@tight
def win_shares(v, log_bid, wins):
    """Each segment's chance to win an opportunity at this bid, into `wins`; returns the largest."""
    most = 0.0
    for s in range(int(v[p.SEGMENTS])):
        shift = v[int(v[p.SEGMENT_AT]) + p.SEGMENT_WIDTH * s + p.G_SHIFT]
        wins[s] = normal_cdf((log_bid + shift) / v[p.RIVAL_SD])
        most = max(most, wins[s])
    return most


@tight
def price_of(u, segment, place, v, level):
    """Micro paid for a win: the top rival, whose quantile is u, in our own terms."""
    at = int(v[p.SEGMENT_AT]) + p.SEGMENT_WIDTH * segment
    rival = v[p.RIVAL_MEDIAN] * level * v[p.PLACE_PRICE + place] * v[at + p.G_PRICE]
    return np.int64(rival * exp_(v[p.RIVAL_SD] * normal_quantile(u)) + 0.5)


@tight
def _see(person, place, creative, seats, seen, row):
    """Notes the impression; returns (times the person saw this creative before, 1 for somebody new to the campaign)."""
    seat = seat_of(person, seats)
    fresh = 0
    if seats[seat] == -1:
        seats[seat] = person
        fresh = 1
        row[REACH_NEW] += 1
    bit = 1 << place
    if seen[seat, MASK] & bit == 0:
        seen[seat, MASK] |= bit
        row[PLACEMENT_NEW] += 1
    before = np.int64(seen[seat, 1 + creative])
    if before < MOST_SEEN:
        seen[seat, 1 + creative] = before + 1
    return before, fresh


@tight
def _react(bits, before, segment, place, creative, v, state, row):
    """What the person does: NOTHING, CLICKED_CHAT or PLAIN_CHAT. Each act is a stretch of one uniform number."""
    fatigue = v[p.POWERS + before] if before <= p.POISSON_TERMS else power(before + 1.0, v[p.FATIGUE])
    interest = v[int(v[p.SEGMENT_AT]) + p.SEGMENT_WIDTH * segment + p.G_CLICK]
    click = min(0.5, v[p.CTR] * v[p.PLACE_CTR + place] * interest * state[pc.PULL + creative] * fatigue)
    t = uniform(bits) / click
    if t < 1.0:
        row[CLICKS] += 1
        row[EVERY_CLICK] += 1
        if t >= v[p.CONVERSATION]:
            return NOTHING
        row[CONVERSATIONS] += 1
        return CLICKED_CHAT
    t -= 1.0
    plain = v[p.CONVERSATION] * v[p.UNCLICKED]
    if t < plain:
        row[CONVERSATIONS] += 1
        row[UNCLICKED] += 1
        return PLAIN_CHAT
    if t - plain < v[p.ALL_CLICKS] - 1.0:
        row[EVERY_CLICK] += 1
    return NOTHING


@tight
def _creative(key, j, v, state):
    creatives = int(v[p.CREATIVES])
    if creatives == 1:
        return 0
    u = uniform(draw64(key, j))
    for c in range(creatives - 1):
        u -= state[pc.SHARES + c]
        if u < 0.0:
            return c
    last = creatives - 1
    while state[pc.SHARES + last] == 0.0:
        last -= 1
    return last


@kernel
def _more_rows(rows):
    more = np.zeros((2 * rows.shape[0], rows.shape[1]), rows.dtype)
    more[: rows.shape[0]] = rows
    return more
