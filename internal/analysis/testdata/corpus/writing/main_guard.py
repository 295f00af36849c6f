# writes: definite
# access: write epics.caput exact[M:SP] constant[0] definite
import epics
def main():
    epics.caput("M:SP", 0)
if __name__ == "__main__":
    main()
