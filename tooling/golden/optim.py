"""Trajectories of optimizers, schedules of the learning rate, clipping of gradients, averages of weights."""

import math

import numpy
import torch
from common import values
from torch.optim import lr_scheduler
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn

INF = float("inf")
STEPS = 8


def trajectory(rule):
    """`g0[i]` is the gradient of p0 in step i; the outputs hold the parameters after every step."""

    def run(p0, p1, g0, g1, **options):
        params = [p0.clone().requires_grad_(), p1.clone().requires_grad_()]
        optimizer = rule(params, **options)
        history = [[], []]
        for step in range(len(g0)):
            for p, g, h in zip(params, (g0, g1), history):
                p.grad = g[step].clone()
            optimizer.step()
            for p, h in zip(params, history):
                h.append(p.detach().clone())
        return {f"p{i}": torch.stack(h) for i, h in enumerate(history)}

    return run


def nadam(params, **options):
    # The other implementation in 1.13 multiplies the momentum of a step into mu_product twice; 2.0 mended that.
    return torch.optim.NAdam(params, foreach=True, **options)


def decoupled(rule):
    """PyTorch 2's decoupled_weight_decay, which 1.13 lacks: the decay goes to the parameter before the step."""

    class Decoupled:
        def __init__(self, params, lr, weight_decay, decoupled_weight_decay, **options):
            self.params, self.factor = params, 1 - lr * weight_decay
            self.inner = rule(params, lr=lr, **options)

        @torch.no_grad()
        def step(self):
            for p in self.params:
                p.mul_(self.factor)
            self.inner.step()

    return lambda params, **options: (Decoupled if options.get("decoupled_weight_decay") else rule)(params, **options)


