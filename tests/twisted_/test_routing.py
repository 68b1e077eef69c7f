"""Tests for the way to a resource; over HTTP: suite.py."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.pages import notFound
from twisted.web.resource import Resource
from twisted.web.static import Data

from tests.twisted_.wire import FRONTS, Connected, Service, post, raw
from ZSI.twisted.routing import is_foreign


class Dynamic(Resource):
    """A node that makes its children."""

    def getChild(self, path: bytes, request: Any) -> Any:
        if path == b"broken":
            raise KeyError("secret")
        return Service() if path == b"made" else super().getChild(path, request)


class RoutingTests(SynchronousTestCase):
    """Resources of several kinds in one tree."""

    def tree(self) -> Resource:
        root = Resource()
        root.putChild(b"page", Data(b"<p>hello</p>", "text/html"))
        root.putChild(b"node", Resource())
        root.putChild(b"dynamic", Dynamic())
        return root

    def test_dynamic_children(self) -> None:
        for kind in FRONTS:
            here = Connected(kind, self.tree())
            here.send(post(b"x", path=b"/dynamic/made"), post(path=b"/dynamic/other"))
            self.assertEqual([a.status for a in here.answers()], [200, 404])

    def test_a_child_that_cannot_be_made(self) -> None:
        for kind in FRONTS:
            here = Connected(kind, self.tree())
            here.send(post(path=b"/dynamic/broken"))
            (answer,) = here.answers()
            self.assertEqual(answer.status, 500)
            self.assertIn(b"Fault>", answer.body)
            self.assertNotIn(b"secret", answer.body)
            self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)

    def test_not_found(self) -> None:
        for kind in FRONTS:
            here = Connected(kind, self.tree())
            for path in (b"/", b"/node", b"/node/x", b"/%2e%2e/x"):
                here.send(raw(b"GET " + path + b" HTTP/1.1", b"Host: h"))
            self.assertEqual({a.status for a in here.answers()}, {404})

    def test_what_only_twisted_web_renders(self) -> None:
        get = raw(b"GET /page HTTP/1.1", b"Host: h")
        here = Connected("web", self.tree())
        here.send(get)
        self.assertEqual(here.answers()[0].body, b"<p>hello</p>")
        here = Connected("front", self.tree())
        here.send(get, post(path=b"/page"))
        page, fault = here.answers()
        self.assertEqual((page.status, fault.status), (501, 501))
        self.assertIn(b"--front=web", page.body)

    def test_is_foreign(self) -> None:
        for resource in (Service(), Resource(), Resource().getChild(b"x", None)):
            self.assertFalse(is_foreign(resource))
        for resource in (Data(b"", "text/plain"), Dynamic(), notFound()):
            self.assertTrue(is_foreign(resource))
