# source: SciPy lecture notes, image manipulation with ndimage (lectures.scientific-python.org)
# kind: science
# writes: no
# channels: -
# reads: no
"""Counts bright spots in a synthetic image."""
import numpy as np
from scipy import ndimage

rng = np.random.default_rng(3)
image = np.zeros((128, 128))
points = rng.integers(8, 120, size=(12, 2))
image[points[:, 0], points[:, 1]] = 50.0
image = ndimage.gaussian_filter(image, sigma=2) + rng.normal(0, 0.01, image.shape)

mask = image > 0.25
mask = ndimage.binary_opening(mask)
labels, count = ndimage.label(mask)
sizes = ndimage.sum(mask, labels, range(1, count + 1))
centres = ndimage.center_of_mass(image, labels, range(1, count + 1))
print(count, "spots, mean size", float(np.mean(sizes)) if count else 0)
print([tuple(round(c) for c in centre) for centre in centres][:3])
