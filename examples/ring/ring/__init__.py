"""A virtual storage ring that answers over EPICS as a real one does.

lattice is the optics as drawn, faults what building it got wrong, machine the ring
as it lives (currents that move, beam that decays and is lost), names the channels,
records how they are served, ioc the program. Only records and ioc know of EPICS.
"""