class Lion:
    """Algorithm 2 of Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), in NumPy."""

    def __init__(self, params, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        self.params, self.lr, self.betas, self.weight_decay = params, lr, betas, weight_decay
        self.momenta = [numpy.zeros(p.shape) for p in params]

    def step(self):
        beta1, beta2 = self.betas
        for p, m in zip(self.params, self.momenta):
            theta, g = p.detach().numpy(), p.grad.numpy()
            update = numpy.sign(beta1 * m + (1 - beta1) * g)
            theta -= self.lr * (update + self.weight_decay * theta)
            m[...] = beta2 * m + (1 - beta2) * g


RULES = {
    "sgd": (
        torch.optim.SGD,
        (
            ("plain", {"lr": 0.1}),
            ("momentum", {"lr": 0.1, "momentum": 0.9}),
            ("momentum, dampening", {"lr": 0.1, "momentum": 0.9, "dampening": 0.25}),
            ("nesterov", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
            ("weight decay", {"lr": 0.1, "weight_decay": 0.05}),
            ("momentum, weight decay", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05}),
            ("nesterov, weight decay", {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.05}),
            ("momentum, dampening, weight decay", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.05}),
        ),
    ),
    "adam": (
        torch.optim.Adam,
        (
            ("defaults", {}),
            ("betas", {"lr": 0.01, "betas": [0.5, 0.75]}),
            ("large eps", {"lr": 0.01, "eps": 0.1}),
            ("weight decay", {"lr": 0.01, "weight_decay": 0.1}),
            ("amsgrad", {"lr": 0.01, "betas": [0.5, 0.5], "amsgrad": True}),
            ("amsgrad, weight decay", {"lr": 0.01, "betas": [0.5, 0.5], "amsgrad": True, "weight_decay": 0.1}),
        ),
    ),
    "adamw": (
        torch.optim.AdamW,
        (
            ("defaults: weight decay 0.01", {}),
            ("betas", {"lr": 0.01, "betas": [0.5, 0.75]}),
            ("large eps", {"lr": 0.01, "eps": 0.1}),
            ("no weight decay", {"lr": 0.01, "weight_decay": 0.0}),
            ("weight decay", {"lr": 0.05, "weight_decay": 0.5}),
            ("amsgrad", {"lr": 0.05, "betas": [0.5, 0.5], "amsgrad": True, "weight_decay": 0.5}),
        ),
    ),
    "rmsprop": (
        torch.optim.RMSprop,
        (
            ("defaults", {}),
            ("alpha, large eps", {"lr": 0.01, "alpha": 0.5, "eps": 0.1}),
            ("weight decay", {"lr": 0.01, "weight_decay": 0.1}),
            ("momentum", {"lr": 0.01, "momentum": 0.9}),
            ("momentum, weight decay", {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.1}),
            ("centered", {"lr": 0.01, "centered": True}),
            ("centered, weight decay", {"lr": 0.01, "centered": True, "weight_decay": 0.1}),
            ("centered, momentum, weight decay", {"lr": 0.01, "centered": True, "momentum": 0.5, "weight_decay": 0.1}),
        ),
    ),
    "adagrad": (
        torch.optim.Adagrad,
        (
            ("defaults", {}),
            ("weight decay", {"lr": 0.1, "weight_decay": 0.1}),
            ("decay of the rate", {"lr": 0.1, "lr_decay": 0.1}),
            ("large eps", {"lr": 0.1, "eps": 0.1}),
            ("start value", {"lr": 0.1, "initial_accumulator_value": 0.5}),
            (
                "decays, start value",
                {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5},
            ),
        ),
    ),
    "adadelta": (
        torch.optim.Adadelta,
        (
            ("defaults", {}),
            ("weight decay", {"weight_decay": 0.1}),
            ("large eps", {"lr": 0.5, "eps": 0.01}),
            ("rho, weight decay", {"lr": 0.5, "rho": 0.5, "weight_decay": 0.1}),
        ),
    ),
    "adamax": (
        torch.optim.Adamax,
        (
            ("defaults", {}),
            ("weight decay", {"lr": 0.01, "weight_decay": 0.1}),
            ("betas, large eps", {"lr": 0.01, "betas": [0.5, 0.75], "eps": 0.1}),
            ("betas, weight decay", {"lr": 0.01, "betas": [0.5, 0.75], "weight_decay": 0.1}),
        ),
    ),
    "nadam": (
        decoupled(nadam),
        (
            ("defaults", {}),
            ("weight decay", {"lr": 0.01, "weight_decay": 0.1}),
            ("betas, large eps", {"lr": 0.01, "betas": [0.5, 0.75], "eps": 0.1}),
            ("momentum decay, weight decay", {"lr": 0.01, "momentum_decay": 0.1, "weight_decay": 0.1}),
            ("decoupled weight decay", {"lr": 0.05, "weight_decay": 0.5, "decoupled_weight_decay": True}),
        ),
    ),
    "radam": (
        decoupled(torch.optim.RAdam),
        (
            ("defaults: leaves the plain phase at step 6", {}),
            ("betas", {"lr": 0.01, "betas": [0.5, 0.75]}),
            ("weight decay", {"lr": 0.01, "weight_decay": 0.1}),
            ("betas, large eps, weight decay", {"lr": 0.01, "betas": [0.5, 0.9], "eps": 0.1, "weight_decay": 0.1}),
            ("decoupled weight decay", {"lr": 0.05, "weight_decay": 0.5, "decoupled_weight_decay": True}),
        ),
    ),
    "rprop": (
        torch.optim.Rprop,
        (
            ("defaults", {}),
            ("etas", {"lr": 0.1, "etas": [0.25, 1.5]}),
            ("bounds of the steps", {"lr": 0.1, "step_sizes": [0.08, 0.12]}),
        ),
    ),
    "asgd": (
        torch.optim.ASGD,
        (
            ("defaults", {}),
            ("weight decay", {"lr": 0.1, "weight_decay": 0.1}),
            ("falling rate", {"lr": 0.5, "lambd": 0.5, "alpha": 0.5}),
            ("averages from step 3 on", {"lr": 0.1, "lambd": 0.1, "t0": 2.0, "weight_decay": 0.1}),
        ),
    ),
    "lion": (
        Lion,
        (
            ("defaults", {}),
            ("betas", {"lr": 0.01, "betas": [0.5, 0.75]}),
            ("weight decay", {"lr": 0.01, "weight_decay": 0.5}),
        ),
    ),
}


def optimizers(area):
    for op, (rule, variants) in RULES.items():
        for name, options in variants:
            shapes = {"p0": (2, 3), "p1": (4,), "g0": (STEPS, 2, 3), "g1": (STEPS, 4)}
            area.case(op, name, shapes, trajectory(rule), grads=False, **options)
    # A zero gradient shows what eps, decay and stale momentum do alone.
    still = {
        "p0": values(1, -2),
        "p1": values(0.5),
        "g0": torch.zeros(4, 2),
        "g1": torch.tensor([[1.0], [0.0], [0.0], [0.0]]),
    }
    for op, options in (
        ("sgd", {"lr": 0.1, "momentum": 0.9}),
        ("adam", {"lr": 0.1}),
        ("adamw", {"lr": 0.1}),
        ("rmsprop", {"lr": 0.1}),
        ("adadelta", {}),
        ("nadam", {"lr": 0.1}),
        ("radam", {"lr": 0.1}),
        ("rprop", {"lr": 0.1}),
        ("asgd", {"lr": 0.1}),
        ("lion", {"lr": 0.1}),
    ):
        area.case(op, "zero gradients", still, trajectory(RULES[op][0]), grads=False, **options)


