"""An LSTM, and its relevance by the formulas of Arras et al. (2017) in NumPy: neither zennit nor LXT has rules for one."""
import numpy as np
from torch import nn

EPSILON = 1e-3


class Lstm(nn.Module):
    """The score from the last state."""

    def __init__(self, inputs=64, states=128, classes=10):
        super().__init__()
        self.lstm, self.head = nn.LSTM(inputs, states, batch_first=True), nn.Linear(states, classes)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def stabilized(z):
    return z + np.where(z >= 0, z.dtype.type(EPSILON), z.dtype.type(-EPSILON))


def weights(network, dtype):
    named = {name: value.detach().numpy().astype(dtype) for name, value in network.named_parameters()}
    return (
        named["lstm.weight_ih_l0"], named["lstm.weight_hh_l0"], named["lstm.bias_ih_l0"] + named["lstm.bias_hh_l0"],
        named["head.weight"], named["head.bias"],
    )


def relevance(parameters, x):
    """Of a batch [N, T, I], all sentences at once; gates in the order of PyTorch: i, f, g, o."""
    wx, wh, b, wo, bo = parameters
    n, steps, _ = x.shape
    d = wh.shape[1]
    projected = x @ wx.T + b
    h, c = np.zeros((steps + 1, n, d), x.dtype), np.zeros((steps + 1, n, d), x.dtype)
    kept, added, down = (np.empty((steps, n, d), x.dtype) for _ in range(3))
    for t in range(steps):
        z = projected[:, t] + h[t] @ wh.T
        i, f, o = sigmoid(z[:, :d]), sigmoid(z[:, d:2 * d]), sigmoid(z[:, 3 * d:])
        signal = z[:, 2 * d:3 * d]
        g = np.tanh(signal)
        kept[t], added[t], down[t] = f * c[t], i * g, stabilized(signal)
        c[t + 1] = kept[t] + added[t]
        h[t + 1] = o * np.tanh(c[t + 1])
    scores = h[-1] @ wo.T + bo
    best = scores.argmax(1)
    won = scores[np.arange(n), best]
    rh, rc = h[-1] * wo[best] * (won / stabilized(won))[:, None], np.zeros((n, d), x.dtype)
    v = np.empty((n, steps, d), x.dtype)
    signals = wh[2 * d:3 * d]
    for t in range(steps - 1, -1, -1):
        share = (rc + rh) / stabilized(c[t + 1])
        v[:, t] = share * added[t] / down[t]
        rc = share * kept[t]
        rh = h[t] * (v[:, t] @ signals)
    return x * (v @ wx[2 * d:3 * d])
