"""How a process of the demo's pool begins; imports no model, for Django is not set up yet."""

import ctypes
import signal

import django

PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def begin() -> None:
    """Set Django up, and end with the parent even when that is killed."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    django.setup()