def lbfgs(problem):
    """The parameters and the loss after every iteration: `max_iter` is 1, the memory goes on from step to step."""

    def run(*inputs, iterations, **options):
        count = {"rosenbrock": 1, "logistic": 2}[problem]
        params = [p.clone().requires_grad_() for p in inputs[:count]]
        optimizer = torch.optim.LBFGS(params, max_iter=1, max_eval=100, **options)

        def closure():
            optimizer.zero_grad()
            loss = PROBLEMS[problem](*params, *inputs[count:])
            loss.backward()
            return loss

        history = [[] for _ in params]
        losses = []
        for _ in range(iterations):
            optimizer.step(closure)
            losses.append(PROBLEMS[problem](*params, *inputs[count:]).detach())
            for p, h in zip(params, history):
                h.append(p.detach().clone())
        return {f"p{i}": torch.stack(h) for i, h in enumerate(history)} | {"loss": torch.stack(losses)}

    return run


def rosenbrock(p):
    return (100 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2).sum()


def logistic(weight, bias, x, y):
    z = x @ weight + bias
    return torch.nn.functional.softplus(z).sub(y * z).mean() + 0.01 * (weight**2).sum()


PROBLEMS = {"rosenbrock": rosenbrock, "logistic": logistic}


def minimizers(area):
    valley = {"p0": values(-1.5, 2, 0.5, -1)}
    classes = {"p0": (3, 1), "p1": (1,), "x": (12, 3), "y": lambda: (torch.rand(12, 1) < 0.5).double()}
    for problem, name, inputs, options in (
        ("rosenbrock", "strong Wolfe", valley, {"iterations": 20, "line_search_fn": "strong_wolfe"}),
        ("rosenbrock", "a memory of 2", valley, {"iterations": 12, "line_search_fn": "strong_wolfe", "history_size": 2}),
        ("rosenbrock", "fixed steps", valley, {"iterations": 8, "lr": 0.5}),
        ("logistic", "strong Wolfe", classes, {"iterations": 8, "line_search_fn": "strong_wolfe"}),
        ("logistic", "fixed steps", classes, {"iterations": 8, "lr": 0.5}),
    ):
        area.case("lbfgs", f"{problem}, {name}", inputs, lbfgs(problem), grads=False, **options)


def averages(area):
    """`p[i]` and `buffer[i]` are what the model holds at update i; the outputs are the averages after each."""

    def run(p, buffer, **options):
        class Model(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.p = torch.nn.Parameter(torch.zeros_like(p[0]))
                self.register_buffer("buffer", torch.zeros_like(buffer[0]))

        decay = options.get("decay")
        ema = None if decay is None else lambda average, value, _: decay * average + (1 - decay) * value
        model = Model()
        averaged = AveragedModel(model, avg_fn=ema, use_buffers=options.get("use_buffers", False))
        history = {"p": [], "buffer": []}
        for i in range(len(p)):
            model.p.data.copy_(p[i])
            model.buffer.copy_(buffer[i])
            averaged.update_parameters(model)
            history["p"].append(averaged.module.p.detach().clone())
            history["buffer"].append(averaged.module.buffer.clone())
        if not options.get("use_buffers", False):
            del history["buffer"]
        return {k: torch.stack(h) for k, h in history.items()}

    shapes = {"p": (6, 2, 3), "buffer": (6, 2)}
    area.case("swa", "parameters", shapes, run, grads=False)
    area.case("swa", "buffers too", shapes, run, grads=False, use_buffers=True)
    area.case("ema", "parameters", shapes, run, grads=False, decay=0.75)
    area.case("ema", "buffers too", shapes, run, grads=False, decay=0.9, use_buffers=True)

    def statistics(*batches):
        model = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.Tanh(), torch.nn.BatchNorm1d(3))
        update_bn(batches, model)
        return {f"{i}.{key}": getattr(model[i], key) for i in (0, 2) for key in ("running_mean", "running_var")}

    area.case("updateBatchNorm", "three batches", {f"x{i}": (4, 3) for i in range(3)}, statistics, grads=False)


