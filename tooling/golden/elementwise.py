"""Unary, binary, comparison, where and clamp."""

import torch
import torch.nn.functional as F
from common import booleans, integers, randn, uniform, values

INF, NAN = float("inf"), float("nan")


def positive():
    return uniform(0.125, 4, 3, 5)


def anywhere():
    return randn(3, 5)


UNARY = {
    "neg": (torch.neg, anywhere),
    "abs": (torch.abs, anywhere),
    "sign": (torch.sign, anywhere),
    "square": (torch.square, anywhere),
    "sqrt": (torch.sqrt, positive),
    "rsqrt": (torch.rsqrt, positive),
    "reciprocal": (torch.reciprocal, positive),
    "exp": (torch.exp, anywhere),
    "expm1": (torch.expm1, anywhere),
    "log": (torch.log, positive),
    "log1p": (torch.log1p, lambda: uniform(-0.75, 4, 3, 5)),
    "sin": (torch.sin, anywhere),
    "cos": (torch.cos, anywhere),
    "tanh": (torch.tanh, anywhere),
    "sigmoid": (torch.sigmoid, anywhere),
    "softplus": (F.softplus, anywhere),
    "erf": (torch.erf, anywhere),
    "relu": (torch.relu, anywhere),
    "floor": (torch.floor, anywhere),
    "ceil": (torch.ceil, anywhere),
    "round": (torch.round, anywhere),
}

# Every number is a small multiple of a power of two, hence exact in f32 too.
POINTS = values(-3, -2.5, -2, -1.5, -1, -0.5, -0.0, 0, 0.5, 1, 1.5, 2, 2.5, 3)
NEAR_ZERO = values(2**-12, 2**-24, 2**-40, -(2**-12), -(2**-24), -(2**-40))
LARGE = values(-64, -32, -16, 16, 19, 32, 64)
NON_FINITE = values(-INF, -2, -1, -0.0, 0, 1, INF, NAN)


def unary(area):
    for op, (fn, domain) in UNARY.items():
        area.case(op, "random", {"x": domain}, fn)
        area.case(op, "integers, halves and zero", {"x": POINTS}, fn)
        area.case(op, "near zero", {"x": NEAR_ZERO}, fn)
        large = LARGE[LARGE < 20] if op == "softplus" else LARGE
        area.case(op, "large", {"x": large}, fn)
        area.case(op, "infinities and NaN", {"x": NON_FINITE}, fn, grads=False)
    area.case("softplus", "above 20, where PyTorch is linear", {"x": values(20, 20.5, 21, 32, 64)}, F.softplus)
    area.case("isNaN", "infinities and NaN", {"x": NON_FINITE}, torch.isnan, grads=False)
    area.case("logicalNot", "bool", {"x": torch.tensor([True, False, True])}, torch.logical_not)
    for op in ("neg", "abs", "sign", "square"):
        area.case(op, "i32", {"x": torch.arange(-4, 5, dtype=torch.int32)}, UNARY[op][0])


BINARY = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "pow": torch.pow,
    "maximum": torch.maximum,
    "minimum": torch.minimum,
    "mod": torch.remainder,
    "atan2": torch.atan2,
}
COMPARE = {
    "equal": torch.eq,
    "notEqual": torch.ne,
    "less": torch.lt,
    "lessEqual": torch.le,
    "greater": torch.gt,
    "greaterEqual": torch.ge,
}
SHAPES = {
    "equal shapes": ((2, 3), (2, 3)),
    "broadcast of both sides": ((2, 1, 4), (3, 1)),
    "scalar on the left": ((), (2, 3)),
    "scalar on the right": ((2, 3), ()),
    "row and column": ((1, 4), (3, 1)),
}


def pairs(first, second):
    a, b = torch.meshgrid(values(*first), values(*second), indexing="ij")
    return {"a": a.reshape(-1), "b": b.reshape(-1)}


