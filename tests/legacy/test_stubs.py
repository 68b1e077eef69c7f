"""Stubs as ZSI 2.1's generator wrote them, in use.

Covers: ZSI.TC.handmade_declarations, ZSI.generate.pyclass
"""

from __future__ import annotations

import gc
from decimal import Decimal
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.legacy import stubs
from tests.legacy.stubs import EchoRequest, RegisterUserRequest, RegisterUserResponse, ns0, ns1
from ZSI import TC, ParsedSoap, SoapWriter
from ZSI.errors import AmbiguousDeclaration, StructureError
from ZSI.generate.pyclass import pyclass_type
from ZSI.schema import GED, GTD, ElementDeclaration, TypeDefinition, Wrap, WrapImmutable
from ZSI.TCcompound import ComplexType, Struct

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def message(body: str) -> ParsedSoap:
    """A message with a body; ``t`` is the types' namespace."""
    return ParsedSoap(
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:xsi="{XSI}" xmlns:t="urn:legacy:types" xmlns:xsd="{XSI.removesuffix("-instance")}" '
        f'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/"><e:Body>{body}</e:Body></e:Envelope>'
    )


ECHO = '<Echo xmlns="urn:legacy"><value xsi:type="xsd:string">plop</value><base t:no="" /></Echo>'


class DocumentTests(SynchronousTestCase):
    """document/literal."""

    def echo(self, inside: str) -> Any:
        ps = message(f'<Echo xmlns="urn:legacy">{inside}</Echo>')
        return ps.Parse(EchoRequest.typecode)

    def test_value(self) -> None:
        request = self.echo("<value>plop</value>")
        self.assertIsInstance(request, EchoRequest)
        self.assertEqual((str(request._value), str(request.Value)), ("plop", "plop"))
        self.assertEqual((request._base, request._X, request._any), (None, [], []))

    def test_everything(self) -> None:
        request = self.echo(
            '<value/><base lang="de"><t:a>1</t:a><t:many>2</t:many><t:many>3</t:many></base>'
            "<t:X><t:a>4</t:a></t:X><t:X><t:a>5</t:a></t:X><Local><yes>true</yes></Local>"
            '<other xmlns="urn:other"/>'
        )
        self.assertEqual(request.Base._a, "1")
        self.assertEqual(request.Base.Many, [2, 3])
        self.assertEqual(request.Base.get_attribute_lang(), "de")
        self.assertEqual([x._a for x in request._X], ["4", "5"])
        self.assertIs(request.Local.Yes, True)
        self.assertEqual(request._any[0].name, ("urn:other", "other"))
        again = ParsedSoap(str(SoapWriter().serialize(request))).Parse(EchoRequest)
        self.assertEqual(again.Base.Many, [2, 3])
        self.assertEqual([x._a for x in again._X], ["4", "5"])

    def test_made_by_hand(self) -> None:
        request = EchoRequest()
        request.Value = "hello"
        request.set_element_base(request.new_base())
        request._base._a = "1"
        request._base.set_attribute_lang("en")
        local = request._Local = request.new_Local()
        local.Yes = False
        text = SoapWriter().serialize(request).body
        for piece in (
            ':value xsi:type="xsd:string">hello</',
            ':base lang="en"><',
            ":yes>false</",
        ):
            self.assertIn(piece, text)

    def test_missing(self) -> None:
        error = self.assertRaises(StructureError, self.echo, "<base><t:a>1</t:a></base>")
        self.assertIn("accessor value is missing", str(error))

    def test_unknown(self) -> None:
        """What nothing declares is refused, also as an attribute."""
        self.assertRaises(StructureError, message(ECHO).Parse, EchoRequest)


