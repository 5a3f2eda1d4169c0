"""A corpus to explain, the same each time, and the one function that explains a part of it."""
import numpy as np


def corpus(count, shape, seed=0):
    """Ids and examples, as a database would hand them out."""
    random = np.random.default_rng(seed)
    return np.arange(count), random.random((count, *shape), dtype=np.float32)


_sessions = {}


def explain(model, examples, batch=32):
    """Output and relevance of a part of the corpus. A process loads the model once, and runs it with one thread."""
    import onnxruntime as ort

    if model not in _sessions:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        _sessions[model] = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    session = _sessions[model]
    name = session.get_inputs()[0].name
    parts = [
        session.run(["output", "relevance"], {name: examples[start : start + batch]})
        for start in range(0, len(examples), batch)
    ]
    return tuple(np.concatenate(part) for part in zip(*parts))


def input_shape(model):
    """The sizes of one example."""
    import onnxruntime as ort

    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.get_inputs()[0].shape[1:]


def die_once(marker, here):
    """Kills this process the first time that it gets here: what a machine that fails looks like."""
    import os
    import signal

    if not marker or not here:
        return
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
