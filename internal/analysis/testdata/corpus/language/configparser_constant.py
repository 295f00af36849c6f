# writes: definite
# written: exact C:1
import configparser, epics
cp = configparser.ConfigParser()
cp.read_string("""
[magnet]
pv = C:1
value = 2
""")
epics.caput(cp["magnet"]["pv"], cp.getfloat("magnet", "value"))
