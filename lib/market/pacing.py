"""How a platform spends a budget: one law for both engines, one call an hour.

Smooth by construction, so that two scenarios that share their luck stay close:

- A day's target is its budget (for a lifetime budget: what is left, in proportion to the day's share of the activity
  still to come), moved by up to the overspend share against the day's price level, plus an equal part of what the
  budget week owes. It never passes the day's and the week's limit.
- An hour's target is what is left of the day's, in proportion to the hour's share of the day's remaining activity.
- The ad set enters a share of its opportunities, the participation: the hour's target over what full participation
  would be expected to cost, at most 1. Where the budget is hard to spend the bid of an uncapped ad set rises, by
  (target / supply)^bid_pressure_exponent and at most bid_raise_limit; a capped bid is shaded by the same power of the
  same ratio, never below bid_shading_floor of its cap and never above it.
- A cost cap bids the cap times a factor that moves once a day with (allowed / paid)^0.5.

Nothing here knows an edit before its hour.
"""

import math

import numpy as np

from lib.market import params as p
from lib.market.assumptions import PLACEMENTS
from lib.market.compiled import tight
from lib.market.keys import PRICE_LEVEL, stream, uniform
from lib.market.numerics import exp_, log_, normal_quantile, power
from lib.market.world import auction_at, auction_between

PLACES_KNOWN = len(PLACEMENTS)
DAILY = 0
NO_CAP, COST_CAP = 0, 2

# The state, numbers. The last ones are the answer for the hour.
(
    NOISE,  # log deviation of the price level, before the learning phase widens it
    LEVEL,  # price multiplier of the day
    TARGET,  # micro wanted by the end of the day
    PUSH,  # log of the bid's multiple
    COST_FACTOR,
    LEARNING,
    WEEK_ALLOWED,  # daily budgets of the week's days before this one
    DAY_ALLOWED,
    MEMO_X,
    MEMO_WON,
    MEMO_PAID,
    MEMO_SQUARED,
    MEMO_CLICKED,
    PLACES,  # opportunities, prices and click rates of the placements switched on
    PLACES_PRICE,
    PLACES_SQUARED,
    PLACES_CTR,
    APPEAL,  # click factor of the creatives together, as delivered
    RATE,  # impressions expected this hour
    PRICE,  # mean price of an impression, micro
    PRICE_SD,
    CLICK,  # clicks an impression, before fatigue and creatives
    LIMIT,  # micro that may still be spent
    PARTICIPATION,
    SUPPLY,  # opportunities, all placements
    HOUR_LEVEL,  # price multiplier of the hour
) = range(26)
SHARES = 26  # creatives' parts of delivery
PULL = SHARES + p.MOST_CREATIVES  # their click factors
LOG_BID = PULL + p.MOST_CREATIVES  # by placement: log of total value to rival median
STATE = LOG_BID + PLACES_KNOWN

# The state, money and counts.
SPENT, SPENT_DAY, SPENT_WEEK, SINCE, WINDOW, CONVERSATIONS = range(6)
COUNTS = 6


@tight
def open_hour(h, hours, stages, v, seed, domain, replicate, conversations, state, counts):
    """Settles hour h: fills the answer in `state`. `conversations[i]` holds those of hour i < h."""
    new_day = h == 0 or hours[h, p.H_DAY] != hours[h - 1, p.H_DAY]
    stage = int(hours[h, p.H_STAGE])
    changed = h == 0 or hours[h, p.H_STAGE] != hours[h - 1, p.H_STAGE]
    if new_day:
        _open_day(h, hours, stages, v, seed, domain, replicate, state, counts)
    learned = _learn(h, stages[stage], v, conversations, state, counts, changed)
    if new_day or learned:
        _set_level(h, hours, v, state)
    state[RATE] = state[PARTICIPATION] = 0.0
    if changed:
        _set_stage(stages[stage], v, state)
    if hours[h, p.H_RUNNING] == 0.0:
        return
    if new_day or changed or learned or hours[h - 1, p.H_RUNNING] == 0.0:
        _set_target(hours[h], stages[stage], v, state, counts)
    _settle(hours[h], stages[stage], v, state, counts)


