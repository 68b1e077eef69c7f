"""The C library's heap after large documents, by its own count, in processes of their own."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from unittest.mock import patch

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ZSI import heap

#: Reads a document of so many elements, takes and frees a thousand small blocks and 40 MB, and
#: prints what glibc then says: bytes kept as small blocks, and bytes kept free at the heap's end.
READER = """
import ctypes, sys
from ZSI.xmlio import parse_document
NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in NAMES]
libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Info
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
parse_document(b"<a>" + b"<b>1</b>" * int(sys.argv[1]) + b"</a>")
def after(count, size):
    libc.mallinfo2()
    blocks = [libc.malloc(size) for _ in range(count)]
    for number in range(count - 1, -1, -1):
        libc.free(blocks[number])
    return libc.mallinfo2()
print(after(1000, 40).fsmblks, after(400, 100_000).keepcost)
"""
FEW, MANY = 100, 40_000
LARGE = 20_000_000


def untuned() -> dict[str, str]:
    """The environment without malloc's own variables."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("MALLOC_", "GLIBC_"))}


def read(elements: int, **settings: str) -> tuple[int, int]:
    """Bytes in small blocks and bytes at the end, after reading; skips without ``mallinfo2``."""
    if not heap._is_glibc() or not hasattr(ctypes.CDLL(None), "mallinfo2"):
        raise SkipTest("mallinfo2 is of glibc 2.33 and later")
    done = subprocess.run(
        [sys.executable, "-c", READER, str(elements)],
        env={**untuned(), **settings},
        capture_output=True,
        check=True,
        text=True,
    )
    small, end = done.stdout.split()
    return int(small), int(end)


class LargeDocumentTests(SynchronousTestCase):
    """Covers: ZSI.heap.keep_heap."""

    def test_memory_stays_for_the_next(self) -> None:
        small, end = read(MANY)
        self.assertEqual(small, 0)
        self.assertGreater(end, LARGE)

    def test_small_documents_change_nothing(self) -> None:
        self.assertLess(read(FEW)[1], LARGE)

    def test_whoever_has_tuned_malloc_is_left_alone(self) -> None:
        for settings in (
            {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=7"},
            {"MALLOC_TRIM_THRESHOLD_": "131072"},
        ):
            self.assertLess(read(MANY, **settings)[1], LARGE, settings)


class LibraryTests(SynchronousTestCase):
    """Covers: ZSI.heap.keep_heap, where there is no glibc, or no ctypes."""

    def setUp(self) -> None:
        self.patch(os, "environ", untuned())
        heap.keep_heap.cache_clear()
        self.addCleanup(heap.keep_heap.cache_clear)

    def test_another_library(self) -> None:
        self.patch(os, "confstr", lambda name: "musl 1.2")
        self.assertFalse(heap.keep_heap())

    def test_a_system_that_does_not_say(self) -> None:
        def unknown(name: str) -> str:
            raise ValueError("unrecognized configuration name")

        self.patch(os, "confstr", unknown)
        self.assertFalse(heap.keep_heap())

    def test_no_ctypes(self) -> None:
        with patch.dict(sys.modules, {"ctypes": None}):
            self.assertFalse(heap.keep_heap())

    def test_glibc(self) -> None:
        if not heap._is_glibc():
            raise SkipTest("not glibc")
        self.assertTrue(heap.keep_heap())
