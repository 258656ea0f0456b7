"""PyTorch on one thread, for peers/pytorch.mjs: a JSON request a line on stdin, a JSON answer a line on stdout."""

import base64
import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def hashed(count, seed):
    """The same numbers as rows/inputs.mjs makes."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
    return h ^ (h >> np.uint32(16))


def operand(shape, seed, scale=1.0, positive=False):
    values = (hashed(int(np.prod(shape)), seed).astype(np.float64) / 2**31 - 1) * scale
    values = values.astype(np.float32)
    if positive:
        values = np.abs(values) + np.float32(0.5)
    return torch.from_numpy(values.reshape(shape))


def read(tensors):
    """Copies out, as the read-back of the others does."""
    return [tensor.detach().numpy().copy() for tensor in tensors]


def forward(f):
    def prepare(o, attrs):
        def run():
            with torch.no_grad():
                return read([f(o, attrs)])

        return run

    return prepare


def gradients(names, f):
    def prepare(o, attrs):
        targets = [o[name].requires_grad_() for name in names]

        def run():
            return read(torch.autograd.grad((f(o, attrs) * o["g"]).sum(), targets))

        return run

    return prepare


def matmul(o, attrs):
    a, b = o["a"], o["b"]
    return (a.T if attrs["mode"] == "TN" else a) @ (b.T if attrs["mode"] == "NT" else b)


def conv(o, attrs):
    return F.conv2d(o["x"], o["w"], None, attrs["stride"], attrs["padding"], 1, attrs["groups"])


def batch_norm(o, _):
    return F.batch_norm(o["x"], o["mean"], o["variance"], o["weight"], o["bias"])


def batch_norm_training(o, _):
    return F.batch_norm(o["x"], None, None, o["weight"], o["bias"], training=True)


def layer_norm(o, _):
    return F.layer_norm(o["x"], o["weight"].shape, o["weight"], o["bias"])


def attention(o, attrs):
    x = o["x"].transpose(0, 1)
    weights = (o["wqkv"], o["bqkv"], None, None, False, 0.0, o["wo"], o["bo"])
    size = o["x"].shape[2]
    out, _ = F.multi_head_attention_forward(x, x, x, size, attrs["heads"], *weights, need_weights=False)
    return out.transpose(0, 1)


def optimizer(make):
    def prepare(o, attrs):
        p = torch.nn.Parameter(o["p"].clone())
        p.grad = o["g"]
        steps = make([p], lr=attrs["lr"], foreach=True)

        def check():
            for _ in range(3):
                steps.step()
            return read([p])

        return lambda: steps.step(), check

    return prepare


def network(o):
    x = F.relu(F.conv2d(o["x"], o["w1"], o["b1"]))
    x = F.max_pool2d(F.relu(F.conv2d(x, o["w2"], o["b2"])), 2)
    x = F.relu(F.linear(x.flatten(1), o["w3"], o["b3"]))
    return F.linear(x, o["w4"], o["b4"])


def cnn_step(o, attrs):
    names = ["w1", "b1", "w2", "b2", "w3", "b3", "w4", "b4"]
    weights = {name: torch.nn.Parameter(o[name].clone()) for name in names}
    optimizer = torch.optim.Adam(weights.values(), lr=attrs["lr"], foreach=True)
    y = torch.from_numpy((hashed(64, 2) % np.uint32(10)).astype(np.int64))

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network({"x": o["x"], **weights}), y)
        loss.backward()
        optimizer.step()
        return np.array([loss.item()], dtype=np.float32)

    return run, lambda: [run(), run(), run()]


def chain(o, attrs):
    y = o["x"]
    for _ in range(attrs["turns"]):
        y = y * o["w"] + o["b"]
    return y


def overhead_grad(o, attrs):
    targets = [o["w"].requires_grad_(), o["b"].requires_grad_()]
    return lambda: read(torch.autograd.grad((chain(o, attrs) * o["x"]).sum(), targets))


def recurrent(run, state):
    def layer(o, attrs):
        x = o["x"]
        zero = torch.zeros(1, x.shape[0], attrs["size"])
        weights = [o["wih"], o["whh"], o["bih"], o["bhh"]]
        return run(x, state(zero), weights, True, 1, 0.0, False, False, True)[0]

    return layer


lstm = recurrent(torch.lstm, lambda zero: (zero, zero))
gru = recurrent(torch.gru, lambda zero: zero)
weights = ["x", "wih", "whh", "bih", "bhh"]

OPS = {
    "lstm": forward(lstm),
    "lstmGrad": gradients(weights, lstm),
    "gru": forward(gru),
    "gruGrad": gradients(weights, gru),
    "matmul": forward(matmul),
    "conv": forward(conv),
    "convGrad": gradients(["x", "w"], conv),
    "maxPool": forward(lambda o, _: F.max_pool2d(o["x"], 2)),
    "maxPoolGrad": gradients(["x"], lambda o, _: F.max_pool2d(o["x"], 2)),
    "batchNorm": forward(batch_norm),
    "batchNormGrad": gradients(["x", "weight", "bias"], batch_norm_training),
    "layerNorm": forward(layer_norm),
    "layerNormGrad": gradients(["x", "weight", "bias"], layer_norm),
    "attention": forward(attention),
    "attentionGrad": gradients(["x", "wqkv", "bqkv", "wo", "bo"], attention),
    "softmax": forward(lambda o, _: F.softmax(o["x"], -1)),
    "exp": forward(lambda o, _: torch.exp(o["x"])),
    "tanh": forward(lambda o, _: torch.tanh(o["x"])),
    "gelu": forward(lambda o, _: F.gelu(o["x"])),
    "adam": optimizer(torch.optim.Adam),
    "rmsprop": optimizer(torch.optim.RMSprop),
    "cnn": forward(lambda o, _: network(o)),
    "cnnStep": cnn_step,
    "overhead": forward(chain),
    "overheadGrad": overhead_grad,
}


def answer(request, current):
    if "op" in request:
        if request["op"] not in OPS:
            return {"cannot": f"no {request['op']} in this benchmark"}
        operands = {name: operand(*spec) for name, spec in request["operands"].items()}
        made = OPS[request["op"]](operands, request.get("attrs") or {})
        current["run"], current["check"] = made if isinstance(made, tuple) else (made, made)
        return {}
    if "repeat" in request:
        run = current["run"]
        start = time.perf_counter()
        for _ in range(request["repeat"]):
            run()
        return {"ms": (time.perf_counter() - start) * 1000}
    outputs = current["check"]()
    return {"outputs": [base64.b64encode(np.ascontiguousarray(out).tobytes()).decode() for out in outputs]}


current = {}
print(json.dumps({"version": torch.__version__}), flush=True)
for line in sys.stdin:
    try:
        result = answer(json.loads(line), current)
    except Exception as error:  # shown on the other side
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
