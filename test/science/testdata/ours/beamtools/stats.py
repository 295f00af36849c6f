"""Sums."""
import math


def check(values):
    if not values:
        raise ValueError("no values")


def rms(values):
    check(values)
    return math.sqrt(sum(v * v for v in values) / len(values))
