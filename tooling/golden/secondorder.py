"""
Gradients of gradients. With cotangent v (the input of that name), the first gradients are d = vjp(f, inputs)(v) and
s is the sum of the squares of all of them; the recorded gradients are those of s.
"""

import torch
import torch.nn.functional as F
from common import distinct, uniform


def twice(fn, fixed=()):
    """`fixed` names inputs that are not differentiated (targets)."""

    def run(v, **named):
        wrt = {k: t for k, t in named.items() if k not in fixed}
        y = fn(**named)
        first = torch.autograd.grad(y, list(wrt.values()), v, create_graph=True)
        s = sum((g * g).sum() for g in first)
        return {"y": y, **{f"d.{k}": g for k, g in zip(wrt, first)}, "s": s}

    return run


def second(area, op, name, inputs, v, fn, fixed=(), **options):
    names = list(inputs)

    def positional(*tensors, **opts):
        named = dict(zip(names, tensors[:-1]))
        return twice(lambda **n: fn(**n, **opts), fixed)(tensors[-1], **named)

    area.case(op, name, {**inputs, "v": v}, positional, no_grad=fixed, cotangents={"s": torch.tensor(1.0)}, **options)


def max_pool2d(x, **options):
    return F.max_pool2d(x, **options)


def avg_pool2d(x, **options):
    return F.avg_pool2d(x, **options)


def cases(area):
    x = {"x": (2, 3)}
    positive = {"x": lambda: uniform(0.5, 2, 2, 3)}
    for op, inputs, fn in (
        ("cube", x, lambda x: x**3),
        ("square", x, torch.square),
        ("exp", x, torch.exp),
        ("log", positive, torch.log),
        ("sqrt", positive, torch.sqrt),
        ("rsqrt", positive, torch.rsqrt),
        ("reciprocal", positive, torch.reciprocal),
        ("sin", x, torch.sin),
        ("tanh", x, torch.tanh),
        ("sigmoid", x, torch.sigmoid),
        ("softplus", x, F.softplus),
        ("erf", x, torch.erf),
        ("relu", x, torch.relu),
    ):
        second(area, op, "random", inputs, (2, 3), fn)
    second(area, "mul", "broadcast", {"a": (2, 3), "b": (3,)}, (2, 3), lambda a, b: a * b)
    second(area, "div", "broadcast", {"a": (2, 1), "b": lambda: uniform(0.5, 2, 3)}, (2, 3), lambda a, b: a / b)
    second(
        area, "pow", "both", {"a": lambda: uniform(0.5, 2, 4), "b": lambda: uniform(0.5, 2, 4)}, (4,), lambda a, b: a**b
    )
    second(area, "prod", "axis 1", {"x": (3, 3)}, (3,), lambda x: x.prod(1))
    second(area, "matmul", "2d", {"a": (3, 2), "b": (2, 4)}, (3, 4), lambda a, b: a @ b)
    second(area, "matmul", "batch broadcast", {"a": (2, 3, 2), "b": (2, 2)}, (2, 3, 2), lambda a, b: a @ b)
    second(area, "softmax", "last axis", {"x": (2, 4)}, (2, 4), lambda x: torch.softmax(x, -1))
    second(area, "logSoftmax", "last axis", {"x": (2, 4)}, (2, 4), lambda x: torch.log_softmax(x, -1))
    target = torch.tensor([2, 0, 1], dtype=torch.int32)
    second(
        area,
        "crossEntropy",
        "mean",
        {"x": (3, 4), "target": target},
        (),
        lambda x, target: F.cross_entropy(x, target.long()),
        fixed=("target",),
    )
    second(
        area,
        "linear",
        "with bias",
        {"x": (2, 3), "weight": (4, 3), "bias": (4,)},
        (2, 4),
        lambda x, weight, bias: F.linear(x, weight, bias),
    )

    def conv2d(x, weight, bias=None, **options):
        return F.conv2d(x, weight, bias, **options)

    def images(*names):
        return dict(zip(("x", "weight", "bias"), names))

    second(area, "conv2d", "defaults, with bias", images((1, 2, 4, 4), (2, 2, 3, 3), (2,)), (1, 2, 2, 2), conv2d)
    second(
        area,
        "conv2d",
        "stride 2, padding 1",
        images((2, 2, 5, 5), (2, 2, 3, 3)),
        (2, 2, 3, 3),
        conv2d,
        stride=[2, 2],
        padding=[1, 1],
    )
    second(
        area,
        "conv2d",
        "dilation 2, groups 2",
        images((1, 4, 5, 4), (2, 2, 2, 2)),
        (1, 2, 3, 2),
        conv2d,
        dilation=[2, 2],
        groups=2,
    )
    second(
        area, "maxPool2d", "kernel 2", {"x": lambda: distinct(1, 2, 4, 4)}, (1, 2, 2, 2), max_pool2d, kernel_size=[2, 2]
    )
    second(
        area,
        "maxPool2d",
        "overlapping windows",
        {"x": lambda: distinct(1, 1, 4, 4)},
        (1, 1, 3, 3),
        max_pool2d,
        kernel_size=[2, 2],
        stride=[1, 1],
    )
    second(
        area,
        "avgPool2d",
        "padding 1",
        {"x": (1, 1, 4, 4)},
        (1, 1, 3, 3),
        avg_pool2d,
        kernel_size=[2, 2],
        padding=[1, 1],
    )
    # A squared average makes the second gradient of x more than zero.
    second(
        area,
        "avgPool2dSquared",
        "kernel 2",
        {"x": (1, 1, 4, 4)},
        (1, 1, 2, 2),
        lambda x, **o: avg_pool2d(x, **o) ** 2,
        kernel_size=[2, 2],
    )
    second(
        area,
        "maxPool2dSquared",
        "kernel 2",
        {"x": lambda: distinct(1, 1, 4, 4)},
        (1, 1, 2, 2),
        lambda x, **o: max_pool2d(x, **o) ** 2,
        kernel_size=[2, 2],
    )
    index = torch.tensor([[0, 1], [0, 1], [2, 0], [0, 0]], dtype=torch.int32)
    second(
        area,
        "gatherSquared",
        "repeats",
        {"x": (3, 2), "index": index},
        (4, 2),
        lambda x, index: torch.gather(x, 0, index.long()) ** 2,
        fixed=("index",),
    )
    second(
        area,
        "batchNorm2d",
        "train",
        {"x": (2, 2, 2, 2), "weight": (2,), "bias": (2,)},
        (2, 2, 2, 2),
        lambda x, weight, bias: F.batch_norm(x, None, None, weight, bias, training=True),
    )
    second(
        area,
        "layerNorm",
        "last axis",
        {"x": (2, 4), "weight": (4,), "bias": (4,)},
        (2, 4),
        lambda x, weight, bias: F.layer_norm(x, [4], weight, bias),
    )
