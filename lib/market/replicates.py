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
from lib.market.compiled import kernel
from lib.market.keys import ALL_CLICKS, CHAT, DELIVERY, draw64, stream, uniform, uniform32, words
from lib.market.numerics import normal_quantile, poisson_quantile

HOUR = 3600.0
MONTH_HOURS = 720  # a month of free service messages
FIRST_ROOM = 4096  # chats a replicate has room for before more is made


@kernel
def run_replicates(
    hours, stages, rows, streams, blank, on_shift, next_on, off_at, chats_each, bot_share,
    seed, domain, first, count, mode, per_world, daily, totals,
):  # fmt: skip
    """Fills columns first .. first + count - 1 of daily[metric, day, replicate] and totals[metric, replicate].

    Replicates r with the same r // per_world share their world; mode MIDDLE gives all of them the middle world.
    """
    v = blank.copy()
    flight = hours.shape[0]
    state, counts = np.zeros(pc.STATE), np.zeros(pc.COUNTS, np.int64)
    hourly = np.zeros(flight, np.int64)
    shown = np.zeros(p.MOST_CREATIVES)
    keys, born = np.zeros(FIRST_ROOM, np.uint64), np.zeros(FIRST_ROOM)
    free = np.zeros((next_on.shape[0], chats_each.max()))
    total = np.zeros(totals.shape[0], np.int64)
    day = np.zeros((daily.shape[0], daily.shape[1]), np.int64)
    drawn = -1
    for r in range(first, first + count):
        if r // per_world != drawn:
            drawn = r // per_world
            wd.draw_world(rows, streams, seed, domain, drawn, mode, v)
        state[:] = 0.0
        counts[:] = 0
        shown[:] = 0.0
        total[:] = 0
        day[:, :] = 0
        chats = 0
        for h in range(flight):
            pc.open_hour(h, hours, stages, v, seed, domain, r, hourly, state, counts)
            d = int(hours[h, p.H_DAY])
            started = 0
            if state[pc.RATE] > 0.0:
                started = _deliver(h, d, v, seed, domain, r, state, counts, shown, day)
            hourly[h] = started
            if started > 0:
                if chats + started > keys.size:
                    keys, born = _more_room(keys, born, chats + started)
                _start_chats(h, started, chats, seed, domain, r, keys, born)
                chats += started
            if h == flight - 1 or hours[h + 1, p.H_DAY] != hours[h, p.H_DAY]:
                _close_day(d, v, seed, domain, r, shown, total, day)
            total[col.LEARNING_HOURS] += np.int64(state[pc.LEARNING])
        _converse(
            chats, hours, v, on_shift, next_on, off_at, chats_each, bot_share, keys, born, free, total, day
        )  # fmt: skip
        _settle_accounts(hours, on_shift, v, total, day)
        totals[:, r] = total
        daily[:, :, r] = day


@kernel
def _more_room(keys, born, needed):
    larger = max(needed, 2 * keys.size)
    more_keys, more_born = np.zeros(larger, np.uint64), np.zeros(larger)
    more_keys[: keys.size] = keys
    more_born[: born.size] = born
    return more_keys, more_born


@kernel
def _deliver(h, d, v, seed, domain, r, state, counts, shown, day):
    """Draws the hour's impressions, spend and clicks; returns the conversations that start."""
    rate, limit = state[pc.RATE], np.int64(state[pc.LIMIT])
    pull = 0.0
    for c in range(int(v[p.CREATIVES])):
        share = state[pc.SHARES + c]
        if share > 0.0:
            pull += share * state[pc.PULL + c] * wd.exposure_at(v, shown[c] / v[p.PEOPLE])[0]
    click = min(0.5, state[pc.CLICK] * pull)
    chat, extra = v[p.CONVERSATION], v[p.UNCLICKED]
    b = words(seed, domain, r, h, DELIVERY, 0)
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


@kernel
def _start_chats(h, started, at, seed, domain, r, keys, born):
    """Keys and arrival seconds of the hour's chats, in order of arrival."""
    key = stream(seed, domain, r, h, CHAT, 0)
    for j in range(started):
        chat = draw64(key, j)
        second = HOUR * (h + ch.arrival_part(chat))
        i = at + j
        while i > at and born[i - 1] > second:
            born[i], keys[i] = born[i - 1], keys[i - 1]
            i -= 1
        born[i], keys[i] = second, chat


