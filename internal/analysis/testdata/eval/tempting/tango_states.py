# source: PyTango documentation, data types (pytango.readthedocs.io)
# kind: tempting
# writes: no
# channels: -
# reads: no
from tango import AttrWriteType, DevState

COLOURS = {DevState.ON: "green", DevState.FAULT: "red", DevState.MOVING: "blue"}


def legend(states):
    for state in states:
        yield f"{state}: {COLOURS.get(state, 'grey')}"


print("\n".join(legend([DevState.ON, DevState.OFF, DevState.MOVING])))
print(AttrWriteType.READ_WRITE)
