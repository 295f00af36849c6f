# source: Python documentation, argparse tutorial (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
# argv: --bins 8 --seed 3
"""Prints a histogram of random numbers with characters."""
import argparse
import random


def parse(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--bins", type=int, default=10)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--width", type=int, default=40)
    return parser.parse_args(argv)


def histogram(values, bins):
    low, high = min(values), max(values)
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((value - low) / (high - low) * bins))] += 1
    return counts


def main():
    args = parse()
    source = random.Random(args.seed)
    counts = histogram([source.gauss(0, 1) for _ in range(args.count)], args.bins)
    for count in counts:
        print(f"{count:5d} " + "#" * (count * args.width // max(counts)))


if __name__ == "__main__":
    main()
