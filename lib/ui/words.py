"""The codes of the lower layers in a shop owner's words. Looked up in the visitor's language when drawn."""

from lib.ui.language import N_, _

NOT_ADVERTISABLE = {
    "no_title": N_("It has no name yet."),
    "no_picture": N_("It has no picture yet."),
    "no_price": N_("It has no price yet."),
    "price_zero": N_("Its price is zero."),
    "out_of_stock": N_("It is out of stock."),
    "discontinued": N_("It is no longer sold."),
    "hidden": N_("It is hidden in your catalog."),
}

AVAILABILITY = {
    "in stock": N_("In stock"),
    "out of stock": N_("Out of stock"),
    "preorder": N_("Pre-order"),
    "available for order": N_("Made to order"),
    "discontinued": N_("No longer sold"),
}

ORIGIN = {
    "measured": N_("measured"),
    "simulated": N_("simulated"),
    "forecast": N_("forecast"),
    "assumed": N_("assumed"),
}


LAUNCH_STATE = {
    "DRAFT": N_("Not launched"),
    "CONFIRMED": N_("Written down"),
    "VALIDATING": N_("Being checked"),
    "CREATING": N_("Being created"),
    "VERIFYING": N_("Being compared"),
    "ACTIVATING": N_("Being switched on"),
    "REVIEW": N_("In review"),
    "LIVE": N_("Running"),
    "PAUSED": N_("Ad paused"),
    "ENDED": N_("Ended"),
    "FAILED": N_("Did not start"),
    "REFUSED": N_("Refused by the review"),
    "CANCELLED": N_("Cancelled"),
    "NEEDS_REVIEW": N_("Stopped, needs you"),
}

LAUNCH_NEXT = {
    "CONFIRMED": N_("The launch is safe. The platform gets it in a moment."),
    "VALIDATING": N_("The platform looks at the plan. Nothing is created yet."),
    "CREATING": N_("Everything is created switched off, so nothing can be spent yet."),
    "VERIFYING": N_("What the platform holds is compared with what you confirmed."),
    "ACTIVATING": N_("All is as confirmed. The ad is being switched on."),
    "REVIEW": N_("The platform reads the ad. Most ads pass within the hour."),
    "PAUSED": N_("It is shown to nobody. People who already wrote still get answers."),
    "FAILED": N_("Nothing was spent. Edit the ad and launch it again."),
    "CANCELLED": N_("It was stopped before it ran. Nothing was spent."),
    "NEEDS_REVIEW": N_("Nothing more happens by itself. Continue, or cancel it."),
}

POLICY = {
    "misleading_claim": N_("it promises something the platform thinks it cannot keep"),
    "personal_attributes": N_("it speaks about the reader's personal traits"),
    "unclear_offer": N_("it does not make clear what is offered"),
    "picture_quality": N_("its picture is not clear enough"),
    "low_quality_page": N_("the page behind it looks unfinished"),
}

LAUNCH_REASON = {
    "plan_changed": N_("The stored plan is not the one that was confirmed, so it was not launched."),
    "differs": N_("The platform holds something other than what you confirmed, so it was not switched on."),
    "duplicates": N_("The platform holds the same thing twice. All of it is switched off."),
    "unknown_twice": N_("Two answers of the platform got lost. We do not know what it holds."),
    "too_many_tries": N_("The platform did not answer after several tries."),
    "program_error": N_("The program stopped at this launch. The log names the cause."),
    "placement_inside_whatsapp": N_("It asked for an ad inside WhatsApp. Ads never go there."),
}

JOURNAL_STEP = {
    "confirm": N_("Confirmed"),
    "validate": N_("Check of the plan"),
    "campaign": N_("Campaign"),
    "adset": N_("Ad set"),
    "creative": N_("Creative"),
    "ad": N_("Ad"),
    "verify": N_("Comparison with the plan"),
    "activate": N_("Switching on"),
    "review": N_("Review"),
    "pause": N_("Pause"),
    "resume": N_("Resume"),
    "budget": N_("Budget"),
    "end": N_("End"),
    "cancel": N_("Cancel"),
    "continue": N_("Continue"),
    "halt": N_("Stop"),
}

JOURNAL_KIND = {
    "intent": N_("about to be done"),
    "done": N_("done"),
    "unknown": N_("answer not read"),
    "rejected": N_("refused"),
    "found": N_("looked up"),
    "human": N_("asked for"),
}

CHAT_STANDING = {
    "waiting": N_("Waiting"),
    "replied": N_("Answered"),
    "left": N_("Gave up waiting"),
    "ordered": N_("Ordered"),
}

ANSWERED_BY = {"desk": N_("Your team"), "agent": N_("Your team"), "bot": N_("Bot"), "person": N_("You")}


def say(words: dict[str, str], code: str, **values: object) -> str:
    """The words for a code; a code without words is shown as it is rather than hidden."""
    return _(words[code], **values) if code in words else code
