# writes: definite
# access: write epics.caput exact[PC:SP] constant[1] definite
import subprocess
subprocess.run(["python3", "-c", "import epics; epics.caput('PC:SP', 1)"])
