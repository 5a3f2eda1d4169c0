"""Outputs and gradients of PyTorch for every kind of layer, in float64.

    python torch_layers.py > ../fixtures/torch/layers.json

Tests need only the file. Versions are written into it.
"""
import json
import math
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)


def rand(*shape):
    return torch.round(torch.randn(*shape) * 100) / 100


def array(x):
    return {"shape": list(x.shape), "values": x.detach().flatten().tolist()}


cases = []


def case(kind, function, inputs, parameters=None, options=None):
    parameters = parameters or {}
    leaves = [x.clone().requires_grad_() for x in inputs]
    output = function(*leaves, **parameters)
    seed = rand(*output.shape)
    gradients = torch.autograd.grad(output, leaves, seed)
    cases.append({
        "layer": kind,
        "options": options or {},
        "parameters": {name: array(value) for name, value in parameters.items()},
        "inputs": [array(x) for x in inputs],
        "seed": array(seed),
        "output": array(output),
        "gradients": [array(g) for g in gradients],
    })


def linear(x, weights, bias=None):
    return F.linear(x, weights, bias)


case("dense", linear, [rand(3, 4)], {"weights": rand(2, 4), "bias": rand(2)})
case("dense", linear, [rand(2, 3, 4)], {"weights": rand(5, 4)})
CONV = [F.conv1d, F.conv2d, F.conv3d]
TRANSPOSED = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d]
for d, shape, kernel, options in [
    (1, (2, 2, 9), (3,), {"stride": 2, "padding": 1}),
    (2, (2, 2, 6, 5), (3, 2), {"stride": [2, 1], "padding": [1, 0], "dilation": [1, 2]}),
    (2, (2, 4, 5, 5), (3, 3), {"groups": 2, "padding": 1}),
    (2, (1, 3, 5, 5), (3, 3), {"groups": 3}),
    (3, (1, 2, 4, 4, 3), (2, 2, 2), {"padding": 1, "stride": 2}),
]:
    groups = options.get("groups", 1)
    weights = rand(2 * groups, shape[1] // groups, *kernel)
    case("convolution", lambda x, weights, bias: CONV[d - 1](x, weights, bias, **options), [rand(*shape)],
         {"weights": weights, "bias": rand(2 * groups)}, options)
for d, shape, kernel, options in [
    (1, (2, 2, 5), (3,), {"stride": 2, "padding": 1, "outputPadding": 1}),
    (2, (2, 4, 3, 3), (3, 2), {"stride": 2, "groups": 2, "dilation": [1, 2]}),
    (3, (1, 2, 2, 3, 2), (2, 2, 2), {"stride": 2}),
]:
    groups = options.get("groups", 1)
    weights = rand(shape[1], 3, *kernel)
    given = {{"outputPadding": "output_padding"}.get(k, k): v for k, v in options.items()}
    case("transposedConvolution", lambda x, weights, bias: TRANSPOSED[d - 1](x, weights, bias, **given),
         [rand(*shape)], {"weights": weights, "bias": rand(3 * groups)}, options)
MAX = [F.max_pool1d, F.max_pool2d, F.max_pool3d]
AVG = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d]
for shape, kernel, options in [
    ((2, 2, 7), [3], {"stride": 2}),
    ((2, 2, 6, 5), [2, 2], {}),
    ((2, 2, 6, 5), [3, 2], {"stride": [2, 1], "padding": 1}),
    ((2, 2, 5, 5), [2, 2], {"ceil": True}),
    ((1, 2, 6, 6), [3, 3], {"stride": 2, "padding": 1, "ceil": True}),
    ((1, 2, 6, 6), [2, 2], {"stride": 1, "dilation": 2}),
    ((1, 2, 4, 4, 4), [2, 2, 2], {}),
]:
    given = {"ceil_mode" if k == "ceil" else k: v for k, v in options.items()}
    case("maxPooling", lambda x: MAX[len(kernel) - 1](x, kernel, **given), [rand(*shape)], {},
         {"kernel": kernel, **options})
