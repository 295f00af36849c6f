# source: operator scripts at LCLS: reset latched faults of power supplies, then check
# kind: writing
# writes: yes
# channels: PS:LI21:1:RESET PS:LI21:2:RESET PS:LI22:1:RESET PS:LI22:2:RESET
# reads: yes
import logging
import time
import epics

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
log = logging.getLogger("reset")

REGIONS = {"LI21": [1, 2], "LI22": [1, 2]}


def supplies():
    for region, units in REGIONS.items():
        for unit in units:
            yield f"PS:{region}:{unit}"


def reset(base):
    pv = epics.get_pv(base + ":RESET", connect=True, timeout=1)
    pv.put(1, wait=True)
    time.sleep(0.2)
    pv.put(0)


for base in supplies():
    before = epics.caget(base + ":FAULT")
    reset(base)
    log.info("%s: fault %s -> %s", base, before, epics.caget(base + ":FAULT"))
