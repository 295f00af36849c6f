# source: own
# kind: hostile
# writes: yes
# channels: TL:QF1:CURR TL:QF2:CURR
# reads: no
import epics

tools = vars(epics)


def chosen(prefix, length):
    return {k: v for k, v in tools.items() if k.startswith(prefix) and len(k) == length}


for index, amps in enumerate((12.0, 13.5), start=1):
    for _, action in chosen("capu", 5).items():
        action("TL:QF%d:CURR" % index, amps)
