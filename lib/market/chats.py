"""A conversation's own luck, from its key: when it comes, how long it waits and takes, what becomes of it.

Both engines call these kernels, so a chat with the same key, wait and answerer ends the same way in both.
"""

import math

import numpy as np

from lib.market import params as p
from lib.market.compiled import kernel
from lib.market.keys import draw64, high_half, uniform32
from lib.market.numerics import exp_, normal_quantile

# What became of a chat. Every chat is exactly one of these.
LEFT = 0  # nobody answered before the customer's patience ended
SILENT = 1  # answered, but the customer never wrote again
UNDECIDED = 2  # talked, and bought nothing
ORDERED = 3
RECOVERED = 4  # bought after a reminder

# What became of an order.
NO_ORDER, DELIVERED, REFUSED, RETURNED = 0, 1, 2, 3

HOUR = 3600.0


@kernel
def arrival_part(key):
    """Where in its hour the conversation starts, (0, 1)."""
    return uniform32(draw64(key, 0))


@kernel
def goes_to_bot(key, bot_share):
    return high_half(draw64(key, 0)) < bot_share


@kernel
def patience_seconds(key, v):
    z = normal_quantile(uniform32(draw64(key, 1)))
    return exp_(v[p.LOG_PATIENCE] + v[p.PATIENCE_SD] * z)


@kernel
def handle_seconds(key, v):
    """Time an agent needs for the chat when holding no other."""
    z = normal_quantile(high_half(draw64(key, 1)))
    return exp_(v[p.LOG_HANDLE] + v[p.HANDLE_SD] * z)


@kernel
def unclicked(key, v):
    """Whether the conversation started without a link click."""
    extra = v[p.UNCLICKED]
    return high_half(draw64(key, 6)) < extra / (1.0 + extra)


@kernel
def referral_lost(key, v):
    return high_half(draw64(key, 2)) < v[p.LOST_REFERRAL]


@kernel
def same_person(key, v):
    """Whether the platform counts here somebody who already wrote."""
    return uniform32(draw64(key, 6)) < 1.0 - 1.0 / v[p.REPORTED]


@kernel
def outcome(key, answered, by_bot, wait_seconds, v):
    """LEFT, SILENT, UNDECIDED, ORDERED or RECOVERED."""
    end = LEFT
    if answered:
        minutes = min(wait_seconds / 60.0, v[p.ORDER_DECAY_MINUTES])
        chance = v[p.ORDER_RATE] * max(v[p.ORDER_FLOOR], exp_(-v[p.ORDER_DECAY] * minutes))
        if by_bot:
            chance *= v[p.BOT_ORDER]
        u = uniform32(draw64(key, 2))
        if u < chance:
            return ORDERED
        end = UNDECIDED if u < max(chance, v[p.SECOND_MESSAGE]) else SILENT
    if uniform32(draw64(key, 5)) < v[p.FOLLOW_CHANCE]:
        return RECOVERED
    return end


@kernel
def order_second(key, end, came, replied, v):
    z = normal_quantile(high_half(draw64(key, 4)))
    after = exp_(v[p.LOG_ORDER_SECONDS] + v[p.ORDER_MINUTES_SD] * z)
    return after + (came + HOUR * v[p.FOLLOW_HOURS] if end == RECOVERED else replied)


@kernel
def order_value(key, v):
    """(micro, units): the item's price times a lognormal factor, one item at least."""
    z = normal_quantile(uniform32(draw64(key, 3)))
    factor = max(1.0, exp_(v[p.ORDER_VALUE_SD] * z))
    return np.int64(v[p.ITEM_PRICE] * factor + 0.5), np.int64(factor + 0.5)


@kernel
def fate_of_order(key, v):
    """DELIVERED, REFUSED (at the door, or never paid) or RETURNED."""
    bits = draw64(key, 3)
    cash = uniform32(draw64(key, 4)) < v[p.COD_SHARE]
    kept = v[p.COD_DELIVERED] if cash else v[p.PREPAID_DELIVERED]
    if high_half(bits) >= kept:
        return REFUSED
    return RETURNED if uniform32(draw64(key, 7)) < v[p.RETURNED] else DELIVERED


@kernel
def delivery_seconds(key, v):
    z = normal_quantile(high_half(draw64(key, 7)))
    return exp_(v[p.LOG_DELIVERY_SECONDS] + v[p.DELIVERY_DAYS_SD] * z)


@kernel
def messages_of(key, end, v):
    """Messages of both sides."""
    if end == LEFT:
        return 1
    if end == SILENT:
        return 2
    z = normal_quantile(high_half(draw64(key, 5)))
    return max(3, np.int64(math.floor(exp_(v[p.LOG_MESSAGES] + v[p.MESSAGES_SD] * z) + 0.5)))


@kernel
def delivery_cost(fate, v):
    """Micro the shop pays the courier."""
    return np.int64(v[p.DELIVERY_FEE] * (1.0 if fate == DELIVERED else v[p.REFUSED_FEES]) + 0.5)


@kernel
def message_bill(key, end, answered, came, replied, delivered, v):
    """(service messages that count against the month's free ones, micro-USD of templates).

    Inside the free entry window, which an answer within the service window opens for chats that carry the ad's mark,
    everything is free. A reminder outside both windows is a marketing template; the notice that an order arrives is a
    utility template.
    """
    window = HOUR * v[p.SERVICE_WINDOW]
    free = answered and not referral_lost(key, v) and replied - came <= window
    free_until = came + HOUR * v[p.FREE_WINDOW] if free else -1.0
    reminder = HOUR * v[p.FOLLOW_HOURS]
    service = 0
    templates = 0.0
    if answered and not free:
        service += messages_of(key, end, v) // 2
    if end != ORDERED and came + reminder > free_until:
        if reminder <= window:
            service += 1
        else:
            templates += v[p.PRICE_MARKETING]
    if delivered > free_until:
        templates += v[p.PRICE_UTILITY]
    return service, templates * 1e6
