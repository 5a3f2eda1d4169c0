"""Relevance compiled to ONNX against zennit and LXT on PyTorch, and an LSTM against NumPy.

    python tests/bench/compiled [speed | memory | accuracy] [batch=1] [threads=2] [part of a network's name]

Needs deno, and in this Python: torch, onnx, onnxscript, onnxruntime, zennit, lxt. Prints one table for each. Both sides get
the same weights and inputs. Speed: in one process, in turns; a ratio is the peer's smallest time over ours, above 1 where
ours is faster. Memory: a process for each. Accuracy: against the peer in float64.
"""
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

# Else the threads of torch burn the time of whatever else runs while they wait, and get up to fifty times slower by it.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.dont_write_bytecode = True

import numpy as np
import onnxruntime
import torch

from cases import CASES
from measure import in_turns
from session import session

warnings.filterwarnings("ignore")


def speed(case, batches, counts):
    slow = case.name.startswith("VGG16")
    for composite in case.composites[: 3 if case.name.startswith("small") else 1]:
        with tempfile.TemporaryDirectory() as folder:
            network = case.network()
            target = case.compiled(network, composite, Path(folder))
            for threads in counts:
                torch.set_num_threads(threads)
                ours = session(target, threads)
                for batch in batches:
                    x = case.input(batch)
                    given = x.numpy()
                    (pc, pw), (oc, ow) = in_turns([case.prepared(network, composite, x), lambda: ours(given)], 10 if slow else 6)
                    print(
                        f"| {case.name} | {composite} | {batch} | {threads} | {case.peer} | {pc * 1e3:.1f} | {oc * 1e3:.1f} | {pc / oc:.1f} "
                        f"| {pw * 1e3:.1f} | {ow * 1e3:.1f} | {pw / ow:.1f} | {os.getloadavg()[0]:.1f} |", flush=True,
                    )


def memory(case, batches, _counts):
    for composite in case.composites[:1]:
        with tempfile.TemporaryDirectory() as folder:
            target = case.compiled(case.network(), composite, Path(folder))
            for batch in batches:
                here = Path(__file__).parent
                sides = (here / "cases.py", case.name, batch), (here / "session.py", target, batch, *case.shape)
                used = [float(subprocess.check_output([sys.executable, "-B", *map(str, side)])) for side in sides]
                print(f"| {case.name} | {composite} | {batch} | {used[0]:.0f} | {used[1]:.0f} | {used[1] / used[0]:.1f} |", flush=True)


def accuracy(case, _batches, _counts):
    x = case.input(1)
    for composite in case.composites:
        with tempfile.TemporaryDirectory() as folder:
            network = case.network()
            compiled = session(case.compiled(network, composite, Path(folder)), 1)(x.numpy())
            single = case.prepared(network, composite, x)()
            exact = case.prepared(network.double(), composite, x if case.words else x.double())()
            errors = [np.abs(value - exact).max() / np.abs(exact).max() for value in (compiled, single)]
            print(f"| {case.name} | {composite} | {case.peer} | {errors[0]:.1e} | {errors[1]:.1e} |", flush=True)


HEADS = {
    speed: "network | composite | batch | threads | peer | peer, CPU ms | compiled, CPU ms | CPU ratio | peer, ms | compiled, ms | ratio | load",
    memory: "network | composite | batch | peer, MB | compiled, MB | compiled over peer",
    accuracy: "network | composite | peer | compiled against float64 | peer against float64",
}


def main():
    words = sys.argv[1:]
    kinds = [kind for kind in (speed, memory, accuracy) if kind.__name__ in words] or [speed, memory, accuracy]
    given = dict(word.split("=") for word in words if "=" in word)
    batches = [int(given["batch"])] if "batch" in given else [1, 32]
    counts = [int(given["threads"])] if "threads" in given else [1, 2]
    wanted = [word for word in words if word not in ("speed", "memory", "accuracy") and "=" not in word]
    print(f"torch {torch.__version__}, onnxruntime {onnxruntime.__version__}, {os.cpu_count()} cores")
    for kind in kinds:
        columns = HEADS[kind].split(" | ")
        print(f"\n| {HEADS[kind]} |\n|{' --- |' * len(columns)}", flush=True)
        for case in CASES:
            if all(word in case.name for word in wanted):
                if kind is not memory or case.name.startswith("VGG16") or wanted:
                    kind(case, batches, counts)


main()
