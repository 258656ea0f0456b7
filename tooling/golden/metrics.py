"""Metrics: scikit-learn where it has them, else plain Python in f64 from the paper."""

import math
import zlib
from collections import Counter

import numpy as np
import sklearn.metrics as sk
import torch
from common import integers, randn, uniform

SAMPLES = 24
CLASSES = 4


def seed(op, name):
    torch.manual_seed(zlib.crc32(f"metrics/{op}/{name}".encode()))


def value(number):
    return {"y": torch.tensor(float(number), dtype=torch.float64)}


def record(area, op, name, inputs, outputs, **options):
    area.record(op, name, inputs, options, outputs)


COUNTED = {
    "precision": sk.precision_score,
    "recall": sk.recall_score,
    "f1": sk.f1_score,
    "iou": sk.jaccard_score,
    "dice": sk.f1_score,
}


def decisions(area):
    for op, rule in COUNTED.items():
        for average in ("macro", "micro", "weighted"):
            for weighted in (False, True):
                name = f"classes, {average}" + (", weights" if weighted else "")
                seed(op, name)
                logits, targets = randn(SAMPLES, CLASSES), integers(0, CLASSES, SAMPLES)
                inputs = {"logits": logits, "targets": targets}
                weights = uniform(0.25, 2, SAMPLES) if weighted else None
                if weighted:
                    inputs["weights"] = weights
                y = rule(targets, logits.argmax(1), average=average, sample_weight=weights, zero_division=0)
                record(area, op, name, inputs, value(y), average=average)
            name = f"labels, {average}"
            seed(op, name)
            logits, targets = randn(SAMPLES, CLASSES), (randn(SAMPLES, CLASSES) > 0.5).int()
            y = rule(targets, (logits > 0).int(), average=average, zero_division=0)
            record(area, op, name, {"logits": logits, "targets": targets}, value(y), average=average, multilabel=True)
        for threshold in (0.5, 0.75):
            name = f"yes or no, threshold {threshold}"
            seed(op, name)
            probabilities, targets = uniform(0, 1, SAMPLES), integers(0, 2, SAMPLES)
            y = rule(targets, (probabilities > threshold).int(), zero_division=0)
            inputs = {"probabilities": probabilities, "targets": targets}
            record(area, op, name, inputs, value(y), threshold=threshold)
        name = "a class that is never predicted, one that does not occur"
        seed(op, name)
        predictions = torch.tensor([0, 0, 1, 3, 3, 1], dtype=torch.int32)
        targets = torch.tensor([0, 2, 1, 3, 1, 2], dtype=torch.int32)
        y = rule(targets, predictions, average="macro", zero_division=0)
        record(area, op, name, {"predictions": predictions, "targets": targets}, value(y), average="macro")

    name = "weights"
    seed("accuracy", name)
    logits, targets, weights = randn(SAMPLES, CLASSES), integers(0, CLASSES, SAMPLES), uniform(0, 2, SAMPLES)
    y = sk.accuracy_score(targets, logits.argmax(1), sample_weight=weights)
    record(area, "accuracy", name, {"logits": logits, "targets": targets, "weights": weights}, value(y))
    for k in (1, 2, 3):
        seed("topKAccuracy", str(k))
        logits, targets, weights = randn(SAMPLES, CLASSES), integers(0, CLASSES, SAMPLES), uniform(0, 2, SAMPLES)
        y = sk.top_k_accuracy_score(targets, logits, k=k, sample_weight=weights, labels=range(CLASSES))
        record(area, "topKAccuracy", f"k = {k}", {"logits": logits, "targets": targets, "weights": weights}, value(y), k=k)
    seed("confusionMatrix", "weights")
    logits, targets, weights = randn(SAMPLES, CLASSES), integers(0, CLASSES, SAMPLES), uniform(0, 2, SAMPLES)
    y = sk.confusion_matrix(targets, logits.argmax(1), sample_weight=weights, labels=range(CLASSES))
    inputs = {"logits": logits, "targets": targets, "weights": weights}
    record(area, "confusionMatrix", "weights", inputs, {"y": torch.from_numpy(y)}, classes=CLASSES)


