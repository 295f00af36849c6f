# source: Python documentation, csv (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
"""Writes a small table, reads it back and groups it."""
import collections
import csv
import pathlib
import statistics
import tempfile

ROWS = [("A", 1, 2.5), ("B", 1, 3.5), ("A", 2, 2.7), ("B", 2, 3.1), ("A", 3, 2.9)]

with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "runs.csv")
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sample", "run", "mass"])
        writer.writerows(ROWS)
    groups = collections.defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            groups[row["sample"]].append(float(row["mass"]))

for sample, masses in sorted(groups.items()):
    print(sample, len(masses), round(statistics.mean(masses), 3), round(statistics.stdev(masses), 3))
