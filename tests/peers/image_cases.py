"""Random image networks under the composites and methods of zennit and captum."""
import copy
from unittest import mock

import numpy
import torch
from captum.attr import (LRP, DeepLift, GradientShap, GuidedBackprop, InputXGradient, IntegratedGradients,
                         LayerGradCam, NoiseTunnel, Occlusion, Saliency)
from torch import nn
from zennit import composites

from case_file import between, record
from noise import draws, noise


class Net(nn.Sequential):
    pass


class Flattening(nn.Module):
    """The same net with its Flatten as a function: captum's LRP knows no such layer."""

    def __init__(self, net):
        super().__init__()
        self.layers = nn.ModuleList(copy.deepcopy([m for m in net if not isinstance(m, nn.Flatten)]))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x.flatten(1) if isinstance(layer, nn.Linear) else x)
        return x


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
        expected["captum LRP"] = LRP(Flattening(net)).attribute(x.clone(), target=target).detach()
        expected["captum Saliency"] = Saliency(net).attribute(x, target=target, abs=False)
        expected["captum InputXGradient"] = InputXGradient(net).attribute(x.clone().requires_grad_(), target=target)
        expected["captum IntegratedGradients"] = IntegratedGradients(net).attribute(
            x, target=target, n_steps=16, method="riemann_middle")
        for name, kind in [("SmoothGrad", "smoothgrad"), ("VarGrad", "vargrad")]:
            with mock.patch("torch.normal", lambda *_: noise(x, 6, 0.1)):
                expected[f"captum {name}"] = NoiseTunnel(Saliency(net)).attribute(
                    x, nt_type=kind, nt_samples=6, stdevs=1.0, target=target, abs=False)
        with torch.random.fork_rng():
            references = torch.randn(3, *x.shape[1:])
        taken, shares = (list(part) * len(x) for part in zip(*draws(8, 3)))
        with mock.patch("numpy.random.choice", lambda *_: numpy.array(taken)), \
                mock.patch("numpy.random.uniform", lambda *_: numpy.array(shares)):
            expected["captum GradientShap"] = GradientShap(net).attribute(
                x, references, n_samples=8, stdevs=0.0, target=target)
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
        record("cnn", "network", {**options, "target": target, "low": -4, "high": 4}, parameters, [x, baseline, references],
               one, {**expected, "output": output})
