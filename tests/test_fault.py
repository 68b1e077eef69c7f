"""Faults both ways, and the one table from errors to faults."""

from __future__ import annotations

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI import errors
from ZSI.envelope import SOAP11, SOAP12, VERSIONS, SoapVersion, parse_envelope, parse_media_type
from ZSI.errors import (
    DataEncodingUnknown,
    EvaluateException,
    FaultException,
    LimitExceeded,
    MustUnderstand,
    ParseException,
    RequestRefused,
    UnknownOperation,
    ValueRefused,
    VersionMismatch,
    Where,
    WSActionException,
    ZSIException,
)
from ZSI.fault import (
    Fault,
    FaultFromActor,
    FaultFromException,
    FaultFromFaultMessage,
    FaultFromNotUnderstood,
    FaultFromZSIException,
    FaultType,
    fault_envelope,
    fault_for,
    fault_of_element,
    read_fault,
)
from ZSI.names import SOAP11_ENV, SOAP12_ENV, QName
from ZSI.xmlio import parse_document, replace_forbidden

BOTH = tuple(VERSIONS.values())


def reread(fault: Fault, version: SoapVersion, prefix: str = "soapenv") -> Fault:
    return read_fault(parse_envelope(fault_envelope(fault, version, prefix=prefix)))


class FaultTests(SynchronousTestCase):
    def test_documented_names(self) -> None:
        self.assertEqual(
            (Fault.Client, Fault.Server, Fault.MU),
            ("soapenv:Client", "soapenv:Server", "soapenv:MustUnderstand"),
        )
        self.assertIs(Fault.AsSoap, Fault.AsSOAP)
        fault = Fault(Fault.Client, "text", "urn:a", "<d/>", "<h:h xmlns:h='u:h'/>")
        self.assertEqual((fault.code, fault.string, fault.actor), (Fault.Client, "text", "urn:a"))
        self.assertEqual((fault.detail, str(fault)), ("<d/>", "text"))
        self.assertEqual(fault.DataForSOAPHeader(), "<h:h xmlns:h='u:h'/>")
        self.assertIsNone(Fault(Fault.Client, "x").DataForSOAPHeader())
        self.assertIsInstance(fault, ZSIException)
        kept = FaultType("Client", "text", None, None)
        self.assertEqual((kept.faultcode, kept.faultstring), ("Client", "text"))

    def test_as_soap(self) -> None:
        fault = Fault(Fault.Client, "é")
        self.assertEqual(fault.AsSOAP().encode(), fault_envelope(fault, SOAP11))
        self.assertEqual(
            fault.AsSOAP(version=SOAP12, prefix="soap").encode(),
            fault_envelope(fault, SOAP12, prefix="soap"),
        )

    def test_can_cross_processes(self) -> None:
        fault = pickle.loads(pickle.dumps(Fault(("urn:x", "C"), "text", "urn:a", ["<d/>"])))
        self.assertEqual((fault.name, fault.string, fault.actor), (("urn:x", "C"), "text", "urn:a"))


class RoundTripTests(SynchronousTestCase):
    @settings(deadline=None)
    @given(
        st.sampled_from(["Client", "Server.Busy", ("urn:x", "Code"), "Free", Fault.MU]),
        st.text(max_size=20),
        st.none() | st.just("urn:a"),
        st.sampled_from([None, [], ["<d xmlns='urn:d'>x</d>", "<e/>"]]),
        st.sampled_from(["soapenv", "soap", ""]),
        st.sampled_from(BOTH),
    )
    def test_any(
        self,
        code: str | tuple[str, str],
        string: str,
        actor: str | None,
        detail: list[str] | None,
        prefix: str,
        version: SoapVersion,
    ) -> None:
        """Read and written again, a fault is the same message."""
        first = fault_envelope(Fault(code, string, actor, detail), version)
        again = reread(Fault(code, string, actor, detail), version, prefix)
        self.assertEqual(again.actor, actor)
        if string == string.strip():
            self.assertEqual(again.string, replace_forbidden(string))
            self.assertEqual(fault_envelope(again, version).count(b"<"), first.count(b"<"))
        self.assertEqual(reread(again, version).code, again.code)

    def test_codes(self) -> None:
        self.assertEqual(reread(Fault("Client", "x"), SOAP11).code, (SOAP11_ENV, "Client"))
        self.assertEqual(reread(Fault("Client", "x"), SOAP11, "").code, (SOAP11_ENV, "Client"))
        self.assertEqual(reread(Fault(("urn:x", "C"), "x"), SOAP11).code, ("urn:x", "C"))
        self.assertEqual(reread(Fault("Free", "x"), SOAP11, "").code, (None, "Free"))
        fault = reread(Fault(("urn:x", "C"), "x", subcodes=["Sub"]), SOAP12, "")
        self.assertEqual(fault.code, (SOAP12_ENV, "Receiver"))
        self.assertEqual(fault.subcodes, (("urn:x", "C"), (None, "Sub")))

    def test_from_one_version_to_the_other(self) -> None:
        fault = reread(reread(Fault(("urn:x", "C"), "x", "urn:a"), SOAP12), SOAP11)
        self.assertEqual((fault.code, fault.actor), (("urn:x", "C"), "urn:a"))
        fault = reread(reread(Fault("Client", "x"), SOAP11), SOAP12)
        self.assertEqual((fault.code, fault.subcodes), ((SOAP12_ENV, "Sender"), ()))


