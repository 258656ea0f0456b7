"""Norms, activations, losses, initializers and a LeNet."""

import math

import torch
import torch.nn.functional as F
from common import booleans, integers, uniform, values
from torch import nn


def i32(*numbers):
    return torch.tensor(numbers, dtype=torch.int32)


# ------------------------------------------------------------------------------------------------------------- norms


def batch_norm_steps(*tensors, affine=True, training=True, track_running_stats=True, momentum=0.1, eps=1e-5):
    """Calls one layer on x0, x1, … and records its buffers after each call, under the keys of the state dict."""
    tensors = list(tensors)
    weight, bias = (tensors.pop(), tensors.pop())[::-1] if affine else (None, None)
    mean, var = (tensors.pop(), tensors.pop())[::-1] if track_running_stats else (None, None)
    layer = nn.BatchNorm2d(tensors[0].shape[1], eps, momentum, affine, track_running_stats).train(training)
    if affine:
        # Replaced, not copied into, so that gradients reach the inputs of the case.
        del layer.weight, layer.bias
        layer.weight, layer.bias = weight, bias
    if track_running_stats:
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(var)
    outputs = {}
    for i, x in enumerate(tensors):
        outputs[f"y{i}"] = layer(x)
        if track_running_stats:
            outputs[f"running_mean{i}"] = layer.running_mean.clone()
            outputs[f"running_var{i}"] = layer.running_var.clone()
            outputs[f"num_batches_tracked{i}"] = layer.num_batches_tracked.clone()
    return outputs


def batch_norm(area):
    shape = (2, 3, 2, 3)
    fresh = {"running_mean": torch.zeros(3), "running_var": torch.ones(3)}
    used = {"running_mean": values(0.5, -1, 0.25), "running_var": values(0.5, 2, 1.25)}
    affine = {"weight": (3,), "bias": (3,)}
    stats = ("running_mean", "running_var")
    two, one = {"x0": shape, "x1": shape}, {"x0": shape}
    for name, inputs, options in (
        ("train, two steps", two | fresh | affine, {}),
        ("train, momentum 0.3, used statistics", two | used | affine, {"momentum": 0.3}),
        ("train, momentum null: cumulative average", {**two, "x2": shape, **fresh, **affine}, {"momentum": None}),
        ("train, not affine", two | fresh, {"affine": False}),
        ("train, large eps", one | fresh | affine, {"eps": 0.125}),
        ("train, running statistics not tracked", one | affine, {"track_running_stats": False}),
        ("eval, used statistics", one | used | affine, {"training": False}),
        ("eval, not affine", one | used, {"training": False, "affine": False}),
        (
            "eval, running statistics not tracked: uses the batch",
            one | affine,
            {"training": False, "track_running_stats": False},
        ),
    ):
        area.case("batchNorm2d", name, inputs, batch_norm_steps, no_grad=stats, **options)

    def batch_norm1d(x, weight, bias):
        return F.batch_norm(x, None, None, weight, bias, training=True)

    area.case("batchNorm1d", "train, (n, c)", {"x": (5, 3), "weight": (3,), "bias": (3,)}, batch_norm1d)
    area.case("batchNorm1d", "train, (n, c, l)", {"x": (2, 3, 4), "weight": (3,), "bias": (3,)}, batch_norm1d)


def layer_norm(x, weight=None, bias=None, **options):
    return F.layer_norm(x, weight=weight, bias=bias, **options)


def group_norm(x, weight=None, bias=None, **options):
    return F.group_norm(x, weight=weight, bias=bias, **options)


def other_norms(area):
    area.case(
        "layerNorm", "last axis", {"x": (2, 3, 4), "weight": (4,), "bias": (4,)}, layer_norm, normalized_shape=[4]
    )
    area.case(
        "layerNorm", "two axes", {"x": (3, 2, 4), "weight": (2, 4), "bias": (2, 4)}, layer_norm, normalized_shape=[2, 4]
    )
    area.case("layerNorm", "not affine, large eps", {"x": (3, 5)}, layer_norm, normalized_shape=[5], eps=0.125)
    for groups in (1, 2, 4):
        area.case(
            "groupNorm",
            f"{groups} groups of 4 channels",
            {"x": (2, 4, 2, 3), "weight": (4,), "bias": (4,)},
            group_norm,
            num_groups=groups,
        )
    area.case("instanceNorm", "images", {"x": (2, 2, 3, 3)}, F.instance_norm)
    area.case(
        "normalize",
        "p 2, axis 1, a zero row",
        {"x": torch.tensor([[3.0, 4.0], [0.0, 0.0], [-1.0, 2.0]])},
        F.normalize,
        p=2.0,
        dim=1,
    )


# ------------------------------------------------------------------------------------------------------- activations


