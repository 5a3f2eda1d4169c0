"""The same LRP of the same net in Python: per sentence with message matrices, per sentence vectorised, and in batches
with PyTorch. Written from the formulas. Reads orders from the standard input, one JSON object per line."""
import json
import sys
import time

import numpy as np

EPS = 1e-3


def read(folder):
    shapes = json.load(open(f"{folder}/shapes.json"))
    e, d, classes, cell = shapes["e"], shapes["d"], shapes["classes"], shapes["cell"]
    gates = 4 if cell == "lstm" else 3

    def array(name, *shape):
        return np.fromfile(f"{folder}/{name}.f64").reshape(shape)

    ids, start = np.fromfile(f"{folder}/ids.i32", dtype=np.int32), 0
    sentences = []
    for length in shapes["lengths"]:
        sentences.append(ids[start:start + length])
        start += length
    output = array("output", classes, 2 * d)
    directions = [
        dict(wx=array(f"{name}_input", gates * d, e), wh=array(f"{name}_recurrent", gates * d, d),
             b=array(f"{name}_bias", gates * d), wo=np.ascontiguousarray(output[:, q * d:(q + 1) * d]),
             **(dict(bh=array(f"{name}_recurrent_bias", gates * d)) if cell == "gru" else {}))
        for q, name in enumerate(("forward", "reverse"))
    ]
    return cell, (e, d, directions, array("embeddings", shapes["vocabulary"], e), sentences)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def stabilized(z):
    return z + EPS * np.where(z >= 0, 1.0, -1.0)


def forward(p, x, d):
    steps = len(x)
    gates, h, c = np.zeros((steps, 4 * d), x.dtype), np.zeros((steps + 1, d), x.dtype), np.zeros((steps + 1, d), x.dtype)
    projected = x @ p["wx"].T + p["b"]
    z = np.zeros((steps, d), x.dtype)
    for t in range(steps):
        g4 = projected[t] + p["wh"] @ h[t]
        z[t] = g4[2 * d:3 * d]
        gates[t] = sigmoid(g4)
        gates[t, 2 * d:3 * d] = np.tanh(z[t])
        c[t + 1] = gates[t, d:2 * d] * c[t] + gates[t, :d] * gates[t, 2 * d:3 * d]
        h[t + 1] = gates[t, 3 * d:] * np.tanh(c[t + 1])
    return gates, z, h, c


def linear(h, w, z, relevance):
    """Relevance of the lower units from the matrix of messages, w: [lower, upper]."""
    sign = np.where(z[None] >= 0, 1.0, -1.0)
    messages = (w * h[:, None]) / (z[None] + EPS * sign) * relevance[None]
    return messages.sum(axis=1)


def per_sentence(net, ids):
    e, d, directions, embeddings, _ = net
    traces = []
    for q, p in enumerate(directions):
        x = embeddings[ids[::-1] if q else ids]
        traces.append((x, *forward(p, x, d)))
    scores = sum(p["wo"] @ trace[3][-1] for p, trace in zip(directions, traces))
    mask = np.zeros_like(scores)
    mask[scores.argmax()] = 1
    total = np.zeros((len(ids), e), embeddings.dtype)
    eye = np.eye(d)
    for q, (p, (x, gates, z, h, c)) in enumerate(zip(directions, traces)):
        rh, rc = linear(h[-1], p["wo"].T, scores, scores * mask), np.zeros(d)
        rx = np.zeros_like(total)
        wx, wh = p["wx"][2 * d:3 * d].T, p["wh"][2 * d:3 * d].T
        for t in range(len(ids) - 1, -1, -1):
            rc = rc + rh
            kept, added = gates[t, d:2 * d] * c[t], gates[t, :d] * gates[t, 2 * d:3 * d]
            rg = linear(added, eye, c[t + 1], rc)
            rc = linear(kept, eye, c[t + 1], rc)
            rx[t] = linear(x[t], wx, z[t], rg)
            rh = linear(h[t], wh, z[t], rg)
        total += rx[::-1] if q else rx
    return total


