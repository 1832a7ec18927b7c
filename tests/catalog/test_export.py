import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.export import COLUMNS, items_csv, safe_cell
from lib.catalog.model import Item, Picture
from lib.catalog.parsing import parse
from tests.catalog.conftest import NOW
from tests.catalog.test_feed import feed


def test_what_is_exported_is_imported_the_same(read):
    rows = (
        {"id": "a", "description": "two\nlines, \"quoted\"", "sale_price": "8 USD"},
        {"id": "b", "sale_price": "8 USD", "sale_price_effective_date": "2026-11-20/2026-11-30", "status": "archived"},
        {"id": "v1", "item_group_id": "v", "color": "Red", "title": "Tee"},
        {"id": "v2", "item_group_id": "v", "color": "Blue", "size": "L", "title": "Tee", "availability": "preorder"},
        {"id": "c", "price": "", "image_link": "", "title": "قميص"},
    )  # fmt: skip
    items = read(feed(*rows)).items
    assert read(items_csv(items)).items == items


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "－1", "＠x"])
def test_a_formula_is_text(make_item, text):
    assert safe_cell(text) == f"'{text}"
    (row,) = csv.DictReader(io.StringIO(items_csv([make_item(description=text)])))
    assert row["description"] == f"'{text}"


def test_plain_text_is_left_alone():
    assert [safe_cell(text) for text in ("a=b", "1-2", "", "'x")] == ["a=b", "1-2", "", "'x"]


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@settings(deadline=None)
@given(title=TEXT, description=TEXT)
def test_no_cell_of_an_export_can_run(title, description):
    item = Item(retailer_id="a", title=title, description=description, currency="USD", pictures=(Picture(url="=x"),))
    table = list(csv.reader(io.StringIO(items_csv([item]))))
    assert table[0] == list(COLUMNS)
    assert not any(cell.strip()[:1] in tuple("=+-@＝＋－＠") for row in table for cell in row if cell.strip())
    parse(items_csv([item]).encode(), now=NOW, currency="USD")
