# source: own, last known values kept in a shelf
# kind: reading
# writes: no
# channels: -
# reads: yes
import shelve
import epics

with shelve.open("latest") as shelf:
    for plc in ("PLC1", "PLC2"):
        for leaf in ("TEMP", "FLOW", "SETPOINT"):
            key = f"COOL:{plc}:{leaf}"
            shelf[key] = epics.caget(key)
    print(sorted(shelf))
