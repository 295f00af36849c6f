"""Image filter: finding a geological fault in a terrain model with scipy.ndimage.

Data: elevations around the Jacksboro fault in Tennessee, from the U.S. Geological
Survey, a file that matplotlib ships with its examples (jacksboro_fault_dem.npz).
"""

import matplotlib.cbook as cbook
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LightSource
from scipy import ndimage

with cbook.get_sample_data("jacksboro_fault_dem.npz") as dem:
    elevation = dem["elevation"].astype(float)
    spacing_y = 111_200 * float(dem["dy"])  # degrees to metres
    spacing_x = 111_200 * float(dem["dx"]) * np.cos(np.radians(float(dem["ymin"] + dem["ymax"]) / 2))

smooth = ndimage.gaussian_filter(elevation, sigma=2)
slope = np.degrees(
    np.arctan(np.hypot(ndimage.sobel(smooth, 1) / (8 * spacing_x), ndimage.sobel(smooth, 0) / (8 * spacing_y)))
)
steep = ndimage.binary_opening(slope > np.percentile(slope, 85), iterations=1)
labels, count = ndimage.label(steep, structure=np.ones((3, 3)))
sizes = np.bincount(labels.ravel())[1:]
largest = labels == sizes.argmax() + 1

rows, columns = np.nonzero(largest)
spread = np.cov(columns * spacing_x, -rows * spacing_y)
values, vectors = np.linalg.eigh(spread)
strike = np.degrees(np.arctan2(vectors[0, 1], vectors[1, 1])) % 180  # clockwise from north
area = sizes.max() * spacing_x * spacing_y / 1e6
print(f"{count} steep regions; the largest covers {area:.1f} km2, strike N {strike:.0f} E")

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
relief = LightSource(315, 45).hillshade(elevation, vert_exag=2, dx=spacing_x, dy=spacing_y)
left.imshow(relief, cmap="gray")
left.set_title("relief")
shown = right.imshow(slope, cmap="magma")
right.contour(largest, levels=[0.5], colors="cyan", linewidths=0.8)
right.set_title("slope, and the largest steep region")
fig.colorbar(shown, ax=right, label="slope / degrees", shrink=0.8)
for axes in (left, right):
    axes.set(xticks=[], yticks=[])

results = {
    "shape": elevation.shape,
    "elevation_m": [elevation.min(), elevation.max()],
    "mean_slope_deg": slope.mean(),
    "regions": count,
    "strike_deg": strike,
}