class DerivationTests(SynchronousTestCase):
    """Types that derive from one another by their classes' bases."""

    def test_element_of_a_type(self) -> None:
        found = message("<t:X><t:a>1</t:a></t:X>").Parse(GED("urn:legacy:types", "X"))
        self.assertEqual((type(found).__name__, found._a), ("X_Dec_Holder", "1"))

    def test_derived(self) -> None:
        text = '<t:X xsi:type="t:Child"><t:a>1</t:a><t:b>2.50</t:b></t:X>'
        found = message(text).Parse(GED("urn:legacy:types", "X"))
        self.assertEqual(found._b, Decimal("2.50"))
        out = SoapWriter().serialize(found, GED("urn:legacy:types", "X")).body
        self.assertIn(':Child"', out)
        self.assertIn(":b>2.50</", out)

    def test_not_derived(self) -> None:
        text = '<t:X xsi:type="t:Zip">1</t:X>'
        self.assertRaises(StructureError, message(text).Parse, GED("urn:legacy:types", "X"))

    def test_substitute_type(self) -> None:
        base = ns0.Base_Def(pname=("urn:legacy:types", "X"))
        elt = message('<t:X xsi:type="t:Child"/>').body_root
        self.assertIsInstance(base.getSubstituteType(elt, None), ns0.Child_Def)
        plain = message("<t:X/>").body_root
        self.assertIs(base.getSubstituteType(plain, None), base)
        other = message('<t:X xsi:type="t:Zip"/>').body_root
        self.assertRaises(StructureError, base.getSubstituteType, other, None)

    def test_substitution_group(self) -> None:
        head, member = (GED("urn:legacy:types", name) for name in ("Head", "Member"))
        self.assertTrue(head.checkSubstitute(member))
        self.assertFalse(member.checkSubstitute(head))
        elt = message("<t:Member>x</t:Member>").body_root
        self.assertIs(head.getSubstitutionElement(elt, None), member)
        other = message("<t:X/>").body_root
        self.assertRaises(StructureError, head.getSubstitutionElement, other, None)

    def test_simple_type(self) -> None:
        zip_code = GTD("urn:legacy:types", "Zip")(pname="zip")
        found = message("<zip>12345</zip>").Parse(zip_code)
        self.assertEqual((type(found), found), (zip_code.pyclass, "12345"))
        made = GED("urn:legacy:types", "Member").pyclass("x")
        self.assertIn("<ns", SoapWriter().serialize(made).body)


class RpcTests(SynchronousTestCase):
    """rpc/encoded."""

    def test_request(self) -> None:
        text = (
            '<r:RegisterUser xmlns:r="urn:legacy:rpc"><User href="#u"/>'
            '<Codes enc:arrayType="xsd:int[2]"><c>1</c><c>2</c></Codes></r:RegisterUser>'
            '<multiRef id="u" xsi:type="t:Base"><a>Ada</a></multiRef>'
        )
        request = message(text).Parse(RegisterUserRequest.typecode)
        self.assertIsInstance(request, RegisterUserRequest)
        self.assertEqual((request._User._a, request._Codes), ("Ada", [1, 2]))

    def test_round_trip(self) -> None:
        user = ns0.Base_Def(pname="User").pyclass()
        user._a, user._many = "Ada", [3]
        text = str(SoapWriter().serialize(RegisterUserRequest(User=user, Codes=[1])))
        for piece in ("soapenv:encodingStyle=", 'xsi:type="xsd:string"', 'arrayType="xsd:int[1]"'):
            self.assertIn(piece, text)
        again = ParsedSoap(text).Parse(RegisterUserRequest)
        self.assertEqual((again._User._many, again._Codes), ([3], [1]))

    def test_response(self) -> None:
        response = RegisterUserResponse(Message="welcome")
        self.assertEqual(response.Message, "welcome")
        text = str(SoapWriter().serialize(response))
        found = ParsedSoap(text).Parse(
            Struct(pname=None, ofwhat=response.typecode.ofwhat, pyclass=response.typecode.pyclass)
        )
        self.assertEqual(found._Message, "welcome")


