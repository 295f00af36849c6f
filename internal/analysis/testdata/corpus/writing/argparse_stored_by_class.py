# writes: definite
# written: exact P:H:SP P:V:SP
# A method that is given the result in place of self sets an option of it.
import argparse
import epics
p = argparse.ArgumentParser()
p.add_argument("--plane", default="X")
a = p.parse_args()
class Axis:
    def turn(self):
        self.plane = "Y"
def main():
    if a.plane == "X":
        epics.caput("P:H:SP", 1)
    else:
        epics.caput("P:V:SP", 1)
for _ in range(2):
    main()
    Axis.turn(a)
