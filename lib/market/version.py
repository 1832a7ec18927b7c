"""Which law and numerics made a number.

The first digits of the golden hash of both engines' results (tests/market/test_golden.py): it changes exactly when
results do.
"""

ENGINE_VERSION = "d1929f8e3854"


def engine_version() -> str:
    return ENGINE_VERSION
