"""A conversation's own luck, from its key: when it comes, how long it waits and takes, what becomes of it.

Both engines call these kernels, so a chat with the same key, wait and answerer ends the same way in both. The fast
engine calls them in loops over many chats, one draw at a time, which the compiler turns into vector code.
"""

import math

import numpy as np

from lib.market import params as p
from lib.market.compiled import tight
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

# A chat's draws, by what their low and high halves are for.
COMING, TIMES, ENDING, BUYING, PAYING, TALKING, LABELS, PARCEL = range(8)

UNCLICKED, SAME_PERSON, UNMARKED = range(3)  # labels

HOUR = 3600.0
_PIECE = np.uint64(0x1FFFFF)  # a label's third of 63 bits
_PIECES = 2097152.0
_COARSE_LOW = np.uint64(p.NORMAL_TAIL * (2**32 // p.NORMAL_NODES))
_COARSE_HIGH = np.uint64(2**32 - p.NORMAL_TAIL * (2**32 // p.NORMAL_NODES))
_LOW = np.uint64(0xFFFFFFFF)


@tight
def table_normal(u, v):
    """The normal quantile between nodes of the table, for u away from 0 and 1; off by less than 3e-4."""
    t = u * p.NORMAL_NODES
    i = np.int64(t)
    return v[p.NORMAL + i] + (t - i) * (v[p.NORMAL + i + 1] - v[p.NORMAL + i])


@tight
def is_coarse(word):
    """Whether the 32-bit word lies where the table is too coarse."""
    word = np.uint64(word) & _LOW
    return word < _COARSE_LOW or word >= _COARSE_HIGH


@tight
def normal_of(word, v):
    """A normal deviate of a 32-bit word."""
    u = uniform32(word)
    return normal_quantile(u) if is_coarse(word) else table_normal(u, v)


@tight
def arrival_part(key):
    """Where in its hour the conversation starts, (0, 1)."""
    return uniform32(draw64(key, COMING))


@tight
def goes_to_bot(key, bot_share):
    return high_half(draw64(key, COMING)) < bot_share


@tight
def patience_of(normal, v):
    return exp_(v[p.LOG_PATIENCE] + v[p.PATIENCE_SD] * normal)


@tight
def handle_of(normal, v):
    """Seconds an agent needs for the chat when holding no other."""
    return exp_(v[p.LOG_HANDLE] + v[p.HANDLE_SD] * normal)


@tight
def patience_seconds(key, v):
    return patience_of(normal_of(draw64(key, TIMES), v), v)


@tight
def handle_seconds(key, v):
    return handle_of(normal_of(draw64(key, TIMES) >> np.uint64(32), v), v)


@tight
def label(labels, which):
    """A label's number, 0 <= number < _PIECES; the label holds where it lies below its limit."""
    return np.float64(np.int64((labels >> np.uint64(21 * which)) & _PIECE))


@tight
def unclicked_limit(v):
    """UNCLICKED: the conversation started without a link click, for a chat known only as one of its hour's."""
    return v[p.UNCLICKED] / (1.0 + v[p.UNCLICKED]) * _PIECES


@tight
def same_person_limit(v):
    """SAME_PERSON: the platform counts here somebody who already wrote."""
    return (1.0 - 1.0 / v[p.REPORTED]) * _PIECES


@tight
def unmarked_limit(v):
    """UNMARKED: the mark of the ad was lost on the way to the chat."""
    return v[p.LOST_REFERRAL] * _PIECES


@tight
def is_unmarked(labels, v):
    return label(labels, UNMARKED) < unmarked_limit(v)


@tight
def order_chance(wait_seconds, v):
    """Chance of an order given an answer by a person after the wait."""
    minutes = min(wait_seconds / 60.0, v[p.ORDER_DECAY_MINUTES])
    return v[p.ORDER_RATE] * max(v[p.ORDER_FLOOR], exp_(-v[p.ORDER_DECAY] * minutes))


@tight
def end_of(bits, answered, by_bot, chance, v):
    """LEFT, SILENT, UNDECIDED, ORDERED or RECOVERED, by the chat's draw ENDING."""
    end = LEFT
    if answered:
        if by_bot:
            chance *= v[p.BOT_ORDER]
        u = uniform32(bits)
        if u < chance:
            return ORDERED
        end = UNDECIDED if u < max(chance, v[p.SECOND_MESSAGE]) else SILENT
    return RECOVERED if high_half(bits) < v[p.FOLLOW_CHANCE] else end


@tight
def outcome(key, answered, by_bot, wait_seconds, v):
    return end_of(draw64(key, ENDING), answered, by_bot, order_chance(wait_seconds, v), v)


@tight
def order_second(key, end, came, replied, v):
    after = exp_(v[p.LOG_ORDER_SECONDS] + v[p.ORDER_MINUTES_SD] * normal_of(draw64(key, PAYING) >> np.uint64(32), v))
    return after + (came + HOUR * v[p.FOLLOW_HOURS] if end == RECOVERED else replied)


@tight
def order_value(key, v):
    """(micro, units): the item's price times a lognormal factor, one item at least."""
    factor = max(1.0, exp_(v[p.ORDER_VALUE_SD] * normal_of(draw64(key, BUYING), v)))
    return np.int64(v[p.ITEM_PRICE] * factor + 0.5), np.int64(factor + 0.5)


@tight
def fate_of_order(key, v):
    """DELIVERED, REFUSED (at the door, or never paid) or RETURNED."""
    cash = uniform32(draw64(key, PAYING)) < v[p.COD_SHARE]
    kept = v[p.COD_DELIVERED] if cash else v[p.PREPAID_DELIVERED]
    if high_half(draw64(key, BUYING)) >= kept:
        return REFUSED
    return RETURNED if uniform32(draw64(key, PARCEL)) < v[p.RETURNED] else DELIVERED


@tight
def delivery_seconds(key, v):
    normal = normal_of(draw64(key, PARCEL) >> np.uint64(32), v)
    return exp_(v[p.LOG_DELIVERY_SECONDS] + v[p.DELIVERY_DAYS_SD] * normal)


@tight
def messages_of(key, end, v):
    """Messages of both sides."""
    if end == LEFT:
        return 1
    if end == SILENT:
        return 2
    normal = normal_of(draw64(key, TALKING), v)
    return max(3, np.int64(math.floor(exp_(v[p.LOG_MESSAGES] + v[p.MESSAGES_SD] * normal) + 0.5)))


@tight
def luck_of_new(keys, v, bot_share, luck):
    """luck[chat] = (part of the hour, patience, handle time, goes to the bot, mark of the ad lost)."""
    for i in range(keys.size):
        luck[i, 0] = arrival_part(keys[i])
        luck[i, 1] = patience_seconds(keys[i], v)
        luck[i, 2] = handle_seconds(keys[i], v)
        luck[i, 3] = goes_to_bot(keys[i], bot_share)
        luck[i, 4] = is_unmarked(draw64(keys[i], LABELS), v)


@tight
def future_of(key, answered, by_bot, came, replied, v):
    """(end, messages, second of the order, micro, units): how a chat goes on once it is answered or lost."""
    end = outcome(key, answered, by_bot, replied - came, v)
    messages = messages_of(key, end if answered else LEFT, v)
    if end < ORDERED:
        return end, messages, 0.0, 0, 0
    value, units = order_value(key, v)
    return end, messages, order_second(key, end, came, replied, v), value, units


@tight
def parcel_of(key, v):
    """(what becomes of the order, seconds from order to parcel)."""
    return fate_of_order(key, v), delivery_seconds(key, v)


@tight
def delivery_cost(fate, v):
    """Micro the shop pays the courier."""
    return np.int64(v[p.DELIVERY_FEE] * (1.0 if fate == DELIVERED else v[p.REFUSED_FEES]) + 0.5)


@tight
def message_bill(key, labels, end, answered, came, replied, delivered, v):
    """(service messages that count against the month's free ones, micro-USD of templates).

    Inside the free entry window, which an answer within the service window opens for chats that carry the ad's mark,
    everything is free. A reminder outside both windows is a marketing template; the notice that an order arrives is a
    utility template.
    """
    window = HOUR * v[p.SERVICE_WINDOW]
    free = answered and not is_unmarked(labels, v) and replied - came <= window
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
