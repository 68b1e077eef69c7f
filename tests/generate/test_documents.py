"""Tests of the copies of a contract's documents."""

from __future__ import annotations

from tests.generate.made import MadeTests
from tests.wsdl.small import schema_text, wsdl_text
from ZSI.generate.documents import copies
from ZSI.names import WSSE, XMIME
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.model import Contract, Document, Link


class CopiesTests(MadeTests):
    """Flat, under safe names, with their links turned to one another."""

    def test_imports_in_folders(self) -> None:
        include = '<xs:include schemaLocation="../other/types.xsd"/>'
        self.write("sub/types.xsd", schema_text(f'{include}<xs:element name="Ask"/>'))
        self.write("other/types.xsd", schema_text('<xs:element name="Answer"/>'))
        types = (
            '<xs:schema><xs:import namespace="urn:x" schemaLocation=" sub/types.xsd "/></xs:schema>'
        )
        contract = self.contract(wsdl_text(types=types))
        made = dict(copies(contract))
        self.assertEqual(list(made), ["main.wsdl", "types.xsd", "types_2.xsd"])
        self.assertIn(b'schemaLocation="types.xsd"', made["main.wsdl"])
        self.assertIn(b'schemaLocation="types_2.xsd"', made["types.xsd"])
        for name, content in made.items():
            self.write(f"copy/{name}", content)
        again = load_contract(self.folder / "copy/main.wsdl")
        self.assertEqual(again.schema.elements, contract.schema.elements)

    def named(self, *urls: str) -> list[str]:
        documents = tuple(Document(url, "xsd", b"<x/>") for url in urls)
        return [name for name, _ in copies(Contract("a.wsdl", documents=documents))]

    def test_names(self) -> None:
        self.assertEqual(
            self.named("a/b.xsd", "http://h/x?xsd=xsd0", "..", "c d/é&.wsdl", "evil.py", "B.XSD"),
            ["b.xsd", "x.xsd", "document.xsd", "é_.wsdl", "evil.py.xsd", "B_2.XSD"],
        )

    def test_shipped_schemas_are_not_copied(self) -> None:
        self.assertEqual(self.named("a.xsd", "known:soapenc11.xsd"), ["a.xsd"])

    def test_what_was_shipped_for_a_location(self) -> None:
        """It is among the copies, with what it imports: there is nothing at the location."""
        imports = (
            f'<xs:import namespace="{WSSE}" schemaLocation="../gone/wsse.xsd"/>'
            f'<xs:import namespace="{XMIME}" schemaLocation="./xmlmime"/>'
        )
        content = '<xs:element name="Ask" type="xs:string"/>'
        self.write("types.xsd", schema_text(imports + content))
        types = '<xs:schema><xs:import namespace="urn:x" schemaLocation="types.xsd"/></xs:schema>'
        made = dict(copies(self.contract(wsdl_text(types=types))))
        self.assertEqual(
            list(made),
            ["main.wsdl", "types.xsd", "wss-secext.xsd", "wss-utility.xsd", "xml.xsd"]
            + ["xmldsig.xsd", "xmlmime.xsd"],
        )
        for name, content in made.items():
            self.write(f"copy/{name}", content)
        again = load_contract(self.folder / "copy/main.wsdl")
        self.assertFalse([note for note in again.findings if note.rule.startswith("location")])
        linked = {link.url for document in again.documents for link in document.links}
        self.assertEqual(len(linked), len(made) - 1)

    def test_only_links_are_changed(self) -> None:
        """Text that looks like a location stays; so does every other byte."""
        text = (
            b'<a schemaLocation="x&amp;y.xsd" other="x&amp;y.xsd"><!-- schemaLocation="z" --></a>'
        )
        documents = (
            Document("a.xsd", "xsd", text, (Link("x&y.xsd", "d/x.xsd"),)),
            Document("d/x.xsd", "xsd", b"<x/>"),
        )
        made = dict(copies(Contract("a", documents=documents)))
        self.assertEqual(made["a.xsd"], text.replace(b"x&amp;y.xsd", b"x.xsd", 1))

    def test_other_charsets(self) -> None:
        for text in (
            '<a schemaLocation="ü/b.xsd"/>'.encode("utf-16"),
            "<?xml version='1.0' encoding='iso-8859-1'?><a schemaLocation='ü/b.xsd'/>".encode("l1"),
        ):
            self.check(text)
        unknown = b"<?xml version='1.0' encoding='x-no'?><a schemaLocation='d/b.xsd'/>"
        documents = (
            Document("a.xsd", "xsd", unknown, (Link("d/b.xsd", "d/b.xsd"),)),
            Document("d/b.xsd", "xsd", b"<x/>"),
        )
        self.assertEqual(dict(copies(Contract("a", documents=documents)))["a.xsd"], unknown)

    def check(self, text: bytes) -> None:
        documents = (
            Document("a.xsd", "xsd", text, (Link("ü/b.xsd", "ü/b.xsd"),)),
            Document("ü/b.xsd", "xsd", b"<x/>"),
        )
        made = dict(copies(Contract("a", documents=documents)))["a.xsd"]
        encoding = "utf-16" if made[:2] in (b"\xff\xfe", b"\xfe\xff") else "l1"
        self.assertRegex(made.decode(encoding), "schemaLocation=[\"']b.xsd[\"']")
