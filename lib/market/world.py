"""One world: every assumption drawn from its range, and what follows from it before any ad is shown.

Calibration: published prices are prices paid. The top rival's median in a country is set so that the reference plan
(feed, everybody of 18 and over, objective sales, no cap, outside the learning phase) wins `reference_win_share` of its
auctions and pays the country's base price for them, in closed form for the lognormal rival.
"""

import math

import numpy as np

from lib.market import params as p
from lib.market.assumptions import PLACEMENTS
from lib.market.compiled import tight
from lib.market.keys import CREATIVE, WORLD, stream, uniform
from lib.market.numerics import exp_, log_, normal_cdf, normal_quantile, power

CUT = 1.959963984540054
_PLACES = len(PLACEMENTS)
_MIDDLE_YEARS = np.array([(low + high) / 2 for low, high in p.AGE_BOUNDS])
DRAWN, MIDDLE = 0, 1  # modes of draw_world: from the ranges, or every parameter at its value


@tight
def drawn_value(kind, value, low, high, u):
    """The law of lib.market.assumptions.draw."""
    if kind == 0 or low == high:
        return value
    if kind == 1:
        return low + (high - low) * u
    if kind == 2:
        if u * (high - low) < value - low:
            return low + math.sqrt(u * (high - low) * (value - low))
        return high - math.sqrt((1.0 - u) * (high - low) * (high - value))
    z = normal_quantile(0.025 + 0.95 * u) / CUT
    if kind == 3:
        return value * power(high / value, z) if z > 0.0 else value * power(value / low, z)
    odds = value / (1.0 - value)
    least, most = low / (1.0 - low), high / (1.0 - high)
    odds *= power(most / odds, z) if z > 0.0 else power(odds / least, z)
    return odds / (1.0 + odds)


@tight
def draw_world(rows, streams, hours, stage, seed, domain, number, mode, v):
    """Fills the parameters of `v` from rows[i] = (kind, value, low, high, place in v), then what follows from them."""
    for i in range(rows.shape[0]):
        kind, value, low, high = int(rows[i, 0]), rows[i, 1], rows[i, 2], rows[i, 3]
        if mode == DRAWN and kind != 0:
            value = drawn_value(kind, value, low, high, uniform(stream(seed, domain, number, 0, WORLD, streams[i])))
        v[int(rows[i, 4])] = value
    for c in range(int(v[p.CREATIVES])):
        v[p.QUALITY + c] = 1.0
        if mode == DRAWN:
            creative = np.int64(v[p.CREATIVE_ID + c])
            z = normal_quantile(uniform(stream(seed, domain, number, 0, CREATIVE, creative)))
            sd = v[p.CREATIVE_SD]
            v[p.QUALITY + c] = exp_(sd * z - 0.5 * sd * sd)
    derive(v)
    set_exposure_bid(hours, stage, v)


@tight
def derive(v):
    """Everything that follows from the parameters."""
    v[p.UNIT] = v[p.UNITS_PER_USD]
    v[p.X_USUAL] = v[p.RIVAL_SD] * normal_quantile(v[p.WIN_SHARE])
    new = v[p.LEVEL_SHOCK] / v[p.LEVEL_SD]
    v[p.LEVEL_KEEP] = math.sqrt(max(0.0, 1.0 - new * new))
    v[p.LEVEL_NEW] = min(v[p.LEVEL_SHOCK], v[p.LEVEL_SD])
    v[p.FILLED_EXPOSURE] = v[p.FILLED_CLASSES] = v[p.FILLED_POISSON] = v[p.FILLED_AUCTION] = 0.0
    v[p.LOG_PATIENCE] = log_(60.0 * v[p.PATIENCE])
    v[p.LOG_HANDLE] = log_(60.0 * v[p.HANDLE]) - 0.5 * v[p.HANDLE_SD] * v[p.HANDLE_SD]
    v[p.LOG_ORDER_SECONDS] = log_(60.0 * v[p.ORDER_MINUTES])
    v[p.LOG_DELIVERY_SECONDS] = log_(86400.0 * v[p.DELIVERY_DAYS])
    v[p.LOG_MESSAGES] = log_(v[p.MESSAGES])
    v[p.FOLLOW_CHANCE] = v[p.READ_RATE] * v[p.FOLLOW_REPLY] * v[p.FOLLOW_ORDER]
    _segments(v)
    _activity(v)
    for n in range(p.POISSON_TERMS + 1):
        v[p.POWERS + n] = power(n + 1.0, v[p.FATIGUE])