for shape, kernel, options in [
    ((2, 2, 7), [3], {"stride": 2}),
    ((2, 2, 6, 5), [2, 2], {}),
    ((2, 2, 6, 5), [3, 2], {"stride": [2, 1], "padding": 1}),
    ((2, 2, 6, 5), [3, 2], {"stride": [2, 1], "padding": 1, "countPadding": False}),
    ((1, 2, 4, 4, 4), [2, 2, 2], {}),
]:
    given = {"count_include_pad" if k == "countPadding" else k: v for k, v in options.items()}
    case("averagePooling", lambda x: AVG[len(kernel) - 1](x, kernel, **given), [rand(*shape)], {},
         {"kernel": kernel, **options})
case("sumPooling", lambda x: F.avg_pool2d(x, 2) * 4, [rand(2, 2, 4, 4)], {}, {"kernel": [2, 2]})
case("adaptiveAveragePooling", lambda x: F.adaptive_avg_pool2d(x, [2, 3]), [rand(2, 2, 5, 7)], {},
     {"outputs": [2, 3]})
case("adaptiveAveragePooling", lambda x: F.adaptive_avg_pool1d(x, 3), [rand(2, 2, 8)], {}, {"outputs": [3]})
case("meanPooling", lambda x: x.mean(1), [rand(2, 4, 3)], {}, {"axis": 1})
case("batchNorm",
     lambda x, weights, bias, runningMean, runningVariance: F.batch_norm(x, runningMean, runningVariance, weights, bias),
     [rand(2, 3, 4, 2)],
     {"weights": rand(3), "bias": rand(3), "runningMean": rand(3), "runningVariance": rand(3).abs() + 0.5})
case("layerNorm", lambda x, weights, bias: F.layer_norm(x, [4], weights, bias), [rand(2, 3, 4)],
     {"weights": rand(4), "bias": rand(4)})
case("rmsNorm", lambda x, weights: F.rms_norm(x, [4], weights, 1e-5), [rand(2, 3, 4)], {"weights": rand(4)})
case("groupNorm", lambda x, weights, bias: F.group_norm(x, 2, weights, bias), [rand(2, 4, 3, 2)],
     {"weights": rand(4), "bias": rand(4)}, {"groups": 2})
for kind, function, options in [
    ("relu", F.relu, {}),
    ("leakyRelu", lambda x: F.leaky_relu(x, 0.2), {"slope": 0.2}),
    ("elu", lambda x: F.elu(x, 0.7), {"alpha": 0.7}),
    ("gelu", F.gelu, {}),
    ("gelu", lambda x: F.gelu(x, approximate="tanh"), {"approximate": "tanh"}),
    ("silu", F.silu, {}),
    ("sigmoid", torch.sigmoid, {}),
    ("tanh", torch.tanh, {}),
    ("softplus", lambda x: F.softplus(x, 2), {"beta": 2}),
    ("clip", lambda x: F.hardtanh(x, -0.5, 0.8), {"low": -0.5, "high": 0.8}),
    ("softmax", lambda x: F.softmax(x, -1), {}),
    ("softmax", lambda x: F.softmax(0.3 * x, 0), {"axis": 0, "scale": 0.3}),
]:
    case(kind, function, [rand(3, 5) * 2], {}, options)
causal = torch.tril(torch.ones(4, 4))
case("softmax", lambda x, mask: F.softmax((0.5 * x).masked_fill(mask == 0, -math.inf), -1), [rand(2, 4, 4)],
     {"mask": causal}, {"scale": 0.5})
case("multiply", torch.mul, [rand(2, 3, 4), rand(2, 1, 4)])
case("matmul", torch.matmul, [rand(2, 3, 4), rand(2, 4, 5)])
case("matmul", lambda a, b: a @ b.transpose(-1, -2), [rand(2, 2, 3, 4), rand(2, 1, 5, 4)], {}, {"transposeRight": True})
case("add", torch.add, [rand(2, 3, 4), rand(1, 3, 4)])
case("add", lambda a, b, c: a - 2 * b + 0.5 * c, [rand(2, 3), rand(2, 3), rand(2, 3)], {},
     {"coefficients": [1, -2, 0.5]})
