"""The relevance of whole words: their share is the sum of v times W x, so that no vector of relevance is made.

Words may be projected beforehand, all of the vocabulary once, or in each batch anew."""
from peers import batched as in_batches
from peers import forward_batch, from_scores, per_sentence, vectorised, walk, walk_back


def summed(one):
    return lambda net, ids: one(net, ids).sum(axis=1, keepdims=True)


sentence = dict(per_sentence=summed(per_sentence), vectorised=summed(vectorised))


def tables(state):
    """The projections of all words, and those of the candidate without the bias; made once."""
    import torch
    _, directions, embeddings, d = state
    for p in directions:
        if "table" not in p:
            p["table"] = torch.addmm(p["b"], embeddings, p["wxt"])
            p["candidates"] = (p["table"][:, 2 * d:3 * d] - p["b"][2 * d:3 * d]).contiguous()
    return directions


def from_tables(state):
    import torch
    prepared, _, embeddings, d = state
    directions, eps = tables(state), torch.tensor(1e-3, dtype=embeddings.dtype)
    with torch.inference_mode():
        answers = []
        for ids, active, _ in prepared:
            kept = [walk(p, p["table"][one], active, d, eps) for one, p in zip(ids, directions)]
            scores = sum(states[0][-1] @ p["wot"] for states, p in zip(kept, directions))
            from_score = from_scores(scores, eps)
            answers.append([
                (walk_back(p, states, from_score, active) * p["candidates"][one]).sum(2, keepdim=True)
                for one, states, p in zip(ids, kept, directions)
            ])
        return answers


def backward_batch(directions, kept, scores, active, d, eps):
    results, from_score = [], from_scores(scores, eps)
    for (x, *states), p in zip(kept, directions):
        v = walk_back(p, states, from_score, active)
        results.append((x * (v.view(-1, d) @ p["gx"]).view(x.shape)).sum(2, keepdim=True))
    return results


def each_batch(state):
    return in_batches(state, forward_batch, backward_batch)


batched = [from_tables, each_batch]
