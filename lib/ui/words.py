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

OPTIONS = {
    "color": N_("Colour"),
    "size": N_("Size"),
    "material": N_("Material"),
    "pattern": N_("Pattern"),
}

PICTURE_PROBLEMS = {
    "address_refused": N_("The address lies inside a private network."),
    "answer_packed": N_("The other side sent it packed."),
    "answer_refused": N_("The other side refused to send it."),
    "bad_address": N_("The address is not complete."),
    "certificate_refused": N_("The other side could not prove who it is."),
    "connection_failed": N_("The other side could not be reached."),
    "credentials_in_address": N_("The address carries a password."),
    "name_unknown": N_("There is no such site."),
    "not_a_picture": N_("What came is not a JPEG, PNG or WebP picture."),
    "not_found": N_("It is no longer there."),
    "not_https": N_("Only https addresses are fetched."),
    "port_refused": N_("The address names an unusual port."),
    "too_large": N_("The file is larger than 8 MB."),
    "too_many_pixels": N_("The picture is too large."),
    "too_many_redirects": N_("The address leads from one place to the next."),
    "too_slow": N_("It took too long."),
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
    "image": N_("Picture"),
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


FUNNEL_STEP = {
    "impressions": N_("Shown"),
    "clicks": N_("Clicked"),
    "conversations": N_("Opened a chat"),
    "replied": N_("Got an answer"),
    "orders": N_("Ordered"),
    "delivered": N_("Delivered"),
}

LOSS = {
    "not_clicked": N_("saw the ad and did not click"),
    "no_chat": N_("clicked and wrote nothing"),
    "without_click": N_("wrote after the ad without a click on its button"),
    "left": N_("gave up waiting for an answer"),
    "waiting": N_("still wait for an answer"),
    "silent": N_("got an answer and never wrote again"),
    "undecided": N_("talked and have ordered nothing so far"),
    "after_reminder": N_("ordered after a reminder"),
    "refused": N_("refused the parcel at the door"),
    "returned": N_("sent it back"),
    "on_the_way": N_("parcel still on its way"),
}


def say(words: dict[str, str], code: str, **values: object) -> str:
    """The words for a code; a code without words is shown as it is rather than hidden."""
    return _(words[code], **values) if code in words else code


PLACEMENTS = {
    "facebook_feed": N_("Facebook feed"),
    "instagram_feed": N_("Instagram feed"),
    "facebook_story": N_("Facebook story"),
    "instagram_story": N_("Instagram story"),
    "facebook_reels": N_("Facebook reels"),
    "instagram_reels": N_("Instagram reels"),
}

GENDERS = {"female": N_("Women"), "male": N_("Men")}

OBJECTIVES = {
    "OUTCOME_ENGAGEMENT": N_("Chats (engagement)"),
    "OUTCOME_LEADS": N_("Contacts (leads)"),
    "OUTCOME_SALES": N_("Sales"),
    "OUTCOME_TRAFFIC": N_("Visits (traffic)"),
}

GOALS = {
    "CONVERSATIONS": N_("As many chats as possible"),
    "LINK_CLICKS": N_("As many clicks as possible"),
    "OFFSITE_CONVERSIONS": N_("As many purchases as possible"),
    "IMPRESSIONS": N_("To be seen as often as possible"),
    "REACH": N_("As many people as possible"),
    "LANDING_PAGE_VIEWS": N_("As many page visits as possible"),
    "POST_ENGAGEMENT": N_("As many likes and comments as possible"),
}

BIDS = {
    "none": N_("No limit"),
    "bid_cap": N_("Never pay more than this for a chat"),
    "cost_cap": N_("Keep the average chat below this"),
}

# what is wrong with a draft and how to put it right, beside the field; filled in by lib/ui/check_words.py
CHECKS = {
    "advantage_age_max": N_("When the platform may look further, the oldest age has to be 65+."),
    "advantage_age_min": N_("When the platform may look further, the youngest age can be at most {maximum}."),
    "age_order": N_("The youngest age is above the oldest. Swap them."),
    "age_out_of_range": N_("Ages go from {minimum} to {maximum}."),
    "bid_missing": N_("Write the amount of the limit, or choose no limit."),
    "bid_unused": N_("This amount has no effect while there is no limit."),
    "billing_not_allowed": N_("Ads that open a chat are paid by times shown; choose that."),
    "budget_below_bid": N_("With this limit the budget has to be at least {minimum}."),
    "budget_below_minimum": N_("Too little: the platform wants at least {minimum}. Raise the budget to that."),
    "budget_too_large": N_("That is too much for one ad: at most {maximum}."),
    "control_characters": N_("There are invisible control characters in it ({characters}). Write this text by hand."),
    "countries_missing": N_("Choose at least one country."),
    "country_unknown": N_("Not a country: {countries}. Take it out."),
    "creative_name_empty": N_("Give this version a name."),
    "creative_name_repeated": N_("Two versions have the name {name}. Rename one."),
    "creatives_count": N_("An ad has one version, or two against each other."),
    "creatives_same": N_("Both versions are the same: change a text or the picture, or there is nothing to compare."),
    "currency_mismatch": N_("The ad counts in {currency}, the shop in {shop_currency}. Start over."),
    "currency_unknown": N_("The platform does not know the currency {currency}."),
    "daily_run_too_short": N_(
        "A daily budget needs more than one day. Add a day, or choose one budget for the whole run."
    ),
    "direction_marks": N_(
        "There are hidden marks in it that turn the reading direction ({characters}). Write this text by hand."
    ),
    "dsa_identity_missing": N_("In the European Union an ad has to say who it is for and who pays. Write the name."),
    "end_before_start": N_("The last day is before the first. Choose a later one."),
    "end_in_past": N_("The last day has passed. Choose a later one."),
    "gender_unknown": N_("Choose women, men or everyone."),
    "genders_missing": N_("Choose women, men or everyone."),
    "goal_not_allowed": N_("This goal does not go with this objective. Choose another."),
    "greeting_empty": N_("Without a greeting the chat opens with the customer talking to nobody."),
    "headline_empty": N_("Without a headline the ad says nothing beside its button."),
    "ice_breaker_empty": N_("This question is empty: write it or clear it away."),
    "ice_breaker_repeated": N_("This question is there already."),
    "ice_breakers_too_many": N_("At most {maximum} questions."),
    "instagram_only": N_(
        "Instagram alone reaches fewer people and often costs more. Add a Facebook placement if you can."
    ),
    "invisible_characters": N_("There are invisible characters in it ({characters}). They do no harm, and no good."),
    "item_discontinued": N_("This item is no longer sold, so there is nothing to order."),
    "item_hidden": N_("This item is hidden in your catalog. Show it first."),
    "item_untitled": N_("This item has no name. Give it one in your catalog."),
    "looks_like_markup": N_("This looks like code. Readers will see it letter by letter."),
    "no_hours_left": N_("No hour of that day is left. Choose a later day."),
    "objective_unknown": N_("Choose one of the objectives."),
    "other_item": N_("This draft belongs to another item. Start over."),
    "other_shop": N_("This draft belongs to another shop. Start over."),
    "out_of_stock": N_("This item is out of stock: people would ask for what you can not sell."),
    "picture_missing": N_("There is no picture. Add one to the item in your catalog."),
    "picture_not_fetched": N_(
        "The picture is still only an address. Open the item to fetch it; until then its name is shown."
    ),
    "placement_inside_whatsapp": N_("Ads are never shown inside WhatsApp. Take {placement} out."),
    "placement_repeated": N_("{placement} is there twice."),
    "placement_unknown": N_("{placement} is no place for an ad. Take it out."),
    "placements_missing": N_("Choose at least one place."),
    "prefilled_empty": N_("Write the message the customer sends, or let them choose from questions."),
    "prefilled_without_item": N_(
        "The message does not name the item, so you will not know what they ask about. Name {title} in it."
    ),
    "price_differs": N_("It says {found}, but the item costs {price}."),
    "price_unknown": N_("This item has no price, so nothing can be forecast. Give it one in your catalog."),
    "price_zero": N_("The price of this item is zero. Correct it in your catalog."),
    "primary_text_empty": N_("Write what the ad says."),
    "questions_missing": N_("Write at least one question, or let the customer start with a message."),
    "run_too_long": N_("An ad runs for at most {days} days."),
    "special_category_authorisation": N_("The platform asks for a permission of its own for such ads."),
    "special_category_limits_audience": N_("For such ads everyone from {minimum} to {maximum}+ has to be included."),
    "special_category_unknown": N_("Not a category of the platform: {categories}."),
    "stacked_marks": N_("Too many marks are stacked on one letter. Write this text by hand."),
    "start_in_past": N_("The first day has passed. Choose today or later."),
    "start_too_far": N_("The first day is more than {days} days away."),
    "story_alone": N_("A Facebook story needs the Facebook feed or the Instagram story beside it. Add one of them."),
    "text_cut_off": N_("Only the first {limit} characters show in: {placements}."),
    "text_too_long": N_("{length} characters are too many: at most {limit}."),
}
