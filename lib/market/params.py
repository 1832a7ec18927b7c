"""Where everything stands in the flat arrays of compiled code, and the numerical method's own constants.

A world is one vector: the drawn parameters first, then what follows from them. (Flat arrays and not records of arrays:
passing one array to a kernel costs nothing, passing forty costs more than the arithmetic.)"""

from lib.market.assumptions import PLACEMENTS

SCALARS = (
    "rival_log_sd",
    "reference_win_share",
    "price_level_log_sd",
    "price_level_shock_log_sd",
    "learning_conversations",
    "learning_window_days",
    "learning_cost_factor",
    "learning_noise_factor",
    "day_overspend_share",
    "week_budget_days",
    "ad_slots_per_person_day",
    "activity_log_sd",
    "link_ctr",
    "creative_log_sd",
    "fatigue_exponent",
    "ctr_per_age_decade",
    "cpm_per_age_decade",
    "age_reference",
    "ctr_female_to_male",
    "conversation_rate",
    "unclicked_conversation_share",
    "all_clicks_per_link_click",
    "second_message_rate",
    "messages_median",
    "messages_log_sd",
    "patience_minutes_median",
    "patience_log_sd",
    "order_rate",
    "order_decay_per_minute",
    "order_decay_minutes",
    "order_floor_share",
    "bot_order_factor",
    "order_minutes_median",
    "order_minutes_log_sd",
    "order_value_log_sd",
    "cod_delivered_share",
    "prepaid_delivered_share",
    "return_share",
    "refused_delivery_fees",
    "delivery_days_median",
    "delivery_days_log_sd",
    "handle_minutes_mean",
    "handle_log_sd",
    "crowding_factor",
    "bot_reply_seconds",
    "follow_up_hours",
    "read_rate",
    "follow_up_reply_rate",
    "follow_up_order_rate",
    "service_window_hours",
    "free_entry_window_hours",
    "lost_referral_share",
    "reported_per_person",
    "bid_pressure_exponent",
    "bid_raise_limit",
    "bid_shading_floor",
    "creative_rotation_exponent",
    "desk_share_of_wages",
    "delivery_pool_people",
)
DATED = ("free_service_messages_month",)
DATED_HOME = ("message_price_usd.service", "message_price_usd.marketing", "message_price_usd.utility")
HOME = ("wage_usd_hour",)
OBJECTIVE = "cpm_objective_factor"
CURRENCY = "units_per_usd"

AGES = ("18_24", "25_34", "35_44", "45_54", "55_64", "65_up")
AGE_BOUNDS = ((18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 75))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_index = {key: i for i, key in enumerate((*SCALARS, *DATED, *DATED_HOME, *HOME, OBJECTIVE, CURRENCY))}

