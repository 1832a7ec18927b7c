import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.parsing import Parsed, parse
from tests.catalog.conftest import NOW
from tests.catalog.test_feed import feed
from tests.catalog.test_google_xml import rss
from tests.conftest import SAMPLES

REAL = [p.read_bytes() for p in sorted((SAMPLES / "catalog").glob("*/*.csv"))]
FILES = [*REAL, feed({}, {"id": "b", "title": "قميص"}).encode(), rss("a", "b").encode()]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Product ID,Active (0/1),Name *,Price tax excluded\n1,1,Lamp,5\n",
         ("Product ID", "Active (0/1)", "Name *", "Price tax excluded")),
        ("handleId;fieldType;name;price\n1;Product;Lamp;5\n", ("handleId", "fieldType", "name", "price")),
        ("just some words\nand more\n", ("just some words",)),
        ('{"items": []}', ('{"items": []}',)),
        ('id,"title\n1,x', ('id,"title',)),
        ('[\n  {"title": "Lamp"}\n]', ('[ {"title": "Lamp"} ]',)),
    ],
)  # fmt: skip
def test_an_unknown_format_names_the_header_it_found(read, text, header):
    outcome = read(text)
    assert (outcome.code, outcome.header) == ("unknown_format", header)


def test_a_file_of_a_header_alone_has_no_rows(read):
    parsed = read(feed())
    assert (parsed.rows_read, parsed.items) == (0, ())


def test_fifty_broken_rows_of_a_thousand_leave_the_others(read):
    lines = feed(*({"id": f"i{n}"} for n in range(1_000))).split("\n")
    broken = range(10, 1_000, 20)
    for turn, n in enumerate(broken):
        lines[n] = [
            '"open quote,never closed',
            "too,few",
            lines[n] + ",too,many",
            lines[n].replace("9.99", "?"),
            "a\0b",
        ][turn % 5]
    parsed = read("\n".join(lines))
    assert len(broken) == 50
    assert (parsed.rows_read, len(parsed.items), parsed.rejected_rows) == (1_000, 950, 50)
    assert [problem.line for problem in parsed.rejected] == [n + 1 for n in broken]


def test_a_currency_the_platform_does_not_know_is_refused(read):
    assert read(feed({}), currency="KWD").code == "currency_unknown"


@settings(deadline=None, max_examples=300)
@given(data=st.binary(max_size=500), currency=st.sampled_from([None, "USD", "zz"]))
def test_no_bytes_are_an_error(data, currency):
    parse(data, now=NOW, currency=currency)


@settings(deadline=None, max_examples=400)
@given(
    file=st.sampled_from(FILES),
    cut=st.integers(0, 30_000),
    at=st.integers(0, 30_000),
    inserted=st.one_of(
        st.binary(max_size=8), st.sampled_from([b'"', b"\0", b",", b"\r", b"\xff", b"<", b"]]>", b"&#0;", b"\t"])
    ),
)
def test_a_damaged_file_is_read_as_far_as_it_goes_with_every_row_accounted_for(file, cut, at, inserted):
    at = at % (len(file) + 1)
    damaged = file[:at] + inserted + file[at:]
    outcome = parse(damaged[: len(damaged) - cut % (len(file) // 2)], now=NOW, currency="USD")
    if isinstance(outcome, Parsed):
        assert outcome.rows_read == outcome.accepted + sum(outcome.skipped.values()) + outcome.rejected_rows
        assert len({item.retailer_id for item in outcome.items}) == len(outcome.items)
        assert len(outcome.items) <= outcome.accepted
    json.loads(outcome.model_dump_json())


HOSTILE = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("<>\"'&;=\u202e\u200b\0")))
COLUMNS = "id title description price link image_link availability item_group_id sale_price sale_price_effective_date"


@settings(deadline=None, max_examples=200)
@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS.split(), HOSTILE)), max_size=4))
def test_any_cells_make_items_that_can_be_kept(rows):
    outcome = parse(feed(*rows).encode(), now=NOW, currency="USD")
    for item in getattr(outcome, "items", ()):
        text = item.model_dump_json()
        assert "\\u0000" not in text
        assert "\u202e" not in text
        assert item.link == "" or item.link.startswith(("http://", "https://"))
        assert item.title == " ".join(item.title.split())
