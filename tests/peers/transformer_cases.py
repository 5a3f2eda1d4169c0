"""Random transformers under the rules of lxt.explicit."""
import math

import torch
import torch.nn.functional as F
from lxt.explicit import functional as lxt
from lxt.explicit.rules import identity

from case_file import between, record


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
