"""Attention, instance norm, weight norm and spectral norm."""

import math

import torch
import torch.nn.functional as F
from common import uniform, values
from torch import nn
from torch.nn.utils.stateless import functional_call


def boolean(*rows):
    return torch.tensor(rows, dtype=torch.bool)


# --------------------------------------------------------------------------------------------------------- attention


def scaled_dot_product(q, k, v, mask=None, is_causal=False, scale=None):
    """torch.nn.functional.scaled_dot_product_attention of PyTorch 2, as its documentation writes it."""
    scores = q @ k.transpose(-2, -1) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if is_causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), -math.inf)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    return torch.softmax(scores, -1) @ v


def functional(area):
    op = "scaledDotProductAttention"
    heads = {"q": (2, 2, 3, 4), "k": (2, 2, 5, 4), "v": (2, 2, 5, 3)}
    allowed = boolean([1, 0, 1, 0, 0], [0, 1, 1, 1, 1], [1, 1, 1, 1, 1])
    area.case(op, "heads", heads, scaled_dot_product)
    area.case(op, "causal", heads, scaled_dot_product, is_causal=True)
    area.case(op, "bool mask, scale", heads | {"mask": allowed}, scaled_dot_product, scale=0.25)
    area.case(op, "bool mask, causal", heads | {"mask": allowed}, scaled_dot_product, is_causal=True)
    area.case(op, "added mask of each head", heads | {"mask": (2, 3, 5)}, scaled_dot_product)
    area.case(op, "one head", {"q": (3, 4), "k": (3, 4), "v": (3, 2)}, scaled_dot_product)


def multihead(query, key, value, *tensors, num_heads, keys, causal=False, masks=(), average=True, **options):
    """`keys` names the tensors of the state dict, `masks` the masks that follow them."""
    embed_dim = query.shape[2]
    layer = nn.MultiheadAttention(embed_dim, num_heads, batch_first=True, **options).train()
    given = dict(zip((*keys, *masks), tensors))
    state = {k: given[k] for k in keys}
    assert set(state) == set(layer.state_dict()), (set(state), set(layer.state_dict()))
    named = {"key_padding_mask": given.get("keyPaddingMask"), "attn_mask": given.get("attnMask")}
    if causal:
        assert named["attn_mask"] is None
        named["attn_mask"] = ~torch.ones(query.shape[1], key.shape[1], dtype=torch.bool).tril()
    output, weights = functional_call(layer, state, (query, key, value), named | {"average_attn_weights": average})
    return {"output": output, "weights": weights}


def module(area):
    def case(name, query, key, value, masks=None, causal=False, average=True, bias=True, **options):
        d, heads = query[2], options.pop("num_heads", 2)
        dims = {k: v for k, v in (("kdim", key[2]), ("vdim", value[2])) if v != d}
        if dims:
            state = {"q_proj_weight": (d, d), "k_proj_weight": (d, key[2]), "v_proj_weight": (d, value[2])}
        else:
            state = {"in_proj_weight": (3 * d, d)}
        if bias:
            state |= {"in_proj_bias": (3 * d,)}
        state |= {"out_proj.weight": (d, d)}
        if bias:
            state |= {"out_proj.bias": (d,)}
        masks = masks or {}
        recorded = dims | ({} if bias else {"bias": False}) | ({"causal": True} if causal else {})
        recorded |= {} if average else {"average": False}
        area.case(
            "multiheadAttention",
            name,
            {"query": query, "key": key, "value": value, **state, **masks},
            lambda *t, **o: multihead(*t, keys=tuple(state), masks=tuple(masks), **o),
            no_grad=tuple(masks),
            num_heads=heads,
            **recorded,
        )

    padding = boolean([0, 0, 0, 1], [0, 0, 1, 1])
    later = torch.ones(4, 4, dtype=torch.bool).triu(1)
    x = (2, 4, 4)
    case("self", x, x, x)
    case("self, four heads, weights of each head", x, x, x, num_heads=4, average=False)
    case("self, no bias", x, x, x, bias=False)
    case("causal", x, x, x, causal=True)
    case("padding", x, x, x, masks={"keyPaddingMask": padding})
    case("padding and attention mask", x, x, x, masks={"keyPaddingMask": padding, "attnMask": later})
    # Added key padding masks came with PyTorch 2.
    case("added attention mask", x, x, x, masks={"attnMask": (4, 4)})
    each = torch.zeros(4, 3, 4, dtype=torch.bool)
    each[1, 0, 2] = each[2, 1, 0] = each[3, 2, 3] = True
    case("cross, a mask of each head", (2, 3, 4), x, x, masks={"attnMask": each})
    case("keys and values of other features", (2, 3, 4), (2, 5, 3), (2, 5, 6))


