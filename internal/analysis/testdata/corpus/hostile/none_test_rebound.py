# writes: definite
# written: exact Q:A
import epics


def main():
    pair = ("Q:B", 2)

    def drop():
        nonlocal pair
        pair = None

    for _ in range(2):
        if pair is None:
            epics.caput("Q:A", 1)
        drop()


main()
