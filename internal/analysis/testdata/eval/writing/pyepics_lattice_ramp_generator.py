# source: own, a lattice file held in the script and reached in steps
# kind: writing
# writes: yes
# channels: SR:QDA:I SR:QFA:I SR:SHF:I
# reads: yes
import epics

LATTICE = """\
# family   amps
QFA        512.3
QDA        101.7
SHF         64.0
"""


def parse(text):
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line:
            family, amps = line.split()
            yield f"SR:{family}:I", float(amps)


def steps(start, stop, size):
    count = max(1, int(abs(stop - start) // size))
    for k in range(1, count + 1):
        yield start + (stop - start) * k / count


def ramp(channel, target, size=100.0):
    for value in steps(epics.caget(channel), target, size):
        epics.caput(channel, value, wait=True)


for channel, amps in parse(LATTICE):
    ramp(channel, amps)
