# source: operator scripts over the EPICS command-line tools (caget, pvget)
# kind: reading
# writes: no
# channels: -
# reads: yes
import subprocess

CHANNELS = ["SR:DCCT", "SR:LIFETIME", "SR:VAC:AVG"]


def caget(*names):
    out = subprocess.run(["caget", "-t", *names], capture_output=True, text=True, check=True)
    return out.stdout.split()


for name, value in zip(CHANNELS, caget(*CHANNELS)):
    print(f"{name:12} {value}")
print(subprocess.check_output("pvget SR:TUNE:X", shell=True, text=True))
