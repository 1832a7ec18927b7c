"""Every metric once: what it is made of, its unit and where its parts come from. Names are found by code in lib.ui.

The parts are the sums that lib.metrics.frames gives; money is in micro-units of the shop's currency throughout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["count", "money", "share", "ratio", "minutes"]
Number = int | float


@dataclass(frozen=True, slots=True)
class Metric:
    """`top` over `bottom` times `scale`, or `top` alone. `better` says which way is good, None where neither is."""

    code: str
    unit: Unit
    top: str
    bottom: str | None = None
    scale: int = 1
    source: str = "insights"
    better: Literal["more", "less"] | None = "more"

    @property
    def formula(self) -> str:
        if self.bottom is None:
            return self.top
        over = f"{self.top} / {self.bottom}"
        return over if self.scale == 1 else f"{over} × {self.scale}"

    def value(self, parts: Mapping[str, Number | None]) -> Number | None:
        """None where a part is not known or there is nothing to divide by."""
        top = parts.get(self.top)
        if top is None or self.bottom is None:
            return top
        bottom = parts.get(self.bottom)
        if not bottom:
            return None
        value = top * self.scale / bottom
        return round(value) if self.unit == "money" else value


METRICS: tuple[Metric, ...] = (
    Metric("impressions", "count", "impressions"),
    Metric("reach", "count", "reach"),
    Metric("frequency", "ratio", "impressions", "reach", better=None),
    Metric("spend", "money", "spend", better=None),
    Metric("cpm", "money", "spend", "impressions", scale=1000, better="less"),
    Metric("clicks", "count", "clicks"),
    Metric("ctr", "share", "clicks", "impressions"),
    Metric("cost_per_click", "money", "spend", "clicks", better="less"),
    Metric("conversations", "count", "conversations", source="chats"),
    Metric("chat_share", "share", "conversations", "clicks", source="insights and chats"),
    Metric("cost_per_conversation", "money", "spend", "conversations", source="insights and chats", better="less"),
    Metric("replied", "count", "replied", source="chats"),
    Metric("reply_share", "share", "replied", "conversations", source="chats"),
    Metric("left", "count", "left", source="chats", better="less"),
    Metric("first_reply_minutes", "minutes", "first_reply_minutes", source="chats", better="less"),
    Metric("first_reply_p90_minutes", "minutes", "first_reply_p90_minutes", source="chats", better="less"),
    Metric("messages_per_conversation", "ratio", "messages", "conversations", source="chats", better=None),
    Metric("orders", "count", "orders", source="orders"),
    Metric("order_share", "share", "orders", "conversations", source="orders and chats"),
    Metric("cost_per_order", "money", "spend", "orders", source="insights and orders", better="less"),
    Metric("order_value", "money", "order_value", source="orders"),
    Metric("delivered", "count", "delivered", source="orders"),
    Metric("delivered_share", "share", "delivered", "orders", source="orders"),
    Metric("revenue", "money", "revenue", source="orders delivered and kept"),
    Metric("revenue_per_conversation", "money", "revenue", "conversations", source="orders and chats"),
    Metric("return_on_spend", "ratio", "revenue", "spend", source="orders and insights"),
    Metric("profit", "money", "profit", source="orders, insights and the shop's own costs"),
)
BY_CODE: dict[str, Metric] = {metric.code: metric for metric in METRICS}


def value(code: str, parts: Mapping[str, Number | None]) -> Number | None:
    return BY_CODE[code].value(parts)


def values(parts: Mapping[str, Number | None]) -> dict[str, Number | None]:
    """Every metric that the parts give, None for those they do not."""
    return {metric.code: metric.value(parts) for metric in METRICS}
