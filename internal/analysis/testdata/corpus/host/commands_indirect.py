# command: rm -rf /
# command: ls
# command: id
# command: uname -a
# command: touch x
import os, subprocess, functools
from os import system as s
run = functools.partial(subprocess.run, check=False)
s("rm -rf /")
run(["ls"])
getattr(os, "sys" + "tem")("id")
(lambda f: f(["uname", "-a"]))(subprocess.check_output)
os.execvp("touch", ["touch", "x"])
