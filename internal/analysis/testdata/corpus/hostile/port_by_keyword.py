# writes: unresolved
# endpoint: ioc:5064
# endpoint: ioc:5075
import asyncio
import http.client
import smtplib


async def main():
    r, w = await asyncio.open_connection("ioc", port=5064)
    w.write(b"")


asyncio.run(main())
smtplib.SMTP("ioc:5064")
http.client.HTTPConnection("ioc:5075")
