"""
Boxes: overlaps, suppression, anchors, RoI align. Written from torchvision's documentation and the papers, in PyTorch f64
for the gradients and plain Python for the rest; torchvision itself is not needed.
"""

import math

import torch
from common import distinct, uniform


def measures(a, b):
    """Intersection and union of each box with each, and the sides of the smallest box around both."""
    a, b = a[:, None], b[None]
    sides = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0)
    inter = sides[..., 0] * sides[..., 1]
    area = lambda x: (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1])
    around = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    return inter, area(a) + area(b) - inter, around


def box_iou(a, b):
    inter, union, _ = measures(a, b)
    return inter / union


def generalized_box_iou(a, b):
    inter, union, around = measures(a, b)
    area = around[..., 0] * around[..., 1]
    return inter / union - (area - union) / area


def distance_box_iou(a, b, eps=1e-7):
    inter, union, around = measures(a, b)
    centers = [(x[:, :2] + x[:, 2:]) / 2 for x in (a, b)]
    apart = ((centers[0][:, None] - centers[1][None]) ** 2).sum(-1)
    return inter / union - apart / ((around**2).sum(-1) + eps)


def complete_box_iou(a, b, eps=1e-7):
    angle = lambda x: torch.atan((x[:, 2] - x[:, 0]) / (x[:, 3] - x[:, 1]))
    v = (4 / math.pi**2) * (angle(a)[:, None] - angle(b)[None]) ** 2
    with torch.no_grad():
        alpha = v / (1 - box_iou(a, b) + v + eps)
    return distance_box_iou(a, b, eps) - alpha * v


def boxes(n, size=12):
    """Corners on a grid of 1/8, no edge twice in a column."""
    start = distinct(n, 2) + size / 4
    return torch.cat([start, start + torch.round(uniform(1, size / 2, n, 2) * 8) / 8], 1)


def roi_align(x, rois, output_size, spatial_scale=1.0, sampling_ratio=-1, aligned=False):
    """Bin by bin, sample by sample."""
    height, width = x.shape[2:]
    rows, columns = output_size
    offset = 0.5 if aligned else 0.0

    def sample(image, at_y, at_x):
        if at_y < -1 or at_y > height or at_x < -1 or at_x > width:
            return torch.zeros(x.shape[1])
        at_y, at_x = max(at_y, 0.0), max(at_x, 0.0)
        y0, x0 = min(int(at_y), height - 1), min(int(at_x), width - 1)
        y1, x1 = min(y0 + 1, height - 1), min(x0 + 1, width - 1)
        dy = at_y - y0 if y0 < height - 1 else 0.0
        dx = at_x - x0 if x0 < width - 1 else 0.0
        top = (1 - dx) * image[:, y0, x0] + dx * image[:, y0, x1]
        return (1 - dy) * top + dy * ((1 - dx) * image[:, y1, x0] + dx * image[:, y1, x1])

    result = []
    for image, *corners in rois.tolist():
        x1, y1, x2, y2 = (edge * spatial_scale - offset for edge in corners)
        roi_w, roi_h = x2 - x1, y2 - y1
        if not aligned:
            roi_w, roi_h = max(roi_w, 1.0), max(roi_h, 1.0)
        bin_w, bin_h = roi_w / columns, roi_h / rows
        grid_w = sampling_ratio if sampling_ratio > 0 else math.ceil(bin_w)
        grid_h = sampling_ratio if sampling_ratio > 0 else math.ceil(bin_h)
        bins = []
        for row in range(rows):
            for column in range(columns):
                total = torch.zeros(x.shape[1])
                for iy in range(grid_h):
                    at_y = y1 + row * bin_h + (iy + 0.5) * bin_h / grid_h
                    for ix in range(grid_w):
                        at_x = x1 + column * bin_w + (ix + 0.5) * bin_w / grid_w
                        total = total + sample(x[int(image)], at_y, at_x)
                bins.append(total / max(grid_h * grid_w, 1))
        result.append(torch.stack(bins, 1).reshape(-1, rows, columns))
    return torch.stack(result)


def nms(boxes, scores, iou_threshold):
    overlaps = box_iou(boxes, boxes).tolist()
    left = sorted(range(len(boxes)), key=lambda i: -scores[i].item())
    kept = []
    while left:
        best, *left = left
        kept.append(best)
        left = [i for i in left if overlaps[best][i] <= iou_threshold]
    return torch.tensor(kept, dtype=torch.int32)


