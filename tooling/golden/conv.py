"""Convolution, pooling, upsampling."""

import torch
import torch.nn.functional as F
from common import distinct, uniform

INF, NAN = float("inf"), float("nan")


def conv2d(x, weight, bias=None, padding=0, **options):
    """Padding of four numbers is [top, bottom, left, right], which PyTorch has only through F.pad."""
    if isinstance(padding, list) and len(padding) == 4:
        top, bottom, left, right = padding
        x, padding = F.pad(x, [left, right, top, bottom]), 0
    return F.conv2d(x, weight, bias, padding=padding, **options)


def conv1d(x, weight, bias=None, padding=0, **options):
    """PyTorch has no causal padding: all of it at the start, which no output looks beyond."""
    if padding == "causal":
        x, padding = F.pad(x, [options.get("dilation", 1) * (weight.shape[2] - 1), 0]), 0
    return F.conv1d(x, weight, bias, padding=padding, **options)


def conv3d(x, weight, bias=None, **options):
    return F.conv3d(x, weight, bias, **options)


def conv_transpose2d(x, weight, bias=None, **options):
    return F.conv_transpose2d(x, weight, bias, **options)


def conv_transpose1d(x, weight, bias=None, **options):
    return F.conv_transpose1d(x, weight, bias, **options)


def conv_transpose3d(x, weight, bias=None, **options):
    return F.conv_transpose3d(x, weight, bias, **options)


def conv_layer(x, weight, bias, **options):
    """The layer, which has padding modes, with the given weights."""
    make = {3: torch.nn.Conv1d, 4: torch.nn.Conv2d, 5: torch.nn.Conv3d}[x.dim()]
    channels = weight.shape[1] * options.get("groups", 1)
    layer = make(channels, weight.shape[0], kernel_size=tuple(weight.shape[2:]), **options)
    return layer._conv_forward(x, weight, bias)


