"""Indexing, joining, cutting and padding."""

import torch
import torch.nn.functional as F
from common import integers


def i32(*numbers):
    return torch.tensor(numbers, dtype=torch.int32)


def gather(x, index, dim):
    return torch.gather(x, dim, index.long())


def scatter_add(x, index, updates, dim):
    return torch.scatter_add(x, dim, index.long(), updates)


def index_select(x, index, dim):
    return torch.index_select(x, dim, index.long())


def slice_(x, slices):
    """Python's slices with any step, one [start, stop, step] for each leading axis."""
    for axis, (start, stop, step) in enumerate(slices):
        picked = list(range(x.shape[axis])[start:stop:step])
        x = torch.index_select(x, axis, torch.tensor(picked, dtype=torch.long))
    return x


def named(parts):
    return {f"y{i}": part for i, part in enumerate(parts)}


def pad(x, pad, mode="constant", value=0.0):
    """`pad` has [before, after] for each axis, first axis first (F.pad starts at the last)."""
    flat = [n for pair in reversed(pad) for n in pair]
    if mode == "constant":
        return F.pad(x, flat, value=value)
    # The other modes take the padding of the last two axes of an image only.
    return F.pad(x, flat[:4], mode=mode)


def indexing(area):
    area.case("gather", "axis 0", {"x": (4, 3), "index": lambda: integers(0, 4, 2, 3)}, gather, dim=0)
    area.case("gather", "last axis, with repeats", {"x": (3, 4), "index": lambda: integers(0, 4, 3, 6)}, gather, dim=-1)
    area.case(
        "gather",
        "index smaller off the axis",
        {"x": (3, 4, 5), "index": lambda: integers(0, 4, 2, 6, 3)},
        gather,
        dim=1,
    )
    area.case("gather", "vector", {"x": (5,), "index": i32(4, 4, 0)}, gather, dim=0)
    for name, shape, picked, dim in (
        ("axis 0, with collisions", (3, 4), (5, 4), 0),
        ("last axis, with collisions", (3, 4), (3, 6), -1),
        ("index smaller off the axis", (3, 4, 2), (2, 5, 1), 1),
    ):
        area.case(
            "scatterAdd",
            name,
            {"x": shape, "index": lambda s=shape, p=picked, d=dim: integers(0, s[d], *p), "updates": picked},
            scatter_add,
            dim=dim,
        )
    area.case("indexSelect", "rows with repeats", {"x": (4, 3), "index": i32(3, 0, 3, 1)}, index_select, dim=0)
    area.case("indexSelect", "middle axis", {"x": (2, 5, 2), "index": i32(4, 2, 2)}, index_select, dim=1)
    area.case("indexSelect", "last axis", {"x": (2, 5), "index": i32(0)}, index_select, dim=-1)
    area.case(
        "oneHot",
        "vector",
        {"x": i32(2, 0, 3, 3)},
        lambda x, num_classes: F.one_hot(x.long(), num_classes),
        num_classes=4,
    )
    area.case(
        "oneHot",
        "matrix, axis added at the end",
        {"x": i32(2, 0, 1, 4, 4, 3).reshape(2, 3)},
        lambda x, num_classes: F.one_hot(x.long(), num_classes),
        num_classes=5,
    )
    area.case("flip", "one axis", {"x": (2, 3)}, torch.flip, dims=[1])
    area.case("flip", "two axes of three", {"x": (2, 3, 4)}, torch.flip, dims=[0, 2])
    area.case("roll", "positive and negative shift", {"x": (3, 5)}, torch.roll, shifts=[1, -2], dims=[0, 1])
    area.case("tril", "diagonal 0", {"x": (2, 3, 4)}, torch.tril, diagonal=0)
    area.case("triu", "diagonal 1", {"x": (4, 4)}, torch.triu, diagonal=1)
    area.case("triu", "diagonal -1", {"x": (4, 3)}, torch.triu, diagonal=-1)
    for name, shape, slices in (
        ("start and stop", (5, 4), [[1, 4, 1], [0, 2, 1]]),
        ("steps", (7, 6), [[1, None, 3], [None, 5, 2]]),
        ("negative start and stop", (6,), [[-4, -1, 1]]),
        ("step -1 reverses", (5, 3), [[None, None, -1]]),
        ("step -2 from the end", (6, 3), [[None, None, -2], [None, None, 1]]),
        ("step -2 with bounds", (8,), [[6, 0, -2]]),
        ("bounds outside are clipped", (4, 3), [[-10, 10, 1], [1, 99, 1]]),
        ("empty", (4, 3), [[3, 1, 1]]),
    ):
        area.case("slice", name, {"x": shape}, slice_, slices=slices)


