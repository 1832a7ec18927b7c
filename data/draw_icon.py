"""Draws the studio's mark, a speech bubble with a spark: data/images/icon.png and favicon.ico.

python data/draw_icon.py
"""

from pathlib import Path

import numpy as np
from PIL import Image

IMAGES = Path(__file__).resolve().parent / "images"
ACCENT, PAPER, MINT = "#0A6E60", "#FBFAF7", "#2BE3A1"
SIDE = 512
OVERSAMPLE = 4

Mask = np.ndarray


def rounded(x: Mask, y: Mask, half_width: float, half_height: float, radius: float) -> Mask:
    outside_x = np.maximum(np.abs(x) - half_width + radius, 0)
    outside_y = np.maximum(np.abs(y) - half_height + radius, 0)
    return np.hypot(outside_x, outside_y) <= radius


def spark(x: Mask, y: Mask, reach: float) -> Mask:
    """A star of four rays with hollow flanks."""
    return np.abs(x / reach) ** 0.56 + np.abs(y / reach) ** 0.56 <= 1


def mark(side: int) -> Image.Image:
    big = side * OVERSAMPLE
    y, x = (np.mgrid[0:big, 0:big] + 0.5) / big * 2 - 1
    tile = rounded(x, y, 1, 1, 0.46)
    x, y = x * 0.87, y * 0.87  # the mark fills the tile, so that it still reads at 16 pixels
    bubble = rounded(x, y + 0.07, 0.66, 0.55, 0.42)
    # the tail: a wedge below the left of the bubble, its tip outwards
    tail = (x > -0.56) & (x < -0.05) & (y > 0.2) & (y < 0.74 - (x + 0.56) * 0.72)
    pixels = np.zeros((big, big, 4))
    for shape, colour in (
        (tile, ACCENT),
        (bubble | tail, PAPER),
        (spark(x + 0.05, y + 0.04, 0.42), ACCENT),
        (spark(x - 0.33, y + 0.33, 0.19), MINT),
    ):
        pixels[shape] = [*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), 255]
    # averaged with alpha premultiplied, or the corners would darken
    pixels[..., :3] *= pixels[..., 3:] / 255
    small = pixels.reshape(side, OVERSAMPLE, side, OVERSAMPLE, 4).mean(axis=(1, 3))
    small[..., :3] /= np.maximum(small[..., 3:] / 255, 1e-6)
    return Image.fromarray(np.clip(small, 0, 255).round().astype(np.uint8), "RGBA")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    mark(SIDE).save(IMAGES / "icon.png", optimize=True)
    sizes = [16, 32, 48]
    marks = [mark(size) for size in sizes]
    marks[-1].save(IMAGES / "favicon.ico", sizes=[(size, size) for size in sizes], append_images=marks[:-1])


if __name__ == "__main__":
    main()
