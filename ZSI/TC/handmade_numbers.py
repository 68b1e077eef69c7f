"""ZSI's typecodes for numbers.

>>> Ibyte("b").text_to_data("200", None, None)
Traceback (most recent call last):
...
ZSI.errors.ValueRefused: '200' breaks xsd:byte: expected an integer from -128 to 127
>>> FPfloat("f", format="%.2f").get_formatted_content(0.5)
'0.50'
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from ZSI.errors import ValueRefused
from ZSI.names import XSD
from ZSI.TC.handmade import SimpleType
from ZSI.TC.simple import SimpleType as XsdSimpleType


class Number(SimpleType):
    """Base of the number typecodes.

    Args:
        pname: the element's name.
        format: how a value is written, as ``%`` takes it. ZSI's defaults stand for the exact
            canonical form: ``%f`` would make 0.000000 of 1e-9.
    """

    #: What a typecode without a ``format`` of its own has.
    default: ClassVar[str] = "%d"

    def __init__(self, pname: Any = None, format: str | None = None, **kw: Any) -> None:
        super().__init__(pname, **kw)
        self.format = format if format is not None else self.default

    def own_methods(self) -> frozenset[str]:
        """Writing by another format is ours."""
        own = super().own_methods()
        return own if self.format == self.default else own | {"get_formatted_content"}

    def get_formatted_content(self, pyobj: Any) -> str:
        """Value to text.

        Raises:
            ValueRefused: the value, or what the format makes of it, is not of the type.
        """
        text = super().get_formatted_content(pyobj)
        if self.format == self.default:
            return text
        try:
            text = str(self.format % pyobj)
        except (TypeError, ValueError):
            raise ValueRefused("format", f"a value for {self.format!r}", pyobj) from None
        self.simple.parse(text)
        return text


class Integer(Number):
    """An integer of any size."""

    type = (XSD, "integer")


class Decimal(Number):
    """A decimal number; its value is a `decimal.Decimal`."""

    type = (XSD, "decimal")
    default = "%f"


class FPfloat(Number):
    """A float."""

    type = (XSD, "float")
    default = "%f"


class FPdouble(FPfloat):
    """A double."""

    type = (XSD, "double")


class Iinteger(Integer):
    """An integer of any size."""


class IunsignedByte(Integer):
    """0 to 255."""

    type = (XSD, "unsignedByte")


class IunsignedShort(Integer):
    """0 to 65535."""

    type = (XSD, "unsignedShort")


class IunsignedInt(Integer):
    """0 to 4294967295."""

    type = (XSD, "unsignedInt")


class IunsignedLong(Integer):
    """0 to 18446744073709551615."""

    type = (XSD, "unsignedLong")


class Ibyte(Integer):
    """-128 to 127."""

    type = (XSD, "byte")


class Ishort(Integer):
    """-32768 to 32767."""

    type = (XSD, "short")


class Iint(Integer):
    """-2147483648 to 2147483647."""

    type = (XSD, "int")


class Ilong(Integer):
    """-9223372036854775808 to 9223372036854775807."""

    type = (XSD, "long")


class InegativeInteger(Integer):
    """Below 0."""

    type = (XSD, "negativeInteger")


class InonPositiveInteger(Integer):
    """0 and below."""

    type = (XSD, "nonPositiveInteger")


class InonNegativeInteger(Integer):
    """0 and above."""

    type = (XSD, "nonNegativeInteger")


class IpositiveInteger(Integer):
    """Above 0."""

    type = (XSD, "positiveInteger")


class IEnumeration(Integer):
    """An integer that is one of several.

    Args:
        choices: the integers.
        pname: the element's name.
    """

    def __init__(self, choices: Iterable[int], pname: Any = None, **kw: Any) -> None:
        super().__init__(pname, **kw)
        self.choices = list(choices)

    @cached_property
    def simple(self) -> XsdSimpleType:
        """The type with the choices as its facet."""
        return self.restricted(enumeration=self.choices)


class FPEnumeration(FPfloat):
    """A float that is one of several.

    Args:
        choices: the floats.
        pname: the element's name.
    """

    def __init__(self, choices: Iterable[float], pname: Any = None, **kw: Any) -> None:
        super().__init__(pname, **kw)
        self.choices = list(choices)

    @cached_property
    def simple(self) -> XsdSimpleType:
        """The type with the choices as its facet."""
        return self.restricted(enumeration=self.choices)
