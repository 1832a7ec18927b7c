"""What a simulated desk writes, in the language of the shop's customers: content of a chat, not of a screen."""

from lib.money import format_money

_REPLY = {
    "en": (
        "Hello, and welcome! Yes, it is available. Would you like it delivered?",
        "Hi! Thanks for your message. We have it ready to ship. Where should we send it?",
        "Welcome! Happy to help. Yes, we have it today.",
    ),
    "ar": (
        "أهلاً بيك! أيوه موجود، تحب نوصّله لحضرتك فين؟",
        "مساء النور! متوفر عندنا وجاهز للشحن. العنوان فين؟",
        "أهلاً وسهلاً! أيوه متاح النهارده، نساعد حضرتك إزاي؟",
    ),
}
_BOT = {
    "en": "Hello! This is the shop's automatic assistant. Yes, it is available. Send your address to order.",
    "ar": "أهلاً بيك! أنا المساعد الآلي للمحل. المنتج متوفر، ابعت العنوان علشان نجهّز الطلب.",
}
_ORDERED = {
    "en": "Your order is confirmed: {quantity} × {title}, total {total}. Thank you!",
    "ar": "تم تأكيد طلبك: {quantity} × {title}، الإجمالي {total}. شكراً ليك!",
}


def reply(language: str, number: int, *, by_bot: bool) -> str:
    """The first answer; `number` picks the wording."""
    known = language if language in _REPLY else "en"
    return _BOT[known] if by_bot else _REPLY[known][number % len(_REPLY[known])]


def order_confirmation(language: str, title: str, quantity: int, total_minor: int, currency: str) -> str:
    known = language if language in _ORDERED else "en"
    total = format_money(total_minor, currency, known)
    return _ORDERED[known].format(quantity=quantity, title=title, total=total)
