# source: own
# kind: tempting
# writes: no
# channels: -
# reads: yes
"""A shell for read-only work: 'put' is a command, and it refuses."""
import cmd

import epics


class Shell(cmd.Cmd):
    prompt = "ca> "

    def do_get(self, line):
        print(line, epics.caget(line))

    def do_put(self, line):
        print("put is not available here:", line)

    do_set = do_caput = do_put


shell = Shell()
for line in ("get SR:DCCT", "put SR:HCM1:SP 1", "caput SR:HCM1:SP 1"):
    shell.onecmd(line)
