# builtin: -
import re
r = re.compile(r"os\.system\(.*\)")
print(r.match("os.system('ls')"))
