"""What goes wrong, said to a person."""


class SetupError(Exception):
    """Why there is no environment, and what to type next."""
