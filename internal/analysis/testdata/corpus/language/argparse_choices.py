# writes: definite
# written: exact A:SP
import argparse
import epics
p = argparse.ArgumentParser()
p.add_argument("--which", choices=["A", "B"], default="A")
args = p.parse_args()
epics.caput(f"{args.which}:SP", 1)
