"""Tests for reading for many connections at once, with real sockets and no reactor."""

from __future__ import annotations

import socket
from time import monotonic
from typing import Any
from unittest import skipUnless

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IReadDescriptor
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ZSI.twisted.intake import AVAILABLE, Intake
from ZSI.twisted.outbox import Outbox


class Reactor(Clock):
    """Knows who wants to read."""

    def __init__(self) -> None:
        super().__init__()
        self.readers: list[Any] = []

    def addReader(self, reader: Any) -> None:
        self.readers.append(reader)

    def removeReader(self, reader: Any) -> None:
        self.readers.remove(reader)


class Transport:
    """As much of ``tcp.Server`` as is used."""

    def __init__(self, server: socket.socket) -> None:
        self.server = server
        self.reading = True
        self.lost: list[Failure] = []

    def getHandle(self) -> socket.socket:
        return self.server

    def fileno(self) -> int:
        return self.server.fileno()

    def stopReading(self) -> None:
        self.reading = False

    def startReading(self) -> None:
        self.reading = True

    def connectionLost(self, reason: Failure) -> None:
        self.lost.append(reason)
        self.server.close()


class Connection:
    """Collects what comes, and answers through the outbox."""

    def __init__(self, case: IntakeTests, outbox: Outbox) -> None:
        self.client, server = socket.socketpair()
        server.setblocking(False)
        case.addCleanup(self.client.close)
        case.addCleanup(server.close)
        self.transport = Transport(server)
        self.outbox = outbox
        self.log = case.log
        self.taken: list[bytes] = []
        self.error: Exception | None = None

    def dataReceived(self, data: bytes) -> None:
        self.taken.append(data)
        self.log.append("read")
        self.outbox.began = monotonic()
        if self.error is not None:
            raise self.error
        self.outbox.put(self, b"answer")

    def push(self, data: bytes) -> None:
        self.log.append("sent")


@skipUnless(AVAILABLE, "needs epoll")
class IntakeTests(SynchronousTestCase):
    """One descriptor for the reactor, many for us."""

    def setUp(self) -> None:
        self.log: list[str] = []
        self.reactor = Reactor()
        self.outbox = Outbox(self.reactor)
        self.intake = Intake(self.reactor, self.outbox)

    def connect(self) -> Connection:
        made = Connection(self, self.outbox)
        self.intake.add(made)
        self.addCleanup(self.intake.remove, made, made.transport.fileno())
        return made

    def test_the_reactor_sees_one_reader(self) -> None:
        verifyObject(IReadDescriptor, self.intake)
        self.assertEqual(self.intake.fileno(), -1)
        one, other = self.connect(), self.connect()
        self.assertEqual(self.reactor.readers, [self.intake])
        self.assertGreater(self.intake.fileno(), 0)
        self.assertFalse(one.transport.reading)
        self.intake.remove(one, one.transport.fileno())
        self.assertEqual(self.reactor.readers, [self.intake])
        self.intake.remove(other, other.transport.fileno())
        self.assertEqual(self.reactor.readers, [])
        self.assertEqual(self.intake.fileno(), -1)

    def test_all_are_read_before_answers_leave(self) -> None:
        one, other, idle = self.connect(), self.connect(), self.connect()
        one.client.send(b"1")
        other.client.send(b"2")
        self.intake.doRead()
        self.assertEqual((one.taken, other.taken, idle.taken), ([b"1"], [b"2"], []))
        self.assertEqual(self.log, ["read", "read", "sent", "sent"])
        self.assertEqual(self.reactor.getDelayedCalls(), [])
        self.assertFalse(self.outbox.collecting)

    def test_an_end_is_left_to_the_reactor(self) -> None:
        one, other = self.connect(), self.connect()
        one.client.close()
        self.intake.doRead()
        self.assertTrue(one.transport.reading)
        self.assertEqual((one.taken, one.transport.lost), ([], []))
        other.client.send(b"2")
        self.intake.doRead()
        self.assertEqual(other.taken, [b"2"])

    def test_an_error_closes_its_connection_only(self) -> None:
        one, other = self.connect(), self.connect()
        one.error = ValueError("ours")
        one.client.send(b"1")
        other.client.send(b"2")
        self.intake.doRead()
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        self.assertEqual([len(each.transport.lost) for each in (one, other)], [1, 0])
        self.assertEqual(other.taken, [b"2"])

    def test_who_is_gone_is_not_read(self) -> None:
        one, other = self.connect(), self.connect()
        one.client.send(b"1")
        other.client.send(b"2")
        first: list[Connection] = []

        def close_the_other(data: bytes) -> None:
            gone = first[0] if first else None
            first.append(one)
            if gone is None:
                for each in (one, other):
                    self.intake.remove(each, each.transport.fileno())

        one.dataReceived = other.dataReceived = close_the_other  # type: ignore[method-assign]  # as a drain does
        self.intake.doRead()
        self.assertEqual(len(first), 1)

    def test_a_number_may_be_another_connection(self) -> None:
        one, other = self.connect(), self.connect()
        self.intake.remove(one, other.transport.fileno())
        other.client.send(b"2")
        self.intake.doRead()
        self.assertEqual(other.taken, [b"2"])

    def test_the_reactor_closes_all(self) -> None:
        one, other = self.connect(), self.connect()
        self.intake.connectionLost(Failure(ConnectionDone()))
        self.assertEqual([len(each.transport.lost) for each in (one, other)], [1, 1])
        self.assertEqual(self.intake.fileno(), -1)