@tight
def _open_day(h, hours, stages, v, seed, domain, replicate, state, counts):
    day = int(hours[h, p.H_DAY])
    z = normal_quantile(uniform(stream(seed, domain, replicate, day, PRICE_LEVEL, 0)))
    if h == 0:
        state[NOISE] = v[p.LEVEL_SD] * z
        state[LEARNING] = state[COST_FACTOR] = 1.0
        state[MEMO_X] = 1e9
    else:
        state[NOISE] = v[p.LEVEL_KEEP] * state[NOISE] + v[p.LEVEL_NEW] * z
    state[WEEK_ALLOWED] += state[DAY_ALLOWED]
    state[DAY_ALLOWED] = 0.0
    counts[SPENT_DAY] = 0
    if hours[h, p.H_WEEKDAY] == 6.0:
        state[WEEK_ALLOWED] = 0.0
        counts[SPENT_WEEK] = 0
    stage = int(hours[h, p.H_STAGE])
    if stages[stage, p.S_BID_KIND] == COST_CAP and h > 0:
        cap = stages[stage, p.S_BID]
        allowed = cap * (counts[CONVERSATIONS] + p.COST_CAP_PRIOR)
        factor = state[COST_FACTOR] * power(allowed / (counts[SPENT] + cap * p.COST_CAP_PRIOR), p.COST_CAP_GAIN)
        state[COST_FACTOR] = min(max(factor, p.COST_CAP_LOW), p.COST_CAP_HIGH)


@tight
def _learn(h, stage, v, conversations, state, counts, changed):
    """Counts the window's conversations; true when the learning phase begins or ends with this hour."""
    if h > 0:
        counts[CONVERSATIONS] += conversations[h - 1]
        counts[WINDOW] += conversations[h - 1]
        leaving = h - 1 - int(24.0 * v[p.LEARN_DAYS])
        if leaving >= counts[SINCE]:
            counts[WINDOW] -= conversations[leaving]
    if changed and stage[p.S_RESTART] != 0.0:
        counts[SINCE], counts[WINDOW] = h, 0
        was = state[LEARNING]
        state[LEARNING] = 1.0
        return was == 0.0
    if state[LEARNING] == 1.0 and counts[WINDOW] >= v[p.LEARN_COUNT]:
        state[LEARNING] = 0.0
        return True
    return False


@tight
def _set_level(h, hours, v, state):
    learning = state[LEARNING] == 1.0
    wide = v[p.LEARN_NOISE] if learning else 1.0
    sd = wide * v[p.LEVEL_SD]
    level = exp_(wide * state[NOISE] - 0.5 * sd * sd) * (v[p.LEARN_COST] if learning else 1.0)
    month, weekday = int(hours[h, p.H_MONTH]), int(hours[h, p.H_WEEKDAY])
    state[LEVEL] = level * v[p.MONTH + month] * v[p.WEEKDAY + weekday] * v[p.OBJECTIVE_FACTOR]


@tight
def _set_stage(stage, v, state):
    state[PLACES] = state[PLACES_PRICE] = state[PLACES_CTR] = state[PLACES_SQUARED] = 0.0
    for i in range(PLACES_KNOWN):
        slots = stage[p.S_PLACE + i] * v[p.PLACE_SLOTS + i]
        price = v[p.PLACE_PRICE + i]
        state[PLACES] += slots
        state[PLACES_PRICE] += slots * price
        state[PLACES_SQUARED] += slots * price * price
        state[PLACES_CTR] += slots * v[p.PLACE_CTR + i]
    total = 0.0
    for c in range(int(v[p.CREATIVES])):
        pull = stage[p.S_APPEAL + c] * v[p.QUALITY + c]
        state[PULL + c] = pull
        state[SHARES + c] = power(pull, v[p.ROTATION]) if pull > 0.0 else 0.0
        total += state[SHARES + c]
    state[APPEAL] = 0.0
    for c in range(int(v[p.CREATIVES])):
        state[SHARES + c] /= total
        state[APPEAL] += state[SHARES + c] * state[PULL + c]


@tight
def _set_target(hour, stage, v, state, counts):
    """The day's target in micro, and how far the bid goes for it."""
    budget = stage[p.S_BUDGET]
    surprise = state[NOISE] / v[p.LEVEL_SD]
    lean = 1.0 - v[p.OVERSPEND] * surprise / math.sqrt(1.0 + surprise * surprise)
    target = 0.0
    if stage[p.S_BUDGET_KIND] == DAILY:
        state[DAY_ALLOWED] = budget * hour[p.H_DAY_PART]
        owed = state[WEEK_ALLOWED] - (counts[SPENT_WEEK] - counts[SPENT_DAY])
        if budget > 0.0:
            target = state[DAY_ALLOWED] * (lean + owed / (budget * hour[p.H_WEEK_REST]))
    else:
        left = budget - counts[SPENT]
        target = counts[SPENT_DAY] + min(left, left * hour[p.H_DAY_WEIGHT] / hour[p.H_REST_WEIGHT] * lean)
    limit = counts[SPENT_DAY] + spending_limit(hour, stage, v, state, counts)
    state[TARGET] = min(max(target, 0.0), np.float64(limit))
    wanted = (state[TARGET] - counts[SPENT_DAY]) / hour[p.H_DAY_WEIGHT]
    free = stage[p.S_BID_KIND] == NO_CAP
    lowest = 0.0 if free else log_(v[p.SHADING_FLOOR])
    if wanted <= 0.0:
        state[PUSH] = lowest
        return
    supply = v[p.PEOPLE] * v[p.SLOTS] * _usual_cost(stage, v, state)
    push = v[p.PRESSURE] * log_(wanted / supply)
    state[PUSH] = min(max(push, lowest), log_(v[p.RAISE_LIMIT]) if free else 0.0)


