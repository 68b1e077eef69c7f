"""What SOAP asks of a service, as tests for either front; see test_resource."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from lxml import etree
from twisted.internet.defer import Deferred, succeed
from twisted.logger import globalLogPublisher
from twisted.web.resource import Resource

from generated.EchoServer_server import EchoServer
from tests.twisted_ import services
from tests.twisted_.services import (
    ECHO,
    ECHO12,
    PING,
    TELL,
    Ping,
    PingServer,
    envelope,
)
from tests.twisted_.wire import Answer, Connected, post, raw
from ZSI import TC
from ZSI.call import response_of
from ZSI.errors import EvaluateException, FaultException
from ZSI.fault import Fault
from ZSI.limits import Limits
from ZSI.parse import ParsedSoap
from ZSI.twisted.access import ExchangeLog
from ZSI.twisted.dispatching import HandlerError
from ZSI.writer import SoapWriter

SOAP11 = "{http://schemas.xmlsoap.org/soap/envelope/}"
SOAP12 = "{http://www.w3.org/2003/05/soap-envelope}"
ACTION = b'SOAPAction: "Echo"'

#: Messages that are refused: the local name of the 1.1 fault code, and words of its text.
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "not XML": (b"hello", "Client", ""),
    "nothing": (b"", "Client", ""),
    "cut off": (ECHO[:-20], "Client", ""),
    "not an Envelope": (b"<a/>", "Client", "Envelope"),
    "an unknown envelope namespace": (
        ECHO.replace(b"schemas.xmlsoap.org/soap/envelope", b"example.org"),
        "VersionMismatch",
        "",
    ),
    "an empty Body": (envelope(""), "Client", "Body is empty"),
    "no Body": (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>',
        "Client",
        "Body",
    ),
    "an unknown operation": (envelope('<x:Nothing xmlns:x="urn:x"/>'), "Client", "Echo"),
    "a missing child": (envelope('<Echo xmlns="urn:ZSI"/>'), "Client", "value"),
    "a wrong child": (
        envelope('<Echo xmlns="urn:ZSI"><wrong>1</wrong></Echo>'),
        "Client",
        "wrong",
    ),
    "a DTD": (b'<!DOCTYPE a [<!ENTITY b "c">]>' + ECHO, "Client", ""),
    "an entity bomb": (
        b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 99 + b'"><!ENTITY d "&b;&b;&b;">]>' + ECHO,
        "Client",
        "",
    ),
    "too deep": (envelope("<a>" * 300 + "</a>" * 300), "Client", ""),
    "NUL": (ECHO.replace(b"plop", b"pl\0op"), "Client", ""),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + ECHO, "Client", ""),
    "an unknown mustUnderstand header": (
        envelope(
            '<Echo xmlns="urn:ZSI"><value>1</value></Echo>',
            '<h:Security xmlns:h="urn:h" e:mustUnderstand="1"/>',
        ),
        "MustUnderstand",
        "Security",
    ),
    "over the limit": (ECHO + b" " * 5000, "Client", "limit"),
}


class SoapSuite:
    """Mixed with a TestCase; ``kind`` names the front."""

    kind: str
    case: Any

    def served(self, service: Any, **settings: Any) -> Connected:
        self.case = self
        made = Connected(self.kind, service, **settings)
        self.case.addCleanup(made.hang_up)
        return made

    def call(self, service: Any, message: bytes = ECHO, *fields: bytes, **kw: Any) -> Answer:
        """The answer to one message."""
        here = self.served(service, **kw)
        here.send(post(message, *(fields or (ACTION,))))
        return here.answers()[0]

    def echoed(self, answer: Answer, value: str = "plop") -> None:
        self.case.assertEqual(answer.status, 200, answer.body)
        root = etree.fromstring(answer.body)
        self.case.assertEqual([e.text for e in root.iter("{urn:ZSI}value")], [value])

    def fault(self, answer: Answer) -> tuple[str, str]:
        """Local name of the code, and the text, of a fault of either version."""
        root = etree.fromstring(answer.body)
        (found,) = [e for e in root.iter() if etree.QName(e).localname == "Fault"]
        if root.tag.startswith(SOAP11):
            code, text = found.findtext("faultcode"), found.findtext("faultstring")
        else:
            code = found.findtext(f"{SOAP12}Code/{SOAP12}Value")
            text = found.findtext(f"{SOAP12}Reason/{SOAP12}Text")
        assert code is not None and text is not None
        return code.rpartition(":")[2], text

    # ------------------------------------------------------------------ ways to write a service

    def test_synchronous(self) -> None:
        self.echoed(self.call(services.Synchronous()))

    def test_deferred(self) -> None:
        here = self.served(None)
        service = services.Delayed(here.clock)
        here.factory.resource.children[b"echo"] = service
        self.case.assertEqual(here.send(post(ECHO, ACTION)), b"")
        here.advance(4)
        self.case.assertEqual(here.answer, b"")
        here.advance(2)
        self.echoed(here.answers()[0])

    def test_calls_overlap(self) -> None:
        here = self.served(None)
        here.factory.resource.children[b"echo"] = services.Delayed(here.clock)
        wires = []
        for number in range(50):
            here.connect()
            here.send(post(ECHO.replace(b"plop", b"%d" % number), ACTION))
            wires.append((number, here.wire, here.protocol))
        here.advance(5)
        for number, wire, protocol in wires:
            self.case.assertIn(b">%d<" % number, wire.value())
            here.protocol, here.wire, here.lost = protocol, wire, False
            here.hang_up()

    def test_factories(self) -> None:
        kinds: list[Any] = [
            services.EchoDeferHandlerChainFactory,
            services.EchoDeferHandlerChainFactory(),
            services.FactoryWithoutClassmethod,
            services.FactoryWithoutClassmethod(),
        ]
        for factory in kinds:
            here = self.served(None)
            here.factory.resource.children[b"echo"] = services.Delayed(here.clock, factory)
            here.send(post(ECHO, ACTION))
            here.advance(5)
            self.echoed(here.answers()[0])

    def test_factory_on_the_generated_class(self) -> None:
        class Stub(EchoServer):
            pass

        class Service(Stub):
            def __init__(self) -> None:
                Stub.factory = services.EchoDeferHandlerChainFactory

            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = Stub.soap_Echo(self, ps, **kw)
                return request, succeed(request)

        self.echoed(self.call(Service()))

    def test_typed(self) -> None:
        self.echoed(self.call(services.Typed()))

    def test_typed_in_every_way(self) -> None:
        async def coroutine(request: Any) -> Any:
            return request

        for reply in (lambda request: request, succeed, coroutine):

            class Service(EchoServer):
                made = staticmethod(reply)

                def Echo(self, request: Any) -> Any:
                    return self.made(request)

            self.echoed(self.call(Service()))

    def test_soap_method_that_is_a_coroutine(self) -> None:
        class Service(EchoServer):
            async def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps, **kw)

                async def answer() -> Any:
                    return request

                return request, answer()

        self.echoed(self.call(Service()))

    def test_soap_method_wins_over_the_typed_one(self) -> None:
        class Service(services.Typed):
            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps, **kw)
                request.value = "soap_Echo"
                return request, request

        self.echoed(self.call(Service()), "soap_Echo")

    def test_method_without_keywords(self) -> None:
        class Service(EchoServer):
            def soap_Echo(self, ps: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps)
                return request, request

        self.echoed(self.call(Service()))

    def test_stub_that_nobody_has_filled(self) -> None:
        answer = self.call(EchoServer())
        self.case.assertEqual(answer.status, 500)
        self.case.assertEqual(self.fault(answer)[0], "Server")
        self.case.assertEqual(len(self.case.flushLoggedErrors(EvaluateException)), 1)

    def test_handwritten_class(self) -> None:
        class Service(services.WSResource):
            def soap_Ping(self, ps: Any, **kw: Any) -> Any:
                request = ps.Parse(Ping.typecode)
                return request, Ping(text=request.text + "!")

        self.case = self
        answer = self.call(Service(), PING)
        self.case.assertIn(b"<text>hello!</text>", answer.body)
        answer = self.call(Service(), envelope("<p:Other/>"))
        self.case.assertIn("Ping", self.fault(answer)[1])

    # ------------------------------------------------------------------ dispatch

    def test_action_only_breaks_ties(self) -> None:
        for action, text in (
            (b"urn:ping#Poke", b"poked"),
            (b"urn:ping#Ping", b"stub"),
            (b"", b"stub"),
            (b"urn:other", b"stub"),
        ):
            answer = self.call(PingServer(), PING, b'SOAPAction: "' + action + b'"')
            self.case.assertIn(text, answer.body)
        self.case.assertIn(b"stub", self.call(PingServer(), PING, b"X: no action").body)

    def test_action_for_an_empty_body(self) -> None:
        class Service(PingServer):
            def soap_Ping(self, ps: Any, **kw: Any) -> Any:
                return None, Ping(text="empty")

        answer = self.call(Service(), envelope(""), b'SOAPAction: "urn:ping#Ping"')
        self.case.assertIn(b"empty", answer.body)

    def test_pedantic(self) -> None:
        service = services.Typed()
        service.pedantic = True
        self.echoed(self.call(service))
        for fields in ((b"SOAPAction: Echo",), (b"X: none",), (b'SOAPAction: "Other"',)):
            self.case.assertEqual(self.fault(self.call(service, ECHO, *fields))[0], "Client")

    # ------------------------------------------------------------------ versions, headers

    def test_a_header_block_without_a_namespace(self) -> None:
        """It is passed over, unless somebody says that it matters."""
        body = "<p:Ping><text>hello</text></p:Ping>"
        service = PingServer()
        for version in ("1.1", "1.2"):
            plain = self.served(service).send(post(envelope(body, "<token>1</token>", version)))
            self.case.assertIn(b"<text>stub</text>", plain)
            must = envelope(body, '<token e:mustUnderstand="1">1</token>', version)
            self.case.assertEqual(self.fault(self.call(service, must))[0], "MustUnderstand")
        service.pedantic = True
        code, text = self.fault(self.call(service, envelope(body, "<token>1</token>")))
        self.case.assertEqual(code, "Client")
        self.case.assertIn("header blocks are namespace-qualified, 'token' is not", text)

    def test_version_of_the_request(self) -> None:
        here = self.served(services.Typed())
        here.send(
            post(ECHO12).replace(b"text/xml", b'application/soap+xml; charset=utf-8; action="Echo"')
        )
        answer = here.answers()[0]
        self.echoed(answer)
        self.case.assertEqual(
            answer.fields[b"content-type"], b"application/soap+xml; charset=utf-8"
        )
        self.case.assertEqual(etree.fromstring(answer.body).tag, f"{SOAP12}Envelope")

    def test_faults_of_version_1_2(self) -> None:
        here = self.served(services.Typed())
        for message in (ECHO12.replace(b"value", b"wrong"), b"not XML"):
            here.send(post(message).replace(b"text/xml", b"application/soap+xml"))
        for answer in here.answers():
            self.case.assertEqual(answer.status, 400)
            self.case.assertEqual(self.fault(answer)[0], "Sender")

    def test_declared_and_understood_headers(self) -> None:
        ticket = '<p:Ticket e:mustUnderstand="1"><number>1</number></p:Ticket>'
        message = envelope("<p:Ping><text>x</text></p:Ping>", ticket)
        self.case = self
        self.case.assertEqual(self.call(PingServer(), message).status, 200)
        other = envelope("<p:Ping><text>x</text></p:Ping>", '<p:Other e:mustUnderstand="1"/>')
        self.case.assertEqual(self.fault(self.call(PingServer(), other))[0], "MustUnderstand")

        class Understanding(PingServer):
            understood = frozenset({(services.NS, "Other")})

        self.case.assertEqual(self.call(Understanding(), other).status, 200)
        elsewhere = other.replace(b"<p:Other ", b'<p:Other e:actor="urn:else" ')
        self.case.assertEqual(self.call(PingServer(), elsewhere).status, 200)

        class Acting(PingServer):
            actors = ("urn:else",)

        self.case.assertEqual(self.call(Acting(), elsewhere).status, 500)

    def test_prefix(self) -> None:
        service = services.Typed()
        service.prefix = "soap"
        self.case = self
        self.case.assertIn(b"<soap:Body", self.call(service).body)
        self.case.assertIn(b"<soap:Fault>", self.call(service, b"x").body)

    # ------------------------------------------------------------------ faults

    def test_refused(self) -> None:
        for name, (message, code, words) in REFUSED.items():
            here = self.served(services.Typed(), limits=Limits(body_bytes=100_000))
            here.service.limits = Limits(body_bytes=4_000)
            here.send(post(message, ACTION), post(ECHO, ACTION))
            answer, after = here.answers()
            found, text = self.fault(answer)
            self.case.assertEqual(found, code, name)
            self.case.assertIn(words, text, name)
            self.case.assertEqual(answer.status, 413 if "limit" in words else 500, name)
            for secret in (b"Traceback", b".py", b" at 0x", b"/work"):
                self.case.assertNotIn(secret, answer.body, name)
            self.echoed(after)

    def test_fault_of_the_service(self) -> None:
        raised: list[Exception] = [
            Fault("soapenv:Client.Card", "no money", actor="urn:bank", detail=[Ping(text="why")]),
            FaultException(Fault(Fault.Server, "no money")),
        ]
        for error in raised:

            class Service(EchoServer):
                problem = error

                def Echo(self, request: Any) -> Any:
                    raise self.problem

            answer = self.call(Service())
            self.case.assertEqual(answer.status, 500)
            self.case.assertEqual(self.fault(answer)[1], "no money")
            self.case.assertEqual(len(self.case.flushLoggedErrors()), 0)
        self.case.assertEqual(len(raised), 2)

    def test_fault_in_place_of_a_response(self) -> None:
        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                return Fault(Fault.Client, "returned")

        self.case = self
        self.case.assertEqual(self.fault(self.call(Service())), ("Client", "returned"))

    def test_typed_detail(self) -> None:
        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                raise Fault(Fault.Server, "no", detail=Ping(text="the detail"))

        answer = self.call(Service())
        self.case.assertIn("the detail", "".join(etree.fromstring(answer.body).itertext()))

    def test_unexpected_exception(self) -> None:
        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                raise KeyError("secret")

        answer = self.call(Service())
        self.case.assertEqual((answer.status, self.fault(answer)[0]), (500, "Server"))
        self.case.assertNotIn(b"secret", answer.body)
        self.case.assertEqual(len(self.case.flushLoggedErrors(KeyError)), 1)

    def test_response_that_cannot_be_written(self) -> None:
        for wrong in (object(), Ping(text="\0"), "text"):

            class Service(EchoServer):
                given = wrong

                def Echo(self, request: Any) -> Any:
                    return self.given

            answer = self.call(Service())
            self.case.assertEqual((answer.status, self.fault(answer)[0]), (500, "Server"))
            self.case.assertEqual(len(self.case.flushLoggedErrors(EvaluateException)), 1)

    def test_fault_that_cannot_be(self) -> None:
        """The service's mistake, not the client's."""

        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                raise Fault("my:Code", "x")

        answer = self.call(Service())
        self.case.assertEqual(self.fault(answer)[:2], ("Server", "Processing Failure"))
        self.case.assertEqual(len(self.case.flushLoggedErrors(EvaluateException)), 1)

    def test_other_messages(self) -> None:
        """What a service writes to others, and is answered by them, is not its client's fault."""
        answered = ParsedSoap("<x><text/></x>", envelope=False)
        for wrong in (
            lambda: SoapWriter().serialize(3, TC.String("x")),
            lambda: response_of(answered, TC.Integer("x")),
        ):

            class Service(EchoServer):
                def Echo(self, request: Any, wrong: Any = wrong) -> Any:
                    return wrong()

            answer = self.call(Service())
            self.case.assertEqual(self.fault(answer)[:2], ("Server", "Processing Failure"))
            self.case.assertEqual(len(self.case.flushLoggedErrors(EvaluateException)), 1)

    def test_no_pair(self) -> None:
        for wrong in (None, 1, (1,), "ab"):

            class Service(EchoServer):
                given = wrong

                def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                    return self.given

            events = self.logged(lambda kind=Service: self.call(kind(), log=ExchangeLog()))
            self.case.assertEqual(len(events), 1)
            self.case.assertIn("pair (request, response)", str(events[0]["log_failure"].value))
            self.case.assertEqual(len(self.case.flushLoggedErrors()), 1)

    def test_no_response(self) -> None:
        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                return None

        answer = self.call(Service())
        self.case.assertEqual((answer.status, self.fault(answer)[0]), (500, "Server"))
        self.case.assertEqual(len(self.case.flushLoggedErrors(HandlerError)), 1)

    # ------------------------------------------------------------------ one-way

    def test_one_way(self) -> None:
        answer = self.call(PingServer(), TELL)
        self.case.assertEqual((answer.status, answer.body), (202, b""))

    def test_one_way_is_checked_first(self) -> None:
        answer = self.call(PingServer(), TELL.replace(b"text", b"wrong"))
        self.case.assertEqual((answer.status, self.fault(answer)[0]), (500, "Client"))

    def test_one_way_goes_on_without_the_client(self) -> None:
        waiting = services.never()

        class Service(PingServer):
            def Tell(self, request: Any) -> Any:
                return waiting

        here = self.served(Service())
        here.send(post(TELL))
        self.case.assertEqual(here.answers()[0].status, 202)
        here.hang_up()
        self.case.assertFalse(waiting.cancelled)
        waiting.errback(RuntimeError("later"))
        self.case.assertEqual(len(self.case.flushLoggedErrors(RuntimeError)), 1)

    def test_one_way_coroutines(self) -> None:
        done: list[str] = []

        class Service(PingServer):
            async def Tell(self, request: Any) -> None:
                done.append(request.text)

        self.case = self
        self.case.assertEqual(self.call(Service(), TELL).status, 202)
        self.case.assertEqual(done, ["hello"])

        class Failing(PingServer):
            async def soap_Tell(self, ps: Any, **kw: Any) -> Any:
                return ps.Parse(services.Tell.typecode), None

        answer = self.call(Failing(), TELL.replace(b"text", b"wrong"))
        self.case.assertEqual((answer.status, self.fault(answer)[0]), (500, "Client"))

    # ------------------------------------------------------------------ clients that go away

    def test_disconnect_cancels(self) -> None:
        waiting = services.never()

        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                return waiting

        here = self.served(Service(), log=ExchangeLog())
        here.send(post(ECHO))
        here.hang_up()
        self.case.assertTrue(waiting.cancelled)
        self.case.assertEqual(self.case.flushLoggedErrors(), [])

    def test_disconnect_cancels_a_coroutine(self) -> None:
        waiting = services.never()

        class Service(EchoServer):
            async def Echo(self, request: Any) -> Any:
                await waiting

        here = self.served(Service())
        here.send(post(ECHO))
        here.hang_up()
        self.case.assertTrue(waiting.cancelled)

    # ------------------------------------------------------------------ GET and other methods

    def get(self, service: Any, target: bytes, *fields: bytes, method: bytes = b"GET") -> Answer:
        here = self.served(service)
        lines = fields or (b"Host: localhost:8080",)
        here.send(raw(method + b" " + target + b" HTTP/1.1", *lines))
        return here.answers()[0]

    def address(self, answer: Answer) -> str:
        root = etree.fromstring(answer.body)
        (found,) = root.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
        return str(found.get("location"))

    def test_wsdl(self) -> None:
        for target in (b"/echo?wsdl", b"/echo?WSDL", b"/echo?wsdl=echo.wsdl", b"/echo?wsdl&x=1"):
            answer = self.get(services.Typed(), target, b"Host: here.example:99")
            self.case.assertEqual(answer.status, 200)
            self.case.assertEqual(answer.fields[b"content-type"], b"text/xml; charset=utf-8")
            self.case.assertEqual(self.address(answer), "http://here.example:99/echo")

    def test_wsdl_believes_a_proxy_only_if_told(self) -> None:
        fields = (
            b"Host: inner:8080",
            b"X-Forwarded-Proto: https",
            b"X-Forwarded-Host: outer.example, second",
            b"X-Forwarded-Prefix: /soap/",
        )
        service = services.Typed()
        answer = self.get(service, b"/echo?wsdl", *fields)
        self.case.assertEqual(self.address(answer), "http://inner:8080/echo")
        service.trust_proxy = True
        answer = self.get(service, b"/echo?wsdl", *fields)
        self.case.assertEqual(self.address(answer), "https://outer.example/soap/echo")
        hostile = (b"Host: inner", b'X-Forwarded-Host: a"><b', b"X-Forwarded-Proto: javascript")
        answer = self.get(service, b"/echo?wsdl", *hostile)
        self.case.assertEqual(self.address(answer), "http://inner/echo")

    def test_wsdl_by_a_target_with_a_host(self) -> None:
        """Then the Host field does not count (RFC 9112, 3.2.2)."""
        target = b"http://other.example:81/echo?wsdl"
        answer = self.get(services.Typed(), target, b"Host: here.example:99")
        self.case.assertEqual(self.address(answer), "http://other.example:81/echo")
        here = self.served(services.Typed())
        here.send(raw(b"GET " + target + b" HTTP/1.0"))
        self.case.assertEqual(self.address(here.answers()[0]), "http://other.example:81/echo")

    def test_wsdl_without_host(self) -> None:
        here = self.served(services.Typed())
        here.send(raw(b"GET /echo?wsdl HTTP/1.0"))
        self.case.assertEqual(self.address(here.answers()[0]), "http://10.0.0.1:12345/echo")

    def test_path_in_the_wsdl_is_escaped(self) -> None:
        answer = self.get(services.Typed(), b'/echo/"<&>?wsdl')
        self.case.assertEqual(self.address(answer), "http://localhost:8080/echo/%22%3C&%3E")

    def test_unknown_documents(self) -> None:
        for target in (b"/echo?xsd=none.xsd", b"/echo?wsdl=../../etc/passwd"):
            answer = self.get(services.Typed(), target)
            self.case.assertEqual(answer.status, 404)
            self.case.assertIn(b"echo.wsdl", answer.body)
        self.case.assertEqual(self.get(PingServer(), b"/echo?wsdl").status, 404)

    def test_page_for_people(self) -> None:
        answer = self.get(services.Typed(), b"/echo")
        self.case.assertEqual(answer.status, 200)
        self.case.assertEqual(answer.fields[b"content-type"], b"text/plain; charset=utf-8")
        for words in (b"Typed", b"http://localhost:8080/echo?wsdl", b"  Echo\n"):
            self.case.assertIn(words, answer.body)

    def test_head(self) -> None:
        here = self.served(services.Typed())
        here.send(raw(b"HEAD /echo HTTP/1.1", b"Host: h"))
        self.case.assertIn(b"Content-Length: ", here.answer)
        self.case.assertTrue(here.answer.endswith(b"\r\n\r\n"))

    def test_wrong_methods(self) -> None:
        for method in (b"PUT", b"DELETE", b"PATCH", b"TRACE", b"BREW"):
            answer = self.get(services.Typed(), b"/echo", method=method)
            self.case.assertEqual(answer.status, 405)
            self.case.assertEqual(answer.fields[b"allow"], b"GET, HEAD, OPTIONS, POST")
            self.case.assertEqual(self.fault(answer)[0], "Client")

    def test_options(self) -> None:
        answer = self.get(services.Typed(), b"/echo", method=b"OPTIONS")
        self.case.assertEqual((answer.status, answer.body), (200, b""))
        self.case.assertIn(b"POST", answer.fields[b"allow"])

    # ------------------------------------------------------------------ media types and codings

    def test_media_types(self) -> None:
        for kind, status in (
            (b"application/x-www-form-urlencoded", 200),
            (b"text/plain", 200),
            (b"application/json", 415),
            (b"application/vnd.api+json", 415),
            (b"multipart/related; boundary=x", 415),
        ):
            here = self.served(services.Typed())
            here.send(post(ECHO, ACTION).replace(b"text/xml", kind))
            answer = here.answers()[0]
            self.case.assertEqual(answer.status, status, kind)
            if status == 415:
                self.case.assertEqual(self.fault(answer)[0], "Client")

    def test_no_media_type(self) -> None:
        here = self.served(services.Typed())
        here.send(post(ECHO, ACTION).replace(b"Content-Type: text/xml\r\n", b""))
        self.echoed(here.answers()[0])

    def test_gzip_in(self) -> None:
        for name in (b"gzip", b"x-gzip", b"GZIP"):
            answer = self.call(services.Typed(), gzip.compress(ECHO), b"Content-Encoding: " + name)
            self.echoed(answer)

    def test_deflate_in(self) -> None:
        answer = self.call(services.Typed(), zlib.compress(ECHO), b"Content-Encoding: deflate")
        self.echoed(answer)

    def test_other_codings(self) -> None:
        for name in (b"br", b"gzip, gzip", b"zstd"):
            answer = self.call(services.Typed(), ECHO, b"Content-Encoding: " + name)
            self.case.assertEqual(answer.status, 415)

    def test_broken_gzip(self) -> None:
        packed = gzip.compress(ECHO)
        for body in (b"plain", packed[:-9], packed[:20], packed + b"junk"):
            answer = self.call(services.Typed(), body, b"Content-Encoding: gzip")
            self.case.assertEqual((answer.status, self.fault(answer)[0]), (400, "Client"), body)

    def test_gzip_bomb(self) -> None:
        bomb = gzip.compress(b"<a>" * 5_000_000, 9)
        answer = self.call(services.Typed(), bomb, b"Content-Encoding: gzip")
        self.case.assertEqual(answer.status, 413)

    def test_gzip_out(self) -> None:
        message = ECHO.replace(b"plop", b"p" * 100_000)
        for accepted, packed in ((b"gzip, deflate", True), (b"gzip;q=0", False), (b"br", False)):
            answer = self.call(services.Typed(), message, b"Accept-Encoding: " + accepted)
            self.case.assertEqual(answer.fields.get(b"content-encoding") == b"gzip", packed)
            if packed:
                self.case.assertEqual(answer.fields[b"vary"], b"Accept-Encoding")
                self.case.assertLess(len(answer.body), 2_000)
                answer.body = gzip.decompress(answer.body)
            self.echoed(answer, "p" * 100_000)
        small = self.call(services.Typed(), ECHO, b"Accept-Encoding: gzip")
        self.case.assertNotIn(b"content-encoding", small.fields)

    # ------------------------------------------------------------------ chains

    def test_handlers_run_in_order_both_ways(self) -> None:
        said: list[str] = []
        test = self

        @services.implementer(services.HandlerChainInterface)
        class Handler:
            def __init__(self, name: str, wait: bool = False) -> None:
                self.name = name
                self.wait = wait

            def processRequest(self, ps: Any, **kw: Any) -> Any:
                said.append(f"{self.name} in")
                test.case.assertIsInstance(kw["resource"], EchoServer)
                return succeed(ps) if self.wait else ps

            def processResponse(self, sw: Any, **kw: Any) -> Any:
                said.append(f"{self.name} out")
                return succeed(sw) if self.wait else sw

        class Factory:
            waits = False

            def newInstance(self) -> Any:
                return services.DeferHandlerChain(
                    services.DefaultCallbackHandler,
                    services.DataHandler,
                    Handler("one", self.waits),
                    Handler("two", self.waits),
                )

        for waits in (False, True):
            service = services.Typed()
            service.factory = Factory()
            service.factory.waits = waits
            said.clear()
            self.echoed(self.call(service))
            self.case.assertEqual(said, ["one in", "two in", "one out", "two out"])

    def test_a_chain_of_ones_own(self) -> None:
        ways = iter((False, True))

        class Chain:
            def processRequest(self, data: bytes, **kw: Any) -> Any:
                return data.replace(b"plop", b"mine")

            def processResponse(self, data: bytes, **kw: Any) -> Any:
                return succeed(data) if next(ways) else data

        class Factory:
            newInstance = Chain

        for _ in range(2):
            service = services.Typed()
            service.factory = Factory()
            answer = self.call(service)
            self.case.assertEqual(answer.body, ECHO.replace(b"plop", b"mine"))

    def test_the_stock_handler_may_be_changed(self) -> None:
        class Reader(ParsedSoap):
            def __init__(self, text: bytes, **kw: Any) -> None:
                super().__init__(text.replace(b"plop", b"read"), **kw)

        class Writer(SoapWriter):
            def __str__(self) -> str:
                return super().__str__().replace("plop", "written")

        def read(cls: Any, data: bytes, **kw: Any) -> Any:
            return plain(data.replace(b"plop", b"patched"), **kw)

        plain = services.DataHandler.processRequest
        for name, value, expected in (
            ("readerClass", Reader, "read"),
            ("writerClass", Writer, "written"),
            ("processRequest", classmethod(read), "patched"),
        ):
            before = vars(services.DataHandler)[name]
            setattr(services.DataHandler, name, value)
            try:
                self.echoed(self.call(services.Typed()), expected)
            finally:
                setattr(services.DataHandler, name, before)
            self.echoed(self.call(services.Typed()))

    def test_handlers_see_the_request(self) -> None:
        class Service(EchoServer):
            def soap_Echo(self, ps: Any, **kw: Any) -> Any:
                request, _ = EchoServer.soap_Echo(self, ps)
                face = kw["request"]
                face.setHeader("X-Path", face.path)
                face.setResponseCode(203)
                request.value = face.getHeader("x-test")
                return request, request

        answer = self.call(Service(), ECHO, b"X-Test: seen")
        self.case.assertEqual((answer.status, answer.fields[b"x-path"]), (203, b"/echo"))
        self.case.assertIn(b">seen<", answer.body)

    # ------------------------------------------------------------------ the log

    def logged(self, action: Any) -> list[dict[str, Any]]:
        """The events of our logger while something is done."""
        events: list[dict[str, Any]] = []

        def observe(event: dict[str, Any]) -> None:
            if event.get("log_namespace") == "ZSI.twisted":
                events.append(event)

        globalLogPublisher.addObserver(observe)
        try:
            action()
        finally:
            globalLogPublisher.removeObserver(observe)
        return events

    def test_one_event_an_exchange(self) -> None:
        events = self.logged(lambda: self.call(services.Typed(), log=ExchangeLog()))
        self.case.assertEqual(len(events), 1)
        event = events[0]
        self.case.assertEqual(
            (event["method"], event["path"], event["status"], event["operation"]),
            ("POST", "/echo", 200, "Echo"),
        )

    def test_findings_are_in_the_event(self) -> None:
        events = self.logged(lambda: self.call(services.Typed(), ECHO, b"X: 1", log=ExchangeLog()))
        self.case.assertEqual(len(events), 1)
        self.case.assertEqual([f.rule for f in events[0]["findings"]], ["soapaction-missing"])

    def test_the_traceback_is_in_the_event(self) -> None:
        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                raise KeyError("secret")

        events = self.logged(lambda: self.call(Service(), log=ExchangeLog()))
        self.case.assertEqual(len(events), 1)
        self.case.assertIn("secret", events[0]["log_failure"].getTraceback())
        self.case.assertEqual(len(self.case.flushLoggedErrors(KeyError)), 1)

    # ------------------------------------------------------------------ a tree of services

    def test_two_services(self) -> None:
        root = Resource()
        root.putChild(b"echo", services.Typed())
        api = Resource()
        root.putChild(b"api", api)
        api.putChild(b"ping", PingServer())
        here = self.served(root)
        here.send(post(ECHO), post(PING, path=b"/api/ping"), post(PING, path=b"/api"))
        first, second, third = here.answers()
        self.echoed(first)
        self.case.assertIn(b"stub", second.body)
        self.case.assertEqual(third.status, 404)
        self.case.assertIn(b"/api/ping, /echo", third.body)

    def test_a_service_as_the_root(self) -> None:
        here = self.served(services.Typed())
        here.factory.resource = here.service
        here.send(post(ECHO, path=b"/any/where"))
        self.echoed(here.answers()[0])

    def test_a_deferred_response_that_fails(self) -> None:
        waiting: Deferred[Any] = Deferred()

        class Service(EchoServer):
            def Echo(self, request: Any) -> Any:
                return waiting

        here = self.served(Service())
        here.send(post(ECHO))
        waiting.errback(FaultException(Fault(Fault.Client, "from afar")))
        self.case.assertEqual(self.fault(here.answers()[0]), ("Client", "from afar"))
