# source: osprey framework, osprey.runtime utilities for generated code
# kind: writing
# writes: yes
# channels: BEAM:CURRENT:SP
# reads: yes
from osprey.runtime import read_channel, write_channel

current = read_channel("BEAM:CURRENT:RB")
print(f"beam current {current}")
write_channel("BEAM:CURRENT:SP", 500.0)
results = {"before": current, "after": read_channel("BEAM:CURRENT:RB")}
