"""Tests for the exchange values."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.wire import FRONTS, Connected, post
from ZSI.twisted.exchange import (
    Exchange,
    HttpRequest,
    HttpResponse,
    reason_phrase,
    request_value,
    split_target,
    valid_host,
    wants_close,
)


class HttpRequestTests(SynchronousTestCase):
    """Requests as values."""

    def test_frozen(self) -> None:
        request = HttpRequest("GET", "/", "/")
        with self.assertRaises(FrozenInstanceError):
            request.method = "POST"  # type: ignore[misc]  # that is what is tested

    def test_with_another_body(self) -> None:
        fields = (
            ("content-type", 'application/soap+xml; action="urn:b"'),
            ("soapaction", '"urn:a"'),
        )
        request = HttpRequest("POST", "/", "/", fields, b"one", client="here")
        self.assertEqual(request.actions, ("urn:a", "urn:b"))
        other = request.with_body(b"two")
        self.assertEqual(other, HttpRequest("POST", "/", "/", fields, b"two", client="here"))
        self.assertEqual((request.body, other.actions), (b"one", request.actions))

    def test_heads_that_come_again(self) -> None:
        here = Connected("front")
        values = []
        for body in (b"one", b"two"):
            here.send(post(body))
            values.append(request_value(here.service.requests[-1], body))
        self.assertEqual([value.body for value in values], [b"one", b"two"])
        self.assertEqual(values[0].headers, values[1].headers)
        self.assertEqual(values[1].client, "192.168.1.1")

    def test_same_value_on_both_fronts(self) -> None:
        values = []
        for kind in FRONTS:
            here = Connected(kind)
            here.send(post(b"abc", b"X-A: 1", b"X-A: 2", path=b"/echo?q=1"))
            values.append(request_value(here.service.requests[0], b"abc"))
        first, second = values
        self.assertEqual(
            (first.method, first.uri, first.path, first.query, first.body, first.version),
            ("POST", "/echo?q=1", "/echo", "q=1", b"abc", "HTTP/1.1"),
        )
        self.assertEqual((first.client, first.secure), ("192.168.1.1", False))
        self.assertEqual(first.header("x-A"), "2")
        self.assertIsNone(first.header("none"))
        self.assertEqual(sorted(first.headers), sorted(second.headers))


class HttpResponseTests(SynchronousTestCase):
    """Answers as values."""

    def test_defaults(self) -> None:
        self.assertEqual(HttpResponse(), (200, (), b""))

    def test_reason(self) -> None:
        self.assertEqual(reason_phrase(202), b"Accepted")
        self.assertEqual(reason_phrase(799), b"Unknown Status")


class ExchangeTests(SynchronousTestCase):
    """Notes on an exchange."""

    def test_nothing_is_shared(self) -> None:
        one, other = Exchange(), Exchange()
        one.operation = "Echo"
        self.assertIsNone(other.operation)
        self.assertEqual(other.findings, [])


class RulesTests(SynchronousTestCase):
    """What RFC 9112 says of fields and targets."""

    def test_hosts(self) -> None:
        for host in (
            b"h",
            b"h:80",
            b"1.2.3.4:8080",
            b"[::1]",
            b"[::1]:80",
            b"a_b.c-d~",
            b"",
            b"h:",
        ):
            self.assertTrue(valid_host([host], b"HTTP/1.1"), host)
        for host in (
            b"a b",
            b"a/b",
            b"a@b",
            b"a,b",
            b"[::1",
            b"h:port",
            b"h:123456",
            b'"',
            b"\xe9",
        ):
            self.assertFalse(valid_host([host], b"HTTP/1.1"), host)
        self.assertTrue(valid_host([], b"HTTP/1.0"))
        self.assertFalse(valid_host([], b"HTTP/1.1"))
        self.assertFalse(valid_host([b"a", b"a"], b"HTTP/1.0"))

    def test_close(self) -> None:
        self.assertFalse(wants_close([b"keep-alive", b"upgrade"], b"HTTP/1.1"))
        self.assertTrue(wants_close([b"keep-alive", b"x,CLOSE "], b"HTTP/1.1"))
        self.assertTrue(wants_close([b"keep-alive"], b"HTTP/1.0"))

    def test_targets(self) -> None:
        for target, host, form in (
            (b"/a?b://c", None, b"/a?b://c"),
            (b"a?b://c", None, b"a?b://c"),
            (b"http://h", b"h", b"/"),
            (b"http://h?x", b"h", b"/?x"),
            (b"http://h:1/a/b?x=/", b"h:1", b"/a/b?x=/"),
            (b"HTTPS://[::1]:1/a", b"[::1]:1", b"/a"),
            (b"http:///a", b"", b"/a"),
            (b"*", None, b"*"),
            (b"h:443", None, b"h:443"),
        ):
            self.assertEqual(split_target(target), (host, form))
