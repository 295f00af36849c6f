# source: osprey framework, generated code answering a question about magnet setpoints
# kind: reading
# writes: no
# channels: -
# reads: yes
import json
from osprey.runtime import read_channel

SETPOINTS = {f"QUAD{n}": f"LINE:QUAD{n}:SP" for n in range(1, 5)}
results = {}


def put_result(name, value, unit="A"):
    results[name] = {"value": value, "unit": unit}


for name, channel in SETPOINTS.items():
    put_result(name, read_channel(channel))
print(json.dumps(results, indent=2, default=float))