def joining(area):
    def concat(*parts, dim):
        return torch.cat(parts, dim)

    def stack(*parts, dim):
        return torch.stack(parts, dim)

    area.case("concat", "axis 0", {"x0": (2, 3), "x1": (1, 3), "x2": (3, 3)}, concat, dim=0)
    area.case("concat", "last axis", {"x0": (2, 3), "x1": (2, 1)}, concat, dim=-1)
    area.case("concat", "channels", {"x0": (2, 1, 2, 2), "x1": (2, 3, 2, 2)}, concat, dim=1)
    area.case("concat", "with an empty part", {"x0": (0, 3), "x1": (2, 3)}, concat, dim=0)
    area.case("stack", "axis 0", {"x0": (2, 3), "x1": (2, 3)}, stack, dim=0)
    area.case("stack", "last axis", {"x0": (2, 3), "x1": (2, 3), "x2": (2, 3)}, stack, dim=-1)
    area.case("stack", "scalars", {"x0": (), "x1": ()}, stack, dim=0)

    def split(x, split_size_or_sections, dim):
        return named(torch.split(x, split_size_or_sections, dim))

    area.case("split", "sizes", {"x": (6, 2)}, split, split_size_or_sections=[1, 3, 2], dim=0)
    area.case("split", "equal size, the last is smaller", {"x": (2, 5)}, split, split_size_or_sections=2, dim=1)
    area.case(
        "chunk",
        "5 in 3 chunks",
        {"x": (5, 2)},
        lambda x, chunks, dim: named(torch.chunk(x, chunks, dim)),
        chunks=3,
        dim=0,
    )
    area.case("unbind", "axis 1", {"x": (2, 3)}, lambda x, dim: named(torch.unbind(x, dim)), dim=1)


def layout(area):
    area.case("permute", "nchw to nhwc", {"x": (2, 3, 2, 4)}, torch.permute, dims=[0, 2, 3, 1])
    area.case(
        "transpose", "outer axes", {"x": (2, 3, 4)}, lambda x, dim0, dim1: x.transpose(dim0, dim1), dim0=0, dim1=2
    )
    area.case("reshape", "with -1", {"x": (2, 6)}, torch.reshape, shape=[3, -1])
    area.case("flatten", "from axis 1", {"x": (2, 3, 2)}, torch.flatten, start_dim=1)
    area.case("expand", "new and stretched axes", {"x": (3, 1)}, lambda x, size: x.expand(size), size=[2, 3, 4])
    area.case("repeat", "tiles", {"x": (2, 3)}, lambda x, repeats: x.repeat(repeats), repeats=[2, 2])
    area.case(
        "repeatInterleave",
        "axis 1",
        {"x": (2, 3)},
        lambda x, repeats, dim: torch.repeat_interleave(x, repeats, dim),
        repeats=2,
        dim=1,
    )


def padding(area):
    area.case("pad", "one axis, uneven", {"x": (2, 3)}, pad, pad=[[0, 0], [1, 2]], value=0.0)
    area.case("pad", "all axes, other value", {"x": (2, 3)}, pad, pad=[[1, 0], [2, 1]], value=-1.5)
    area.case("pad", "negative padding cuts", {"x": (3, 5)}, pad, pad=[[0, -1], [-2, 1]], value=0.5)
    area.case("pad", "images", {"x": (1, 2, 2, 3)}, pad, pad=[[0, 0], [0, 0], [1, 1], [0, 2]], value=0.0)
    for mode in ("reflect", "replicate", "circular"):
        area.case("pad", mode, {"x": (1, 2, 3, 4)}, pad, pad=[[0, 0], [0, 0], [1, 2], [2, 1]], mode=mode)


def cases(area):
    indexing(area)
    joining(area)
    layout(area)
    padding(area)
