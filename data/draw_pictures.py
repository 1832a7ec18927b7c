"""Draws the sample shops' product pictures and the app's icon.

The objects are Fluent Emoji 3D (MIT). Get them once, then draw:

    npm pack @lobehub/fluent-emoji-3d@1.1.0 && tar xzf lobehub-fluent-emoji-3d-1.1.0.tgz
    python data/draw_pictures.py package/assets [SHOP ...] [--only NAME] [--sheet FOLDER]

What stands where is data: data/shops/SHOP/scenes.toml. Everything else here is light: a seamless studio wall and
floor, a key light from the upper right (where the objects have theirs), contact and cast shadows, a faint reflection.
The same scenes give the same pictures.
"""

import argparse
import tomllib
import zlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

DATA = Path(__file__).resolve().parent
SIDE = 1080
HORIZON = 690
GROUND = 830
STEP_X = 375
QUALITY = 90

Floats = np.ndarray  # colours 0..255, masks 0..1

PALETTES = {
    # wall, floor, props
    "sand": ("#E9DAC3", "#E0CCAE", "#F5EBDC"),
    "clay": ("#DDAE93", "#D19C80", "#EFCFBC"),
    "rose": ("#EBCBC4", "#E2B9B1", "#F7E3DE"),
    "sage": ("#C3CFB6", "#B2C1A4", "#DEE6D5"),
    "teal": ("#9CC4BC", "#87B3AA", "#CBE2DC"),
    "sky": ("#BFD4E4", "#ABC4D7", "#DFEAF3"),
    "lilac": ("#D0C8E0", "#C0B6D4", "#E6E0F0"),
    "mustard": ("#E9C675", "#DDB65E", "#F6DFA8"),
    "stone": ("#DAD7D1", "#CCC8C0", "#EFEDE9"),
    "mint": ("#C5E3D6", "#B0D6C6", "#E2F2EB"),
    "pine": ("#1F5B53", "#18493F", "#2F7468"),
    "navy": ("#2C4260", "#233650", "#3F5A7D"),
    "plum": ("#6A3B52", "#562E43", "#855069"),
    "brick": ("#A9543B", "#93452F", "#C2705A"),
}


@dataclass(frozen=True)
class Thing:
    """One object of a scene: size and places in pixels of the finished picture."""

    emoji: str
    x: int = SIDE // 2
    size: int = 500
    ground: int = GROUND
    float: int = 0  # pixels between its lowest point and the ground
    hue: float = 0.0  # degrees round the colour wheel
    saturation: float = 1.0
    brightness: float = 1.0
    tilt: float = 0.0  # degrees, anticlockwise
    flip: bool = False


@dataclass(frozen=True)
class Scene:
    name: str
    palette: str
    set: str = "cove"
    gobo: str = ""
    prop_x: int = SIDE // 2
    prop_width: int = 640
    prop_height: int = 150
    things: tuple[Thing, ...] = field(default_factory=tuple)


def read_scenes(path: Path) -> list[Scene]:
    with path.open("rb") as file:
        rows = tomllib.load(file)["scene"]
    return [Scene(**{**row, "things": tuple(Thing(**thing) for thing in row["things"])}) for row in rows]


def rgb(colour: str) -> Floats:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def smooth(edge0: float, edge1: float, values: Floats) -> Floats:
    t = np.clip((values - edge0) / (edge1 - edge0), 0, 1)
    return t * t * (3 - 2 * t)


@cache
def axes() -> tuple[Floats, Floats]:
    ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    return xs, ys


def blurred(mask: Floats, radius: float) -> Floats:
    """Gaussian blur of a 0..1 mask, in 256 steps: the noise of the finished picture hides them."""
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float64) / 255


def drawn(shape: str, box: tuple[float, float, float, float], radius: float = 0) -> Floats:
    """An antialiased shape as a 0..1 mask."""
    factor = 3
    image = Image.new("L", (SIDE * factor, SIDE * factor))
    draw = ImageDraw.Draw(image)
    scaled = tuple(value * factor for value in box)
    if shape == "ellipse":
        draw.ellipse(scaled, fill=255)
    else:
        draw.rounded_rectangle(scaled, radius * factor, fill=255)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float64) / 255


