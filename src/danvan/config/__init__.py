"""Wiring: settings, addresses, commands. The one place that knows all rooms."""


class CommandError(RuntimeError):
    """A command cannot do what it is asked; the message is a Vietnamese sentence that says what to do."""
