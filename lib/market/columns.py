"""What a replicate reports: the columns of the result arrays, their meaning and the sums that hold between them.

Everything is a whole number: counts, and money in micro-units of the scenario's currency. Totals follow every
conversation of the flight to its end, also past the flight's last hour; daily rows hold what has happened by the end of
that day.

    impressions = clicks + not_clicked
    clicks + unclicked = conversations + no_chat
    conversations = replied + left_unanswered
    replied + left_unanswered = orders + silent + undecided + lost_waiting
    orders = delivered + refused + returned
    profit = margin - delivery_cost - message_fees - wages - spend
"""

DAILY = (
    "impressions",
    "reach",  # people reached so far, not that day's
    "clicks",
    "conversations",
    "replied",
    "orders",
    "delivered",
    "spend",
    "revenue",  # of orders delivered and kept
    "profit",
)

TOTALS = (
    "impressions",
    "reach",
    "clicks",  # link clicks
    "all_clicks",  # link clicks and all others
    "conversations",
    "unclicked",  # conversations that no link click led to
    "people",  # who started conversations, each counted once
    "replied",
    "replied_by_bot",
    "left_unanswered",
    "lost_waiting",  # of those who left: no order from a reminder either
    "silent",  # answered, never wrote again
    "undecided",  # talked, bought nothing
    "orders",
    "recovered",  # of the orders: after a reminder
    "refused",
    "returned",
    "delivered",
    "referrals_lost",
    "spend",
    "order_value",
    "revenue",
    "margin",
    "delivery_cost",
    "message_fees",
    "wages",
    "profit",
    "first_reply_seconds",  # median over the answered
    "learning_hours",
)

LOSSES = {
    "not_clicked": ("impressions", "clicks"),
    "no_chat": ("clicks", "conversations"),
    "left_unanswered": ("conversations", "replied"),
    "silent": ("replied", "orders"),
    "undecided": ("replied", "orders"),
    "refused": ("orders", "delivered"),
    "returned": ("orders", "delivered"),
}

(
    D_IMPRESSIONS,
    D_REACH,
    D_CLICKS,
    D_CONVERSATIONS,
    D_REPLIED,
    D_ORDERS,
    D_DELIVERED,
    D_SPEND,
    D_REVENUE,
    D_PROFIT,
) = range(len(DAILY))

(
    IMPRESSIONS,
    REACH,
    CLICKS,
    EVERY_CLICK,
    CONVERSATIONS,
    UNCLICKED,
    PEOPLE,
    REPLIED,
    REPLIED_BY_BOT,
    LEFT_UNANSWERED,
    LOST_WAITING,
    SILENT,
    UNDECIDED,
    ORDERS,
    RECOVERED,
    REFUSED,
    RETURNED,
    DELIVERED,
    REFERRALS_LOST,
    SPEND,
    ORDER_VALUE,
    REVENUE,
    MARGIN,
    DELIVERY_COST,
    MESSAGE_FEES,
    WAGES,
    PROFIT,
    FIRST_REPLY,
    LEARNING_HOURS,
) = range(len(TOTALS))
