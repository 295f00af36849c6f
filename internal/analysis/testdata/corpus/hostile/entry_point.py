# writes: unresolved
import importlib.metadata as im
for ep in im.entry_points(group="console_scripts"):
    if ep.name == "caput": ep.load()()
