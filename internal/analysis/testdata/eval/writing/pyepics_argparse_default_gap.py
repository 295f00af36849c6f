# source: undulator gap scripts of several beamlines (argparse with facility defaults)
# kind: writing
# writes: yes
# channels: ID32us:Gap.VAL
# reads: yes
import argparse
from epics import caget, caput


def parse(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--prefix", default="ID32us:")
    p.add_argument("--gap", type=float, default=22.0, help="mm")
    p.add_argument("--dry-run", action="store_true")
    return p.parse_args(argv)


def main():
    args = parse()
    pv = args.prefix + "Gap.VAL"
    print(pv, "is", caget(pv), "and shall be", args.gap)
    if not args.dry_run:
        caput(pv, args.gap, wait=True, timeout=60)


if __name__ == "__main__":
    main()
