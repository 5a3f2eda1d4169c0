"""Transformers, plain and as LXT writes them with its explicit functions."""
import torch
from torch import nn


class Head(nn.Module):
    """What both kinds need: layers as they are, or under the rules of LXT."""

    explicit = False

    def linear(self, layer, z):
        if not self.explicit:
            return layer(z)
        import lxt.explicit.functional as F
        return F.linear_epsilon(z, layer.weight, layer.bias)

    def norm(self, layer, z):
        if not self.explicit:
            return layer(z)
        import lxt.explicit.functional as F
        return F.layer_norm(z, layer.weight, layer.bias, layer.eps)

    def matmul(self, a, b):
        if not self.explicit:
            return a @ b
        import lxt.explicit.functional as F
        return F.matmul(a, b)

    def softmax(self, scores, temperature):
        if not self.explicit:
            return torch.softmax(scores / temperature, -1)
        import lxt.explicit.functional as F
        return F.softmax(scores, -1, temperature=temperature)

    def add(self, a, b):
        if not self.explicit:
            return a + b
        import lxt.explicit.functional as F
        return F.add2(a, b)

    def gelu(self, z):
        if not self.explicit:
            return nn.functional.gelu(z)
        from lxt.explicit.rules import identity
        return identity(nn.functional.gelu, z)


class Layer(Head):
    """Norm, attention of some heads, norm, a dense layer with GELU."""

    def __init__(self, d, heads):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.q, self.k, self.v, self.o = (nn.Linear(d, d) for _ in range(4))
        self.u, self.w = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.heads, self.d = heads, d

    def split(self, z):
        return z.reshape(-1, z.shape[1], self.heads, self.d // self.heads).transpose(1, 2)

    def forward(self, x):
        y = self.norm(self.n1, x)
        q, k, v = (self.split(self.linear(layer, y)) for layer in (self.q, self.k, self.v))
        scores = self.softmax(self.matmul(q, k.transpose(-1, -2)), (self.d // self.heads) ** 0.5)
        mixed = self.matmul(scores, v).transpose(1, 2).reshape(-1, x.shape[1], self.d)
        x = self.add(x, self.linear(self.o, mixed))
        return self.add(x, self.linear(self.w, self.gelu(self.linear(self.u, self.norm(self.n2, x)))))


class Encoder(Head):
    """Layers over vectors, the score from the first of them."""

    def __init__(self, d, heads, depth, steps, classes=10):
        super().__init__()
        self.layers = nn.ModuleList(Layer(d, heads) for _ in range(depth))
        self.position = nn.Parameter(torch.randn(1, steps, d) * 0.1)
        self.last, self.head = nn.LayerNorm(d), nn.Linear(d, classes)

    def encode(self, x):
        x = self.add(x, self.position.expand(x.shape[0], -1, -1) if self.explicit else self.position)
        for layer in self.layers:
            x = layer(x)
        return self.linear(self.head, self.norm(self.last, x)[:, 0])

    def forward(self, x):
        return self.encode(x)


class Words(Encoder):
    """As `bert-mini`: 4 layers of 4 heads on 256 numbers. Relevance of a word is the sum over its vector."""

    def __init__(self, steps=32):
        super().__init__(256, 4, 4, steps)
        self.embedding = nn.Embedding(5000, 256)

    def forward(self, ids):
        return self.encode(self.embedding(ids) if not ids.is_floating_point() else ids)


class Image(Encoder):
    """A small vision transformer: patches of 8 x 8 pixels, 6 layers of 3 heads on 192 numbers."""

    def __init__(self, size=64, patch=8):
        super().__init__(192, 3, 6, (size // patch) ** 2)
        self.patch, self.count = nn.Linear(3 * patch * patch, 192), size // patch
        self.side = patch

    def forward(self, x):
        p, n = self.side, self.count
        parts = x.reshape(-1, 3, n, p, n, p).permute(0, 2, 4, 1, 3, 5).reshape(-1, n * n, 3 * p * p)
        return self.encode(self.linear(self.patch, parts))


def explicit(network, on=True):
    """The same network with the rules of LXT, or without."""
    for module in network.modules():
        if isinstance(module, Head):
            module.explicit = on
    return network


def relevance(network, x):
    """The peer: LXT. Explicit functions give relevance as the gradient."""
    words = not x.is_floating_point()
    given = (network.embedding(x) if words else x).detach().requires_grad_()
    out = network(given)
    seed = nn.functional.one_hot(out.argmax(1), out.shape[1]).to(out) * out
    found = torch.autograd.grad(out, given, seed.detach())[0]
    return found.sum(-1) if words else found
