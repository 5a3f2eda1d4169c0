"""Random layers and networks explained by the live peers, in float64.

    OMP_NUM_THREADS=1 python make_cases.py FOLDER

writes FOLDER/cases.json and FOLDER/cases.bin, which compare.ts reads. Needs torch, zennit, captum and lxt.
"""
import importlib.metadata
import json
import math
import pathlib
import sys
import warnings

import numpy
import torch
import torch.nn.functional as F
from torch import nn
from zennit import composites, rules
from zennit.core import Stabilizer
from zennit.layer import Sum

warnings.filterwarnings("ignore")
from captum.attr import (DeepLift, GuidedBackprop, InputXGradient, IntegratedGradients, LayerGradCam, LRP, Occlusion,
                         Saliency)  # noqa: E402
from captum.attr._utils import lrp_rules  # noqa: E402
from lxt.explicit import functional as lxt  # noqa: E402
from lxt.explicit.rules import identity  # noqa: E402

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
random = numpy.random.default_rng(11)
buffer = []
position = 0
cases = []


def array(x):
    global position
    values = x.detach().contiguous().numpy().astype("<f8").ravel()
    buffer.append(values)
    position += values.size
    return {"shape": list(x.shape), "start": position - values.size}


def between(low, high):
    return int(random.integers(low, high + 1))


def record(kind, group, options, parameters, inputs, seed, expected):
    cases.append({
        "kind": kind, "group": group, "options": options,
        "parameters": {name: array(x) for name, x in parameters.items()},
        "inputs": [array(x) for x in inputs],
        "seed": array(seed) if seed is not None else None,
        "expected": {name: [array(x) for x in (value if isinstance(value, (list, tuple)) else [value])]
                     for name, value in expected.items()},
    })


ZENNIT = {
    "Epsilon": lambda: rules.Epsilon(),
    "Epsilon 0.1": lambda: rules.Epsilon(epsilon=0.1),
    "Epsilon, no bias": lambda: rules.Epsilon(zero_params="bias"),
    "Epsilon 0.5, clipped": lambda: rules.Epsilon(epsilon=Stabilizer(epsilon=0.5, clip=True)),
    "Epsilon 0.1, of the scale": lambda: rules.Epsilon(epsilon=Stabilizer(epsilon=0.1, norm_scale=True)),
    "Gamma 0.25": lambda: rules.Gamma(gamma=0.25),
    "Gamma 3": lambda: rules.Gamma(gamma=3.0),
    "ZPlus": lambda: rules.ZPlus(),
    "ZPlus, no bias": lambda: rules.ZPlus(zero_params="bias"),
    "AlphaBeta 2 1": lambda: rules.AlphaBeta(alpha=2, beta=1),
    "AlphaBeta 1 0": lambda: rules.AlphaBeta(alpha=1, beta=0),
    "ZBox -4 4": lambda: rules.ZBox(low=-4.0, high=4.0),
    "WSquare": lambda: rules.WSquare(),
    "WSquare, no bias": lambda: rules.WSquare(zero_params="bias"),
    "Flat": lambda: rules.Flat(),
}


def zennit_rule(make, module, x, seed):
    handles = make().register(module)
    leaves = [v.clone().requires_grad_() for v in (x if isinstance(x, (list, tuple)) else [x])]
    output = module(*leaves) if len(leaves) == 1 else module(torch.stack(leaves, -1))
    relevance = torch.autograd.grad(output, leaves, seed)
    handles.remove()
    return [r.detach() for r in relevance]


def captum_rule(rule, module, x, target):
    net = nn.Sequential(module)
    module.rule = rule
    relevance = LRP(net).attribute(x.clone().requires_grad_(), target=target)
    return relevance.detach()


CONV = [nn.Conv1d, nn.Conv2d, nn.Conv3d]
TRANSPOSED = [nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d]


