"""Randomness as a pure function of what it is for.

A stream is named by (domain, seed, replicate, hour, stage, place) and keyed by Philox4x32-10 (Salmon et al., SC 2011).
Within a stream an identity (an opportunity, a conversation) is walked by the SplitMix64 counter (Steele, Lea and Flood,
OOPSLA 2014): draw i of a stream is mix64(key + (i + 1) * GOLDEN). Nothing is a running count, so a draw that is not
made moves no other.
"""

import numpy as np

from lib.market.compiled import tight

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_MUL_0 = np.uint64(0xD2511F53)
_MUL_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_S32 = np.uint64(32)

# Domains: whoever forecasts can not name the platform's streams, whatever the seed.
FORECAST = 1
PLATFORM = 2
VALIDATION = 3
DOMAINS = {"forecast": FORECAST, "platform": PLATFORM, "validation": VALIDATION}

# Stages: what a draw is for.
WORLD = 1
PRICE_LEVEL = 2
DELIVERY = 3
OPPORTUNITY = 4
PERSON = 5
CLICK = 6
CHAT = 7
CREATIVE = 8
ALL_CLICKS = 9
DETAIL = 10
ARRIVALS = 11

TWO_32 = 1.0 / 4294967296.0
TWO_52 = 1.0 / 4503599627370496.0


@tight
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox4x32-10: four 32-bit words (in uint64) of a 128-bit counter under a 64-bit key."""
    c0, c1, c2, c3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    k0, k1 = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        p0 = _MUL_0 * c0
        p1 = _MUL_1 * c2
        c0, c1, c2, c3 = (p1 >> _S32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _S32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@tight
def mix64(x: int) -> int:
    """SplitMix64's output function."""
    x = np.uint64(x)
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


@tight
def block(seed: int, domain: int, replicate: int, hour: int, stage: int, place: int) -> tuple[int, int, int, int]:
    """The Philox block of a stream: seed is its key; replicate, hour, stage with domain, and place its counter."""
    seed = np.uint64(seed)
    tag = np.uint64(stage) | (np.uint64(domain) << np.uint64(16))
    return philox(
        np.uint64(replicate) & _LOW,
        np.uint64(hour) & _LOW,
        tag,
        np.uint64(place) & _LOW,
        seed & _LOW,
        seed >> _S32,
    )


@tight
def stream(seed: int, domain: int, replicate: int, hour: int, stage: int, place: int) -> int:
    """The 64-bit key of a stream whose identities `draw64` walks."""
    w = block(seed, domain, replicate, hour, stage, place)
    return w[0] | (w[1] << _S32)


@tight
def draw64(key: int, identity: int) -> int:
    return mix64(np.uint64(key) + (np.uint64(identity) + np.uint64(1)) * GOLDEN)


@tight
def uniform(bits: int) -> float:
    """Open interval (0, 1), 52 bits: the most for which the half step below 1 is a number of its own."""
    return (np.float64(np.int64(np.uint64(bits) >> np.uint64(12))) + 0.5) * TWO_52


@tight
def uniform32(word: int) -> float:
    """Open interval (0, 1), of a 32-bit word."""
    return (np.float64(np.int64(np.uint64(word) & _LOW)) + 0.5) * TWO_32


@tight
def high_half(bits: int) -> float:
    return uniform32(np.uint64(bits) >> _S32)


def identity_of(name: str) -> int:
    """A name as a 32-bit number for a key (FNV-1a, folded)."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    return (state ^ (state >> 32)) & 0xFFFFFFFF