def batched_nms(boxes, scores, classes, iou_threshold):
    """The classes are moved apart, so that their boxes do not meet."""
    return nms(boxes + (classes.double() * (boxes.max() - boxes.min() + 1))[:, None], scores, iou_threshold)


def soft_nms(boxes, scores, method="gaussian", sigma=0.5, iou_threshold=0.3, score_threshold=0.001):
    """Bodla et al. 2017, figure 2."""
    overlaps = box_iou(boxes, boxes).tolist()
    left = dict(enumerate(scores.tolist()))
    left = {i: s for i, s in left.items() if s >= score_threshold}
    kept = []
    while left:
        best = max(left, key=left.get)
        kept.append((best, left.pop(best)))
        for i in left:
            iou = overlaps[best][i]
            left[i] *= math.exp(-(iou**2) / sigma) if method == "gaussian" else 1 - iou if iou > iou_threshold else 1
        left = {i: s for i, s in left.items() if s >= score_threshold}
    return {
        "indices": torch.tensor([i for i, _ in kept], dtype=torch.int32),
        "scores": torch.tensor([s for _, s in kept], dtype=torch.float64),
    }


def anchor_grid(grid_size, stride, sizes, aspect_ratios):
    """torchvision's AnchorGenerator, one level."""
    ratios = torch.tensor(aspect_ratios).sqrt()
    sizes = torch.tensor(sizes)
    ws, hs = ((1 / ratios)[:, None] * sizes).reshape(-1), (ratios[:, None] * sizes).reshape(-1)
    cell = (torch.stack([-ws, -hs, ws, hs], 1) / 2).round()
    y, x = torch.meshgrid(
        torch.arange(grid_size[0]) * stride[0], torch.arange(grid_size[1]) * stride[1], indexing="ij"
    )
    shifts = torch.stack([x, y, x, y], -1).reshape(-1, 1, 4)
    return (shifts + cell).reshape(-1, 4)


def cases(area):
    for op, fn in (
        ("boxIou", box_iou),
        ("generalizedBoxIou", generalized_box_iou),
        ("distanceBoxIou", distance_box_iou),
        ("completeBoxIou", complete_box_iou),
    ):
        area.case(op, "each with each", {"a": lambda: boxes(5), "b": lambda: boxes(4)}, fn)
        area.case(op, "apart", {"a": lambda: boxes(2), "b": lambda: boxes(3) + 40}, fn)

    for method in ({}, {"method": "linear"}, {"sigma": 0.1, "score_threshold": 0.05}):
        inputs = {"boxes": lambda: boxes(20), "scores": lambda: (distinct(20) + 12) / 4}
        area.case("softNms", str(method or "defaults"), inputs, soft_nms, grads=False, **method)
    for threshold in (0.1, 0.5):
        inputs = {"boxes": lambda: boxes(30), "scores": lambda: distinct(30)}
        area.case("nms", f"threshold {threshold}", inputs, nms, grads=False, iou_threshold=threshold)
        classes = {"classes": torch.tensor([0, 1, 2] * 10, dtype=torch.int32)}
        area.case("batchedNms", f"threshold {threshold}", inputs | classes, batched_nms, grads=False, iou_threshold=threshold)

    area.case("anchorGrid", "two sizes, three ratios", {}, anchor_grid, grid_size=[2, 3], stride=[16, 8], sizes=[32.0, 45.0], aspect_ratios=[0.5, 1.0, 2.0])

    rois = torch.tensor(
        [
            [0, 1, 0.5, 4.5, 3.25],
            [1, -1.75, -2.5, 2.5, 3],
            [1, 2.25, 3.5, 9, 8.75],
            [0, 2, 1, 2.25, 1.375],
            [1, -7, -6, 14.5, 13],
            [0, 3, 3, 1, 2],
        ]
    )
    for name, options in (
        ("two samples", {"output_size": [2, 3], "sampling_ratio": 2}),
        ("as many samples as elements", {"output_size": [2, 2]}),
        ("aligned", {"output_size": [3, 2], "aligned": True}),
        ("aligned, scaled", {"output_size": [2, 2], "aligned": True, "spatial_scale": 0.5, "sampling_ratio": 3}),
        ("scaled up", {"output_size": [1, 1], "spatial_scale": 2.0}),
    ):
        area.case("roiAlign", name, {"x": (2, 2, 5, 6), "boxes": rois}, roi_align, no_grad=("boxes",), **options)