@tight
def _segments(v):
    log_ctr_age, log_cpm_age = log_(v[p.CTR_AGE]), log_(v[p.CPM_AGE])
    ratio = v[p.CTR_FEMALE]
    log_woman, log_man = log_(2.0 * ratio / (1.0 + ratio)), log_(2.0 / (1.0 + ratio))
    first = int(v[p.SEGMENT_AT])
    last = first + p.SEGMENT_WIDTH * int(v[p.SEGMENTS])
    people = 0.0
    for g in range(first, last, p.SEGMENT_WIDTH):
        base = p.COUNTRY + p.COUNTRY_WIDTH * int(v[g + p.G_COUNTRY])
        part = v[base + p.COUNTRY_FEMALE] if v[g + p.G_FEMALE] else 1.0 - v[base + p.COUNTRY_FEMALE]
        count = v[base + p.COUNTRY_PEOPLE] * v[base + p.COUNTRY_AGE + int(v[g + p.G_AGE])] * part
        v[g + p.G_PEOPLE] = count * v[g + p.G_SHARE]
        people += v[g + p.G_PEOPLE]
    # the platform picks the people likeliest to answer: a pool that mirrors the audience's groups
    if people > v[p.POOL]:
        part = v[p.POOL] / people
        for g in range(first, last, p.SEGMENT_WIDTH):
            v[g + p.G_PEOPLE] *= part
        people = v[p.POOL]
    v[p.PEOPLE] = people
    for c in range(int(v[p.COUNTRIES])):
        median = _rival_median(v, c, log_ctr_age, log_cpm_age, log_woman, log_man)
        for g in range(first, last, p.SEGMENT_WIDTH):
            if int(v[g + p.G_COUNTRY]) == c:
                v[g + p.G_PRICE] = median
    median = 0.0
    for g in range(first, last, p.SEGMENT_WIDTH):
        median += v[g + p.G_PEOPLE] / people * v[g + p.G_PRICE]
    v[p.RIVAL_MEDIAN] = median
    for g in range(first, last, p.SEGMENT_WIDTH):
        decades = (v[g + p.G_YEARS] - v[p.AGE_REFERENCE]) / 10.0
        log_click = log_ctr_age * decades + (log_woman if v[g + p.G_FEMALE] else log_man)
        log_price = log_cpm_age * decades + log_(v[g + p.G_PRICE] / median)
        v[g + p.G_CLICK] = exp_(log_click)
        v[g + p.G_PRICE] = exp_(log_price)
        v[g + p.G_SHIFT] = log_click - log_price


@tight
def _rival_median(v, country, log_ctr_age, log_cpm_age, log_woman, log_man):
    """micro of the currency an impression, such that the reference plan pays the base price."""
    base = p.COUNTRY + p.COUNTRY_WIDTH * country
    sd, x = v[p.RIVAL_SD], v[p.X_USUAL]
    won = paid = 0.0
    for age in range(len(p.AGES)):
        decades = (_MIDDLE_YEARS[age] - v[p.AGE_REFERENCE]) / 10.0
        for female in range(2):
            part = v[base + p.COUNTRY_FEMALE] if female else 1.0 - v[base + p.COUNTRY_FEMALE]
            share = v[base + p.COUNTRY_AGE + age] * part
            z = (x + (log_ctr_age - log_cpm_age) * decades + (log_woman if female else log_man)) / sd
            won += share * normal_cdf(z)
            paid += share * exp_(log_cpm_age * decades + 0.5 * sd * sd) * normal_cdf(z - sd)
    return v[base + p.COUNTRY_CPM] * 1000.0 * v[p.UNIT] * won / paid


