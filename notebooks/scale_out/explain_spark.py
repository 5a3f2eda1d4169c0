"""Explains a corpus on Spark, with mapInPandas on a local cluster.

    python explain_spark.py MODEL.lrp.onnx OUT.npz [--count 2048] [--workers 2] [--kill MARKER]

With --kill one Python worker is killed in the middle; Spark runs its part again.
"""
import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from pyspark.sql import SparkSession

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
shape = [int(size) for size in input_shape(model)]
ids, examples = corpus(options.count, shape)

os.environ["PYSPARK_PYTHON"] = sys.executable
spark = (
    SparkSession.builder.master(f"local[{options.workers},4]")  # a part may fail three times
    .config("spark.ui.enabled", "false")
    .config("spark.sql.execution.arrow.maxRecordsPerBatch", "128")
    .config("spark.executorEnv.OMP_NUM_THREADS", "1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")


def relevance_of(frames):
    sys.path.insert(0, FOLDER)
    from corpus import die_once, explain

    for frame in frames:
        die_once(kill, 512 in set(frame["id"]))
        batch = np.stack(frame["values"].to_numpy()).astype(np.float32).reshape(-1, *shape)
        output, relevance = explain(model, batch)
        yield pd.DataFrame({"id": frame["id"], "output": list(output), "relevance": list(relevance.reshape(len(batch), -1))})


table = pd.DataFrame({"id": ids, "values": list(examples.reshape(len(ids), -1))})
parts = spark.createDataFrame(table, "id long, values array<float>").repartition(16, "id").cache()
parts.count()
explained = parts.mapInPandas(relevance_of, "id long, output array<float>, relevance array<float>")
start = time.perf_counter()
rows = explained.toPandas().sort_values("id")
seconds = time.perf_counter() - start
spark.stop()
np.savez(
    options.out,
    ids=rows["id"].to_numpy(),
    output=np.stack(rows["output"].to_numpy()),
    relevance=np.stack(rows["relevance"].to_numpy()).reshape(-1, *shape),
)
print(f"Spark, {options.workers} workers: {len(rows)} examples, {seconds:.2f} s, {len(rows) / seconds:.0f} per second")