RIVAL_SD = _index["rival_log_sd"]
WIN_SHARE = _index["reference_win_share"]
LEVEL_SD = _index["price_level_log_sd"]
LEVEL_SHOCK = _index["price_level_shock_log_sd"]
LEARN_COUNT = _index["learning_conversations"]
LEARN_DAYS = _index["learning_window_days"]
LEARN_COST = _index["learning_cost_factor"]
LEARN_NOISE = _index["learning_noise_factor"]
OVERSPEND = _index["day_overspend_share"]
WEEK_DAYS = _index["week_budget_days"]
SLOTS = _index["ad_slots_per_person_day"]
ACTIVITY_SD = _index["activity_log_sd"]
CTR = _index["link_ctr"]
CREATIVE_SD = _index["creative_log_sd"]
FATIGUE = _index["fatigue_exponent"]
CTR_AGE = _index["ctr_per_age_decade"]
CPM_AGE = _index["cpm_per_age_decade"]
AGE_REFERENCE = _index["age_reference"]
CTR_FEMALE = _index["ctr_female_to_male"]
CONVERSATION = _index["conversation_rate"]
UNCLICKED = _index["unclicked_conversation_share"]
ALL_CLICKS = _index["all_clicks_per_link_click"]
SECOND_MESSAGE = _index["second_message_rate"]
MESSAGES = _index["messages_median"]
MESSAGES_SD = _index["messages_log_sd"]
PATIENCE = _index["patience_minutes_median"]
PATIENCE_SD = _index["patience_log_sd"]
ORDER_RATE = _index["order_rate"]
ORDER_DECAY = _index["order_decay_per_minute"]
ORDER_DECAY_MINUTES = _index["order_decay_minutes"]
ORDER_FLOOR = _index["order_floor_share"]
BOT_ORDER = _index["bot_order_factor"]
ORDER_MINUTES = _index["order_minutes_median"]
ORDER_MINUTES_SD = _index["order_minutes_log_sd"]
ORDER_VALUE_SD = _index["order_value_log_sd"]
COD_DELIVERED = _index["cod_delivered_share"]
PREPAID_DELIVERED = _index["prepaid_delivered_share"]
RETURNED = _index["return_share"]
REFUSED_FEES = _index["refused_delivery_fees"]
DELIVERY_DAYS = _index["delivery_days_median"]
DELIVERY_DAYS_SD = _index["delivery_days_log_sd"]
HANDLE = _index["handle_minutes_mean"]
HANDLE_SD = _index["handle_log_sd"]
CROWDING = _index["crowding_factor"]
BOT_SECONDS = _index["bot_reply_seconds"]
FOLLOW_HOURS = _index["follow_up_hours"]
READ_RATE = _index["read_rate"]
FOLLOW_REPLY = _index["follow_up_reply_rate"]
FOLLOW_ORDER = _index["follow_up_order_rate"]
SERVICE_WINDOW = _index["service_window_hours"]
FREE_WINDOW = _index["free_entry_window_hours"]
LOST_REFERRAL = _index["lost_referral_share"]
REPORTED = _index["reported_per_person"]
PRESSURE = _index["bid_pressure_exponent"]
RAISE_LIMIT = _index["bid_raise_limit"]
SHADING_FLOOR = _index["bid_shading_floor"]
ROTATION = _index["creative_rotation_exponent"]
WAGE_SHARE = _index["desk_share_of_wages"]
POOL = _index["delivery_pool_people"]
FREE_MESSAGES = _index["free_service_messages_month"]
PRICE_SERVICE = _index["message_price_usd.service"]
PRICE_MARKETING = _index["message_price_usd.marketing"]
PRICE_UTILITY = _index["message_price_usd.utility"]
WAGE = _index["wage_usd_hour"]
OBJECTIVE_FACTOR = _index[OBJECTIVE]
UNITS_PER_USD = _index[CURRENCY]

# After the scalars: blocks of twelve months, seven weekdays, then placements. The hour-of-day shapes are never drawn
# and stand in the table of hours instead.
MONTH = len(_index)
WEEKDAY = MONTH + 12
PLACE_PRICE = WEEKDAY + 7
PLACE_CTR = PLACE_PRICE + len(PLACEMENTS)
PLACE_SLOTS = PLACE_CTR + len(PLACEMENTS)
FIXED_ROWS = PLACE_SLOTS + len(PLACEMENTS)

# The method's own constants: none of them is a belief about the market.
ACTIVITY_CLASSES = 32  # strata of a person's activity, equal steps of z on +-ACTIVITY_EDGE
ACTIVITY_EDGE = 4.0
AUCTION_NODES = 65  # of the win-share table over the log of bid to rival
AUCTION_LOW = -4.0
AUCTION_STEP = 0.125
EXPOSURE_NODES = 97  # of the fatigue and reach tables over a / (a + EXPOSURE_HALF), a exposures a head
EXPOSURE_HALF = 2.0
POISSON_NODES = 97  # of the mean of (N + 1)^exponent for Poisson N
POISSON_HALF = 4.0
POISSON_TERMS = 72  # terms summed before the expansion for large means takes over, at POISSON_LARGE
POISSON_LARGE = 30.0
TAIL_HOURS = 14 * 24  # the desk works on after the flight so that every chat comes to an end
NORMAL_NODES = 4096  # of the table of the normal quantile for chats' times
NORMAL_TAIL = 16  # nodes at either end where the table is too coarse and the quantile itself is taken
COST_CAP_PRIOR = 5.0  # conversations at the cap a cost-capped bid starts from
COST_CAP_GAIN = 0.5
COST_CAP_LOW, COST_CAP_HIGH = 0.3, 4.0
BIG_BUDGET_CHANGE = 0.2  # a change of the budget beyond this share starts the learning phase again

