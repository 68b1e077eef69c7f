"""The import graph: imports, includes, cycles, chameleons, wrong locations, DOCTYPEs."""

from __future__ import annotations

from pathlib import Path

from tests.wsdl.small import (
    BINDING,
    SmallTests,
    name,
    schema_text,
    wsdl_text,
    xsd,
)
from ZSI.limits import Limits
from ZSI.names import SOAP11_ENC, XSD, QName
from ZSI.wsdl.model import Contract, Link
from ZSI.wsdl.sources import LoadPolicy
from ZSI.xmlio import parse_document

ASK = '<xs:element name="Ask" type="t:T"/><xs:element name="Answer" type="xs:int"/>'


def types(*lines: str) -> str:
    """Links of an inline schema, then the elements of the small WSDL."""
    return "".join(lines) + ASK


class GraphTests(SmallTests):
    def urls(self, contract: Contract) -> list[str]:
        return [str(Path(document.url).name) for document in contract.documents]

    def test_include(self) -> None:
        contract = self.contract(
            wsdl_text(types=types('<xs:include schemaLocation="a.xsd"/>')),
            a__xsd=schema_text('<xs:include schemaLocation="b.xsd"/>'),
            b__xsd=schema_text('<xs:include schemaLocation="a.xsd"/><xs:complexType name="T"/>'),
        )
        self.assertClean(contract)
        self.assertEqual(self.urls(contract), ["main.wsdl", "a.xsd", "b.xsd"])
        root = contract.documents[0]
        self.assertEqual([link.location for link in root.links], ["a.xsd"])
        self.assertEqual(root.links[0].url, contract.documents[1].url)
        self.assertEqual(root.content, (self.folder / "main.wsdl").read_bytes())

    def test_import_of_another_namespace(self) -> None:
        contract = self.contract(
            wsdl_text(
                types='<xs:import namespace="urn:o" schemaLocation="o.xsd"/>'
                '<xs:element name="Ask" type="o:T" xmlns:o="urn:o"/><xs:element name="Answer"/>'
            ),
            o__xsd=schema_text('<xs:complexType name="T"/>', "urn:o"),
        )
        self.assertClean(contract)
        self.assertEqual(self.element(contract, "Ask").type, QName("urn:o", "T"))
        self.assertEqual(contract.schema.namespaces, ("urn:x", "urn:o"))

    def test_no_namespace(self) -> None:
        contract = self.contract(
            wsdl_text(
                types='<xs:import schemaLocation="o.xsd"/><xs:element name="Ask" type="T"/>'
                '<xs:element name="Answer"/><xs:complexType name="T"/>'
            ),
            o__xsd=schema_text('<xs:complexType name="T"/>', None),
        )
        self.assertClean(contract)
        self.assertEqual(self.element(contract, "Ask").type, QName(None, "T"))

    def test_chameleon(self) -> None:
        body = (
            '<xs:complexType name="T"><xs:sequence><xs:element name="s" type="S"/>'
            '<xs:element ref="g"/></xs:sequence></xs:complexType><xs:element name="g"/>'
            '<xs:simpleType name="S"><xs:restriction base="xs:string"/></xs:simpleType>'
        )
        contract = self.contract(
            wsdl_text(
                types=schema_text(types('<xs:include schemaLocation="c.xsd"/>'))
                + schema_text('<xs:include schemaLocation="c.xsd"/>', "urn:o")
            ),
            c__xsd=schema_text(body, None),
        )
        self.assertClean(contract)
        for space in ("urn:x", "urn:o"):
            found = contract.schema.types[QName(space, "T")]
            self.assertEqual(getattr(found, "particle", None).items[0].decl.type, QName(space, "S"))  # type: ignore[union-attr]  # a complex type
            self.assertEqual(getattr(found, "particle", None).items[1].ref, QName(space, "g"))  # type: ignore[union-attr]  # as above
        self.assertEqual(len(contract.documents), 2)

    def test_import_of_schema_without_namespace_as_chameleon(self) -> None:
        contract = self.contract(
            wsdl_text(
                types='<xs:import namespace="urn:o" schemaLocation="o.xsd"/>'
                '<xs:element name="Ask" type="o:T" xmlns:o="urn:o"/><xs:element name="Answer"/>'
            ),
            o__xsd=schema_text('<xs:complexType name="T"/>', None),
        )
        self.assertLine(self.found(contract, "import-namespace"), "schemaLocation")
        self.assertIn(QName("urn:o", "T"), contract.schema.types)

    def test_include_of_another_namespace(self) -> None:
        contract = self.contract(
            wsdl_text(types=types('<xs:include schemaLocation="o.xsd"/>')),
            o__xsd=schema_text('<xs:complexType name="T"/>', "urn:o"),
        )
        self.found(contract, "include-namespace")
        self.assertIn(QName("urn:o", "T"), contract.schema.types)

    def test_nested_and_cyclic_wsdl_imports(self) -> None:
        part = wsdl_text(
            types="",
            port_type="",
            binding="",
            service="",
            before='<wsdl:import namespace="urn:x" location="../main.wsdl"/>',
        )
        schema = wsdl_text(messages="", port_type="", binding="", service="")
        middle = wsdl_text(
            types="",
            messages="",
            binding="",
            service="",
            before='<wsdl:import namespace="urn:x" location="part.wsdl"/>'
            '<wsdl:import namespace="urn:x" location="schema.wsdl"/>',
        )
        self.write("sub/middle.wsdl", middle)
        self.write("sub/part.wsdl", part)
        self.write("sub/schema.wsdl", schema)
        contract = self.contract(
            wsdl_text(
                types="",
                messages="",
                port_type="",
                before='<wsdl:import namespace="urn:x" location="sub/middle.wsdl"/>',
            )
        )
        self.assertClean(contract)
        self.assertEqual(
            self.urls(contract), ["main.wsdl", "middle.wsdl", "part.wsdl", "schema.wsdl"]
        )
        self.assertIsNone(self.operation(contract).problem)

    def test_schema_of_an_imported_wsdl(self) -> None:
        """Names are found in the wsdl:types of other documents, without any location."""
        other = wsdl_text(
            types=schema_text('<xs:complexType name="T"/>', "urn:o"),
            messages="",
            port_type="",
            binding="",
            service="",
        )
        contract = self.contract(
            wsdl_text(
                before='<wsdl:import namespace="urn:x" location="other.wsdl"/>',
                types='<xs:import namespace="urn:o"/><xs:element name="Ask" type="o:T" '
                'xmlns:o="urn:o"/><xs:element name="Answer"/>',
            ),
            other__wsdl=other,
        )
        self.assertClean(contract)

    def test_wsdl_import_of_a_schema(self) -> None:
        contract = self.contract(
            wsdl_text(
                types="",
                before='<wsdl:import namespace="urn:x" location="a.xsd"/>',
            ),
            a__xsd=schema_text(ASK + '<xs:complexType name="T"/>'),
        )
        self.assertLine(self.found(contract, "wsdl-import-of-schema"), "a.xsd")
        self.assertIsNone(self.operation(contract).problem)

    def test_one_document_under_two_spellings(self) -> None:
        (self.folder / "sub").mkdir()
        contract = self.contract(
            wsdl_text(
                types=types(
                    '<xs:include schemaLocation="a.xsd"/>',
                    '<xs:include schemaLocation="sub/../a.xsd"/>',
                )
            ),
            a__xsd=schema_text('<xs:complexType name="T"/>'),
        )
        self.assertClean(contract)
        self.assertEqual(len(contract.documents), 2)

    def test_schema_without_target_namespace_used_as_the_wsdls(self) -> None:
        contract = self.contract(
            wsdl_text(types=schema_text(ASK + '<xs:complexType name="T"/>', None))
        )
        self.assertLine(self.found(contract, "target-namespace"), "xs:schema")
        self.assertIn(name("Ask"), contract.schema.elements)
        self.assertEqual(self.element(contract, "Ask").type, name("T"))

    def test_later_versions_of_xml_schema(self) -> None:
        contract = self.schema(
            '<xs:complexType name="T"><xs:openContent/><xs:sequence/><xs:assert test="1"/>'
            '<xs:assert test="2"/></xs:complexType><xs:annotation><xs:appinfo><xs:odd/>'
            "</xs:appinfo></xs:annotation>"
        )
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["schema-element", "schema-element"])
        self.assertLine(contract.findings[0], "openContent", "main.xsd")

    def test_elements_out_of_place(self) -> None:
        """What XSD 1.0 does not have there is named, for it may be left out."""
        for body, message in (
            ("<xs:sequence/>", "xs:sequence does not belong right inside xs:element"),
            ("<xs:group><xs:all/></xs:group>", "xs:group does not belong right inside xs:element"),
            (
                "<xs:complexType><xs:sequence/><xs:sequence/></xs:complexType>",
                "a second content model in xs:complexType is left out",
            ),
        ):
            contract = self.schema(f'<xs:element name="A">\n{body}</xs:element>')
            finding = self.found(contract, "schema-element")
            self.assertEqual(finding.message, message)
            self.assertLine(finding, body[:9], "main.xsd")

    def test_what_stands_in_annotations_may_stand_anywhere(self) -> None:
        odd = "<xs:element><xs:sequence/></xs:element>"
        body = f"<xs:annotation><xs:documentation>{odd}</xs:documentation></xs:annotation>"
        self.assertClean(self.schema(body))

    def test_drafts_of_xml_schema(self) -> None:
        for space in ("1999", "2000/10"):
            body = (
                f'<schema xmlns="http://www.w3.org/{space}/XMLSchema" targetNamespace="urn:x">'
                '<element name="Ask" type="string"/><element name="Answer" type="timeInstant"/>'
                "</schema>"
            )
            contract = self.contract(wsdl_text(types=body + schema_text("", "urn:o")))
            self.assertEqual(self.element(contract, "Ask").type, xsd("string"))
            self.assertEqual(self.element(contract, "Answer").type, xsd("dateTime"))
            self.assertEqual({finding.rule for finding in contract.findings}, {"old-xsd"})


