# ruff: noqa: E501 -- lines as long as the generator made them
"""What ZSI 2.1's ``wsdl2py -b`` made of a contract of ours: one of each shape that it emitted.

Only the metaclass is written as Python 3 wants it. See `tests/legacy/test_stubs.py`.
"""

from __future__ import annotations

from typing import Any

import ZSI
import ZSI.TCcompound
from ZSI.generate.pyclass import pyclass_type
from ZSI.schema import GED, GTD, ElementDeclaration, LocalElementDeclaration, TypeDefinition
from ZSI.TCcompound import Struct


class ns0:
    targetNamespace = "urn:legacy:types"

    class Base_Def(ZSI.TCcompound.ComplexType, TypeDefinition):
        schema = "urn:legacy:types"
        type = (schema, "Base")

        def __init__(self, pname: Any, ofwhat: Any = (), attributes: Any = None,
                     extend: bool = False, restrict: bool = False, **kw: Any) -> None:  # fmt: skip
            ns = ns0.Base_Def.schema
            TClist = [
                ZSI.TC.String(pname=(ns, "a"), aname="_a", minOccurs=1, maxOccurs=1, nillable=False, typed=False, encoded=kw.get("encoded")),
                ZSI.TCnumbers.Iint(pname=(ns, "many"), aname="_many", minOccurs=0, maxOccurs="unbounded", nillable=False, typed=False, encoded=kw.get("encoded")),
            ]  # fmt: skip
            self.attribute_typecode_dict = attributes or {}
            self.attribute_typecode_dict["lang"] = ZSI.TC.String()
            if extend:
                TClist += ofwhat
            if restrict:
                TClist = ofwhat
            ZSI.TCcompound.ComplexType.__init__(self, None, TClist, pname=pname, inorder=0, **kw)

            class Holder(metaclass=pyclass_type):
                typecode = self

                def __init__(self) -> None:
                    self._a: Any = None
                    self._many: Any = []

            Holder.__name__ = "Base_Holder"
            self.pyclass = Holder

    class Child_Def(TypeDefinition):
        schema = "urn:legacy:types"
        type = (schema, "Child")

        def __init__(self, pname: Any, ofwhat: Any = (), extend: bool = False,
                     restrict: bool = False, attributes: Any = None, **kw: Any) -> None:  # fmt: skip
            ns = ns0.Child_Def.schema
            TClist = [ZSI.TC.Decimal(pname=(ns, "b"), aname="_b", minOccurs=1, maxOccurs=1, nillable=False, typed=False, encoded=kw.get("encoded"))]  # fmt: skip
            attributes = self.attribute_typecode_dict = attributes or {}
            if extend:
                TClist += ofwhat
            if restrict:
                TClist = ofwhat
            if ns0.Base_Def not in ns0.Child_Def.__bases__:
                bases = list(ns0.Child_Def.__bases__)
                bases.insert(0, ns0.Base_Def)
                ns0.Child_Def.__bases__ = tuple(bases)
            ns0.Base_Def.__init__(
                self, pname, ofwhat=TClist, extend=True, attributes=attributes, **kw
            )  # type: ignore[arg-type]  # a base since a moment ago

    class Ints_Def(ZSI.TC.Array, TypeDefinition):
        schema = "urn:legacy:types"
        type = (schema, "Ints")

        def __init__(self, pname: Any, ofwhat: Any = (), extend: bool = False,
                     restrict: bool = False, attributes: Any = None, **kw: Any) -> None:  # fmt: skip
            ofwhat = ZSI.TCnumbers.Iint(None, typed=False)
            atype = ("http://www.w3.org/2001/XMLSchema", "int[]")
            ZSI.TC.Array.__init__(self, atype, ofwhat, pname=pname, childnames="item", **kw)

    class Zip_Def(ZSI.TC.String, TypeDefinition):
        schema = "urn:legacy:types"
        type = (schema, "Zip")

        def __init__(self, pname: Any, **kw: Any) -> None:
            ZSI.TC.String.__init__(self, pname, pyclass=None, **kw)

            class Holder(str):
                typecode = self

            self.pyclass = Holder

    class X_Dec(ElementDeclaration):
        literal = "X"
        schema = "urn:legacy:types"
        substitutionGroup = None

        def __init__(self, **kw: Any) -> None:
            kw["pname"] = ("urn:legacy:types", "X")
            kw["aname"] = "_X"
            if ns0.Base_Def not in ns0.X_Dec.__bases__:
                bases = list(ns0.X_Dec.__bases__)
                bases.insert(0, ns0.Base_Def)
                ns0.X_Dec.__bases__ = tuple(bases)
            ns0.Base_Def.__init__(self, **kw)  # type: ignore[arg-type]  # a base since a moment ago
            if self.pyclass is not None:
                self.pyclass.__name__ = "X_Dec_Holder"

    class Member_Dec(ZSI.TC.String, ElementDeclaration):
        literal = "Member"
        schema = "urn:legacy:types"
        substitutionGroup = ("urn:legacy:types", "Head")

        def __init__(self, **kw: Any) -> None:
            kw["pname"] = ("urn:legacy:types", "Member")
            kw["aname"] = "_Member"

            class IHolder(str):
                typecode = self

            kw["pyclass"] = IHolder
            IHolder.__name__ = "_Member_immutable_holder"
            ZSI.TC.String.__init__(self, **kw)

    class Head_Dec(ZSI.TC.String, ElementDeclaration):
        literal = "Head"
        schema = "urn:legacy:types"

        def __init__(self, **kw: Any) -> None:
            kw["pname"] = ("urn:legacy:types", "Head")
            kw["aname"] = "_Head"
            ZSI.TC.String.__init__(self, **kw)


