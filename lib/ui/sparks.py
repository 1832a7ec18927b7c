"""Trend lines small enough for a table row, as pictures: a page of them costs nothing."""

from base64 import b64encode
from collections.abc import Sequence

from lib.ui import html

WIDTH, HEIGHT, MARGIN = 160, 44, 4


def spark(values: Sequence[float], colour: str) -> str:
    """The address of a picture of the values from left to right, from zero up; "" for fewer than two."""
    if len(values) < 2:
        return ""
    points = _points(values)
    line = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    floor = HEIGHT - MARGIN
    drawing = html.render(
        "spark.svg",
        width=WIDTH,
        height=HEIGHT,
        colour=colour,
        line=line,
        area=f"{line} L{points[-1][0]:.1f} {floor} L{points[0][0]:.1f} {floor} Z",
        x=f"{points[-1][0]:.1f}",
        y=f"{points[-1][1]:.1f}",
    )
    return "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    top = max(*values, 0) or 1
    across, up = (WIDTH - 2 * MARGIN) / (len(values) - 1), HEIGHT - 2 * MARGIN
    return [(MARGIN + i * across, HEIGHT - MARGIN - up * max(value, 0) / top) for i, value in enumerate(values)]
