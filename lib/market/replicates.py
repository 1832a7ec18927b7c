"""The fast engine's inner loop: one replicate is one world, run hour by hour, its chats answered one by one.

An hour's counts are drawn together for all placements and creatives, which is exact for Poisson counts: impressions
without a click, clicks without a chat and conversations are independent parts of one Poisson stream.
"""

import math

import numpy as np

from lib.market import chats as ch
from lib.market import columns as col
from lib.market import desk as dk
from lib.market import pacing as pc
from lib.market import params as p
from lib.market import world as wd
from lib.market.compiled import kernel, tight
from lib.market.keys import ALL_CLICKS, CHAT, DELIVERY, block, draw64, stream, uniform, uniform32
from lib.market.numerics import normal_quantile, poisson_quantile

HOUR = 3600.0
MONTH_HOURS = 720  # a month of free service messages
FIRST_ROOM = 4096  # chats a replicate has room for before more is made
BORN, PATIENCE, HANDLE, REPLIED, LEFT, ENDED = range(6)  # rows of seconds by chat
SECONDS = 6


@kernel
def run_replicates(
    hours, stages, rows, streams, blank, on_shift, next_on, off_at, chats_each, bot_share,
    seed, domain, first, count, mode, per_world, daily, totals,
):  # fmt: skip
    """Fills columns first .. first + count - 1 of daily[metric, day, replicate] and totals[metric, replicate].

    Replicates r with the same r // per_world share their world; mode MIDDLE gives all of them the middle world.
    """
    v = blank.copy()
    state, counts = np.empty(pc.STATE), np.empty(pc.COUNTS, np.int64)
    started = np.empty(hours.shape[0], np.int64)
    shown = np.empty(p.MOST_CREATIVES)
    total = np.empty(totals.shape[0], np.int64)
    day = np.empty((daily.shape[0], daily.shape[1]), np.int64)
    service = np.empty(hours.shape[0] // MONTH_HOURS + 1, np.int64)
    free = np.empty((next_on.shape[0], chats_each.max()))
    keys, agent, bot = np.empty(FIRST_ROOM, np.uint64), np.empty(FIRST_ROOM, np.int64), np.empty(FIRST_ROOM, np.bool_)
    words_of = np.empty((2, FIRST_ROOM), np.uint64)
    seconds = np.empty((SECONDS, FIRST_ROOM))
    drawn = -1
    for r in range(first, first + count):
        if r // per_world != drawn:
            drawn = r // per_world
            wd.draw_world(rows, streams, hours, stages[0], seed, domain, drawn, mode, v)
        chats = _fly(hours, stages, v, seed, domain, r, state, counts, started, shown, total, day)
        if chats > keys.size:
            room = 2 * chats
            keys, agent, bot = np.empty(room, np.uint64), np.empty(room, np.int64), np.empty(room, np.bool_)
            words_of = np.empty((2, room), np.uint64)
            seconds = np.empty((SECONDS, room))
        _start_chats(seed, domain, r, started, bot_share, v, keys, words_of[0], bot, agent, seconds)
        _run_desk(chats, v, on_shift, next_on, off_at, chats_each, bot, free, agent, seconds)
        _follow_all(chats, hours, v, keys, words_of, agent, seconds, service, total, day)
        _settle_accounts(hours, on_shift, v, total, day)
        totals[:, r] = total
        daily[:, :, r] = day


@tight
def _fly(hours, stages, v, seed, domain, r, state, counts, started, shown, total, day):
    """The flight without its chats; returns how many start, `started[h]` in hour h."""
    state[:] = 0.0
    counts[:] = 0
    shown[:] = 0.0
    total[:] = 0
    day[:, :] = 0
    chats = 0
    last = hours.shape[0] - 1
    for h in range(last + 1):
        pc.open_hour(h, hours, stages, v, seed, domain, r, started, state, counts)
        d = int(hours[h, p.H_DAY])
        started[h] = 0
        if state[pc.RATE] > 0.0:
            started[h] = _deliver(h, d, v, seed, domain, r, state, counts, shown, day)
        chats += started[h]
        if h == last or hours[h + 1, p.H_DAY] != hours[h, p.H_DAY]:
            _close_day(d, v, seed, domain, r, shown, total, day)
        total[col.LEARNING_HOURS] += np.int64(state[pc.LEARNING])
    return chats


@tight
def _deliver(h, d, v, seed, domain, r, state, counts, shown, day):
    """Draws the hour's impressions, spend and clicks; returns the conversations that start."""
    rate, limit = state[pc.RATE], np.int64(state[pc.LIMIT])
    pull = 0.0
    for c in range(int(v[p.CREATIVES])):
        share = state[pc.SHARES + c]
        if share > 0.0:
            # what the middle impression of the hour meets
            each = (shown[c] + 0.5 * rate * share) / v[p.PEOPLE]
            pull += share * state[pc.PULL + c] * wd.exposure_at(v, each)[0]
    click = min(0.5, state[pc.CLICK] * pull)
    chat, extra = v[p.CONVERSATION], v[p.UNCLICKED]
    b = block(seed, domain, r, h, DELIVERY, 0)
    lost = poisson_quantile(uniform32(b[0]), rate * click * (1.0 - chat))
    started = poisson_quantile(uniform32(b[1]), rate * click * chat * (1.0 + extra))
    plain = poisson_quantile(uniform32(b[2]), rate * (1.0 - click * (1.0 + chat * extra)))
    seen = plain + lost + started
    if seen == 0:
        return 0
    spread = state[pc.PRICE_SD] * math.sqrt(np.float64(seen)) * normal_quantile(uniform32(b[3]))
    spend = np.int64(max(0.0, seen * state[pc.PRICE] + spread) + 0.5)
    if spend > limit:
        seen = max(lost + started, np.int64(seen * (state[pc.LIMIT] / spend)))
        spend = limit
    counts[pc.SPENT] += spend
    counts[pc.SPENT_DAY] += spend
    counts[pc.SPENT_WEEK] += spend
    for c in range(int(v[p.CREATIVES])):
        shown[c] += seen * state[pc.SHARES + c]
    day[col.D_IMPRESSIONS, d] += seen
    day[col.D_CLICKS, d] += lost + started
    day[col.D_CONVERSATIONS, d] += started
    day[col.D_SPEND, d] += spend
    return started


@tight
def _start_chats(seed, domain, r, started, bot_share, v, keys, words, bot, agent, seconds):
    """The flight's chats in order of arrival, each with its own luck."""
    born = seconds[BORN]
    at = 0
    for h in range(started.size):
        if started[h] == 0:
            continue
        key = stream(seed, domain, r, h, CHAT, 0)
        for j in range(started[h]):
            chat = draw64(key, j)
            second = HOUR * (h + ch.arrival_part(chat))
            i = at + j
            while i > at and born[i - 1] > second:
                born[i], keys[i] = born[i - 1], keys[i - 1]
                i -= 1
            born[i], keys[i] = second, chat
        for i in range(at, at + started[h]):
            bot[i] = ch.goes_to_bot(keys[i], bot_share[h])
            agent[i] = dk.WAITING
        at += started[h]
    _draw(at, keys, ch.TIMES, words)
    _normals(at, words, np.uint64(0), v, seconds[PATIENCE])
    _normals(at, words, np.uint64(32), v, seconds[HANDLE])
    _spread_times(at, v, seconds[PATIENCE], seconds[HANDLE])


# The loops below are kept apart and plain so that each becomes vector code.


@tight
def _draw(count, keys, which, words):
    for i in range(count):
        words[i] = draw64(keys[i], which)


@tight
def _normals(count, words, shift, v, normals):
    for i in range(count):
        normals[i] = ch.table_normal(uniform32(words[i] >> shift), v)
    for i in range(count):
        if ch.is_coarse(words[i] >> shift):
            normals[i] = ch.normal_of(words[i] >> shift, v)


@tight
def _spread_times(count, v, patience, handle):
    for i in range(count):
        patience[i] = ch.patience_of(patience[i], v)
    for i in range(count):
        handle[i] = ch.handle_of(handle[i], v)


@tight
def _chances(count, born, replied, v, chances):
    for i in range(count):
        chances[i] = ch.order_chance(replied[i] - born[i], v)


@tight
def _close_day(d, v, seed, domain, r, shown, total, day):
    seen = 0.0
    for c in range(shown.size):
        seen += shown[c]
    _, reached = wd.exposure_at(v, seen / v[p.PEOPLE])
    day[col.D_REACH, d] = total[col.REACH] = np.int64(min(seen, reached * v[p.PEOPLE]) + 0.5)
    more = day[col.D_CLICKS, d] * max(0.0, v[p.ALL_CLICKS] - 1.0)
    total[col.EVERY_CLICK] += poisson_quantile(uniform(stream(seed, domain, r, d, ALL_CLICKS, 0)), more)


@tight
def _run_desk(chats, v, on_shift, next_on, off_at, each, bot, free, agent, seconds):
    """The desk to the end, one call for every stretch with the same limit of chats at once."""
    born = seconds[BORN]
    free[:, :] = 0.0
    begin = came = 0
    while begin < each.size:
        upto = begin + 1
        while upto < each.size and each[upto] == each[begin]:
            upto += 1
        last = upto == each.size
        until = dk.NEVER if last else HOUR * upto
        while came < chats and (last or born[came] < until):
            came += 1
        dk.serve(
            born, seconds[PATIENCE], seconds[HANDLE], bot, came, HOUR * begin, until, on_shift, next_on, off_at,
            each[begin], v[p.CROWDING], v[p.BOT_SECONDS], free, seconds[REPLIED], seconds[LEFT], agent, seconds[ENDED],
        )  # fmt: skip
        begin = upto


@tight
def _follow_all(chats, hours, v, keys, words, agent, seconds, service, total, day):
    """Every chat to its end, and what all of them cost in messages."""
    born, replied, chances, waits = seconds[BORN], seconds[REPLIED], seconds[PATIENCE], seconds[HANDLE]
    service[:] = 0
    at_once = waited = by_bot = lost = silent = undecided = unclicked = people = unmarked = 0
    no_click, known, no_mark = ch.unclicked_limit(v), ch.same_person_limit(v), ch.unmarked_limit(v)
    window = HOUR * v[p.SERVICE_WINDOW]
    reminded_free = v[p.FOLLOW_HOURS] <= v[p.FREE_WINDOW]
    _chances(chats, born, replied, v, chances)
    _draw(chats, keys, ch.ENDING, words[0])
    _draw(chats, keys, ch.LABELS, words[1])
    for i in range(chats):
        answered = agent[i] != dk.NOBODY
        end = ch.end_of(words[0, i], answered, agent[i] == dk.BOT, chances[i], v)
        labels = words[1, i]
        wait = replied[i] - born[i]
        hour = int(born[i] / HOUR)
        if answered:
            if wait == 0.0:
                at_once += 1
                day[col.D_REPLIED, int(hours[hour, p.H_DAY])] += 1
            else:
                waits[waited] = wait
                waited += 1
                _on_day(replied[i], col.D_REPLIED, 1, hours, day)
            by_bot += agent[i] == dk.BOT
        lost += end == ch.LEFT
        silent += end == ch.SILENT
        undecided += end == ch.UNDECIDED
        if ch.label(labels, ch.UNCLICKED) < no_click:
            unclicked += 1
            day[col.D_CLICKS, int(hours[hour, p.H_DAY])] -= 1
        people += ch.label(labels, ch.SAME_PERSON) >= known
        marked = ch.label(labels, ch.UNMARKED) >= no_mark
        unmarked += not marked
        # all that a chat can cost is free when it was answered in time and bought nothing
        if end >= ch.ORDERED or not (answered and marked and wait <= window and reminded_free):
            d = int(hours[hour, p.H_DAY])
            _close(keys[i], labels, end, answered, born[i], replied[i], d, hours, v, service, total, day)
    total[col.REPLIED], total[col.LEFT_UNANSWERED] = at_once + waited, chats - at_once - waited
    total[col.REPLIED_BY_BOT], total[col.LOST_WAITING] = by_bot, lost
    total[col.SILENT], total[col.UNDECIDED] = silent, undecided
    total[col.UNCLICKED], total[col.PEOPLE], total[col.REFERRALS_LOST] = unclicked, people, unmarked
    # those answered at once wait nothing; the median is theirs, or that many places into the others
    place = (at_once + waited - 1) // 2 - at_once
    total[col.FIRST_REPLY] = np.int64(_ranked(waits, waited, place) + 0.5) if place >= 0 else 0
    billed = 0
    for month in range(service.size):
        billed += max(0, service[month] - np.int64(v[p.FREE_MESSAGES]))
    total[col.MESSAGE_FEES] += np.int64(billed * v[p.PRICE_SERVICE] * 1e6 * v[p.UNIT] + 0.5)


@tight
def _close(key, labels, end, answered, came, replied, d, hours, v, service, total, day):
    """Books what one chat earned and what its messages cost."""
    delivered = -1.0
    if end >= ch.ORDERED:
        delivered = _order(key, end, came, replied, hours, v, total, day)
    billed, templates = ch.message_bill(key, labels, end, answered, came, replied, delivered, v)
    if billed:
        service[int(came / HOUR) // MONTH_HOURS] += billed
    if templates > 0.0:
        fee = np.int64(templates * v[p.UNIT] + 0.5)
        total[col.MESSAGE_FEES] += fee
        day[col.D_PROFIT, d] -= fee


@tight
def _order(key, end, came, replied, hours, v, total, day):
    """Books an order and its delivery; returns when it arrives."""
    value, _ = ch.order_value(key, v)
    fate = ch.fate_of_order(key, v)
    ordered = ch.order_second(key, end, came, replied, v)
    delivered = ordered + ch.delivery_seconds(key, v)
    cost = ch.delivery_cost(fate, v)
    total[col.ORDERS] += 1
    total[col.RECOVERED] += end == ch.RECOVERED
    total[col.ORDER_VALUE] += value
    total[col.DELIVERY_COST] += cost
    _on_day(ordered, col.D_ORDERS, 1, hours, day)
    _on_day(ordered, col.D_PROFIT, -cost, hours, day)
    if fate == ch.DELIVERED:
        margin = np.int64(value * v[p.MARGIN_SHARE] + 0.5)
        total[col.DELIVERED] += 1
        total[col.REVENUE] += value
        total[col.MARGIN] += margin
        _on_day(delivered, col.D_DELIVERED, 1, hours, day)
        _on_day(delivered, col.D_REVENUE, value, hours, day)
        _on_day(delivered, col.D_PROFIT, margin, hours, day)
    elif fate == ch.REFUSED:
        total[col.REFUSED] += 1
    else:
        total[col.RETURNED] += 1
    return delivered


@tight
def _on_day(second, metric, amount, hours, day):
    hour = int(second / HOUR)
    if hour < hours.shape[0]:
        day[metric, int(hours[hour, p.H_DAY])] += amount


@tight
def _ranked(values, count, place):
    """The value with `place` smaller ones before it, by selection; reorders the first `count`."""
    low, high = 0, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if place <= j:
            high = j
        elif place >= i:
            low = i
        else:
            break
    return values[place]


@tight
def _settle_accounts(hours, on_shift, v, total, day):
    """Sums the days, and books wages and spend."""
    wages = 0
    for h in range(hours.shape[0]):
        wage = np.int64(on_shift[h] * v[p.WAGE] * 1e6 * v[p.UNIT] * v[p.WAGE_SHARE] + 0.5)
        wages += wage
        day[col.D_PROFIT, int(hours[h, p.H_DAY])] -= wage
    for d in range(day.shape[1]):
        total[col.IMPRESSIONS] += day[col.D_IMPRESSIONS, d]
        total[col.CONVERSATIONS] += day[col.D_CONVERSATIONS, d]
        total[col.CLICKS] += day[col.D_CLICKS, d]
        total[col.SPEND] += day[col.D_SPEND, d]
        day[col.D_PROFIT, d] -= day[col.D_SPEND, d]
    total[col.EVERY_CLICK] += total[col.CLICKS]
    total[col.WAGES] = wages
    costs = total[col.DELIVERY_COST] + total[col.MESSAGE_FEES] + wages + total[col.SPEND]
    total[col.PROFIT] = total[col.MARGIN] - costs
