# writes: definite
# written: exact J:1 J:2
import json, epics
CONF = json.loads('{"magnets": [{"pv": "J:1", "v": 1}, {"pv": "J:2", "v": 2}]}')
for m in CONF["magnets"]:
    epics.caput(m["pv"], m["v"])