class ReadTests(SynchronousTestCase):
    def read(self, version: SoapVersion, content: str) -> Fault:
        return read_fault(
            parse_envelope(
                f'<S:Envelope xmlns:S="{version.namespace}" xmlns:x="urn:x"><S:Body><S:Fault>'
                f"{content}</S:Fault></S:Body></S:Envelope>"
            )
        )

    def test_soap11(self) -> None:
        fault = self.read(
            SOAP11,
            "<faultcode> S:Client </faultcode><faultstring> a <!-- -->b </faultstring>"
            "<faultactor>urn:a</faultactor><detail> <x:d/>\n<e/></detail>",
        )
        self.assertEqual(fault.code, (SOAP11_ENV, "Client"))
        self.assertEqual((fault.string, fault.actor), ("a b", "urn:a"))
        self.assertEqual([item.tag for item in fault.detail], ["{urn:x}d", "e"])

    def test_soap12(self) -> None:
        fault = self.read(
            SOAP12,
            "<S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>x:A</S:Value><S:Subcode>"
            "<S:Value>x:B</S:Value></S:Subcode></S:Subcode></S:Code><S:Reason>"
            '<S:Text xml:lang="de">nein</S:Text><S:Text xml:lang="en-GB">no</S:Text></S:Reason>'
            "<S:Node>urn:n</S:Node><S:Role>urn:r</S:Role><S:Detail><x:d/></S:Detail>",
        )
        self.assertEqual(fault.code, (SOAP12_ENV, "Sender"))
        self.assertEqual(fault.subcodes, (("urn:x", "A"), ("urn:x", "B")))
        self.assertEqual((fault.string, fault.lang), ("no", "en-GB"))
        self.assertEqual((fault.node, fault.actor), ("urn:n", "urn:r"))
        self.assertEqual(len(fault.detail), 1)

    def test_sloppy_senders(self) -> None:
        """Whoever gets a fault wants to read it, not to fail in turn."""
        for content, code, string in (
            ("", (SOAP11_ENV, "Server"), ""),
            ("<S:faultcode>x:C</S:faultcode><S:faultstring>q</S:faultstring>", ("urn:x", "C"), "q"),
            ("<faultcode>Client</faultcode>", (None, "Client"), ""),
            ("<faultcode xmlns='urn:d'>C</faultcode>", ("urn:d", "C"), ""),
            ("<faultcode>nobody:Client</faultcode>", (None, "nobody.Client"), ""),
            ("<faultcode></faultcode>", (None, "_"), ""),
            ("<faultcode>500</faultcode>", (None, "_500"), ""),
            ("<faultcode>Bad Thing!</faultcode>", (None, "Bad_Thing_"), ""),
        ):
            fault = self.read(SOAP11, content)
            self.assertEqual((fault.code, fault.string), (code, string), content)
            reread(fault, SOAP12)
        self.assertEqual(self.read(SOAP11, "<detail>text</detail>").detail, ["text"])
        self.assertEqual(self.read(SOAP11, "<detail/>").detail, [])
        self.assertIsNone(self.read(SOAP11, "").detail)
        fault = self.read(SOAP12, "<S:Reason><S:Text>nur</S:Text></S:Reason>")
        self.assertEqual(
            (fault.code, fault.string, fault.lang), ((SOAP12_ENV, "Receiver"), "nur", "en")
        )

    @settings(deadline=None)
    @given(st.text("<>/:S abcfaultcodeValue&;'=", max_size=40))
    def test_anything(self, content: str) -> None:
        for version in BOTH:
            try:
                self.read(version, content)
            except ParseException as error:
                str(error)

    def test_no_fault(self) -> None:
        for content in ("", "<a/>", "<Fault/>"):
            envelope = parse_envelope(
                f'<S:Envelope xmlns:S="{SOAP11_ENV}"><S:Body>{content}</S:Body></S:Envelope>'
            )
            self.assertRaises(ParseException, read_fault, envelope)
            self.assertRaises(ParseException, fault_of_element, envelope.root)

    def test_from_message(self) -> None:
        class Parsed:
            body_root = etree.fromstring(f'<Fault xmlns="{SOAP12_ENV}"/>')

        self.assertEqual(FaultFromFaultMessage(Parsed()).code, (SOAP12_ENV, "Receiver"))