def rankings(area):
    for op, rule in (("rocAuc", sk.roc_auc_score), ("averagePrecision", sk.average_precision_score)):
        for name, coarse, weighted in (("plain", False, False), ("ties", True, False), ("ties, weights", True, True)):
            seed(op, name)
            scores, targets = uniform(0, 1, SAMPLES), integers(0, 2, SAMPLES)
            if coarse:
                scores = torch.round(scores * 8) / 8
            inputs = {"probabilities": scores, "targets": targets}
            weights = uniform(0.25, 2, SAMPLES) if weighted else None
            if weighted:
                inputs["weights"] = weights
            record(area, op, name, inputs, value(rule(targets, scores, sample_weight=weights)))
        for average in ("macro", "weighted", "micro"):
            name = f"labels, {average}"
            seed(op, name)
            scores, targets = uniform(0, 1, SAMPLES, CLASSES), (randn(SAMPLES, CLASSES) > 0.5).int()
            inputs = {"probabilities": scores, "targets": targets}
            record(area, op, name, inputs, value(rule(targets, scores, average=average)), average=average, multilabel=True)
        for average in ("macro", "weighted"):
            name = f"classes, {average}"
            seed(op, name)
            logits, targets = randn(SAMPLES, CLASSES), integers(0, CLASSES, SAMPLES)
            scores, rest = logits.softmax(1), torch.nn.functional.one_hot(targets.long(), CLASSES)
            y = rule(rest, scores, average=average)
            record(area, op, name, {"logits": logits, "targets": targets}, value(y), average=average)


def regressions(area):
    rules = {
        "meanAbsoluteError": sk.mean_absolute_error,
        "meanSquaredError": sk.mean_squared_error,
        "rootMeanSquaredError": lambda *args, **options: math.sqrt(sk.mean_squared_error(*args, **options)),
        "r2Score": sk.r2_score,
    }
    for op, rule in rules.items():
        for name, offset, weighted in (("plain", 0, False), ("weights", 0, True), ("far from zero", 4096, False)):
            seed(op, name)
            targets, weights = randn(SAMPLES) + offset, uniform(0, 2, SAMPLES)
            inputs = {"predictions": targets + randn(SAMPLES) / 4, "targets": targets}
            if weighted:
                inputs["weights"] = weights
            y = rule(targets, inputs["predictions"], sample_weight=weights if weighted else None)
            record(area, op, name, inputs, value(y))
        seed(op, "outputs")
        targets = randn(SAMPLES, 3) * torch.tensor([1.0, 4.0, 0.5])
        predictions = targets + randn(SAMPLES, 3) / 2
        y = rule(targets, predictions) if op != "rootMeanSquaredError" else ((targets - predictions) ** 2).mean().sqrt()
        record(area, op, "outputs", {"predictions": predictions, "targets": targets}, value(y))

    for seasonality in (1, 4):
        name = f"seasonality {seasonality}"
        seed("meanAbsoluteScaledError", name)
        series, targets, predictions = randn(24), randn(6), randn(6)
        unit = (series[seasonality:] - series[:-seasonality]).abs().mean()
        y = (targets - predictions).abs().mean() / unit
        inputs = {"predictions": predictions, "targets": targets, "training": series}
        record(area, "meanAbsoluteScaledError", name, inputs, value(y), seasonality=seasonality)
        name = f"a series a sample, seasonality {seasonality}"
        seed("meanAbsoluteScaledError", name)
        series, targets, predictions = randn(5, 24), randn(5, 6), randn(5, 6)
        unit = (series[:, seasonality:] - series[:, :-seasonality]).abs().mean(1, keepdim=True)
        y = ((targets - predictions).abs() / unit).mean()
        inputs = {"predictions": predictions, "targets": targets, "training": series}
        record(area, "meanAbsoluteScaledError", name, inputs, value(y), seasonality=seasonality)

    seed("perplexity", "ignored")
    logits, targets = randn(3, 6, 5), integers(0, 6, 3, 5)
    targets[1, 2:] = -100
    y = torch.nn.functional.cross_entropy(logits, targets.long()).exp()
    record(area, "perplexity", "ignored", {"logits": logits, "targets": targets}, value(y))


# Texts.

