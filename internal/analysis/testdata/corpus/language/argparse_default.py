# writes: definite
# written: exact SR:HCM1:SP
import argparse
import epics
p = argparse.ArgumentParser()
p.add_argument("--pv", default="SR:HCM1:SP")
p.add_argument("value", type=float)
args = p.parse_args()
epics.caput(args.pv, args.value)
