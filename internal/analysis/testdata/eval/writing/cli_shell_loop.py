# source: own, shell loops of operators run through subprocess
# kind: writing
# writes: yes
# channels: IP:1:ENABLE IP:2:ENABLE IP:3:ENABLE
# reads: no
import subprocess

SCRIPT = """
for n in 1 2 3; do
    caput IP:$n:ENABLE 1 || exit 1
done
"""

subprocess.run(["sh", "-c", SCRIPT], check=True)
