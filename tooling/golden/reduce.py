"""Reductions, arg reductions, scans, sorting and softmax."""

import torch
from common import booleans, distinct, integers, uniform, values

INF, NAN = float("inf"), float("nan")
AXES = {
    "all axes": {},
    "axis 0": {"dim": [0]},
    "last axis, kept": {"dim": [-1], "keepdim": True},
    "outer axes": {"dim": [0, 2]},
    "inner axes, kept": {"dim": [1, 2], "keepdim": True},
}


def prod(x, dim=None, keepdim=False):
    if dim is None:
        return torch.prod(x)
    for d in sorted((d % x.dim() for d in dim), reverse=True):
        x = torch.prod(x, dim=d, keepdim=keepdim)
    return x


def chosen(fn):
    """`max` or `min` over one axis: value and index."""

    def run(x, dim, keepdim=False):
        found = fn(x, dim=dim, keepdim=keepdim)
        return {"y": found.values, "indices": found.indices}

    return run


def norm(x, p, dim=None, keepdim=False):
    return torch.linalg.vector_norm(x, ord=p, dim=dim, keepdim=keepdim)


def reductions(area):
    x = (2, 3, 4)
    for name, options in AXES.items():
        area.case("sum", name, {"x": x}, torch.sum, **options)
        area.case("mean", name, {"x": x}, torch.mean, **options)
        area.case("prod", name, {"x": lambda: uniform(0.5, 1.5, 2, 3, 4)}, prod, **options)
        area.case("amax", name, {"x": lambda: distinct(2, 3, 4)}, torch.amax, **options)
        area.case("amin", name, {"x": lambda: distinct(2, 3, 4)}, torch.amin, **options)
        area.case("logsumexp", name, {"x": x}, torch.logsumexp, **(options or {"dim": [0, 1, 2]}))
        for unbiased in (True, False):
            kind = "unbiased" if unbiased else "biased"
            for op, fn in (("var", torch.var), ("std", torch.std)):
                area.case(op, f"{name}, {kind}", {"x": x}, fn, **(options or {"dim": None}), unbiased=unbiased)
        for p in (1.0, 2.0, 3.0, INF):
            area.case("norm", f"{name}, p {p:g}", {"x": x}, norm, p=p, **options)

    area.case("sum", "one axis of a vector gives a scalar", {"x": (5,)}, torch.sum, dim=[0])
    area.case("sum", "i32", {"x": lambda: integers(-9, 9, 3, 4)}, torch.sum, dim=[1])
    area.case(
        "sum",
        "infinities and NaN",
        {"x": torch.tensor([[1, INF], [INF, -INF], [NAN, 1]])},
        torch.sum,
        grads=False,
        dim=[1],
    )

    rows = torch.tensor([[2.0, 0.0, 3.0], [0.0, 4.0, 0.0], [2.0, -1.0, 3.0]])
    area.case("prod", "one zero, two zeros, none", {"x": rows}, prod, dim=[1])
    area.case("prod", "all axes with one zero", {"x": torch.tensor([[2.0, 0.0], [3.0, -1.0]])}, prod)

    ties = torch.tensor([[1.0, 3.0, 3.0, 2.0], [5.0, 5.0, 5.0, 5.0], [-1.0, -2.0, -3.0, -1.0]])
    for op, fn in (("amax", torch.amax), ("amin", torch.amin)):
        area.case(op, "ties share the gradient evenly", {"x": ties}, fn, dim=[1])
        area.case(op, "ties over all axes", {"x": ties}, fn)
        area.case(
            op, "infinities and NaN", {"x": torch.tensor([[1, INF], [INF, -INF], [NAN, 1]])}, fn, grads=False, dim=[1]
        )
    for op, fn in (("max", torch.max), ("min", torch.min)):
        area.case(op, "axis 1 with index", {"x": lambda: distinct(3, 4, 2)}, chosen(fn), dim=1)
        area.case(op, "last axis with index, kept", {"x": lambda: distinct(3, 4)}, chosen(fn), dim=-1, keepdim=True)
        area.case(op, "ties: the first takes the whole gradient", {"x": ties}, chosen(fn), dim=1)
        area.case(op, "all axes: ties share the gradient evenly", {"x": ties}, fn)

    area.case("var", "one element, unbiased, is NaN", {"x": values(3)}, torch.var, grads=False, dim=[0], unbiased=True)
    area.case("var", "one element, biased, is zero", {"x": values(3)}, torch.var, dim=[0], unbiased=False)
    area.case("std", "equal elements: zero gradient", {"x": values(2, 2, 2)}, torch.std, dim=[0], unbiased=True)
    area.case("var", "large mean", {"x": values(1e6, 1e6 + 1, 1e6 + 2, 1e6 + 4)}, torch.var, dim=[0], unbiased=True)
    for p in (1.0, 2.0, INF):
        area.case("norm", f"of zeros: zero gradient, p {p:g}", {"x": torch.zeros(3)}, norm, p=p)
    area.case("norm", "p inf: ties share the gradient", {"x": values(3, -3, 1)}, norm, p=INF)
    area.case("logsumexp", "large numbers", {"x": values(1000, 999, 998)}, torch.logsumexp, dim=[0])
    infinite = torch.tensor([[-INF, -INF], [0, -INF], [INF, 0], [NAN, 0]])
    area.case("logsumexp", "infinities and NaN", {"x": infinite}, torch.logsumexp, grads=False, dim=[1])