PREDICTIONS = [
    "the cat sat on the mat .",
    "there is a small black dog in the garden , and it barks",
    "yes",
    "networks learn what they are shown",
    "the the the the the the the",
]
REFERENCES = [
    ["the cat is on the mat .", "there is a cat on the mat ."],
    ["a small black dog is in the garden , and it is barking loudly", "in the garden , a small black dog barks"],
    ["yes , indeed"],
    ["networks learn what they see , not what they are told"],
    ["the cat is on the mat", "there is a cat on the mat"],
]


def ngrams(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def bleu(predictions, references, max_order, smoothing):
    """Papineni et al. (2002); smoothing as methods 1 to 3 of Chen & Cherry (2014)."""
    matches, totals = [0] * max_order, [0] * max_order
    length = closest = 0
    for prediction, own in zip(predictions, references):
        words, others = prediction.split(), [text.split() for text in own]
        length += len(words)
        closest += min((abs(len(other) - len(words)), len(other)) for other in others)[1]
        for n in range(1, max_order + 1):
            clip = Counter()
            for other in others:
                clip |= ngrams(other, n)
            matches[n - 1] += sum((ngrams(words, n) & clip).values())
            totals[n - 1] += max(0, len(words) - n + 1)
    if not any(matches):
        return 0.0
    product, halves = 1.0, 1.0
    for n in range(max_order):
        match, total = matches[n], totals[n]
        if smoothing == "addOne" and n > 0:
            match, total = match + 1, total + 1
        if total == 0:
            return 0.0
        if match == 0:
            halves *= 2 if smoothing == "exp" else 1
            match = {"none": 0, "addOne": 0, "floor": 0.1, "exp": 1 / halves}[smoothing]
        product *= match / total
    penalty = 1 if length >= closest else math.exp(1 - closest / length)
    return penalty * product ** (1 / max_order)


PUNCTUATION = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def chrf_words(text):
    out = []
    for word in text.split():
        if len(word) > 1 and word[-1] in PUNCTUATION:
            out += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in PUNCTUATION:
            out += [word[0], word[1:]]
        else:
            out.append(word)
    return out


def chrf(predictions, references, char_order, word_order, beta):
    """Popović (2015, 2017), with orders that no text is long enough for left out."""

    def statistics(prediction, reference):
        rows = []
        for n in range(1, char_order + 1):
            rows.append((ngrams("".join(prediction.split()), n), ngrams("".join(reference.split()), n)))
        for n in range(1, word_order + 1):
            rows.append((ngrams(chrf_words(prediction), n), ngrams(chrf_words(reference), n)))
        # Without n-grams in the reference there is nothing to be precise about.
        return np.array([(sum(a.values()) if b else 0, sum(b.values()), sum((a & b).values())) for a, b in rows])

    def f_score(rows):
        used = [(both / own, both / other) for own, other, both in rows if own > 0 and other > 0]
        if not used:
            return 0.0
        p, r = np.mean(used, axis=0)
        return 0.0 if p + r == 0 else (1 + beta**2) * p * r / (beta**2 * p + r)

    total = 0
    for prediction, own in zip(predictions, references):
        total = total + max((statistics(prediction, text) for text in own), key=f_score)
    return f_score(total)


def distance(a, b):
    """Levenshtein (1966), by the whole table."""
    table = [[max(i, j) if min(i, j) == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            )
    return table[len(a)][len(b)]


def texts(area):
    def text_case(op, name, y, predictions=PREDICTIONS, references=REFERENCES, **options):
        record(area, op, name, {}, value(y), predictions=predictions, references=references, **options)

    for max_order in (1, 2, 4):
        y = bleu(PREDICTIONS, REFERENCES, max_order, "none")
        text_case("bleu", f"order {max_order}", y, max_order=max_order)
    for smoothing in ("none", "floor", "addOne", "exp"):
        some = ([PREDICTIONS[2], PREDICTIONS[4]], [REFERENCES[2], REFERENCES[4]])
        y = bleu(*some, 4, smoothing)
        text_case("bleu", f"no matches of some order, {smoothing}", y, *some, smoothing=smoothing)
    for char_order, word_order, beta in ((6, 0, 2), (6, 2, 2), (3, 1, 1)):
        y = chrf(PREDICTIONS, REFERENCES, char_order, word_order, beta)
        name = f"characters {char_order}, words {word_order}, beta {beta}"
        text_case("chrf", name, y, char_order=char_order, word_order=word_order, beta=beta)
    first = [own[0] for own in REFERENCES]
    errors = sum(distance(a.split(), b.split()) for a, b in zip(PREDICTIONS, first))
    text_case("wordErrorRate", "plain", errors / sum(len(b.split()) for b in first), references=first)
    errors = sum(distance(a, b) for a, b in zip(PREDICTIONS, first))
    text_case("charErrorRate", "plain", errors / sum(map(len, first)), references=first)


# Detection.


def box_iou(a, b, crowd):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    both = max(0, width) * max(0, height)
    area_a, area_b = (a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])
    return both / (area_a if crowd else area_a + area_b - both)


def mean_average_precision(images, thresholds, area, classes):
    """COCO (Lin et al., 2014) and Pascal VOC (Everingham et al., 2010): see their programs for ties and crowds."""
    values = []
    for label in range(classes):
        truths = sum(1 for image in images for t in image["truth"] if t[4] == label and not t[5])
        if truths == 0:
            continue
        for threshold in thresholds:
            ranked = []
            for image in images:
                others = [t for t in image["truth"] if t[4] == label]
                free = [not t[5] for t in others]
                for d in sorted((d for d in image["found"] if d[5] == label), key=lambda d: -d[4]):
                    own = [(box_iou(d, t, False), i) for i, t in enumerate(others) if free[i]]
                    best, at = max(own, default=(0, 0), key=lambda pair: pair[0])
                    if best >= threshold:
                        free[at] = False
                        ranked.append((d[4], 1))
                    elif not any(t[5] and box_iou(d, t, True) >= threshold for t in others):
                        ranked.append((d[4], 0))
            ranked.sort(key=lambda pair: -pair[0])
            hits = np.cumsum([hit for _, hit in ranked])
            recall, precision = hits / truths, hits / np.arange(1, len(ranked) + 1)
            best_from = [precision[i:].max() for i in range(len(precision))]
            if area == "voc":
                values.append(sum(p * (r - before) for p, r, before in zip(best_from, recall, [0, *recall])))
                continue
            steps = 100 if area == "coco" else 10
            at = [next((p for p, r in zip(best_from, recall) if r >= step / steps), 0.0) for step in range(steps + 1)]
            values.append(sum(at) / len(at))
    return sum(values) / len(values)


def random_images(crowds):
    images = []
    for _ in range(6):
        truth, found = [], []
        for _ in range(int(integers(1, 6, 1))):
            x, y, w, h = (float(v) for v in uniform(4, 60, 4))
            label = int(integers(0, 3, 1))
            truth.append([x, y, x + w, y + h, label, int(crowds and torch.rand(1) < 0.3)])
            for _ in range(int(integers(0, 3, 1))):
                dx, dy, dw, dh = (float(v) for v in uniform(-8, 8, 4))
                own = label if torch.rand(1) < 0.85 else int(integers(0, 3, 1))
                x1, y1 = x + dx, y + dy
                found.append([x1, y1, max(x1 + 1, x + w + dw), max(y1 + 1, y + h + dh), float(uniform(0, 1, 1)), own])
        images.append({"truth": truth, "found": found})
    return images


def detections(area):
    coco = [(50 + 5 * i) / 100 for i in range(10)]
    for name, thresholds, curve, crowds in (
        ("coco", coco, "coco", False),
        ("coco, crowds", coco, "coco", True),
        ("voc", [0.5], "voc", False),
        ("voc 2007", [0.5], "voc11", False),
        ("overlaps of 0.3 and 0.7", [0.3, 0.7], "coco", False),
    ):
        seed("meanAveragePrecision", name)
        images = random_images(crowds)
        y = mean_average_precision(images, thresholds, curve, 3)
        record(
            area,
            "meanAveragePrecision",
            name,
            {},
            value(y),
            found=[image["found"] for image in images],
            truth=[image["truth"] for image in images],
            iou_thresholds=thresholds,
            interpolation=curve,
        )


def cases(area):
    decisions(area)
    rankings(area)
    regressions(area)
    texts(area)
    detections(area)
