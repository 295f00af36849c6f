# writes: none
# unresolved: -
# path: write out.png
from scipy import ndimage, datasets
import matplotlib.pyplot as plt
img = datasets.face(gray=True)
fig, axes = plt.subplots(1, 2)
for ax, im in zip(axes, [img, ndimage.gaussian_filter(img, 3)]):
    ax.imshow(im)
    ax.set_axis_off()
fig.savefig("out.png")