def chosen_indices(area):
    hard = torch.tensor([[1.0, 3.0, 3.0, 2.0], [5.0, 5.0, 5.0, 5.0], [1.0, NAN, 9.0, NAN], [-INF, INF, INF, -INF]])
    for op, fn in (("argmax", torch.argmax), ("argmin", torch.argmin)):
        area.case(op, "ties and NaN: the first", {"x": hard}, fn, grads=False, dim=1)
        area.case(op, "axis 0, kept", {"x": lambda: distinct(4, 3)}, fn, grads=False, dim=0, keepdim=True)
        area.case(op, "middle axis", {"x": lambda: distinct(2, 5, 3)}, fn, grads=False, dim=1)
        area.case(op, "all axes: index into the flattened tensor", {"x": lambda: distinct(3, 4)}, fn, grads=False)
        area.case(op, "i32", {"x": torch.tensor([[3, -1, 3], [0, 0, -5]], dtype=torch.int32)}, fn, dim=1)
    for op, fn in (("any", torch.any), ("all", torch.all)):
        table = torch.tensor([[True, True], [True, False], [False, False]])
        area.case(op, "axis 1", {"x": table}, fn, dim=1)
        area.case(op, "axis 0, kept", {"x": table}, fn, dim=0, keepdim=True)
        area.case(op, "all axes", {"x": table}, fn)
        area.case(op, "random", {"x": lambda: booleans(2, 3, 4)}, fn, dim=1)


def sort(x, **options):
    found = torch.sort(x, stable=True, **options)
    return {"y": found.values, "indices": found.indices}


def topk(x, **options):
    found = torch.topk(x, **options)
    return {"y": found.values, "indices": found.indices}


def scans(area):
    area.case("cumsum", "axis 0", {"x": (4, 3)}, torch.cumsum, dim=0)
    area.case("cumsum", "last axis", {"x": (2, 3, 5)}, torch.cumsum, dim=-1)
    area.case(
        "cumsum",
        "i32",
        {"x": lambda: integers(-5, 6, 2, 6)},
        lambda x, dim: torch.cumsum(x, dim, dtype=torch.int32),
        dim=1,
    )
    area.case("cumprod", "with a zero", {"x": torch.tensor([[2.0, 3.0, 0.5], [2.0, 0.0, 3.0]])}, torch.cumprod, dim=1)
    for name, options in (
        ("last axis", {"dim": -1}),
        ("last axis, descending", {"dim": -1, "descending": True}),
        ("axis 0", {"dim": 0}),
    ):
        area.case("sort", name, {"x": lambda: distinct(3, 7)}, sort, **options)
    ties = torch.tensor([3.0, 1.0, 3.0, 2.0, 1.0, 3.0])
    area.case("sort", "ties keep their order", {"x": ties}, sort, dim=0)
    area.case("sort", "descending, ties keep their order", {"x": ties}, sort, dim=0, descending=True)
    odd = values(1, NAN, -INF, INF, 0)
    area.case("sort", "NaN is the largest", {"x": odd}, sort, grads=False, dim=0)
    area.case("sort", "descending, NaN is the largest", {"x": odd}, sort, grads=False, dim=0, descending=True)
    area.case("sort", "i32", {"x": torch.tensor([5, -2, 9, 0], dtype=torch.int32)}, sort, dim=0)
    for name, options in (
        ("largest 3", {"k": 3, "dim": -1}),
        ("smallest 2", {"k": 2, "dim": -1, "largest": False}),
        ("axis 0", {"k": 2, "dim": 0}),
        ("k is the whole axis", {"k": 7, "dim": 1}),
    ):
        area.case("topk", name, {"x": lambda: distinct(4, 7)}, topk, **options)


def softmaxes(area):
    for op, fn in (("softmax", torch.softmax), ("logSoftmax", torch.log_softmax)):
        area.case(op, "last axis", {"x": (4, 5)}, fn, dim=-1)
        area.case(op, "axis 1 of four", {"x": (2, 3, 2, 2)}, fn, dim=1)
        area.case(op, "axis 0", {"x": (4, 3)}, fn, dim=0)
        area.case(op, "large numbers", {"x": torch.tensor([[1000.0, 1001.0, 999.0], [-1000.0, 0.0, 10.0]])}, fn, dim=1)
        masked = torch.tensor([[0.0, -INF, 1.0], [-INF, -INF, 2.0], [-INF, -INF, -INF], [INF, 0, 0], [NAN, 0, 0]])
        area.case(op, "infinities and NaN", {"x": masked}, fn, grads=False, dim=1)
        area.case(op, "one element", {"x": (3, 1)}, fn, dim=1)


def cases(area):
    reductions(area)
    chosen_indices(area)
    scans(area)
    softmaxes(area)
