# source: EPICS application developer's guide, record instance files (docs.epics-controls.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Lists output records of a database file; the file is only text."""
import re

DATABASE = r'''
record(ao, "SR:HCM1:SP") {
    field(DTYP, "asynFloat64")
    field(OUT, "@asyn(PS1,0)CURRENT_SET")
    field(DRVH, "5") field(DRVL, "-5")
}
record(ai, "SR:HCM1:RB") {
    field(INP, "@asyn(PS1,0)CURRENT_GET")
}
record(bo, "SR:HCM1:ON") { field(OUT, "@asyn(PS1,1)POWER PP") }
'''

RECORD = re.compile(r'record\((\w+),\s*"([^"]+)"\)\s*\{([^}]*)\}')
FIELD = re.compile(r'field\((\w+),\s*"([^"]*)"\)')


def parse(text):
    return {name: (kind, dict(FIELD.findall(body))) for kind, name, body in RECORD.findall(text)}


records = parse(DATABASE)
outputs = [name for name, (kind, _) in records.items() if kind in {"ao", "bo", "mbbo"}]
print("would accept caput:", outputs)