@tight
def spending_limit(hour, stage, v, state, counts):
    """Micro that may still be spent now: no lifetime budget is passed, no day by more than the overspend share, no
    week by more than its daily budgets."""
    budget = stage[p.S_BUDGET]
    if stage[p.S_BUDGET_KIND] != DAILY:
        return max(0, np.int64(budget) - counts[SPENT])
    day = np.int64(budget * hour[p.H_DAY_PART] * (1.0 + v[p.OVERSPEND])) - counts[SPENT_DAY]
    week = min(state[WEEK_ALLOWED] + budget * hour[p.H_WEEK_REST], budget * v[p.WEEK_DAYS])
    return max(0, min(day, np.int64(week) - counts[SPENT_WEEK]))


@tight
def _usual_cost(stage, v, state):
    """Expected spend on an opportunity, at the bid before any push: micro, at the day's price level, summed over
    placements with their share of the opportunities."""
    median = v[p.RIVAL_MEDIAN] * state[LEVEL]
    if stage[p.S_BID_KIND] == NO_CAP:
        _remember(v, state, v[p.X_USUAL])
        return median * state[MEMO_PAID] * state[PLACES_PRICE]
    cost = 0.0
    for i in range(PLACES_KNOWN):
        if stage[p.S_PLACE + i] > 0.0:
            rival = median * v[p.PLACE_PRICE + i]
            x = _capped_log_bid(stage, i, v, state) - log_(rival)
            cost += v[p.PLACE_SLOTS + i] * rival * auction_between(v, x)[1]
    return cost


@tight
def _capped_log_bid(stage, place, v, state):
    """Log of the total value of an impression in micro: the cap for a conversation times the expected conversations."""
    rate = v[p.CTR] * v[p.PLACE_CTR + place] * v[p.CONVERSATION] * state[APPEAL]
    return log_(stage[p.S_BID] * rate * state[COST_FACTOR])


@tight
def _remember(v, state, x):
    if state[MEMO_X] != x:
        won, paid, squared, clicked = auction_at(v, x)
        state[MEMO_X] = x
        state[MEMO_WON], state[MEMO_PAID], state[MEMO_SQUARED], state[MEMO_CLICKED] = won, paid, squared, clicked


@tight
def _settle(hour, stage, v, state, counts):
    level = state[LEVEL] * hour[p.H_PRICE]
    median = v[p.RIVAL_MEDIAN] * level
    if stage[p.S_BID_KIND] == NO_CAP:
        x = v[p.X_USUAL] + state[PUSH]
        _remember(v, state, x)
        won = state[MEMO_WON] * state[PLACES]
        paid = median * state[MEMO_PAID] * state[PLACES_PRICE]
        squared = median * median * state[MEMO_SQUARED] * state[PLACES_SQUARED]
        clicked = state[MEMO_CLICKED] * state[PLACES_CTR]
        for i in range(PLACES_KNOWN):
            state[LOG_BID + i] = x
    else:
        won = paid = squared = clicked = 0.0
        for i in range(PLACES_KNOWN):
            slots = stage[p.S_PLACE + i] * v[p.PLACE_SLOTS + i]
            if slots > 0.0:
                rival = median * v[p.PLACE_PRICE + i]
                x = _capped_log_bid(stage, i, v, state) + state[PUSH] - log_(rival)
                state[LOG_BID + i] = x
                one, cost, square, click = auction_between(v, x)
                won += slots * one
                paid += slots * rival * cost
                squared += slots * rival * rival * square
                clicked += slots * v[p.PLACE_CTR + i] * click
    supply = v[p.PEOPLE] * v[p.SLOTS] * hour[p.H_ACTIVITY]
    wanted = (state[TARGET] - counts[SPENT_DAY]) * hour[p.H_ACTIVITY] / hour[p.H_DAY_WEIGHT]
    limit = spending_limit(hour, stage, v, state, counts)
    wanted = min(max(wanted, 0.0), np.float64(limit))
    state[LIMIT] = limit
    state[SUPPLY] = supply
    state[HOUR_LEVEL] = level
    if not won > 0.0:
        return
    share = min(1.0, wanted / (supply * paid))
    state[PARTICIPATION] = share
    state[RATE] = share * supply * won
    state[PRICE] = paid / won
    state[PRICE_SD] = math.sqrt(max(0.0, squared / won - state[PRICE] * state[PRICE]))
    state[CLICK] = v[p.CTR] * clicked / won
