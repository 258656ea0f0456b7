"""What PyTorch 1.13 lacks, in NumPy from the papers, with gradients derived by hand. All in f64."""

import zlib

import numpy as np
import torch


def grid(rng, *shape, low=None, high=None):
    """Numbers that are exact in f32, as those of common.py."""
    drawn = rng.standard_normal(shape) if low is None else rng.uniform(low, high, shape)
    return np.round(drawn * 256) / 256


def reduced(loss, reduction):
    """The reduced loss, and what each element contributes to it."""
    if reduction == "none":
        return loss, np.ones_like(loss)
    if reduction == "sum":
        return loss.sum(), np.ones_like(loss)
    return loss.mean(), np.full_like(loss, 1 / loss.size)


def record(area, op, name, make, run, **options):
    """`make(rng)` gives the inputs, `run(inputs)` the output and a function from its cotangent to the gradients."""
    rng = np.random.default_rng(zlib.crc32(f"papers/{op}/{name}".encode()))
    inputs = make(rng)
    y, gradients = run(inputs)
    cotangent = grid(rng, *np.shape(y))
    tensors = [
        {k: torch.from_numpy(np.asarray(v, dtype=np.float64)) for k, v in group.items()}
        for group in (inputs, {"y": y}, {"y": cotangent}, gradients(cotangent))
    ]
    area.record(op, name, tensors[0], options, *tensors[1:])


def rms_norm(area):
    """Zhang and Sennrich, "Root mean square layer normalization", 2019, equation 4; eps as in torch.nn.RMSNorm."""

    def run(weight, eps):
        def of(inputs):
            x = inputs["x"]
            n = x.shape[-1]
            w = inputs["weight"] if weight else np.ones(n)
            r = 1 / np.sqrt((x * x).mean(-1, keepdims=True) + eps)

            def gradients(g):
                inner = g * w
                dx = r * inner - x * r**3 * (inner * x).mean(-1, keepdims=True)
                return {"x": dx} | ({"weight": (g * x * r).sum(0)} if weight else {})

            return x * r * w, gradients

        return of

    shapes = {"x": (3, 5), "weight": (5,)}
    record(area, "rmsNorm", "weight", lambda rng: {k: grid(rng, *s) for k, s in shapes.items()}, run(True, 2.0**-52))
    record(area, "rmsNorm", "no weight, eps", lambda rng: {"x": grid(rng, 3, 5)}, run(False, 0.125), eps=0.125)


def sigmoid_focal(area):
    """Lin et al., "Focal loss for dense object detection", 2017, equation 5: -alpha_t (1 - p_t)^gamma log p_t."""

    def run(alpha, gamma, reduction):
        def of(inputs):
            x, t = inputs["x"], inputs["target"]
            sign = 2 * t - 1
            p = 1 / (1 + np.exp(-x * sign))  # p_t of targets that are 0 or 1
            a = np.ones_like(x) if alpha is None else np.where(t == 1, alpha, 1 - alpha)
            loss = -a * (1 - p) ** gamma * np.log(p)
            y, share = reduced(loss, reduction)

            def gradients(g):
                # d/dx of (1 - p)^gamma log p, with dp/dx = sign p (1 - p)
                slope = sign * (1 - p) ** gamma * ((1 - p) - gamma * p * np.log(p))
                return {"x": -a * slope * share * g}

            return y, gradients

        return of

    for reduction in ("mean", "sum", "none"):
        for alpha, gamma in ((0.25, 2.0), (0.75, 1.0), (None, 0.5), (0.25, 0.0)):
            options = {"alpha": alpha, "gamma": gamma, "reduction": reduction}
            record(
                area,
                "sigmoidFocalLoss",
                f"{reduction}, alpha {alpha}, gamma {gamma:g}",
                lambda rng: {"x": grid(rng, 3, 4), "target": (rng.random((3, 4)) < 0.5).astype(float)},
                run(**options),
                **options,
            )


def dice(area):
    """Milletari et al., "V-Net", 2016, and Sudre et al., 2017: 1 - (2 sum(p t) + s) / (sum(p) + sum(t) + s)."""

    def run(squared, smooth, reduction):
        def of(inputs):
            p, t = inputs["x"], inputs["target"]
            places = tuple(range(2, p.ndim))
            above = 2 * (p * t).sum(places, keepdims=True) + smooth
            total = (p**2 + t**2) if squared else p + t
            below = total.sum(places, keepdims=True) + smooth
            loss = (1 - above / below).reshape(p.shape[:2])
            y, share = reduced(loss, reduction)

            def gradients(g):
                each = (share * g).reshape(*p.shape[:2], *[1] * len(places))
                slope = 2 * p if squared else np.ones_like(p)
                return {"x": -each * (2 * t * below - above * slope) / below**2}

            return y, gradients

        return of

    for reduction in ("mean", "sum", "none"):
        for squared, smooth in ((False, 1.0), (True, 0.5)):
            options = {"squared": squared, "smooth": smooth, "reduction": reduction}
            record(
                area,
                "diceLoss",
                f"{reduction}, squared {squared}, smooth {smooth:g}",
                lambda rng: {
                    "x": grid(rng, 2, 3, 2, 2, low=0, high=1),
                    "target": (rng.random((2, 3, 2, 2)) < 0.5).astype(float),
                },
                run(**options),
                **options,
            )


def cases(area):
    rms_norm(area)
    sigmoid_focal(area)
    dice(area)