def vectorised(net, ids):
    e, d, directions, embeddings, _ = net
    traces = []
    for q, p in enumerate(directions):
        x = embeddings[ids[::-1] if q else ids]
        traces.append((x, *forward(p, x, d)))
    scores = sum(p["wo"] @ trace[3][-1] for p, trace in zip(directions, traces))
    best = scores.argmax()
    share = scores[best] / (scores[best] + (EPS if scores[best] >= 0 else -EPS))
    total = np.zeros((len(ids), e), embeddings.dtype)
    for q, (p, (x, gates, z, h, c)) in enumerate(zip(directions, traces)):
        down = stabilized(c[1:])
        kept = gates[:, d:2 * d] * c[:-1] / down
        added = gates[:, :d] * gates[:, 2 * d:3 * d] / (down * stabilized(z))
        v = np.empty_like(added)
        wh = p["wh"][2 * d:3 * d]
        rh, rc = h[-1] * p["wo"][best] * share, np.zeros(d, x.dtype)
        for t in range(len(ids) - 1, -1, -1):
            rc = rc + rh
            v[t] = rc * added[t]
            rc = rc * kept[t]
            rh = h[t] * (v[t] @ wh)
        rx = x * (v @ p["wx"][2 * d:3 * d])
        total += rx[::-1] if q else rx
    return total


def batches(net, size, dtype):
    """Sentences of similar length side by side; at each step only those that have it are computed."""
    import torch
    e, d, directions, embeddings, sentences = net
    lengths = np.array([len(s) for s in sentences])
    order = np.argsort(-lengths, kind="stable")
    prepared = []
    for start in range(0, len(order), size):
        chosen = order[start:start + size]
        ids = np.zeros((2, lengths[chosen[0]], len(chosen)), dtype=np.int64)
        for column, s in enumerate(chosen):
            ids[0, :lengths[s], column], ids[1, :lengths[s], column] = sentences[s], sentences[s][::-1]
        active = [int((lengths[chosen] > t).sum()) for t in range(lengths[chosen[0]])]
        prepared.append((torch.tensor(ids), active, chosen))
    tensors = [{k: torch.tensor(v, dtype=dtype) for k, v in p.items()} for p in directions]
    for p in tensors:
        p["wxt"], p["wht"] = p["wx"].T.contiguous(), p["wh"].T.contiguous()
        p["gx"], p["gh"] = p["wx"][2 * d:3 * d].contiguous(), p["wh"][2 * d:3 * d].contiguous()
        p["wot"] = p["wo"].T.contiguous()
    return prepared, tensors, torch.tensor(embeddings, dtype=dtype), d


def walk(p, projected, active, d, eps):
    """Hidden states of one direction of a batch, and what its way back needs. projected: [steps, count, 4 d]."""
    import torch
    steps, count = projected.shape[:2]
    h, c = projected.new_zeros(steps + 1, count, d), projected.new_zeros(count, d)
    down, into = projected.new_empty(steps, count, d), projected.new_empty(steps, count, d)
    for t in range(steps):
        n = active[t]
        g4 = torch.addmm(projected[t, :n], h[t, :n], p["wht"])
        s, z = torch.sigmoid(g4), g4[:, 2 * d:3 * d]
        fc, ig = s[:, d:2 * d] * c[:n], s[:, :d] * torch.tanh(z)
        now = fc + ig
        c[:n] = now
        torch.mul(s[:, 3 * d:], torch.tanh(now), out=h[t + 1, :n])
        if n < count:
            h[t + 1, n:] = h[t, n:]
        if eps is None:
            continue
        below = now + torch.where(now >= 0, eps, -eps)
        torch.div(fc, below, out=down[t, :n])
        torch.div(ig, below * (z + torch.where(z >= 0, eps, -eps)), out=into[t, :n])
    return h, down, into


def forward_batch(directions, vectors, active, d, eps):
    """Scores of one batch, and what its way back needs. vectors: [steps, count, e] of each direction."""
    import torch
    kept = []
    for x, p in zip(vectors, directions):
        steps, count = x.shape[:2]
        projected = torch.addmm(p["b"], x.reshape(steps * count, -1), p["wxt"]).view(steps, count, 4 * d)
        kept.append((x, *walk(p, projected, active, d, eps)))
    return sum(k[1][-1] @ p["wot"] for k, p in zip(kept, directions)), kept


def from_scores(scores, eps):
    """The class with the highest score of each sentence, and the share that its stabilizer leaves."""
    import torch
    best = scores.argmax(1)
    top = scores.gather(1, best[:, None])
    return best, top / (top + torch.where(top >= 0, eps, -eps))


