# source: own
# kind: science
# writes: no
# channels: -
# reads: no
"""Settings of an analysis as nested dataclasses, to JSON and back."""
import dataclasses
import json
import pathlib


@dataclasses.dataclass(frozen=True)
class Window:
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self):
        if self.low >= self.high:
            raise ValueError(f"window {self.low}..{self.high} is empty")


@dataclasses.dataclass
class Settings:
    name: str
    windows: list[Window] = dataclasses.field(default_factory=list)
    smooth: int = 3

    @classmethod
    def load(cls, path):
        raw = json.loads(path.read_text())
        raw["windows"] = [Window(**w) for w in raw["windows"]]
        return cls(**raw)

    def save(self, path):
        path.write_text(json.dumps(dataclasses.asdict(self), indent=2))


path = pathlib.Path("settings.json")
settings = Settings("peaks", [Window(0.1, 0.4), Window(0.6, 0.9)])
settings.save(path)
again = Settings.load(path)
assert again == settings
print(dataclasses.replace(again, smooth=5))
path.unlink()