def prelu(x, weight):
    return F.prelu(x, weight)


def hardsigmoid(x):
    """F.hardsigmoid holds 1/6 in f32 in its gradient, even for f64: wrong from the eighth digit."""
    return F.relu6(x + 3) / 6


def activations(area):
    # The corners of every function are among these points.
    points = values(-8, -6, -4, -3, -2, -1, -0.5, -0.0, 0, 0.5, 1, 2, 3, 4, 6, 8)
    for op, fn, options in (
        ("relu6", F.relu6, {}),
        ("leakyRelu", F.leaky_relu, {}),
        ("leakyRelu", F.leaky_relu, {"negative_slope": 0.25}),
        ("elu", F.elu, {}),
        ("elu", F.elu, {"alpha": 0.5}),
        ("celu", F.celu, {"alpha": 2.0}),
        ("selu", F.selu, {}),
        ("gelu", F.gelu, {}),
        ("gelu", F.gelu, {"approximate": "tanh"}),
        ("silu", F.silu, {}),
        ("mish", F.mish, {}),
        ("softplus", F.softplus, {"beta": 2.0}),
        ("softsign", F.softsign, {}),
        ("logSigmoid", F.logsigmoid, {}),
        ("hardtanh", F.hardtanh, {}),
        ("hardtanh", F.hardtanh, {"min_val": -2.0, "max_val": 0.5}),
        ("hardsigmoid", hardsigmoid, {}),
        ("hardswish", F.hardswish, {}),
        ("tanhshrink", F.tanhshrink, {}),
        ("softshrink", F.softshrink, {}),
        ("hardshrink", F.hardshrink, {}),
        ("threshold", F.threshold, {"threshold": 0.5, "value": -1.0}),
        ("glu", F.glu, {"dim": 0}),
        ("softmin", F.softmin, {"dim": 0}),
    ):
        suffix = "".join(f", {k} {v}" for k, v in options.items())
        area.case(op, "corners" + suffix, {"x": points}, fn, **options)
    area.case("prelu", "one slope", {"x": points, "weight": values(0.25)}, prelu)
    area.case("prelu", "a slope for each channel", {"x": (2, 3, 4), "weight": (3,)}, prelu)

    def embedding(x, weight, **options):
        return F.embedding(x, weight, **options)

    tokens = i32(0, 2, 2, 4, 1, 2).reshape(2, 3)
    area.case("embedding", "repeated tokens add up", {"x": tokens, "weight": (5, 3)}, embedding)
    area.case(
        "embedding", "the padding row gets no gradient", {"x": tokens, "weight": (5, 3)}, embedding, padding_idx=2
    )

    def limited(x, weight, **options):
        """The table is changed in place, so it is an output too."""
        table = weight.detach().clone()
        return {"y": F.embedding(x, table, **options), "weight": table}

    for name, options in (("norm", {"max_norm": 1.0}), ("sum of sizes", {"max_norm": 1.5, "norm_type": 1.0})):
        area.case("embeddingMaxNorm", name, {"x": tokens, "weight": (5, 3)}, limited, grads=False, **options)


# ------------------------------------------------------------------------------------------------------------ losses


def cross_entropy(x, target, weight=None, **options):
    return F.cross_entropy(x, target if target.is_floating_point() else target.long(), weight, **options)


def nll_loss(x, target, weight=None, **options):
    return F.nll_loss(x, target.long(), weight, **options)


def probabilities(*shape):
    """Rows that add up to 1 on a grid, so that the file holds them exactly."""
    parts = torch.randint(1, 64, shape).double()
    parts[:, -1] = 256 - parts[:, :-1].sum(1)
    return parts / 256


REDUCTIONS = ("mean", "sum", "none")


