# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""How to set a corrector by hand.

    >>> import epics
    >>> epics.caput("SR:HCM1:SP", 0.5, wait=True)
    1

Do not do this from a script. This file only computes the value.
"""

# epics.caput("SR:HCM1:SP", kick_to_current(0.1))   # operators only
# pv = epics.PV("SR:HCM1:SP"); pv.put(0.1)


def kick_to_current(kick_mrad, slope=0.0215):
    """Current for a kick: the caller may then `caput NAME VALUE`."""
    return kick_mrad / slope


for kick in (0.05, 0.1):
    # caput goes here in the operator's copy
    print(f"{kick} mrad -> {kick_to_current(kick):.3f} A")
