"""Monte Carlo: photons through a water shield, and how many come out behind it.

Model: 1 MeV photons enter a slab of 30 cm of water at a right angle. They scatter off
electrons by the Klein-Nishina formula (sampled by rejection) until they leave or fall
below 50 keV. Pair production and the photoeffect, small here, are left out. The share
that is not touched has a closed form, exp(-mu x): the check.
"""

import matplotlib.pyplot as plt
import numpy as np

ELECTRONS = 3.343e23  # per cm3 of water
RADIUS2 = 7.940787e-26  # classical electron radius squared / cm2
SLAB, PHOTONS, LOWEST = 30.0, 40_000, 0.05 / 0.51099895

rng = np.random.default_rng(1928)


def attenuation(k):
    """Klein-Nishina total cross section times electron density, in 1/cm; k in units of m c2."""
    log = np.log1p(2 * k)
    a = (1 + k) / k**2 * (2 * (1 + k) / (1 + 2 * k) - log / k)
    return ELECTRONS * 2 * np.pi * RADIUS2 * (a + log / (2 * k) - (1 + 3 * k) / (1 + 2 * k) ** 2)


def scatter(k):
    """Return cosines and energies after one scattering of photons with energies k."""
    cosine = np.empty_like(k)
    todo = np.arange(k.size)
    while todo.size:
        c = rng.uniform(-1, 1, todo.size)
        p = 1 / (1 + k[todo] * (1 - c))
        taken = rng.uniform(0, 2, todo.size) < p**2 * (p + 1 / p - 1 + c**2)
        cosine[todo[taken]] = c[taken]
        todo = todo[~taken]
    return cosine, k / (1 + k * (1 - cosine))


start = 1 / 0.51099895
depth, direction, energy = np.zeros(PHOTONS), np.ones(PHOTONS), np.full(PHOTONS, start)
untouched, behind, back, scatterings = 0, [], 0, 0
while depth.size:
    depth = depth + direction * rng.exponential(1 / attenuation(energy))
    through = depth > SLAB
    behind.append(energy[through])
    untouched += int(np.sum(energy[through] == start))
    back += int(np.sum(depth < 0))
    inside = ~through & (depth >= 0)
    depth, direction, energy = depth[inside], direction[inside], energy[inside]
    cosine, energy = scatter(energy)
    scatterings += energy.size
    around = np.cos(rng.uniform(0, 2 * np.pi, energy.size))
    direction = direction * cosine + np.sqrt((1 - direction**2) * (1 - cosine**2)) * around
    kept = energy > LOWEST
    depth, direction, energy = depth[kept], direction[kept], energy[kept]

spectrum = np.concatenate(behind) * 0.51099895
share = untouched / PHOTONS
error = np.sqrt(share * (1 - share) / PHOTONS)
expected = float(np.exp(-attenuation(start) * SLAB))
print(f"untouched: {share:.4f} +- {error:.4f} (exp(-mu x) = {expected:.4f})")
print(f"build-up factor: {spectrum.size / untouched:.2f} after {scatterings} scatterings")

fig, axes = plt.subplots(layout="constrained")
axes.hist(spectrum, bins=np.linspace(0, 1.02, 80))
axes.set(yscale="log", xlabel="energy / MeV", ylabel="photons", title=f"Behind {SLAB:.0f} cm of water")

results = {
    "untouched": share,
    "untouched_error": error,
    "untouched_expected": expected,
    "pull": (share - expected) / error,
    "build_up": spectrum.size / untouched,
    "scattered_back": back / PHOTONS,
}
