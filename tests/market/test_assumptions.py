import math
import re

import pytest
from scipy import stats

from lib.market.assumptions import (
    COLUMNS,
    KINDS,
    PLACEMENTS,
    Assumptions,
    BadAssumption,
    UnknownAssumption,
    draw,
    draw_table,
    parse,
)
from lib.money import CURRENCIES
from lib.store.assumptions import load_assumptions

COUNTRIES = ("EG", "MA", "SA", "AE", "QA", "JO", "IN", "ID", "BR", "MX", "US", "GB")
AGES = ("18_24", "25_34", "35_44", "45_54", "55_64", "65_up")
GOOD = "link_ctr,,,,,0.015,0.006,0.03,lognormal,share,engine,2026,feed,somebody,weak,a note"


def rows(*lines):
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def with_cell(column, text):
    cells = GOOD.split(",")
    cells[COLUMNS.index(column)] = text
    return ",".join(cells)


def test_the_shipped_file_loads_and_every_row_says_where_it_comes_from():
    shipped = load_assumptions()
    assert len(shipped.rows) > 300
    for row in shipped.rows:
        assert row.source.strip()
        assert row.solid in ("solid", "weak", "judgement")
        assert re.match(r"\d{4}", row.year)


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_country_has_rows_of_its_own(country):
    own = {row.key for row in load_assumptions().rows if row.country == country}
    assert {"base_cpm_usd", "audience_people", "female_share", "wage_usd_hour", "delivery_fee_usd", "cod_share"} <= own


def test_any_other_country_falls_back_to_the_wide_rows():
    shipped = load_assumptions()
    row = shipped.row("base_cpm_usd", country="FR")
    assert row.country == ""
    assert row.high / row.low > 10


@pytest.mark.parametrize("currency", [c for c in CURRENCIES if c != "VES"])
def test_each_currency_of_the_platform_has_a_rate(currency):
    assert load_assumptions().value(f"units_per_usd.{currency}") > 0


@pytest.mark.parametrize(
    ("key", "cases"),
    [
        ("placement_slot_share", [("placement_slot_share", {"placement": p}) for p in PLACEMENTS]),
        ("activity_hour_share", [(f"activity_hour_share.{h:02d}", {}) for h in range(24)]),
        *(
            (
                f"age_share {c}",
                [(f"age_share.{a}", {"country": c}) for a in AGES],
            )
            for c in ("", "US", "GB", "BR")
        ),
    ],
)
def test_shares_of_a_whole_add_up(key, cases):
    shipped = load_assumptions()
    assert math.fsum(shipped.value(name, **case) for name, case in cases) == pytest.approx(1, abs=1e-9)


def test_hour_prices_do_not_move_the_price_of_the_day():
    shipped = load_assumptions()
    mean = sum(
        shipped.value(f"activity_hour_share.{h:02d}") * shipped.value(f"cpm_hour_factor.{h:02d}") for h in range(24)
    )
    assert mean == pytest.approx(1, abs=0.01)


def test_the_most_specific_row_wins():
    table = parse(
        rows(
            GOOD,
            with_cell("country", "EG").replace("0.015", "0.02"),
            with_cell("placement", "facebook_story").replace("0.015", "0.01"),
        )
    )
    assert table.value("link_ctr") == 0.015
    assert table.value("link_ctr", country="EG", month=3) == 0.02
    assert table.value("link_ctr", country="MA", placement="facebook_story") == 0.01
    assert table.value("link_ctr", country="EG", placement="facebook_story") == 0.02


@pytest.mark.parametrize(
    ("on", "price"), [("2026-09-30", 0.1073), ("2026-10-01", 0.0644), ("2026-11-22", 0.0644), ("2025-07-01", 0.1073)]
)
def test_message_prices_follow_the_date(on, price):
    assert load_assumptions().value("message_price_usd.marketing", country="EG", on=on) == price


