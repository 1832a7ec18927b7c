"""Which law and numerics made a number.

The first digits of the golden hash of both engines' results (tests/market/test_golden.py): it changes exactly when
results do.
"""

ENGINE_VERSION = "7c7a36b684e5"


def engine_version() -> str:
    return ENGINE_VERSION
