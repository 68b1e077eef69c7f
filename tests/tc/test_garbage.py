"""The garbage collector waits for large messages, and only for those."""

from __future__ import annotations

import gc
from threading import Event, Thread
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import EvaluateException
from ZSI.names import XSD
from ZSI.parse import ParsedSoap
from ZSI.schema import Registry
from ZSI.TC import Compound, element
from ZSI.TC.garbage import LARGE, collector_waits

_own = Registry("garbage", public=False)


class Pieces(Compound, element=("urn:garbage", "Pieces"), registry=_own):
    """Many numbers."""

    n: list[int] = element("n", (XSD, "int"), min=0, max=None, default_factory=list)


def message(numbers: int, last: str = "1") -> bytes:
    """So many numbers in an envelope."""
    return (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        b'<g:Pieces xmlns:g="urn:garbage">%s<n>%s</n></g:Pieces></e:Body></e:Envelope>'
    ) % (b"<n>1</n>" * numbers, last.encode())


class CollectorWaitsTests(SynchronousTestCase):
    """`collector_waits` alone."""

    def test_nested(self) -> None:
        """The inner one leaves it off, the outer one switches it on again."""
        with collector_waits():
            with collector_waits():
                self.assertFalse(gc.isenabled())
            self.assertFalse(gc.isenabled())
        self.assertTrue(gc.isenabled())

    def test_exception(self) -> None:
        """It goes on after an exception, and can wait again."""
        for _ in range(2):
            with self.assertRaises(KeyError), collector_waits():
                raise KeyError
            self.assertTrue(gc.isenabled())

    def test_off_stays_off(self) -> None:
        """Whoever switched it off keeps it so."""
        gc.disable()
        self.addCleanup(gc.enable)
        with collector_waits():
            pass
        self.assertFalse(gc.isenabled())

    def test_threads(self) -> None:
        """A second thread's wait does not make the first one's longer."""
        inside, leave = Event(), Event()

        def work() -> None:
            with collector_waits():
                inside.set()
                leave.wait(10)

        other = Thread(target=work)
        with collector_waits():
            other.start()
            self.assertTrue(inside.wait(10))
        self.assertTrue(gc.isenabled())
        leave.set()
        other.join(10)
        self.assertTrue(gc.isenabled())


class ParseTests(SynchronousTestCase):
    """`ParsedSoap.Parse` of messages of both sizes."""

    def seen(self, body: bytes) -> bool:
        """Whether the collector was on while a message was decoded."""
        found: list[bool] = []
        typecode = Pieces.typecode
        read = typecode.read_root

        def watched(*args: Any) -> Any:
            found.append(gc.isenabled())
            return read(*args)

        self.patch(typecode, "read_root", watched)
        ParsedSoap(body).Parse(typecode)
        self.assertTrue(gc.isenabled())
        return found[0]

    def test_large(self) -> None:
        """It waits."""
        self.assertFalse(self.seen(message(LARGE // 8)))

    def test_small(self) -> None:
        """It does not."""
        self.assertTrue(self.seen(message(5)))

    def test_refused(self) -> None:
        """A large message that is refused switches it on again."""
        with self.assertRaises(EvaluateException):
            ParsedSoap(message(LARGE // 8, "x")).Parse(Pieces)
        self.assertTrue(gc.isenabled())
