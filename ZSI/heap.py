"""What the C library does with memory that large documents gave back.

libxml2 takes a block of memory for each element, attribute and text. With its defaults glibc puts
the freed ones into lists by size ("fast bins"), joins hundreds of thousands of them at once when
next something large is freed, and returns the end of the heap to the kernel, so that the next
document has every page of its tree zeroed again. With the two settings made here freed blocks are
joined as they come, and the heap stays for the next document: those of some megabytes are read a
sixth faster (`docs/decisions/heap.md`).
"""

from __future__ import annotations

import os
from functools import cache
from typing import Final

#: Of ``malloc.h``; see mallopt(3).
_M_TRIM_THRESHOLD: Final = -1
_M_MXFAST: Final = 1
#: Bytes free at the end of the heap that are not given back; glibc comes to as much by itself once
#: a block of 32 MB was freed (mallopt(3), M_MMAP_THRESHOLD: "dynamic"; twice that is its trim).
KEPT: Final = 64 * 1024 * 1024


@cache
def keep_heap() -> bool:
    """Have malloc join small blocks at once, and keep up to `KEPT` bytes; once for the process.

    Returns:
        False where nothing was changed: no glibc, or somebody has set malloc's own variables
        (``MALLOC_TRIM_THRESHOLD_`` and its kind, ``glibc.malloc`` in ``GLIBC_TUNABLES``), whose
        choice it then is.
    """
    if _is_tuned() or not _is_glibc():
        return False
    try:
        import ctypes  # some milliseconds, which no start has to wait for
    except ImportError:  # a Python that was built without libffi
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_M_MXFAST, 0)) and bool(mallopt(_M_TRIM_THRESHOLD, KEPT))


def _is_glibc() -> bool:
    """Whether malloc is of the library that gives those numbers this meaning."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError, OSError):  # Windows, macOS, musl
        return False


def _is_tuned() -> bool:
    return "glibc.malloc" in os.environ.get("GLIBC_TUNABLES", "") or any(
        name.startswith("MALLOC_") and name.endswith("_") for name in os.environ
    )
