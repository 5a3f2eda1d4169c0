"""The networks that ship with the project, on the same weights."""
import numpy
import torch
import torch.nn.functional as F
from lxt.explicit import functional as lxt
from torch import nn
from zennit import composites

from case_file import record
from image_cases import merged
from safetensors_file import load
from transformer_cases import encoder


def shipped(folder):
    """The networks that ship with the project, on the same weights."""
    samples = numpy.load(folder / "fashion_cnn/samples.npz")["pixels"][:2]
    images = torch.tensor((samples.astype(numpy.float32) / numpy.float32(255)).astype(numpy.float64))

    p = load(folder / "fashion_cnn/model.safetensors")
    net = nn.Sequential(nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5, padding=2),
                        nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(),
                        nn.Linear(64, 10)).eval()
    names = {"0": "c1", "3": "c2", "4": "b", "8": "f1", "10": "f2"}
    net.load_state_dict({f"{i}.{part}": p[f"{name}.{part}"] for i, name in names.items()
                         for part in ["weight", "bias", "running_mean", "running_var"] if f"{name}.{part}" in p},
                        strict=False)
    one = F.one_hot(net(images).argmax(1), 10).double()
    box = {"low": torch.zeros(1, 1, 28, 28), "high": torch.ones(1, 1, 28, 28)}
    expected = {}
    for name, make in {"EpsilonPlus": composites.EpsilonPlus, "EpsilonPlusFlat": composites.EpsilonPlusFlat,
                       "EpsilonAlpha2Beta1": composites.EpsilonAlpha2Beta1,
                       "EpsilonAlpha2Beta1Flat": composites.EpsilonAlpha2Beta1Flat,
                       "EpsilonGammaBox": lambda **given: composites.EpsilonGammaBox(**given, **box)}.items():
        leaf = images.clone().requires_grad_()
        with make().context(merged(net, 3)) as modified:
            expected[f"zennit {name}"], = torch.autograd.grad(modified(leaf), leaf, one)
    record("fashionCnn", "shipped", {}, {}, [images], one, expected)

    p = load(folder / "fashion_vit/model.safetensors")
    patches = F.conv2d(images, p["p.weight"], p["p.bias"], stride=7).flatten(2).transpose(1, 2)
    start = torch.cat([p["c"].expand(2, -1, -1), patches], 1) + p["P"]
    transformer_shipped("fashionVit", p, start, 3)

    p = load(folder / "snips_minibert/model.safetensors")
    ids = torch.tensor(numpy.load(folder.parent.parent / "tests/fixtures/models/logits.npz")["snips_minibert_ids"][:4])
    start = F.layer_norm(p["E.weight"][ids] + p["P.weight"][: ids.shape[1]], [48], p["N.weight"], p["N.bias"])
    transformer_shipped("intentTransformer", p, start, 2)


def transformer_shipped(kind, p, start, blocks):
    expected = {}
    for name, constant in [("AttnLRP", False), ("CP-LRP", True)]:
        leaf = start.clone().requires_grad_()
        output = lxt.linear_epsilon(encoder(leaf, p, blocks, 4, constant)[:, 0], p["O.weight"], p["O.bias"])
        best = output.argmax(1)
        seed = torch.zeros_like(output)
        seed[range(len(best)), best] = output.detach()[range(len(best)), best]
        expected[f"lxt {name}"], = torch.autograd.grad(output, leaf, seed)
    record(kind, "shipped", {}, {}, [start], seed, expected)
