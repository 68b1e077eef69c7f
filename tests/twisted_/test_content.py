"""Tests for what header fields say of bodies, and for gzip."""

from __future__ import annotations

import gzip as python_gzip
import random
import time
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.wire import FRONTS, Connected, post
from ZSI.errors import LimitExceeded, RequestRefused
from ZSI.twisted.content import (
    HttpFacts,
    body_of,
    decompressed,
    exchange_of,
    gunzip,
    gzip,
    http_facts,
    takes_gzip,
)


class HttpFactsTests(SynchronousTestCase):
    """Facts from fields."""

    def facts(self, *fields: bytes, kind: str = "front", media: bytes = b"text/xml") -> HttpFacts:
        here = Connected(kind)
        here.send(post(b"", *fields).replace(b"text/xml", media))
        return http_facts(here.service.requests[0])

    def test_action(self) -> None:
        for kind in FRONTS:
            for field, action, rules in (
                (b'SOAPAction: "a b"', "a b", []),
                (b'SOAPAction: ""', "", []),
                (b"SOAPAction: a", "a", ["soapaction-unquoted"]),
                (b"SOAPAction:", "", ["soapaction-unquoted"]),
                (b'SOAPAction: "', '"', ["soapaction-unquoted"]),
                (b"X: y", None, ["soapaction-missing"]),
            ):
                facts = self.facts(field, kind=kind)
                self.assertEqual(facts.action, action, field)
                self.assertEqual([finding.rule for finding in facts.findings], rules, field)

    def test_action_of_version_1_2(self) -> None:
        facts = self.facts(b'SOAPAction: "x"', media=b'application/soap+xml; action="urn:a"')
        self.assertEqual((facts.action, facts.findings), ("urn:a", ()))
        facts = self.facts(media=b"application/soap+xml")
        self.assertEqual((facts.action, facts.findings), (None, ()))

    def test_codings(self) -> None:
        self.assertEqual(self.facts(b"Content-Encoding: GZip").coding, "gzip")
        self.assertEqual(self.facts(b"Content-Encoding: deflate").coding, "deflate")
        self.assertIsNone(self.facts(b"Content-Encoding: identity").coding)
        self.assertEqual((self.facts(b"Content-Encoding: br").refused or ("", 0))[1], 415)
        self.assertEqual((self.facts(media=b"application/json").refused or ("", 0))[1], 415)
        self.assertIsNone(self.facts().refused)

    def test_worked_out_once_for_a_head(self) -> None:
        here = Connected("front")
        here.send(post(b"1"), post(b"2"))
        first, second = here.service.requests
        self.assertIs(http_facts(first), http_facts(second))

    def test_body_is_there_for_handlers_too(self) -> None:
        for kind in FRONTS:
            found: list[tuple[bytes, bytes]] = []
            here = Connected(kind)
            here.service.reply = lambda request, seen=found: seen.append(
                (body_of(request), request.content.read())
            )
            here.send(post(b"abc"))
            self.assertEqual(found, [(b"abc", b"abc")])
        self.flushLoggedErrors(TypeError)  # the reply above is none

    def test_exchange_is_begun_where_it_is_not(self) -> None:
        here = Connected("front")
        here.send(post(b""))
        request = here.service.requests[0]
        self.assertIs(exchange_of(request), request.exchange)
        self.assertIs(exchange_of(request).facts, http_facts(request))


class GzipTests(SynchronousTestCase):
    """Compressed bodies."""

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.binary(max_size=3000), max_size=3))
    def test_round_trip(self, members: list[bytes]) -> None:
        packed = b"".join(map(gzip, members))
        self.assertEqual(gunzip(packed, 10_000), b"".join(members))

    def test_python_reads_it(self) -> None:
        self.assertEqual(python_gzip.decompress(gzip(b"plop")), b"plop")

    def test_limit_is_exact(self) -> None:
        packed = gzip(b"x" * 1000)
        self.assertEqual(len(gunzip(packed, 1000)), 1000)
        with self.assertRaises(LimitExceeded):
            gunzip(packed, 999)

    def test_ratio(self) -> None:
        packed = python_gzip.compress(b"x" * 4_000_000)
        with self.assertRaises(LimitExceeded):
            gunzip(packed, 10_000_000)

    def test_many_members_take_no_long_time(self) -> None:
        for members in (gzip(b"") * 500_000, gzip(b"") * 1_001):
            began = time.process_time()
            with self.assertRaises(RequestRefused) as caught:
                gunzip(members, 10_000_000)
            self.assertEqual(caught.exception.status, 400)
            self.assertLess(time.process_time() - began, 1)
        self.assertEqual(gunzip(gzip(b"x") * 1_000, 10_000), b"x" * 1_000)

    def test_more_than_a_step(self) -> None:
        data = bytes(range(256)) * 2_000 + random.Random(1).randbytes(300_000)
        self.assertEqual(gunzip(gzip(data) * 2, 10_000_000), data * 2)
        with self.assertRaises(RequestRefused):
            gunzip(gzip(data)[:-1], 10_000_000)

    @settings(max_examples=50, deadline=None)
    @given(st.binary(max_size=3000))
    def test_deflate(self, data: bytes) -> None:
        """In zlib's format, and bare."""
        bare = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        for packed in (zlib.compress(data), bare.compress(data) + bare.flush()):
            self.assertEqual(decompressed(packed, 10_000, "deflate"), data)
            for bad in (packed[:-1], packed + b"x"):
                with self.assertRaises(RequestRefused) as caught:
                    decompressed(bad, 10_000, "deflate")
                self.assertEqual(caught.exception.status, 400)

    def test_deflate_bomb(self) -> None:
        with self.assertRaises(LimitExceeded):
            decompressed(zlib.compress(b"x" * 4_000_000), 10_000_000, "deflate")

    def test_not_gzip(self) -> None:
        good = gzip(b"plop" * 100)
        bad = [b"x", good[:-1], good[:10], good + b"x", zlib.compress(b"x"), good[:-8] + b"\0" * 8]
        for data in bad:
            with self.assertRaises(RequestRefused) as caught:
                gunzip(data, 10_000)
            self.assertEqual(caught.exception.status, 400)

    def test_accepted(self) -> None:
        for field, wanted in (
            (b"gzip", True),
            (b"br, GZIP ; q=0.5", True),
            (b"x-gzip", True),
            (b"gzip; q=0", False),
            (b"gzip;Q=0.000", False),
            (b"*", False),
            (b"", False),
            (None, False),
        ):
            self.assertEqual(takes_gzip(field), wanted, field)
