# args: --config settings.json --out report --threshold 2.5 -v
"""Settings from JSON, TOML and INI with argparse and dataclasses."""
import argparse
import configparser
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    name: str
    threshold: float = 1.0
    channels: tuple = ()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("out"))
    parser.add_argument("--threshold", type=float)
    parser.add_argument("-v", "--verbose", action="count", default=0)
    args = parser.parse_args()
    raw = json.loads(args.config.read_text())
    if args.threshold is not None:
        raw["threshold"] = args.threshold
    settings = Settings(**raw)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "used.json").write_text(json.dumps(asdict(settings), indent=2))
    ini = configparser.ConfigParser()
    ini["scan"] = {"points": "11", "dwell": "0.2"}
    with open(args.out / "scan.ini", "w") as f:
        ini.write(f)
    print(tomllib.loads('[detector]\ngain = 3\n'), settings, args.verbose)
    assert settings.threshold == 2.5


if __name__ == "__main__":
    main()
