"""Losses beyond those of layers.py: margins, embeddings, likelihoods; similarities and distances."""

import torch
import torch.nn.functional as F
from common import booleans, integers, uniform, values
from layers import REDUCTIONS, bce, cross_entropy, i32, nll_loss, probabilities


def signs(*shape):
    return booleans(*shape).double() * 2 - 1


def reductions():
    for reduction in REDUCTIONS:
        yield reduction, {} if reduction == "mean" else {"reduction": reduction}


def similarities(area):
    pair = {"a": (3, 4), "b": (3, 4)}
    area.case("cosineSimilarity", "axis 1", pair, F.cosine_similarity)
    area.case("cosineSimilarity", "axis 0", pair, F.cosine_similarity, dim=0)
    area.case("cosineSimilarity", "broadcast", {"a": (3, 1, 4), "b": (1, 2, 4)}, F.cosine_similarity, dim=-1)
    area.case("normalize", "axis 0, three axes", {"x": (2, 3, 2)}, F.normalize, dim=0)
    for p in (1.0, 2.0, 3.0):
        area.case("pairwiseDistance", f"p {p:.0f}", pair, F.pairwise_distance, p=p)


def margins(area):
    triple = {"anchor": (4, 3), "positive": (4, 3), "negative": (4, 3)}
    for name, options in reductions():
        area.case("tripletMarginLoss", name, triple, F.triplet_margin_loss, **options)
        area.case(
            "marginRankingLoss",
            f"{name}, margin 0.5",
            {"input1": (5,), "input2": (5,), "target": lambda: signs(5)},
            F.margin_ranking_loss,
            no_grad=("target",),
            margin=0.5,
            **options,
        )
        area.case(
            "hingeEmbeddingLoss",
            name,
            {"x": (2, 4), "target": lambda: signs(2, 4)},
            F.hinge_embedding_loss,
            no_grad=("target",),
            **options,
        )
        area.case(
            "softMarginLoss",
            name,
            {"x": (2, 4), "target": lambda: signs(2, 4)},
            F.soft_margin_loss,
            no_grad=("target",),
            **options,
        )
        area.case(
            "cosineEmbeddingLoss",
            f"{name}, margin 0.25",
            {"input1": (5, 3), "input2": (5, 3), "target": lambda: signs(5)},
            F.cosine_embedding_loss,
            no_grad=("target",),
            margin=0.25,
            **options,
        )
        area.case(
            "multiMarginLoss",
            name,
            {"x": (4, 3), "target": lambda: integers(0, 3, 4)},
            lambda x, target, **o: F.multi_margin_loss(x, target.long(), **o),
            **options,
        )
    area.case("tripletMarginLoss", "swap, margin 0.5", triple, F.triplet_margin_loss, swap=True, margin=0.5)
    area.case("tripletMarginLoss", "p 1", triple, F.triplet_margin_loss, p=1.0)
    area.case(
        "multiMarginLoss",
        "p 2, margin 0.5",
        {"x": (4, 3), "target": lambda: integers(0, 3, 4)},
        lambda x, target, **o: F.multi_margin_loss(x, target.long(), **o),
        p=2,
        margin=0.5,
    )


def likelihoods(area):
    def gaussian(x, target, variance, **options):
        return F.gaussian_nll_loss(x, target, variance, **options)

    normal = {"x": (3, 4), "target": (3, 4), "variance": lambda: uniform(0.25, 3, 3, 4)}
    counts = {"x": (3, 4), "target": lambda: integers(0, 5, 3, 4).double()}
    rates = {"x": lambda: uniform(0.25, 4, 3, 4), "target": counts["target"]}
    for name, options in reductions():
        area.case("gaussianNllLoss", name, normal, gaussian, **options)
        area.case("poissonNllLoss", name, counts, F.poisson_nll_loss, no_grad=("target",), **options)
        area.case(
            "poissonNllLoss",
            f"{name}, rates",
            rates,
            F.poisson_nll_loss,
            no_grad=("target",),
            log_input=False,
            **options,
        )
    area.case("gaussianNllLoss", "full", normal, gaussian, full=True)
    area.case(
        "gaussianNllLoss",
        "one variance for each row",
        {**normal, "variance": lambda: uniform(0.25, 3, 3, 1)},
        gaussian,
        reduction="none",
    )
    area.case(
        "gaussianNllLoss",
        "a variance below eps",
        {"x": values(1, 2), "target": values(2, 0), "variance": values(0, 0.5)},
        gaussian,
        eps=0.125,
    )
    area.case("poissonNllLoss", "full", counts, F.poisson_nll_loss, no_grad=("target",), full=True)


def more_options(area):
    """Options of the losses of layers.py that it leaves out."""
    space = {"x": (2, 3, 2, 2), "target": lambda: integers(0, 3, 2, 2, 2)}
    weight = values(0.5, 2, 1.25)
    for op, fn, more in (("crossEntropy", cross_entropy, {"label_smoothing": 0.25}), ("nllLoss", nll_loss, {})):
        area.case(
            op,
            "images, class weights, ignored class",
            space | {"weight": weight},
            fn,
            no_grad=("weight",),
            ignore_index=1,
            **more,
        )
        area.case(
            op, "images, none, class weights", space | {"weight": weight}, fn, no_grad=("weight",), reduction="none", **more
        )
    soft = {"x": (2, 3, 2, 2), "target": lambda: probabilities(2, 3, 2, 2), "weight": weight}
    area.case("crossEntropy", "soft images, class weights, none", soft, cross_entropy, no_grad=("weight",), reduction="none")

    binary = {"x": (3, 4), "target": lambda: uniform(0, 1, 3, 4)}
    both = binary | {"weight": lambda: uniform(0.5, 2, 3, 1), "posWeight": values(0.5, 1, 2, 3)}
    fixed = ("weight", "posWeight")
    area.case("binaryCrossEntropyWithLogits", "soft targets, weight of rows, posWeight", both, bce, no_grad=fixed)
    far = {"x": values(-1000, -50, 50, 1000), "target": values(0, 1, 0, 1)}
    area.case("binaryCrossEntropyWithLogits", "large logits", far, bce, reduction="none", no_grad=("target",))
    area.case(
        "binaryCrossEntropy",
        "weight",
        {"x": lambda: uniform(0.125, 0.875, 3, 4), "target": binary["target"], "weight": values(0.5, 1, 2, 3)},
        lambda x, target, weight: F.binary_cross_entropy(x, target, weight),
        no_grad=("weight",),
    )

    def logs(*shape):
        return torch.round(torch.log_softmax(torch.randn(shape), 1) * 256) / 256

    both_logs = {"x": lambda: logs(3, 4), "target": lambda: logs(3, 4)}
    for reduction in (*REDUCTIONS, "batchmean"):
        area.case("klDiv", f"{reduction}, log target", both_logs, F.kl_div, reduction=reduction, log_target=True)
    area.case(
        "klDiv",
        "a target of 0",
        {"x": lambda: logs(1, 2), "target": values(0, 1).reshape(1, 2)},
        F.kl_div,
        no_grad=("target",),
        reduction="none",
    )
    pair = {"x": (3, 4), "target": (3, 4)}
    area.case("smoothL1Loss", "beta 0: l1", pair, F.smooth_l1_loss, beta=0.0)
    area.case("smoothL1Loss", "beta 1", pair, F.smooth_l1_loss)
    area.case("huberLoss", "delta 1", pair, F.huber_loss)


def cases(area):
    similarities(area)
    margins(area)
    likelihoods(area)
    more_options(area)
