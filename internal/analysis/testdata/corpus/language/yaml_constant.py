# writes: definite
# written: exact Y:1
import yaml, epics
CONF = yaml.safe_load("""
pv: Y:1
value: 3
""")
epics.caput(CONF["pv"], CONF["value"])