def binary(area):
    for op, fn in BINARY.items():
        for name, (sa, sb) in SHAPES.items():
            a = (lambda s=sa: uniform(0.25, 3, *s)) if op == "pow" else sa
            # Divisors keep away from zero.
            b = (lambda s=sb: uniform(0.5, 3, *s)) if op in ("div", "mod") else sb
            area.case(op, name, {"a": a, "b": b}, fn)
        area.case(
            op, "infinities and NaN", pairs((-INF, -1, 0, 2, INF, NAN), (-INF, -1, 0, 2, INF, NAN)), fn, grads=False
        )

    for op in ("maximum", "minimum"):
        ties = {"a": values(1, 2, 3, -1, 0, -0.0), "b": values(1, 3, 2, -1, -0.0, 0)}
        area.case(op, "ties share the gradient", ties, BINARY[op])
        area.case(op, "ties in a broadcast", {"a": values(1, 2, 1), "b": values(1)}, BINARY[op])
    area.case("mod", "signs", pairs((-5, -4.5, -3, 0, 3, 4.5, 5), (-3, -2, 2, 3)), torch.remainder)
    area.case("pow", "zero base", {"a": values(0, 0, 0, 0), "b": values(0, 0.5, 1, 2)}, torch.pow)
    area.case("pow", "negative base, whole exponents", pairs((-2, -0.5), (-2, -1, 0, 1, 2, 3)), torch.pow)
    area.case("pow", "negative base, other exponents", pairs((-2, -0.5), (-0.5, 0.5)), torch.pow, grads=False)
    area.case("atan2", "quadrants and axes", pairs((-1, 0, 1), (-1, 1)), torch.atan2)
    area.case("atan2", "signed zeros", pairs((-0.0, 0), (-1, -0.0, 0, 1)), torch.atan2, grads=False)

    for exponent in (-1.0, 0.0, 0.5, 2.0, 3.0):
        base = (lambda: uniform(0.25, 3, 6)) if exponent == 0.5 else (lambda: randn(6))
        area.case(
            "powScalar", f"exponent {exponent:g}", {"x": base}, lambda x, exponent: x**exponent, exponent=exponent
        )

    whole = {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "div": lambda a, b: torch.div(a, b, rounding_mode="trunc"),
        "mod": torch.remainder,
        "maximum": torch.maximum,
        "minimum": torch.minimum,
        **COMPARE,
    }
    grid = {k: v.int() for k, v in pairs((-7, -3, 0, 3, 7), (-3, -2, 2, 3)).items()}
    for op, fn in whole.items():
        area.case(op, "i32", grid, fn)
    for op, fn in COMPARE.items():
        area.case(
            op,
            "broadcast",
            {"a": lambda: integers(-2, 3, 3, 1).double(), "b": lambda: integers(-2, 3, 4).double()},
            fn,
            grads=False,
        )
        area.case(
            op,
            "infinities, NaN and signed zeros",
            pairs((-INF, -0.0, 0, INF, NAN), (-INF, -0.0, 0, INF, NAN)),
            fn,
            grads=False,
        )
    truth = {"a": torch.tensor([True, True, False, False]), "b": torch.tensor([True, False, True, False])}
    area.case("logicalAnd", "truth table", truth, torch.logical_and)
    area.case("logicalOr", "truth table", truth, torch.logical_or)


def ternary(area):
    def where(condition, a, b):
        return torch.where(condition, a, b)

    area.case("where", "equal shapes", {"condition": lambda: booleans(2, 3), "a": (2, 3), "b": (2, 3)}, where)
    area.case("where", "all broadcast", {"condition": lambda: booleans(3, 1), "a": (2, 1, 4), "b": ()}, where)
    area.case(
        "where",
        "NaN in the branch not taken",
        {"condition": torch.tensor([True, False, True]), "a": values(1, NAN, INF), "b": values(NAN, 2, NAN)},
        where,
    )
    points = values(-2, -1, -0.5, 0, 0.5, 1, 2)
    area.case("clamp", "min and max, gradient passes at both bounds", {"x": points}, torch.clamp, min=-1.0, max=0.5)
    area.case("clamp", "min", {"x": points}, torch.clamp, min=-0.5)
    area.case("clamp", "max", {"x": points}, torch.clamp, max=1.0)
    area.case("clamp", "min above max gives max", {"x": points}, torch.clamp, min=1.0, max=-1.0)
    area.case("clamp", "infinities and NaN", {"x": NON_FINITE}, torch.clamp, grads=False, min=-1.0, max=1.0)
    area.case("clamp", "random", {"x": (4, 5)}, torch.clamp, min=-0.75, max=0.75)


def cases(area):
    unary(area)
    binary(area)
    ternary(area)
