"""``TC.TypeCode``: the base that ZSI's guide has users derive typecodes of their own from."""

from __future__ import annotations

from typing import Any

from ZSI.TC.handmade import HandMade
from ZSI.TC.typecode import TypeCode as AnyTypeCode


class _Base(type):
    """Every typecode is an instance, those of generated classes too."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return (
            isinstance(instance, AnyTypeCode)
            if cls is TypeCode
            else super().__instancecheck__(instance)
        )

    def __subclasscheck__(cls, other: type) -> bool:
        return (
            issubclass(other, AnyTypeCode) if cls is TypeCode else super().__subclasscheck__(other)
        )


class TypeCode(HandMade, metaclass=_Base):
    """A typecode whose ``parse`` and ``serialize`` are the user's.

    ::

        class Pair(TC.TypeCode):
            def parse(self, elt, ps):
                self.checkname(elt, ps)
                return tuple(self.simple_value(elt, ps).split())

            def serialize(self, elt, sw, pyobj, name=None, orig=None, **kw):
                made = etree.SubElement(elt, self.get_name(name, None))
                made.text = " ".join(pyobj)
                return made

    >>> from ZSI.TC import Struct
    >>> isinstance(Struct(None, [], "s"), TypeCode)
    True
    """