class LocationsTests(SmallTests):
    """Locations that cannot be read: fatal only if a name is missing for them."""

    def test_shipped_namespace(self) -> None:
        contract = self.contract(
            wsdl_text(
                types=types(
                    f'<xs:import namespace="{SOAP11_ENC}" schemaLocation="http://no.where/"/>',
                    '<xs:complexType name="T"><xs:complexContent><xs:restriction '
                    'base="soapenc:Array"/></xs:complexContent></xs:complexType>',
                )
            )
        )
        finding = self.found(contract, "location-shipped")
        self.assertEqual(finding.severity, "notice")
        self.assertEqual(
            contract.documents[0].links, (Link("http://no.where/", "known:soap11-encoding.xsd"),)
        )

    def test_names_found_elsewhere(self) -> None:
        contract = self.contract(
            wsdl_text(
                types=schema_text(types('<xs:include schemaLocation="no.xsd"/>'))
                + schema_text('<xs:complexType name="T"/>')
            )
        )
        finding = self.found(contract, "location-unreadable")
        self.assertLine(finding, "no.xsd")
        self.assertIn("there is no such file", finding.message)

    def test_names_missing(self) -> None:
        error = self.refusal(wsdl_text(types=types('<xs:include schemaLocation="no.xsd"/>')))
        self.assertIn("no.xsd cannot be read: there is no such file", str(error))
        self.assertIn("type {urn:x}T", str(error))
        assert error.where is not None
        self.assertEqual(error.where.line, 3)

    def test_network(self) -> None:
        error = self.refusal(
            wsdl_text(
                messages="",
                port_type="",
                binding=BINDING,
                before='<wsdl:import namespace="urn:x" location="http://no.where/a.wsdl"/>',
            )
        )
        self.assertIn("http://no.where/a.wsdl cannot be read: the network is not used", str(error))
        self.assertIn("--allow-network", str(error))

    def test_nothing_but_an_unreadable_import(self) -> None:
        error = self.refusal(
            wsdl_text(
                types="",
                messages="",
                port_type="",
                binding="",
                service="",
                before='<wsdl:import namespace="urn:o" location="no.wsdl"/>',
            )
        )
        self.assertIn("no.wsdl", str(error))

    def test_missing_in_another_namespace_is_no_refusal(self) -> None:
        """The document that was not read is of urn:o; a name of urn:x would not be in it."""
        contract = self.contract(
            wsdl_text(types=types('<xs:import namespace="urn:o" schemaLocation="no.xsd"/>'))
        )
        self.found(contract, "missing-type")
        self.found(contract, "location-unreadable")

    def test_ill_formed_import(self) -> None:
        error = self.refusal(
            wsdl_text(types=types('<xs:include schemaLocation="a.xsd"/>')), a__xsd="<xs:schema"
        )
        self.assertIn("a.xsd cannot be read: not well-formed XML", str(error))

    def test_import_of_something_else(self) -> None:
        error = self.refusal(
            wsdl_text(types=types('<xs:include schemaLocation="a.xml"/>')), a__xml="<html/>"
        )
        self.assertIn("its root is html", str(error))

    def test_without_location(self) -> None:
        contract = self.contract(
            wsdl_text(
                before='<wsdl:import namespace="urn:o"/>',
                types=types("<xs:include/>", '<xs:complexType name="T"/>'),
            )
        )
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["import-location", "include-location"])


