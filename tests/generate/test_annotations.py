"""Tests of annotations."""

from __future__ import annotations

from tests.generate.made import MadeTests
from tests.wsdl.small import name, xsd
from ZSI.generate.annotations import (
    Hints,
    builtin_name,
    hint_expr,
    names_in,
    renamed,
    union,
    wrap,
)
from ZSI.generate.source import Bracket
from ZSI.names import SOAP11_ENC, QName
from ZSI.wsdl.components import Schema


class HintsTests(MadeTests):
    """The annotations of simple types."""

    def hint(self, body: str, local: str = "T") -> str:
        schema = self.schema(body).schema
        aliases = {n: n.localname for n in schema.types if n != name(local)}
        return Hints(schema, aliases).spelled_out(name(local))

    def test_builtins(self) -> None:
        for local, expected in (
            ("int", "int"), ("decimal", "Decimal"), ("double", "float"), ("boolean", "bool"),
            ("string", "str"), ("base64Binary", "bytes"), ("NMTOKENS", "list[str]"),
            ("dateTime", "datetime.datetime | TC.DateTime"), ("duration", "TC.Duration"),
            ("QName", "TC.ExpandedName"), ("gYear", "TC.GYear"), ("anySimpleType", "str"),
        ):  # fmt: skip
            self.assertEqual(Hints(Schema(), {}).of(xsd(local)), expected, local)

    def test_soap_encoding_names_builtins(self) -> None:
        self.assertEqual(Hints(Schema(), {}).of(QName(SOAP11_ENC, "int")), "int")
        self.assertEqual(builtin_name(QName(SOAP11_ENC, "base64")), "base64Binary")
        self.assertIsNone(builtin_name(QName(SOAP11_ENC, "Array")))

    def test_unknown_names(self) -> None:
        self.assertEqual(Hints(Schema(), {}).of(name("Nobody")), "Any")

    def test_enumerations(self) -> None:
        text = (
            '<xs:simpleType name="T"><xs:restriction base="xs:{}">{}'
            "</xs:restriction></xs:simpleType>"
        )
        for base, texts, expected in (
            ("string", ("a", "it's"), 'Literal["a", "it\'s"]'),
            ("int", ("1", "-2"), "Literal[1, -2]"),
            ("token", (" a ", "b"), 'Literal["a", "b"]'),
            ("string", (" a ",), 'Literal[" a "]'),
            ("float", ("1.5",), "float"),
            ("string", tuple(f"v{n}" for n in range(300)), "str"),
        ):  # fmt: skip
            values = "".join(f'<xs:enumeration value="{value}"/>' for value in texts)
            self.assertEqual(self.hint(text.format(base, values)), expected)

    def test_restricted_enumeration(self) -> None:
        body = (
            '<xs:simpleType name="B"><xs:restriction base="xs:string"><xs:enumeration value="a"/>'
            '<xs:enumeration value="b"/></xs:restriction></xs:simpleType>'
            '<xs:simpleType name="T"><xs:restriction base="t:B"><xs:enumeration value="b"/>'
            "</xs:restriction></xs:simpleType>"
        )
        self.assertEqual(self.hint(body), 'Literal["b"]')

    def test_items_and_members_by_their_aliases(self) -> None:
        body = (
            '<xs:simpleType name="L"><xs:list itemType="t:U"/></xs:simpleType>'
            '<xs:simpleType name="U"><xs:union memberTypes="xs:int t:Z"/></xs:simpleType>'
            '<xs:simpleType name="Z"><xs:restriction base="xs:string"/></xs:simpleType>'
        )
        self.assertEqual(self.hint(body, "L"), "list[U]")
        self.assertEqual(self.hint(body, "U"), "int | Z")


class TextTests(MadeTests):
    """Annotations as text."""

    def test_wrap(self) -> None:
        for many, nillable, optional, expected in (
            (False, False, False, "int"), (False, False, True, "int | None"),
            (False, True, False, "int | TC.Nil | None"), (True, False, True, "list[int]"),
            (True, True, False, "list[int | TC.Nil]"),
        ):  # fmt: skip
            made = wrap("int", many=many, nillable=nillable, optional=optional)
            self.assertEqual(made, expected)
        self.assertEqual(wrap("Any", many=False, nillable=True, optional=True), "Any")

    def test_union(self) -> None:
        self.assertEqual(
            union(['Literal["a | b"]', "int | str", "str"]), 'Literal["a | b"] | int | str'
        )
        self.assertEqual(union(["int", "Any"]), "Any")

    def test_names_in(self) -> None:
        self.assertEqual(
            names_in("list[A] | Literal[\"B\", 'C'] | datetime.date"),
            {"list", "A", "Literal", "datetime"},
        )

    def test_renamed(self) -> None:
        made = renamed(
            'A | list[A] | Literal["A"] | x.A', lambda word: f"_t.{word}" if word == "A" else word
        )
        self.assertEqual(made, '_t.A | list[_t.A] | Literal["A"] | x.A')

    def test_hint_expr(self) -> None:
        made = hint_expr('list[Literal["a]", "b", -1]] | None')
        assert isinstance(made, Bracket)
        self.assertEqual(made.items, ('"a]"', '"b"', "-1"))
        self.assertEqual(str(made), 'list[Literal["a]", "b", -1]] | None')
        self.assertEqual(hint_expr("int"), "int")