def schedule(make):
    """`lr[i]` is what step i uses, so `lr[0]` is set before the schedule ever moves."""

    def run(*metrics, lr, steps=20, **options):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
        scheduler = make(optimizer, **options)
        rates, momenta = [], []
        for step in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            momenta.append(optimizer.param_groups[0]["momentum"])
            optimizer.step()
            # OneCycleLR refuses to move past its last step.
            if step < steps - 1:
                scheduler.step(*(float(m[step]) for m in metrics))
        cycles = make in (lr_scheduler.OneCycleLR, lr_scheduler.CyclicLR)
        return {"lr": values(*rates)} | ({"momentum": values(*momenta)} if cycles else {})

    return run


def warmup_cosine(optimizer, warmup, t_max):
    """SequentialLR: a linear start from a tenth, then a cosine."""
    first = lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=warmup)
    second = lr_scheduler.CosineAnnealingLR(optimizer, T_max=t_max)
    return lr_scheduler.SequentialLR(optimizer, [first, second], milestones=[warmup])


def cosine_with_warmup(optimizer, total_steps, warmup_steps=0, cycles=1):
    """A linear start from 0, then `cycles` falling half cosines, each with a jump back up."""

    def factor(step):
        if step < warmup_steps:
            return step / warmup_steps
        progress = (step - warmup_steps) / max(1, total_steps - warmup_steps)
        return 0.0 if progress >= 1 else 0.5 * (1 + math.cos(math.pi * (cycles * progress % 1)))

    return lr_scheduler.LambdaLR(optimizer, factor)


def cosine(optimizer, t_max, **options):
    return lr_scheduler.CosineAnnealingLR(optimizer, T_max=t_max, **options)


def lambda_lr(optimizer, decay):
    return lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + decay * step))


def multiplicative(optimizer, decay):
    return lr_scheduler.MultiplicativeLR(optimizer, lambda step: 1 - decay / step)


def warm_restarts(optimizer, t_0, **options):
    if "t_mult" in options:
        options["T_mult"] = options.pop("t_mult")
    return lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=t_0, **options)


