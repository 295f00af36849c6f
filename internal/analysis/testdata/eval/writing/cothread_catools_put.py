# source: cothread docs, "Using the catools library" (cothread.readthedocs.io)
# kind: writing
# writes: yes
# channels: SR-RF-MOSC-01:FREQ TS-DI-BPM-01:CF:ATTEN_S
# reads: yes
from cothread.catools import caget, caput

freq = caget("SR-RF-MOSC-01:FREQ")
caput("SR-RF-MOSC-01:FREQ", freq + 10.0, timeout=2, wait=True)
caput("TS-DI-BPM-01:CF:ATTEN_S", 30)
