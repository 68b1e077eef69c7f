"""Tests for the fast front's request face; what it shares with twisted.web's is in suite.py."""

from __future__ import annotations

import sys
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.wire import Connected, post
from ZSI.twisted.front_request import FrontRequest

#: What every request holds; the rest is made when asked for.
_HELD = {"channel", "head", "body", "method", "path", "prepath", "postpath"}


class FrontRequestTests(SynchronousTestCase):
    """The face itself."""

    def request(self, *fields: bytes, body: bytes = b"abc") -> FrontRequest:
        here = Connected("front")
        here.send(post(body, *fields))
        found = here.service.requests[0]
        assert isinstance(found, FrontRequest)
        return found

    def test_it_is_small(self) -> None:
        request = self.request()
        self.assertLessEqual(vars(request).keys() - {"exchange", "_content"}, _HELD)
        # a copy: room in a dict that shares its keys with others depends on them
        self.assertLess(sys.getsizeof(request) + sys.getsizeof(dict(vars(request))), 500)

    def test_content_is_one_file(self) -> None:
        request = self.request()
        self.assertIs(request.content, request.content)
        request.content.seek(0)
        self.assertEqual(request.content.read(), b"abc")

    def test_headers_are_made_once(self) -> None:
        request = self.request()
        self.assertIs(request.requestHeaders, request.requestHeaders)
        self.assertFalse(request.changed)
        self.assertIs(request.responseHeaders, request.responseHeaders)
        self.assertTrue(request.changed)

    def test_names_outside_latin_1(self) -> None:
        self.assertIsNone(self.request().getHeader("X-€"))

    def test_notifications_come_once(self) -> None:
        request = self.request()
        told: list[Any] = []
        for _ in range(2):
            request.notifyFinish().addBoth(told.append)
        request.finished()
        request.finished()
        request.connectionLost(None)  # type: ignore[arg-type]  # nobody is left to see it
        self.assertEqual(told, [None, None])
