"""What a desk did, for tables and charts: plain arrays in, plain arrays out.

Chats that are not answered have an infinite `replied`. An hour of the week counts from Monday 00:00, local time.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lib.market.desk import HOUR, NEVER

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEEK = 168


def share_answered(arrival: Floats, replied: Floats, within: float = NEVER) -> float:
    """Share of chats that got a first reply within so many seconds; NaN without chats."""
    if arrival.size == 0:
        return float("nan")
    return float(np.mean(np.isfinite(replied) & (replied - arrival <= within)))


def first_reply_minutes(
    arrival: Floats, replied: Floats, probabilities: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9)
) -> Floats:
    """Quantiles of the minutes to the first reply, over the chats that got one; NaN if none did."""
    waits = (replied - arrival)[np.isfinite(replied)] / 60
    if waits.size == 0:
        return np.full(len(probabilities), np.nan)
    return np.quantile(waits, probabilities)


def hours_of_week(weekday: Sequence[int] | Ints, hour_of_day: Sequence[int] | Ints) -> Ints:
    return np.asarray(weekday, np.int64) * 24 + np.asarray(hour_of_day, np.int64)


def arrivals_by_hour_of_week(arrival: Floats, weeks: Ints) -> Floats:
    """Mean chats that arrive in each hour of the week; `weeks` names the hour of the week of every hour simulated.

    NaN for hours of the week that did not occur. Chats after the last hour are not counted.
    """
    hour = (arrival // HOUR).astype(np.int64)
    per_hour = np.bincount(hour[hour < weeks.size], minlength=weeks.size)
    return mean_by_hour_of_week(per_hour.astype(np.float64), weeks)


def mean_by_hour_of_week(per_hour: Floats | Ints, weeks: Ints) -> Floats:
    """Mean of an hourly series over the hours that share an hour of the week; NaN where there is none."""
    times = np.bincount(weeks, minlength=WEEK)
    total = np.bincount(weeks, weights=per_hour, minlength=WEEK)
    return np.divide(total, times, out=np.full(WEEK, np.nan), where=times > 0)


def first_reply_minutes_by_hour_of_week(arrival: Floats, replied: Floats, weeks: Ints) -> Floats:
    """Median minutes to the first reply by the hour of the week in which the chat came; NaN where none was answered."""
    hour = (arrival // HOUR).astype(np.int64)
    known = np.isfinite(replied) & (hour < weeks.size)
    came, waits = weeks[hour[known]], ((replied - arrival)[known]) / 60
    return np.array([np.median(waits[came == w]) if np.any(came == w) else np.nan for w in range(WEEK)])


def busy_chats(replied: Floats, ended: Floats, hours: int) -> Floats:
    """Mean number of chats in hand in each of the hours, from when each was answered and ended."""
    marks = np.arange(hours + 1) * HOUR
    answered = np.isfinite(replied) & np.isfinite(ended)
    starts, ends = np.sort(replied[answered]), np.sort(ended[answered])
    in_hand_until = _time_before(starts, marks) - _time_before(ends, marks)
    return np.diff(in_hand_until) / HOUR


def _time_before(moments: Floats, marks: Floats) -> Floats:
    """For each mark the summed time that has passed since the moments before it."""
    passed = np.searchsorted(moments, marks)
    sums = np.concatenate([[0.0], np.cumsum(moments)])
    return passed * marks - sums[passed]


def chats_an_agent_can_finish(chats_each: int, handle_minutes: float, crowding: float) -> float:
    """Chats an hour of one agent who never runs out of them.

    A full agent always starts a chat while holding k - 1 others, so each lasts handle x (1 + b (k - 1)).
    """
    return 60 * chats_each / (handle_minutes * (1 + crowding * (chats_each - 1)))


def agents_needed(arrivals_an_hour: Floats, chats_each: int, handle_minutes: float, crowding: float) -> Floats:
    """Agents whose work equals what arrives, rounded up: fewer fall behind for sure, as many still let some wait."""
    return np.ceil(arrivals_an_hour / chats_an_agent_can_finish(chats_each, handle_minutes, crowding))
