# writes: definite
# access: write epics.caput exact[P:1:SP P:2:SP] constant[12] definite
# access: write epics.caput exact[P:H:SP] constant[0.5] definite
# access: write epics.caput exact[P:7:SP] constant[7] definite
# access: write epics.caput exact[P:on] constant[1] definite
# complete: true
# Without arguments, each one is what its default says, after its type.
import argparse
import epics
class Corrector:
    def __init__(self, plane):
        self.plane = plane
def parse(argv=None):
    p = argparse.ArgumentParser()
    p.add_argument("--db", type=int, default=12)
    p.add_argument("--cells", type=int, nargs="+", default=[1, 2])
    p.add_argument("--plane", choices="XY", default="X")
    p.add_argument("--n", type=int, default="7")
    p.add_argument("--amps", type=float, default=0.5)
    p.add_argument("--extra")
    p.add_argument("--dry-run", action="store_true")
    p.add_argument("--off", dest="on", action="store_false")
    return p.parse_args(argv)
def main():
    args = parse()
    Corrector(args.plane)
    for c in args.cells:
        if args.dry_run:
            epics.caput("NEVER", 1)
            continue
        epics.caput(f"P:{c}:SP", args.db)
    epics.caput("P:H:SP" if args.plane == "X" else "P:V:SP", args.amps)
    epics.caput(f"P:{args.n}:SP", args.n)
    if args.on:
        epics.caput("P:on", 1)
    if args.extra:
        epics.caput(args.extra, 1)
main()
