# writes: definite
# access: write caput exact[CLI:SP] constant[3.5] definite
# command: caput -w 2 CLI:SP 3.5
import subprocess
subprocess.run(["caput", "-w", "2", "CLI:SP", "3.5"], check=True)
