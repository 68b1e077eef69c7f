"""Python's garbage collector waits while a large message is decoded.

Decoding makes objects by the hundred thousand and none of them is garbage; each pass of the
collector looks at all that there are so far, so that four times the message cost ten times the
time. What is not a cycle is freed at once in any case.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

#: Bytes of a message from which on the collector waits; below, it would hardly pass.
LARGE: Final = 32_768

#: Held by whoever made it wait.
_WAITING: Final = Lock()


@contextmanager
def collector_waits() -> Iterator[None]:
    """No garbage collection inside; afterwards as before, whatever is raised.

    One wait at a time in the process: inside another, or while another thread has one, this is
    nothing, so that waits never join into one without end, and garbage of cycles never outlives
    the message that made it wait by more than the next allocation. A collector that is switched
    off already stays off.

    >>> with collector_waits():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    if not gc.isenabled() or not _WAITING.acquire(blocking=False):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        _WAITING.release()
