# source: PyTango docs, "AttributeProxy" (pytango.readthedocs.io)
# kind: writing
# writes: yes
# channels: srrf/master/1/frequency
# reads: yes
from tango import AttributeProxy

master = AttributeProxy("srrf/master/1/frequency")
f0 = master.read().value
try:
    for df in (-50.0, 50.0):
        master.write(f0 + df)
        print(df, master.read().value)
finally:
    master.write(f0)
