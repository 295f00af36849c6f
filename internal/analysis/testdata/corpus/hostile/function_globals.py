# writes: unresolved
# unresolved: __globals__
def f(): pass
f.__globals__["__builtins__"]
