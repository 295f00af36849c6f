# writes: definite
# access: write caput exact[A] constant[1] definite
# access: write caput exact[B] constant[2] definite
# access: write caput exact[C] constant[3] definite
# access: write caput exact[D] constant[4] definite
# access: write caput exact[E] constant[5] definite
import os, pty, subprocess
subprocess.run("echo $(caput A 1)", shell=True)
subprocess.run(["sh", "-c", "caput B 2"])
subprocess.run(["env", "X=1", "timeout", "3", "caput", "C", "3"])
pty.spawn(["/usr/bin/caput", "D", "4"])
os.spawnlp(os.P_WAIT, "caput", "caput", "E", "5")