class TableTests(SynchronousTestCase):
    """Every error becomes the fault and the status that the specifications say."""

    def test_codes_and_statuses(self) -> None:
        table: tuple[tuple[BaseException, str, int, str, int], ...] = (
            (ParseException("x"), "Client", 500, "Sender", 400),
            (EvaluateException("x"), "Client", 500, "Sender", 400),
            (ValueRefused("a", "b", "c"), "Client", 500, "Sender", 400),
            (UnknownOperation("x"), "Client", 500, "Sender", 400),
            (WSActionException("x"), "Client", 500, "Sender", 400),
            (LimitExceeded("depth", 1), "Client", 500, "Sender", 400),
            (LimitExceeded("body_bytes", 1), "Client", 413, "Sender", 413),
            (RequestRefused("x", 405), "Client", 405, "Sender", 405),
            (RequestRefused("x", 415), "Client", 415, "Sender", 415),
            (MustUnderstand([QName("u", "a")]), "MustUnderstand", 500, "MustUnderstand", 500),
            (
                DataEncodingUnknown("x"),
                "Client.DataEncodingUnknown",
                500,
                "DataEncodingUnknown",
                500,
            ),
            (Fault("Client", "x"), "Client", 500, "Sender", 400),
            (Fault("Receiver", "x"), "Server", 500, "Receiver", 500),
            (FaultException(Fault("Client.A", "x")), "Client.A", 500, "Sender", 400),
            (Fault(("urn:x", "C"), "x"), "C", 500, "Receiver", 500),
            (ZSIException("x"), "Server", 500, "Receiver", 500),
            (errors.AmbiguousDeclaration("x"), "Server", 500, "Receiver", 500),
            (ValueError("x"), "Server", 500, "Receiver", 500),
            (KeyboardInterrupt(), "Server", 500, "Receiver", 500),
        )
        for error, old, old_status, new, new_status in table:
            for version, local, status in ((SOAP11, old, old_status), (SOAP12, new, new_status)):
                reply = fault_for(error, version)
                self.assertEqual(reply.status, status, error)
                self.assertIs(reply.version, version)
                fault = reread(reply.fault, version)
                assert isinstance(fault.code, tuple)
                self.assertEqual(fault.code[1], local, error)

    def test_every_error_of_ours_is_known(self) -> None:
        """A new class says by its ``blame`` what it becomes; nothing needs to be added here."""
        for kind in vars(errors).values():
            if isinstance(kind, type) and issubclass(kind, ZSIException):
                self.assertIn(kind.blame, ("client", "server"))

    def test_version_mismatch_answers_in_its_version(self) -> None:
        for header, expected in (
            ("application/soap+xml", SOAP12),
            ("text/xml", SOAP11),
            ("", SOAP11),
        ):
            media_type = parse_media_type(header)
            error = self.assertRaises(
                VersionMismatch, parse_envelope, '<Envelope xmlns="urn:x"/>', media_type=media_type
            )
            for version in BOTH:
                reply = fault_for(error, version)
                self.assertIs(reply.version, expected)
                self.assertEqual(reply.status, 500)
            message = fault_envelope(reply.fault, reply.version)
            self.assertEqual(b"Upgrade" in message, expected is SOAP12)

    def test_version_of_the_envelope_wins(self) -> None:
        text = f'<S:Envelope xmlns:S="{SOAP12_ENV}"/>'
        error = self.assertRaises(ParseException, parse_envelope, text)
        reply = fault_for(error, SOAP11)
        self.assertEqual((reply.version, reply.status), (SOAP12, 400))

    def test_own_fault_goes_out_as_it_is(self) -> None:
        fault = Fault("Client", "text", "urn:a", "<d/>")
        self.assertIs(fault_for(fault, SOAP11).fault, fault)
        self.assertIs(fault_for(FaultException(fault), SOAP12).fault, fault)

    def test_must_understand_names_the_block(self) -> None:
        error = MustUnderstand([QName("urn:h", "Block")])
        for version in BOTH:
            fault = fault_for(error, version).fault
            self.assertIn("{urn:h}Block", fault.string)
            self.assertEqual(b"NotUnderstood" in fault_envelope(fault, version), version is SOAP12)

    def test_the_clients_mistake_is_told(self) -> None:
        error = ParseException("wrong thing", where=Where("/srv/secret.py", 7, "/Envelope/Body"))
        text = fault_for(error, SOAP11).fault.string
        self.assertEqual(text, "wrong thing [Element trace: line 7: /Envelope/Body]")
        self.assertIn(
            "Echo, Ping", fault_for(UnknownOperation("x", ["Ping", "Echo"]), SOAP11).fault.string
        )

    def test_nothing_of_the_inside(self) -> None:
        try:
            {}["/srv/secret.py"]
        except KeyError as error:
            inside: list[BaseException] = [error]
        inside += [
            ZSIException("/srv/secret.py at 0x7f0000"),
            RuntimeError(object()),
            ValueRefused("maxLength", "short", "/srv/secret.py"),
        ]
        for error in inside:
            for version in BOTH:
                reply = fault_for(error, version, blame="server")
                message = fault_envelope(reply.fault, version)
                self.assertEqual(reply.fault.string, "Processing Failure")
                for secret in (b"secret", b"0x7f", b"KeyError", b"RuntimeError", b"Traceback"):
                    self.assertNotIn(secret, message)
                self.assertEqual(reply.status, 500)

    def test_long_messages_are_cut(self) -> None:
        text = fault_for(ParseException("x" * 100_000), SOAP11).fault.string
        self.assertLess(len(text), 3_000)

    def test_message_of_a_hostile_document_can_be_sent(self) -> None:
        for data in (b"<a \x01='\x02'>", b"\xff", b"<a>\x00", "<é>".encode("utf-16")):
            error = self.assertRaises(ParseException, parse_document, data)
            for version in BOTH:
                parse_document(fault_envelope(fault_for(error, version).fault, version))