def class_losses(area):
    logits, target, weight = (5, 4), i32(2, 0, 3, 2, 1), values(0.5, 1, 2, 0.25)
    ignored = i32(2, -100, 3, 2, -100)
    plain = {"x": logits, "target": target}
    for op, fn in (("crossEntropy", cross_entropy), ("nllLoss", nll_loss)):
        for reduction in REDUCTIONS:
            options = {} if reduction == "mean" else {"reduction": reduction}
            area.case(op, reduction, plain, fn, **options)
            area.case(op, f"{reduction}, class weights", plain | {"weight": weight}, fn, no_grad=("weight",), **options)
            area.case(op, f"{reduction}, ignored targets", {"x": logits, "target": ignored}, fn, **options)
            area.case(
                op,
                f"{reduction}, ignored class, class weights",
                plain | {"weight": weight},
                fn,
                no_grad=("weight",),
                ignore_index=2,
                **options,
            )
        area.case(op, "images", {"x": (2, 3, 2, 2), "target": lambda: integers(0, 3, 2, 2, 2)}, fn)
        area.case(op, "all ignored: mean is NaN", {"x": (2, 3), "target": i32(-100, -100)}, fn, grads=False)
        area.case(op, "all ignored: sum is zero", {"x": (2, 3), "target": i32(-100, -100)}, fn, reduction="sum")

    for reduction in REDUCTIONS:
        options = {} if reduction == "mean" else {"reduction": reduction}
        area.case(
            "crossEntropy", f"{reduction}, label smoothing", plain, cross_entropy, label_smoothing=0.25, **options
        )
        area.case(
            "crossEntropy",
            f"{reduction}, label smoothing, ignored targets, class weights",
            {"x": logits, "target": ignored, "weight": weight},
            cross_entropy,
            no_grad=("weight",),
            label_smoothing=0.25,
            **options,
        )
        soft = {"x": logits, "target": lambda: probabilities(5, 4)}
        area.case("crossEntropy", f"{reduction}, soft targets", soft, cross_entropy, **options)
        area.case(
            "crossEntropy",
            f"{reduction}, soft targets, label smoothing, class weights",
            soft | {"weight": weight},
            cross_entropy,
            no_grad=("weight",),
            label_smoothing=0.25,
            **options,
        )
    area.case(
        "crossEntropy",
        "soft targets, images",
        {"x": (2, 3, 2, 1), "target": lambda: probabilities(2, 3, 2, 1)},
        cross_entropy,
    )
    large = torch.tensor([[1000.0, 0.0, -1000.0], [-1000.0, 1000.0, 999.0]])
    area.case("crossEntropy", "large logits", {"x": large, "target": i32(1, 2)}, cross_entropy, reduction="none")
    area.case("crossEntropy", "one class", {"x": (3, 1), "target": i32(0, 0, 0)}, cross_entropy)


def bce(x, target, weight=None, pos_weight=None, **options):
    return F.binary_cross_entropy_with_logits(x, target, weight, pos_weight=pos_weight, **options)


def bce_pos_weight(x, target, pos_weight, **options):
    return bce(x, target, None, pos_weight, **options)


def other_losses(area):
    pair = {"x": (3, 4), "target": (3, 4)}
    for reduction in REDUCTIONS:
        options = {} if reduction == "mean" else {"reduction": reduction}
        area.case("mseLoss", reduction, pair, F.mse_loss, **options)
        area.case("l1Loss", reduction, pair, F.l1_loss, **options)
        area.case("smoothL1Loss", f"{reduction}, beta 0.5", pair, F.smooth_l1_loss, beta=0.5, **options)
        area.case("huberLoss", f"{reduction}, delta 0.5", pair, F.huber_loss, delta=0.5, **options)
        binary = {"x": (3, 4), "target": lambda: booleans(3, 4).double()}
        area.case("binaryCrossEntropyWithLogits", reduction, binary, bce, **options)
        area.case(
            "binaryCrossEntropyWithLogits",
            f"{reduction}, weight",
            binary | {"weight": values(0.5, 1, 2, 0.25)},
            bce,
            no_grad=("weight",),
            **options,
        )
        area.case(
            "binaryCrossEntropyWithLogits",
            f"{reduction}, posWeight",
            binary | {"posWeight": values(0.5, 1, 2, 3)},
            bce_pos_weight,
            no_grad=("posWeight",),
            **options,
        )
        area.case(
            "binaryCrossEntropy",
            reduction,
            {"x": lambda: uniform(0.125, 0.875, 3, 4), "target": lambda: uniform(0, 1, 3, 4)},
            F.binary_cross_entropy,
            **options,
        )
    area.case("mseLoss", "equal inputs", {"x": values(1, 2), "target": values(1, 2)}, F.mse_loss)
    area.case("l1Loss", "equal inputs: zero gradient", {"x": values(1, 2), "target": values(1, 3)}, F.l1_loss)
    area.case(
        "smoothL1Loss",
        "at the corner",
        {"x": values(-1, 0, 1, 2), "target": values(0, 0, 0, 0)},
        F.smooth_l1_loss,
        reduction="none",
    )
    area.case(
        "binaryCrossEntropy",
        "0 and 1: the logarithm stops at -100",
        {"x": values(0, 1, 0, 1), "target": values(0, 1, 1, 0)},
        F.binary_cross_entropy,
        grads=False,
        reduction="none",
    )
    for reduction in (*REDUCTIONS, "batchmean"):
        area.case(
            "klDiv",
            f"{reduction}, x holds log-probabilities",
            {
                "x": lambda: torch.round(torch.log_softmax(torch.randn(3, 4), 1) * 256) / 256,
                "target": lambda: probabilities(3, 4),
            },
            F.kl_div,
            reduction=reduction,
        )


