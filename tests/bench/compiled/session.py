"""A compiled model on onnxruntime. By itself: `session.py MODEL BATCH SIZES…` prints the memory that a run takes, in MB."""
import sys


def session(path, threads):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    opened = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda x: opened.run(["relevance"], {"x": x})[0]


if __name__ == "__main__":
    import numpy as np
    from measure import peak
    path, *shape = sys.argv[1:]
    session(path, 1)(np.random.default_rng(0).standard_normal([int(size) for size in shape], dtype=np.float32))
    print(peak())