def schedules(area):
    for op, make, variants in (
        (
            "stepLR",
            lr_scheduler.StepLR,
            (("gamma 0.1", {"step_size": 6}), ("gamma 0.5", {"step_size": 3, "gamma": 0.5})),
        ),
        (
            "multiStepLR",
            lr_scheduler.MultiStepLR,
            (
                ("two milestones", {"milestones": [4, 11]}),
                ("a milestone twice", {"milestones": [3, 3, 10], "gamma": 0.5}),
            ),
        ),
        ("lambdaLR", lambda_lr, (("an inverse", {"decay": 0.25}),)),
        ("multiplicativeLR", multiplicative, (("factors that grow", {"decay": 0.5}),)),
        ("exponentialLR", lr_scheduler.ExponentialLR, (("gamma 0.9", {"gamma": 0.9}),)),
        (
            "constantLR",
            lr_scheduler.ConstantLR,
            (("defaults", {}), ("factor 0.25", {"factor": 0.25, "total_iters": 8})),
        ),
        (
            "linearLR",
            lr_scheduler.LinearLR,
            (("defaults", {}), ("0.1 to 0.9 in 10", {"start_factor": 0.1, "end_factor": 0.9, "total_iters": 10})),
        ),
        ("polynomialLR", lr_scheduler.PolynomialLR, (("defaults", {}), ("power 2", {"total_iters": 12, "power": 2.0}))),
        (
            "cosineAnnealingLR",
            cosine,
            (
                ("half a wave", {"t_max": 20}),
                ("beyond tMax, rises again", {"t_max": 8}),
                ("etaMin", {"t_max": 10, "eta_min": 0.02}),
            ),
        ),
        (
            "cosineAnnealingWarmRestarts",
            warm_restarts,
            (("equal periods", {"t_0": 6}), ("doubling periods", {"t_0": 3, "t_mult": 2, "eta_min": 0.01})),
        ),
        (
            "oneCycleLR",
            lr_scheduler.OneCycleLR,
            (
                ("defaults", {"max_lr": 1.0, "total_steps": 20}),
                ("linear", {"max_lr": 1.0, "total_steps": 20, "anneal_strategy": "linear"}),
                ("three phases", {"max_lr": 1.0, "total_steps": 20, "three_phase": True}),
                ("epochs and steps", {"max_lr": 1.0, "epochs": 4, "steps_per_epoch": 5, "pct_start": 0.4}),
                (
                    "factors, momentum not cycled",
                    {
                        "max_lr": 1.0,
                        "total_steps": 20,
                        "div_factor": 10.0,
                        "final_div_factor": 100.0,
                        "cycle_momentum": False,
                    },
                ),
            ),
        ),
        (
            "cyclicLR",
            lr_scheduler.CyclicLR,
            (
                ("triangular", {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 4}),
                (
                    "triangular2, uneven",
                    {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 3, "step_size_down": 5, "mode": "triangular2"},
                ),
                ("exp_range", {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 4, "mode": "exp_range", "gamma": 0.9}),
            ),
        ),
        (
            "swaLR",
            SWALR,
            (
                ("defaults", {"swa_lr": 0.02}),
                ("linear", {"swa_lr": 0.02, "anneal_epochs": 5, "anneal_strategy": "linear"}),
                ("upwards, cosine", {"swa_lr": 0.5, "anneal_epochs": 4}),
            ),
        ),
        (
            "cosineWithWarmup",
            cosine_with_warmup,
            (
                ("no warm-up", {"total_steps": 20}),
                ("warm-up", {"total_steps": 16, "warmup_steps": 4}),
                ("warm-up, restarts", {"total_steps": 20, "warmup_steps": 2, "cycles": 3}),
            ),
        ),
        ("warmupCosine", warmup_cosine, (("SequentialLR", {"warmup": 5, "t_max": 15}),)),
    ):
        for name, options in variants:
            area.case(op, name, {}, schedule(make), lr=0.1, **options)

    falls = values(1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5, 0.5, 0.49999, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5)
    for name, metrics, options in (
        ("patience 2", falls, {"patience": 2}),
        ("mode max", -falls, {"patience": 2, "mode": "max"}),
        ("cooldown", falls, {"patience": 1, "cooldown": 2, "factor": 0.5}),
        ("absolute threshold", falls, {"patience": 1, "threshold": 0.2, "threshold_mode": "abs", "factor": 0.5}),
        ("relative threshold", falls, {"patience": 1, "threshold": 0.5, "factor": 0.5}),
        ("minLr", falls, {"patience": 0, "factor": 0.5, "min_lr": 0.03}),
        ("eps: a change that is too small is not made", falls, {"patience": 0, "factor": 0.5, "eps": 0.02}),
        ("defaults: patience 10", values(*([1.0] * 20)), {}),
    ):
        area.case(
            "reduceLROnPlateau",
            name,
            {"metric": metrics},
            schedule(lr_scheduler.ReduceLROnPlateau),
            grads=False,
            lr=0.1,
            **options,
        )


def clipping(area):
    def clip_norm(g0, g1, max_norm, **options):
        params = [torch.zeros_like(g) for g in (g0, g1)]
        for p, g in zip(params, (g0, g1)):
            p.grad = g.clone()
        total = torch.nn.utils.clip_grad_norm_(params, max_norm, **options)
        return {"totalNorm": total, "g0": params[0].grad, "g1": params[1].grad}

    def clip_value(g0, g1, clip_value):
        return {"g0": g0.clamp(-clip_value, clip_value), "g1": g1.clamp(-clip_value, clip_value)}

    shapes = {"g0": (2, 3), "g1": (4,)}
    for name, options in (
        ("clips", {"max_norm": 1.0}),
        ("below the bound: unchanged", {"max_norm": 100.0}),
        ("norm 1", {"max_norm": 1.0, "norm_type": 1.0}),
        ("norm inf", {"max_norm": 0.5, "norm_type": INF}),
    ):
        area.case("clipGradNorm", name, shapes, clip_norm, grads=False, **options)
    area.case(
        "clipGradNorm",
        "just at the bound: eps 1e-6 in the divisor",
        {"g0": values(3, 0), "g1": values(4)},
        clip_norm,
        grads=False,
        max_norm=5.0,
    )
    area.case(
        "clipGradNorm", "zeros", {"g0": torch.zeros(2), "g1": torch.zeros(1)}, clip_norm, grads=False, max_norm=1.0
    )
    area.case("clipGradValue", "clips", shapes, clip_value, grads=False, clip_value=0.5)


def cases(area):
    optimizers(area)
    minimizers(area)
    schedules(area)
    clipping(area)
    averages(area)
