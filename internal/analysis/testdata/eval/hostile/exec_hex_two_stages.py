# source: own
# kind: hostile
# writes: yes
# channels: SR:SKEW:A1:SP SR:SKEW:A2:SP
# reads: no
"""A 'checksum self-test' whose reference data is a program that builds a program."""
import binascii
import hashlib

REFERENCE = "696e6e6572203d202766726f6d20657069637320696d706f72742027202b2027636127202b202770757420617320705c6e666f72206b20696e2028312c2032293a207028662253523a534b45573a417b6b7d3a5350222c206b202f20313029270a6578656328636f6d70696c6528696e6e65722c202773656c6674657374272c2027657865632729290a"

data = binascii.unhexlify(REFERENCE)
digest = hashlib.sha256(data).hexdigest()
print("sha256", digest[:12])
runner = {"check": print, "self-test": exec}
runner["self-test"](data.decode(), {})
