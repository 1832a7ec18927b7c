"""The same bits: any threads, any chunks, any process, and machines without the newer instructions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lib.market.version import ENGINE_VERSION
from tests.market.golden import golden_hash

GOLDEN = Path(__file__).with_name("golden.sha256").read_text().strip()
HERE = Path(__file__).resolve().parents[2]


def test_results_are_the_committed_bits() -> None:
    """After a deliberate change of the law or its numerics: python -m tests.market.golden > tests/market/golden.sha256,
    and the first twelve digits into lib/market/version.py."""
    assert golden_hash() == GOLDEN
    assert GOLDEN.startswith(ENGINE_VERSION)


@pytest.mark.parametrize(("threads", "chunk"), [(1, 60), (1, 7), (None, 3)])
def test_threads_and_chunks_change_no_bit(threads: int | None, chunk: int) -> None:
    assert golden_hash(threads, chunk) == GOLDEN


@pytest.mark.parametrize(
    "setting",
    [{"NUMBA_CPU_NAME": "generic"}, {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"}],
    ids=lambda s: next(iter(s)),
)
def test_other_processors_change_no_bit(setting: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.market.golden"],
        cwd=HERE,
        env={**os.environ, **setting},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == GOLDEN, done.stderr[-2000:]
