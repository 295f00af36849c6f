# source: Python documentation, concurrent.futures (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import concurrent.futures
import math

NUMBERS = [112272535095293, 115280095190773, 1099726899, 15485863, 15485867]


def is_prime(n):
    if n < 2 or n % 2 == 0:
        return n == 2
    return all(n % i for i in range(3, min(math.isqrt(n) + 1, 40000), 2))


with concurrent.futures.ThreadPoolExecutor(max_workers=3) as pool:
    futures = {pool.submit(is_prime, n): n for n in NUMBERS}
    for future in concurrent.futures.as_completed(futures):
        print(futures[future], future.result())
