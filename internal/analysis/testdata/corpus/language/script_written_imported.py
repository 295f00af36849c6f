# writes: definite
# written: exact SW:3
CODE = """
import epics
def go():
    epics.caput('SW:3', 1)
"""
with open("mod3.py", "w") as f:
    f.write(CODE)
import mod3
mod3.go()