def mix(canvas: Floats, colour: Floats, mask: Floats) -> Floats:
    return canvas + (colour - canvas) * mask[..., None]


def shade(canvas: Floats, mask: Floats, strength: float) -> Floats:
    """Darkens towards the picture's own hue, the way a shadow on coloured paper does."""
    tint = np.array([0.62, 0.54, 0.52])
    return canvas * (1 - (mask * strength)[..., None] * (1 - tint * 0.42))


def studio(scene: Scene) -> Floats:
    """Seamless wall and floor, lit from the upper right."""
    xs, ys = axes()
    wall, floor, _ = (rgb(colour) for colour in PALETTES[scene.palette])
    canvas = np.broadcast_to(wall, (SIDE, SIDE, 3)).copy()
    canvas = mix(canvas, floor, smooth(HORIZON - 90, HORIZON + 60, ys))
    canvas = mix(canvas, floor * 0.93, blurred(np.exp(-(((ys - HORIZON - 8) / 46) ** 2)), 6) * 0.55)
    pool = np.exp(-(((xs - 690) / 520) ** 2 + ((ys - 330) / 430) ** 2))
    canvas = canvas + (255 - canvas) * (pool * 0.34)[..., None]
    near = smooth(HORIZON + 40, SIDE, ys) * np.exp(-(((xs - 610) / 560) ** 2))
    return canvas + (255 - canvas) * (near * 0.14)[..., None]


def gobo(scene: Scene, assets: Path, canvas: Floats) -> Floats:
    """What stands between lamp and wall: leaves or a window, far out of focus."""
    if scene.gobo == "window":
        mask = np.ones((SIDE, SIDE))
        for column in range(2):
            for row in range(3):
                left, top = 250 + column * 250, -60 + row * 225
                mask -= drawn("box", (left, top, left + 220, top + 195))
        frame = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
        mask = np.asarray(
            frame.transform((SIDE, SIDE), Image.Transform.AFFINE, (1, -0.34, 110, -0.06, 1, 30), fillcolor=255),
            dtype=np.float64,
        )
        return shade(canvas, blurred(mask / 255, 13) * (1 - smooth(HORIZON - 60, HORIZON + 120, axes()[1])), 0.17)
    if scene.gobo == "leaves":
        mask = Image.new("L", (SIDE, SIDE))
        leaf = cutout(assets, Thing("1f33f", size=620)).getchannel("A")
        for angle, x, y in ((155, -330, -190), (210, -400, 190), (125, 10, -350)):
            turned = leaf.rotate(angle, expand=True)
            layer = Image.new("L", (SIDE, SIDE))
            layer.paste(turned, (x, y), turned)
            mask = ImageChops.lighter(mask, layer)
        soft = blurred(np.asarray(mask, dtype=np.float64) / 255, 15)
        return shade(canvas, soft * (1 - smooth(HORIZON - 40, HORIZON + 120, axes()[1])), 0.2)
    return canvas


def plinth(canvas: Floats, colour: Floats, centre: float, top: float, width: float, height: float) -> Floats:
    """A round podium: top ellipse, side lit like a cylinder, its shadow on the floor."""
    xs, _ = axes()
    half, squash = width / 2, width * 0.085
    foot = drawn("ellipse", (centre - half, top + height - squash, centre + half, top + height + squash))
    shadow = drawn("ellipse", (centre - half * 1.4, top + height - squash, centre + half * 0.9, top + height + squash))
    canvas = shade(canvas, blurred(shadow, 34), 0.46)
    canvas = shade(canvas, blurred(foot, 9), 0.4)
    side = np.maximum(foot, drawn("box", (centre - half, top, centre + half, top + height)))
    across = np.clip((xs - centre) / half, -1, 1)
    facing = np.clip(0.5 * across + 0.86 * np.sqrt(1 - across**2), 0, 1)[..., None]
    # the side in shadow keeps the colour of the room
    dark = colour * (colour / 255) ** 0.6 * 0.68
    canvas = canvas + (dark + (colour * 0.99 - dark) * facing**0.8 - canvas) * side[..., None]
    lid = drawn("ellipse", (centre - half, top - squash, centre + half, top + squash))
    lit = colour + (255 - colour) * 0.30
    canvas = mix(canvas, lit, lid)
    inner = drawn("ellipse", (centre - half + 3, top - squash + 3, centre + half - 3, top + squash - 1))
    glow = np.clip(0.5 + across * 0.5, 0, 1) * inner
    return canvas + (255 - canvas) * (glow * 0.2)[..., None] - (lid - inner)[..., None] * 4


