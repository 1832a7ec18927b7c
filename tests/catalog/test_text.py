import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.text import clean_line, clean_text, fold, plain_text, without_article, words


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Black floor lamp</p>", "Black floor lamp"),
        ("<h1>A</h1><p>b<br/>c</p>", "A\n\nb\nc"),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n\n• two"),
        ("Tom &amp; Jerry&nbsp;&#39;s", "Tom & Jerry 's"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<script>alert(1)</script>after", "after"),
        ("<style>a{}</style><b>bold</b>", "bold"),
        ("a<!-- hidden <b> -->b", "ab"),
        ('<img alt="x > y" src=q>seen', "seen"),
        ("<b>never closed", "never closed"),
        ("a<b", "a<b"),
        ("<script>never closed", ""),
        ("<!-- never closed", "<!-- never closed"),
        ("&lt;b&gt;shown&lt;/b&gt;", "<b>shown</b>"),
        ("<!DOCTYPE html><p>x", "x"),
        ("<![CDATA[x]]><p>y</p>", "y"),
    ],
)
def test_html_becomes_readable_text(html, expected):
    assert plain_text(html) == expected


@given(st.one_of(st.text(), st.text(alphabet="<>!-/&;#abp\"' =\n")))
def test_any_text_has_a_plain_form(text):
    assert clean_text(plain_text(text)) == plain_text(text)


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<script>", "<script></script>", "<a '\">", "&amp", "<", "<a\"'"])
def test_broken_markup_of_any_length_is_read_in_the_time_it_takes_to_look_at_it(piece):
    assert isinstance(plain_text(piece * (200_000 // len(piece)) + "<b>"), str)


def test_characters_nobody_sees_are_taken_out():
    assert clean_line("pa\u202essw\u2066\u200b \x00\x07a\tb\nc\ufeff") == "passw a b c"
    assert clean_line("👩‍👧 می‌خواهم") == "👩‍👧 می‌خواهم"
    assert clean_line("e\u0301") == "é"
    assert clean_text("a\r\n\r\n\r\n\r\nb  c ") == "a\n\nb c"


@pytest.mark.parametrize(
    ("one", "other"),
    [("أحمد", "احمد"), ("مُدَرِّسَة", "مدرسه"), ("عـــطر", "عطر"), ("٥٠", "50"), ("مستشفى", "مستشفي"), ("شؤون", "شوون"),
     ("ÉCOLE", "ecole"), ("Straße", "STRASSE"), ("ﻗﻤﻴﺺ", "قميص"), ("کتاب", "كتاب")],
)  # fmt: skip
def test_spellings_that_people_mix_are_one(one, other):
    assert fold(one) == fold(other)


def test_words_are_letters_and_digits():
    assert words("T-shirt, 100% قُطن_جديد!") == ["t", "shirt", "100", "قطن", "جديد"]


@pytest.mark.parametrize(
    ("word", "bare"),
    [("الكتاب", "كتاب"), ("والكتاب", "كتاب"), ("بالكتاب", "كتاب"), ("للكتاب", "كتاب"), ("كتاب", None), ("ال", None)],
)
def test_the_article_is_taken_off(word, bare):
    assert without_article(word) == bare
