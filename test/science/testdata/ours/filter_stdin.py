# stdin: readings.csv
"""A filter: numbers in on standard input, statistics out."""
import fileinput
import sys

values = []
for line in sys.stdin:
    sensor, _, text = line.strip().rpartition(",")
    try:
        values.append(float(text))
    except ValueError:
        print(f"no number in {line!r}", file=sys.stderr)
print(f"{len(values)} values, {min(values)} to {max(values)}")
sys.stdout.flush()
assert fileinput and len(values) > 5
