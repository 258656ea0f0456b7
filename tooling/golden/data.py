"""Transforms of images and series. torchvision is not needed: PyTorch's own resampling, and the formulas of its docs."""

import colorsys
import math

import torch
import torch.nn.functional as F
from common import uniform


def pixels(*shape):
    return lambda: uniform(0, 1, *shape)


def resize(x, size, interpolation="bilinear", antialias=True):
    if interpolation == "nearest":
        return F.interpolate(x[None], size, mode="nearest")[0]
    return F.interpolate(x[None], size, mode="bilinear", antialias=antialias, align_corners=False)[0]


def inverse_matrix(center, angle, translate, scale, shear):
    """The inverse of T C R S Sh C^-1, with each factor inverted by itself: torchvision's docs give the product."""
    turn, sx, sy = (math.radians(v) for v in (angle, *shear))
    move = lambda x, y: torch.tensor([[1, 0, x], [0, 1, y], [0, 0, 1]], dtype=torch.float64)
    rotation_scale_shear = torch.tensor(
        [
            [
                scale * math.cos(turn - sy) / math.cos(sy),
                scale * (-math.cos(turn - sy) * math.tan(sx) / math.cos(sy) - math.sin(turn)),
                0,
            ],
            [
                scale * math.sin(turn - sy) / math.cos(sy),
                scale * (-math.sin(turn - sy) * math.tan(sx) / math.cos(sy) + math.cos(turn)),
                0,
            ],
            [0, 0, 1],
        ]
    )
    whole = move(*translate) @ move(*center) @ rotation_scale_shear @ move(-center[0], -center[1])
    return torch.linalg.inv(whole)[:2]


def warp(x, matrix, interpolation, fill):
    """`matrix` maps output to input places in pixels from the middle; affine_grid wants both in -1 ... 1."""
    _, h, w = x.shape
    scaled = torch.tensor([[1, h / w, 2 / w], [w / h, 1, 2 / h]]) * matrix
    grid = F.affine_grid(scaled[None], [1, *x.shape], align_corners=False)
    sampled = F.grid_sample((x - fill)[None], grid, mode=interpolation, padding_mode="zeros", align_corners=False)
    return sampled[0] + fill


def affine(x, angle=0, translate=(0, 0), scale=1.0, shear=(0, 0), center=None, interpolation="nearest", fill=0):
    _, h, w = x.shape
    middle = (0, 0) if center is None else (center[0] - w / 2, center[1] - h / 2)
    return warp(x, inverse_matrix(middle, angle, translate, scale, shear), interpolation, fill)


def rotate(x, angle, **options):
    return affine(x, angle=-angle, **options)


GRAY = torch.tensor([0.2989, 0.587, 0.114]).reshape(3, 1, 1)


def luma(x):
    return (x * GRAY).sum(0, keepdim=True)


def blend(x, other, factor):
    return (factor * x + (1 - factor) * other).clamp(0, 1)


def adjust_hue(x, shift):
    out = torch.empty_like(x)
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            h, s, v = colorsys.rgb_to_hsv(*x[:, i, j].tolist())
            out[:, i, j] = torch.tensor(colorsys.hsv_to_rgb((h + shift) % 1, s, v))
    return out


def pad(x, padding, padding_mode="constant", fill=0):
    left, top, right, bottom = padding
    mode = {"edge": "replicate"}.get(padding_mode, padding_mode)
    return F.pad(x[None], (left, right, top, bottom), mode=mode, **({"value": fill} if mode == "constant" else {}))[0]


def detrend(x, type="linear"):
    design = torch.ones(len(x), 1)
    if type == "linear":
        design = torch.cat([design, torch.arange(len(x)).double()[:, None]], 1)
    return x - design @ torch.linalg.lstsq(design, x).solution


def standardize(train, x):
    return (x - train.mean(0)) / train.std(0, unbiased=False)


def cases(area):
    case = lambda op, name, inputs, fn, **options: area.case(op, name, inputs, fn, grads=False, **options)
    for name, shape, options in (
        ("smaller, antialiased", (2, 9, 12), {"size": [4, 5]}),
        ("smaller, not antialiased", (2, 9, 12), {"size": [4, 5], "antialias": False}),
        ("one third", (1, 12, 9), {"size": [4, 3]}),
        ("larger", (2, 3, 4), {"size": [7, 9]}),
        ("larger, not antialiased", (1, 3, 4), {"size": [7, 9], "antialias": False}),
        ("wider and lower", (1, 8, 3), {"size": [3, 8]}),
        ("to one pixel", (1, 5, 7), {"size": [1, 1]}),
        ("nearest, smaller", (1, 7, 9), {"size": [3, 4], "interpolation": "nearest"}),
        ("nearest, larger", (1, 3, 4), {"size": [7, 9], "interpolation": "nearest"}),
    ):
        case("resize", name, {"x": pixels(*shape)}, resize, **options)
    for name, options in (
        ("turned", {"angle": 30}),
        ("moved", {"translate": [1.25, -2]}),
        ("larger", {"scale": 1.7}),
        ("smaller", {"scale": 0.6}),
        ("sheared along x", {"shear": [20, 0]}),
        ("sheared along y", {"shear": [0, -15]}),
        ("all, with a fill", {"angle": -17, "translate": [2, 1], "scale": 1.2, "shear": [10, 5], "fill": 0.5}),
        ("around a point", {"angle": 40, "center": [1.5, 2]}),
    ):
        for interpolation in ("bilinear", "nearest"):
            x = {"x": pixels(2, 6, 7)}
            case("affine", f"{name}, {interpolation}", x, affine, **options, interpolation=interpolation)
    for name, angle, options in (
        ("by 90", 90, {}),
        ("by 25", 25, {}),
        ("by -130 with a fill", -130, {"fill": 0.25}),
        ("around a point", 60, {"center": [2, 3]}),
    ):
        case("rotate", name, {"x": pixels(2, 6, 6)}, rotate, angle=angle, **options, interpolation="bilinear")
    color = {"x": pixels(3, 4, 5)}
    for factor in (0.0, 0.6, 1.7):
        case("adjustBrightness", f"{factor}", color, lambda x, factor: blend(x, 0, factor), factor=factor)
        case("adjustContrast", f"{factor}", color, lambda x, factor: blend(x, luma(x).mean(), factor), factor=factor)
        case("adjustSaturation", f"{factor}", color, lambda x, factor: blend(x, luma(x), factor), factor=factor)
    for shift in (-0.5, -0.2, 0.05, 0.4):
        case("adjustHue", f"{shift}", color, adjust_hue, shift=shift)
    case("grayscale", "one channel", color, luma)
    for name, options in (
        ("constant", {"fill": 0.5}),
        ("edge", {"padding_mode": "edge"}),
        ("reflect", {"padding_mode": "reflect"}),
    ):
        case("padImage", name, {"x": pixels(2, 3, 4)}, pad, padding=[3, 1, 2, 2], **options)
    series = (12, 2)
    case("detrend", "linear", {"x": series}, detrend)
    case("detrend", "constant", {"x": series}, detrend, type="constant")
    case("standardScaler", "fit on the past", {"train": series, "x": (5, 2)}, standardize)
