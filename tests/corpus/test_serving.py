"""A slice of the served corpus: see `tests.corpus.serving`.

Covers: generated servers and clients over sockets, with zeep as the other side.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.corpus import WSDLS
from tests.corpus.serving import Sweep, same
from tests.twisted_.services import Ping

ROOT = Path(__file__).parents[2]
#: One for each style; small.
SLICE = (
    "KDSoap/examples/bank_gui/BLZService.wsdl",  # document/literal, SOAP 1.1 and 1.2
    "KDSoap/examples/helloworld_server/helloworld.wsdl",  # document/encoded
    "KDSoap/unittests/dv_terminalauth/WS_DV_TerminalAuth.wsdl",  # rpc/literal
    "ZSI/doc/examples/client/send_request/complex/binding.wsdl",  # rpc/encoded
)


#: A contract of our own, with gaps for its schema, messages and the style of its operations.
FRAME = """<definitions name="Own" targetNamespace="urn:own"
    xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="urn:own"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types><xs:schema targetNamespace="urn:own">{schema}</xs:schema></types>{messages}
  <portType name="P">{operations}</portType>
  <binding name="B" type="s:P">
    <soap:binding style="{style}" transport="http://schemas.xmlsoap.org/soap/http"/>{bound}
  </binding>
  <service name="Own"><port name="Own" binding="s:B"><soap:address location="{address}"/></port>
  </service></definitions>"""
BOUND = """<operation name="{name}"><soap:operation soapAction=""/>
  <input name="{input}"><soap:body use="literal" namespace="urn:own"/></input>
  <output><soap:body use="literal" namespace="urn:own"/></output></operation>"""
DERIVED = FRAME.format(
    schema="""<xs:complexType name="Query" abstract="true"><xs:sequence>
        <xs:element name="limit" type="xs:int"/></xs:sequence></xs:complexType>
      <xs:complexType name="ById"><xs:complexContent><xs:extension base="s:Query"><xs:sequence>
        <xs:element name="id" type="xs:int"/>
      </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
      <xs:element name="ask" type="s:Query"/><xs:element name="tell" type="s:Query"/>""",
    messages="""<message name="I"><part name="p" element="s:ask"/></message>
      <message name="O"><part name="p" element="s:tell"/></message>""",
    operations="""<operation name="ask"><input name="i" message="s:I"/><output message="s:O"/>
      </operation>""",
    style="document",
    bound=BOUND.format(name="ask", input="i"),
    address="${HOST}/own",
)
OVERLOADED = FRAME.format(
    schema="",
    messages="""<message name="I"><part name="id" type="xs:int"/></message>
      <message name="J"><part name="name" type="xs:string"/></message>
      <message name="O"><part name="found" type="xs:int"/></message>
      <message name="Q"><part name="found" type="xs:boolean"/></message>""",
    operations="""
      <operation name="find"><input name="i" message="s:I"/><output message="s:O"/></operation>
      <operation name="find"><input name="j" message="s:J"/><output message="s:Q"/></operation>""",
    style="rpc",
    bound=BOUND.format(name="find", input="i") + BOUND.format(name="find", input="j"),
    address="http://localhost/own",
)
#: Operations that begin with one element; the actions do not tell them apart.
ALIKE = FRAME.format(
    schema="""<xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:int"/>
      <xs:element name="told" type="xs:string"/>""",
    messages="""<message name="A"><part name="p" element="s:a"/></message>
      <message name="AB"><part name="p" element="s:a"/><part name="q" element="s:b"/></message>
      <message name="C"><part name="p" element="s:told"/></message>""",
    operations="""
      <operation name="tell"><input message="s:A"/></operation>
      <operation name="ask"><input message="s:A"/><output message="s:C"/></operation>
      <operation name="both"><input message="s:AB"/><output message="s:AB"/></operation>""",
    style="document",
    bound="".join(
        f"""<operation name="{name}"><soap:operation soapAction="same"/>
      <input><soap:body use="literal"/></input>{output}</operation>"""
        for name, output in (
            ("tell", ""),
            ("ask", '<output><soap:body use="literal"/></output>'),
            ("both", '<output><soap:body use="literal"/></output>'),
        )
    ),
    address="http://localhost/own",
)
#: One service, two ports: the same body element, literal and encoded, and one address.
TWO_STYLES = FRAME.format(
    schema="""<xs:element name="ask"><xs:complexType><xs:sequence>
      <xs:element name="x" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
      </xs:element><xs:element name="askResponse"><xs:complexType><xs:sequence>
      <xs:element name="y" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType>
      </xs:element>""",
    messages="""<message name="I"><part name="p" element="s:ask"/></message>
      <message name="O"><part name="p" element="s:askResponse"/></message>
      <message name="RI"><part name="x" type="xs:string"/></message>
      <message name="RO"><part name="y" type="xs:string"/></message>""",
    operations="""<operation name="ask"><input message="s:I"/><output message="s:O"/></operation>
      </portType><portType name="RP">
      <operation name="ask"><input message="s:RI"/><output message="s:RO"/></operation>""",
    style="document",
    bound="""<operation name="ask"><soap:operation/><input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output></operation></binding>
      <binding name="RB" type="s:RP">
      <soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
      <operation name="ask"><soap:operation/>
      <input><soap:body use="encoded" namespace="urn:own"
        encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/></input>
      <output><soap:body use="encoded" namespace="urn:own"
        encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/></output></operation>""",
    address="http://localhost/own",
).replace("</service>", """<port name="R" binding="s:RB">
    <soap:address location="http://localhost/own"/></port></service>""")  # fmt: skip
#: SOAP arrays as an element of the Body, as a header block and as the detail of a fault.
ARRAYS = FRAME.format(
    schema="""<xs:complexType name="Ints"><xs:complexContent>
      <xs:restriction base="e:Array" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/">
      <xs:attribute ref="e:arrayType" w:arrayType="xs:int[]"
        xmlns:w="http://schemas.xmlsoap.org/wsdl/"/>
      </xs:restriction></xs:complexContent></xs:complexType>
      <xs:element name="ask" type="s:Ints"/>""",
    messages="""<message name="I"><part name="p" element="s:ask"/></message>
      <message name="H"><part name="numbers" type="s:Ints"/></message>""",
    operations="""<operation name="ask"><input message="s:I"/><output message="s:I"/>
      <fault name="f" message="s:H"/></operation>""",
    style="document",
    bound="""<operation name="ask"><soap:operation/>
      <input><soap:body use="literal"/><soap:header message="s:H" part="numbers" use="literal"/>
      </input><output><soap:body use="literal"/></output>
      <fault name="f"><soap:fault name="f" use="literal"/></fault></operation>""",
    address="http://localhost/own",
)


class ServingTests(SynchronousTestCase):
    """Served by generated stubs, called by zeep and by both generated clients."""

    def serve(self, wsdl: Path) -> None:
        counts = self.swept(wsdl)
        self.assertEqual(self.sweep.report.unsaid, [], wsdl)
        self.assertGreater(counts["zeep decoded"], 0, wsdl)
        self.assertEqual(counts["zeep decoded"], counts["zeep calls"], wsdl)

    def swept(self, wsdl: Path) -> Counter[str]:
        """Serve and call; nothing may go wrong."""
        self.sweep = sweep = Sweep(str(wsdl))
        try:
            sweep.run()
        finally:
            sweep.close()
        counts = sweep.report.counts
        self.assertEqual(sweep.report.wrong, [], wsdl)
        self.assertGreater(counts["twisted calls"], 0, wsdl)
        self.assertEqual(counts["twisted calls"], counts["blocking calls"], wsdl)
        return counts

    def own(self, text: str) -> Counter[str]:
        """The same with a contract of our own."""
        path = Path(self.mktemp())
        path.write_text(text, "utf-8")
        return self.swept(path)

    def test_derived_types_at_the_root(self) -> None:
        """Requests and responses whose element has an abstract type."""
        self.assertEqual(self.own(DERIVED)["twisted calls"], 2)

    def test_derived_types_of_an_element_named_like_its_type(self) -> None:
        """Element and type are one class there."""
        text = DERIVED.replace('element name="ask"', 'element name="Query"')
        self.assertEqual(self.own(text.replace('"s:ask"', '"s:Query"'))["twisted calls"], 2)

    def test_overloaded(self) -> None:
        """The body decides which of two operations is meant."""
        self.assertEqual(self.own(OVERLOADED)["twisted calls"], 4)

    def test_alike(self) -> None:
        """The parts decide; of two with the same parts, the one that answers: nobody waits long."""
        self.assertEqual(self.own(ALIKE)["twisted calls"], 6)

    def test_two_styles(self) -> None:
        """The encodingStyle decides."""
        self.assertEqual(self.own(TWO_STYLES)["twisted calls"], 4)

    def test_arrays_everywhere(self) -> None:
        """And parts by type, of a header that says no namespace: they are qualified."""
        counts = self.own(ARRAYS)
        self.assertEqual((counts["twisted calls"], counts["twisted faults"]), (2, 1))

    def test_echo(self) -> None:
        self.serve(ROOT / "echo.wsdl")

    def test_slice(self) -> None:
        if not WSDLS.is_dir():
            raise SkipTest(f"{WSDLS} is not there")
        for path in SLICE:
            self.serve(WSDLS / path)

    def test_same(self) -> None:
        self.assertTrue(same(Ping(text="a"), Ping(text="a")))
        self.assertFalse(same(Ping(text="a"), Ping(text="b")))
        self.assertFalse(same(None, Ping(text="b")))
