# writes: none
# unresolved: -
from multiprocessing import Pool
import random
def inside(n):
    return sum(random.random() ** 2 + random.random() ** 2 < 1 for _ in range(n))
if __name__ == "__main__":
    with Pool() as pool:
        print(4 * sum(pool.map(inside, [1000] * 8)) / 8000)
