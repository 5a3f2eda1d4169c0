"""Whether two runs explained the same corpus: every id once, and the same numbers.

    python same.py LOCAL.npz OTHER.npz
"""
import sys

import numpy as np

a, b = (np.load(path) for path in sys.argv[1:])
order = np.argsort(b["ids"], kind="stable")
assert np.array_equal(b["ids"][order], a["ids"]), "an example was lost, or came twice"
differences = {name: float(np.abs(a[name] - b[name][order]).max()) for name in ("output", "relevance")}
print("the same ids, each once; largest differences", differences)
assert max(differences.values()) <= 1e-6
