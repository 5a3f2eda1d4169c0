"""LRP of a bidirectional GRU in Python: per sentence vectorised, and in batches with PyTorch."""
import numpy as np

from peers import from_scores, sigmoid, stabilized
from peers import batched as in_batches


def vectorised(net, ids):
    e, d, directions, embeddings, _ = net
    kept, scores = [], 0
    for q, p in enumerate(directions):
        x = embeddings[ids[::-1] if q else ids]
        steps = len(ids)
        projected = x @ p["wx"].T + p["b"]
        h, down, into, reset = (np.zeros((steps + 1, d), x.dtype) for _ in range(4))
        for t in range(steps):
            back = p["wh"] @ h[t] + p["bh"]
            r, z = sigmoid(projected[t, :d] + back[:d]), sigmoid(projected[t, d:2 * d] + back[d:2 * d])
            new = projected[t, 2 * d:] + r * back[2 * d:]
            kept_part, written = z * h[t], (1 - z) * np.tanh(new)
            h[t + 1] = kept_part + written
            below = stabilized(h[t + 1])
            down[t], into[t], reset[t] = kept_part / below, written / (below * stabilized(new)), r
        kept.append((x, h, down, into, reset))
        scores = scores + p["wo"] @ h[steps]
    best = scores.argmax()
    share = scores[best] / stabilized(scores[best])
    total = np.zeros((len(ids), e), embeddings.dtype)
    for q, (p, (x, h, down, into, reset)) in enumerate(zip(directions, kept)):
        v = np.empty((len(ids), d), x.dtype)
        rh, wh = h[-1] * p["wo"][best] * share, p["wh"][2 * d:]
        for t in range(len(ids) - 1, -1, -1):
            v[t] = rh * into[t]
            rh = rh * down[t] + h[t] * ((reset[t] * v[t]) @ wh)
        rx = x * (v @ p["wx"][2 * d:])
        total += rx[::-1] if q else rx
    return total


def forward_batch(directions, vectors, active, d, eps):
    import torch
    kept = []
    for x, p in zip(vectors, directions):
        steps, count = x.shape[:2]
        projected = torch.addmm(p["b"], x.reshape(steps * count, -1), p["wxt"]).view(steps, count, 3 * d)
        h = x.new_zeros(steps + 1, count, d)
        down, into, reset = (x.new_empty(steps, count, d) for _ in range(3))
        for t in range(steps):
            n = active[t]
            back = torch.addmm(p["bh"], h[t, :n], p["wht"])
            gates = torch.sigmoid(projected[t, :n, :2 * d] + back[:, :2 * d])
            r, z = gates[:, :d], gates[:, d:]
            new = torch.addcmul(projected[t, :n, 2 * d:], r, back[:, 2 * d:])
            kept_part, written = z * h[t, :n], (1 - z) * torch.tanh(new)
            now = kept_part + written
            h[t + 1, :n] = now
            if n < count:
                h[t + 1, n:] = h[t, n:]
            below = now + torch.where(now >= 0, eps, -eps)
            torch.div(kept_part, below, out=down[t, :n])
            torch.div(written, below * (new + torch.where(new >= 0, eps, -eps)), out=into[t, :n])
            reset[t, :n] = r
        kept.append((x, h, down, into, reset))
    return sum(k[1][-1] @ p["wot"] for k, p in zip(kept, directions)), kept


def backward_batch(directions, kept, scores, active, d, eps):
    import torch
    best, share = from_scores(scores, eps)
    results = []
    for (x, h, down, into, reset), p in zip(kept, directions):
        steps, count = x.shape[:2]
        v = x.new_zeros(steps, count, d)
        rh = h[steps] * p["wo"][best] * share
        for t in range(steps - 1, -1, -1):
            n = active[t]
            torch.mul(rh[:n], into[t, :n], out=v[t, :n])
            if t:
                rh[:n] = torch.addcmul(rh[:n] * down[t, :n], h[t, :n], (reset[t, :n] * v[t, :n]) @ p["gh"])
        results.append(x * (v.view(steps * count, d) @ p["gx"]).view(steps, count, -1))
    return results


def batched(state):
    return in_batches(state, forward_batch, backward_batch)
