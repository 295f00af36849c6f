# written: exact INT:1
from code import InteractiveConsole
class Console(InteractiveConsole):
    pass
c = Console()
c.push("import epics")
c.push("epics.caput('INT:1', 5)")
