# source: own
# kind: science
# writes: no
# channels: -
# reads: no
"""Optics of a FODO cell by matrices: stability and phase advance, on paper only."""
import numpy as np


def drift(length):
    return np.array([[1.0, length], [0.0, 1.0]])


def thin_quad(focal):
    return np.array([[1.0, 0.0], [-1.0 / focal, 1.0]])


def cell(focal, length):
    half = drift(length / 2)
    return thin_quad(2 * focal) @ half @ thin_quad(-focal) @ half @ thin_quad(2 * focal)


for focal in (1.0, 2.0, 4.0, 8.0):
    matrix = cell(focal, 6.0)
    cosine = np.trace(matrix) / 2
    if abs(cosine) < 1:
        mu = np.arccos(cosine)
        print(f"f={focal:4.1f} m  mu={np.degrees(mu):6.1f} deg  beta={abs(matrix[0, 1] / np.sin(mu)):6.2f} m")
    else:
        print(f"f={focal:4.1f} m  unstable")
