# path: read data/in.csv
# path: write out/result.txt
# path: write old.txt
# path: read /etc/passwd
# path: read ~/.ssh/id_rsa
# path: write new.txt
import os
from pathlib import Path
BASE = Path("data")
print((BASE / "in.csv").read_text())
with open(os.path.join("out", "result.txt"), mode="a") as f:
    f.write("x")
os.remove("old.txt")
open("/etc/" + "passwd").read()
(Path.home() / ".ssh" / "id_rsa").read_bytes()
os.rename("old.txt", "new.txt")