class ns1:
    targetNamespace = "urn:legacy"

    class Echo_Dec(ZSI.TCcompound.ComplexType, ElementDeclaration):
        literal = "Echo"
        schema = "urn:legacy"

        def __init__(self, **kw: Any) -> None:
            ns = ns1.Echo_Dec.schema
            TClist = [
                ZSI.TC.AnyType(pname=(ns, "value"), aname="_value", minOccurs=1, maxOccurs=1, nillable=False, typed=False, encoded=kw.get("encoded")),
                GTD("urn:legacy:types", "Base", lazy=False)(pname=(ns, "base"), aname="_base", minOccurs=0, maxOccurs=1, nillable=False, typed=False, encoded=kw.get("encoded")),
                GED("urn:legacy:types", "X", lazy=False, isref=True)(minOccurs=0, maxOccurs="unbounded", nillable=False, encoded=kw.get("encoded")),
                self.__class__.Local_Dec(minOccurs=0, maxOccurs=1, nillable=False, encoded=kw.get("encoded")),
                ZSI.TC.AnyElement(aname="_any", minOccurs=0, maxOccurs="unbounded", nillable=False, processContents="lax"),
            ]  # fmt: skip
            kw["pname"] = ("urn:legacy", "Echo")
            kw["aname"] = "_Echo"
            self.attribute_typecode_dict = {}
            ZSI.TCcompound.ComplexType.__init__(self, None, TClist, inorder=0, **kw)

            class Holder(metaclass=pyclass_type):
                typecode = self

                def __init__(self) -> None:
                    self._value: Any = None
                    self._base: Any = None
                    self._X: Any = []
                    self._Local: Any = None
                    self._any: Any = []

            Holder.__name__ = "Echo_Holder"
            self.pyclass = Holder

        class Local_Dec(ZSI.TCcompound.ComplexType, LocalElementDeclaration):
            literal = "Local"
            schema = "urn:legacy"

            def __init__(self, **kw: Any) -> None:
                ns = ns1.Echo_Dec.Local_Dec.schema
                TClist = [ZSI.TC.Boolean(pname=(ns, "yes"), aname="_yes", minOccurs=1, maxOccurs=1, nillable=False, typed=False, encoded=kw.get("encoded"))]  # fmt: skip
                kw["pname"] = ("urn:legacy", "Local")
                kw["aname"] = "_Local"
                self.attribute_typecode_dict = {}
                ZSI.TCcompound.ComplexType.__init__(self, None, TClist, inorder=0, **kw)

                class Holder(metaclass=pyclass_type):
                    typecode = self

                    def __init__(self) -> None:
                        self._yes: Any = None

                Holder.__name__ = "Local_Holder"
                self.pyclass = Holder


# document/literal: messages are the classes of elements
EchoRequest = GED("urn:legacy", "Echo").pyclass


# rpc/encoded: a class of its own for each message
class RegisterUserRequest:
    def __init__(self, **kw: Any) -> None:
        self._User = kw.get("User")
        self._Codes = kw.get("Codes")


RegisterUserRequest.typecode = Struct(  # type: ignore[attr-defined]  # as the generator wrote it
    pname=("urn:legacy:rpc", "RegisterUser"),
    ofwhat=[
        ns0.Base_Def(pname="User", aname="_User", typed=False, encoded=None, minOccurs=1, maxOccurs=1, nillable=True),
        ns0.Ints_Def(pname="Codes", aname="_Codes", typed=False, encoded=None, minOccurs=1, maxOccurs=1, nillable=True),
    ],
    pyclass=RegisterUserRequest,
    encoded="urn:legacy:rpc",
)  # fmt: skip

# and under -b the other way round
_RegisterUserResponseTypecode = Struct(
    pname=("urn:legacy:rpc", "RegisterUserResponse"),
    ofwhat=[ZSI.TC.String(pname="Message", aname="_Message", typed=False, encoded=None, minOccurs=1, maxOccurs=1, nillable=True)],
    pyclass=None,
    encoded="urn:legacy:rpc",
)  # fmt: skip


class RegisterUserResponse(metaclass=pyclass_type):
    typecode = _RegisterUserResponseTypecode

    def __init__(self, **kw: Any) -> None:
        self._Message = kw.get("Message")


RegisterUserResponse.typecode.pyclass = RegisterUserResponse
