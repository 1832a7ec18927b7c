"""The simulator's validation at full size: ours, theory and peers side by side. `python -m lib validate`."""

from pathlib import Path
from typing import Any

from tests.validation.checks import Section, sections
from tests.validation.page import page


def report(out: Path | None = None, *, size: float = 1.0) -> dict[str, Any]:
    """Writes the page when asked to; `size` below 1 makes every comparison smaller."""
    found: list[Section] = list(sections(size))
    if out is not None:
        out.write_text(page(found), encoding="utf-8")
    rows = [dict(section=s.title, **row._asdict()) for s in found for row in s.rows]
    return {"held": all(row["ok"] for row in rows), "checks": rows, "page": str(out) if out else None}