class RegistriesTests(SynchronousTestCase):
    """GED and GTD."""

    def test_elements(self) -> None:
        typecode = GED("urn:legacy", "Echo")
        self.assertIs(GED("urn:legacy", "Echo"), typecode)
        self.assertIs(GED("urn:legacy", "Echo", isref=True), ns1.Echo_Dec)
        self.assertIs(typecode.pyclass, EchoRequest)
        self.assertIsNone(GED("urn:legacy", "Nothing"))

    def test_types(self) -> None:
        self.assertIs(GTD("urn:legacy:types", "Base"), ns0.Base_Def)
        self.assertIsNone(GTD("urn:legacy:types", "Nothing"))
        self.assertIs(
            ElementDeclaration.getTypeDefinition("urn:legacy:types", "Base"), ns0.Base_Def
        )
        self.assertIs(
            TypeDefinition.getElementDeclaration("urn:legacy", "Echo"), GED("urn:legacy", "Echo")
        )

    def test_two_modules(self) -> None:
        """Two versions of one contract are both there; asking for either by name alone fails."""
        before = ns0.Base_Def

        def other_version() -> type:
            class Base_Def(ComplexType, TypeDefinition):
                """The same name in another module."""

                __module__ = "legacy_version_two"
                type = ("urn:legacy:types", "Base")

            return Base_Def

        other_version()
        from ZSI import schema

        self.addCleanup(schema._by_module.pop, "legacy_version_two")
        error = self.assertRaises(AmbiguousDeclaration, GTD, "urn:legacy:types", "Base")
        self.assertIn("legacy_version_two", str(error))
        self.assertIn(stubs.__name__, str(error))
        found = message("<t:X><t:a>1</t:a></t:X>").Parse(GED("urn:legacy:types", "X"))
        self.assertEqual(found._a, "1")
        self.assertIs(ns0.Base_Def, before)

    def tearDown(self) -> None:
        gc.collect()  # registries that are gone are forgotten

    def test_wrap(self) -> None:
        typecode = TC.Iint("n", typed=False)
        self.assertEqual(SoapWriter().serialize(Wrap(5, typecode)).body, "<n>5</n>")
        self.assertEqual(WrapImmutable("a", typecode).typecode, typecode)

        class Thing:
            pass

        thing = Thing()
        self.assertIs(Wrap(thing, typecode), thing)


class PyclassTests(SynchronousTestCase):
    """The metaclass of -b."""

    def test_accessors(self) -> None:
        class Point(metaclass=pyclass_type):
            typecode = ComplexType(
                None,
                [TC.Iint("x", aname="_x"), TC.String("a-b", aname="_a_b"), Struct(None, [], "s")],
                "p",
                mixed=True,
            )

        point: Any = Point()
        self.assertIsNone(point.X)
        point.X = 1
        point.set_element_a_b("c")
        point.set_text("t")
        self.assertEqual((point._x, point.get_element_x(), point.A_b), (1, 1, "c"))
        self.assertEqual((point.get_text(), point._text), ("t", "t"))
        self.assertEqual((point.new_x(7), point.new_x(), point.new_s()), (7, None, {}))

    def test_attributes(self) -> None:
        code = ComplexType(None, [], "p")
        code.attribute_typecode_dict = {"a": TC.String(), ("urn:q", "b"): TC.String()}

        class Thing(metaclass=pyclass_type):
            typecode = code

        one, other = Thing(), Thing()
        one.set_attribute_a("1")  # type: ignore[attr-defined]  # the metaclass made it
        one.set_attribute_b("2")  # type: ignore[attr-defined]  # the metaclass made it
        self.assertEqual(vars(one), {"_attrs": {"a": "1", ("urn:q", "b"): "2"}})
        self.assertIsNone(other.get_attribute_a())  # type: ignore[attr-defined]  # the same

    def test_without_typecode(self) -> None:
        class Nothing(metaclass=pyclass_type):
            x = 1

        self.assertEqual(Nothing.x, 1)
