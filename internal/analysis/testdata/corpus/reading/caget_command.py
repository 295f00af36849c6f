# writes: none
# reads: definite
# access: read caget exact[A B] unknown[] definite
import subprocess
out = subprocess.check_output(["caget", "-t", "A", "B"], text=True)
print(out)
