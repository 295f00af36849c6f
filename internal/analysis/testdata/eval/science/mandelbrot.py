# source: NumPy tutorials, plotting fractals (numpy.org/numpy-tutorials)
# kind: science
# writes: no
# channels: -
# reads: no
import matplotlib.image
import numpy as np


def mandelbrot(size, limit):
    y, x = np.ogrid[-1.4 : 1.4 : size * 1j, -2 : 0.8 : size * 1j]
    c = x + y * 1j
    z = np.zeros_like(c)
    count = np.zeros(c.shape, dtype=int)
    for _ in range(limit):
        inside = np.abs(z) <= 2
        z[inside] = z[inside] ** 2 + c[inside]
        count += inside
    return count


image = mandelbrot(120, 30)
matplotlib.image.imsave("mandelbrot.png", image, cmap="magma")
print(image.max(), image.mean().round(2))
