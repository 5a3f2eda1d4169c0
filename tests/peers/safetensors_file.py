"""Reads a safetensors file as float64 tensors."""
import json
import struct

import numpy
import torch


def load(path):
    data = path.read_bytes()
    length, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] == "F32":
            values = numpy.frombuffer(data[8 + length + begin:8 + length + end], "<f4").astype(numpy.float64)
            found[name] = torch.tensor(values.reshape(entry["shape"]))
    return found
