# source: osprey framework, osprey.runtime utilities for generated code (reading)
# kind: reading
# writes: no
# channels: -
# reads: yes
import statistics
from osprey.runtime import read_channel

names = [f"SR:BPM{i:02d}:X" for i in range(1, 9)]
positions = {n: read_channel(n) for n in names}
results = {
    "mean": statistics.fmean(positions.values()),
    "spread": statistics.pstdev(positions.values()),
    "worst": max(positions, key=lambda n: abs(positions[n])),
}
print(results)
