# written: exact a/b/1/speed a/b/2/speed
import tango
fans = tango.Group("fans")
for n in (1, 2):
    fans.add(f"a/b/{n}")
fans.write_attribute("speed", 10)
