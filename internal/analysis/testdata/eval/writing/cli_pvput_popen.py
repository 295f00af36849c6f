# source: p4p and epics-base docs, pvput from a supervising script
# kind: writing
# writes: yes
# channels: LASER:ATT:ANGLE LASER:SHUTTER:CMD
# reads: yes
import shlex
from subprocess import PIPE, Popen, check_output

steps = [
    "pvput LASER:ATT:ANGLE 42.0",
    "pvput -w 3 LASER:SHUTTER:CMD 1",
]

for line in steps:
    p = Popen(shlex.split(line), stdout=PIPE)
    out, _ = p.communicate()
    print(line, "->", p.returncode, out.decode().strip())

print(check_output(["pvget", "LASER:POWER"], text=True))
