"""What is compared: networks, and how each side explains them. By itself: `cases.py NAME BATCH` prints the memory that the
peer takes, in MB."""
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

import torch

import images
import recurrent
import transformers

ROOT = Path(__file__).resolve().parents[3]
CONVOLUTIONAL = ["EpsilonPlus", "EpsilonPlusFlat", "EpsilonAlpha2Beta1", "EpsilonAlpha2Beta1Flat", "EpsilonGammaBox"]


@dataclass
class Case:
    name: str
    shape: tuple
    composites: list
    build: Callable
    peer: str = "zennit"
    plain: Optional[Callable] = None
    words: bool = False
    exporter: str = "torchscript"

    def input(self, batch):
        generator = torch.Generator().manual_seed(1)
        if self.words:
            return torch.randint(0, 5000, (batch, *self.shape), generator=generator)
        return torch.randn(batch, *self.shape, generator=generator)

    def network(self):
        torch.manual_seed(0)
        return self.build().eval()

    def explain(self, network, composite, x):
        """The peer's relevance, in the precision of the network."""
        if self.peer == "zennit":
            return images.relevance(network, composite, x).numpy()
        return transformers.relevance(network, x).detach().numpy()

    def prepared(self, network, composite, x):
        """The peer, ready to run: what it does once for a network is done."""
        if self.peer == "NumPy":
            given, parameters = x.numpy(), recurrent.weights(network, x.numpy().dtype)
            return lambda: recurrent.relevance(parameters, given)
        if self.peer == "LXT":
            transformers.explicit(network)
        return lambda: self.explain(network, composite, x)

    def export(self, network, path):
        """Writes the network as ONNX."""
        if self.peer == "LXT":
            transformers.explicit(network, False)
        if self.plain:
            plain = self.plain().eval()
            plain.load_state_dict(network.state_dict())
            network = plain
        torch.onnx.export(
            network, (self.input(2),), path, dynamo=False, opset_version=17, input_names=["x"], dynamic_axes={"x": {0: "N"}}
        )

    def compiled(self, network, composite, folder):
        """The file of the compiled model."""
        source, target = folder / "model.onnx", folder / f"{composite}.lrp.onnx"
        if not source.exists():
            self.export(network, source)
        name = composite[0].lower() + composite[1:]
        bounds = ["--low=-3", "--high=3"] if composite == "EpsilonGammaBox" else []
        shape = [] if self.words else ["--shape", ",".join(map(str, ("N", *self.shape)))]
        subprocess.run(
            ["deno", "run", "--no-lock", "-A", "lib/cli/mod.ts", "compile", source, "--composite", name, "-o", target, *bounds, *shape],
            cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )
        return target


CASES = [
    Case("small CNN, 32²", (3, 32, 32), CONVOLUTIONAL, images.small),
    Case("VGG11, 64²", (3, 64, 64), CONVOLUTIONAL, images.vgg11),
    Case("ResNet18, 64²", (3, 64, 64), CONVOLUTIONAL, lambda: images.resnet18(images.Basic), plain=lambda: images.resnet18(images.Plain)),
    Case("transformer block, T 32, d 64", (32, 64), ["AttnLrp"], lambda: transformers.Encoder(64, 1, 1, 32), "LXT"),
    Case("mini-BERT, T 32, d 256, 4 layers", (32,), ["AttnLrp"], transformers.Words, "LXT", words=True),
    Case("ViT, 64², d 192, 6 layers", (3, 64, 64), ["AttnLrp"], transformers.Image, "LXT"),
    Case("LSTM, T 100, 64 → 128", (100, 64), ["LrpAll"], recurrent.Lstm, "NumPy"),
    Case("VGG16, 224²", (3, 224, 224), CONVOLUTIONAL, images.vgg16),
]

if __name__ == "__main__":
    from measure import peak
    torch.set_num_threads(1)
    chosen = next(case for case in CASES if case.name == sys.argv[1])
    chosen.prepared(chosen.network(), chosen.composites[0], chosen.input(int(sys.argv[2])))()
    print(peak())
