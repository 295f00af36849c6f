"""Least-squares fit with uncertainties: a decay curve with counting noise.

Model: a source of half-life 2.552 min (Ba-137m) over a constant background, counted
in 10 s bins for 15 min. The counts are generated from that model with Poisson
statistics (seed 137), so the truth is known and the fit can be judged against it.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import curve_fit

HALF_LIFE = 2.552 * 60  # s
AMPLITUDE, BACKGROUND = 900.0, 12.0  # counts per bin


def counts(t, amplitude, tau, background):
    return amplitude * np.exp(-t / tau) + background


rng = np.random.default_rng(137)
t = np.arange(5.0, 900.0, 10.0)
tau_true = HALF_LIFE / np.log(2)
observed = rng.poisson(counts(t, AMPLITUDE, tau_true, BACKGROUND))
sigma = np.sqrt(np.maximum(observed, 1))

best, covariance = curve_fit(counts, t, observed, p0=(500, 100, 5), sigma=sigma, absolute_sigma=True)
error = np.sqrt(np.diag(covariance))
residuals = (observed - counts(t, *best)) / sigma
chi2 = float(np.sum(residuals**2))
half_life, half_life_error = best[1] * np.log(2), error[1] * np.log(2)

for name, value, one_sigma in zip(("amplitude", "lifetime / s", "background"), best, error, strict=True):
    print(f"{name:14s} {value:8.2f} +- {one_sigma:.2f}")
print(f"half-life {half_life:.1f} +- {half_life_error:.1f} s (true: {HALF_LIFE:.1f} s)")
print(f"chi2/ndf = {chi2:.1f}/{len(t) - 3}")

fig, (top, bottom) = plt.subplots(2, sharex=True, height_ratios=(3, 1), layout="constrained")
top.errorbar(t, observed, sigma, fmt=".", label="counts per 10 s", alpha=0.6)
top.plot(t, counts(t, *best), label=f"fit: half-life {half_life:.1f} ± {half_life_error:.1f} s")
top.set(yscale="log", ylabel="counts", title="Ba-137m decay over background")
top.legend()
bottom.axhline(0, color="0.6")
bottom.plot(t, residuals, ".")
bottom.set(xlabel="time / s", ylabel="pull")

results = {
    "half_life_s": half_life,
    "half_life_error_s": half_life_error,
    "pull_from_truth": (half_life - HALF_LIFE) / half_life_error,
    "chi2": chi2,
    "ndf": len(t) - 3,
}
