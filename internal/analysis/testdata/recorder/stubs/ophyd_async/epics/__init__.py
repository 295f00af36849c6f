"""EPICS devices."""
