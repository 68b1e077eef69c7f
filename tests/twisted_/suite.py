"""What HTTP asks of a server, as tests for either front; see test_front and test_site."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from tests.twisted_.wire import XML, Connected, Service, later, parse_answers, post, raw
from ZSI.limits import Limits
from ZSI.twisted.exchange import HttpLimits, HttpResponse

GET = raw(b"GET /echo HTTP/1.1", b"Host: h")

#: Requests that are malformed, or that no server should take, and their status.
MALFORMED: dict[str, tuple[bytes, int]] = {
    "no request line": (b"\r\n\r\n\r\n", 400),
    "one word": (raw(b"hello"), 400),
    "two words": (raw(b"GET /"), 400),
    "a method that is no token": (raw(b"G(T /echo HTTP/1.1", b"Host: h"), 400),
    "two spaces": (raw(b"GET  /echo HTTP/1.1", b"Host: h"), 400),
    "HTTP/2.0": (raw(b"PRI * HTTP/2.0") + b"SM\r\n\r\n", 400),
    "HTTP/0.9": (raw(b"GET /echo HTTP/0.9", b"Host: h"), 400),
    "HTTP/1.2": (raw(b"GET /echo HTTP/1.2", b"Host: h"), 400),
    "a target that is not ASCII": (raw(b"GET /\xe9 HTTP/1.1", b"Host: h"), 400),
    "a target without a host": (raw(b"GET http:///echo HTTP/1.1", b"Host: h"), 400),
    "a target with a bad host": (raw(b"GET http://a@b/echo HTTP/1.1", b"Host: h"), 400),
    "a target with a host, and no Host": (raw(b"GET http://h/echo HTTP/1.1"), 400),
    "TLS on a plain port": (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + b"\r\n\r\n", 400),
    "no Host": (raw(b"GET /echo HTTP/1.1"), 400),
    "two Hosts": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"Host: h"), 400),
    "a bad Host": (raw(b"GET /echo HTTP/1.1", b"Host: a<b>"), 400),
    "no colon": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"abc"), 400),
    "an empty name": (raw(b"GET /echo HTTP/1.1", b"Host: h", b": b"), 400),
    "a space in a name": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A : b"), 400),
    "a name that is not ASCII": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"\xe9: b"), 400),
    "a folded line": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A: b", b" c"), 400),
    "a first line that is folded": (raw(b"GET /echo HTTP/1.1", b" Host: h"), 400),
    "NUL": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A: \0"), 400),
    "a control character": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A: \x01"), 400),
    "DEL": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A: \x7f"), 400),
    "a lone CR": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A: b\rC: d"), 400),
    "a lone LF": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A: b\nC: d"), 400),
    "length with a sign": (raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length: +1"), 400),
    "negative length": (raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length: -1"), 400),
    "hexadecimal length": (raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length: 0x1"), 400),
    "empty length": (raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length:"), 400),
    "a list of lengths": (raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length: 1, 1"), 400),
    "two lengths": (
        raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length: 1", b"Content-Length: 1"),
        400,
    ),
    "a length of 30 digits": (
        raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length: " + b"9" * 30),
        400,
    ),
    "length and chunks": (
        raw(
            b"POST /echo HTTP/1.1",
            b"Host: h",
            b"Content-Length: 4",
            b"Transfer-Encoding: chunked",
        ),
        400,
    ),
    "chunks and length": (
        raw(
            b"POST /echo HTTP/1.1",
            b"Host: h",
            b"Transfer-Encoding: chunked",
            b"Content-Length: 4",
        ),
        400,
    ),
    "transfer coding gzip": (
        raw(b"POST /echo HTTP/1.1", b"Host: h", b"Transfer-Encoding: gzip, chunked"),
        400,
    ),
    "a line of white space": (raw(b"GET /echo HTTP/1.1", b"Host: h", b" \t", b"A: b"), 400),
    "transfer coding identity": (
        raw(b"POST /echo HTTP/1.1", b"Host: h", b"Transfer-Encoding: identity"),
        400,
    ),
    "a transfer coding like chunked": (
        raw(b"POST /echo HTTP/1.1", b"Host: h", b"Transfer-Encoding: xchunked"),
        400,
    ),
    "a body over the limit": (
        raw(b"POST /echo HTTP/1.1", b"Host: h", b"Content-Length: 1001", body=b"x"),
        413,
    ),
    "a long header line": (raw(b"GET /echo HTTP/1.1", b"Host: h", b"A: " + b"b" * 2000), 431),
    "a long target": (raw(b"GET /" + b"b" * 2000 + b" HTTP/1.1", b"Host: h"), 431),
    "a long line without an end": (b"x" * 2000, 431),
    "many fields": (raw(b"GET /echo HTTP/1.1", b"Host: h", *[b"A: b"] * 50), 431),
}
_CHUNKED = raw(b"POST /echo HTTP/1.1", b"Host: h", b"Transfer-Encoding: chunked")
MALFORMED |= {
    f"chunks: {name}": (_CHUNKED + body, status)
    for name, (body, status) in {
        "no size": (b"\r\n", 400),
        "no number": (b"x\r\n", 400),
        "a sign": (b"+1\r\nx\r\n", 400),
        "0x": (b"0x1\r\nx\r\n", 400),
        "a space": (b"1 \r\nx\r\n", 400),
        "longer than said": (b"1\r\nxy\r\n", 400),
        "a control character in an extension": (b"1;\x01\r\nx\r\n", 400),
        "an endless size line": (b"1;" + b"x" * 2000, 400),
        "over the limit": (b"300\r\n" + b"x" * 0x300 + b"\r\n300\r\n" + b"x" * 0x300, 413),
        "endless trailers": (b"0\r\n" + b"A: b\r\n" * 12000, 400),
    }.items()
}
SMALL = {
    "limits": Limits(body_bytes=1000),
    "http_limits": HttpLimits(header_bytes=1000, header_count=40),
}


class HttpSuite:
    """Mixed with a TestCase; ``kind`` names the front."""

    kind: str

    def connected(self, resource: Any = None, **settings: Any) -> Connected:
        self.case: Any = self
        made = Connected(self.kind, resource, **settings)
        self.case.addCleanup(made.hang_up)
        return made

    # ------------------------------------------------------------------ messages

    def test_post(self) -> None:
        here = self.connected()
        answer = parse_answers(here.send(post(b"<a/>")))[0]
        self.case.assertEqual((answer.status, answer.body), (200, b"POST /echo <a/>"))
        self.case.assertEqual(
            list(answer.fields), [b"server", b"date", b"content-type", b"content-length"]
        )
        self.case.assertFalse(here.wire.closed)

    def test_date_is_the_clocks(self) -> None:
        here = self.connected()
        if self.kind == "web":
            return  # twisted.web asks the system's clock
        here.advance(5)
        answer = parse_answers(here.send(post()))[0]
        self.case.assertEqual(answer.fields[b"date"], b"Sun, 09 Sep 2001 01:46:45 GMT")

    def test_keep_alive(self) -> None:
        here = self.connected()
        here.send(post(b"1"), post(b"2"), post(b"3"))
        self.case.assertEqual([a.body[-1:] for a in here.answers()], [b"1", b"2", b"3"])

    def test_pipelining(self) -> None:
        here = self.connected()
        here.send(post(b"1") + post(b"2") + post(b"3"))
        self.case.assertEqual([a.body[-1:] for a in here.answers()], [b"1", b"2", b"3"])

    def test_pipelining_of_bodies_with_lines(self) -> None:
        one = post(b"<a>\n</a>\n")
        for stream in (
            [one * 5],
            [one + one[:30], one[30:] + one * 3],
            [one * 4 + one[:-3], one[-3:]],
        ):
            here = self.connected()
            here.send(*stream)
            self.case.assertEqual([a.status for a in here.answers()], [200] * 5)
            self.case.assertFalse(here.wire.closed)

    def test_pipelining_of_bodies_with_lines_behind_a_slow_one(self) -> None:
        waiting: list[Deferred[Any]] = []
        here = self.connected(Service(lambda request: waiting.append(Deferred()) or waiting[-1]))
        here.send(post(b"<a>\n</a>") * 2 + post(b"\n")[:20])
        waiting[0].callback(HttpResponse(200, XML, b"x"))
        waiting[1].callback(HttpResponse(200, XML, b"x"))
        here.send(post(b"\n")[20:])
        self.case.assertEqual(len(waiting), 3)
        self.case.assertFalse(here.wire.closed)

    def test_one_byte_at_a_time(self) -> None:
        here = self.connected()
        stream = post(b"1") + GET + _CHUNKED + b"2\r\nab\r\n1\r\nc\r\n0\r\nT: x\r\n\r\n" + post()
        here.send(*[stream[i : i + 1] for i in range(len(stream))])
        self.case.assertEqual(
            [a.body for a in here.answers()],
            [b"POST /echo 1", b"GET /echo ", b"POST /echo abc", b"POST /echo <a/>"],
        )

    def test_http_1_0(self) -> None:
        here = self.connected()
        here.send(post(version=b"HTTP/1.0", host=None))
        answer = here.answers()[0]
        self.case.assertEqual((answer.version, answer.status), (b"HTTP/1.0", 200))
        self.case.assertEqual(answer.fields[b"connection"], b"close")
        self.case.assertTrue(here.wire.closed)

    def test_close_is_announced(self) -> None:
        for tokens in (b"close", b"Close", b"TE, close", b"close, TE"):
            here = self.connected()
            here.send(post(b"1", b"Connection: " + tokens) + post(b"2"))
            answers = here.answers()
            self.case.assertEqual(len(answers), 1)
            self.case.assertEqual(answers[0].fields[b"connection"], b"close")
            self.case.assertTrue(here.wire.closed)

    def test_chunked(self) -> None:
        here = self.connected()
        here.send(_CHUNKED + b'3;a="b"\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n' + post(b"next"))
        self.case.assertEqual(
            [a.body for a in here.answers()], [b"POST /echo abc0123456789", b"POST /echo next"]
        )

    def test_white_space_around_values(self) -> None:
        """Spaces and tabs (RFC 9110, 5.6.3), around those that say where the body ends too."""
        for space in (b"", b" ", b"\t", b" \t ", b"\t\t"):
            for field, body in (
                (b"Transfer-Encoding:%bchunked%b", b"1\r\na\r\n0\r\n\r\n"),
                (b"Content-Length:%b1%b", b"a"),
            ):
                here = self.connected()
                line = field % (space, space)
                here.send(raw(b"POST /echo HTTP/1.1", b"Host: h", line, body=body))
                self.case.assertEqual([a.body for a in here.answers()], [b"POST /echo a"], line)

    def test_trailers_are_ignored(self) -> None:
        here = self.connected(Service(lambda r: HttpResponse(200, XML, r.getHeader(b"a"))))
        here.send(
            raw(b"POST /echo HTTP/1.1", b"Host: h", b"A: head", b"Transfer-Encoding: chunked")
            + b"0\r\nA: trailer\r\nContent-Length: 9\r\n\r\n"
        )
        self.case.assertEqual(here.answers()[0].body, b"head")

    def test_expect(self) -> None:
        here = self.connected()
        head = post(b"<a/>", b"Expect: 100-Continue")[:-4]
        self.case.assertEqual(here.send(head), b"HTTP/1.1 100 Continue\r\n\r\n")
        here.send(b"<a/>")
        self.case.assertEqual([a.status for a in here.answers()], [100, 200])

    def test_expect_in_one_segment_twice(self) -> None:
        here = self.connected()
        request = post(b"<a/>", b"Expect: 100-continue")
        here.send(request, request)
        self.case.assertEqual([a.status for a in here.answers()], [100, 200, 100, 200])

    def test_no_continue_for_what_is_refused(self) -> None:
        here = self.connected(**SMALL)
        here.send(post(b"x" * 1001, b"Expect: 100-continue")[:-1001])
        self.case.assertEqual([a.status for a in here.answers()], [413])

    def test_expect_in_http_1_0(self) -> None:
        here = self.connected()
        here.send(post(b"<a/>", b"Expect: 100-continue", version=b"HTTP/1.0"))
        self.case.assertEqual([a.status for a in here.answers()], [200])

    def test_head(self) -> None:
        here = self.connected()
        here.send(raw(b"HEAD /echo HTTP/1.1", b"Host: h") + post(b"x"))
        answers = parse_answers(here.answer, heads=[0])
        self.case.assertEqual(answers[0].fields[b"content-length"], b"11")
        self.case.assertEqual(answers[1].body, b"POST /echo x")

    def test_upgrade_is_not_taken(self) -> None:
        here = self.connected()
        fields = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAM")
        here.send(post(b"1", *fields) + post(b"2"))
        self.case.assertEqual([a.status for a in here.answers()], [200, 200])

    def test_connect_and_unknown_methods_reach_the_resource(self) -> None:
        for method in (b"CONNECT", b"BREW", b"PROPFIND", b"get"):
            here = self.connected()
            here.send(raw(method + b" /echo HTTP/1.1", b"Host: h"))
            self.case.assertEqual(here.answers()[0].body, method + b" /echo ")

    def test_absolute_form(self) -> None:
        here = self.connected()
        here.send(post(b"", path=b"http://elsewhere:80/echo?x"))
        self.case.assertEqual(here.answers()[0].body, b"POST /echo ")
        (request,) = here.service.requests
        self.case.assertEqual(request.uri, b"/echo?x")
        self.case.assertEqual(request.requestHeaders.getRawHeaders(b"host"), [b"elsewhere:80"])
        self.case.assertEqual(request.getRequestHostname(), b"elsewhere")

    def test_empty_line_before_a_request(self) -> None:
        here = self.connected()
        here.send(post(b"1"), b"\r\n", post(b"2") + b"\r\n" + post(b"3"), b"\r", b"\n", post(b"4"))
        self.case.assertEqual([a.status for a in here.answers()], [200] * 4)

    def test_options_star(self) -> None:
        here = self.connected()
        here.send(raw(b"OPTIONS * HTTP/1.1", b"Host: h") + raw(b"GET * HTTP/1.1", b"Host: h"))
        self.case.assertEqual(
            [(a.status, a.fields.get(b"allow"), a.body) for a in here.answers()],
            [(200, None, b""), (405, b"OPTIONS", b"")],
        )

    def test_status_without_a_body(self) -> None:
        here = self.connected(Service(lambda request: HttpResponse(202)))
        here.send(post() + post())
        self.case.assertEqual([(a.status, a.body) for a in here.answers()], [(202, b"")] * 2)
        self.case.assertNotIn(b"content-type", here.answers()[0].fields)

    # ------------------------------------------------------------------ the request face

    def test_face(self) -> None:
        here = self.connected()
        here.send(post(b"abc", b"X-A: 1", b"x-a: 2", path=b"/echo/a%20b/?q=%41&q=&r"))
        request = here.service.requests[0]
        self.case.assertEqual(
            (request.method, request.uri, request.path, request.clientproto),
            (b"POST", b"/echo/a%20b/?q=%41&q=&r", b"/echo/a%20b/", b"HTTP/1.1"),
        )
        self.case.assertEqual((request.prepath, request.postpath), ([b"echo"], [b"a b", b""]))
        self.case.assertEqual(request.getHeader(b"X-A"), b"2")
        self.case.assertEqual(request.getHeader("x-A"), "2")
        self.case.assertIsNone(request.getHeader("none"))
        self.case.assertEqual(request.requestHeaders.getRawHeaders(b"x-a"), [b"1", b"2"])
        self.case.assertEqual(request.getAllHeaders()[b"x-a"], b"2")
        self.case.assertEqual(request.args, {b"q": [b"A", b""]})
        self.case.assertEqual(request.getClientAddress().host, "192.168.1.1")
        self.case.assertEqual(request.getHost().port, 12345)
        self.case.assertEqual(request.getRequestHostname(), b"localhost")
        self.case.assertFalse(request.isSecure())

    def test_handlers_set_status_and_fields(self) -> None:
        def reply(request: Any) -> HttpResponse:
            request.setHeader("X-One", "1")
            request.setHeader(b"content-type", b"text/plain")
            request.setResponseCode(503)
            return HttpResponse(200, XML, b"no")

        here = self.connected(Service(reply))
        here.send(post() + post())
        for answer in here.answers():
            self.case.assertEqual(answer.status, 503)
            self.case.assertEqual(
                list(answer.fields),
                [b"server", b"date", b"x-one", b"content-type", b"content-length"],
            )
            self.case.assertEqual(answer.fields[b"content-type"], b"text/plain")

    def test_a_header_cannot_be_split(self) -> None:
        def reply(request: Any) -> HttpResponse:
            request.setHeader(b"X-One", b"1\r\nX-Two: 2")
            return HttpResponse(200, XML, b"")

        here = self.connected(Service(reply))
        here.send(post())
        self.case.assertNotIn(b"x-two", here.answers()[0].fields)

    def test_notify_finish(self) -> None:
        told: list[Any] = []

        def reply(request: Any) -> HttpResponse:
            request.notifyFinish().addBoth(told.append)
            return HttpResponse(200, XML, b"")

        here = self.connected(Service(reply))
        here.send(post())
        self.case.assertEqual(told, [None])

    # ------------------------------------------------------------------ answers that come later

    def test_deferred(self) -> None:
        waiting, service = later()
        here = self.connected(service)
        self.case.assertEqual(here.send(post()), b"")
        here.advance(3600)
        self.case.assertFalse(here.wire.closed)
        waiting.callback(HttpResponse(200, XML, b"at last"))
        self.case.assertEqual(here.answers()[0].body, b"at last")
        service.reply = None
        here.send(post(b"next"))
        self.case.assertEqual(here.answers()[1].body, b"POST /echo next")

    def test_deferred_that_has_fired(self) -> None:
        def reply(request: Any) -> Any:
            fired: Deferred[Any] = Deferred()
            fired.callback(HttpResponse(200, XML, request.content.read()))
            return fired

        here = self.connected(Service(reply))
        here.send(*[post(b"%d" % n) for n in range(3)])
        here.send(b"".join(post(b"%d" % n) for n in range(3, 2000)))
        self.case.assertEqual([int(a.body) for a in here.answers()], list(range(2000)))

    def test_later_requests_wait(self) -> None:
        first, service = later()
        here = self.connected(service)
        here.send(post(b"1") + post(b"2")[:20])
        service.reply = None
        here.send(post(b"2")[20:] + post(b"3"))
        self.case.assertEqual((here.answer, len(service.requests)), (b"", 1))
        first.callback(HttpResponse(200, XML, b"1"))
        self.case.assertEqual([a.body[-1:] for a in here.answers()], [b"1", b"2", b"3"])

    def test_a_flood_of_later_requests_is_not_read(self) -> None:
        first, service = later()
        here = self.connected(service)
        here.send(post(b"1"))
        service.reply = None
        sent = 0
        flood = b"".join(post(b"x" * 100) for _ in range(10))
        while here.wire.producerState == "producing" and sent < 1000:
            here.send(flood)
            sent += 10
        self.case.assertEqual(here.wire.producerState, "paused")
        self.case.assertLess(sent * 200, 200_000)
        first.callback(HttpResponse(200, XML, b""))
        self.case.assertEqual(here.wire.producerState, "producing")
        self.case.assertEqual(len(here.answers()), sent + 1)

    def test_disconnect_cancels(self) -> None:
        cancelled: list[Any] = []
        waiting: Deferred[Any] = Deferred(cancelled.append)
        told: list[Any] = []

        def reply(request: Any) -> Any:
            request.notifyFinish().addErrback(told.append)
            return waiting

        here = self.connected(Service(reply))
        here.send(post())
        here.hang_up()
        self.case.assertEqual(cancelled, [waiting])
        self.case.assertEqual(len(told), 1)
        self.case.assertEqual(here.answer, b"")

    def test_an_answer_for_one_who_has_gone(self) -> None:
        waiting: Deferred[Any] = Deferred(lambda deferred: None)
        here = self.connected(Service(lambda request: waiting))
        here.send(post())
        here.hang_up()
        waiting.addErrback(lambda reason: None)
        self.case.assertEqual(here.answer, b"")

    # ------------------------------------------------------------------ clients that send no more

    def test_half_closed(self) -> None:
        """An answer that comes later reaches it; `100 Continue` asks whether it is still there."""
        waiting, service = later()
        here = self.connected(service)
        here.send(post())
        here.half_close()
        here.advance(3600)
        self.case.assertFalse(here.wire.closed)
        waiting.callback(HttpResponse(200, XML, b"at last"))
        here.settle()
        asked, answer = here.answers()
        self.case.assertEqual((asked.status, answer.body), (100, b"at last"))
        self.case.assertEqual(answer.fields[b"connection"], b"close")
        self.case.assertTrue(here.wire.closed)
        self.case.assertFalse(here.wire.aborted)

    def test_half_closed_and_then_gone(self) -> None:
        for end in ("a reset", "a reset that nobody was told of"):
            cancelled: list[Any] = []
            waiting: Deferred[Any] = Deferred(cancelled.append)
            here = self.connected(Service(lambda request, waiting=waiting: waiting))
            here.send(post())
            here.half_close()
            if end == "a reset":
                here.hang_up()
            else:
                here.wire.error = 32
                here.advance(0.1)
                self.case.assertTrue(here.wire.aborted)
            self.case.assertEqual(cancelled, [waiting], end)

    def test_half_closed_in_http_1_0(self) -> None:
        """It knows no 100, so it cannot be asked: it is waited for, but not for ever."""
        cancelled: list[Any] = []
        for waiting in (Deferred[Any](), Deferred[Any](cancelled.append)):
            here = self.connected(Service(lambda request, waiting=waiting: waiting))
            here.send(post(version=b"HTTP/1.0"))
            here.half_close()
            here.advance(110)
            self.case.assertFalse(here.wire.closed)
            if not waiting._canceller:
                waiting.callback(HttpResponse(200, XML, b"at last"))
                self.case.assertEqual([a.body for a in here.answers()], [b"at last"])
        here.advance(20)
        self.case.assertEqual(cancelled, [waiting])

    def test_half_closed_behind_several_requests(self) -> None:
        """Those that are whole are answered, one after the other."""
        waiting: list[Deferred[Any]] = []
        here = self.connected(Service(lambda request: waiting.append(Deferred()) or waiting[-1]))
        here.send(post(b"1") + post(b"2") + post(b"3")[:-1])
        here.half_close()
        for number in (b"1", b"2"):
            self.case.assertFalse(here.wire.closed)
            waiting[-1].callback(HttpResponse(200, XML, number))
            here.settle()
        self.case.assertTrue(here.wire.closed)
        self.case.assertEqual(len(waiting), 2)
        answers = [answer for answer in here.answers() if answer.status == 200]
        self.case.assertEqual([answer.body for answer in answers], [b"1", b"2"])

    def test_half_closed_between_requests(self) -> None:
        for sent in (b"", post(), post()[:-1], post()[:20]):
            here = self.connected()
            here.send(sent)
            before = here.answer
            here.half_close()
            self.case.assertTrue(here.wire.closed, sent)
            self.case.assertEqual(here.answer, before)

    # ------------------------------------------------------------------ what goes wrong

    def test_malformed(self) -> None:
        for name, (data, status) in MALFORMED.items():
            for split in (False, True):
                here = self.connected(**SMALL)
                here.send(*([data[i : i + 1] for i in range(len(data))] if split else [data]))
                answers = here.answers()
                self.case.assertEqual([a.status for a in answers], [status], (name, split))
                self.case.assertEqual(answers[0].fields[b"connection"], b"close", name)
                self.case.assertIn(b"Fault>", answers[0].body, name)
                self.case.assertTrue(here.wire.closed, name)
                self.case.assertEqual(here.service.requests, [], name)

    def test_what_cannot_become_a_request_is_refused_at_once(self) -> None:
        """Whoever sends it would wait in vain for twenty seconds."""
        for name, data in {
            "lines that end with LF": b"POST /echo HTTP/1.1\nHost: h\n\n",
            "one line that ends with LF": b"POST /echo HTTP/1.1\r\nHost: h\nA: b\r\nC: d",
            "a greeting": b"SSH-2.0-OpenSSH_9\r\n",
            "HTTP/0.9": b"GET /echo\r\n",
            "TLS": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03",
            "what follows a request that has said too short a length": post() + b"<b/>",
        }.items():
            for split in (False, True):
                here = self.connected()
                here.send(*([data[i : i + 1] for i in range(len(data))] if split else [data]))
                statuses = [answer.status for answer in here.answers()]
                self.case.assertEqual(statuses[-1:], [400], (name, split))
                self.case.assertTrue(here.wire.closed, (name, split))

    def test_good_requests_before_a_bad_one_are_answered(self) -> None:
        here = self.connected()
        here.send(post() + b"nonsense\r\n\r\n" + post())
        self.case.assertEqual([a.status for a in here.answers()], [200, 400])

    def test_413_speaks_the_requests_version(self) -> None:
        here = self.connected(**SMALL)
        here.send(
            raw(
                b"POST /echo HTTP/1.1",
                b"Host: h",
                b"Content-Type: application/soap+xml",
                b"Content-Length: 2000",
            )
        )
        answer = here.answers()[0]
        self.case.assertEqual(answer.status, 413)
        self.case.assertIn(b"http://www.w3.org/2003/05/soap-envelope", answer.body)

    def test_a_body_at_the_limit(self) -> None:
        here = self.connected(**SMALL)
        here.send(post(b"x" * 1000))
        self.case.assertEqual(here.answers()[0].status, 200)

    def test_an_exception_in_respond(self) -> None:
        def reply(request: Any) -> HttpResponse:
            raise RuntimeError("secret")

        here = self.connected(Service(reply))
        here.send(post() + post())
        for answer in here.answers():
            self.case.assertEqual(answer.status, 500)
            self.case.assertIn(b"Fault>", answer.body)
            self.case.assertNotIn(b"secret", here.answer)
            self.case.assertNotIn(b"Traceback", here.answer)
        self.case.assertEqual(len(self.case.flushLoggedErrors(RuntimeError)), 2)

    def test_a_failure_in_a_deferred(self) -> None:
        waiting, service = later()
        here = self.connected(service)
        here.send(post())
        waiting.errback(RuntimeError("secret"))
        self.case.assertEqual(here.answers()[0].status, 500)
        self.case.assertNotIn(b"secret", here.answer)
        self.case.assertEqual(len(self.case.flushLoggedErrors(RuntimeError)), 1)

    def test_nonsense_from_respond(self) -> None:
        for nonsense in (None, b"text", 42):
            here = self.connected(Service(lambda request, found=nonsense: found))
            here.send(post())
            self.case.assertEqual(here.answers()[0].status, 500)
        self.case.assertEqual(len(self.case.flushLoggedErrors(TypeError)), 3)

    def test_no_such_path(self) -> None:
        here = self.connected()
        here.send(post(path=b"/other") + raw(b"GET /other HTTP/1.1", b"Host: h"))
        fault, page = here.answers()
        self.case.assertEqual((fault.status, page.status), (404, 404))
        self.case.assertIn(b"services here: /echo", fault.body)
        self.case.assertIn(b"Fault>", fault.body)
        self.case.assertEqual(page.fields[b"content-type"], b"text/plain; charset=utf-8")

    # ------------------------------------------------------------------ time

    def test_idle_connections_are_closed(self) -> None:
        here = self.connected()
        here.send(post())
        before = here.answer
        here.advance(58)
        self.case.assertFalse(here.wire.closed)
        here.advance(3)
        self.case.assertTrue(here.wire.closed)
        self.case.assertEqual(here.answer, before)

    def test_a_connection_that_sends_nothing(self) -> None:
        here = self.connected()
        here.advance(62)
        self.case.assertTrue(here.wire.closed)
        self.case.assertEqual(here.answer, b"")

    def test_a_slow_header(self) -> None:
        here = self.connected()
        for byte in post()[:15]:
            here.send(bytes([byte]))
            here.advance(2)
        self.case.assertTrue(here.wire.closed)
        self.case.assertEqual([a.status for a in here.answers()], [408])

    def test_a_body_that_stops(self) -> None:
        here = self.connected()
        here.send(post(b"x" * 100)[:-50])
        here.advance(29)
        self.case.assertEqual(here.answer, b"")
        here.send(b"x")
        here.advance(28)
        self.case.assertEqual(here.answer, b"")
        here.advance(4)
        self.case.assertEqual([a.status for a in here.answers()], [408])

    def test_a_slow_body(self) -> None:
        here = self.connected()
        here.send(post(b"x" * 100)[:-100])
        for _ in range(16):
            here.advance(20)
            here.send(b"x")
        self.case.assertEqual([a.status for a in here.answers()], [408])

    def test_the_clock_stops_with_the_last_connection(self) -> None:
        here = self.connected()
        here.hang_up()
        self.case.assertEqual(here.clock.getDelayedCalls(), [])

    def test_a_client_that_does_not_read(self) -> None:
        here = self.connected()
        here.send(post())
        here.wire.producer.pauseProducing()
        here.send(post(b"unread"))
        here.advance(125)
        self.case.assertTrue(here.wire.aborted)

    # ------------------------------------------------------------------ winding up

    def test_drain(self) -> None:
        waiting, service = later()
        here = self.connected(service)
        here.send(post())
        done: list[Any] = []
        here.factory.drain(30).addCallback(done.append)
        self.case.assertFalse(here.wire.closed)
        waiting.callback(HttpResponse(200, XML, b"bye"))
        here.settle()
        self.case.assertEqual(here.answers()[0].fields[b"connection"], b"close")
        self.case.assertTrue(here.wire.closed)
        self.case.assertEqual(done, [None])

    def test_drain_closes_idle_connections(self) -> None:
        here = self.connected()
        here.send(post())
        done: list[Any] = []
        here.factory.drain(30).addCallback(done.append)
        here.settle()
        self.case.assertEqual((here.wire.closed, done), (True, [None]))

    def test_drain_does_not_wait_for_ever(self) -> None:
        waiting, service = later()
        waiting.addErrback(lambda reason: None)
        here = self.connected(service)
        here.send(post())
        done: list[Any] = []
        here.factory.drain(30).addCallback(done.append)
        here.advance(31)
        self.case.assertEqual((here.wire.aborted, done), (True, [None]))
