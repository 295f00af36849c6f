"""Images: threshold, label, measure, filter, PNG and TIFF."""
import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

canvas = Image.new("L", (200, 120))
pen = ImageDraw.Draw(canvas)
for k in range(5):
    pen.ellipse([20 + 35 * k, 30, 40 + 35 * k, 50 + 5 * k], fill=255)
canvas.filter(ImageFilter.GaussianBlur(1)).save("dots.png")
canvas.save("dots.tiff")
data = np.asarray(Image.open("dots.png")).astype(float)
labels, n = ndimage.label(data > 100)
print(n, ndimage.center_of_mass(data, labels, range(1, n + 1))[:2], ndimage.sum(data > 100, labels, range(1, n + 1)))
print(ndimage.sobel(data).std(), ndimage.rotate(data, 30).shape, ndimage.binary_opening(data > 100).sum())
assert n == 5
display(Image.fromarray((labels * 50).astype("uint8")))
