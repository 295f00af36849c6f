# written: exact L:1 L:2 L:3 L:4 L:5 L:6 L:7
# writes: possible
# unresolved: -
import os
import subprocess

subprocess.run(["sudo", "-u", "op", "caput", "L:1", "1"])
os.system("su - op -c 'caput L:2 1'")
os.system("docker exec ioc caput L:3 1")
subprocess.run("watch -n 5 'caput L:4 1'", shell=True)
subprocess.run(["find", ".", "-exec", "caput", "L:5", "1", ";"])
os.system("timeout -s KILL 5 caput L:6 1")
os.system("sudo -u op python3 -c \"import epics; epics.caput('L:7', 1)\"")
