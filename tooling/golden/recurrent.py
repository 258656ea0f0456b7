"""RNN, LSTM and GRU over sequences: layers, directions, lengths, projections, first states; CTC."""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

RUN = {"rnnTanh": torch.rnn_tanh, "rnnRelu": torch.rnn_relu, "lstm": torch.lstm, "gru": torch.gru}
GATES = {"rnnTanh": 1, "rnnRelu": 1, "lstm": 4, "gru": 3}


def layer(
    area, op, name, n=2, t=3, i=3, h=2, num_layers=1, bidirectional=False, bias=True, proj_size=0, lengths=None, state=False
):
    """Records one layer under the parameters' own names, which are the keys of its state dict."""
    gates, out = GATES[op], proj_size or h
    inputs = {"x": (n, t, i)}
    names = []
    for k in range(num_layers):
        for suffix in ("", "_reverse") if bidirectional else ("",):
            features = i if k == 0 else out * (2 if bidirectional else 1)
            shapes = {"weight_ih": (gates * h, features), "weight_hh": (gates * h, out)}
            if bias:
                shapes |= {"bias_ih": (gates * h,), "bias_hh": (gates * h,)}
            if proj_size:
                shapes["weight_hr"] = (proj_size, h)
            for kind, shape in shapes.items():
                names.append(f"{kind}_l{k}{suffix}")
                inputs[names[-1]] = shape
    count = num_layers * (2 if bidirectional else 1)
    if state:
        inputs["h0"] = (count, n, out)
        if op == "lstm":
            inputs["c0"] = (count, n, h)

    def run(x, *rest, **_):
        weights = list(rest[: len(names)])
        given = rest[len(names) :]
        h0 = given[0] if state else torch.zeros(count, n, out)
        first = h0
        if op == "lstm":
            first = (h0, given[1] if state else torch.zeros(count, n, h))
        tail = (weights, bias, num_layers, 0.0, False, bidirectional)
        if lengths is None:
            output, *last = RUN[op](x, first, *tail, True)
        else:
            packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
            order = packed.sorted_indices
            turn = lambda s: s.index_select(1, order)
            first = tuple(map(turn, first)) if op == "lstm" else turn(first)
            data, *last = RUN[op](packed.data, packed.batch_sizes, first, *tail)
            output, _ = pad_packed_sequence(packed._replace(data=data), batch_first=True, total_length=t)
            last = [s.index_select(1, packed.unsorted_indices) for s in last]
        outputs = {"output": output, "h": last[0]}
        if op == "lstm":
            outputs["c"] = last[1]
        return outputs

    options = {"input_size": i, "hidden_size": h}
    if num_layers > 1:
        options["num_layers"] = num_layers
    if bidirectional:
        options["bidirectional"] = True
    if not bias:
        options["bias"] = False
    if proj_size:
        options["proj_size"] = proj_size
    if lengths is not None:
        options["lengths"] = lengths
    area.case(op, name, inputs, run, **options)


def cases(area):
    for op in GATES:
        layer(area, op, "one layer")
        layer(area, op, "first state, five steps", t=5, h=3, state=True)
        layer(area, op, "two layers", num_layers=2)
        layer(area, op, "bidirectional", bidirectional=True, state=True)
        layer(area, op, "two layers, bidirectional", num_layers=2, bidirectional=True)
        layer(area, op, "no bias", bias=False)
        layer(area, op, "lengths", n=3, t=4, lengths=[2, 4, 1])
        layer(area, op, "lengths, two layers, bidirectional, state", n=3, t=4, lengths=[3, 1, 4], num_layers=2, bidirectional=True, state=True)
    layer(area, "lstm", "projection", h=4, proj_size=2)
    layer(area, "lstm", "projection, two layers, bidirectional", h=3, proj_size=2, num_layers=2, bidirectional=True, state=True)
    layer(area, "lstm", "projection, lengths", n=3, t=4, h=3, proj_size=2, lengths=[4, 2, 3])
    truncated(area)
    ctc(area)


def truncated(area):
    """Truncated back-propagation: the state goes on from chunk to chunk, its gradient does not."""
    t, chunk, i, h = 12, 4, 2, 3

    def run(x, w_ih, w_hh, b_ih, b_hh, **_):
        state, losses = (torch.zeros(1, 2, h), torch.zeros(1, 2, h)), []
        for k in range(0, t, chunk):
            state = tuple(part.detach() for part in state)
            output, *state = torch.lstm(x[:, k : k + chunk], state, [w_ih, w_hh, b_ih, b_hh], True, 1, 0.0, False, False, True)
            losses.append((output**2).sum())
        return {"loss": sum(losses), "h": state[0], "c": state[1]}

    weights = {"weight_ih_l0": (4 * h, i), "weight_hh_l0": (4 * h, h), "bias_ih_l0": (4 * h,), "bias_hh_l0": (4 * h,)}
    area.case("truncated", "lstm, 12 steps in chunks of 4", {"x": (2, t, i)} | weights, run, chunk=chunk)


def ctc(area):
    def case(name, t, c, targets, input_lengths, **options):
        lengths = [len(target) for target in targets]
        s = max(max(lengths), 1)
        padded = torch.tensor([target + [0] * (s - len(target)) for target in targets])
        call = {"reduction": "none"} | options

        # The gradient of the logits: that of the log-probabilities alone is PyTorch's own, not the derivative.
        def run(logits, **_):
            sizes = torch.tensor(input_lengths), torch.tensor(lengths)
            return torch.nn.functional.ctc_loss(logits.log_softmax(2), padded, *sizes, **call)

        recorded = {"targets": padded.tolist(), "input_lengths": input_lengths, "target_lengths": lengths} | call
        area.case("ctcLoss", name, {"logits": (t, len(targets), c)}, run, **recorded)

    case("labels that differ", 5, 4, [[1, 2, 3]], [5])
    case("repeated labels", 7, 3, [[1, 1, 2, 2]], [7])
    case("empty targets", 4, 3, [[], [1]], [4, 4])
    case("lengths, sum", 8, 5, [[1, 2, 3, 4], [4, 4], [2]], [8, 5, 3], reduction="sum")
    case("lengths, mean", 8, 5, [[1, 2, 3, 4], [4, 4], []], [8, 5, 3], reduction="mean")
    case("last class is blank", 6, 4, [[0, 1, 0], [2, 2]], [6, 6], blank=3)
    case("too short, zero", 4, 3, [[1, 1, 2], [1, 2]], [3, 4], zero_infinity=True)
    case("long", 40, 6, [[1, 2, 2, 3, 5, 4, 1, 1, 2, 3], [5, 5, 5]], [40, 33], reduction="mean")