# ------------------------------------------------------------------------------------------------- norms of the input


def instance_norm_steps(*tensors, affine=False, track_running_stats=False, training=True, momentum=0.1, eps=1e-5):
    tensors = list(tensors)
    weight, bias = (tensors.pop(), tensors.pop())[::-1] if affine else (None, None)
    layer = nn.InstanceNorm2d(tensors[0].shape[1], eps, momentum, affine, track_running_stats).train(training)
    if affine:
        del layer.weight, layer.bias
        layer.weight, layer.bias = weight, bias
    outputs = {}
    for i, x in enumerate(tensors):
        outputs[f"y{i}"] = layer(x)
        if track_running_stats:
            outputs[f"running_mean{i}"] = layer.running_mean.clone()
            outputs[f"running_var{i}"] = layer.running_var.clone()
    return outputs


def instance_norms(area):
    one, two = {"x0": (2, 3, 2, 3)}, {"x0": (2, 3, 2, 3), "x1": (2, 3, 2, 3)}
    affine = {"weight": (3,), "bias": (3,)}
    area.case("instanceNorm2d", "plain", one, instance_norm_steps)
    area.case("instanceNorm2d", "affine, large eps", one | affine, instance_norm_steps, affine=True, eps=0.125)
    area.case(
        "instanceNorm2d",
        "running statistics, two steps",
        two | affine,
        instance_norm_steps,
        affine=True,
        track_running_stats=True,
        momentum=0.25,
    )
    area.case(
        "instanceNorm2d", "eval, running statistics", one, instance_norm_steps, track_running_stats=True, training=False
    )


# ------------------------------------------------------------------------------------------------ norms of the weight


def spectral_steps(weight, u, v, *xs, dim=0, training=True, n_power_iterations=1):
    """One layer called on x0, x1, …, with the vectors and the weight after each call."""
    layer = nn.Module()
    layer.weight = nn.Parameter(torch.zeros_like(weight))
    layer.forward = lambda x: F.linear(x, layer.weight) if dim == 0 else F.linear(x, layer.weight.t())
    nn.utils.spectral_norm(layer, dim=dim, n_power_iterations=n_power_iterations)
    del layer.weight_orig
    layer.weight_orig = weight
    layer.weight_u.copy_(u)
    layer.weight_v.copy_(v)
    layer.train(training)
    outputs = {}
    for i, x in enumerate(xs):
        outputs[f"y{i}"] = layer(x)
        outputs[f"u{i}"], outputs[f"v{i}"] = layer.weight_u.clone(), layer.weight_v.clone()
    return outputs


def weights(area):
    def weight_norm(v, g, dim=0):
        return torch._weight_norm(v, g, dim)

    area.case("weightNorm", "matrix", {"v": (3, 4), "g": lambda: uniform(0.5, 2, 3, 1)}, weight_norm)
    area.case("weightNorm", "filters", {"v": (3, 2, 2, 2), "g": lambda: uniform(0.5, 2, 3, 1, 1, 1)}, weight_norm)
    area.case("weightNorm", "axis 1", {"v": (3, 2, 2), "g": lambda: uniform(0.5, 2, 1, 2, 1)}, weight_norm, dim=1)

    start = {"weight": (3, 4), "u": values(0.5, -0.5, 0.75), "v": values(0.5, 0.5, -0.5, 0.5)}
    steps = {"x0": (2, 4), "x1": (2, 4)}
    fixed = ("u", "v")
    area.case("spectralNorm", "two steps", start | steps, spectral_steps, no_grad=fixed, cotangents=None)
    area.case("spectralNorm", "three iterations", start | {"x0": (2, 4)}, spectral_steps, no_grad=fixed, n_power_iterations=3)
    area.case("spectralNorm", "eval", start | steps, spectral_steps, no_grad=fixed, training=False)
    other = {"weight": (4, 3), "u": start["u"], "v": start["v"], "x0": (2, 4)}
    area.case("spectralNorm", "axis 1", other, spectral_steps, no_grad=fixed, dim=1)


def cases(area):
    functional(area)
    module(area)
    instance_norms(area)
    weights(area)
