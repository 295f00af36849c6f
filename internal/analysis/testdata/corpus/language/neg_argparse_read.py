# writes: none
import argparse, json, sys, epics
p = argparse.ArgumentParser()
p.add_argument("pvs", nargs="+")
p.set_defaults(func=print)
a = p.parse_args()
out = {n: epics.caget(n) for n in a.pvs}
json.dump(out, sys.stdout)
sys.stdout.write("\n")
