# writes: possible
# written: exact SW:2
import runpy
with open("y.py", "w") as f:
    f.write("import epics\nepics.caput('SW:2', 1)\n")
runpy.run_path("y.py")
