# writes: definite
# written: exact SR:HCM1:SP
import argparse
import sys
from epics import caput
PV_NAME = "SR:HCM1:SP"
def parse(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--value", type=float, default=0.5)
    return parser.parse_args(argv)
def main(argv=None):
    args = parse(argv)
    caput(PV_NAME, args.value)
    return 0
if __name__ == "__main__":
    sys.exit(main())
