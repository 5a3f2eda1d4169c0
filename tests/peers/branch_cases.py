"""Random networks with branches, dilation, groups, a transposed convolution and a concatenation, under zennit."""
import torch
from torch import nn
from zennit import composites
from zennit.layer import Sum

from case_file import between, record


class Branched(nn.Module):
    """act(dilated(x)) + act(transposed(x)) + x beside x, then a strided convolution, a padded average and two layers."""

    def __init__(self, channels, dilation, groups, side):
        super().__init__()
        self.dilated = nn.Conv2d(channels, channels, 3, dilation=dilation, padding=dilation, groups=groups)
        self.turned = nn.ConvTranspose2d(channels, channels, 3, padding=1, groups=groups)
        self.leaky, self.act = nn.LeakyReLU(0.1), nn.ReLU()
        self.sum = Sum(-1)
        self.strided = nn.Conv2d(2 * channels, 3, 3, stride=2)
        self.relu = nn.ReLU()
        self.pool = nn.AvgPool2d(2, stride=1, padding=1)
        self.hidden = nn.Linear(3 * ((side - 1) // 2 + 1) ** 2, 5)
        self.last = nn.ReLU()
        self.scores = nn.Linear(5, 3)

    def forward(self, x):
        parts = torch.stack([self.leaky(self.dilated(x)), self.act(self.turned(x)), x], -1)
        joined = torch.cat([self.sum(parts), x], 1)
        pooled = self.pool(self.relu(self.strided(joined)))
        return self.scores(self.last(self.hidden(pooled.flatten(1))))


def branched(count):
    for _ in range(count):
        groups, side, dilation = between(1, 2), between(6, 8), between(1, 3)
        channels = groups * between(1, 2)
        net = Branched(channels, dilation, groups, side).eval()
        for module in net.modules():
            if getattr(module, "bias", None) is not None:
                module.bias.data.normal_(0, 0.3)
        x = torch.randn(2, channels, side, side)
        output = net(x).detach()
        seed = torch.zeros_like(output)
        seed[:, between(0, 2)] = 1
        expected = {}
        for name, make in {"EpsilonPlus": composites.EpsilonPlus, "EpsilonAlpha2Beta1": composites.EpsilonAlpha2Beta1,
                           "GuidedBackprop": composites.GuidedBackprop}.items():
            leaf = x.clone().requires_grad_()
            with make().context(net) as modified:
                value, = torch.autograd.grad(modified(leaf), leaf, seed)
            expected[f"zennit {name}, branches"] = value.detach()
        record("branched", "network", {"dilation": dilation, "groups": groups}, dict(net.state_dict()), [x], seed,
               {**expected, "output": output})
