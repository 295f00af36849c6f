# source: own
# kind: science
# writes: no
# channels: -
# reads: no
import numpy as np


class KMeans:
    def __init__(self, clusters, seed=0, limit=100):
        self.clusters, self.limit = clusters, limit
        self.rng = np.random.default_rng(seed)

    def fit(self, data):
        centres = data[self.rng.choice(len(data), self.clusters, replace=False)]
        for self.steps in range(self.limit):
            distance = np.linalg.norm(data[:, None] - centres[None], axis=2)
            label = distance.argmin(axis=1)
            new = np.array([data[label == k].mean(axis=0) if (label == k).any() else centres[k] for k in range(self.clusters)])
            if np.allclose(new, centres):
                break
            centres = new
        self.centres, self.labels = centres, label
        return self


rng = np.random.default_rng(4)
data = np.concatenate([rng.normal(c, 0.3, (50, 2)) for c in ((0, 0), (3, 3), (0, 4))])
model = KMeans(3).fit(data)
print(model.centres.round(1).tolist(), model.steps)