def panel(canvas: Floats, colour: Floats, scene: Scene) -> Floats:
    """An arch or a disc standing against the wall."""
    half = scene.prop_width / 2
    if scene.set == "arch":
        box = (scene.prop_x - half, HORIZON - scene.prop_height, scene.prop_x + half, HORIZON + 40 + half * 2)
        mask = drawn("box", box, half) * (axes()[1] < HORIZON + 38)
    else:
        middle = HORIZON - scene.prop_height
        mask = drawn("ellipse", (scene.prop_x - half, middle - half, scene.prop_x + half, middle + half))
        mask = mask * (1 - smooth(HORIZON + 26, HORIZON + 40, axes()[1]))
    cast = np.roll(blurred(mask, 26), (18, -30), axis=(0, 1))
    canvas = shade(canvas, cast * (1 - mask), 0.34)
    xs, ys = axes()
    falling = smooth(200, 950, (SIDE - xs) * 0.6 + ys * 0.7)
    face = colour[None, None, :] * (1.03 - 0.12 * falling)[..., None]
    rim = np.clip(mask - np.roll(mask, (2, -2), axis=(0, 1)), 0, 1)
    canvas = canvas + (face - canvas) * mask[..., None]
    return canvas + (255 - canvas) * (rim * 0.5)[..., None]


def furnish(canvas: Floats, scene: Scene) -> Floats:
    colour = rgb(PALETTES[scene.palette][2])
    if scene.set in ("arch", "disc"):
        return panel(canvas, colour, scene)
    if scene.set == "plinth":
        return plinth(canvas, colour, scene.prop_x, GROUND - 18, scene.prop_width, scene.prop_height)
    if scene.set == "steps":
        canvas = plinth(canvas, colour, STEP_X, GROUND - 168, 480, 270)
        return plinth(canvas, colour * 0.99, SIDE - STEP_X, GROUND - 8, 520, 140)
    return canvas


def cutout(assets: Path, thing: Thing) -> Image.Image:
    """The object at its size: enlarged without halos, its outline crisp again, its colours graded."""
    with Image.open(assets / f"{thing.emoji}.webp") as file:
        source = file.convert("RGBA")
    source = source.crop(source.getchannel("A").point(lambda a: 255 if a > 10 else 0).getbbox())
    scale = thing.size / max(source.size)
    size = (max(1, round(source.width * scale)), max(1, round(source.height * scale)))
    pixels = np.asarray(source, dtype=np.float64) / 255
    solid = ((pixels[..., 3] > 0.05) & (pixels[..., 3] < 0.95)).mean() < 0.07
    pixels[..., :3] *= pixels[..., 3:]
    planes = [Image.fromarray(pixels[..., k].astype(np.float32)) for k in range(4)]
    planes = [plane.resize(size, Image.Resampling.BICUBIC) for plane in planes]
    big = np.stack([np.asarray(plane, dtype=np.float64) for plane in planes], axis=-1)
    alpha = np.clip(big[..., 3], 0, 1)
    colour = bled(big[..., :3], alpha, radius=3 * max(scale, 1))
    if solid and scale > 1:
        alpha = smooth(0.5 - 0.42 / scale, 0.5 + 0.42 / scale, alpha)
    image = Image.fromarray((np.dstack([graded(colour, thing), alpha]) * 255).round().astype(np.uint8), "RGBA")
    sharp = image.convert("RGB").filter(ImageFilter.UnsharpMask(radius=2.2 * max(scale, 1), percent=55, threshold=1))
    image = Image.merge("RGBA", (*sharp.split(), image.getchannel("A")))
    if thing.flip:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if thing.tilt:
        image = image.rotate(thing.tilt, Image.Resampling.BICUBIC, expand=True)
        image = image.crop(image.getbbox())
    return image


