# writes: definite
# access: write softioc.Record.set exact[VOLT] constant[1.0] definite
from softioc import builder, softioc
builder.SetDeviceName("SIM")
r = builder.aOut("VOLT", initial_value=0)
builder.LoadDatabase()
softioc.iocInit()
r.set(1.0)
