# builtin: eval
import sys
if len(sys.argv) > 9:
    eval = None
eval("1")