@tight
def _activity(v):
    """Shares and mean weights of the activity classes: strata of a lognormal weight with mean 1."""
    sd = v[p.ACTIVITY_SD]
    step = 2.0 * p.ACTIVITY_EDGE / p.ACTIVITY_CLASSES
    lowest = normal_cdf(-p.ACTIVITY_EDGE)
    below, heavy_below = lowest, normal_cdf(-p.ACTIVITY_EDGE - sd)
    total = 0.0
    for k in range(p.ACTIVITY_CLASSES):
        edge = -p.ACTIVITY_EDGE + (k + 1) * step
        upto, heavy = normal_cdf(edge), normal_cdf(edge - sd)
        v[p.CLASS_SHARE + k] = (upto - below) / (1.0 - 2.0 * lowest)
        v[p.CLASS_WEIGHT + k] = (heavy - heavy_below) / (upto - below)
        total += v[p.CLASS_SHARE + k] * v[p.CLASS_WEIGHT + k]
        below, heavy_below = upto, heavy
    for k in range(p.ACTIVITY_CLASSES):
        v[p.CLASS_WEIGHT + k] /= total


@tight
def auction_at(v, x):
    """(won, paid, squared, clicked) over all opportunities of the audience at log bid x: the closed lognormal form,
    summed over segments.

    x is the log of our total value to the rival's median; paid and squared are sums over opportunities in units of that
    median (divide by won for means over wins); clicked is the click factor of those won.
    """
    sd = v[p.RIVAL_SD]
    mean, square = exp_(0.5 * sd * sd), exp_(2.0 * sd * sd)
    won = paid = squared = clicked = 0.0
    first = int(v[p.SEGMENT_AT])
    for g in range(first, first + p.SEGMENT_WIDTH * int(v[p.SEGMENTS]), p.SEGMENT_WIDTH):
        share = v[g + p.G_PEOPLE] / v[p.PEOPLE]
        z = (x + v[g + p.G_SHIFT]) / sd
        win = share * normal_cdf(z)
        price = v[g + p.G_PRICE]
        won += win
        clicked += win * v[g + p.G_CLICK]
        paid += share * price * mean * normal_cdf(z - sd)
        squared += share * price * price * square * normal_cdf(z - 2.0 * sd)
    return won, paid, squared, clicked


@tight
def auction_between(v, x):
    """auction_at by interpolation (four-point Lagrange), for bids that move every hour."""
    if v[p.FILLED_AUCTION] == 0.0:
        for i in range(p.AUCTION_NODES):
            a, b, c, d = auction_at(v, p.AUCTION_LOW + p.AUCTION_STEP * i)
            node = p.AUCTION + 4 * i
            v[node], v[node + 1], v[node + 2], v[node + 3] = a, b, c, d
        v[p.FILLED_AUCTION] = 1.0
    t = min(max((x - p.AUCTION_LOW) / p.AUCTION_STEP, 1.0), p.AUCTION_NODES - 2.0)
    i = min(int(t), p.AUCTION_NODES - 3)
    f = t - i
    a = -f * (f - 1.0) * (f - 2.0) / 6.0
    b = (f + 1.0) * (f - 1.0) * (f - 2.0) / 2.0
    c = -(f + 1.0) * f * (f - 2.0) / 2.0
    d = (f + 1.0) * f * (f - 1.0) / 6.0
    n = p.AUCTION + 4 * (i - 1)
    return (
        a * v[n] + b * v[n + 4] + c * v[n + 8] + d * v[n + 12],
        a * v[n + 1] + b * v[n + 5] + c * v[n + 9] + d * v[n + 13],
        a * v[n + 2] + b * v[n + 6] + c * v[n + 10] + d * v[n + 14],
        a * v[n + 3] + b * v[n + 7] + c * v[n + 11] + d * v[n + 15],
    )