case("scale", lambda x, weights, bias: x * weights + bias, [rand(2, 3, 4)], {"weights": rand(4), "bias": rand(4)})
case("flatten", lambda x: x.flatten(1), [rand(2, 3, 4)])
case("reshape", lambda x: x.reshape(2, 2, 6), [rand(2, 4, 3)], {}, {"sizes": [0, 2, -1]})
case("transpose", lambda x: x.permute(0, 2, 1), [rand(2, 3, 4)], {}, {"order": [0, 2, 1]})
case("concatenate", lambda a, b: torch.cat([a, b], 1), [rand(2, 2, 3), rand(2, 4, 3)], {}, {"axis": 1})
case("slice", lambda x: x[..., 1:3], [rand(2, 3, 4)], {}, {"axis": -1, "start": 1, "end": 3})
case("take", lambda x: x[:, -1], [rand(2, 3, 4)], {}, {"axis": 1, "index": -1})
case("stack", lambda a, b: torch.stack([a, b], 1), [rand(2, 3), rand(2, 3)], {}, {"axis": 1})
case("dropout", lambda x: F.dropout(x, 0.5, training=False), [rand(2, 3)])


def rotate(x, base=10000.0):
    steps, size = x.shape[-2:]
    frequency = base ** (-torch.arange(0, size, 2).double() / size)
    angle = torch.arange(steps).double()[:, None] * torch.cat([frequency, frequency])[None]
    half = size // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * angle.cos() + turned * angle.sin()


case("rotary", rotate, [rand(2, 2, 5, 4)], {}, {"steps": 8, "size": 4})


def attention(x, query, key, value, output, heads, groups, causal, rotary):
    n, t, _ = x.shape
    size = query.shape[0] // heads

    def split(w, h):
        return F.linear(x, w).reshape(n, t, h, size).transpose(1, 2)

    q, k, v = split(query, heads), split(key, groups), split(value, groups)
    if rotary:
        q, k = rotate(q), rotate(k)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=causal, enable_gqa=groups != heads)
    return F.linear(y.transpose(1, 2).reshape(n, t, heads * size), output)


for heads, groups, causal_, rotary in [(2, 2, False, False), (2, 2, True, False), (4, 2, False, False), (4, 2, True, True),
                                       (3, 1, False, True)]:
    case("multiHeadAttention",
         lambda x, query, key, value, output: attention(x, query, key, value, output, heads, groups, causal_, rotary),
         [rand(2, 5, 6)],
         {"query": rand(heads * 4, 6) / 2, "key": rand(groups * 4, 6) / 2, "value": rand(groups * 4, 6),
          "output": rand(6, heads * 4)},
         {"heads": heads, "keyValueHeads": groups, "causal": causal_, "rotary": rotary, "size": 4})
case("gatedMlp", lambda x, gate, up, down: F.linear(F.silu(F.linear(x, gate)) * F.linear(x, up), down), [rand(2, 3, 4)],
     {"gate": rand(5, 4), "up": rand(5, 4), "down": rand(4, 5)})


def recurrent(make, x, names, values):
    net = make()
    return torch.func.functional_call(net, dict(zip(names, values)), (x,))[0]


for kind, make, gates in [("lstm", torch.nn.LSTM, 4), ("gru", torch.nn.GRU, 3)]:
    for both in [False, True]:
        names = []
        parameters = {}
        for suffix, side in [("", "forward"), ("_reverse", "reverse")][: 2 if both else 1]:
            for name, ours, shape in [
                ("weight_ih_l0", "inputWeights", (gates * 3, 4)),
                ("weight_hh_l0", "recurrentWeights", (gates * 3, 3)),
                ("bias_ih_l0", "inputBias", (gates * 3,)),
                ("bias_hh_l0", "recurrentBias", (gates * 3,)),
            ]:
                names.append(name + suffix)
                parameters[f"{side}.{ours}"] = rand(*shape)
        case(kind,
             lambda x, **given: recurrent(lambda: make(4, 3, batch_first=True, bidirectional=both), x, names,
                                          list(given.values())),
             [rand(2, 5, 4)], parameters, {"bidirectional": both})

versions = {"torch": torch.__version__, "python": sys.version.split()[0]}
json.dump({"made by": "tests/peers/torch_layers.py", "versions": versions, "cases": cases}, sys.stdout)