# ------------------------------------------------------------------------------------------------------ initializers


def initializers(area):
    """Formulas only: the numbers that a random initializer draws between. The input is the shape of the weight."""

    def case(op, name, outputs, **options):
        area.record(op, name, {}, options, {k: torch.tensor(float(v)) for k, v in outputs.items()})

    shapes = ((5, 3), (10, 256), (8, 4, 3), (6, 4, 3, 5), (8, 1, 3, 3), (4, 2, 2, 3, 3))
    for shape in shapes:
        weight = torch.empty(shape)
        fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(weight)
        name = "x".join(map(str, shape))
        case("fans", name, {"fanIn": fan_in, "fanOut": fan_out}, shape=list(shape))
        for mode, fan in (("fan_in", fan_in), ("fan_out", fan_out)):
            for nonlinearity, a in (
                ("relu", 0.0),
                ("leaky_relu", math.sqrt(5)),
                ("leaky_relu", 0.01),
                ("linear", 0.0),
                ("tanh", 0.0),
            ):
                gain = nn.init.calculate_gain(nonlinearity, a)
                std = gain / math.sqrt(fan)
                case(
                    "kaiming",
                    f"{name}, {mode}, {nonlinearity}, a {a:.3g}",
                    {"gain": gain, "std": std, "bound": math.sqrt(3) * std},
                    shape=list(shape),
                    a=a,
                    mode=mode,
                    nonlinearity=nonlinearity,
                )
        for gain in (1.0, math.sqrt(2)):
            std = gain * math.sqrt(2 / (fan_in + fan_out))
            case(
                "xavier",
                f"{name}, gain {gain:.3g}",
                {"std": std, "bound": math.sqrt(3) * std},
                shape=list(shape),
                gain=gain,
            )
        # Linear and Conv: kaiming uniform with a = sqrt(5), which is 1 / sqrt(fanIn), for weight and bias alike.
        bound = 1 / math.sqrt(fan_in)
        case("defaultInit", name, {"weightBound": bound, "biasBound": bound}, shape=list(shape))
    for nonlinearity in ("linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        case("gain", nonlinearity, {"gain": nn.init.calculate_gain(nonlinearity)}, nonlinearity=nonlinearity)


# ------------------------------------------------------------------------------------------------------------- LeNet

KEYS = {
    "0.weight": (4, 1, 5, 5),
    "0.bias": (4,),
    "3.weight": (8, 4, 3, 3),
    "3.bias": (8,),
    "7.weight": (10, 8),
    "7.bias": (10,),
}


def lenet_forward(x, p):
    x = F.max_pool2d(torch.relu(F.conv2d(x, p["0.weight"], p["0.bias"])), 2)
    x = F.max_pool2d(torch.relu(F.conv2d(x, p["3.weight"], p["3.bias"])), 2)
    return F.linear(torch.flatten(x, 1), p["7.weight"], p["7.bias"])


def lenet(x, target, *tensors, model):
    logits = lenet_forward(x, dict(zip(KEYS, tensors)))
    return {"logits": logits, "loss": F.cross_entropy(logits, target.long())}


def lenet_training(x, target, *tensors, model, optimizer, steps, **options):
    """Loss before each step and the parameters at the end, on one batch."""
    params = {k: t.clone().requires_grad_() for k, t in zip(KEYS, tensors)}
    rule = getattr(torch.optim, optimizer)(params.values(), **options)
    losses = []
    for _ in range(steps):
        rule.zero_grad()
        loss = F.cross_entropy(lenet_forward(x, params), target.long())
        loss.backward()
        rule.step()
        losses.append(loss.detach())
    return {"loss": torch.stack(losses), **{k: p.detach() for k, p in params.items()}}


def networks(area):
    model = "Sequential(conv 1-4 5x5, relu, maxPool 2, conv 4-8 3x3, relu, maxPool 2, flatten, linear 8-10)"
    inputs = {"x": (4, 1, 14, 14), "target": i32(3, 0, 7, 3)}
    inputs |= {k: (lambda s=s: uniform(-0.5, 0.5, *s)) for k, s in KEYS.items()}
    area.case("lenet", "forward and all gradients", inputs, lenet, cotangents={"loss": torch.tensor(1.0)}, model=model)
    for name, options in (
        ("SGD with momentum, 5 steps", {"optimizer": "SGD", "lr": 0.1, "momentum": 0.9}),
        ("Adam, 5 steps", {"optimizer": "Adam", "lr": 0.01}),
    ):
        area.case("lenetTraining", name, inputs, lenet_training, grads=False, model=model, steps=5, **options)


def cases(area):
    batch_norm(area)
    other_norms(area)
    activations(area)
    class_losses(area)
    other_losses(area)
    initializers(area)
    networks(area)
