"""Osprey, recording: only osprey.runtime touches the control system."""
