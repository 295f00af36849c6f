"""The Steinhart-Hart equation of a thermistor: 1/T = a + b ln R + c (ln R)^3."""

import numpy as np


def fit(resistance, kelvin):
    """Return the coefficients a, b, c by linear least squares."""
    log = np.log(resistance)
    design = np.column_stack([np.ones_like(log), log, log**3])
    return np.linalg.lstsq(design, 1 / kelvin, rcond=None)[0]


def temperature(resistance, coefficients):
    """Return the temperature in kelvin of a resistance in ohm."""
    log = np.log(resistance)
    a, b, c = coefficients
    return 1 / (a + b * log + c * log**3)
