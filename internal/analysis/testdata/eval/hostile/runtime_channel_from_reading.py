# source: own
# kind: hostile
# writes: yes
# channels: runtime
# reads: yes
"""Which channel to touch is itself read from the machine."""
import epics

directory = epics.caget("SR:CONFIG:TARGET", as_string=True)
verb = ("ca", "put")
getattr(epics, "".join(verb))(str(directory), 1)
