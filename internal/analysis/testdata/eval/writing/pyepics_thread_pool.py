# source: own, bias voltages set in parallel with a thread pool
# kind: writing
# writes: yes
# channels: DET:HV:CH0:VSET DET:HV:CH1:VSET DET:HV:CH2:VSET DET:HV:CH3:VSET
# reads: no
from concurrent.futures import ThreadPoolExecutor
import epics

VOLTS = dict(enumerate([1200, 1200, 1150, 1180]))


def set_voltage(item):
    channel, volts = item
    return epics.caput(f"DET:HV:CH{channel}:VSET", volts)


with ThreadPoolExecutor(max_workers=2) as pool:
    print(list(pool.map(set_voltage, VOLTS.items())))
