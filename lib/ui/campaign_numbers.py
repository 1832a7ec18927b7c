"""The numbers of a campaign as the top of its page shows them: the funnel and the big figures."""

from collections.abc import Mapping

from lib.ads.plan import Plan
from lib.ui import format as f
from lib.ui.campaign_findings import Band
from lib.ui.campaign_hero import Figure, Step
from lib.ui.language import N_, _, isolate, ngettext

Numbers = Mapping[str, float | None]  # by metric name; None where nothing can be said yet

FUNNEL = {
    "impressions": (N_("Shown"), N_("impressions"), ""),
    "clicks": (N_("Clicked"), N_("link clicks"), N_("of the times shown (CTR)")),
    "conversations": (N_("Opened a chat"), N_("conversations started"), N_("of the clicks")),
    "replied": (N_("Got an answer"), N_("first replies"), N_("of the chats")),
    "orders": (N_("Ordered"), N_("orders"), N_("of all chats")),
}
AT_ONCE = 0.05  # minutes
RATES = {"clicks": "ctr", "conversations": "chat_share", "replied": "reply_share", "orders": "order_share"}


def funnel_steps(numbers: Numbers, bands: Mapping[str, Band]) -> list[Step]:
    """The five steps with the rates between them; a rate of nothing is not shown."""
    steps = []
    for code, (name, term, rate_words) in FUNNEL.items():
        value = round(numbers.get(code) or 0)
        steps.append(
            Step(
                code=code,
                value=value,
                shown=f.compact(value) if value >= 1_000_000 else f.count(value),
                name=_(name),
                term=_(term),
                rate=_rate(numbers.get(RATES.get(code, ""))),
                rate_words=_(rate_words) if rate_words else "",
                forecast=_expected(bands.get(code)),
            )
        )
    return steps


def _rate(share: float | None) -> str:
    return "" if share is None else f.percent(share, 1 if share < 0.1 else 0)


def _expected(band: Band | None) -> str:
    return _("forecast {band}", band=isolate(f.count_band(band.low, band.high))) if band else ""


def big_figures(numbers: Numbers, plan: Plan) -> list[Figure]:
    currency = plan.currency
    return [
        Figure("spend", _("Spent"), _money(numbers, "spend", currency), _of_budget(plan)),
        Figure("reach", _("People who saw it"), _count(numbers, "reach"), _times_each(numbers)),
        Figure(
            "cost_per_conversation",
            _("Cost of one chat"),
            _money(numbers, "cost_per_conversation", currency),
            _("cost per conversation"),
        ),
        Figure(
            "first_reply_minutes", _("First answer after"), _minutes(numbers, "first_reply_minutes"), _slowest(numbers)
        ),
        Figure("revenue", _("Sales"), _money(numbers, "revenue", currency), _sold(numbers)),
    ]


def _money(numbers: Numbers, name: str, currency: str) -> str:
    return f.money_micro(numbers.get(name), currency)


def _count(numbers: Numbers, name: str) -> str:
    value = numbers.get(name)
    return f.DASH if value is None else f.count(value)


def _minutes(numbers: Numbers, name: str) -> str:
    value = numbers.get(name)
    return _("at once") if value is not None and value < AT_ONCE else f.minutes(value)


def _of_budget(plan: Plan) -> str:
    whole = plan.budget.amount_minor * (plan.days if plan.budget.kind == "daily" else 1)
    return _("of {amount} planned", amount=isolate(f.money(whole, plan.currency)))


def _times_each(numbers: Numbers) -> str:
    frequency = numbers.get("frequency")
    if frequency is None:
        return _("reach")
    return _("reach; {n} times each (frequency)", n=isolate(f.decimal(frequency, 1, fixed=True)))


def _slowest(numbers: Numbers) -> str:
    slow = numbers.get("first_reply_p90_minutes")
    if slow is None:
        return _("nobody was answered yet")
    return _("for half; 9 of 10 within {wait}", wait=isolate(f.minutes(slow)))


def _sold(numbers: Numbers) -> str:
    return ngettext("revenue of {n} delivery", "revenue of {n} deliveries", round(numbers.get("delivered") or 0))