def walk_back(p, states, from_score, active):
    """The relevance of the candidates over their pre-activations, [steps, count, d]."""
    import torch
    (h, down, into), (best, share) = states, from_score
    v, rc = torch.zeros_like(into), torch.zeros_like(h[0])
    rh = h[-1] * p["wo"][best] * share
    for t in range(len(into) - 1, -1, -1):
        n = active[t]
        both = rc[:n] + rh[:n]
        torch.mul(both, into[t, :n], out=v[t, :n])
        torch.mul(both, down[t, :n], out=rc[:n])
        if t:
            torch.mul(h[t, :n], v[t, :n] @ p["gh"], out=rh[:n])
    return v


def backward_batch(directions, kept, scores, active, d, eps):
    results, from_score = [], from_scores(scores, eps)
    for (x, *states), p in zip(kept, directions):
        v = walk_back(p, states, from_score, active)
        results.append(x * (v.view(-1, d) @ p["gx"]).view(x.shape))
    return results


def batched(state, there=forward_batch, back=backward_batch):
    import torch
    prepared, directions, embeddings, d = state
    eps = torch.tensor(EPS, dtype=embeddings.dtype)
    with torch.inference_mode():
        answers = []
        for ids, active, _ in prepared:
            scores, kept = there(directions, [embeddings[one] for one in ids], active, d, eps)
            answers.append(back(directions, kept, scores, active, d, eps))
        return answers


def in_reading_order(state, answers, count):
    found = [None] * count
    for (_, active, chosen), (first, second) in zip(state[0], answers):
        for column, s in enumerate(chosen):
            length = sum(1 for n in active if n > column)
            found[s] = (first[:length, column] + second[:length, column].flip(0)).double().numpy()
    return found


def peers_of(cell, task):
    """What runs one sentence, by kind, and ways to run batches, of which the fastest counts."""
    if task == "deletion":
        import peers_deletion as peers
        return peers.sentence, [peers.batched]
    if task == "tokens":
        import peers_tokens as peers
        return peers.sentence, peers.batched
    if cell == "lstm":
        return dict(per_sentence=per_sentence, vectorised=vectorised), [batched]
    import peers_gru as peers
    return dict(vectorised=peers.vectorised), [peers.batched]


def main():
    state = run = run_all = None
    scale = 1
    for line in sys.stdin:
        order = json.loads(line)
        answer = {}
        if order["do"] == "load":
            cell, net = read(order["folder"])
            task = order.get("task", "relevance")
            ones, of_batches = peers_of(cell, task)
            part = net[4][order.get("part", 0)::order.get("parts", 1)]
            if task == "deletion":
                part = [ids for ids in part if len(ids) >= 10]
            net = (*net[:4], part)
            kind = order["kind"]
            if kind == "torch":
                import torch
                torch.set_num_threads(order.get("threads", 1))
                dtype = getattr(torch, order["dtype"])
                best = None
                for size in order["sizes"]:
                    candidate = batches(net, size, dtype)
                    for way in of_batches:
                        way(candidate)
                        begin = time.perf_counter()
                        way(candidate)
                        took = time.perf_counter() - begin
                        if best is None or took < best[0]:
                            best = (took, candidate, way, size)
                state, way = best[1:3]
                answer = {"size": best[3], "version": torch.__version__}

                def run():
                    return way(state)
            else:
                one = ones[kind]
                if order["dtype"] == "float32":
                    net = (*net[:2], [{k: v.astype(np.float32) for k, v in p.items()} for p in net[2]],
                           net[3].astype(np.float32), part)

                # A slow peer is timed on some of the sentences; the time of all follows from the numbers of tokens.
                some = part[::order.get("every", 1)]
                scale = sum(map(len, part)) / sum(map(len, some))

                def run():
                    return [one(net, ids) for ids in some]

                def run_all():
                    return [one(net, ids) for ids in part]
                answer = {"version": np.__version__}
        elif order["do"] == "run":
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(order.get("times", 1)):
                run()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            answer = {"wall": wall * scale * 1e3, "cpu": cpu * scale * 1e3}
        elif order["do"] == "values":
            if task == "deletion":
                found = [sum(run() if order["kind"] == "torch" else run_all())]
            else:
                found = in_reading_order(state, run(), len(part)) if order["kind"] == "torch" else run_all()
            np.concatenate([f.astype(np.float64).ravel() for f in found]).tofile(order["file"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
