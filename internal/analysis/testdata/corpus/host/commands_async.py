# command: sleep 1
# command: echo hi
import asyncio
async def main():
    await asyncio.create_subprocess_exec("sleep", "1")
    await asyncio.create_subprocess_shell("echo hi")
asyncio.run(main())
