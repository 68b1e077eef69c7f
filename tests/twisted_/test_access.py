"""Tests for the log of exchanges."""

from __future__ import annotations

from typing import Any

from twisted.internet.address import IPv4Address
from twisted.logger import Logger, LogLevel, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.services import ECHO, Typed
from tests.twisted_.wire import FRONTS, Connected, post
from ZSI.twisted.access import ExchangeLog, client_of, escaped


class ExchangeLogTests(SynchronousTestCase):
    """What is told of exchanges."""

    def setUp(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.logger = Logger("test", observer=self.events.append)  # type: ignore[arg-type]  # a list takes events as an observer does

    def test_text(self) -> None:
        for kind in FRONTS:
            self.events.clear()
            here = Connected(kind, Typed(), log=ExchangeLog(log=self.logger))
            here.send(post(ECHO, path=b"/echo?x=%0a"))
            (event,) = self.events
            self.assertRegex(
                formatEvent(event) or "",
                r"^192\.168\.1\.1:54321 POST /echo\?x=%0a 200 \d+ Echo;"
                r" warning: soapaction-missing: .*$",
            )
            self.assertEqual(event["log_level"], LogLevel.info)

    def test_refusals(self) -> None:
        for kind in FRONTS:
            self.events.clear()
            here = Connected(kind, log=ExchangeLog(log=self.logger))
            here.send(b"hello\r\n\r\n")
            (event,) = self.events
            self.assertEqual((event["status"], event["client"]), (400, "192.168.1.1:54321"))

    def test_only_failures(self) -> None:
        here = Connected("front", log=ExchangeLog(successes=False, log=self.logger))
        here.send(post(), post(path=b"/nowhere"))
        self.assertEqual([event["status"] for event in self.events], [404])

    def test_beyond_so_many_they_are_counted(self) -> None:
        here = Connected("front", log=ExchangeLog(per_second=3, log=self.logger))
        here.send(*[post()] * 5, *[post(path=b"/nowhere")] * 2)
        self.assertEqual(len(self.events), 3)
        here.advance(1)
        self.assertEqual(len(self.events), 4)
        self.assertEqual(self.events[-1]["counted"], {200: 2, 404: 2})
        self.assertIn("and 4 more exchanges", formatEvent(self.events[-1]) or "")
        here.advance(1)
        here.send(post())
        self.assertEqual(len(self.events), 5)

    def test_all(self) -> None:
        here = Connected("front", log=ExchangeLog(per_second=None, log=self.logger))
        here.send(*[post()] * 500)
        self.assertEqual(len(self.events), 500)

    def test_a_line_cannot_be_forged(self) -> None:
        here = Connected("front", log=ExchangeLog(log=self.logger))
        here.send(post(path=b"/echo?{client}%0d%0a"))
        text = formatEvent(self.events[0]) or ""
        self.assertEqual(len(text.splitlines()), 1)
        self.assertIn("{client}", text)

    def test_a_line_is_short(self) -> None:
        """Whatever a client sends: long names, long paths, very many things that are unusual."""
        for kind in FRONTS:
            self.events.clear()
            here = Connected(kind, Typed(), log=ExchangeLog(log=self.logger))
            scope = b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:u="urn:u"'
            unusual = b'<value %b xsi:type="u:%b">' % (scope, b"x" * 100_000)
            message = ECHO.replace(b"<value>", unusual)
            here.send(post(message, path=b"/echo?" + b"x" * 20_000))
            self.assertEqual(here.answers()[0].status, 200)
            self.assertLess(len(formatEvent(self.events[0]) or ""), 5_000)

    def test_words(self) -> None:
        self.assertEqual(escaped("a\n\x1b[1m\u2028é"), "a\\n\\x1b[1m\\u2028\\xe9")
        self.assertEqual(escaped(b"\r"), "\\r")
        self.assertEqual(client_of(IPv4Address("TCP", "1.2.3.4", 5)), "1.2.3.4:5")
        self.assertEqual(client_of(object()), "-")
