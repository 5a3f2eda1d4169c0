"""Networks for images, as zennit reads them and as the exporter does."""
import torch
from torch import nn


class Basic(nn.Module):
    """A residual block with a sum that zennit has a rule for."""

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


def vgg11():
    return vgg([64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"], 64, 512)


def vgg16():
    return vgg([64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"], 224, 4096)


def resnet18(block):
    layers = [nn.Conv2d(3, 64, 7, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    for i, o, stride in [(64, 64, 1), (64, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 512, 2), (512, 512, 1)]:
        layers.append(block(i, o, stride))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def small():
    return nn.Sequential(
        nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2048, 64), nn.ReLU(), nn.Linear(64, 10),
    )


def relevance(network, composite, x):
    """The peer: zennit, with a composite of this name."""
    import zennit.composites
    from zennit.attribution import Gradient
    bounds = {"low": -3.0, "high": 3.0} if composite == "EpsilonGammaBox" else {}
    with Gradient(model=network, composite=getattr(zennit.composites, composite)(**bounds)) as attributor:
        _, found = attributor(x, lambda out: nn.functional.one_hot(out.argmax(1), out.shape[1]).to(out) * out)
    return found.detach()