class FromTests(SynchronousTestCase):
    def test_not_understood(self) -> None:
        fault = FaultFromNotUnderstood("urn:h", "Block", "urn:a")
        self.assertEqual((fault.code, fault.actor), (Fault.MU, "urn:a"))
        self.assertIn("Block", fault.string)
        self.assertIn("<ZSI:localname>Block</ZSI:localname>", fault.AsSOAP())
        self.assertEqual(fault.not_understood, (("urn:h", "Block"),))

    def test_actor(self) -> None:
        fault = FaultFromActor("urn:other", "urn:me")
        self.assertEqual((fault.code, fault.actor), (Fault.Client, "urn:me"))
        self.assertIn("<ZSI:URI>urn:other</ZSI:URI>", fault.AsSOAP())

    def test_zsi_exception(self) -> None:
        fault = FaultFromZSIException(ParseException("wrong"), "urn:me")
        self.assertEqual((fault.code, fault.string, fault.actor), (Fault.Client, "wrong", "urn:me"))
        own = Fault("Client", "x")
        self.assertIs(FaultFromZSIException(own, "urn:me"), own)
        self.assertIsNone(own.actor)
        self.assertIsNone(FaultFromZSIException(FaultException(own), "urn:me").actor)

    def test_exception(self) -> None:
        fault = FaultFromException(RuntimeError("secret"), False, None, "urn:me")
        self.assertEqual((fault.code, fault.string), (Fault.Server, "Processing Failure"))
        self.assertNotIn("secret", fault.AsSOAP())
        self.assertEqual(fault.actor, "urn:me")
