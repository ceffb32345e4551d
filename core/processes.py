"""Helping processes: begun anew, with Django set up, and gone when their parent is."""

import ctypes
import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor

import django

PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def begin() -> None:
    """Start a process of the pool, which must not outlive its parent, even when that is killed."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    django.setup()


def pool(workers: int) -> ProcessPoolExecutor:
    """Processes that may import models; their connections are their own."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=begin)
