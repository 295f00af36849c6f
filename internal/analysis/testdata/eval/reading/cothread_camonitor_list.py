# source: cothread training material of Diamond Light Source (camonitor of a list)
# kind: reading
# writes: no
# channels: -
# reads: yes
import cothread
from cothread.catools import camonitor

names = ["LI-RF-KLY-01:POWER", "LI-RF-KLY-02:POWER"]
table = {}


def update(value, index):
    table[names[index]] = float(value)


monitors = camonitor(names, update)
cothread.Sleep(0.5)
for m in monitors:
    m.close()
print(table)
