"""Machine code on disk: an edit to any kernel source is never answered by old code, and a folder is not needed."""

import os
import subprocess
import sys
from pathlib import Path

from lib.market.compiled import kernel_sources, source_key

HERE = Path(__file__).resolve().parents[2]
CALLED = """
import lib.market.compiled as c
from pathlib import Path
c.kernel_sources = lambda: tuple(sorted(Path("{folder}").glob("*.py")))
import sys; sys.path.insert(0, "{folder}")
import outer; print(outer.twice(1.0))
"""


def run(code: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write_kernels(folder: Path, inner: str) -> None:
    header = "from lib.market.compiled import kernel\n"
    (folder / "inner.py").write_text(f"{header}\n@kernel\ndef once(x):\n    return {inner}\n")
    outer = "from inner import once\n\n@kernel\ndef twice(x):\n    return once(x) * 2\n"
    (folder / "outer.py").write_text(header + outer)


def test_an_edit_to_a_helper_in_another_file_is_seen(tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    write_kernels(tmp_path, "x + 1.0")
    assert run(CALLED.format(folder=tmp_path), STUDIO_KERNEL_CACHE=cache) == "4.0"
    assert len(list(Path(cache).iterdir())) == 1
    # outer.py stays as it is, and its own compiled code with it, were the folder not named by all the sources
    write_kernels(tmp_path, "x + 2.0")
    assert run(CALLED.format(folder=tmp_path), STUDIO_KERNEL_CACHE=cache) == "6.0"


def test_a_cache_that_can_not_be_written_or_read_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    write_kernels(tmp_path, "x + 1.0")
    assert run(CALLED.format(folder=tmp_path), STUDIO_KERNEL_CACHE=str(tmp_path / "file")) == "4.0"
    broken = tmp_path / "cache"
    run(CALLED.format(folder=tmp_path), STUDIO_KERNEL_CACHE=str(broken))
    for path in broken.rglob("*.nb?"):
        path.write_bytes(b"broken")
    assert run(CALLED.format(folder=tmp_path), STUDIO_KERNEL_CACHE=str(broken)) == "4.0"


def test_importing_the_market_touches_no_file(tmp_path: Path) -> None:
    code = "import lib.market.fast, lib.market.exact; print('ok')"
    assert run(code, STUDIO_KERNEL_CACHE=str(tmp_path / "none")) == "ok"
    assert not (tmp_path / "none").exists()


def test_the_key_names_every_source(tmp_path: Path) -> None:
    names = {path.name for path in kernel_sources()}
    assert {"numerics.py", "keys.py", "desk.py", "replicates.py", "params.py"} <= names
    write_kernels(tmp_path, "x + 1.0")
    sources = tuple(sorted(tmp_path.glob("*.py")))
    before = source_key(sources)
    (tmp_path / "inner.py").write_text((tmp_path / "inner.py").read_text() + "\n")
    assert source_key(sources) != before
