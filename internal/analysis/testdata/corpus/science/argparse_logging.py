# writes: none
# unresolved: -
import argparse, logging, json, dataclasses
@dataclasses.dataclass
class Options:
    path: str
    n: int = 3
def main():
    p = argparse.ArgumentParser()
    p.add_argument("--n", type=int, default=3)
    args = p.parse_args()
    logging.basicConfig(level=logging.INFO)
    opts = Options(path="x", n=args.n)
    for name in ("n", "path"):
        logging.info("%s=%s", name, getattr(opts, name))
    print(json.dumps(dataclasses.asdict(opts)))
main()
