# writes: possible
# written: exact SP:SET
import argparse, epics
def cmd_get(args):
    print(epics.caget("SP:GET"))
def cmd_set(args):
    epics.caput("SP:SET", args.value)
def main():
    p = argparse.ArgumentParser()
    sub = p.add_subparsers(dest="cmd", required=True)
    g = sub.add_parser("get")
    g.set_defaults(func=cmd_get)
    s = sub.add_parser("set")
    s.add_argument("value", type=float)
    s.set_defaults(func=cmd_set)
    args = p.parse_args()
    args.func(args)
main()
