"""The random numbers of lib/random.ts, so that a peer and this project see the same noise."""
import math

import torch

WORD, LONG = 2**32 - 1, 2**64 - 1


def mixed(counter):
    z = counter & LONG
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & LONG
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & LONG
    return z ^ (z >> 31)


def words(seed):
    """Whole numbers of 32 bits."""
    s = [word for step in (1, 2) for z in [mixed(seed + step * 0x9E3779B97F4A7C15)] for word in (z & WORD, z >> 32)]

    while True:
        product = (s[1] * 5) & WORD
        result = (((product << 7) | (product >> 25)) * 9) & WORD
        shifted = (s[1] << 9) & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = ((s[3] << 11) | (s[3] >> 21)) & WORD
        yield result


def uniform(bits):
    high = next(bits) >> 5
    return (high * 2**26 + (next(bits) >> 6)) / 2**53


def draws(samples, references, seed=0):
    """What expectedGradients() draws: for each sample the number of a reference, and how far from it."""
    bits = words(seed)
    # So few references never meet the draws that are thrown away, with a chance of less than 1e-8.
    return [(next(bits) % references, uniform(bits)) for _ in range(samples)]


def noise(x, samples, share, seed=0):
    """For each example of x the noise of its samples, one after the other: [N * samples, ...]."""
    rows = []
    for row in x:
        deviation = share * float(row.max() - row.min())
        bits = words(seed)
        size = samples * row.numel()
        normal = [math.sqrt(-2 * math.log(1 - uniform(bits))) * math.cos(2 * math.pi * uniform(bits)) for _ in range(size)]
        rows.append(deviation * torch.tensor(normal).reshape(samples, *row.shape))
    return torch.cat(rows)
