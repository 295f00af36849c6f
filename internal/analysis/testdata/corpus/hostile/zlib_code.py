# written: exact Z:1
import zlib
exec(zlib.decompress(bytes.fromhex("789ccbcc2dc82f2a51482dc84c2ee602937ac98905a5251aea515686ea3a0a069a5c00e5dd0b23")))
