# writes: definite
# access: write aioca.caput exact[A B] set[1 2] definite
import asyncio
from aioca import caput
async def main():
    await caput(["A", "B"], [1, 2])
asyncio.run(main())
