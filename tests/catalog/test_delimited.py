import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.readers.delimited import records, rows, split_lines

HEADER = ["id", "title", "price", "link", "brand"]


def cells(text, width=5):
    return [record.cells or record.code for record in records(split_lines(text), ",", width)]


def line(n, title="x"):
    return f"{n},{title},1,,"


def test_quoted_cells_hold_delimiters_quotes_and_line_ends():
    assert cells('1,"a, ""b""\nc",1,,\n\n2,d,1,,\n') == [["1", 'a, "b"\nc', "1", "", ""], ["2", "d", "1", "", ""]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(end):
    assert len(cells(end.join([line(1), line(2), line(3)]))) == 3


def test_a_quote_never_closed_costs_its_own_row_only():
    text = "\n".join([line(1), line(2, '"lost'), *(line(n) for n in range(3, 50))])
    found = cells(text)
    assert found[1] == "quote_open"
    assert [one[0] for one in found if isinstance(one, list)] == ["1", *map(str, range(3, 50))]


def test_a_quote_closed_by_the_quote_of_a_later_row_costs_its_own_row_only():
    text = "\n".join([line(1, '"lost'), line(2), line(3, '"kept, whole"'), line(4)])
    assert [one if isinstance(one, str) else one[0] for one in cells(text)] == ["quote_inside", "2", "3", "4"]
    text = "\n".join([line(1, '"lost'), line(2), '3,kept",1,,', line(4)])
    assert [one if isinstance(one, str) else one[0] for one in cells(text)][:2] == ["quote_open", "2"]


def test_a_text_cut_off_inside_a_quote_is_one_broken_row():
    text = line(1) + '\n2,"a description\nover many\nlines that, well, stop'
    assert cells(text) == [["1", "x", "1", "", ""], "quote_open"]


def test_many_stray_quotes_stay_quick():
    text = "\n".join(line(n, '"lost' if n % 2 else "x") for n in range(2_000))
    assert sum(isinstance(one, list) for one in cells(text)) >= 999


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,x,1,\n2,x,1,,", "too_few_cells"),
        ("1,x,1,,,extra\n", "too_many_cells"),
        ("1,x,1", "cut_off"),
        ('1,"x', "cut_off"),
        ("1,a\0b,1,,\n", "nul"),
        ("1,a\udcffb,1,,\n", "bad_bytes"),
        (f"1,{'x' * 1_100_000},1,,\n", "field_too_long"),
    ],
)
def test_broken_rows_say_why(text, code):
    first = rows(split_lines(text), ",", HEADER, 0, complete=text.endswith("\n"))[0]
    assert first.problem.code == code
    assert first.problem.line == 1
    assert len(first.problem.excerpt) <= 80


def test_empty_rows_and_help_rows_are_skipped():
    found = rows(split_lines(",,,,\n# Required | the id,# Required | x,,,\n1,x,1,,\n"), ",", HEADER, 0, True)
    assert [row.skipped for row in found] == ["empty_row", "help_text", ""]


def test_empty_cells_beyond_the_header_do_no_harm():
    (row,) = rows(["1,x,1,,,,"], ",", HEADER, 0, True)
    assert row.open


def test_the_mark_against_formulas_is_taken_off_again():
    (row,) = rows(["'=1+1,'plain,1,,"], ",", HEADER, 0, True)
    assert (row.get("id"), row.get("title")) == ("=1+1", "'plain")


@given(st.text(alphabet='a1,"\n\r;\t \0é'))
def test_any_text_falls_into_records(text):
    lines = split_lines(text)
    found = list(records(lines, ",", 3))
    starts = [record.line for record in found]
    assert starts == sorted(set(starts))
    assert all(1 <= start <= len(lines) for start in starts)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2)))
def test_what_a_csv_writer_wrote_is_read_back(table):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(table)
    assert [record.cells for record in records(split_lines(out.getvalue()), ",")] == table
