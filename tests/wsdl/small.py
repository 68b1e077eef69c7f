"""Small WSDL and XSD documents, written to a temporary folder and read from there."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import Finding
from ZSI.names import XSD, QName
from ZSI.wsdl.components import ComplexTypeDef, ElementDecl, SimpleTypeDef
from ZSI.wsdl.load import load_contract, load_schema
from ZSI.wsdl.model import BoundOperation, Contract, ContractError
from ZSI.wsdl.sources import LoadPolicy

#: The recorded corpus beside the repository; tests that need it skip where it is absent.
SHARED = Path(__file__).parents[2] / ".." / "shared"

NAMESPACES = (
    'xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" '
    'xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" '
    'xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" '
    'xmlns:http="http://schemas.xmlsoap.org/wsdl/http/" '
    'xmlns:mime="http://schemas.xmlsoap.org/wsdl/mime/" '
    'xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" '
    'xmlns:wsa="http://www.w3.org/2005/08/addressing" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:x"'
)
HTTP = "http://schemas.xmlsoap.org/soap/http"

MESSAGES = """
<wsdl:message name="In"><wsdl:part name="parameters" element="t:Ask"/></wsdl:message>
<wsdl:message name="Out"><wsdl:part name="parameters" element="t:Answer"/></wsdl:message>
"""
PORT_TYPE = """
<wsdl:portType name="PT"><wsdl:operation name="Ask">
  <wsdl:input message="t:In"/><wsdl:output message="t:Out"/>
</wsdl:operation></wsdl:portType>
"""
BINDING = f"""
<wsdl:binding name="B" type="t:PT"><soap:binding transport="{HTTP}"/>
  <wsdl:operation name="Ask"><soap:operation soapAction="urn:ask"/>
    <wsdl:input><soap:body use="literal"/></wsdl:input>
    <wsdl:output><soap:body use="literal"/></wsdl:output>
  </wsdl:operation>
</wsdl:binding>
"""
SERVICE = """
<wsdl:service name="S"><wsdl:port name="P" binding="t:B">
  <soap:address location="http://localhost/x"/>
</wsdl:port></wsdl:service>
"""
TYPES = '<xs:element name="Ask" type="xs:string"/><xs:element name="Answer" type="xs:int"/>'


def name(local: str) -> QName:
    """A name in the namespace of the small documents."""
    return QName("urn:x", local)


def xsd(local: str) -> QName:
    """The name of a builtin type."""
    return QName(XSD, local)


def schema_text(
    body: str, target: str | None = "urn:x", attributes: str = 'elementFormDefault="qualified"'
) -> str:
    """An xs:schema around declarations."""
    space = f'targetNamespace="{target}"' if target is not None else ""
    return f"<xs:schema {NAMESPACES} {space} {attributes}>\n{body}\n</xs:schema>"


def wsdl_text(
    *,
    types: str = TYPES,
    messages: str = MESSAGES,
    port_type: str = PORT_TYPE,
    binding: str = BINDING,
    service: str = SERVICE,
    before: str = "",
    attributes: str = "",
) -> str:
    """A wsdl:definitions around its parts; ``types`` are declarations or whole schemas."""
    schemas = types if "<xs:schema" in types else schema_text(types)
    return (
        f'<wsdl:definitions {NAMESPACES} targetNamespace="urn:x" name="Small" {attributes}>\n'
        f"{before}<wsdl:types>{schemas}</wsdl:types>\n"
        f"{messages}{port_type}{binding}{service}</wsdl:definitions>"
    )


class SmallTests(SynchronousTestCase):
    """A folder to write documents to, and readers of what was written."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()

    def write(self, file: str, text: str | bytes) -> Path:
        """Write one document, making folders on the way."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def contract(
        self, text: str | bytes, *, policy: LoadPolicy | None = None, **files: str
    ) -> Contract:
        """Read a WSDL; ``files`` are beside it, with ``__`` for a dot in their names."""
        for file, other in files.items():
            self.write(file.replace("__", "."), other)
        return load_contract(self.write("main.wsdl", text), policy=policy or LoadPolicy())

    def schema(self, body: str, **files: str) -> Contract:
        """Read an XSD made of these declarations."""
        for file, other in files.items():
            self.write(file.replace("__", "."), other)
        text = body if body.lstrip().startswith("<xs:schema") else schema_text(body)
        return load_schema(self.write("main.xsd", text))

    def refusal(self, text: str | bytes, **files: str) -> ContractError:
        """The refusal of a WSDL."""
        return self.assertRaises(ContractError, self.contract, text, **files)

    def operation(self, contract: Contract, binding: str = "B") -> BoundOperation:
        """The first operation of a binding."""
        return contract.bindings[name(binding)].operations[0]

    def complex(self, contract: Contract, local: str) -> ComplexTypeDef:
        """A complex type of the small namespace."""
        found = contract.schema.types[name(local)]
        assert isinstance(found, ComplexTypeDef)
        return found

    def simple(self, contract: Contract, local: str) -> SimpleTypeDef:
        """A simple type of the small namespace."""
        found = contract.schema.types[name(local)]
        assert isinstance(found, SimpleTypeDef)
        return found

    def element(self, contract: Contract, local: str) -> ElementDecl:
        """An element of the small namespace."""
        return contract.schema.elements[name(local)]

    def found(self, contract: Contract, rule: str) -> Finding:
        """The only finding of a rule."""
        found = [finding for finding in contract.findings if finding.rule == rule]
        self.assertEqual(len(found), 1, f"{rule}: {[str(f) for f in contract.findings]}")
        return found[0]

    def assertClean(self, contract: Contract) -> None:
        """There are no findings."""
        self.assertEqual([str(finding) for finding in contract.findings], [])

    def assertLine(self, finding: Finding, text: str, within: str = "main.wsdl") -> None:
        """A finding points at the line of the document that holds this text."""
        assert finding.where is not None and finding.where.line is not None
        lines = (self.folder / within).read_text().splitlines()
        self.assertIn(text, lines[finding.where.line - 1])
        self.assertEqual(Path(finding.where.file or "").name, Path(within).name)