def convolutions(area):
    for name, x, weight, bias, options in (
        ("defaults, with bias", (2, 3, 5, 6), (4, 3, 3, 3), True, {}),
        ("without bias", (1, 2, 4, 4), (3, 2, 3, 3), False, {}),
        ("valid", (1, 2, 5, 4), (2, 2, 3, 2), True, {"padding": "valid"}),
        ("stride 2", (2, 2, 7, 7), (3, 2, 3, 3), True, {"stride": [2, 2]}),
        ("stride leaves a rest", (1, 2, 8, 6), (2, 2, 3, 3), True, {"stride": [2, 2]}),
        ("stride beyond the kernel", (1, 2, 8, 9), (2, 2, 2, 2), True, {"stride": [3, 4]}),
        ("uneven stride and kernel", (1, 2, 6, 8), (3, 2, 2, 3), True, {"stride": [1, 3]}),
        ("padding 1", (1, 2, 4, 5), (3, 2, 3, 3), True, {"padding": [1, 1]}),
        ("uneven padding of axes", (1, 2, 4, 4), (2, 2, 3, 5), True, {"padding": [0, 2]}),
        ("padding as large as the kernel", (1, 1, 3, 3), (2, 1, 2, 2), True, {"padding": [2, 2]}),
        ("four paddings", (1, 2, 4, 5), (3, 2, 3, 3), True, {"padding": [1, 0, 2, 1]}),
        ("four paddings, stride 2", (2, 2, 5, 5), (2, 2, 3, 3), True, {"padding": [0, 1, 0, 1], "stride": [2, 2]}),
        ("same", (1, 2, 5, 5), (3, 2, 3, 3), True, {"padding": "same"}),
        ("same, even kernel: one more at the end", (1, 2, 5, 4), (2, 2, 4, 2), True, {"padding": "same"}),
        ("same, dilation", (1, 2, 6, 6), (2, 2, 3, 3), True, {"padding": "same", "dilation": [2, 1]}),
        ("same, even kernel, dilation", (1, 1, 6, 7), (2, 1, 2, 4), True, {"padding": "same", "dilation": [3, 1]}),
        ("dilation 2", (1, 2, 7, 7), (2, 2, 3, 3), True, {"dilation": [2, 2]}),
        ("uneven dilation", (1, 2, 6, 8), (2, 2, 2, 3), True, {"dilation": [1, 3]}),
        ("groups 2", (2, 4, 4, 4), (6, 2, 3, 3), True, {"groups": 2}),
        ("depthwise", (1, 4, 5, 5), (4, 1, 3, 3), True, {"groups": 4, "padding": [1, 1]}),
        ("depthwise, stride 2", (1, 3, 6, 6), (3, 1, 3, 3), True, {"groups": 3, "padding": [1, 1], "stride": [2, 2]}),
        ("depthwise, multiplier 2", (1, 3, 4, 4), (6, 1, 2, 2), True, {"groups": 3}),
        ("1x1", (2, 3, 3, 4), (4, 3, 1, 1), True, {}),
        ("1x1, stride 2", (1, 3, 5, 5), (2, 3, 1, 1), False, {"stride": [2, 2]}),
        ("kernel as large as the input", (2, 2, 3, 4), (3, 2, 3, 4), True, {}),
        (
            "stride 2, padding 1, dilation 2, groups 2",
            (2, 4, 7, 8),
            (4, 2, 3, 3),
            True,
            {"stride": [2, 2], "padding": [1, 1], "dilation": [2, 2], "groups": 2},
        ),
    ):
        inputs = {"x": x, "weight": weight} | ({"bias": (weight[0],)} if bias else {})
        area.case("conv2d", name, inputs, conv2d, **options)

    for name, x, weight, options in (
        ("defaults", (2, 2, 7), (3, 2, 3), {}),
        ("stride 2, padding 2, dilation 2", (1, 2, 9), (2, 2, 3), {"stride": 2, "padding": 2, "dilation": 2}),
        ("same, even kernel", (1, 2, 6), (2, 2, 4), {"padding": "same"}),
        ("depthwise", (1, 3, 6), (3, 1, 3), {"groups": 3, "padding": 1}),
        ("causal", (2, 2, 6), (3, 2, 3), {"padding": "causal"}),
        ("causal, dilation 2, groups 2", (1, 4, 8), (4, 2, 3), {"padding": "causal", "dilation": 2, "groups": 2}),
    ):
        area.case("conv1d", name, {"x": x, "weight": weight, "bias": (weight[0],)}, conv1d, **options)
    area.case(
        "conv3d",
        "stride 1 and 2, padding 1",
        {"x": (1, 2, 3, 4, 4), "weight": (2, 2, 2, 3, 3), "bias": (2,)},
        conv3d,
        stride=[1, 2, 2],
        padding=[0, 1, 1],
    )
    for name, x, weight, options in (
        ("defaults", (1, 2, 3, 3), (2, 3, 3, 3), {}),
        ("stride 2", (1, 2, 3, 3), (2, 2, 2, 2), {"stride": [2, 2]}),
        (
            "stride 2, padding 1, output padding 1",
            (1, 2, 3, 3),
            (2, 2, 3, 3),
            {"stride": [2, 2], "padding": [1, 1], "output_padding": [1, 1]},
        ),
        ("dilation 2", (1, 2, 3, 4), (2, 2, 2, 3), {"dilation": [2, 2]}),
        ("groups 2", (1, 4, 3, 3), (4, 3, 2, 2), {"groups": 2, "stride": [2, 1]}),
    ):
        bias = weight[1] * options.get("groups", 1)
        area.case("convTranspose2d", name, {"x": x, "weight": weight, "bias": (bias,)}, conv_transpose2d, **options)

    for name, x, weight, options in (
        ("same, even kernel, dilation", (1, 1, 4, 3, 4), (2, 1, 2, 3, 2), {"padding": "same", "dilation": [2, 1, 1]}),
        ("groups 2, stride 2", (1, 4, 3, 4, 3), (2, 2, 2, 2, 2), {"groups": 2, "stride": [1, 2, 1]}),
        ("depthwise, padding 1", (1, 2, 2, 3, 3), (4, 1, 3, 2, 2), {"groups": 2, "padding": [1, 0, 1]}),
    ):
        area.case("conv3d", name, {"x": x, "weight": weight, "bias": (weight[0],)}, conv3d, **options)
    for name, x, weight, options in (
        ("stride 2, padding 1, output padding 1", (2, 2, 4), (2, 3, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
        ("groups 2, dilation 2", (1, 4, 5), (4, 2, 3), {"groups": 2, "dilation": 2}),
    ):
        bias = weight[1] * options.get("groups", 1)
        area.case("convTranspose1d", name, {"x": x, "weight": weight, "bias": (bias,)}, conv_transpose1d, **options)
    for name, x, weight, options in (
        ("defaults", (1, 2, 2, 3, 2), (2, 3, 2, 2, 2), {}),
        (
            "stride 2, padding 1, output padding 1",
            (1, 2, 2, 2, 3),
            (2, 2, 3, 3, 3),
            {"stride": [2, 2, 1], "padding": [1, 1, 0], "output_padding": [1, 0, 0]},
        ),
        ("groups 2, dilation 2", (1, 4, 2, 2, 2), (4, 1, 2, 2, 2), {"groups": 2, "dilation": [2, 1, 2]}),
    ):
        bias = weight[1] * options.get("groups", 1)
        area.case("convTranspose3d", name, {"x": x, "weight": weight, "bias": (bias,)}, conv_transpose3d, **options)

    for name, x, weight, options in (
        ("reflect, sequences", (2, 2, 6), (3, 2, 4), {"padding": 2, "padding_mode": "reflect"}),
        ("circular, same, sequences", (1, 2, 5), (2, 2, 4), {"padding": "same", "padding_mode": "circular"}),
        ("reflect", (1, 2, 4, 5), (2, 2, 3, 3), {"padding": [2, 1], "padding_mode": "reflect"}),
        ("replicate, stride 2", (1, 2, 4, 5), (3, 2, 3, 3), {"padding": [1, 2], "padding_mode": "replicate", "stride": [2, 2]}),
        ("circular, groups 2", (1, 4, 4, 4), (2, 2, 3, 3), {"padding": [1, 1], "padding_mode": "circular", "groups": 2}),
        ("reflect, same, even kernel", (1, 1, 4, 5), (2, 1, 2, 4), {"padding": "same", "padding_mode": "reflect"}),
        ("replicate, volumes", (1, 1, 2, 3, 3), (2, 1, 3, 2, 3), {"padding": [1, 0, 1], "padding_mode": "replicate"}),
    ):
        area.case("convLayer", name, {"x": x, "weight": weight, "bias": (weight[0],)}, conv_layer, **options)


def max_pool2d(x, **options):
    y, indices = F.max_pool2d(x, return_indices=True, **options)
    return {"y": y, "indices": indices}


def pools(area):
    for name, shape, options in (
        ("kernel 2, stride defaults to the kernel", (2, 2, 4, 6), {"kernel_size": [2, 2]}),
        ("a rest is dropped", (1, 2, 5, 7), {"kernel_size": [2, 2]}),
        ("overlapping windows", (1, 2, 5, 5), {"kernel_size": [3, 3], "stride": [1, 1]}),
        ("uneven kernel and stride", (1, 2, 6, 5), {"kernel_size": [3, 2], "stride": [2, 1]}),
        ("stride beyond the kernel", (1, 1, 7, 7), {"kernel_size": [2, 2], "stride": [3, 3]}),
        ("padding 1", (1, 2, 5, 4), {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1]}),
        ("dilation 2", (1, 2, 6, 7), {"kernel_size": [2, 3], "stride": [1, 1], "dilation": [2, 2]}),
        (
            "padding and dilation",
            (1, 1, 6, 6),
            {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [2, 2]},
        ),
        ("ceil mode keeps the rest", (1, 2, 5, 6), {"kernel_size": [2, 2], "ceil_mode": True}),
        (
            "ceil mode drops a window that starts in the padding",
            (1, 1, 4, 5),
            {"kernel_size": [2, 2], "stride": [3, 3], "padding": [1, 1], "ceil_mode": True},
        ),
        (
            "ceil mode with padding",
            (1, 1, 6, 7),
            {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "ceil_mode": True},
        ),
        ("global", (2, 2, 3, 3), {"kernel_size": [3, 3]}),
    ):
        area.case("maxPool2d", name, {"x": lambda s=shape: distinct(*s)}, max_pool2d, **options)

    flat = torch.tensor([[1.0, 1, 2, 2], [1, 1, 2, 2], [0, 3, 3, 0], [3, 0, 0, 3]]).reshape(1, 1, 4, 4)
    area.case("maxPool2d", "ties: the first of the window in row order", {"x": flat}, max_pool2d, kernel_size=[2, 2])
    area.case("maxPool2d", "ties in overlapping windows", {"x": flat}, max_pool2d, kernel_size=[2, 2], stride=[1, 1])
    area.case(
        "maxPool2d",
        "negative numbers: padding never wins",
        {"x": lambda: distinct(1, 1, 3, 3) - 1},
        max_pool2d,
        kernel_size=[2, 2],
        padding=[1, 1],
    )
    hard = flat.clone()
    hard[0, 0, 0, 1], hard[0, 0, 3, 3] = NAN, INF
    hard[0, 0, :2, 2:] = -INF
    area.case("maxPool2d", "NaN wins, infinities", {"x": hard}, max_pool2d, grads=False, kernel_size=[2, 2])

    for name, shape, options in (
        ("kernel 2", (2, 2, 4, 6), {"kernel_size": [2, 2]}),
        ("overlapping windows", (1, 2, 5, 5), {"kernel_size": [3, 3], "stride": [1, 1]}),
        ("uneven kernel and stride", (1, 2, 6, 5), {"kernel_size": [3, 2], "stride": [2, 1]}),
        ("padding counts by default", (1, 2, 5, 4), {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1]}),
        (
            "padding does not count",
            (1, 2, 5, 4),
            {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "count_include_pad": False},
        ),
        (
            "ceil mode: what lies beyond the padding never counts",
            (1, 1, 5, 6),
            {"kernel_size": [2, 2], "ceil_mode": True},
        ),
        (
            "ceil mode, padding counts",
            (1, 1, 6, 7),
            {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "ceil_mode": True},
        ),
        (
            "ceil mode, padding does not count",
            (1, 1, 6, 7),
            {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "ceil_mode": True, "count_include_pad": False},
        ),
        (
            "ceil mode drops a window that starts in the padding",
            (1, 1, 4, 5),
            {"kernel_size": [2, 2], "stride": [3, 3], "padding": [1, 1], "ceil_mode": True},
        ),
        ("divisor override", (1, 1, 4, 4), {"kernel_size": [2, 2], "padding": [1, 1], "divisor_override": 3}),
    ):
        area.case("avgPool2d", name, {"x": shape}, F.avg_pool2d, **options)

    area.case("adaptiveAvgPool2d", "global", {"x": (2, 3, 3, 4)}, F.adaptive_avg_pool2d, output_size=[1, 1])
    area.case(
        "adaptiveAvgPool2d",
        "windows overlap where sizes do not divide",
        {"x": (1, 2, 5, 7)},
        F.adaptive_avg_pool2d,
        output_size=[3, 4],
    )
    area.case(
        "adaptiveMaxPool2d",
        "windows overlap where sizes do not divide",
        {"x": lambda: distinct(1, 2, 5, 7)},
        F.adaptive_max_pool2d,
        output_size=[3, 4],
    )
    area.case(
        "maxPool1d",
        "kernel 3, stride 2, padding 1",
        {"x": lambda: distinct(1, 2, 8)},
        F.max_pool1d,
        kernel_size=3,
        stride=2,
        padding=1,
    )
    area.case(
        "avgPool1d", "kernel 3, stride 2, padding 1", {"x": (1, 2, 8)}, F.avg_pool1d, kernel_size=3, stride=2, padding=1
    )
    area.case("adaptiveAvgPool1d", "windows overlap", {"x": (1, 2, 7)}, F.adaptive_avg_pool1d, output_size=3)
    area.case(
        "adaptiveMaxPool1d", "windows overlap", {"x": lambda: distinct(1, 2, 7)}, F.adaptive_max_pool1d, output_size=3
    )
    tied = torch.tensor([[1.0, 1, 3, 3, 0], [2, 1, 3, 3, 0], [2, 2, 0, 0, 0]]).reshape(1, 1, 3, 5)
    area.case("adaptiveMaxPool2d", "ties", {"x": tied}, F.adaptive_max_pool2d, output_size=[2, 3])
    for name, shape, size in (
        ("global", (2, 2, 3, 2, 4), [1, 1, 1]),
        ("sizes divide", (1, 2, 4, 2, 6), [2, 2, 3]),
        ("windows overlap", (1, 2, 5, 4, 3), [3, 3, 2]),
    ):
        area.case("adaptiveAvgPool3d", name, {"x": shape}, F.adaptive_avg_pool3d, output_size=size)
        volume = {"x": lambda shape=shape: distinct(*shape)}
        area.case("adaptiveMaxPool3d", name, volume, F.adaptive_max_pool3d, output_size=size)
    tied = torch.tensor([[[0.0, 2, 2], [1, 2, 0]], [[3, 0, 2], [1, 3, 3]], [[3, 0, 3], [3, 0, 1]]]).reshape(1, 1, 3, 2, 3)
    area.case("adaptiveMaxPool3d", "ties", {"x": tied}, F.adaptive_max_pool3d, output_size=[2, 1, 2])

    for name, shape, options in (
        ("kernel 2", (1, 2, 4, 2, 4), {"kernel_size": [2, 2, 2]}),
        (
            "overlapping, padding, dilation",
            (1, 1, 4, 5, 5),
            {"kernel_size": [2, 3, 2], "stride": [1, 2, 1], "padding": [1, 1, 0], "dilation": [1, 1, 2]},
        ),
        ("ceil mode", (1, 1, 3, 5, 4), {"kernel_size": [2, 2, 3], "stride": [2, 2, 2], "ceil_mode": True}),
    ):
        area.case("maxPool3d", name, {"x": lambda s=shape: distinct(*s)}, F.max_pool3d, **options)
    ties = torch.tensor([1.0, 2, 2, 1, 2, 2, 0, 2]).reshape(1, 1, 2, 2, 2)
    area.case("maxPool3d", "ties: the first, plane by plane", {"x": ties}, F.max_pool3d, kernel_size=[2, 2, 2])
    for name, shape, options in (
        ("kernel 2", (1, 2, 4, 2, 4), {"kernel_size": [2, 2, 2]}),
        ("padding counts", (1, 1, 3, 4, 3), {"kernel_size": [3, 2, 3], "stride": [1, 2, 1], "padding": [1, 0, 1]}),
        (
            "ceil mode, padding counts",
            (1, 1, 4, 5, 4),
            {"kernel_size": [3, 2, 3], "stride": [2, 2, 2], "padding": [1, 0, 1], "ceil_mode": True},
        ),
        (
            "ceil mode, padding does not count",
            (1, 1, 4, 5, 4),
            {
                "kernel_size": [3, 2, 3],
                "stride": [2, 2, 2],
                "padding": [1, 0, 1],
                "ceil_mode": True,
                "count_include_pad": False,
            },
        ),
        ("divisor override", (1, 1, 3, 2, 3), {"kernel_size": [2, 2, 2], "padding": [1, 1, 0], "divisor_override": 3}),
    ):
        area.case("avgPool3d", name, {"x": shape}, F.avg_pool3d, **options)

    for name, shape, options in (
        ("p = 2", (1, 2, 4, 5), {"norm_type": 2.0, "kernel_size": [2, 2], "stride": [2, 1]}),
        ("p = 3", (1, 1, 4, 4), {"norm_type": 3.0, "kernel_size": [2, 3]}),
        ("p = 1.5, ceil mode", (1, 1, 5, 4), {"norm_type": 1.5, "kernel_size": [2, 2], "ceil_mode": True}),
    ):
        area.case("lpPool2d", name, {"x": lambda s=shape: uniform(0.25, 2, *s)}, F.lp_pool2d, **options)
    area.case("lpPool1d", "p = 2", {"x": (2, 2, 6)}, F.lp_pool1d, norm_type=2.0, kernel_size=3, stride=2)

    def unpool(x, indices, **options):
        return F.max_unpool2d(x, indices.long(), **options)

    for name, shape, pool, options in (
        ("kernel 2", (2, 2, 4, 6), {"kernel_size": [2, 2]}, {"kernel_size": [2, 2]}),
        (
            "padding, a given size",
            (1, 2, 5, 6),
            {"kernel_size": [3, 2], "stride": [2, 2], "padding": [1, 0]},
            {"kernel_size": [3, 2], "stride": [2, 2], "padding": [1, 0], "output_size": [5, 6]},
        ),
        (
            "overlapping windows take the same places",
            (1, 1, 4, 4),
            {"kernel_size": [3, 3], "stride": [1, 1]},
            {"kernel_size": [3, 3], "stride": [1, 1]},
        ),
    ):
        values, indices = F.max_pool2d(torch.arange(1.0, 1 + torch.Size(shape).numel()).reshape(shape) % 7, return_indices=True, **pool)
        area.case("maxUnpool2d", name, {"x": values, "indices": indices.int()}, unpool, **options)


