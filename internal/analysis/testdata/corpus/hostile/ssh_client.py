# written: exact A
# writes: definite
import paramiko
c = paramiko.SSHClient()
c.connect("ioc01")
c.exec_command("caput A 1")
