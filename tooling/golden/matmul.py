"""Matrix products and linear."""

import torch
import torch.nn.functional as F


def linear(x, weight, bias=None):
    return F.linear(x, weight, bias)


def cases(area):
    for name, a, b in (
        ("2d", (3, 4), (4, 5)),
        ("2d, one row", (1, 6), (6, 3)),
        ("2d, one column", (5, 6), (6, 1)),
        ("2d, inner size 1", (3, 1), (1, 4)),
        ("2d, odd sizes beyond a register tile", (9, 11), (11, 13)),
        ("batched", (3, 2, 4), (3, 4, 3)),
        ("two batch axes", (2, 2, 2, 3), (2, 2, 3, 2)),
        ("batch broadcast from 1", (1, 2, 3), (4, 3, 2)),
        ("batch broadcast of both sides", (2, 1, 2, 3), (3, 3, 2)),
        ("batched times 2d", (3, 2, 4), (4, 3)),
        ("2d times batched", (2, 4), (3, 4, 2)),
        ("vector times vector gives a scalar", (5,), (5,)),
        ("matrix times vector", (3, 4), (4,)),
        ("vector times matrix", (3,), (3, 4)),
        ("batched times vector", (2, 3, 4), (4,)),
        ("vector times batched", (3,), (2, 3, 4)),
        ("inner size 0 gives zeros", (2, 0), (0, 3)),
    ):
        area.case("matmul", name, {"a": a, "b": b}, torch.matmul)

    for name, x, out in (("2d", (4, 3), 5), ("3d", (2, 3, 4), 3), ("vector", (3,), 2), ("one feature", (3, 1), 1)):
        weight = (out, x[-1])
        area.case("linear", f"{name}, with bias", {"x": x, "weight": weight, "bias": (out,)}, linear)
        area.case("linear", f"{name}, without bias", {"x": x, "weight": weight}, linear)
    area.case("outer", "vectors", {"a": (3,), "b": (4,)}, torch.outer)
    area.case(
        "einsum",
        "attention scores",
        {"a": (2, 3, 4), "b": (2, 5, 4)},
        lambda a, b, equation: torch.einsum(equation, a, b),
        equation="bid,bjd->bij",
    )
