import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.readers.decoding import check_bytes, decode
from lib.catalog.readers.rows import Refused

ARABIC = "id,title\n1,قميص قطن\n2,كوب\n3,وسادة\n"


def refusal(function, *given):
    with pytest.raises(Refused) as refused:
        function(*given)
    return refused.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"PK\x03\x04" + b"x" * 50 + b"[Content_Types].xml", "spreadsheet"),
        (b"PK\x03\x04feed.csv", "packed"),
        (b"\x1f\x8b\x08", "packed"),
        (b"\x89PNG\r\n", "binary"),
        (b"%PDF-1.4", "binary"),
        (bytes(range(256)) * 40, "binary"),
        ("id,title\n".encode("utf-16-le") * 100, "binary"),
    ],
)
def test_what_is_no_text_is_named(data, code):
    assert refusal(check_bytes, data).code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_with_or_without_its_mark(encoding):
    data = ARABIC.encode(encoding)
    check_bytes(data)
    assert decode(data)[0] == ARABIC


def test_another_encoding_is_asked_for_and_never_guessed():
    data = ARABIC.encode("windows-1256")
    refused = refusal(decode, data)
    assert refused.code == "encoding_unknown"
    assert refused.params["line"] == 2
    assert refused.params["samples"]["windows-1256"].startswith("قميص قطن")
    assert decode(data, "windows-1256") == (ARABIC, "windows-1256")


@pytest.mark.parametrize("encoding", ["ascii", "no-such-thing", "base64", "zlib"])
def test_a_wrong_choice_is_refused(encoding):
    assert refusal(decode, ARABIC.encode(), encoding).code == "encoding_wrong"


def test_one_damaged_row_does_not_cost_the_file():
    lines = [f"{n},قميص".encode() for n in range(40)]
    lines[7] = lines[7][:-1] + b"\xff"
    text, encoding = decode(b"\n".join(lines))
    assert encoding == "utf-8"
    assert [n for n, line in enumerate(text.split("\n")) if "\udcff" in line] == [7]


def test_a_text_cut_off_inside_a_letter_keeps_the_rest():
    assert decode("1,قميص".encode()[:-1])[0].startswith("1,قمي")
    assert decode("1,قميص".encode("utf-16")[:-1])[0] == "1,قمي"


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "utf-16", "windows-1256", "idna", "punycode", "hex"]))
def test_any_bytes_are_text_or_refused_by_name(data, encoding):
    with suppress(Refused):
        check_bytes(data)
        text, _ = decode(data, encoding)
        assert isinstance(text, str)
