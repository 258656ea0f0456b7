"""Small PNG and JPEG files, and what Pillow reads of them (apt install python3-pil)."""

import io
import random

import torch
from PIL import Image


def picture(mode, width, height, seed=1):
    """Noise: every bit counts."""
    random.seed(f"{mode} {seed}")
    bands = len(Image.new(mode, (1, 1)).getbands())
    most = {"1": 1, "P": 7, "I;16": 65535}.get(mode, 255)
    image = Image.new(mode, (width, height))
    noise = [tuple(random.randint(0, most) for _ in range(bands)) for _ in range(width * height)]
    pixels = [value[0] if bands == 1 else value for value in noise]
    image.putdata([value * 255 for value in pixels] if mode == "1" else pixels)
    if mode == "P":
        image.putpalette([random.randint(0, 255) for _ in range(24)])
    return image


def gradient(width, height):
    """What JPEG does not change much."""
    image = Image.new("RGB", (width, height))
    image.putdata([(10 * x, 9 * y, 5 * (x + y)) for y in range(height) for x in range(width)])
    return image


def saved(image, **options):
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


def pixels(data, channels, orient=False):
    image = Image.open(io.BytesIO(data))
    if image.mode.startswith("I"):
        bands = [image]
    else:
        if orient:
            from PIL import ImageOps

            image = ImageOps.exif_transpose(image)
        bands = image.convert({1: "L", 3: "RGB", 4: "RGBA"}[channels]).split()
    rows = [torch.tensor(list(band.getdata())).reshape(band.size[1], band.size[0]) for band in bands]
    return torch.stack(rows * (channels // len(rows))).int()


def cases(area):
    def case(op, name, data, channels, **options):
        inputs = {"bytes": torch.tensor(list(data), dtype=torch.int32)}
        outputs = {"y": pixels(data, channels, **options)}
        area.record(op, name, inputs, {"channels": channels}, outputs)

    for name, mode, channels, options in (
        ("gray", "L", 1, {}),
        ("gray to colors", "L", 3, {}),
        ("gray and alpha", "LA", 4, {}),
        ("colors", "RGB", 3, {}),
        ("colors and alpha", "RGBA", 4, {}),
        ("alpha left out", "RGBA", 3, {}),
        ("palette", "P", 3, {}),
        ("palette of 4 bits", "P", 3, {"bits": 4}),
        ("palette with alpha", "P", 4, {"transparency": 3}),
        ("black and white", "1", 1, {}),
        ("16 bits", "I;16", 1, {}),
        ("colors with one that is transparent", "RGB", 4, {"transparency": (7, 7, 7)}),
    ):
        image = picture(mode, 5, 3)
        if options.get("transparency") == (7, 7, 7):
            image.putpixel((1, 1), (7, 7, 7))
        case("decodePng", name, saved(image, format="PNG", **options), channels)
    smooth = gradient(17, 9)
    jpeg = {"format": "JPEG", "quality": 95}
    case("decodeJpeg", "all colors", saved(smooth, **jpeg, subsampling=0), 3)
    case("decodeJpeg", "half the colors", saved(smooth, **jpeg, subsampling=2), 3)
    case("decodeJpeg", "progressive", saved(smooth, **jpeg, subsampling=0, progressive=True), 3)
    case("decodeJpeg", "gray", saved(smooth.convert("L"), **jpeg), 1)
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = saved(smooth, **jpeg, subsampling=0, exif=exif)
        case("decodeJpeg", f"orientation {orientation}", data, 3, orient=True)
