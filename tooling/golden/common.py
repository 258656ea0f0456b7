"""What every area shares: seeded inputs, one call per case, compact JSON."""

import json
import math
import zlib
from pathlib import Path

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

GOLDENS = Path(__file__).resolve().parents[2] / "packages" / "testing" / "goldens"
DTYPES = {
    torch.float64: "f64",
    torch.float32: "f32",
    torch.int32: "i32",
    torch.int64: "i32",
    torch.bool: "bool",
}


# Inputs lie on a grid of 1/256: short in the file and exact in f32, so that every backend starts from equal numbers.


def randn(*shape):
    return torch.round(torch.randn(shape) * 256) / 256


def uniform(low, high, *shape):
    return torch.round((torch.rand(shape) * (high - low) + low) * 256) / 256


def distinct(*shape):
    """Shuffled, no two elements equal: for ops that choose among elements."""
    n = math.prod(shape)
    return ((torch.randperm(n) - n // 2).double() / 8).reshape(shape)


def integers(low, high, *shape):
    return torch.randint(low, high, shape, dtype=torch.int32)


def booleans(*shape):
    return torch.rand(shape) < 0.5


def values(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def camel(name):
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def number(x, digits):
    if math.isnan(x):
        return '"nan"'
    if math.isinf(x):
        return '"inf"' if x > 0 else '"-inf"'
    if digits is None and x != int(x):
        return repr(x)
    return format(x, f".{digits or 17}g")


def encode_tensor(t, digits):
    t = t.detach()
    data = ",".join(number(float(v), digits) for v in t.reshape(-1).tolist())
    shape = ",".join(str(n) for n in t.shape)
    return f'{{"dtype":"{DTYPES[t.dtype]}","shape":[{shape}],"data":[{data}]}}'


def encode_tensors(tensors, digits=12):
    return "{" + ",".join(f"{json.dumps(k)}:{encode_tensor(t, digits)}" for k, t in tensors.items()) + "}"


def encode_option(value):
    if isinstance(value, float):
        return number(value, None)
    if isinstance(value, (list, tuple, torch.Size)):
        return "[" + ",".join(encode_option(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{encode_option(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


class Area:
    """Collects the cases of one file."""

    def __init__(self, name):
        self.name = name
        self.lines = []
        self.keys = set()

    def case(self, op, name, inputs, fn, /, *, no_grad=(), grads=True, cotangents=None, **options):
        """
        Calls `fn(*inputs, **options)` and records the result, with gradients for a random cotangent.

        An input is a shape (normal numbers), a tensor, or a function that makes one. `cotangents` replaces the random
        ones, and outputs that it leaves out take no part in the gradient. `fn` gives a tensor (named y) or a dict.
        """
        assert (op, name) not in self.keys, f"{self.name}: {op}, {name} twice"
        self.keys.add((op, name))
        # The seed hangs on the name, so a new case leaves all others as they are.
        torch.manual_seed(zlib.crc32(f"{self.name}/{op}/{name}".encode()))

        made = {}
        for key, spec in inputs.items():
            t = randn(*spec) if isinstance(spec, tuple) else spec() if callable(spec) else spec
            made[key] = t.detach().clone()
        call = {k: t.clone() for k, t in made.items()}
        leaves = {k: t for k, t in call.items() if grads and t.is_floating_point() and k not in no_grad}
        for t in leaves.values():
            t.requires_grad_()

        outputs = fn(*call.values(), **options)
        if isinstance(outputs, torch.Tensor):
            outputs = {"y": outputs}
        if cotangents is None:
            cotangents = {k: randn(*t.shape) for k, t in outputs.items() if t.requires_grad}
        gradients = {}
        if leaves and cotangents:
            found = torch.autograd.grad(
                [outputs[k] for k in cotangents], list(leaves.values()), list(cotangents.values()), allow_unused=True
            )
            gradients = {k: torch.zeros_like(t) if g is None else g for (k, t), g in zip(leaves.items(), found)}
        self.record(op, name, made, options, outputs, cotangents if gradients else {}, gradients)

    def record(self, op, name, inputs, options, outputs, grad_outputs=None, gradients=None, digits=12):
        parts = [
            f'"op":{json.dumps(op)}',
            f'"name":{json.dumps(name)}',
            f'"inputs":{encode_tensors(inputs, None)}',
            f'"options":{encode_option({camel(k): v for k, v in options.items()})}',
            f'"outputs":{encode_tensors(outputs, digits)}',
        ]
        if gradients:
            parts.append(f'"gradOutputs":{encode_tensors(grad_outputs, None)}')
            parts.append(f'"grads":{encode_tensors(gradients)}')
        self.lines.append("{" + ",".join(parts) + "}")

    def text(self):
        # One case a line, so that a diff shows which case moved.
        return f'{{"torch":{json.dumps(torch.__version__)},"cases":[\n' + ",\n".join(self.lines) + "\n]}\n"