def layers(count):
    for index in range(count):
        choice = ["dense", "conv", "transposed", "average", "sum", "dense", "conv"][index % 7]
        n = between(1, 3)
        bias = bool(between(0, 3))
        options = {}
        parameters = {}
        if choice == "dense":
            module = nn.Linear(between(1, 12), between(1, 9), bias=bias)
            x = torch.randn(n, module.in_features)
            kind = "dense"
        elif choice == "sum":
            x = [torch.randn(n, 3, between(1, 4))]
            x.append(torch.randn_like(x[0]))
            module, kind = Sum(), "add"
        else:
            d = between(1, 3)
            groups = between(1, 2)
            stride, padding, dilation = between(1, 2), between(0, 1), between(1, 2)
            kernel = [between(2, 3) if d < 3 else 2 for _ in range(d)]
            channels = groups * between(1, 2)
            size = [between(5, 6) if d < 3 else 4 for _ in range(d)]
            x = torch.randn(n, channels, *size)
            if choice == "average":
                options = {"kernel": kernel, "stride": stride, "padding": padding}
                module = [nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d][d - 1](kernel, stride, padding)
                kind = "averagePooling"
            elif choice == "conv":
                options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
                module = CONV[d - 1](channels, groups * between(1, 3), kernel, stride, padding, dilation, groups, bias)
                kind = "convolution"
            else:
                options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
                module = TRANSPOSED[d - 1](channels, groups * between(1, 2), kernel, stride, padding, 0, groups, bias,
                                           dilation)
                kind = "transposedConvolution"
        for name, value in module.named_parameters():
            value.data = torch.randn_like(value)
            parameters["weights" if name == "weight" else name] = value.data
        output = module(x) if kind != "add" else module(torch.stack(x, -1))
        seed = torch.randn_like(output)
        expected = {}
        if kind in ("add", "averagePooling"):
            expected["zennit Norm"] = zennit_rule(rules.Norm, module, x, seed)
        else:
            for name, make in ZENNIT.items():
                expected[f"zennit {name}"] = zennit_rule(make, module, x, seed)
        record(kind, "layer", options, parameters, x if kind == "add" else [x], seed, expected)
        if kind == "dense" or (kind == "convolution" and d < 3):
            target = tuple(between(0, size - 1) for size in output.shape[1:])
            start = torch.zeros_like(output)
            start[(slice(None), *target)] = output[(slice(None), *target)].detach()
            found = {
                "captum EpsilonRule": captum_rule(lrp_rules.EpsilonRule(), module, x, target),
                "captum EpsilonRule 0.1": captum_rule(lrp_rules.EpsilonRule(0.1), module, x, target),
                "captum GammaRule 0.25": captum_rule(lrp_rules.GammaRule(0.25), module, x, target),
                "captum Alpha1_Beta0_Rule": captum_rule(lrp_rules.Alpha1_Beta0_Rule(), module, x, target),
            }
            record(kind, "layer", options, parameters, [x], start, found)


def lxt_case(kind, options, parameters, inputs, function, name):
    leaves = [x.clone().requires_grad_() for x in inputs]
    output = function(*leaves)
    seed = torch.randn_like(output)
    relevance = torch.autograd.grad(output, leaves, seed)
    record(kind, "layer", options, parameters, inputs, seed, {f"lxt {name}": relevance})


def lxt_layers(count):
    for _ in range(count):
        n, t, e, f = between(1, 2), between(2, 5), between(2, 6), between(1, 5)
        x = torch.randn(n, t, e)
        w, b = torch.randn(f, e), torch.randn(f)
        lxt_case("dense", {}, {"weights": w, "bias": b}, [x], lambda x: lxt.linear_epsilon(x, w, b), "linear_epsilon")
        lxt_case("add", {}, {}, [x, torch.randn_like(x)], lxt.add2, "add2")
        lxt_case("multiply", {}, {}, [x, torch.randn_like(x)], lxt.mul2, "mul2")
        scale = random.uniform(0.2, 1)
        lxt_case("softmax", {"scale": scale}, {}, [x], lambda x: lxt.softmax(x, -1, temperature=1 / scale), "softmax")
        lxt_case("matmul", {}, {}, [x, torch.randn(n, e, f)], lxt.matmul, "matmul")
        weight, bias = torch.randn(e), torch.randn(e)
        lxt_case("layerNorm", {}, {"weights": weight, "bias": bias}, [x],
                 lambda x: lxt.layer_norm(x, weight, bias, 1e-5), "layer_norm")
        lxt_case("rmsNorm", {}, {"weights": weight}, [x], lambda x: lxt.rms_norm_identity(x, weight, 1e-5),
                 "rms_norm_identity")
        lxt_case("gelu", {}, {}, [x], lambda x: identity(F.gelu, x), "identity")


class Net(nn.Sequential):
    pass


