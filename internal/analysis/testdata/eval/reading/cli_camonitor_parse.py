# source: operator scripts that parse the output of camonitor and caget
# kind: reading
# writes: no
# channels: -
# reads: yes
import re
import subprocess

PUT_LIKE = re.compile(r"(?P<name>\S+)\s+(?P<value>[-+.\deE]+)")


def parse(text):
    return {m["name"]: float(m["value"]) for m in PUT_LIKE.finditer(text)}


p = subprocess.Popen(["camonitor", "-t", "n", "IOC:HEARTBEAT"], stdout=subprocess.PIPE, text=True)
first, _ = p.communicate(timeout=5)
print("heartbeat", first.split())
print(parse(subprocess.getoutput("caget IOC:CPU IOC:MEM")))
