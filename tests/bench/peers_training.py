"""Trains toy nets with PyTorch, one after the other: seconds of each, and their loss over the last epoch."""
import json
import sys
import time

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(2, 1, batch_first=True)
        self.out = torch.nn.Linear(1, 1, bias=False)

    def forward(self, packed):
        return self.out(self.lstm(packed)[1][0][-1])


def main():
    folder, count, epochs, size, rate = sys.argv[1], *map(float, sys.argv[2:])
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    lengths = torch.from_numpy(np.fromfile(f"{folder}/lengths.i32", dtype=np.int32).astype(np.int64))
    flat, targets = np.fromfile(f"{folder}/values.f64").reshape(-1, 2), np.fromfile(f"{folder}/targets.f64")
    values, start = torch.zeros(len(lengths), int(lengths.max()), 2), 0
    for i, length in enumerate(lengths.tolist()):
        values[i, :length] = torch.from_numpy(flat[start:start + length])
        start += length
    targets = torch.from_numpy(targets)[:, None]
    for seed in range(int(count)):
        torch.manual_seed(seed)
        net = Net()
        optimizer = torch.optim.Adam(net.parameters(), lr=rate)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(epochs)):
            total = 0.0
            for rows in torch.randperm(len(lengths)).split(int(size)):
                packed = pack_padded_sequence(values[rows], lengths[rows], batch_first=True, enforce_sorted=False)
                loss = ((net(packed) - targets[rows]) ** 2).sum()
                optimizer.zero_grad()
                (loss / len(rows)).backward()
                optimizer.step()
                total += loss.item()
        took = dict(wall=(time.perf_counter() - wall) * 1e3, cpu=(time.process_time() - cpu) * 1e3)
        print(json.dumps(dict(**took, loss=total / len(lengths), version=torch.__version__)), flush=True)


main()