def bled(premultiplied: Floats, alpha: Floats, radius: float) -> Floats:
    """Colours carried a little past the outline, so that sharpening finds no edge against nothing there."""
    around = np.stack([blurred(premultiplied[..., k], radius) for k in range(3)], axis=-1)
    near = around / np.maximum(blurred(alpha, radius), 0.02)[..., None]
    own = premultiplied / np.maximum(alpha, 1e-3)[..., None]
    return np.clip(np.where((alpha > 0.6)[..., None], own, near), 0, 1)


def graded(colour: Floats, thing: Thing) -> Floats:
    """Hue turned in a luma-preserving space, saturation eased a little so that no object shouts."""
    luma = colour @ np.array([0.299, 0.587, 0.114])
    chroma_b, chroma_r = colour[..., 2] - luma, colour[..., 0] - luma
    turn = np.deg2rad(thing.hue)
    strength = 0.96 * thing.saturation
    b = (chroma_b * 0.564 * np.cos(turn) - chroma_r * 0.713 * np.sin(turn)) * strength
    r = (chroma_b * 0.564 * np.sin(turn) + chroma_r * 0.713 * np.cos(turn)) * strength
    red, blue = luma + r / 0.713, luma + b / 0.564
    green = (luma - 0.299 * red - 0.114 * blue) / 0.587
    return np.clip(np.stack([red, green, blue], axis=-1) * thing.brightness, 0, 1)


def placed(mask: Image.Image, left: int, top: int) -> Floats:
    layer = Image.new("L", (SIDE, SIDE))
    layer.paste(mask, (left, top))
    return np.asarray(layer, dtype=np.float64) / 255


def shadows(canvas: Floats, alpha: Image.Image, thing: Thing, left: int, bottom: int) -> Floats:
    """Cast shadow away from the light, soft shadow under it, dark line where it touches."""
    width, height = alpha.size
    ground = thing.ground
    shear, squash = 0.62, 0.20
    reach = int(height * shear)
    skewed = alpha.transform(
        (width + reach, max(2, int(height * squash))),
        Image.Transform.AFFINE,
        (1, -shear / squash, 0, 0, 1 / squash, 0),
        Image.Resampling.BILINEAR,
    )
    cast = placed(skewed, left - reach - int(thing.float * 0.6), ground - skewed.height - int(thing.float * squash))
    _, ys = axes()
    fade = smooth(ground - height * squash * 1.05, ground, ys)
    canvas = shade(canvas, blurred(cast, 20 + thing.float * 0.1) * (0.25 + 0.75 * fade), 0.44)
    opaque = np.asarray(alpha) > 90
    start, end = np.flatnonzero(opaque[int(height * (0.15 if thing.float else 0.93)) :].any(axis=0))[[0, -1]]
    spread = (end - start) * (-0.06 if thing.float else 0.06)
    box = (left + start - spread, ground - 20, left + end + spread, ground + 20)
    canvas = shade(canvas, blurred(drawn("ellipse", box), 17 + thing.float * 0.12), 0.55 / (1 + thing.float * 0.008))
    if thing.float:
        return canvas
    for start, end in feet(opaque):
        inset = min(4, (end - start) / 4)
        box = (left + start + inset, ground - 8, left + end - inset, ground + 7)
        canvas = shade(canvas, blurred(drawn("ellipse", box), 4.5), 0.72)
    return canvas


def feet(opaque: Floats) -> list[tuple[int, int]]:
    """Where the object touches the ground: first and last column of each foot."""
    touching = opaque[-max(4, round(opaque.shape[0] * 0.025)) :].any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], touching, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2) if last - first > 5]


