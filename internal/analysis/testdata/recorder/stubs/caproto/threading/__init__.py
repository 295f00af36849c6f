"""The threaded client."""
