"""The report as one page that needs nothing else: tables, and pictures drawn as SVG."""

from collections.abc import Sequence

import numpy as np
from jinja2 import Environment

from tests.validation.checks import Section

WIDTH, HEIGHT, EDGE = 640, 260, 44
COLOURS = ("#0b6b5f", "#c2571a", "#3a4fa3", "#7a7a7a")

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Validation of the simulator</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1a}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:left}td.n{text-align:right}
.bad{background:#fbe3dc}svg{max-width:100%;height:auto}h2{margin-top:2.5rem}
</style>
<h1>Validation of the simulator</h1>
<p>{{ held }} of {{ all }} checks hold.</p>
{% for section in sections %}<h2>{{ section.title }}</h2><p>{{ section.said }}</p>
{% for picture in pictures[section.title] %}
<svg viewBox="0 0 {{ width }} {{ height }}" width="{{ width }}" role="img" aria-label="{{ picture.label }}">
{% for x, text in picture.x_marks %}<text x="{{ x }}" y="{{ height - 12 }}" font-size="11" text-anchor="middle">
{{ text }}</text>{% endfor %}
{% for y, text in picture.y_marks %}
<text x="{{ edge - 6 }}" y="{{ y }}" font-size="11" text-anchor="end">{{ text }}</text>
<line x1="{{ edge }}" x2="{{ width - 8 }}" y1="{{ y }}" y2="{{ y }}" stroke="#eee"/>{% endfor %}
{% for line in picture.lines %}
<polyline fill="none" stroke-width="2" stroke="{{ line.colour }}" points="{{ line.points }}"/>
<text x="{{ width - 12 }}" y="{{ 18 + 16 * loop.index0 }}" font-size="12" text-anchor="end" fill="{{ line.colour }}">
{{ line.label }}</text>{% endfor %}
{% for x, y, w, h in picture.bars %}<rect x="{{ x }}" y="{{ y }}" width="{{ w }}" height="{{ h }}" fill="#0b6b5f"/>
{% endfor %}</svg>{% if picture.bars %}<p>{{ picture.label }}</p>{% endif %}{% endfor %}
<table><tr><th>check<th>ours<th>theirs<th>source<th></tr>
{% for row in section.rows %}<tr{% if not row.ok %} class="bad"{% endif %}><td>{{ row.name }}<td class="n">
{{ "%.5g"|format(row.ours) }}<td class="n">{{ "%.5g"|format(row.other) }}<td>{{ row.source }}<td>
{{ "holds" if row.ok else "DOES NOT HOLD" }}</tr>{% endfor %}</table>{% endfor %}</html>"""


def page(sections: Sequence[Section]) -> str:
    rows = [row for section in sections for row in section.rows]
    return (
        Environment(autoescape=True)
        .from_string(_PAGE)
        .render(
            sections=sections,
            pictures={section.title: _pictures(section) for section in sections},
            held=sum(row.ok for row in rows),
            all=len(rows),
            width=WIDTH,
            height=HEIGHT,
            edge=EDGE,
        )
    )


def _pictures(section: Section) -> list[dict[str, object]]:
    found = [_lines(section)] if section.lines else []
    return found + [_histogram(label, values) for label, values in section.even.items()]


def _lines(section: Section) -> dict[str, object]:
    xs = np.concatenate([x for _, x, _ in section.lines])
    ys = np.concatenate([y for _, _, y in section.lines])
    low, high = float(min(ys.min(), 0.0) if ys.min() < 0.5 * ys.max() else ys.min()), float(ys.max())
    across, up = (float(xs.min()), float(xs.max())), (low, high)
    lines = [
        {
            "label": label,
            "colour": COLOURS[i % len(COLOURS)],
            "points": " ".join(f"{_x(a, across):.1f},{_y(b, up):.1f}" for a, b in zip(x, y, strict=True)),
        }
        for i, (label, x, y) in enumerate(section.lines)
    ]
    return {"label": section.said, "lines": lines, "bars": [], **_marks(across, up)}


def _histogram(label: str, values: Sequence[float]) -> dict[str, object]:
    counts, edges = np.histogram(values, bins=20, range=(0, 1))
    up = (0.0, float(counts.max()))
    bars = []
    for count, left in zip(counts, edges, strict=False):
        top = _y(float(count), up)
        bars.append((round(_x(float(left), (0, 1)), 1), round(top, 1), 26, round(HEIGHT - EDGE / 1.4 - top, 1)))
    return {"label": label, "lines": [], "bars": bars, **_marks((0.0, 1.0), up)}


def _marks(across: tuple[float, float], up: tuple[float, float]) -> dict[str, object]:
    steps = np.linspace(0, 1, 5)
    x_marks = [
        (_x(across[0] + s * (across[1] - across[0]), across), f"{across[0] + s * (across[1] - across[0]):.4g}")
        for s in steps
    ]
    y_marks = [(_y(up[0] + s * (up[1] - up[0]), up), f"{up[0] + s * (up[1] - up[0]):.4g}") for s in steps]
    return {"x_marks": x_marks, "y_marks": y_marks}


def _x(value: float, across: tuple[float, float]) -> float:
    return EDGE + (value - across[0]) / max(across[1] - across[0], 1e-12) * (WIDTH - EDGE - 16)


def _y(value: float, up: tuple[float, float]) -> float:
    return HEIGHT - EDGE / 1.4 - (value - up[0]) / max(up[1] - up[0], 1e-12) * (HEIGHT - EDGE - 8)
