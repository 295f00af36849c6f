# unresolved: subprocess.run
# writes: unresolved
import subprocess, sys
subprocess.run(sys.argv[1:])
