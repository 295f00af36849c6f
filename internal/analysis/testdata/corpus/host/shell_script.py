# writes: unresolved
# unresolved: subprocess.run
import subprocess
subprocess.run(["bash", "./ramp.sh"])
