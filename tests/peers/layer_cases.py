"""Random layers under the rules of the peers."""
import torch
import torch.nn.functional as F
from captum.attr import LRP
from captum.attr._utils import lrp_rules
from lxt.explicit import functional as lxt
from lxt.explicit.rules import identity
from torch import nn
from zennit import rules
from zennit.core import Stabilizer
from zennit.layer import Sum

from case_file import between, random, record

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
