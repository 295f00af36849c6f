# writes: definite
# reads: definite
# access: write osprey.runtime.write_channel exact[BEAM:CURRENT] constant[500.0] definite
# access: write osprey.runtime.write_channels exact[H1 H2] set[5.0 5.2] definite
# access: read osprey.runtime.read_channel exact[BEAM:CURRENT] unknown[] definite
from osprey.runtime import write_channel, read_channel, write_channels
write_channel("BEAM:CURRENT", 500.0)
write_channels({"H1": 5.0, "H2": 5.2})
print(read_channel("BEAM:CURRENT"))
