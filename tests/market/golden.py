"""Prints the golden hash: the bits of both engines' results on plans that use every part of the law."""

import hashlib
import os

import numpy as np

from lib.market import exact, fast
from lib.market.layout import lay_out
from lib.market.scenario import Audience, Bid, Budget, Creative, Edit
from tests.market.support import desk, load_assumptions, reference, small_audience


def scenarios():
    yield reference(9)
    yield reference(
        8,
        audience=Audience(("EG", "SA"), 21, 54, ("female",)),
        placements=("facebook_feed", "instagram_reels", "facebook_story"),
        creatives=(Creative("one"), Creative("two", 1.2)),
        budget=Budget("lifetime", 900_000_000),
        bid=Bid("cost_cap", 250_000),
        desk=desk(3, 2, bot_share=0.3),
        edits=(
            Edit(40, "bid", Bid("bid_cap", 300_000)),
            Edit(60, "pause"),
            Edit(70, "resume"),
            Edit(90, "desk", desk(1)),
        ),
        overrides=(*small_audience(40_000), *small_audience(30_000, "SA")),
    )


def golden_hash(threads: int | None = None, chunk: int = fast.CHUNK) -> str:
    digest = hashlib.sha256()
    for scenario in scenarios():
        layout = lay_out(scenario, load_assumptions())
        for table in fast.simulate(layout, seed=20261122, replicates=60, threads=threads, chunk=chunk):
            digest.update(np.ascontiguousarray(table).tobytes())
        state = exact.start(scenario, load_assumptions(), seed=7)
        for _ in range(100):
            state, hour = exact.step(state)
            digest.update(repr(hour).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(golden_hash(threads=int(os.environ.get("GOLDEN_THREADS", "0")) or None))