@tight
def poisson_fatigue(v, mean):
    """E (N + 1)^exponent for N Poisson with the mean: the click factor of a person's next impression."""
    exponent = v[p.FATIGUE]
    if mean > p.POISSON_LARGE:
        about = mean + 1.0
        curve = exponent * (exponent - 1.0) / 2.0 * mean / (about * about)
        skew = exponent * (exponent - 1.0) * (exponent - 2.0) / 6.0 * mean / (about * about * about)
        return power(about, exponent) * (1.0 + curve + skew)
    chance = exp_(-mean)
    total = chance
    for n in range(1, p.POISSON_TERMS + 1):
        chance *= mean / n
        total += chance * v[p.POWERS + n]
        if n > mean and chance < 1e-12:
            break
    return total


@tight
def _fatigue_between(v, mean):
    if mean > p.POISSON_LARGE:
        return poisson_fatigue(v, mean)
    t = mean / (mean + p.POISSON_HALF) * (p.POISSON_NODES - 1)
    i = min(int(t), p.POISSON_NODES - 2)
    while v[p.FILLED_POISSON] <= i + 1:
        node = int(v[p.FILLED_POISSON])
        share = min(node / (p.POISSON_NODES - 1.0), 0.9999)
        v[p.POISSON + node] = poisson_fatigue(v, p.POISSON_HALF * share / (1.0 - share))
        v[p.FILLED_POISSON] += 1.0
    return v[p.POISSON + i] + (t - i) * (v[p.POISSON + i + 1] - v[p.POISSON + i])


@tight
def exposure_at(v, each):
    """(fatigue, reached) after `each` impressions a head: the mean click factor of the next impression, and the share
    of people with at least one.

    Segments win at different rates, and within a segment people are met in proportion to their activity; so those who
    click more readily than others may also have seen more.
    """
    t = each / (each + p.EXPOSURE_HALF) * (p.EXPOSURE_NODES - 1)
    i = min(int(t), p.EXPOSURE_NODES - 2)
    if v[p.FILLED_EXPOSURE] <= i + 1:
        _fill_exposure(v, i + 1)
    f = t - i
    n = p.EXPOSURE + 2 * i
    return v[n] + f * (v[n + 2] - v[n]), each * (v[n + 1] + f * (v[n + 3] - v[n + 1]))


@tight
def node_exposure(node):
    """Impressions a head at a node of the exposure tables."""
    share = min(node / (p.EXPOSURE_NODES - 1.0), 0.9999)
    return p.EXPOSURE_HALF * share / (1.0 - share)


@tight
def _fill_exposure(v, last):
    first = int(v[p.SEGMENT_AT])
    end = first + p.SEGMENT_WIDTH * int(v[p.SEGMENTS])
    if v[p.FILLED_EXPOSURE] == 0.0:
        won = auction_at(v, v[p.X_EXPOSURE])[0]
        for g in range(first, end, p.SEGMENT_WIDTH):
            v[g + p.G_SEEN] = normal_cdf((v[p.X_EXPOSURE] + v[g + p.G_SHIFT]) / v[p.RIVAL_SD]) / won
    for node in range(int(v[p.FILLED_EXPOSURE]), last + 1):
        each = node_exposure(node)
        fatigue = clicked = reached = 0.0
        for g in range(first, end, p.SEGMENT_WIDTH):
            seen = v[g + p.G_PEOPLE] / v[p.PEOPLE] * v[g + p.G_SEEN]
            tired, ratio = _classes_at(v, each * v[g + p.G_SEEN])
            fatigue += seen * v[g + p.G_CLICK] * tired
            clicked += seen * v[g + p.G_CLICK]
            reached += seen * ratio
        at = p.EXPOSURE + 2 * node
        v[at], v[at + 1] = fatigue / clicked, reached
    v[p.FILLED_EXPOSURE] = last + 1.0


