# source: SciPy reference, stats.bootstrap (docs.scipy.org)
# kind: science
# writes: no
# channels: -
# reads: no
import random
import statistics


def bootstrap(values, statistic, rounds=2000, level=0.95, seed=1):
    source = random.Random(seed)
    results = sorted(statistic(source.choices(values, k=len(values))) for _ in range(rounds))
    cut = int(rounds * (1 - level) / 2)
    return results[cut], results[-cut - 1]


lifetimes = [10.2, 11.1, 9.8, 10.9, 12.0, 10.4, 11.7, 9.9]
low, high = bootstrap(lifetimes, statistics.fmean)
print(f"mean {statistics.fmean(lifetimes):.2f}, 95 % between {low:.2f} and {high:.2f}")
print("median", bootstrap(lifetimes, statistics.median))
