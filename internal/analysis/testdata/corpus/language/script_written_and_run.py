# writes: possible
# written: exact SW:1
import subprocess, sys, pathlib
pathlib.Path("x.py").write_text("import epics\nepics.caput('SW:1', 1)\n")
subprocess.run([sys.executable, "x.py"])
