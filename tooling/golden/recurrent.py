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
