# writes: none
import epics


def main():
    pair = ("Q:B", 2)
    if pair is None:
        epics.caput("Q:C", 1)
    print(pair)


main()
