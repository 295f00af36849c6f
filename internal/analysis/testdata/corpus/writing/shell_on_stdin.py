# written: exact IN:1 IN:2
import subprocess
subprocess.run(["bash", "-s"], input="caput IN:1 0\n", text=True)
subprocess.run(["python3", "-"], input=b"import epics\nepics.caput('IN:2', 1)\n")
