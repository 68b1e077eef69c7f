"""Tests for the parser of heads and chunks; what both fronts do with it is in suite.py."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.suite import MALFORMED, SMALL
from tests.twisted_.wire import post, raw
from ZSI.twisted.exchange import HttpLimits
from ZSI.twisted.http_parser import (
    CHUNKED,
    BadRequest,
    ChunkedDecoder,
    check_beginning,
    parse_head,
)

LIMITS = HttpLimits()


class ParseHeadTests(SynchronousTestCase):
    """Heads."""

    def test_all_that_follows_from_a_head(self) -> None:
        head = parse_head(post(b"", b"X-A:  1 ", b"x-a:\t2", path=b"/a%2Fb//c?d=/e")[:], LIMITS)
        self.assertEqual(head.segments, (b"a/b", b"", b"c"))
        self.assertEqual(head.fields[b"x-a"], b"2")
        self.assertIn((b"X-A", b"1"), head.headers)
        self.assertEqual((head.length, head.whole, head.close, head.expects), (0, 0, False, False))

    def test_what_cannot_be_served_at_once(self) -> None:
        chunked = parse_head(
            raw(b"POST / HTTP/1.1", b"Host: h", b"Transfer-Encoding: chunked"), LIMITS
        )
        self.assertEqual((chunked.length, chunked.whole), (CHUNKED, CHUNKED))
        expecting = parse_head(post(b"", b"Expect: 100-continue"), LIMITS)
        self.assertEqual((expecting.length, expecting.whole, expecting.expects), (0, CHUNKED, True))

    def test_malformed(self) -> None:
        for name, (data, status) in MALFORMED.items():
            if name.startswith("chunks") or b"\r\n\r\n" not in data or status == 413:
                continue
            if status == 431 and name != "many fields":
                continue  # the front counts bytes
            with self.assertRaises(BadRequest) as caught:
                parse_head(data, SMALL["http_limits"])
            self.assertEqual(caught.exception.status, status, name)

    def test_a_lone_lf_is_said_in_the_same_words_in_whole_and_in_part(self) -> None:
        data = MALFORMED["a lone LF"][0]
        with self.assertRaises(BadRequest) as whole:
            parse_head(data, LIMITS)
        with self.assertRaises(BadRequest) as part:
            check_beginning(data[: data.rindex(b"C")])
        self.assertEqual(str(whole.exception), str(part.exception))

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=200))
    def test_anything_else_is_no_request(self, data: bytes) -> None:
        for start in (b"", b"GET / HTTP/1.1\r\nHost: h\r\n"):
            try:
                head = parse_head(start + data + b"\r\n\r\n", LIMITS)
            except BadRequest as refused:
                self.assertIn(refused.status, (400, 431))
            else:
                self.assertTrue(head.method)

    def test_a_long_header_takes_no_long_time(self) -> None:
        began = time.process_time()
        with self.assertRaises(BadRequest):
            parse_head(raw(b"GET / HTTP/1.1", b"Host: h", *[b"A: b"] * 7_000), LIMITS)
        self.assertLess(time.process_time() - began, 0.5)


def chunked(pieces: list[bytes]) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


class ChunkedDecoderTests(SynchronousTestCase):
    """Chunked bodies."""

    @settings(max_examples=100, deadline=None)
    @given(
        st.lists(st.binary(min_size=1, max_size=30), max_size=6),
        st.binary(max_size=10),
        st.lists(st.integers(0, 200), max_size=8),
    )
    def test_any_split(self, pieces: list[bytes], after: bytes, cuts: list[int]) -> None:
        stream = chunked(pieces) + after
        ends = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
        decoder = ChunkedDecoder()
        found: list[bytes] = []
        rest = b""
        for a, b in zip(ends, ends[1:], strict=False):
            if decoder.rest is None:
                found += decoder.feed(stream[a:b])
            else:
                rest += stream[a:b]
        self.assertEqual(b"".join(found), b"".join(pieces))
        self.assertEqual((decoder.rest or b"") + rest, after)

    def test_many_small_chunks_take_no_long_time(self) -> None:
        stream = chunked([b"x"] * 20_000)
        began = time.process_time()
        self.assertEqual(len(b"".join(ChunkedDecoder().feed(stream))), 20_000)
        self.assertLess(time.process_time() - began, 0.5)

    def test_trailers_are_bounded_however_they_come(self) -> None:
        decoder = ChunkedDecoder()
        decoder.feed(b"0\r\n")
        with self.assertRaises(BadRequest):
            for _ in range(70):
                decoder.feed(b"A: " + b"b" * 1000)