@kernel
def _close_day(d, v, seed, domain, r, shown, total, day):
    seen = 0.0
    for c in range(shown.size):
        seen += shown[c]
    _, reached = wd.exposure_at(v, seen / v[p.PEOPLE])
    day[col.D_REACH, d] = total[col.REACH] = np.int64(min(seen, reached * v[p.PEOPLE]) + 0.5)
    more = day[col.D_CLICKS, d] * max(0.0, v[p.ALL_CLICKS] - 1.0)
    total[col.EVERY_CLICK] += poisson_quantile(uniform(stream(seed, domain, r, d, ALL_CLICKS, 0)), more)


@kernel
def _converse(chats, hours, v, on_shift, next_on, off_at, chats_each, bot_share, keys, born, free, total, day):
    """Runs the desk over the flight's chats and follows each to its end."""
    patience, handle = np.empty(chats), np.empty(chats)
    bot = np.empty(chats, np.bool_)
    replied, left, ended = np.empty(chats), np.empty(chats), np.empty(chats)
    agent = np.full(chats, dk.WAITING)
    for i in range(chats):
        patience[i] = ch.patience_seconds(keys[i], v)
        handle[i] = ch.handle_seconds(keys[i], v)
        bot[i] = ch.goes_to_bot(keys[i], bot_share[int(born[i] / HOUR)])
    _run_desk(
        chats, v, on_shift, next_on, off_at, chats_each, born, patience, handle, bot, free, replied, left, agent, ended
    )
    waits = patience  # its values are spent
    answered = 0
    service = np.zeros(hours.shape[0] // MONTH_HOURS + 1, np.int64)
    for i in range(chats):
        wait = replied[i] - born[i]
        _follow(keys[i], agent[i], born[i], replied[i], hours, v, service, total, day)
        if agent[i] != dk.NOBODY:
            waits[answered] = wait
            answered += 1
    total[col.FIRST_REPLY] = np.int64(_median(waits, answered) + 0.5)
    billed = 0
    for month in range(service.size):
        billed += max(0, service[month] - np.int64(v[p.FREE_MESSAGES]))
    total[col.MESSAGE_FEES] += np.int64(billed * v[p.PRICE_SERVICE] * 1e6 * v[p.UNIT] + 0.5)


@kernel
def _run_desk(
    chats, v, on_shift, next_on, off_at, each, born, patience, handle, bot, free, replied, left, agent, ended
):
    """The desk to the end, one call for every stretch with the same limit of chats at once."""
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
            born, patience, handle, bot, came, HOUR * begin, until, on_shift, next_on, off_at,
            each[begin], v[p.CROWDING], v[p.BOT_SECONDS], free, replied, left, agent, ended,
        )  # fmt: skip
        begin = upto


@kernel
def _follow(key, agent, came, replied, hours, v, service, total, day):
    """Books what becomes of one chat."""
    answered = agent != dk.NOBODY
    by_bot = agent == dk.BOT
    end = ch.outcome(key, answered, by_bot, replied - came, v)
    if ch.unclicked(key, v):
        total[col.UNCLICKED] += 1
        day[col.D_CLICKS, int(hours[int(came / HOUR), p.H_DAY])] -= 1
    total[col.PEOPLE] += not ch.same_person(key, v)
    total[col.REFERRALS_LOST] += ch.referral_lost(key, v)
    if answered:
        total[col.REPLIED] += 1
        total[col.REPLIED_BY_BOT] += by_bot
        _on_day(replied, col.D_REPLIED, 1, hours, day)
    else:
        total[col.LEFT_UNANSWERED] += 1
        total[col.LOST_WAITING] += end == ch.LEFT
    total[col.SILENT] += end == ch.SILENT
    total[col.UNDECIDED] += end == ch.UNDECIDED
    delivered = -1.0
    if end >= ch.ORDERED:
        delivered = _order(key, end, came, replied, hours, v, total, day)
    billed, templates = ch.message_bill(key, end, answered, came, replied, delivered, v)
    hour = int(came / HOUR)
    service[hour // MONTH_HOURS] += billed
    fee = np.int64(templates * v[p.UNIT] + 0.5)
    total[col.MESSAGE_FEES] += fee
    day[col.D_PROFIT, int(hours[hour, p.H_DAY])] -= fee


@kernel
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


@kernel
def _on_day(second, metric, amount, hours, day):
    hour = int(second / HOUR)
    if hour < hours.shape[0]:
        day[metric, int(hours[hour, p.H_DAY])] += amount


@kernel
def _median(values, count):
    """The middle one of the first `count` values (the lower of two), by selection; reorders them."""
    if count == 0:
        return 0.0
    low, high, wanted = 0, count - 1, (count - 1) // 2
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
        if wanted <= j:
            high = j
        elif wanted >= i:
            low = i
        else:
            break
    return values[wanted]


@kernel
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
