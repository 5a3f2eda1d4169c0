"""Explains a corpus on Dask: one task per part, on a local cluster of processes.

    python explain_dask.py MODEL.lrp.onnx OUT.npz [--count 2048] [--workers 2] [--kill MARKER]

With --kill one worker is killed in the middle; the scheduler gives its part to another.
"""
import argparse
import sys
import time
from pathlib import Path

import numpy as np
from distributed import Client, LocalCluster

sys.path.insert(0, str(Path(__file__).parent))
from corpus import corpus, die_once, explain, input_shape


def part(folder, model, ids, examples, marker):
    sys.path.insert(0, folder)
    die_once(marker, 512 in ids)
    output, relevance = explain(model, examples)
    return ids, output, relevance


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=2048)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill")
    options = parser.parse_args()
    folder = str(Path(__file__).parent)
    ids, examples = corpus(options.count, input_shape(options.model))
    cluster = LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster) as client:
        client.run(part, folder, options.model, ids[:1], examples[:1], None)  # loads the model in every worker
        start = time.perf_counter()
        cuts = range(0, options.count, 128)
        futures = [
            client.submit(part, folder, options.model, ids[c : c + 128], examples[c : c + 128], options.kill, pure=False)
            for c in cuts
        ]
        parts = client.gather(futures)
        seconds = time.perf_counter() - start
    ids, output, relevance = (np.concatenate(values) for values in zip(*parts))
    np.savez(options.out, ids=ids, output=output, relevance=relevance)
    print(f"Dask, {options.workers} workers: {len(ids)} examples, {seconds:.2f} s, {len(ids) / seconds:.0f} per second")


if __name__ == "__main__":
    main()