class RootTests(SmallTests):
    def test_refusals(self) -> None:
        cases = {
            "<definitions": "main.wsdl:1: not well-formed XML",
            '<description xmlns="http://www.w3.org/ns/wsdl"/>': "this is WSDL 2.0",
            "\n<html><body/></html>": "main.wsdl:2: this is an HTML page",
            schema_text(""): "this is an XML Schema; expected a WSDL 1.1 document",
            "<a/>": "the root element is 'a'",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>": "a DOCTYPE that declares something",
            "<a:b/>": 'declaring the prefix, xmlns:a="…"',
            "": "nothing came: expected an XML document",
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>': "SOAP message",
        }
        for text, expected in cases.items():
            message = str(self.refusal(text))
            self.assertIn(expected, message)
            self.assertNotIn("\n", message)

    def test_missing(self) -> None:
        from ZSI.wsdl.load import load_contract
        from ZSI.wsdl.model import ContractError

        error = self.assertRaises(ContractError, load_contract, self.folder / "no.wsdl")
        self.assertIn("no.wsdl: there is no such file", str(error))

    def test_harmless_doctype(self) -> None:
        """The W3C's own schemas name a DTD; it is not read, and nothing is lost."""
        doctype = '<!DOCTYPE xs:schema PUBLIC "-//W3C//DTD" "x.dtd">\n'
        doctype = '<?xml version="1.0"?>\n<!-- c -->\n' + doctype
        contract = self.contract(
            wsdl_text(types=types('<xs:include schemaLocation="a.xsd"/>')),
            a__xsd=doctype + schema_text('<xs:complexType name="T"/>'),
        )
        finding = self.found(contract, "doctype")
        self.assertLine(finding, "DOCTYPE", "a.xsd")
        found = contract.schema.types[name("T")]
        assert found.where is not None
        self.assertEqual(found.where.line, 5)
        _, document = contract.documents  # its content is read as it is where it is served
        self.assertEqual(parse_document(document.content).tag, f"{{{XSD}}}schema")

    def test_blanks_before_the_declaration(self) -> None:
        """Pages that write a WSDL often write a line before it; lines count as in the file."""
        declaration = b'<?xml version="1.0" encoding="iso-8859-1"?>'
        text = wsdl_text(types=types('<xs:include schemaLocation="a.xsd"/>')).encode()
        included = schema_text('<xs:complexType name="T\xe9"/>').encode("latin-1")
        for blanks in (b"\n", b"\r\n \t"):
            self.write("a.xsd", blanks + declaration + included)
            contract = self.contract(blanks + declaration + text)
            findings = [f for f in contract.findings if f.rule == "xml-declaration"]
            self.assertEqual([f.where.line for f in findings if f.where], [2, 2])
            found = contract.schema.types[name("T\xe9")]
            assert found.where is not None
            self.assertEqual(found.where.line, 3)
            for document in contract.documents:  # as it is served
                self.assertTrue(document.content.startswith(declaration))

    def test_blanks_after_a_byte_order_mark(self) -> None:
        text = wsdl_text().encode()
        contract = self.contract(b'\xef\xbb\xbf\n<?xml version="1.0"?>' + text)
        self.found(contract, "xml-declaration")
        self.assertClean(self.contract(b"\n" + text))

    def test_declaring_doctype_in_an_import(self) -> None:
        error = self.refusal(
            wsdl_text(types=types('<xs:include schemaLocation="a.xsd"/>')),
            a__xsd="<!DOCTYPE a [<!ENTITY e 'x'>]>" + schema_text('<xs:complexType name="T"/>'),
        )
        self.assertIn("DOCTYPE", str(error))

    def test_encodings(self) -> None:
        text = '<?xml version="1.0" encoding="UTF-16"?>' + wsdl_text()
        contract = self.contract(text.encode("utf-16"))
        self.assertEqual(contract.target_namespace, "urn:x")

    def test_limits(self) -> None:
        files = {
            f"f{i}__xsd": schema_text(f'<xs:include schemaLocation="f{i + 1}.xsd"/>')
            for i in range(9)
        }
        text = wsdl_text(types=types('<xs:include schemaLocation="f0.xsd"/>'))
        from ZSI.wsdl.model import ContractError

        error = self.assertRaises(
            ContractError,
            self.contract,
            text,
            policy=LoadPolicy(limits=Limits(documents=5)),
            **files,
        )
        self.assertIn("documents=5", str(error))
        size = len(text) + 10
        error = self.assertRaises(
            ContractError,
            self.contract,
            text,
            policy=LoadPolicy(limits=Limits(document_bytes=size)),
            **{file: body + " " * (size - len(body)) for file, body in files.items()},
        )
        self.assertIn("together exceed", str(error))
        error = self.assertRaises(
            ContractError, self.contract, text, policy=LoadPolicy(limits=Limits(depth=2))
        )
        self.assertIn("depth=2", str(error))
