"""Explains a corpus in one Python process, with onnxruntime only.

    python explain_local.py MODEL.lrp.onnx OUT.npz [--count 2048]
"""
import argparse
import time

import numpy as np

from corpus import corpus, explain, input_shape

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("out")
parser.add_argument("--count", type=int, default=2048)
options = parser.parse_args()

ids, examples = corpus(options.count, input_shape(options.model))
explain(options.model, examples[:1])  # loads the model
start = time.perf_counter()
output, relevance = explain(options.model, examples)
seconds = time.perf_counter() - start
np.savez(options.out, ids=ids, output=output, relevance=relevance)
print(f"local: {options.count} examples, {seconds:.2f} s, {options.count / seconds:.0f} per second")
