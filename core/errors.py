"""How the system says no."""


class RuleViolation(Exception):
    """A rule of the office forbids the act; the message is a sentence a clerk can act on.

    Every service module defines its own subclasses beside the function that raises them. Views and
    commands catch this class and show the message; anything else is a bug.
    """