def reflection(canvas: Floats, image: Image.Image, thing: Thing, left: int) -> Floats:
    depth = min(120, image.height)
    mirrored = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).crop((0, 0, image.width, depth))
    layer = Image.new("RGBA", (SIDE, SIDE))
    layer.paste(mirrored, (left, thing.ground + 2 + thing.float * 2))
    pixels = np.asarray(layer.filter(ImageFilter.GaussianBlur(3.5)), dtype=np.float64)
    fade = 1 - smooth(thing.ground, thing.ground + depth, axes()[1])
    return mix(canvas, pixels[..., :3], pixels[..., 3] / 255 * fade * 0.15)


def stand(canvas: Floats, scene: Scene, assets: Path, thing: Thing) -> Floats:
    image = cutout(assets, thing)
    left = int(thing.x - image.width / 2)
    bottom = thing.ground - thing.float
    canvas = shadows(canvas, image.getchannel("A"), thing, left, bottom)
    if scene.set not in ("plinth", "steps") and thing.float == 0:
        canvas = reflection(canvas, image, thing, left)
    layer = Image.new("RGBA", (SIDE, SIDE))
    layer.paste(image, (left, bottom - image.height))
    pixels = np.asarray(layer, dtype=np.float64)
    xs, ys = axes()
    # the key light brightens what faces it; the floor throws its colour back from below
    key = 0.5 + (0.55 * (xs - thing.x) - 0.8 * (ys - bottom + image.height / 2)) / (2.2 * thing.size)
    lit = pixels[..., :3] * (0.93 + 0.13 * np.clip(key, 0, 1))[..., None]
    bounce = smooth(bottom - image.height * 0.45, bottom, ys) * 0.16
    lit = lit * (1 - bounce[..., None] * (1 - rgb(PALETTES[scene.palette][1]) / 255))
    return mix(canvas, np.clip(lit, 0, 255), pixels[..., 3] / 255)


def finished(canvas: Floats, name: str) -> Image.Image:
    xs, ys = axes()
    away = np.hypot(xs - 500, ys - 500) / 760
    canvas = canvas * (1 - 0.13 * smooth(0.55, 1.05, away))[..., None]
    # a whisper of noise keeps the long gradients from banding
    noise = np.random.default_rng(zlib.crc32(name.encode())).normal(0, 0.55, (SIDE, SIDE, 1))
    return Image.fromarray(np.clip(canvas + noise, 0, 255).round().astype(np.uint8), "RGB")


def draw(scene: Scene, assets: Path) -> Image.Image:
    canvas = furnish(gobo(scene, assets, studio(scene)), scene)
    for thing in scene.things:
        canvas = stand(canvas, scene, assets, thing)
    return finished(canvas, scene.name)


def sheet(pictures: list[Path], columns: int = 6, side: int = 270) -> Image.Image:
    rows = -(-len(pictures) // columns)
    image = Image.new("RGB", (columns * (side + 12) + 12, rows * (side + 12) + 12), "#FBFAF7")
    for index, path in enumerate(pictures):
        with Image.open(path) as picture:
            small = picture.resize((side, side), Image.Resampling.LANCZOS)
        image.paste(small, (12 + index % columns * (side + 12), 12 + index // columns * (side + 12)))
    return image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assets", type=Path)
    parser.add_argument("shops", nargs="*")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--sheet", type=Path, help="folder for a contact sheet of each shop")
    wanted = parser.parse_args()
    shops = wanted.shops or [path.parent.name for path in sorted((DATA / "shops").glob("*/scenes.toml"))]
    for shop in shops:
        folder = DATA / "shops" / shop / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        scenes = read_scenes(folder.parent / "scenes.toml")
        for scene in scenes:
            if not wanted.only or scene.name in wanted.only:
                draw(scene, wanted.assets).save(folder / f"{shop}-{scene.name}.webp", quality=QUALITY, method=6)
        if wanted.sheet:
            sheet([folder / f"{shop}-{scene.name}.webp" for scene in scenes]).save(wanted.sheet / f"{shop}.png")


if __name__ == "__main__":
    main()
