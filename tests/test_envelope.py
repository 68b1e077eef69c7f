"""The envelope's rules, version by version."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.envelope import (
    SOAP11,
    SOAP12,
    VERSIONS,
    Envelope,
    SoapVersion,
    check_understood,
    parse_envelope,
    parse_media_type,
    read_envelope,
    version_of,
)
from ZSI.errors import LimitExceeded, MustUnderstand, ParseException, VersionMismatch
from ZSI.limits import Limits
from ZSI.names import SOAP11_ENC, SOAP12_ENV, SOAP12_ROLE_NONE, SOAP12_ROLE_ULTIMATE, QName
from ZSI.xmlio import parse_document

BOTH = tuple(VERSIONS.values())
ECHO = '<e:Echo xmlns:e="urn:ZSI"><e:value>plop</e:value></e:Echo>'
TEXT_XML = parse_media_type("text/xml")
SOAP_XML = parse_media_type("application/soap+xml")


def message(
    version: SoapVersion,
    content: str = f"<s:Body>{ECHO}</s:Body>",
    attributes: str = "",
    before: str = "",
    after: str = "",
) -> str:
    declared = f'xmlns:s="{version.namespace}" xmlns:h="urn:h" xmlns:enc="{SOAP11_ENC}"'
    return f"{before}<s:Envelope {declared} {attributes}>{content}</s:Envelope>{after}"


def block(version: SoapVersion, attributes: str = "", name: str = "h:Block") -> str:
    return message(version, f"<s:Header><{name} {attributes}/></s:Header><s:Body/>")


class Base(SynchronousTestCase):
    def read(self, text: str | bytes, **options: bool) -> Envelope:
        """Read it in both ways, which must agree."""
        one = parse_envelope(text, **options)
        two = read_envelope(parse_document(text), **options)
        self.assertEqual(
            (one.version, [b.name for b in one.headers], one.findings),
            (two.version, [b.name for b in two.headers], two.findings),
        )
        return one

    def refused(self, text: str | bytes, words: str, **options: bool) -> ParseException:
        error = self.assertRaises(ParseException, parse_envelope, text, **options)
        other = self.assertRaises(ParseException, read_envelope, parse_document(text), **options)
        self.assertEqual(str(error), str(other))
        self.assertIn(words, str(error))
        self.assertEqual(error.version, other.version)
        return error


class ReadTests(Base):
    def test_parts(self) -> None:
        for version in BOTH:
            content = f"\n<s:Header>\n<h:Block/> </s:Header>\t<s:Body>\r\n{ECHO}\n</s:Body>\n"
            envelope = self.read(message(version, content))
            self.assertIs(envelope.version, version)
            self.assertEqual([b.name for b in envelope.headers], [("urn:h", "Block")])
            assert envelope.root is not None and envelope.header is not None
            self.assertEqual(envelope.root.tag, "{urn:ZSI}Echo")
            self.assertEqual(envelope.body_elements, (envelope.root,))
            self.assertEqual((envelope.trailers, envelope.findings), ((), ()))
            self.assertFalse(envelope.is_fault)

    def test_any_prefix(self) -> None:
        for version in BOTH:
            text = message(version)
            for prefix, start in (("SOAP-ENV:", "SOAP-ENV:"), ("é:", "é:"), ("", "")):
                changed = text.replace("xmlns:s=", f"xmlns:{prefix[:-1]}=" if prefix else "xmlns=")
                changed = changed.replace("<s:", f"<{start}").replace("</s:", f"</{start}")
                self.assertIs(self.read(changed).version, version)

    def test_no_header_and_empty_ones(self) -> None:
        for version in BOTH:
            envelope = self.read(message(version, "<s:Body/>"))
            self.assertEqual((envelope.header, envelope.headers), (None, ()))
            self.assertEqual((envelope.root, envelope.body_elements), (None, ()))
            self.assertEqual(self.read(message(version, "<s:Header/><s:Body/>")).headers, ())

    def test_unusual_but_right(self) -> None:
        for version in BOTH:
            for text in (
                message(version, before="<!-- one -->\n", after="\n<!-- two -->\n"),
                message(version, before='<?xml version="1.0" encoding="UTF-8"?>\n'),
                message(version, f"<!-- --><s:Body><!-- x -->{ECHO}<!-- y --></s:Body><!-- z -->"),
                message(version, f'<s:Body h:wsuId="b">{ECHO}</s:Body>', 'h:a="b"'),
                message(version, f'<s:Body id="b">{ECHO}</s:Body>', 'id="e" xml:lang="de"'),
                message(version, f"<s:Body>{ECHO}</s:Body>".replace(ECHO, "<unqualified/>")),
                message(version, "<s:Body><e><![CDATA[<?x?>]]></e></s:Body>"),
            ):
                envelope = self.read(text)
                self.assertEqual(envelope.findings, ())
                self.assertIsNotNone(envelope.root)

    def test_bytes_and_charset(self) -> None:
        text = message(SOAP11, "<s:Body><a>ö</a></s:Body>")
        media_type = parse_media_type("text/xml; charset=iso-8859-1")
        envelope = parse_envelope(text.encode("latin-1"), media_type=media_type)
        assert envelope.root is not None
        self.assertEqual(envelope.root.text, "ö")
        self.assertIs(parse_envelope(text.encode("utf-16")).version, SOAP11)

    def test_limits_reach_the_parser(self) -> None:
        text = message(SOAP11, "<s:Body>" + "<a/>" * 3000 + "</s:Body>")
        self.assertRaises(LimitExceeded, parse_envelope, text, limits=Limits(elements=3000))

    def test_a_tree_that_others_parsed(self) -> None:
        """Their comments are no children."""
        for version in BOTH:
            content = f"<!-- --><s:Header><!-- --></s:Header><s:Body><!-- -->{ECHO}</s:Body>"
            envelope = read_envelope(etree.fromstring(message(version, content)))
            self.assertEqual((len(envelope.headers), len(envelope.body_elements)), (0, 1))
            content = f"<s:Body><!-- -->{ECHO}text</s:Body>"
            root = etree.fromstring(message(version, content))
            self.assertRaises(ParseException, read_envelope, root)

    def test_fault(self) -> None:
        for version in BOTH:
            self.assertTrue(self.read(message(version, "<s:Body><s:Fault/></s:Body>")).is_fault)
            self.assertFalse(self.read(message(version, "<s:Body><Fault/></s:Body>")).is_fault)


class RootTests(Base):
    def test_version_mismatch(self) -> None:
        for namespace in ("", "urn:x", "http://www.w3.org/2001/12/soap-envelope"):
            root = parse_document(f'<Envelope xmlns="{namespace}"><Body/></Envelope>')
            for media_type, number in ((None, "1.1"), (TEXT_XML, "1.1"), (SOAP_XML, "1.2")):
                error = self.assertRaises(
                    VersionMismatch, read_envelope, root, media_type=media_type
                )
                self.assertEqual(error.version, number)
                self.assertIn(namespace, str(error))
                self.assertIn(SOAP12_ENV, str(error))

    def test_no_envelope(self) -> None:
        """A Client fault in 1.1; 1.2 counts a wrong local name as a mismatch too (5.4.6)."""
        for text in ("<a/>", f'<Body xmlns="{SOAP11.namespace}"/>', "<html><body/></html>"):
            error = self.assertRaises(ParseException, parse_envelope, text, media_type=TEXT_XML)
            self.assertNotIsInstance(error, VersionMismatch)
            self.assertEqual((error.version, error.where is not None), ("1.1", True))
            error = self.assertRaises(VersionMismatch, parse_envelope, text, media_type=SOAP_XML)
            self.assertEqual(error.version, "1.2")

    def test_version_of(self) -> None:
        for version in BOTH:
            self.assertIs(version_of(parse_document(message(version))), version)
        self.assertIsNone(version_of(parse_document("<Envelope/>")))


class StructureTests(Base):
    BAD = (
        ("", "no Body"),
        ("<s:Header/>", "no Body"),
        ("<s:Body/><s:Body/>", "second Body"),
        ("<s:Header/><s:Header/><s:Body/>", "second Header"),
        ("<s:Body/><s:Header/>", "before Body"),
        ("<h:a/><s:Body/>", "expected Header or Body"),
        ("<s:Header/><h:a/><s:Body/>", "expected Header or Body"),
        ("<Body/>", "namespace ''"),
        (f'<s:Header/><Body xmlns="{SOAP12_ENV}x"/>', "namespace"),
        ("<s:Body/><h:a/>", "nothing stands after Body"),
        ("text<s:Body/>", "'text'"),
        ("<s:Body/>text", "'text'"),
        ("<s:Header>text</s:Header><s:Body/>", "'text'"),
        ("<s:Header><h:a/>text</s:Header><s:Body/>", "'text'"),
        ("<s:Body>text</s:Body>", "'text'"),
        ("<s:Body><a/>\xa0</s:Body>", "elements only"),
    )

    def test_refused(self) -> None:
        for version in BOTH:
            for content, words in self.BAD:
                error = self.refused(message(version, content), words)
                self.assertEqual(error.version, version.number, content)
                self.assertIsNotNone(error.where, content)

    def test_the_others_body(self) -> None:
        for version, other in ((SOAP11, SOAP12), (SOAP12, SOAP11)):
            content = f'<o:Body xmlns:o="{other.namespace}"/>'
            self.refused(message(version, content), version.namespace)

    def test_a_header_block_without_a_namespace(self) -> None:
        """SOAP 1.1 section 4.2, 1.2 section 5.2 forbid it; servers pass over it."""
        for version in BOTH:
            for block in ("<a/>", '<a xmlns=""/>'):
                read = self.read(message(version, f"<s:Header>{block}<h:b/></s:Header><s:Body/>"))
                self.assertEqual([block.name.clark for block in read.headers][:1], ["a"])
                self.assertEqual([finding.rule for finding in read.findings], ["header-namespace"])
                self.assertIsNotNone(read.findings[0].where)
            must = '<s:Header><a s:mustUnderstand="1"/></s:Header><s:Body/>'
            read = self.read(message(version, must))
            self.assertRaises(MustUnderstand, check_understood, read, ())

    def test_instructions(self) -> None:
        for version in BOTH:
            for text in (
                message(version, before="<?pi x?>"),
                message(version, before='<?xml version="1.0"?><?pi x?>'),
                message(version, after="<?pi x?>"),
                message(version, f"<?pi?><s:Body>{ECHO}</s:Body>"),
                message(version, f"<s:Body>{ECHO}<?pi?></s:Body>"),
                message(version, "<s:Body><a><b><?pi?></b></a></s:Body>"),
            ):
                error = self.refused(text, "processing instruction, here is 'pi'")
                self.assertEqual(error.version, version.number)
            utf16 = message(version, "<s:Body><a><?pi?></a></s:Body>").encode("utf-16")
            self.assertRaises(ParseException, parse_envelope, utf16)

    def test_question_marks_are_none(self) -> None:
        for text in ("Really?", "&lt;?php ?>", "<![CDATA[<?pi?>]]>"):
            self.read(message(SOAP11, f"<s:Body><a>{text}</a></s:Body>"))

    def test_doctype(self) -> None:
        for version in BOTH:
            text = message(version, before="<!DOCTYPE s:Envelope>")
            self.assertRaises(ParseException, parse_envelope, text)

    def test_attributes(self) -> None:
        """1.1 section 4.1.1 speaks of Envelope; 1.2 section 5 of all three."""
        for version in BOTH:
            self.refused(message(version, attributes='a="b"'), "namespace-qualified")
        for content in ('<s:Header a="b"/><s:Body/>', '<s:Body a="b"/>'):
            self.refused(message(SOAP12, content), "namespace-qualified")
            self.read(message(SOAP11, content))

    def test_encoding_style(self) -> None:
        attribute = f's:encodingStyle="{SOAP11_ENC}"'
        for content in ("<s:Body/>", f"<s:Body {attribute}/>", f"<s:Header {attribute}/><s:Body/>"):
            on_envelope = "" if attribute in content else attribute
            self.assertEqual(self.read(message(SOAP11, content, on_envelope)).findings, ())
            findings = self.read(message(SOAP12, content, on_envelope)).findings
            self.assertEqual([finding.rule for finding in findings], ["encoding-style-place"])

    def test_trailers(self) -> None:
        text = message(SOAP11, "<s:Body/><h:a/><h:b/>")
        self.assertEqual(len(self.read(text, trailers=True).trailers), 2)
        self.refused(message(SOAP12, "<s:Body/><h:a/>"), "after Body", trailers=True)

    def test_serialization_root(self) -> None:
        """SOAP 1.1 section 5.6."""
        for content, expected in (
            ("<a/><b/>", "a"),
            ('<a enc:root="0"/><b/>', "b"),
            ('<a/><b enc:root="1"/>', "b"),
            ('<a enc:root=" 1 "/><b/>', "a"),
            ('<a enc:root="0"/>', "a"),
        ):
            envelope = self.read(message(SOAP11, f"<s:Body>{content}</s:Body>"))
            assert envelope.root is not None
            self.assertEqual(envelope.root.tag, expected, content)
        bad = message(SOAP11, '<s:Body><a enc:root="2"/><b/></s:Body>')
        self.refused(bad, "0 or 1")
        none = message(SOAP11, '<s:Body><a enc:root="0"/><b enc:root="0"/></s:Body>')
        self.refused(none, "no serialization root")
        envelope = self.read(none.replace(SOAP11.namespace, SOAP12.namespace))
        self.assertEqual(envelope.root, envelope.body_elements[0])


class MediaTypeTests(Base):
    def findings(self, version: SoapVersion, header: str) -> list[str]:
        read = parse_envelope(message(version), media_type=parse_media_type(header))
        return [finding.rule for finding in read.findings]

    def test_right(self) -> None:
        self.assertEqual(self.findings(SOAP11, "Text/XML; charset=utf-8"), [])
        self.assertEqual(self.findings(SOAP12, "application/soap+xml"), [])
        self.assertEqual(self.findings(SOAP11, "multipart/related; type=text/xml"), [])

    def test_unusual(self) -> None:
        for header in ("application/x-www-form-urlencoded", "", "application/soap+xml"):
            self.assertEqual(self.findings(SOAP11, header), ["media-type"], header)
        self.assertEqual(self.findings(SOAP12, "text/xml"), ["media-type"])


class HeaderBlockTests(Base):
    def test_must_understand(self) -> None:
        for version, forms in (
            (SOAP11, {"1": True, "0": False, " 1 ": True}),
            (SOAP12, {"1": True, "0": False, "true": True, " false\n": False}),
        ):
            for text, value in forms.items():
                read = self.read(block(version, f's:mustUnderstand="{text}"'))
                self.assertIs(read.headers[0].must_understand, value)
            self.assertIs(self.read(block(version)).headers[0].must_understand, False)
            for text in ("", "2", "yes", "TRUE", "\xa01"):
                error = self.refused(block(version, f's:mustUnderstand="{text}"'), "mustUnderstand")
                self.assertTrue(error.inheader)
        self.refused(block(SOAP11, 's:mustUnderstand="true"'), "mustUnderstand is one of 0, 1")

    def test_the_others_attributes_do_not_count(self) -> None:
        for version, other in ((SOAP11, SOAP12), (SOAP12, SOAP11)):
            attributes = f'xmlns:o="{other.namespace}" o:mustUnderstand="1" o:actor="a" o:role="r"'
            read = self.read(block(version, attributes + ' mustUnderstand="1"'))
            self.assertFalse(read.headers[0].must_understand)
            self.assertIsNone(read.headers[0].actor)

    def test_actor_role_relay(self) -> None:
        self.assertEqual(self.read(block(SOAP11, 's:actor=" urn:a "')).headers[0].actor, "urn:a")
        header = self.read(block(SOAP12, 's:role="urn:r" s:relay="true"')).headers[0]
        self.assertEqual((header.actor, header.relay), ("urn:r", True))
        for version, attributes in (
            (SOAP11, 's:actor=""'),
            (SOAP12, 's:role=""'),
            (SOAP12, f's:role="{SOAP12_ROLE_ULTIMATE}"'),
        ):
            self.assertIsNone(self.read(block(version, attributes)).headers[0].actor)
        self.refused(block(SOAP12, 's:relay="maybe"'), "relay")


class CheckUnderstoodTests(Base):
    MUST = 's:mustUnderstand="1"'

    def missing(self, text: str, *understood: QName, actors: tuple[str, ...] = ()) -> list[str]:
        envelope = parse_envelope(text)
        try:
            check_understood(envelope, understood, actors)
            check_understood(envelope, lambda name: name in understood, actors)
        except MustUnderstand as error:
            self.assertEqual(error.version, envelope.version.number)
            self.assertIsNotNone(error.where)
            return [name.localname for name in error.blocks]
        return []

    def test_for_us(self) -> None:
        for version, attribute in ((SOAP11, "actor"), (SOAP12, "role")):
            for actor in ("", *version.ultimate, version.next_actor):
                text = block(version, f'{self.MUST} s:{attribute}="{actor}"')
                self.assertEqual(self.missing(text), ["Block"])
                self.assertEqual(self.missing(text, QName("urn:h", "Block")), [])
            text = block(version, f'{self.MUST} s:{attribute}="urn:me"')
            self.assertEqual(self.missing(text), [])
            self.assertEqual(self.missing(text, actors=("urn:me",)), ["Block"])

    def test_not_for_us(self) -> None:
        none = block(SOAP12, f'{self.MUST} s:role="{SOAP12_ROLE_NONE}"')
        self.assertEqual(self.missing(none, actors=(SOAP12_ROLE_NONE,)), [])
        for version in BOTH:
            self.assertEqual(self.missing(block(version)), [])
            self.assertEqual(self.missing(message(version)), [])

    def test_all_are_named(self) -> None:
        blocks = f"<h:A {self.MUST}/><h:B {self.MUST}/><h:C/>"
        text = message(SOAP12, f"<s:Header>{blocks}</s:Header><s:Body/>")
        self.assertEqual(self.missing(text, QName("urn:x", "A")), ["A", "B"])
        self.assertEqual(self.missing(text, QName("urn:h", "A")), ["B"])


class HostileTests(SynchronousTestCase):
    TEXT = message(
        SOAP12,
        f'<s:Header><h:A s:mustUnderstand="true" s:role="x"/></s:Header><s:Body>{ECHO}</s:Body>',
        before='<?xml version="1.0" encoding="utf-8"?>',
    ).encode()

    def test_truncated_anywhere(self) -> None:
        parse_envelope(self.TEXT)
        for end in range(len(self.TEXT)):
            self.assertRaises(ParseException, parse_envelope, self.TEXT[:end])

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(TEXT)), st.binary(max_size=6), st.integers(0, 30))
    def test_damaged(self, at: int, put: bytes, cut: int) -> None:
        try:
            parse_envelope(self.TEXT[:at] + put + self.TEXT[at + cut :], media_type=SOAP_XML)
        except ParseException as error:
            str(error)
