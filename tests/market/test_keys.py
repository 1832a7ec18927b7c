"""Counter-based draws: published vectors, and what a key may depend on."""

import numpy as np
import pytest

from lib.market.keys import DOMAINS, draw64, philox, stream, uniform

# Known answers of the Random123 distribution (kat_vectors, philox4x32 10 rounds).
PHILOX = [
    ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("inputs", "words"), PHILOX)
def test_philox_gives_the_published_words(inputs: tuple[int, ...], words: tuple[int, ...]) -> None:
    assert tuple(int(w) for w in philox(*inputs)) == words


def test_walking_a_stream_gives_splitmix64s_published_sequence() -> None:
    drawn = [int(draw64(np.uint64(1234567), i)) for i in range(5)]
    assert drawn == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_every_part_of_a_key_matters() -> None:
    base = (5, 1, 2, 3, 4, 6)
    keys = {int(stream(*base))}
    for part in range(6):
        changed = list(base)
        changed[part] += 1
        keys.add(int(stream(*changed)))
    assert len(keys) == 7


def test_domains_never_share_a_stream() -> None:
    keys = {int(stream(9, domain, r, h, 1, 0)) for domain in DOMAINS.values() for r in range(20) for h in range(50)}
    assert len(keys) == len(DOMAINS) * 20 * 50


def test_uniforms_stay_inside_the_open_interval() -> None:
    assert 0 < uniform(np.uint64(0)) < uniform(np.uint64(2**64 - 1)) < 1
