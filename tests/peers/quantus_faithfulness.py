"""Metrics of the Quantus package that ask a model: writes faithfulness.json of tests/fixtures/quantus.

    pip install quantus==0.6.0 torch && python tests/peers/quantus_faithfulness.py
"""

import json
from pathlib import Path

import numpy as np
import quantus
import torch

IMAGES, HEIGHT, WIDTH, CLASSES, RUNS = 8, 4, 6, 3, 4000


class Bent(torch.nn.Module):
    """Scores tanh(w_k · x)."""

    def __init__(self, weights):
        super().__init__()
        self.weights = torch.tensor(weights, dtype=torch.float64)

    def forward(self, x):
        return torch.tanh(x.double().flatten(1) @ self.weights.T)


random = np.random.default_rng(11)
weights = random.normal(size=(CLASSES, HEIGHT * WIDTH)) / 4
images = random.normal(size=(IMAGES, 1, HEIGHT, WIDTH)).astype(np.float32)
targets = random.integers(CLASSES, size=IMAGES)


def relevance_of(inputs, targets):
    return weights[targets].reshape(-1, 1, HEIGHT, WIDTH) * inputs


def explain(model, inputs, targets, **_):
    return relevance_of(np.asarray(inputs, dtype=np.float64), np.asarray(targets))


relevance = relevance_of(images.astype(np.float64), targets)
gold = random.integers(2, size=(IMAGES, 1, HEIGHT, WIDTH))
gold[:, 0, 0, 0] = 1
model = Bent(weights).eval()
plain = dict(normalise=False, abs=False, disable_warnings=True)
zero = dict(plain, perturb_baseline=0.0)


def judge(metric, **more):
    np.random.seed(3)
    values = metric(
        model=model, x_batch=images, y_batch=targets, a_batch=relevance, softmax=False, channel_first=True, **more
    )
    return np.asarray(values, dtype=np.float64).tolist()


regions = lambda order, size: judge(quantus.RegionPerturbation(patch_size=size, order=order, **zero))
results = {
    "weights": weights.tolist(),
    "images": images.reshape(IMAGES, HEIGHT, WIDTH).astype(np.float64).tolist(),
    "targets": targets.tolist(),
    "gold": gold.reshape(IMAGES, -1).tolist(),
    "pixelFlipping": judge(quantus.PixelFlipping(features_in_step=1, **zero)),
    "pixelFlippingBy3": judge(quantus.PixelFlipping(features_in_step=3, **zero)),
    "regionsMost": regions("morf", 2),
    "regionsLeast": regions("lerf", 2),
    "faithfulnessCorrelation": judge(
        quantus.FaithfulnessCorrelation(nr_runs=RUNS, subset_size=5, return_aggregate=False, **zero)
    ),
    "randomLogit": judge(
        quantus.RandomLogit(
            similarity_func=quantus.similarity_func.correlation_spearman, num_classes=CLASSES, seed=5, **plain
        ),
        explain_func=explain,
    ),
    "rankAccuracy": judge(quantus.RelevanceRankAccuracy(**plain), s_batch=gold),
}
path = Path(__file__).parent.parent / "fixtures" / "quantus" / "faithfulness.json"
path.write_text(json.dumps(results) + "\n")