def random_cnn():
    c, h = between(1, 3), between(8, 10)
    a, b = between(2, 4), between(2, 4)
    k, p = between(2, 3), between(0, 1)
    front = [nn.Conv2d(c, a, 3, padding=1), nn.BatchNorm2d(a), nn.ReLU(), nn.MaxPool2d(2),
             nn.Conv2d(a, b, k, padding=p, stride=between(1, 2)), nn.ReLU()]
    with torch.no_grad():
        plane = nn.Sequential(*front)(torch.zeros(1, c, h, h)).shape[-1]
    pool = between(1, min(2, plane))
    front += [nn.AvgPool2d(pool), nn.Flatten()]
    with torch.no_grad():
        flat = nn.Sequential(*front)(torch.zeros(1, c, h, h)).shape[-1]
    hidden, classes = between(3, 6), between(2, 4)
    net = Net(*front, nn.Linear(flat, hidden), nn.ReLU(), nn.Linear(hidden, classes)).eval()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.data.normal_()
            module.running_var.data.uniform_(0.5, 2)
            module.weight.data.normal_(1, 0.3)
        if isinstance(module, (nn.Conv2d, nn.BatchNorm2d, nn.Linear)):
            module.bias.data.normal_(0, 0.3)
    x = torch.randn(2, c, h, h)
    options = {"padding": p, "stride": net[4].stride[0], "pool": pool}
    return net, x, options


PLAIN = ["EpsilonPlus, not merged", "GuidedBackprop", "Deconvnet", "ExcitationBackprop"]


def merged(net, at):
    """The net with the batch normalization at + 1 folded in: zennit 0.5.1 leaves its ε of 1e-5 in place."""
    layers = list(net)
    layers[at] = torch.nn.utils.fuse_conv_bn_eval(layers[at], layers[at + 1])
    del layers[at + 1]
    return nn.Sequential(*layers)


def networks(count):
    for _ in range(count):
        net, x, options = random_cnn()
        output = net(x).detach()
        target = between(0, output.shape[1] - 1)
        one = torch.zeros_like(output)
        one[:, target] = 1
        expected = {}
        box = {"low": torch.full((1,) + x.shape[1:], -4.0), "high": torch.full((1,) + x.shape[1:], 4.0)}
        for name, make in {
            "EpsilonPlus": lambda: composites.EpsilonPlus(),
            "EpsilonPlusFlat": lambda: composites.EpsilonPlusFlat(),
            "EpsilonAlpha2Beta1": lambda: composites.EpsilonAlpha2Beta1(),
            "EpsilonAlpha2Beta1Flat": lambda: composites.EpsilonAlpha2Beta1Flat(),
            "EpsilonGammaBox": lambda: composites.EpsilonGammaBox(**box),
            "EpsilonPlus, not merged": lambda: composites.EpsilonPlus(),
            "GuidedBackprop": lambda: composites.GuidedBackprop(),
            "Deconvnet": lambda: composites.DeconvNet(),
            "ExcitationBackprop": lambda: composites.ExcitationBackprop(),
        }.items():
            leaf = x.clone().requires_grad_()
            explained = net if name in PLAIN else merged(net, 0)
            with make().context(explained) as modified:
                value, = torch.autograd.grad(modified(leaf), leaf, one)
            expected[f"zennit {name}"] = value.detach()
        expected["captum Saliency"] = Saliency(net).attribute(x, target=target, abs=False)
        expected["captum InputXGradient"] = InputXGradient(net).attribute(x.clone().requires_grad_(), target=target)
        expected["captum IntegratedGradients"] = IntegratedGradients(net).attribute(
            x, target=target, n_steps=16, method="riemann_right")
        # A constant baseline makes constant planes, in which the rounding of the convolution picks the winner of a pooling.
        baseline = torch.randn_like(x)
        expected["captum DeepLift"] = DeepLift(net).attribute(x, baseline, target=target)
        smooth = nn.Sequential(*[nn.AvgPool2d(2) if isinstance(m, nn.MaxPool2d) else m for m in net])
        expected["captum DeepLift, average pooling, from zero"] = DeepLift(smooth).attribute(x, x * 0, target=target)
        expected["captum GuidedBackprop"] = GuidedBackprop(net).attribute(
            x.clone().requires_grad_(), target=target)
        expected["captum LayerGradCam"] = LayerGradCam(net, net[4]).attribute(x, target=target, relu_attributions=True)
        expected["captum Occlusion"] = Occlusion(net).attribute(
            x, target=target, sliding_window_shapes=(x.shape[1], 3, 3), strides=(x.shape[1], 2, 2))
        parameters = {name: value for name, value in net.state_dict().items() if value.dtype == torch.float64}
        record("cnn", "network", {**options, "target": target, "low": -4, "high": 4}, parameters, [x, baseline],
               one, {**expected, "output": output})


