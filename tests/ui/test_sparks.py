from base64 import b64decode
from xml.etree import ElementTree

from lib.ui.sparks import HEIGHT, MARGIN, WIDTH, spark


def _points(address: str) -> list[tuple[float, float]]:
    drawing = ElementTree.fromstring(b64decode(address.split(",", 1)[1]))
    line = [e for e in drawing if e.tag.endswith("path")][-1].get("d")
    return [tuple(map(float, point.split())) for point in line[1:].split(" L")]


def test_a_trend_runs_from_edge_to_edge_and_zero_is_the_floor():
    points = _points(spark([0, 5, 10], "#029677"))
    assert points[0] == (MARGIN, HEIGHT - MARGIN)
    assert points[-1] == (WIDTH - MARGIN, MARGIN)
    assert points[1][1] == HEIGHT / 2


def test_one_value_is_no_trend():
    assert spark([3], "#029677") == ""


def test_a_flat_line_of_zeros_stays_on_the_floor():
    assert {y for _x, y in _points(spark([0, 0, 0], "#029677"))} == {HEIGHT - MARGIN}
