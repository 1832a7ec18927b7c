import pytest

G = 'xmlns:g="http://base.google.com/ns/1.0"'
ITEM = """<item><g:id>{id}</g:id><title>Lamp {id}</title><link>https://x.example/{id}</link>
<description><![CDATA[<p>Warm</p>]]></description><g:price>9.99 USD</g:price><g:availability>in_stock</g:availability>
<g:image_link>https://x.example/{id}.jpg</g:image_link><g:additional_image_link>https://x.example/2.jpg</g:additional_image_link>
<g:additional_image_link>https://x.example/3.jpg</g:additional_image_link>
<g:shipping><g:country>US</g:country><g:price>1 EUR</g:price></g:shipping></item>
"""


def rss(*ids):
    items = "".join(ITEM.format(id=one) for one in ids)
    return f'<?xml version="1.0"?>\n<rss {G} version="2.0"><channel><title>Shop</title>\n{items}</channel></rss>'


def test_rss_items_become_items(read):
    parsed = read(rss("a", "b"), currency=None)
    item = parsed.items[0]
    assert (parsed.format, parsed.currency, parsed.rows_read) == ("google_xml", "USD", 2)
    assert (item.retailer_id, item.title, item.description, item.price_minor) == ("a", "Lamp a", "Warm", 999)
    assert [p.url.rsplit("/", 1)[1] for p in item.pictures] == ["a.jpg", "2.jpg", "3.jpg"]


def test_atom_entries_become_items(read):
    (item,) = read(
        f'<feed xmlns="http://www.w3.org/2005/Atom" {G}><title>Shop</title><entry><g:id>a</g:id><title>Lamp</title>'
        '<link href="https://x.example/a"/><summary>Warm</summary><g:price>5 USD</g:price></entry></feed>'
    ).items
    assert (item.retailer_id, item.link, item.description, item.price_minor) == (
        "a",
        "https://x.example/a",
        "Warm",
        500,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1256"])
def test_the_encoding_an_xml_file_declares_is_used(read, encoding):
    text = rss("a").replace('version="1.0"?', f'version="1.0" encoding="{encoding}"?').replace("Lamp", "مصباح")
    assert read(text.encode(encoding)).items[0].title == "مصباح a"


def test_a_feed_cut_in_the_middle_keeps_what_came_before(read):
    text = rss("a", "b", "c")
    parsed = read(text[: text.index("Lamp c")])
    assert [item.retailer_id for item in parsed.items] == ["a", "b"]
    assert [(problem.code, problem.line) for problem in parsed.rejected] == [("xml_broken", 13)]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><item><id>&b;</id></item></rss>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><id>&x;</id></item></rss>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss/>',
    ],
)
def test_a_document_type_is_refused(read, text):
    assert read(text).code == "xml_doctype"


def test_endless_nesting_stops_at_fifty(read):
    text = rss("a").replace("</channel></rss>", "<item><g:id>b</g:id>" + "<x>" * 200_000)
    parsed = read(text)
    assert [item.retailer_id for item in parsed.items] == ["a"]
    assert parsed.rejected[0].code == "xml_too_deep"


@pytest.mark.parametrize(
    ("text", "code", "header"),
    [
        ("<html><body>log in</body></html>", "web_page", ("<html>",)),
        ("<!DOCTYPE html><html></html>", "web_page", ("<html>",)),
        ("<yml_catalog><shop/></yml_catalog>", "unknown_format", ("<yml_catalog>",)),
        ("<rss><channel><item><title>news</title></item></channel></rss>", "unknown_format", ("title",)),
        ("<", "unknown_format", ()),
    ],
)
def test_other_xml_is_named(read, text, code, header):
    outcome = read(text)
    assert (outcome.code, outcome.header) == (code, header)


def test_a_field_without_end_is_a_bad_row(read):
    parsed = read(rss("a", "b").replace("Lamp b", "x" * 1_100_000))
    assert [problem.code for problem in parsed.rejected] == ["field_too_long"]
