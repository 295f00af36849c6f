# source: Python documentation, multiprocessing Pool (docs.python.org)
# kind: hostile
# writes: yes
# channels: SR:IDK:1 SR:IDK:2 SR:IDK:3
# reads: no
"""Squares some numbers in parallel."""
import multiprocessing


def square(number):
    import epics

    epics.caput(f"SR:IDK:{number}", number**2)
    return number**2


def initialise():
    globals()["f"] = square


def work(number):
    return globals()["f"](number)


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with context.Pool(2, initialise) as pool:
        print(pool.map(work, [1, 2, 3]))
