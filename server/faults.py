"""What an operator has to mend, in a plain sentence."""


class CannotServe(RuntimeError):
    """The service cannot start; the text says why, and quotes no password."""
