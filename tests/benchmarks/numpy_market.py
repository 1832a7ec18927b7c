"""The forecast's law for the reference plan in numpy, vectorised over replicates: the yardstick of the fast engine.

Middle world, one ad, no cap, daily budget, one weekly roster; numpy's own SFC64 generator and samplers.
"""

import math

import numpy as np

from lib.market import params as p
from lib.market.keys import VALIDATION
from lib.market.layout import Layout
from lib.market.world import MIDDLE, auction_at, draw_world, exposure_at

HOUR = 3600.0


def simulate_in_numpy(layout: Layout, replicates: int, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.Generator(np.random.SFC64(seed))
    v = layout.blank.copy()
    draw_world(layout.rows, layout.streams, layout.hours, layout.stages[0], np.uint64(1), VALIDATION, 0, MIDDLE, v)
    desk = _Desk(layout, v, replicates, rng)
    delivery = _Delivery(layout, v, replicates, rng)
    for h in range(len(layout.hours)):
        started = delivery.hour(h)
        desk.hour(h, started)
    return {
        "impressions": delivery.shown,
        "spend": delivery.spent,
        "conversations": delivery.conversations,
        "replied": desk.replied,
        "orders": desk.orders,
    }


class _Delivery:
    def __init__(self, layout: Layout, v: np.ndarray, replicates: int, rng: np.random.Generator) -> None:
        self.layout, self.v, self.rng = layout, v, rng
        zeros = np.zeros(replicates)
        self.noise, self.learning = zeros.copy(), np.ones(replicates, bool)
        self.shown, self.spent, self.conversations = zeros.copy(), zeros.copy(), zeros.copy()
        self.spent_day, self.spent_week, self.week_allowed, self.day_allowed = (zeros.copy() for _ in range(4))
        self.window, self.recent = zeros.copy(), np.zeros((int(24 * v[p.LEARN_DAYS]), replicates))
        self.target = zeros.copy()
        stage = layout.stages[0]
        places = stage[p.S_PLACE : p.S_PLACE + 6] * v[p.PLACE_SLOTS : p.PLACE_SLOTS + 6]
        prices, rates = v[p.PLACE_PRICE : p.PLACE_PRICE + 6], v[p.PLACE_CTR : p.PLACE_CTR + 6]
        won, paid, squared, clicked = auction_at(v, v[p.X_USUAL])
        self.won = won * places.sum()
        self.paid = v[p.RIVAL_MEDIAN] * paid * (places * prices).sum()
        self.squared = v[p.RIVAL_MEDIAN] ** 2 * squared * (places * prices**2).sum()
        self.click = v[p.CTR] * clicked * (places * rates).sum() / self.won
        each = np.linspace(0.0, 1.0, 2001)
        self.each, self.fatigue = each, np.array([exposure_at(v, float(e))[0] for e in each])

    def hour(self, h: int) -> np.ndarray:
        v, row, rng = self.v, self.layout.hours[h], self.rng
        size = self.shown.size
        budget = self.layout.stages[0, p.S_BUDGET]
        if h == 0 or row[p.H_DAY] != self.layout.hours[h - 1, p.H_DAY]:
            z = rng.standard_normal(size)
            self.noise = v[p.LEVEL_SD] * z if h == 0 else v[p.LEVEL_KEEP] * self.noise + v[p.LEVEL_NEW] * z
            self.week_allowed += self.day_allowed
            self.spent_day[:] = 0.0
            if row[p.H_WEEKDAY] == 6:
                self.week_allowed[:] = self.spent_week[:] = 0.0
            surprise = self.noise / v[p.LEVEL_SD]
            lean = 1.0 - v[p.OVERSPEND] * surprise / np.sqrt(1.0 + surprise**2)
            self.day_allowed[:] = budget * row[p.H_DAY_PART]
            owed = self.week_allowed - self.spent_week
            self.target = self.day_allowed * (lean + owed / (budget * row[p.H_WEEK_REST]))
        day_limit = budget * row[p.H_DAY_PART] * (1.0 + v[p.OVERSPEND]) - self.spent_day
        week_limit = np.minimum(self.week_allowed + budget * row[p.H_WEEK_REST], budget * v[p.WEEK_DAYS])
        limit = np.maximum(0.0, np.minimum(day_limit, week_limit - self.spent_week))
        target = np.clip(self.target, 0.0, self.spent_day + limit)
        wide = np.where(self.learning, v[p.LEARN_NOISE], 1.0)
        sd = wide * v[p.LEVEL_SD]
        level = np.exp(wide * self.noise - 0.5 * sd**2) * np.where(self.learning, v[p.LEARN_COST], 1.0)
        month, weekday = int(row[p.H_MONTH]), int(row[p.H_WEEKDAY])
        level *= v[p.MONTH + month] * v[p.WEEKDAY + weekday] * v[p.OBJECTIVE_FACTOR] * row[p.H_PRICE]
        supply = v[p.PEOPLE] * v[p.SLOTS] * row[p.H_ACTIVITY]
        wanted = np.clip((target - self.spent_day) * row[p.H_ACTIVITY] / row[p.H_DAY_WEIGHT], 0.0, limit)
        share = np.minimum(1.0, wanted / (supply * self.paid * level))
        rate = share * supply * self.won
        fatigue = np.interp((self.shown + 0.5 * rate) / v[p.PEOPLE], self.each, self.fatigue)
        click = np.minimum(0.5, self.click * fatigue)
        chat, extra = v[p.CONVERSATION], v[p.UNCLICKED]
        lost = rng.poisson(rate * click * (1.0 - chat))
        started = rng.poisson(rate * click * chat * (1.0 + extra))
        seen = rng.poisson(rate * (1.0 - click * (1.0 + chat * extra))) + lost + started
        price = self.paid / self.won * level
        price_sd = np.sqrt(self.squared / self.won * level**2 - price**2)
        spend = np.maximum(0.0, seen * price + price_sd * np.sqrt(seen) * rng.standard_normal(size))
        over = spend > limit
        seen = np.where(over, np.maximum(lost + started, seen * limit / np.maximum(spend, 1.0)), seen)
        spend = np.minimum(spend, limit)
        for total in (self.spent, self.spent_day, self.spent_week):
            total += spend
        self.shown += seen
        self.conversations += started
        slot = h % len(self.recent)
        self.window += started - self.recent[slot]
        self.recent[slot] = started
        self.learning &= self.window < v[p.LEARN_COUNT]
        return started


class _Desk:
    """Chats of all replicates side by side, the first of each, then the second...; the law of lib.market.desk."""

    def __init__(self, layout: Layout, v: np.ndarray, replicates: int, rng: np.random.Generator) -> None:
        self.layout, self.v, self.rng = layout, v, rng
        self.agents, self.slots = layout.next_on.shape[0], int(layout.chats_each[0])
        self.free = np.zeros((replicates, self.agents, self.slots))
        self.replied, self.orders = np.zeros(replicates), np.zeros(replicates)

    def hour(self, h: int, started: np.ndarray) -> None:
        most = int(started.max())
        if most == 0:
            return
        v, rng = self.v, self.rng
        parts = rng.random((started.size, most))
        parts[np.arange(most) >= started[:, None]] = 2.0
        parts.sort(axis=1)
        for j in range(most):
            who = np.flatnonzero(started > j)
            came = HOUR * (h + parts[who, j])
            patience = np.exp(v[p.LOG_PATIENCE] + v[p.PATIENCE_SD] * rng.standard_normal(who.size))
            handle = np.exp(v[p.LOG_HANDLE] + v[p.HANDLE_SD] * rng.standard_normal(who.size))
            self._serve(who, came, patience, handle)

    def _serve(self, who: np.ndarray, came: np.ndarray, patience: np.ndarray, handle: np.ndarray) -> None:
        free = self.free[who]
        ready = np.maximum(came[:, None], free.min(axis=2))
        start = self._on_shift(ready)
        held = (free > start[:, :, None]).sum(axis=2)
        first = start.min(axis=1)
        chosen = np.where(start == first[:, None], held, self.slots + 1).argmin(axis=1)
        rows = np.arange(who.size)
        answered = first <= came + patience
        slot = free[rows, chosen].argmin(axis=1)
        end = first + handle * (1.0 + self.v[p.CROWDING] * held[rows, chosen])
        self.free[who[answered], chosen[answered], slot[answered]] = end[answered]
        self.replied[who] += answered
        v, u = self.v, self.rng.random((2, who.size))
        minutes = np.minimum((first - came) / 60.0, v[p.ORDER_DECAY_MINUTES])
        chance = v[p.ORDER_RATE] * np.maximum(v[p.ORDER_FLOOR], np.exp(-v[p.ORDER_DECAY] * minutes))
        ordered = answered & (u[0] < chance)
        self.orders[who] += ordered | (u[1] < v[p.FOLLOW_CHANCE])

    def _on_shift(self, ready: np.ndarray) -> np.ndarray:
        hours = len(self.layout.on_shift)
        hour = np.minimum((ready / HOUR).astype(np.int64), hours - 1)
        following = self.layout.next_on[np.arange(self.agents)[None, :], hour]
        return np.where(following == hour, ready, np.where(following < hours, following * HOUR, math.inf))