# What follows from the parameters, one number each.
(
    RIVAL_MEDIAN,  # micro of the currency an impression: feed, price level 1
    PEOPLE,  # whom the ad set can reach: the matching audience, or the pool if that is smaller
    X_USUAL,  # log of bid to rival median of an uncapped ad set
    UNIT,  # micro of the currency in one micro-USD
    LEVEL_KEEP,  # day-to-day correlation of the price level
    LEVEL_NEW,
    X_EXPOSURE,  # log bid at which people's shares of the exposures are taken
    FILLED_EXPOSURE,  # nodes of the tables below computed so far
    FILLED_CLASSES,
    FILLED_POISSON,
    FILLED_AUCTION,
    LOG_PATIENCE,  # of seconds
    LOG_HANDLE,
    LOG_ORDER_SECONDS,
    LOG_DELIVERY_SECONDS,
    LOG_MESSAGES,
    FOLLOW_CHANCE,  # that a reminder leads to an order
    COUNTRIES,
    SEGMENTS,
    SEGMENT_AT,
    CREATIVES,
    ITEM_PRICE,
    MARGIN_SHARE,
    DELIVERY_FEE,
    COD_SHARE,
) = range(FIXED_ROWS, FIXED_ROWS + 25)
MOST_CREATIVES = 8
CLASS_SHARE = FIXED_ROWS + 25
CLASS_WEIGHT = CLASS_SHARE + ACTIVITY_CLASSES
QUALITY = CLASS_WEIGHT + ACTIVITY_CLASSES
CREATIVE_ID = QUALITY + MOST_CREATIVES
AUCTION = CREATIVE_ID + MOST_CREATIVES  # [node, 4]: won, paid, squared, clicked
CLASSES = AUCTION + 4 * AUCTION_NODES  # [node, 2]: fatigue, reached for each exposure; people of one segment
EXPOSURE = CLASSES + 2 * EXPOSURE_NODES  # the same for all segments together
POISSON = EXPOSURE + 2 * EXPOSURE_NODES
POWERS = POISSON + POISSON_NODES
NORMAL = POWERS + POISSON_TERMS + 1  # [node]: the normal quantile at node / NORMAL_NODES
COUNTRY = NORMAL + NORMAL_NODES + 1
COUNTRY_CPM, COUNTRY_PEOPLE, COUNTRY_FEMALE, COUNTRY_AGE = 0, 1, 2, 3
COUNTRY_WIDTH = 3 + len(AGES)
# A segment's row: which people it holds, and what follows for them in a world.
G_COUNTRY, G_AGE, G_YEARS, G_FEMALE, G_SHARE, G_PEOPLE, G_PRICE, G_CLICK, G_SHIFT, G_SEEN = range(10)
SEGMENT_WIDTH = 10

# The table of hours: one row an hour of the flight.
(
    H_HOUR,
    H_WEEKDAY,
    H_DAY,
    H_MONTH,
    H_RUNNING,
    H_STAGE,
    H_DAY_PART,  # share of the local day that lies in the flight
    H_WEEK_REST,  # days from this one to the end of the budget week, inside the flight
    H_DAY_WEIGHT,  # activity from this hour to the end of the local day
    H_REST_WEIGHT,  # activity from this hour to the end of the flight
    H_ACTIVITY,  # the hour's share of a day
    H_PRICE,  # price factor, with mean 1 for spending that follows activity
) = range(12)
HOUR_WIDTH = 12

# The table of stages: one row a stretch between two edits.
S_BUDGET_KIND, S_BUDGET, S_BID_KIND, S_BID, S_RESTART, S_PLACE, S_APPEAL = 0, 1, 2, 3, 4, 5, 5 + len(PLACEMENTS)
STAGE_WIDTH = S_APPEAL + MOST_CREATIVES
