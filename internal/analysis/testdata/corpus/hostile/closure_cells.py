# written: exact CELL:1
# unresolved: cell_contents
import epics
def hold():
    kept = epics.PV("CELL:1")
    def show():
        return kept.status
    return show
hold().__closure__[0].cell_contents.put(4)
