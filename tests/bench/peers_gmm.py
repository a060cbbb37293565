#!/usr/bin/python3
"""A Gaussian mixture by sklearn: `peers_gmm.py N D FILE` prints milliseconds (the least of 20 fits), the mean log-likelihood, steps."""
import sys
import time

import numpy as np
from sklearn.mixture import GaussianMixture

n, d = int(sys.argv[1]), int(sys.argv[2])
x = np.fromfile(sys.argv[3]).reshape(n, d)
taken = []
for _ in range(20):
    start = time.process_time()
    g = GaussianMixture(3, random_state=42, max_iter=200).fit(x)
    taken.append(time.process_time() - start)
print("%.4f %.9f %d" % (1e3 * min(taken), g.score(x), g.n_iter_))
