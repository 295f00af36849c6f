# source: operator scripts that wrap the EPICS command-line tools (epics-base caput, caget)
# kind: writing
# writes: yes
# channels: SOL:GUN:CURRENT SOL:GUN:ENABLE
# reads: yes
import subprocess


def ca(tool, *args):
    done = subprocess.run([tool, *map(str, args)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def put(pv, value, wait=True):
    flags = ["-c", "-w", "5"] if wait else []
    return ca("caput", *flags, pv, value)


print(ca("caget", "-t", "SOL:GUN:CURRENT"))
put("SOL:GUN:ENABLE", 1, wait=False)
put("SOL:GUN:CURRENT", 98.5)