def test_a_dated_price_is_not_given_without_a_date():
    with pytest.raises(UnknownAssumption, match="date"):
        load_assumptions().value("message_price_usd.service", country="EG")


def test_replies_cost_nothing_before_october_2026_and_the_utility_rate_after():
    shipped = load_assumptions()
    assert shipped.value("message_price_usd.service", country="EG", on="2026-09-30") == 0
    after = shipped.value("message_price_usd.service", country="EG", on="2026-10-01")
    assert after == shipped.value("message_price_usd.utility", country="EG", on="2026-10-01") > 0


@pytest.mark.parametrize("key", ["no_such_thing", "link_ctr.x", ""])
def test_an_unknown_key_is_refused(key):
    with pytest.raises(UnknownAssumption):
        load_assumptions().value(key)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("key", "Link CTR"),
        ("country", "Egypt"),
        ("placement", "whatsapp_status"),
        ("month", "13"),
        ("since", "soon"),
        ("value", "1,5".replace(",", ";")),
        ("value", "nan"),
        ("value", "0.5"),
        ("low", "0.02"),
        ("low", "0"),
        ("high", "0.01"),
        ("high", "1.5"),
        ("distribution", "gauss"),
        ("unit", "parsec"),
        ("role", "nobody"),
        ("year", "lately"),
        ("source", ""),
        ("solid", "certain"),
        ("solid", "judgement"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(column, text):
    with pytest.raises(BadAssumption) as error:
        parse(rows(GOOD.replace("link_ctr", "other"), with_cell(column, text)))
    assert error.value.line == 3
    # a value outside its range is seen from the end it passes
    assert error.value.column in ({"high"} if (column, text) == ("value", "0.5") else {column})


def test_a_row_with_cells_missing_and_a_foreign_header_are_refused():
    with pytest.raises(BadAssumption, match="line 2"):
        parse(rows(GOOD.rsplit(",", 2)[0]))
    with pytest.raises(BadAssumption, match="line 1"):
        parse("name,value\nx,1\n")


def test_two_rows_for_one_case_are_refused():
    with pytest.raises(BadAssumption, match=r"line 3.*twice"):
        parse(rows(GOOD, GOOD))


def test_an_override_is_remembered_as_the_users_and_drawn_no_more():
    shipped = load_assumptions()
    mine = shipped.override("link_ctr", 0.02)
    row = mine.row("link_ctr")
    assert (row.value, row.low, row.high, row.distribution) == (0.02, 0.02, 0.02, "fixed")
    assert row.overridden
    assert row.filed == shipped.row("link_ctr")
    assert mine.overrides == (("link_ctr", 0.02),)
    assert shipped.value("link_ctr") == 0.015
    assert shipped.overrides == ()
    assert mine.override("link_ctr", 0.01).row("link_ctr").filed == shipped.row("link_ctr")


def test_an_override_for_one_country_leaves_the_others():
    mine = load_assumptions().override("base_cpm_usd", 9, country="FR")
    assert mine.value("base_cpm_usd", country="FR") == 9
    assert mine.value("base_cpm_usd", country="DE") == load_assumptions().value("base_cpm_usd", country="DE")


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf])
def test_an_override_beyond_what_the_unit_can_be_is_refused(value):
    with pytest.raises(BadAssumption):
        load_assumptions().override("link_ctr", value)


def test_overrides_travel_as_pairs_of_id_and_value():
    shipped = load_assumptions()
    pairs = (
        ("base_cpm_usd[EG]", 3.0),
        ("cpm_month_factor[11]", 1.1),
        ("ctr_placement_factor[facebook_story]", 0.4),
        ("link_ctr", 0.02),
        ("message_price_usd.marketing[EG,2026-10-01]", 0.05),
    )
    mine = shipped.with_overrides(pairs)
    assert mine.overrides == pairs
    assert mine.value("message_price_usd.marketing", country="EG", on="2026-12-01") == 0.05
    with pytest.raises(UnknownAssumption):
        shipped.with_overrides([("link_ctr[moon]", 0.1)])