@tight
def _classes_at(v, each):
    """(fatigue, people reached for each exposure) among the classes of one segment."""
    t = each / (each + p.EXPOSURE_HALF) * (p.EXPOSURE_NODES - 1)
    i = min(int(t), p.EXPOSURE_NODES - 2)
    while v[p.FILLED_CLASSES] <= i + 1:
        _fill_class_node(v, int(v[p.FILLED_CLASSES]))
        v[p.FILLED_CLASSES] += 1.0
    f = t - i
    n = p.CLASSES + 2 * i
    return v[n] + f * (v[n + 2] - v[n]), v[n + 1] + f * (v[n + 3] - v[n + 1])


@tight
def _fill_class_node(v, node):
    each = node_exposure(node)
    fatigue = reached = 0.0
    for k in range(p.ACTIVITY_CLASSES):
        share, weight = v[p.CLASS_SHARE + k], v[p.CLASS_WEIGHT + k]
        fatigue += share * weight * _fatigue_between(v, each * weight)
        reached += share * (1.0 - exp_(-each * weight))
    at = p.CLASSES + 2 * node
    v[at], v[at + 1] = fatigue, reached / each if each > 0.0 else 1.0


@tight
def set_exposure_bid(hours, stage, v):
    """The bid at the start of the flight and the usual price level: it says who meets the ads how often."""
    pull = rate = price = slots = 0.0
    for c in range(int(v[p.CREATIVES])):
        pull = max(pull, stage[p.S_APPEAL + c] * v[p.QUALITY + c])
    for i in range(_PLACES):
        part = stage[p.S_PLACE + i] * v[p.PLACE_SLOTS + i]
        slots += part
        rate += part * v[p.PLACE_CTR + i]
        price += part * v[p.PLACE_PRICE + i]
    median = v[p.RIVAL_MEDIAN] * v[p.OBJECTIVE_FACTOR]
    if stage[p.S_BID_KIND] == 0.0:
        daily = stage[p.S_BUDGET]
        if stage[p.S_BUDGET_KIND] != 0.0:
            daily /= hours[0, p.H_REST_WEIGHT]
        supply = v[p.PEOPLE] * v[p.SLOTS] * median * price * auction_at(v, v[p.X_USUAL])[1]
        push = v[p.PRESSURE] * log_(daily / supply)
        v[p.X_EXPOSURE] = v[p.X_USUAL] + min(max(push, 0.0), log_(v[p.RAISE_LIMIT]))
        return
    value = stage[p.S_BID] * v[p.CTR] * v[p.CONVERSATION] * pull * rate / slots
    v[p.X_EXPOSURE] = log_(value / (median * price / slots))


@tight
def drawn_parameters(rows, streams, seed, domain, draws):
    """draws[i, n]: what `draw_world` gives parameter i in world n."""
    for i in range(rows.shape[0]):
        for n in range(draws.shape[1]):
            u = uniform(stream(seed, domain, n, 0, WORLD, streams[i]))
            draws[i, n] = drawn_value(int(rows[i, 0]), rows[i, 1], rows[i, 2], rows[i, 3], u)


@tight
def rank_shares(ranks, against, shares):
    """Squared rank correlation (Spearman's) of each row with `against`, whose ranks are given; no ties."""
    count = against.size
    middle = (count - 1) / 2.0
    spread = count * (count * count - 1.0) / 12.0
    for i in range(ranks.shape[0]):
        together = 0.0
        for n in range(count):
            together += (ranks[i, n] - middle) * (against[n] - middle)
        shares[i] = (together / spread) * (together / spread)
