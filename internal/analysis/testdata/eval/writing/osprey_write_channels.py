# source: osprey framework, osprey.runtime bulk writes as a generated plan step
# kind: writing
# writes: yes
# channels: SR:VCM01:SP SR:VCM02:SP SR:VCM03:SP
# reads: yes
import math
from osprey import runtime

NAMES = [f"SR:VCM{i:02d}:SP" for i in range(1, 4)]


def cosine_bump(amplitude):
    n = len(NAMES)
    return {name: amplitude * math.cos(2 * math.pi * i / n) for i, name in enumerate(NAMES)}


before = {name: runtime.read_channel(name) for name in NAMES}
runtime.write_channels(cosine_bump(0.05))
for name in NAMES:
    print(name, before[name], runtime.read_channel(name))
runtime.write_channels(before)
