# source: p4p docs, p4p.client.cli put NAME=VALUE (epics-base.github.io/p4p)
# kind: writing
# writes: yes
# channels: runtime
# reads: yes
# argv: my:pv:name=5 my:pv:other=2.5
import argparse
from p4p.client.thread import Context

parser = argparse.ArgumentParser()
parser.add_argument("assignments", nargs="+", metavar="NAME=VALUE")
parser.add_argument("-w", "--timeout", type=float, default=5.0)
args = parser.parse_args()

with Context("pva") as ctxt:
    for text in args.assignments:
        name, sep, value = text.partition("=")
        if not sep:
            parser.error(f"{text!r} has no value")
        ctxt.put(name, float(value), timeout=args.timeout)
        print(name, ctxt.get(name))
