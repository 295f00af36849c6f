"""Clean a logger's CSV and write a summary beside it."""
import csv
from collections import defaultdict
from pathlib import Path
from statistics import mean, stdev

here = Path(__file__).parent
groups = defaultdict(list)
with open(here / "readings.csv", newline="", encoding="utf-8") as source:
    for row in csv.DictReader(source):
        try:
            groups[row["sensor"]].append(float(row["value"]))
        except ValueError:
            print("skipped", row)
with open("summary.csv", "w", newline="") as sink:
    out = csv.writer(sink)
    out.writerow(["sensor", "n", "mean", "sd"])
    for sensor, values in sorted(groups.items()):
        out.writerow([sensor, len(values), f"{mean(values):.3f}", f"{stdev(values):.3f}"])
print(Path("summary.csv").read_text())
assert len(groups) == 3
