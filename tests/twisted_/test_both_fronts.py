"""The two fronts side by side: the same bytes in, the same bytes out, however they are cut."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.suite import MALFORMED, SMALL
from tests.twisted_.wire import FRONTS, Connected, post, raw, without_time

_HOST = b"Host: localhost"
GOOD = [
    post(),
    post(b""),
    post(b"x" * 900),
    post(b"1", b"Connection: keep-alive"),
    post(b"1", b"Expect: 100-continue"),
    b"\r\n" + post(),
    raw(b"GET /echo?wsdl HTTP/1.1", _HOST),
    raw(b"GET /nowhere HTTP/1.1", _HOST),
    post(path=b"/nowhere"),
    raw(b"OPTIONS * HTTP/1.1", _HOST),
    raw(b"DELETE http://h/echo HTTP/1.1", _HOST),
    raw(b"POST /echo HTTP/1.1", _HOST, b"Transfer-Encoding: chunked")
    + b"3;x\r\nabc\r\n1\r\n\r\r\n0\r\nA: b\r\n\r\n",
    raw(b"POST /echo HTTP/1.1", _HOST, b"Transfer-Encoding: CHUNKED") + b"0\r\n\r\n",
    raw(b"POST /echo HTTP/1.1", _HOST, b"Transfer-Encoding:\t chunked \t") + b"0\r\n\r\n",
]
LAST = [
    b"",
    post(b"1", b"Connection: close"),
    post(version=b"HTTP/1.0"),
    post(b"unfinished")[:-3],
    *[data for data, _ in MALFORMED.values() if len(data) < 3000],
]

streams = st.builds(
    lambda several, last: b"".join(several) + last,
    st.lists(st.sampled_from(GOOD), max_size=4),
    st.sampled_from(LAST),
)


@st.composite
def cut(draw: Any) -> tuple[bytes, list[bytes]]:
    """A stream of requests, and the same in segments."""
    stream = draw(streams)
    places = sorted(draw(st.sets(st.integers(0, len(stream)), max_size=12)))
    ends = [0, *places, len(stream)]
    return stream, [stream[a:b] for a, b in zip(ends, ends[1:], strict=False) if a < b]


def answered(kind: str, segments: list[bytes]) -> tuple[bytes, bool]:
    """What a front answers to these segments, and whether it hangs up."""
    here = Connected(kind, **SMALL)
    here.send(*segments)
    here.hang_up()
    return without_time(here.answer), here.wire.closed


class BothFrontsTests(SynchronousTestCase):
    """Whatever comes, both answer alike."""

    def test_same_bytes(self) -> None:
        for request in GOOD + LAST:
            found = {kind: answered(kind, [request]) for kind in FRONTS}
            if b" 400 " in found["web"][0]:
                # each parser says in its own words what it does not like
                found = {kind: (text[:12], closed) for kind, (text, closed) in found.items()}
            self.assertEqual(found["front"], found["web"], request)

    @settings(max_examples=150, deadline=None)
    @given(cut())
    def test_any_split(self, both: tuple[bytes, list[bytes]]) -> None:
        stream, segments = both
        for kind in FRONTS:
            self.assertEqual(answered(kind, segments), answered(kind, [stream]), kind)

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.binary(max_size=60), max_size=5))
    def test_any_bytes(self, segments: list[bytes]) -> None:
        stream = b"".join(segments)
        for kind in FRONTS:
            self.assertEqual(answered(kind, segments), answered(kind, [stream]), kind)
