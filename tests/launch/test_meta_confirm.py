import threading
from dataclasses import replace

import pytest

from lib.ads.draft import Budget
from lib.launch import guards, launches
from lib.launch.guards import CapExceeded, Caps, CapsMissing
from lib.launch.meta_confirm import NotAllowed, change_real_budget, confirm_real, offer, typed_amount
from lib.launch.meta_insights import numbers
from lib.launch.objects import object_fields
from lib.money import CURRENCIES, BadAmount, UnknownCurrency, format_money, minor_per_unit, to_decimal
from lib.store import open_database
from tests.launch.meta_studio import ACCOUNT, MetaStudio


@pytest.fixture
def studio(db, wall):
    return MetaStudio(db, wall, url="http://127.0.0.1:9")


def launch(studio, plan, typed=None, **more):
    settings = more.pop("settings", studio.settings_now)
    amount = str(to_decimal(offer(plan, settings, ACCOUNT).to_type_minor, plan.currency)) if typed is None else typed
    chosen = {"categories": (), "by": "owner", "now": studio.wall.now, **more}
    return confirm_real(studio.db, plan, settings, ACCOUNT, typed=amount, **chosen)


def test_the_typed_amount_is_the_most_the_run_can_cost_and_is_set_aside(studio):
    plan = studio.plan()
    told = offer(plan, studio.settings_now, ACCOUNT)
    assert told.worst.day_minor == -(-plan.budget.amount_minor * 7 // 4)
    assert told.worst.week_minor <= 7 * plan.budget.amount_minor
    confirmed = launch(studio, plan)
    assert confirmed.launch.adapter == "meta"
    assert guards.reserved_minor(studio.db, ACCOUNT) == told.to_type_minor == confirmed.launch.cap_minor


def test_an_account_in_another_zone_may_spend_on_one_day_more(studio):
    plan = studio.plan()
    same = guards.worst_case(plan, account_zone=plan.timezone)
    other = guards.worst_case(plan, account_zone="Pacific/Auckland")
    assert same.run_minor < other.run_minor <= same.run_minor + same.day_minor


@pytest.mark.parametrize("typed", ["", "yes", "0", "1", "NaN", "1e9", "-5", "1{x}", "0.{x}", "{x} USD", "{x} {x}"])
def test_any_other_amount_launches_nothing(studio, typed):
    plan = studio.plan()
    x = str(to_decimal(offer(plan, studio.settings_now, ACCOUNT).to_type_minor, plan.currency))
    with pytest.raises(NotAllowed, match="amount_"):
        launch(studio, plan, typed.replace("{x}", x))
    assert studio.db["launch"].count == 0


def test_the_amount_may_be_typed_as_it_is_shown(studio):
    for locale in ("en", "ar", "ar_EG"):
        plan = studio.plan()
        shown = format_money(offer(plan, studio.settings_now, ACCOUNT).to_type_minor, "EGP", locale)
        typed = "".join(c for c in shown if c.isdigit() or c in ".,٫٬").strip(".")
        assert launch(studio, plan, typed).fresh


def test_real_launches_are_off_until_switched_on(studio):
    plan = studio.plan()
    with pytest.raises(NotAllowed, match="switched_off"):
        launch(studio, plan, "1", settings=replace(studio.settings_now, enabled=False))
    with pytest.raises(NotAllowed, match="account_not_set_up"):
        offer(plan, studio.settings_now, "act_5")


def test_the_currency_must_be_the_accounts_and_verified(studio):
    plan = studio.plan()
    foreign = type(plan).model_validate({**plan.model_dump(), "currency": "USD"})
    with pytest.raises(NotAllowed, match="currency_differs"):
        offer(foreign, studio.settings_now, ACCOUNT)
    unverified = type(plan).model_validate({**plan.model_dump(), "currency": "KWD"})
    with pytest.raises(NotAllowed, match="currency_not_verified"):
        offer(unverified, studio.settings_now, ACCOUNT)


def test_special_categories_must_be_declared_as_they_are_sent(studio):
    plan = studio.plan()
    with pytest.raises(NotAllowed, match="categories_differ"):
        launch(studio, plan, categories=("HOUSING",))
    flagged = studio.plan(special_ad_categories=("CREDIT",))
    with pytest.raises(NotAllowed, match="categories_differ"):
        launch(studio, flagged)
    assert launch(studio, flagged, categories=("CREDIT",)).fresh
    fields = object_fields(flagged, "campaign", {}, studio.settings_now.accounts[ACCOUNT].identity)
    assert fields["special_ad_category_country"] == list(flagged.audience.countries)


def test_no_real_launch_without_all_caps(studio):
    for caps in (None, Caps(), Caps(launch_minor=1), Caps(10**9, 10**9, None)):
        with pytest.raises(CapsMissing):
            launches.confirm(
                studio.db, studio.plan(), by="x", now=studio.wall.now, adapter="meta", account_id=ACCOUNT, caps=caps
            )
    assert studio.db["launch"].count == 0


@pytest.mark.parametrize("cap", ["launch", "day", "account"])
def test_each_cap_holds_alone(studio, cap):
    plan = studio.plan()
    worst = guards.worst_case(plan, account_zone="")
    room = {"launch": worst.run_minor, "day": worst.day_minor, "account": worst.run_minor}
    studio.env = {
        f"STUDIO_META_CAP_{cap.upper()}": str(to_decimal(room[cap] - 1, "EGP")),
    }
    with pytest.raises(CapExceeded) as refused:
        launch(studio, plan)
    assert refused.value.cap == cap
    studio.env = {f"STUDIO_META_CAP_{cap.upper()}": str(to_decimal(room[cap], "EGP"))}
    assert launch(studio, plan).fresh
    if cap != "launch":
        with pytest.raises(CapExceeded):
            launch(studio, studio.plan())


def test_a_lifetime_budget_counts_in_full_on_its_worst_day(studio):
    plan = studio.plan(budget=Budget(kind="lifetime", amount_minor=500_000))
    assert guards.worst_case(plan, account_zone="").day_minor == 500_000
    made = launch(studio, plan).launch
    assert guards.day_minor_at_worst(studio.db, ACCOUNT) == 500_000
    assert guards.day_minor_at_worst(studio.db, ACCOUNT, but=made.id) == 0


def test_another_budget_needs_its_amount_typed_and_room_in_the_caps(studio):
    made = launch(studio, studio.plan()).launch
    with launches.write_tx(studio.db):
        studio.db.conn.execute("UPDATE launch SET state = 'LIVE'")
    chosen = {"by": "owner", "now": studio.wall.now}
    with pytest.raises(NotAllowed):
        change_real_budget(studio.db, made.id, 60_000, studio.settings_now, typed="6000", **chosen)
    with pytest.raises(CapExceeded):
        change_real_budget(studio.db, made.id, 90_000_000, studio.settings_now, typed="900000", **chosen)
    changed = change_real_budget(studio.db, made.id, 60_000, studio.settings_now, typed="600", **chosen)
    assert changed.daily_minor == 60_000


def test_twenty_visitors_with_two_clicks_each_give_one_launch(studio):
    plan, found, gate = studio.plan(), [], threading.Barrier(20)
    typed = str(to_decimal(offer(plan, studio.settings_now, ACCOUNT).to_type_minor, "EGP"))
    settings = studio.settings_now

    def clicks(name):
        chosen = {"typed": typed, "categories": (), "by": name, "now": studio.wall.now}
        with open_database() as db:
            gate.wait()
            found.extend(confirm_real(db, plan, settings, ACCOUNT, **chosen) for _ in range(2))

    threads = [threading.Thread(target=clicks, args=(f"visitor {n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 40
    assert sum(c.fresh for c in found) == 1
    assert len({c.launch.id for c in found}) == 1
    assert studio.db["reservation"].count == 1


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1050", 105_000), ("1,050", 105_000), ("1,050.00", 105_000), ("1 050.5", 105_050), ("1\u00a0050", 105_000),
        ("1\u202f050", 105_000), ("1'050", 105_000), ("1’050", 105_000), ("١٠٥٠", 105_000), ("١٬٠٥٠٫٥٠", 105_050),
        ("۱۰۵۰", 105_000), ("１０５０", 105_000), ("EGP 1,050", 105_000), ("1050 EGP", 105_000), ("egp 1050", 105_000),
        ("\u200f١٠٥٠\u200f", 105_000), ("  1050  ", 105_000), ("1,234,567.89", 123_456_789), ("1.05", 105),
        ("0.5", 50), ("1.050", 105),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text, minor):
    assert typed_amount(text, "EGP") == minor


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "NaN", "nan", "Infinity", "-inf", "1e3", "1E3", "1.05e3", "+5", "-5", "1,05", "10,50", "1,0500",
        "1,050,00", "1.050,00", "1..5", "1.5.5", ".5", "5.", "1_000", "0x10", "1,050 000", "1 05", "USD 5", "5 USD",
        "five", "１.５.５", "½", "Ⅷ", "1050 EGP EGP", "1" * 13, "1.0001", "1.005", "5\n5", "5;6", "${x}", "1\u20445",
        "٠١٬٥", "\u202e5", "²", "1" * 500,
    ],
)  # fmt: skip
def test_what_is_no_amount_or_could_be_two_is_refused(text):
    with pytest.raises(BadAmount):
        typed_amount(text, "EGP")


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_verified_currency_goes_there_and_comes_back_exactly(currency):
    for minor in (1, 7, 99, 100, 101, 12_345, 1_000_000, 999_999_999_999 // 100):
        text = str(to_decimal(minor, currency))
        assert typed_amount(text, currency) == minor
        # budgets go as whole minor units, spend comes back as a decimal text in major units
        spent = numbers({"spend": text})["spend_micro"]
        assert spent * minor_per_unit(currency) == minor * 1_000_000


@pytest.mark.parametrize("currency", ["KWD", "OMR", "XXX", "", "usd"])
def test_a_currency_nobody_verified_is_refused(currency):
    with pytest.raises(UnknownCurrency):
        typed_amount("5", currency)
