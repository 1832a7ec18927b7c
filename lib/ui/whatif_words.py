"""The answer in sentences: what a variant changes, how sure that is, and what holds it back."""

from math import isfinite

from lib.money import MICRO, micro_to_minor
from lib.ui import format as f
from lib.ui.language import N_, _, isolate, ngettext
from lib.whatif.compare import Answer, Difference
from lib.whatif.curve import Curve
from lib.whatif.limits import Bottleneck

PARTS = {
    "night": N_("at night"),
    "morning": N_("in the morning"),
    "afternoon": N_("in the afternoon"),
    "evening": N_("in the evening"),
}
# The assumptions that move answers most; any other is named as data/assumptions.csv names it.
ASSUMPTIONS = {
    "link_ctr": N_("how many who see it tap"),
    "conversation_rate": N_("how many who tap write"),
    "order_rate": N_("how many who are answered buy"),
    "base_cpm_usd": N_("what 1,000 views cost"),
    "cpm_objective_factor": N_("what the objective does to the price"),
    "cpm_month_factor": N_("what the month does to the price"),
    "cpm_placement_factor": N_("what a place does to the price"),
    "ctr_placement_factor": N_("what a place does to the taps"),
    "creative_log_sd": N_("how much ads differ"),
    "rival_log_sd": N_("how much other advertisers differ"),
    "patience_minutes_median": N_("how long people wait"),
    "handle_minutes_mean": N_("how long one chat takes"),
    "second_message_rate": N_("how many write again"),
    "order_floor_share": N_("how many buy after a long wait"),
    "order_decay_minutes": N_("how soon waiting costs orders"),
    "follow_up_reply_rate": N_("how many answer a reminder"),
    "follow_up_order_rate": N_("how many buy after a reminder"),
    "bot_order_factor": N_("how well a bot sells"),
    "cod_delivered_share": N_("how many cash orders are taken"),
    "return_share": N_("how many send it back"),
    "order_value_log_sd": N_("how much orders differ"),
    "price_level_log_sd": N_("how much the price of ads moves"),
    "learning_cost_factor": N_("what the learning phase costs"),
    "ad_slots_per_person_day": N_("how many ads people see a day"),
    "activity_log_sd": N_("how much people differ in time online"),
    "unclicked_conversation_share": N_("how many write without a tap"),
}
TROUBLES = {
    "not_a_case": N_("This is not a what-if of the studio, or it is not whole. Nothing was changed."),
    "newer_version": N_("This what-if comes from a newer studio than this one. Nothing was changed."),
    "too_large": N_("This what-if is too large to be one. Nothing was changed."),
    "draft": N_("This draft can not be simulated as it is. Nothing was changed."),
    "launch": N_("There is no campaign of that number to start from."),
    "item": N_("This item is not in your catalog any more, or it has no price."),
    "nothing": N_("There is no item yet that an ad can be made for."),
}


def assumption(row_id: str) -> str:
    """The row in the owner's words, with the case it is for."""
    key, _bracket, case = row_id.partition("[")
    stem, _dot, part = key.partition(".")
    if stem not in ASSUMPTIONS:
        return row_id
    detail = ", ".join(filter(None, [part, case.rstrip("]")]))
    return _(ASSUMPTIONS[stem]) + (f" ({isolate(detail)})" if detail else "")


def signed_count(n: float) -> str:
    return isolate(("+" if round(n) > 0 else "−" if round(n) < 0 else "") + f.count(abs(round(n))))


def signed_money(micro: float, currency: str) -> str:
    if not isfinite(micro):
        return f.DASH
    short = abs(micro) >= 100_000 * MICRO
    written = micro_to_minor(round(micro), currency)
    sign = "+" if written > 0 else "−" if written < 0 else ""
    amount = f.money_micro(abs(micro), currency, short=short)
    if sign and amount.startswith("\u200f"):  # the sign stands before the digits in a right-to-left line as well
        return isolate(f"\u200f\u200e{sign}{amount[1:]}")
    return isolate(sign + amount)


def headline(told: Answer, currency: str) -> str:
    """What the variant changes, in one sentence; empty while it is the baseline in all but name."""
    orders, profit = told.against["orders"], told.against["profit"]
    if orders.p05 == orders.p95 == 0 and profit.p05 == profit.p95 == 0:
        return ""
    gain = isolate(f.money_micro(abs(profit.p50), currency))
    n = round(orders.p50)
    if n == 0:
        if profit.p50 >= 0:
            return _("About as many orders, and about {money} more profit.", money=gain)
        return _("About as many orders, and about {money} less profit.", money=gain)
    if n > 0 and profit.p50 >= 0:
        return ngettext(
            "About {n} more order and {money} more profit.",
            "About {n} more orders and {money} more profit.",
            n,
            money=gain,
        )
    if n > 0:
        return ngettext(
            "About {n} more order, but {money} less profit.",
            "About {n} more orders, but {money} less profit.",
            n,
            money=gain,
        )
    if profit.p50 >= 0:
        return ngettext(
            "About {n} fewer order, but {money} more profit.",
            "About {n} fewer orders, but {money} more profit.",
            -n,
            money=gain,
        )
    return ngettext(
        "About {n} fewer order and {money} less profit.",
        "About {n} fewer orders and {money} less profit.",
        -n,
        money=gain,
    )


def sure_count(gap: Difference) -> str:
    return _("90 % sure: {low} to {high}", low=signed_count(gap.p05), high=signed_count(gap.p95))


def sure_money(gap: Difference, currency: str) -> str:
    low, high = signed_money(gap.p05, currency), signed_money(gap.p95, currency)
    return _("90 % sure: {low} to {high}", low=low, high=high)


def limit(found: Bottleneck, stop: Curve | None, budget_minor: int) -> str:
    """What holds it back and what to do about it."""
    still_pays = stop is not None and budget_minor < stop.points[stop.stop].budget_minor
    n = f.count(min(9, max(1, round(10 * found.unanswered))))
    part = _(PARTS[found.part]) if found.part else ""
    if found.code == "nobody_writes":
        return _("Hardly anybody writes: more budget or more people who see it would help.")
    if found.code in ("inbox_closed", "inbox_full"):
        return _inbox(found, n, part, still_pays)
    if found.code == "loses_money":
        return _("The inbox keeps up, but one order leaves less than it costs.")
    if stop is not None and stop.never_pays:
        return _("The inbox keeps up, but money for ads does not come back.")
    return _("The inbox keeps up: the budget is the limit.")


def _inbox(found: Bottleneck, n: str, part: str, still_pays: bool) -> str:
    if found.code == "inbox_closed" and still_pays:
        return _("More budget still pays, but {n} of 10 chats get no answer: {part} nobody is there.", n=n, part=part)
    if found.code == "inbox_closed":
        return _("Do not raise the budget: {n} of 10 chats get no answer, and {part} nobody is there.", n=n, part=part)
    if still_pays:
        return _("More budget still pays, but {n} of 10 chats get no answer, most of them {part}.", n=n, part=part)
    return _(
        "Do not raise the budget: {n} of 10 chats get no answer, most of them {part}. People come first.",
        n=n,
        part=part,
    )


def curve_finding(found: Curve, currency: str) -> str:
    best = found.points[found.stop]
    if found.never_pays:
        return _("No budget in this range pays: the smallest loses least")
    amount = isolate(f.money(best.budget_minor, currency))
    if found.pays_throughout:
        return _("Each unit of money comes back up to {amount} and beyond", amount=amount)
    return _("Beyond about {amount} one more unit of money no longer pays", amount=amount)
