"""The schemas that we ship: all readable, complete in themselves, sound for libxml2 too."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.limits import DEFAULT_LIMITS
from ZSI.names import SOAP11_ENC, WSA, WSSE, XML, QName
from ZSI.wsdl.documents import Graph
from ZSI.wsdl.known import KNOWN, KNOWN_URLS, known_schema
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.schema_reader import SchemaReader
from ZSI.wsdl.sources import LoadPolicy, Source
from ZSI.xmlio import parse_document, xml_schema


class KnownTests(SynchronousTestCase):
    def test_documents(self) -> None:
        for namespace, file in KNOWN.items():
            content = known_schema(namespace)
            assert content is not None
            root = parse_document(content)
            self.assertEqual(root.get("targetNamespace"), namespace, file)
            self.assertNotIn(b"<!DOCTYPE", content)
            self.assertTrue(content.splitlines()[1].startswith(b"<!-- "), f"{file}: no source")
            for node in root.iter("{*}import", "{*}include"):
                self.assertIsNone(node.get("schemaLocation"), file)
                self.assertIn(node.get("namespace"), KNOWN, file)
        self.assertIsNone(known_schema("urn:x"))
        self.assertEqual(KNOWN_URLS["known:xml.xsd"], XML)

    def test_read_whole(self) -> None:
        """Every declaration of every schema is read without a finding."""
        notes = Notes()
        graph = Graph(Source(LoadPolicy()), DEFAULT_LIMITS, notes)
        for namespace in KNOWN:
            graph.known(namespace)
        reader = SchemaReader(graph, notes)
        for kind in ("type", "element", "attribute"):
            reader.symbols.wanted += reader.symbols.tables[kind].values()
        reader.read_wanted()
        schema = reader.schema()
        self.assertEqual([str(finding) for finding in notes.findings.values()], [])
        self.assertEqual(schema.known, set(KNOWN))
        for name in (QName(SOAP11_ENC, "Array"), QName(WSA, "EndpointReferenceType")):
            self.assertIn(name, schema.types)
        for name in (QName(WSSE, "Security"), QName(WSA, "ReplyTo")):
            self.assertIn(name, schema.elements)
        self.assertIn(QName(XML, "lang"), schema.attributes)

    def test_libxml2_takes_them(self) -> None:
        documents: dict[str, bytes] = {}
        imports = []
        for namespace, file in KNOWN.items():
            content = known_schema(namespace)
            assert content is not None
            root = parse_document(content)
            for node in root.iter("{*}import"):
                node.set("schemaLocation", KNOWN[str(node.get("namespace"))])
            from lxml import etree

            documents[file] = etree.tostring(root)
            imports.append(f'<xs:import namespace="{namespace}" schemaLocation="{file}"/>')
        documents["all"] = (
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:all">'
            + "".join(part for part in imports if "XMLSchema-instance" not in part)
            + "</xs:schema>"
        ).encode()
        schema = xml_schema(documents, "all")
        token = parse_document(
            f'<w:UsernameToken xmlns:w="{WSSE}"><w:Username>me</w:Username></w:UsernameToken>'
        )
        self.assertTrue(schema.validate(token), schema.error_log)
        self.assertFalse(schema.validate(parse_document(f'<w:UsernameToken xmlns:w="{WSSE}"/>')))
