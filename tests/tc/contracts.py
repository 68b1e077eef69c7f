"""Typed classes from XSD text, as the mock builds them: what the tests of compound types share."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import EvaluateException, Finding, StructureError
from ZSI.generate.build import Built
from ZSI.generate.planner import make_plan
from ZSI.names import QName
from ZSI.parse import ParsedSoap
from ZSI.TC.leaf import DecodeContext
from ZSI.writer import SoapWriter
from ZSI.wsdl.load import load_schema

TNS = "urn:t"
XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns="urn:t"'
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DECLARED = (
    f'xmlns="{TNS}" xmlns:t="{TNS}" xmlns:xsi="{XSI}" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
)


def schema_text(body: str, attributes: str = 'elementFormDefault="qualified"') -> str:
    """A schema document for ``urn:t`` around its components."""
    return f'<xs:schema {XS} targetNamespace="{TNS}" {attributes}>{body}</xs:schema>'


class Package:
    """The classes of a schema, and messages read and written with them.

    Args:
        documents: XSD documents by file name; the first is the one that is loaded.
    """

    def __init__(self, **documents: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in documents.items():
                Path(folder, f"{name}.xsd").write_text(text, "utf-8")
            self.contract = load_schema(Path(folder, f"{next(iter(documents))}.xsd"))
        self.built = Built(make_plan(self.contract), "test")
        self.registry = self.built.registry
        self.findings: list[Finding] = []

    def element(self, local: str, namespace: str | None = TNS) -> Any:
        """The class of a global element."""
        return self.registry.elements[QName(namespace, local)]

    def type(self, local: str, namespace: str | None = TNS) -> Any:
        """The class of a complex type."""
        return self.registry.types[QName(namespace, local)]

    def read(self, xml: str, *, pedantic: bool = False) -> Any:
        """A document as a typed object; what was unusual is in ``findings``."""
        ps = ParsedSoap(xml, envelope=False, pedantic=pedantic)
        name = QName.from_clark(str(ps.body_root.tag))
        cls = self.registry.elements.get(name)
        if cls is None:  # cvc-elt.1
            raise StructureError(f"no element {name.clark}", rule="unexpected")
        value = ps.Parse(cls.typecode)
        self.findings = ps.findings
        return value

    def text(self, value: Any, typecode: Any = None) -> str:
        """A typed object as a document."""
        return str(SoapWriter(envelope=False).serialize(value, typecode))

    def write(self, value: Any, typecode: Any = None) -> str:
        """The same without the declarations that every document has."""
        return _ALWAYS.sub("", self.text(value, typecode))

    def context(self, **kw: Any) -> DecodeContext:
        """A context for reading parts."""
        return DecodeContext(self.registry, **kw)


_ALWAYS = re.compile(r' xmlns:(?:soapenv|soapenc|xsd|xsi|ZSI)="[^"]*"')


@cache
def package(body: str, attributes: str = 'elementFormDefault="qualified"') -> Package:
    """The package of a schema document for ``urn:t``; made once for each text."""
    return Package(main=schema_text(body, attributes))


class ContractCase(SynchronousTestCase):
    """Assertions on messages of a schema."""

    def refuses(
        self, made: Package, xml: str, *, rule: str | None = None, says: str = "", at: str = "",
        pedantic: bool = False,
    ) -> EvaluateException:  # fmt: skip
        """The refusal of a document; by which rule, in which words, at which path."""
        with self.assertRaises(EvaluateException) as caught:
            found = made.read(xml, pedantic=pedantic)
            self.fail(f"{xml} was read as {found!r}")
        return self._refusal(caught.exception, rule, says, at)

    def refuses_to_write(
        self, made: Package, value: Any, *, rule: str | None = None, says: str = "", at: str = ""
    ) -> EvaluateException:
        """The refusal of a value on its way out."""
        with self.assertRaises(EvaluateException) as caught:
            found = made.write(value)
            self.fail(f"{value!r} was written as {found}")
        return self._refusal(caught.exception, rule, says, at)

    def _refusal(
        self, error: EvaluateException, rule: str | None, says: str, at: str
    ) -> EvaluateException:
        """A refusal that is as it has to be."""
        if rule is not None:
            self.assertEqual(getattr(error, "rule", None), rule, str(error))
        self.assertIn(says, str(error))
        if at:
            self.assertEqual(error.trace, at, str(error))
        return error

    def only_unusual(self, made: Package, xml: str, rule: str) -> Any:
        """A document that is read with one finding, and refused if pedantic."""
        value = made.read(xml)
        self.assertEqual([finding.rule for finding in made.findings], [rule])
        self.refuses(made, xml, rule=rule, pedantic=True)
        return value

    def goes_round(self, made: Package, xml: str) -> Any:
        """A document whose value, written and read again, is the same."""
        value = made.read(xml)
        self.assertEqual(made.findings, [])
        again = made.read(made.text(value))
        self.assertEqual(again, value)
        return value
