"""Look for data beside the script, or where the first argument says."""
import glob
import os
import sys

folder = ""
if not folder:
    pattern = os.path.dirname(sys.argv[0])
else:
    pattern = folder
if pattern:
    pattern += "/"
pattern += "*.csv"
found = glob.glob(pattern)
print(found)
assert len(found) == 1
