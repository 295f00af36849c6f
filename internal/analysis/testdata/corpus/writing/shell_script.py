# written: exact L:1 L:2 M:a
import subprocess
subprocess.run("p=put; for i in {1..2}; do caput L:$i 0; done; ca$p M:a 1", shell=True)
