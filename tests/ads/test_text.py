import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ads import text

FAMILY = "👨‍👩‍👧‍👦"
ZALGO = "a" + "\u0301" * 600


@pytest.mark.parametrize(
    ("written", "count"),
    [("", 0), ("mug", 3), (FAMILY, 1), ("🇪🇬🇺🇸", 2), ("مُسَخَّن", 4), ("e\u0301", 1), (ZALGO, 601)],
)
def test_length_is_what_a_reader_counts_but_stacked_marks_count_each(written, count):
    assert text.length(written) == count


def test_a_cut_ends_with_a_word_and_never_inside_a_grapheme():
    assert text.cut("one two three", 9) == ("one two", True)
    assert text.cut("one two three", 7) == ("one two", True)
    assert text.cut("one two", 7) == ("one two", False)
    assert text.cut(FAMILY * 3, 2) == (FAMILY * 2, True)
    assert text.cut("unbrokenlongwordthatgoeson", 10) == ("unbrokenlo", True)


@given(st.text(max_size=200), st.integers(1, 60))
def test_shortened_text_never_passes_its_limit(written, limit):
    assert len(text.graphemes(text.shorten(written, limit))) <= limit


def test_direction_marks_controls_and_invisible_characters_are_named():
    assert text.direction_marks("a\u202eb\u2066c") == ("U+202E", "U+2066")
    assert text.control_characters("a\x00b\nc\x9f") == ("U+0000", "U+009F")
    assert text.invisible_characters("a\u200bb\ufeff") == ("U+200B", "U+FEFF")


def test_emoji_persian_and_vocalised_arabic_are_not_suspicious():
    for honest in (FAMILY, "می\u200cخواهم", "عسلٌ مُصفّى", "line\nline", "Zürich"):
        assert text.direction_marks(honest) == text.control_characters(honest) == ()
        assert text.invisible_characters(honest) == ()
        assert not text.stacked_marks(honest)
