"""Runs compiled models in Python's onnxruntime: a JSON list of models on standard input, the largest differences on output."""
import json
import sys

import numpy as np
import onnx
import onnxruntime

largest = []
for test in json.load(sys.stdin):
    onnx.checker.check_model(test["path"], full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(test["path"], options, providers=["CPUExecutionProvider"])
    for case in test["cases"]:
        kind = np.int64 if test["whole"] else np.float32
        x = np.array(case["data"], kind).reshape(case["shape"])
        results = session.run(["output", "relevance"], {test["name"]: x})
        for result, expected in zip(results, (case["output"], case["relevance"])):
            expected = np.array(expected)
            error = np.abs(result.ravel() - expected).max() / np.abs(expected).max()
            largest.append(float(error))
print(json.dumps({"version": onnxruntime.__version__, "largest": largest}))
