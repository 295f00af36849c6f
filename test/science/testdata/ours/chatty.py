"""Megabytes of output, a progress bar, and caught tracebacks."""
import sys
import traceback

for k in range(30000):
    print(f"{k:8d} {k * k:12d} {'x' * 60}")
for k in range(101):
    sys.stdout.write(f"\r{k:3d} % {'#' * (k // 2)}")
print()
try:
    {}["missing"]
except KeyError:
    traceback.print_exc()
    text = traceback.format_exc()
assert "chatty.py" in text
