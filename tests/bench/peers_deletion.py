"""Word deletion in Python: how many sentences keep their class after their 0 to 5 most relevant words are set to zero."""
import numpy as np

import peers

WORDS = 5


def scores_of(net, x):
    """Scores of the vectors of one sentence, forward and reversed."""
    _, d, directions, _, _ = net
    return sum(p["wo"] @ peers.forward(p, x[::-1] if q else x, d)[2][-1] for q, p in enumerate(directions))


def vectorised(net, ids):
    x = net[3][ids].copy()
    best = scores_of(net, x).argmax()
    order = np.argsort(-peers.vectorised(net, ids).sum(axis=1), kind="stable")
    hits = np.ones(WORDS + 1)
    for k in range(WORDS):
        x[order[k]] = 0
        hits[k + 1] = scores_of(net, x).argmax() == best
    return hits


sentence = dict(vectorised=vectorised)


def batched(state):
    import torch
    prepared, directions, embeddings, d = state
    eps, counts = torch.tensor(peers.EPS, dtype=embeddings.dtype), []
    with torch.inference_mode():
        for ids, active, _ in prepared:
            steps, count = ids.shape[1:]
            lengths = torch.tensor([sum(1 for n in active if n > column) for column in range(count)])
            places = torch.arange(steps)[:, None]
            mirrored = (lengths[None] - 1 - places).clamp(min=0)
            vectors = [embeddings[one] for one in ids]
            scores, kept = peers.forward_batch(directions, vectors, active, d, eps)
            best = scores.argmax(1)
            first, second = (r.sum(-1) for r in peers.backward_batch(directions, kept, scores, active, d, eps))
            relevance = (first + second.gather(0, mirrored)).masked_fill(places >= lengths[None], -torch.inf)
            order = relevance.argsort(dim=0, descending=True, stable=True)
            hits = [count]
            gone = torch.zeros(steps, count, dtype=torch.bool)
            for k in range(WORDS):
                gone.scatter_(0, order[k:k + 1], True)
                left = [v.masked_fill(mask[..., None], 0)
                        for v, mask in zip(vectors, (gone, gone.gather(0, mirrored)))]
                scores, _ = peers.forward_batch(directions, left, active, d, None)
                hits.append(int((scores.argmax(1) == best).sum()))
            counts.append(np.array(hits, dtype=float))
    return counts
