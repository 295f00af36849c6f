# writes: definite
# written: exact AT:1
from aioca import caput
await caput("AT:1", 1)
