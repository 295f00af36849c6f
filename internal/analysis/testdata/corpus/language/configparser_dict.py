# writes: definite
# written: exact C:1
import configparser, epics
cp = configparser.ConfigParser()
cp["magnet"] = {"pv": "C:1", "value": "2"}
epics.caput(cp["magnet"]["pv"], float(cp["magnet"]["value"]))
