"""Tests for telling clients that wait from those that have gone; both fronts' are in suite.py."""

from __future__ import annotations

from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.test_connections import Client
from tests.twisted_.wire import Wire
from ZSI.twisted.connections import Connections
from ZSI.twisted.exchange import HttpLimits
from ZSI.twisted.half_open import ask, is_there


class Waiting:
    """What is looked at of a request."""

    def __init__(self, clientproto: bytes, startedWriting: int = 0) -> None:
        self.clientproto = clientproto
        self.startedWriting = startedWriting


class HalfOpenTests(SynchronousTestCase):
    """Asked is who understands it, and nobody who is being answered."""

    def asked(self, request: Any) -> tuple[list[bytes], float]:
        """What is sent, and when to look."""
        written: list[bytes] = []
        clock = Clock()
        clock.advance(100)
        connections = Connections(clock, lambda: None)
        connections.opened(Client())
        until = ask(request, written.append, connections, HttpLimits(write_seconds=50))
        clock.advance(0.1)
        self.assertEqual(connections.now > 100, bool(written))  # the answer is looked for at once
        return written, until

    def test_ask(self) -> None:
        written, until = self.asked(Waiting(b"HTTP/1.1"))
        self.assertEqual((written, until), ([b"HTTP/1.1 100 Continue\r\n\r\n"], 100))
        for request in (Waiting(b"HTTP/1.0"), Waiting(b"HTTP/1.1", startedWriting=1)):
            self.assertEqual(self.asked(request), ([], 150))

    def test_is_there(self) -> None:
        wire = Wire()
        self.assertTrue(is_there(Waiting(b"HTTP/1.1"), wire))
        self.assertFalse(is_there(Waiting(b"HTTP/1.0"), wire))
        self.assertFalse(is_there(Waiting(b"HTTP/1.1", startedWriting=1), wire))
        wire.error = 32
        self.assertFalse(is_there(Waiting(b"HTTP/1.1"), wire))
