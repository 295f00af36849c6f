# source: Python documentation, multiprocessing (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
"""Pi by throwing darts, two processes."""
import concurrent.futures
import random


def darts(seed, count):
    source = random.Random(seed)
    return sum(source.random() ** 2 + source.random() ** 2 < 1 for _ in range(count))


def main(total=40_000, parts=4):
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        hits = sum(pool.map(darts, range(parts), [total // parts] * parts))
    print("pi is about", 4 * hits / total)


if __name__ == "__main__":
    main()
