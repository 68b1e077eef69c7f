"""The record of one exchange."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

from twisted.trial.unittest import SynchronousTestCase

from ZSI.envelope import SOAP11
from ZSI.mock.exchange import Call, Sent
from ZSI.twisted.exchange import HttpRequest


class CallTests(SynchronousTestCase):
    """Each stage replaces it."""

    def setUp(self) -> None:
        http = HttpRequest("POST", "/bank", "/bank", (), b"<a/>")
        self.call = Call(1, datetime(2026, 1, 1, tzinfo=UTC), http)

    def test_frozen(self) -> None:
        """Nothing changes it in place."""
        with self.assertRaises(FrozenInstanceError):
            self.call.source = "stub"  # type: ignore[misc]  # that it is refused is the point

    def test_with(self) -> None:
        """A later stage has what the earlier ones found."""
        later = self.call.with_(sent=Sent(200, b"x"), source="sample")
        self.assertEqual((later.number, later.source, later.body), (1, "sample", b"<a/>"))
        self.assertIsNone(self.call.sent)

    def test_with_what_it_does_not_have(self) -> None:
        """A misspelt attribute is no attribute."""
        self.assertRaises(TypeError, self.call.with_, sourse="stub")

    def test_of(self) -> None:
        """The quick way makes what the constructor makes."""
        call = self.call
        begun = Call.of({"number": call.number, "time": call.time, "http": call.http})
        self.assertEqual(begun, call)
        self.assertEqual(repr(begun).replace("mappingproxy({})", "{}"), repr(call))
        self.assertEqual(replace(begun, number=2).with_(number=1), call)

    def test_version_without_a_message(self) -> None:
        """What never became a message is answered in 1.1."""
        self.assertIs(self.call.version, SOAP11)