def transformers(count):
    for _ in range(count):
        n, t, heads, size, blocks = between(1, 2), between(3, 6), between(1, 3), 4, between(1, 2)
        e = heads * size
        f = 2 * e
        parameters = {}

        def weight(name, *shape):
            parameters[f"{name}.weight"] = torch.randn(*shape) / math.sqrt(shape[-1])
            parameters[f"{name}.bias"] = torch.randn(shape[0]) * 0.3
            return parameters[f"{name}.weight"], parameters[f"{name}.bias"]

        def norm(name):
            parameters[f"{name}.weight"] = 1 + 0.3 * torch.randn(e)
            parameters[f"{name}.bias"] = torch.randn(e) * 0.3
            return parameters[f"{name}.weight"], parameters[f"{name}.bias"]

        for k in range(blocks):
            weight(f"B.{k}.qkv", 3 * e, e), weight(f"B.{k}.o", e, e), norm(f"B.{k}.n1")
            weight(f"B.{k}.f1", f, e), weight(f"B.{k}.f2", e, f), norm(f"B.{k}.n2")
        weight("O", 3, e)
        x = torch.randn(n, t, e)
        expected = {}
        for name, constant in [("AttnLRP", False), ("CP-LRP", True)]:
            leaf = x.clone().requires_grad_()
            output = encoder(leaf, parameters, blocks, heads, constant)
            output = lxt.linear_epsilon(output[:, 0], parameters["O.weight"], parameters["O.bias"])
            seed = torch.zeros_like(output)
            seed[:, 1] = output[:, 1].detach()
            expected[f"lxt {name}"], = torch.autograd.grad(output, leaf, seed)
        record("transformer", "network", {"heads": heads, "blocks": blocks}, parameters, [x], seed,
               {**expected, "output": output})


def encoder(x, p, blocks, heads, constant):
    """The post-norm encoder of the shipped transformers, under the rules of lxt.explicit."""
    n, t, e = x.shape
    size = e // heads
    for k in range(blocks):
        def linear(value, name):
            return lxt.linear_epsilon(value, p[f"B.{k}.{name}.weight"], p[f"B.{k}.{name}.bias"])  # noqa: B023

        def norm(value, name):
            return lxt.layer_norm(value, p[f"B.{k}.{name}.weight"], p[f"B.{k}.{name}.bias"], 1e-5)  # noqa: B023

        q, key, v = (part.reshape(n, t, heads, size).transpose(1, 2) for part in linear(x, "qkv").split(e, -1))
        if constant:
            weights = F.softmax(q @ key.transpose(-1, -2) / math.sqrt(size), -1).detach()
            # With constant weights the product is a linear layer of the values: epsilon on the whole product.
            values = constant_matmul.apply(weights, v)
        else:
            scores = lxt.matmul(q, key.transpose(-1, -2))
            values = lxt.matmul(lxt.softmax(scores, -1, temperature=math.sqrt(size)), v)
        attended = linear(values.transpose(1, 2).reshape(n, t, e), "o")
        x = norm(lxt.add2(x, attended), "n1")
        x = norm(lxt.add2(x, linear(identity(F.gelu, linear(x, "f1")), "f2")), "n2")
    return x


class constant_matmul(torch.autograd.Function):
    """CP-LRP: the attention weights are constant, so the epsilon rule of lxt.matmul's ε runs over the values."""

    @staticmethod
    def forward(ctx, weights, values):
        output = weights @ values
        ctx.save_for_backward(weights, values, output)
        return output

    @staticmethod
    def backward(ctx, relevance):
        weights, values, output = ctx.saved_tensors
        return None, values * (weights.transpose(-1, -2) @ (relevance / (output + 1e-8)))


def shipped(folder):
    """The networks that ship with the project, on the same weights."""
    from safetensors_file import load
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


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    layers(520)
    lxt_layers(40)
    networks(30)
    transformers(15)
    shipped(pathlib.Path(__file__).parent.parent.parent / "lib/models")
    versions = {name: importlib.metadata.version(name) for name in ["torch", "zennit", "captum", "lxt"]}
    (target / "cases.json").write_text(json.dumps({"versions": versions, "cases": cases}))
    (target / "cases.bin").write_bytes(numpy.concatenate(buffer).tobytes())
    print(versions, len(cases), "cases", position, "numbers")
