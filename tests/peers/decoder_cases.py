"""Random decoder blocks with RMS normalization, rotary positions and a gated part, under the rules of lxt.explicit."""
import math

import torch
import torch.nn.functional as F
from lxt.explicit import functional as lxt
from lxt.explicit.rules import identity

from case_file import between, record
from transformer_cases import constant_matmul


def decoders(count):
    for _ in range(count):
        n, t, groups, per, size, blocks = between(1, 2), between(3, 6), between(1, 2), between(1, 2), 4, between(1, 2)
        heads = groups * per
        e, f, g = heads * size, 2 * heads * size, groups * size
        parameters = {}
        for k in range(blocks):
            for name, rows, columns in [("q", e, e), ("k", g, e), ("v", g, e), ("o", e, e),
                                        ("gate", f, e), ("up", f, e), ("down", e, f)]:
                parameters[f"B.{k}.{name}.weight"] = torch.randn(rows, columns) / math.sqrt(columns)
            for name in ["n1", "n2"]:
                parameters[f"B.{k}.{name}.weight"] = 1 + 0.3 * torch.randn(e)
        parameters["N.weight"] = 1 + 0.3 * torch.randn(e)
        parameters["O.weight"] = torch.randn(3, e) / math.sqrt(e)
        x = torch.randn(n, t, e)
        expected = {}
        for name, constant in [("AttnLRP", False), ("CP-LRP", True)]:
            leaf = x.clone().requires_grad_()
            hidden = decoder(leaf, parameters, blocks, heads, groups, constant)
            last = normalized(hidden, parameters["N.weight"])[:, -1]
            output = lxt.linear_epsilon(last, parameters["O.weight"])
            seed = torch.zeros_like(output)
            seed[:, 1] = output[:, 1].detach()
            expected[f"lxt {name}, decoder"], = torch.autograd.grad(output, leaf, seed)
        record("decoder", "network", {"heads": heads, "groups": groups, "blocks": blocks}, parameters, [x], seed,
               {**expected, "output": output})


def decoder(x, p, blocks, heads, groups, constant):
    """Blocks as in Llama: normalization before each part, no biases, causal attention of grouped queries."""
    n, t, e = x.shape
    size = e // heads
    past = torch.ones(t, t).tril() == 0
    for k in range(blocks):
        def linear(value, name):
            return lxt.linear_epsilon(value, p[f"B.{k}.{name}.weight"])  # noqa: B023

        def split(value):
            parts = value.reshape(n, t, -1, size).transpose(1, 2)
            return parts if parts.shape[1] == heads else parts.repeat_interleave(heads // groups, 1)

        normed = normalized(x, p[f"B.{k}.n1.weight"])
        q, key, v = rotated(split(linear(normed, "q"))), rotated(split(linear(normed, "k"))), split(linear(normed, "v"))
        if constant:
            scores = (q @ key.transpose(-1, -2) / math.sqrt(size)).masked_fill(past, -math.inf)
            values = constant_matmul.apply(F.softmax(scores, -1).detach(), v)
        else:
            # A finite number in the future, whose probability is 0: an infinite one would be multiplied by 0.
            scores = lxt.matmul(q, key.transpose(-1, -2)).masked_fill(past, -1e9)
            values = lxt.matmul(lxt.softmax(scores, -1, temperature=math.sqrt(size)), v)
        x = lxt.add2(x, linear(values.transpose(1, 2).reshape(n, t, e), "o"))
        normed = normalized(x, p[f"B.{k}.n2.weight"])
        gated = lxt.mul2(identity(F.silu, linear(normed, "gate")), linear(normed, "up"))
        x = lxt.add2(x, linear(gated, "down"))
    return x


def normalized(x, weight):
    """The identity rule of lxt.rms_norm_identity, which works in float32, in float64."""
    return identity(lambda value: F.rms_norm(value, [value.shape[-1]], weight, 1e-5), x)


def rotated(x):
    """Rotary positions: at each step a linear layer of its own."""
    size = x.shape[-1]
    half = size // 2
    frequencies = 10000 ** (-torch.arange(half) * 2 / size)
    steps = []
    for step in range(x.shape[-2]):
        cos, sin = (torch.diag(wave(step * frequencies)) for wave in (torch.cos, torch.sin))
        matrix = torch.cat([torch.cat([cos, -sin], 1), torch.cat([sin, cos], 1)], 0)
        steps.append(lxt.linear_epsilon(x[..., step, :], matrix))
    return torch.stack(steps, -2)
