"""Explains a corpus on Ray Data: `map_batches` over blocks of 128 examples, on a local cluster.

    python explain_ray.py MODEL.lrp.onnx OUT.npz [--count 2048] [--workers 2] [--kill MARKER]

With --kill one worker is killed in the middle; Ray runs its block again.
"""
import argparse
import logging
import os
import sys
import time
from pathlib import Path

import numpy as np
import ray

FOLDER = str(Path(__file__).resolve().parent)
sys.path.insert(0, FOLDER)
from corpus import corpus, input_shape

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("out")
parser.add_argument("--count", type=int, default=2048)
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--kill")
options = parser.parse_args()

model, kill = os.path.abspath(options.model), options.kill
ids, examples = corpus(options.count, input_shape(model))

ray.init(num_cpus=options.workers, include_dashboard=False, logging_level=logging.ERROR, log_to_driver=False)
context = ray.data.DataContext.get_current()
context.enable_progress_bars = False
logging.getLogger("ray.data").setLevel(logging.ERROR)
shared = ray.put(examples)


def relevance_of(batch):
    sys.path.insert(0, FOLDER)
    from corpus import die_once, explain

    die_once(kill, 512 in batch["id"])
    output, relevance = explain(model, ray.get(shared)[batch["id"]])
    return {"id": batch["id"], "output": output, "relevance": relevance}


def explained(count):
    table = ray.data.range(count, override_num_blocks=max(1, count // 128))
    return table.map_batches(relevance_of, batch_size=128, num_cpus=1).take_batch(count)


explained(128)  # starts the workers
start = time.perf_counter()
rows = explained(options.count)
seconds = time.perf_counter() - start
ray.shutdown()
np.savez(options.out, ids=rows["id"], output=rows["output"], relevance=rows["relevance"])
print(f"Ray, {options.workers} workers: {len(rows['id'])} examples, {seconds:.2f} s, {len(rows['id']) / seconds:.0f} per second")
