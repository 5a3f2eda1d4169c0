"""The numbers and the list of the cases, and the seeds of all random choices."""
import numpy
import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
random = numpy.random.default_rng(11)
buffer = []
position = 0
cases = []


def array(x):
    global position
    values = x.detach().contiguous().numpy().astype("<f8").ravel()
    buffer.append(values)
    position += values.size
    return {"shape": list(x.shape), "start": position - values.size}


def between(low, high):
    return int(random.integers(low, high + 1))


def record(kind, group, options, parameters, inputs, seed, expected):
    cases.append({
        "kind": kind, "group": group, "options": options,
        "parameters": {name: array(x) for name, x in parameters.items()},
        "inputs": [array(x) for x in inputs],
        "seed": array(seed) if seed is not None else None,
        "expected": {name: [array(x) for x in (value if isinstance(value, (list, tuple)) else [value])]
                     for name, value in expected.items()},
    })
