"""concurrent.futures with processes, a shared array and a manager-free queue."""
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory

import numpy as np


def fill(job):
    name, row, n = job
    block = shared_memory.SharedMemory(name=name)
    view = np.ndarray((4, n), dtype=float, buffer=block.buf)
    view[row] = row + np.arange(n)
    del view
    block.close()
    return row


def produce(q, n):
    for k in range(n):
        q.put((k, k * k))
    q.put(None)


if __name__ == "__main__":
    n = 1000
    block = shared_memory.SharedMemory(create=True, size=4 * n * 8)
    try:
        with ProcessPoolExecutor(max_workers=2) as pool:
            print(list(pool.map(fill, [(block.name, row, n) for row in range(4)])))
        data = np.ndarray((4, n), dtype=float, buffer=block.buf).copy()
    finally:
        block.close()
        block.unlink()
    assert data[3, 10] == 13
    q = multiprocessing.Queue()
    p = multiprocessing.Process(target=produce, args=(q, 5))
    p.start()
    print(dict(iter(q.get, None)))
    p.join()
    assert p.exitcode == 0
