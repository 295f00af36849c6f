# writes: definite
# access: write epics.caput exact[P:H:SP] constant[1] definite
# access: write epics.caput exact[P:V:SP] constant[1] definite
# An option that some line sets is no constant of a condition.
import argparse
import epics
p = argparse.ArgumentParser()
p.add_argument("--plane", default="X")
a = p.parse_args()
def turn(args):
    args.plane = "Y"
def main():
    if a.plane == "X":
        epics.caput("P:H:SP", 1)
    else:
        epics.caput("P:V:SP", 1)
for _ in range(2):
    main()
    turn(a)
