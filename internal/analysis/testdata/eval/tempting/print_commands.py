# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Prints the commands an operator may paste; runs none of them."""
import shlex

TABLE = {"SR:HCM1:SP": 0.31, "SR:HCM2:SP": -0.12, "SR:MODE": "user beam"}


def commands(table):
    for name, value in table.items():
        yield shlex.join(["caput", "-t", name, str(value)])


for line in commands(TABLE):
    print(line)
print("# and with the library:")
for name, value in TABLE.items():
    print(f"epics.caput({name!r}, {value!r}, wait=True)")
