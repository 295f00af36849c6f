"""The steps of setup_env.py: find an interpreter, install the locked packages, stamp the result."""
