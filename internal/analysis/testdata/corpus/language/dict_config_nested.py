# writes: definite
# written: exact SR:H1:SP SR:V1:SP
import epics
CONFIG = {
    "prefix": "SR",
    "correctors": {"H": ["H1"], "V": ["V1"]},
}
for plane, names in CONFIG["correctors"].items():
    for n in names:
        epics.caput(f"{CONFIG['prefix']}:{n}:SP", 0)
