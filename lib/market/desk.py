"""The desk: people on shifts who answer chats, as compiled code for both engines.

The law. Chats are taken in the order they arrive. Agent i is on shift in an hour when i is below that hour's number
of agents, and holds up to k chats at once; a chat goes to the agent on shift who can take it first and, among those,
to the one who holds fewest (the lowest number on a tie). Its handle time is multiplied by 1 + b x (chats that agent
already holds). An agent whose shift ends finishes the chats held and takes no new one. The customer leaves when the
patience is over before the answer comes; away hours wear patience down like any other. A chat the bot takes is
answered after the bot's seconds and holds nobody.

No event list is needed: the time at which a chat could be taken follows from the free times of the slots alone (the
Kiefer-Wolfowitz recursion with one comparison for patience), because a later chat is never taken before an earlier
one. The number of chats held enters when a chat starts, and by then all earlier starts are known; so the recursion
stays exact for b > 0. Where people are interchangeable (b = 0 or k = 1, as many in every hour) and all is decided in
one call, one list of slots does: the times are the same, and whoever answers is called agent 0.

Times are seconds since the start of the scenario, float64. Only + - x /, comparisons and integers are used, so results
are the same bits everywhere. All draws arrive ready made.
"""

import numpy as np

from lib.market.compiled import tight

HOUR = 3600.0
NEVER = np.inf
# what stands in place of an agent's number: left unanswered, answered by the bot, not yet decided
NOBODY, BOT, WAITING = -1, -2, -3


@tight
def serve(
    arrival,
    patience,
    handle,
    bot,
    count,
    begin,
    until,
    on_shift,
    next_on,
    off_at,
    chats_each,
    crowding,
    bot_seconds,
    free,
    replied,
    left,
    agent,
    ended,
):
    """Decides those of the first `count` chats that are WAITING, as far as they are decided before `until`.

    Chats stand in order of arrival, with `agent` WAITING. `begin` is where the last call ended (0 at first), `until`
    infinity to decide all. `on_shift`, `next_on` and `off_at` come from a Roster; nobody works after its last hour.
    `free[i]` holds, in rising order, when the slots of agent i fall free: all zero at first, brought up to date. It
    needs `chats_each` columns or more; with more, a lower limit than before still counts the chats held.
    Writes for each chat decided `agent`, `replied` and `ended` (infinity if never) and `left` (infinity if the customer
    stayed). Returns how many are still waiting. Allocates nothing.
    """
    if begin == 0.0 and until == NEVER and (crowding == 0.0 or chats_each == 1) and _as_many_always(on_shift):
        pool = free.reshape(free.size)[: on_shift[0] * chats_each]
        _serve_all_alike(
            arrival, patience, handle, bot, count, on_shift.shape[0], bot_seconds, pool, replied, left, agent, ended
        )
        return 0
    agents, slots = free.shape
    limit = slots - chats_each
    last_hour = on_shift.shape[0] - 1
    waiting = 0
    for c in range(count):
        if agent[c] != WAITING:
            continue
        came = arrival[c]
        gone = came + patience[c]
        if bot[c]:
            waiting += _answer_by_bot(c, came + bot_seconds, gone, until, replied, left, agent, ended)
            continue
        ready = came if came > begin else begin
        hour = min(int(ready / HOUR), last_hour)
        start, chosen, held = NEVER, NOBODY, 0
        for i in range(agents):
            if free[i, slots - 1] <= ready and ready < off_at[i, hour]:
                # nobody can hold fewer than none
                start, chosen, held = ready, i, 0
                break
            x = free[i, limit] if free[i, limit] > ready else ready
            if x >= off_at[i, hour]:
                x = _next_start(x, i, on_shift, next_on)
            if x > start or x == NEVER:
                continue
            holds = _held(free[i], limit, x)
            if x < start or holds < held:
                start, chosen, held = x, i, holds
        if gone < start:
            waiting += _leave(c, gone, until, replied, left, agent, ended)
        elif start >= until:
            waiting += 1
        else:
            end = start + handle[c] * (1.0 + crowding * held)
            _occupy(free[chosen], end)
            replied[c], left[c], agent[c], ended[c] = start, NEVER, chosen, end
    return waiting


@tight
def _serve_all_alike(arrival, patience, handle, bot, count, hours, bot_seconds, free, replied, left, agent, ended):
    """`serve` to the end for people who are interchangeable: the same times to the bit, from one list of slots.

    `free` is that list, in rising order. Whichever agent answers is called 0.
    """
    closing = hours * HOUR
    for c in range(count):
        if agent[c] != WAITING:
            continue
        came = arrival[c]
        gone = came + patience[c]
        if bot[c]:
            _answer_by_bot(c, came + bot_seconds, gone, NEVER, replied, left, agent, ended)
            continue
        start = free[0] if free[0] > came else came
        if start <= gone and start < closing:
            end = start + handle[c]
            _occupy(free, end)
            replied[c], left[c], agent[c], ended[c] = start, NEVER, 0, end
        else:
            replied[c], left[c], agent[c], ended[c] = NEVER, gone, NOBODY, NEVER


@tight
def _held(slots, limit, x):
    """Chats held at x; the loop is written out because it seldom turns more than a few times."""
    j = slots.shape[0] - 1
    while j > limit and slots[j] > x:
        j -= 1
    return slots.shape[0] - 1 - j


@tight
def _as_many_always(on_shift):
    same = 0
    for h in range(on_shift.shape[0]):
        same += on_shift[h] == on_shift[0]
    return on_shift[0] > 0 and same == on_shift.shape[0]


@tight
def _next_start(x, i, on_shift, next_on):
    """When agent i, who has room from x on, can take a chat; infinity if no shift is left."""
    hours = on_shift.shape[0]
    hour = int(x / HOUR)
    if hour >= hours:
        return NEVER
    if i < on_shift[hour]:
        return x
    hour = next_on[i, hour]
    return hour * HOUR if hour < hours else NEVER


@tight
def _occupy(slots, end):
    """The slot that falls free first falls free at `end` now; the order is kept without a branch on the values."""
    rest = slots.shape[0] - 1
    carried = end
    for j in range(rest):
        following = slots[j + 1]
        smaller = following if following < carried else carried
        carried = carried if following < carried else following
        slots[j] = smaller
    slots[rest] = carried


@tight
def _answer_by_bot(c, answer, gone, until, replied, left, agent, ended):
    if gone < answer:
        return _leave(c, gone, until, replied, left, agent, ended)
    if answer >= until:
        return 1
    replied[c], left[c], agent[c], ended[c] = answer, NEVER, BOT, answer
    return 0


@tight
def _leave(c, gone, until, replied, left, agent, ended):
    if gone >= until:
        return 1
    replied[c], left[c], agent[c], ended[c] = NEVER, gone, NOBODY, NEVER
    return 0
