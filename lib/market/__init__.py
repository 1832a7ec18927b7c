"""The simulator. Pure: numbers in, numbers out; no I/O of its own, no clock."""


def warm() -> None:
    """Compile every kernel, or load its machine code, so that no later call waits; a minute with an empty cache."""
    from lib.market.warming import compile_all

    compile_all()