def upsampling(area):
    for name, size, options in (
        ("nearest, twice", (1, 2, 2, 3), {"scale_factor": [2.0, 2.0], "mode": "nearest"}),
        ("nearest, to a size", (1, 1, 3, 4), {"size": [5, 7], "mode": "nearest"}),
        ("bilinear, twice", (1, 2, 2, 3), {"scale_factor": [2.0, 2.0], "mode": "bilinear", "align_corners": False}),
        ("bilinear, aligned corners", (1, 1, 3, 3), {"size": [5, 5], "mode": "bilinear", "align_corners": True}),
        ("bilinear, smaller", (1, 1, 5, 6), {"size": [3, 4], "mode": "bilinear", "align_corners": False}),
        ("bilinear, a factor that is rounded", (1, 1, 3, 4), {"scale_factor": [1.5, 1.3], "mode": "bilinear"}),
        ("nearest, a factor that is rounded", (1, 1, 4, 5), {"scale_factor": [1.7, 0.7], "mode": "nearest"}),
        ("nearest, sequences", (2, 2, 5), {"size": [8], "mode": "nearest"}),
        ("nearest, volumes", (1, 1, 2, 3, 2), {"size": [3, 4, 4], "mode": "nearest"}),
        ("nearest-exact", (1, 1, 5, 4), {"size": [3, 7], "mode": "nearest-exact"}),
        ("linear", (2, 2, 4), {"size": [7], "mode": "linear", "align_corners": False}),
        ("linear, aligned corners", (1, 2, 5), {"size": [3], "mode": "linear", "align_corners": True}),
        ("bicubic, twice", (1, 2, 3, 4), {"scale_factor": [2.0, 2.0], "mode": "bicubic"}),
        ("bicubic, aligned corners", (1, 1, 4, 3), {"size": [6, 7], "mode": "bicubic", "align_corners": True}),
        ("bicubic, smaller", (1, 1, 7, 6), {"size": [3, 4], "mode": "bicubic"}),
        ("bicubic, one pixel", (1, 1, 1, 2), {"size": [3, 3], "mode": "bicubic"}),
        ("trilinear", (1, 1, 2, 3, 2), {"size": [3, 4, 5], "mode": "trilinear"}),
        ("trilinear, aligned corners", (1, 1, 2, 3, 3), {"size": [3, 5, 4], "mode": "trilinear", "align_corners": True}),
        ("area", (1, 2, 5, 6), {"size": [3, 4], "mode": "area"}),
        ("bilinear, smaller, antialiased", (1, 2, 7, 9), {"size": [3, 4], "mode": "bilinear", "antialias": True}),
        ("bilinear, larger, antialiased", (1, 1, 3, 4), {"size": [5, 7], "mode": "bilinear", "antialias": True}),
        ("bicubic, smaller, antialiased", (1, 1, 11, 9), {"size": [3, 7], "mode": "bicubic", "antialias": True}),
        (
            "bicubic, factors, antialiased",
            (1, 1, 9, 5),
            {"scale_factor": [0.35, 1.5], "mode": "bicubic", "antialias": True},
        ),
        (
            "bilinear, aligned corners, antialiased",
            (1, 1, 8, 7),
            {"size": [3, 4], "mode": "bilinear", "antialias": True, "align_corners": True},
        ),
    ):
        area.case("interpolate", name, {"x": size}, F.interpolate, **options)


def rearranging(area):
    area.case("pixelShuffle", "factor 2", {"x": (2, 8, 2, 3)}, F.pixel_shuffle, upscale_factor=2)
    area.case("pixelUnshuffle", "factor 3", {"x": (1, 2, 6, 3)}, F.pixel_unshuffle, downscale_factor=3)
    for name, shape, options in (
        ("2x3", (2, 2, 3, 4), {"kernel_size": [2, 3]}),
        (
            "stride, padding, dilation",
            (1, 2, 6, 5),
            {"kernel_size": [3, 2], "stride": [2, 1], "padding": [1, 2], "dilation": [1, 3]},
        ),
    ):
        area.case("unfold", name, {"x": shape}, F.unfold, **options)
        windows = F.unfold(torch.zeros(shape), **options).shape
        area.case("fold", name, {"x": tuple(windows)}, F.fold, output_size=list(shape[2:]), **options)


def cases(area):
    convolutions(area)
    pools(area)
    upsampling(area)
    rearranging(area)