def test_every_id_finds_its_row_again():
    shipped = load_assumptions()
    for row in shipped.rows:
        again = shipped.with_overrides([(row.id, row.value)])
        assert again.overrides == ((row.id, row.value),)
        assert len(again.rows) == len(shipped.rows)


def test_the_digest_follows_numbers_and_not_words():
    table = parse(rows(GOOD))
    assert parse(rows(GOOD.replace("a note", "another"))).digest() == table.digest()
    assert parse(rows(GOOD.replace("0.03", "0.04"))).digest() != table.digest()
    assert table.override("link_ctr", 0.015).digest() != table.digest()


def test_reads_are_remembered_by_a_watched_copy_alone():
    shipped = load_assumptions()
    watched = shipped.watched()
    watched.value("base_cpm_usd", country="EG")
    watched.override("link_ctr", 0.02).value("link_ctr")
    assert watched.read_ids == {"base_cpm_usd[EG]", "link_ctr"}
    assert shipped.read_ids == frozenset()


@pytest.mark.parametrize("row", load_assumptions().rows, ids=lambda row: row.id)
def test_no_draw_leaves_the_range_and_draws_rise_with_luck(row):
    drawn = [draw(row, u) for u in (1e-12, 0.01, 0.3, 0.5, 0.8, 0.99, 1 - 1e-12)]
    if row.distribution == "fixed":
        assert set(drawn) == {row.value}
    else:
        assert drawn == sorted(drawn)
        assert row.low == pytest.approx(drawn[0], rel=1e-4, abs=1e-5)
        assert row.high == pytest.approx(drawn[-1], rel=1e-4, abs=1e-5)
    if row.distribution in ("lognormal", "logitnormal"):
        assert drawn[3] == pytest.approx(row.value)


@pytest.mark.parametrize("u", [0.05, 0.3, 0.5, 0.77, 0.95])
def test_the_laws_agree_with_scipy(u):
    def one(distribution, value, low, high):
        numbers = f"{value},{low},{high},{distribution}"
        return parse(rows(GOOD.replace("0.015,0.006,0.03,lognormal", numbers))).rows[0]

    assert draw(one("uniform", 0.4, 0.2, 0.9), u) == pytest.approx(stats.uniform(0.2, 0.7).ppf(u))
    assert draw(one("triangular", 0.4, 0.2, 0.9), u) == pytest.approx(stats.triang(0.2 / 0.7, 0.2, 0.7).ppf(u))
    cut = stats.truncnorm(-1.959963984540054, 1.959963984540054)
    even = math.exp(cut.ppf(u) * math.log(2) / 1.959963984540054)
    assert draw(one("lognormal", 0.2, 0.1, 0.4), u) == pytest.approx(0.2 * even)
    odds = 0.25 * math.exp(cut.ppf(u) * math.log(9) / 1.959963984540054 / 2)
    assert draw(one("logitnormal", 0.2, 1 / 13, 3 / 7), u) == pytest.approx(odds / (1 + odds))


def test_the_draw_table_keeps_order_and_gives_each_row_a_stream_of_its_own():
    shipped = load_assumptions()
    table = draw_table(shipped.rows)
    assert table.ids == tuple(row.id for row in shipped.rows)
    assert len(set(table.stream.tolist())) == len(shipped.rows)
    assert [KINDS[k] for k in table.kind] == [row.distribution for row in shipped.rows]
    again = draw_table([shipped.override("link_ctr", 0.02).row("link_ctr")])
    assert again.stream[0] == table.stream[table.ids.index("link_ctr")]


def test_assumptions_can_not_be_changed_in_place():
    shipped = load_assumptions()
    with pytest.raises(AttributeError):
        shipped.rows = ()
    with pytest.raises(AttributeError):
        shipped.row("link_ctr").value = 1
    assert isinstance(shipped, Assumptions)
