"""Relevance compiled to ONNX against zennit and LXT on PyTorch: CPU time and numbers, in one process.

    python tests/bench/compiled_against_peers.py [part of a network's name]

Needs deno, and in this Python: torch, onnx, onnxscript, onnxruntime, zennit, lxt. Prints one table. Both engines get the same
weights and inputs and take turns; a ratio is the peer's smallest CPU time over ours, above 1 where ours is cheaper.
"""
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import nn

warnings.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parents[2]


class Basic(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.a, self.b = nn.Conv2d(i, o, 3, stride, 1), nn.Conv2d(o, o, 3, 1, 1)
        self.s = nn.Conv2d(i, o, 1, stride) if stride > 1 or i != o else nn.Identity()
        self.r, self.q = nn.ReLU(), nn.ReLU()
        from zennit.layer import Sum
        self.sum = Sum()

    def forward(self, x):
        return self.q(self.sum(torch.stack([self.b(self.r(self.a(x))), self.s(x)], dim=-1)))


class Plain(Basic):
    """The same for the exporter, which writes the sum as one addition."""

    def forward(self, x):
        return self.q(self.b(self.r(self.a(x))) + self.s(x))


def vgg(plan, size, hidden):
    layers, channels = [], 3
    for width in plan:
        if width == "M":
            layers.append(nn.MaxPool2d(2))
            size //= 2
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * size * size, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def resnet18(block):
    layers = [nn.Conv2d(3, 64, 7, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    for i, o, stride in [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]:
        layers.append(block(i, o, stride))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def small():
    return nn.Sequential(nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2048, 64), nn.ReLU(), nn.Linear(64, 10))


class Block(nn.Module):
    """A transformer block as LXT writes one with its explicit functions, or plain."""

    def __init__(self, d=64, explicit=False):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
        self.u, self.w, self.head = nn.Linear(d, 4 * d), nn.Linear(4 * d, d), nn.Linear(d, 10)
        self.explicit = explicit

    def forward(self, x):
        d = x.shape[-1]
        if not self.explicit:
            y = self.n1(x)
            a = torch.softmax(self.q(y) @ self.k(y).transpose(-1, -2) / d**0.5, -1) @ self.v(y)
            x = x + self.o(a)
            x = x + self.w(nn.functional.gelu(self.u(self.n2(x))))
            return self.head(x[:, 0])
        import lxt.explicit.functional as F
        from lxt.explicit.rules import identity
        lin = lambda layer, z: F.linear_epsilon(z, layer.weight, layer.bias)
        norm = lambda layer, z: F.layer_norm(z, layer.weight, layer.bias, layer.eps)
        y = norm(self.n1, x)
        scores = F.matmul(lin(self.q, y), lin(self.k, y).transpose(-1, -2))
        a = F.matmul(F.softmax(scores, -1, temperature=d**0.5), lin(self.v, y))
        x = F.add2(x, lin(self.o, a))
        h = lin(self.u, norm(self.n2, x))
        x = F.add2(x, lin(self.w, identity(nn.functional.gelu, h)))
        return lin(self.head, x[:, 0])


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


def measure(peer, ours, seconds):
    """Smallest CPU and wall times of both, taking turns."""
    times = [[], []]
    end = time.perf_counter() + seconds
    for work in (peer, ours):
        work()
    while time.perf_counter() < end or len(times[0]) < 3:
        for i, work in enumerate((peer, ours)):
            a, b = time.perf_counter(), cpu()
            work()
            times[i].append((cpu() - b, time.perf_counter() - a))
    return [[min(t[k] for t in ts) for k in (0, 1)] for ts in times]


def zennit_relevance(network, composite, x):
    from zennit.attribution import Gradient
    with Gradient(model=network, composite=composite) as attributor:
        out, relevance = attributor(x, lambda out: nn.functional.one_hot(out.argmax(1), out.shape[1]).to(out) * out)
    return relevance


def lxt_seeded(network, x):
    x = x.clone().requires_grad_()
    out = network(x)
    seed = nn.functional.one_hot(out.argmax(1), out.shape[1]).to(out) * out
    return torch.autograd.grad(out, x, seed.detach())[0]


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    folder = Path(tempfile.mkdtemp())
    from zennit.composites import EpsilonPlus, EpsilonAlpha2Beta1
    torch.manual_seed(0)
    v11 = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
    v16 = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]
    cases = [
        ("small CNN, 32²", small(), None, (3, 32, 32), "epsilonPlus", EpsilonPlus, (1, 32)),
        ("small CNN, 32²", None, None, (3, 32, 32), "epsilonAlpha2Beta1", EpsilonAlpha2Beta1, (1, 32)),
        ("VGG11, 64²", vgg(v11, 64, 512), None, (3, 64, 64), "epsilonPlus", EpsilonPlus, (1, 32)),
        ("ResNet18, 64²", resnet18(Basic), resnet18(Plain), (3, 64, 64), "epsilonPlus", EpsilonPlus, (1, 32)),
        ("transformer block, T 32, d 64", Block(explicit=True), Block(), (32, 64), "attnLrp", None, (1, 32)),
        ("VGG16, 224²", vgg(v16, 224, 4096), None, (3, 224, 224), "epsilonPlus", EpsilonPlus, (1,)),
    ]
    print(f"torch {torch.__version__}, zennit 0.5.1, onnxruntime {ort.__version__}, {torch.get_num_threads()} cores\n")
    print("| network | rules | batch | threads | peer, CPU ms | compiled, CPU ms | CPU ratio | wall ratio | compiled against float64 | peer against float64 |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", flush=True)
    last = None
    for name, network, plain, shape, rules, composite, batches in cases:
        network = network or last
        last = network
        if wanted not in name:
            continue
        network.eval()
        if plain is not None:
            plain.load_state_dict(network.state_dict())
            plain.eval()
        source, target = folder / "model.onnx", folder / "model.lrp.onnx"
        torch.onnx.export(plain or network, (torch.randn(2, *shape),), source, dynamo=False, opset_version=17, input_names=["x"], dynamic_axes={"x": {0: "N"}})
        subprocess.run(["deno", "run", "-A", "lib/cli/mod.ts", "compile", source, "--composite", rules, "-o", target], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        relevance = (lambda x, n=network, c=composite: zennit_relevance(n, c(), x)) if composite else (lambda x, n=network: lxt_seeded(n, x))
        for threads in (1, 2):
            torch.set_num_threads(threads)
            options = ort.SessionOptions()
            options.intra_op_num_threads = threads
            options.log_severity_level = 3
            session = ort.InferenceSession(target, options, providers=["CPUExecutionProvider"])
            for batch in batches:
                x = torch.randn(batch, *shape)
                feed = {"x": x.numpy()}
                errors = ["", ""]
                if threads == 1 and batch == 1:
                    exact = (zennit_relevance(network.double(), composite(), x.double()) if composite else lxt_seeded(network.double(), x.double())).numpy()
                    network.float()
                    compiled = session.run(["relevance"], feed)[0]
                    errors = [f"{np.abs(a - exact).max() / np.abs(exact).max():.1e}" for a in (compiled, relevance(x).detach().numpy())]
                seconds = 12 if "VGG16" in name else 3
                (pc, pw), (oc, ow) = measure(lambda: relevance(x), lambda: session.run(["relevance"], feed), seconds)
                print(f"| {name} | {rules} | {batch} | {threads} | {pc * 1e3:.1f} | {oc * 1e3:.1f} | {pc / oc:.1f} | {pw / ow:.1f} | {errors[0]} | {errors[1]} |", flush=True)


main()
