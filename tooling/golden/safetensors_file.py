"""A small safetensors file, written from the published format: header length (u64, little endian), JSON, raw data."""

import json
import struct

import torch

METADATA = {"format": "pt", "note": "grüße"}

# Name -> stored type, shape, numbers. Every number is exact in its stored type.
TENSORS = {
    "layer.weight": ("F32", (2, 3), (1.5, -2.25, 0.0, 3.0, 0.5, -1.0)),
    "layer.bias": ("F64", (2,), (0.1, -0.2)),
    "scalar": ("F32", (), (7.0,)),
    "steps": ("I32", (3,), (-1, 0, 2147483647)),
    "empty": ("F32", (0, 4), ()),
    "half": ("F16", (2, 4), (1.0, -2.0, 0.333251953125, 65504.0, 2.0**-24, 2.0**-14, -0.0, float("inf"))),
    "brain": ("BF16", (6,), (1.0, -3.140625, 2.0**-126, 2.0**-133, float("-inf"), 255.0)),
    # Last, since its three bytes would leave the others unaligned.
    "mask": ("BOOL", (3,), (1, 0, 1)),
}
DECODED = {"F32": "f32", "F64": "f64", "I32": "i32", "F16": "f32", "BF16": "f32", "BOOL": "bool"}
TORCH = {"f32": torch.float32, "f64": torch.float64, "i32": torch.int32, "bool": torch.bool}


def pack(stored, numbers):
    if stored == "BF16":
        # The upper half of the f32 bits: exact here, so nothing is rounded.
        halves = [struct.unpack("<HH", struct.pack("<f", x)) for x in numbers]
        assert all(low == 0 for low, _ in halves)
        return b"".join(struct.pack("<H", high) for _, high in halves)
    code = {"F32": "f", "F64": "d", "I32": "i", "F16": "e", "BOOL": "?"}[stored]
    data = struct.pack(f"<{len(numbers)}{code}", *numbers)
    assert struct.unpack(f"<{len(numbers)}{code}", data) == tuple(numbers)
    return data


def header_and_data():
    header, data = {"__metadata__": METADATA}, b""
    for name, (stored, shape, numbers) in TENSORS.items():
        raw = pack(stored, numbers)
        header[name] = {"dtype": stored, "shape": list(shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    return header, data


def file_bytes():
    header, data = header_and_data()
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def cases(area):
    outputs = {
        n: torch.tensor(numbers, dtype=TORCH[DECODED[stored]]).reshape(shape)
        for n, (stored, shape, numbers) in TENSORS.items()
    }
    stored_as = {n: stored for n, (stored, _, _) in TENSORS.items()}
    area.record(
        "safetensors", "tiny.safetensors", {}, {"metadata": METADATA, "stored_as": stored_as}, outputs, digits=None
    )
