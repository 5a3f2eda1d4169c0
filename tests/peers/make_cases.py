"""Random layers and networks explained by the live peers, in float64.

    OMP_NUM_THREADS=1 python make_cases.py FOLDER

writes FOLDER/cases.json and FOLDER/cases.bin, which compare.ts reads. Needs torch, zennit, captum and lxt.
"""
import importlib.metadata
import json
import pathlib
import sys
import warnings

import numpy

warnings.filterwarnings("ignore")
from branch_cases import branched  # noqa: E402
from case_file import buffer, cases  # noqa: E402
from decoder_cases import decoders  # noqa: E402
from image_cases import networks  # noqa: E402
from layer_cases import layers, lxt_layers  # noqa: E402
from shipped_cases import shipped  # noqa: E402
from transformer_cases import transformers  # noqa: E402


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    layers(520)
    lxt_layers(40)
    networks(30)
    transformers(15)
    decoders(15)
    branched(30)
    shipped(pathlib.Path(__file__).parent.parent.parent / "lib/models")
    versions = {name: importlib.metadata.version(name) for name in ["torch", "zennit", "captum", "lxt"]}
    (target / "cases.json").write_text(json.dumps({"versions": versions, "cases": cases}))
    numbers = numpy.concatenate(buffer)
    (target / "cases.bin").write_bytes(numbers.tobytes())
    print(versions, len(cases), "cases", numbers.size, "numbers")
