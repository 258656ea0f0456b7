"""
TensorBoard's own view of event files. Needs TensorBoard (`pip install tensorboard`), so it is no part of generate.py.

python3 tooling/golden/events.py               # writes the fixture, by TensorBoard's protobuf classes and record writer
python3 tooling/golden/events.py --read RUN    # prints what TensorBoard reads in a folder
"""

import sys
from pathlib import Path

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

FIXTURE = Path(__file__).resolve().parents[1] / "conformance" / "src" / "fixtures" / "events.out.tfevents.fixture"
WALL_TIME = 1700000000.25


def events():
    value = summary_pb2.Summary.Value
    text = value(
        tag="notes",
        tensor=tensor_pb2.TensorProto(
            dtype=types_pb2.DT_STRING,
            tensor_shape=tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=1)]),
            string_val=["half the *rate* – später".encode()],
        ),
        metadata=summary_pb2.SummaryMetadata(plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text")),
    )
    histogram = summary_pb2.HistogramProto(min=-1, max=2, num=4, sum=2.5, sum_squares=6.625, bucket_limit=[0.5, 2])
    histogram.bucket.extend([2, 2])
    yield event_pb2.Event(wall_time=WALL_TIME, file_version="brain.Event:2")
    for step, one in (
        (1, value(tag="train/loss", simple_value=0.75)),
        (300, value(tag="train/loss", simple_value=0.1)),
        (5_000_000_000, value(tag="lr", simple_value=1e-5)),
        (300, value(tag="weight", histo=histogram)),
        (0, text),
    ):
        yield event_pb2.Event(wall_time=WALL_TIME, step=step, summary=summary_pb2.Summary(value=[one]))


def write():
    with FIXTURE.open("wb") as file:
        writer = RecordWriter(file)
        for event in events():
            writer.write(event.SerializeToString())
        writer.flush()
    print(f"wrote {FIXTURE.name}, {FIXTURE.stat().st_size} bytes")


def read(folder):
    accumulator = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
    accumulator.Reload()
    for kind, tags in accumulator.Tags().items():
        for tag in tags if isinstance(tags, list) else []:
            if kind == "scalars":
                print(kind, tag, [(e.step, e.value) for e in accumulator.Scalars(tag)])
            elif kind == "tensors":
                for e in accumulator.Tensors(tag):
                    print(kind, tag, e.step, e.tensor_proto.string_val or e.tensor_proto.double_val)
            elif kind == "histograms":
                for e in accumulator.Histograms(tag):
                    print(kind, tag, e.step, e.histogram_value)


if __name__ == "__main__":
    read(sys.argv[2]) if sys.argv[1:2] == ["--read"] else write()
