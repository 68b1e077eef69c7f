"""``pyclass_type``: the metaclass that ZSI's ``wsdl2py -b`` gave the classes of its typecodes.

For each child ``x`` of the class's ``typecode`` it makes the property ``X``, ``get_element_x``,
``set_element_x`` and ``new_x``, for each attribute ``a`` ``get_attribute_a`` and
``set_attribute_a``, for mixed content ``get_text`` and ``set_text``. They read and set the
attributes that the typecodes name (``_x``), so both spellings work on one object. Generated
classes of this package have all that without a metaclass.

>>> from ZSI.TC import Iint, Struct
>>> class Point(metaclass=pyclass_type):
...     typecode = Struct(None, [Iint("x", aname="_x")], "point")
>>> point = Point()
>>> point.X = 3
>>> point._x, point.get_element_x()
(3, 3)
"""

from __future__ import annotations

from typing import Any

from ZSI.TC.accessors import spelled
from ZSI.TC.handmade import HandMade
from ZSI.TC.handmade_compound import ComplexType


class pyclass_type(type):
    """Metaclass of classes with a hand-written ``typecode``; see the module."""

    def __new__(cls, classname: str, bases: tuple[type, ...], classdict: dict[str, Any]) -> Any:
        """Make the class with the accessors that its typecode asks for."""
        typecode = classdict.get("typecode")
        added: dict[str, Any] = {}
        if isinstance(typecode, ComplexType):
            for what in typecode.ofwhat:
                if what.pname is not None and what.aname is not None:
                    added.update(_element_accessors(what))
            if typecode.mixed:
                read, write = _storage(typecode.mixed_aname)
                added.update(get_text=read, set_text=write)
        if isinstance(typecode, HandMade):
            for name in typecode.attribute_typecode_dict:
                added.update(_attribute_accessors(name, typecode.attrs_aname))
        return super().__new__(cls, classname, bases, {**added, **classdict})


def _storage(aname: str) -> tuple[Any, Any]:
    """A getter and a setter of one attribute."""

    def read(self: Any) -> Any:
        """The value, None if it is not set."""
        return getattr(self, aname, None)

    def write(self: Any, value: Any) -> None:
        """Set the value."""
        setattr(self, aname, value)

    return read, write


def _element_accessors(what: Any) -> dict[str, Any]:
    """What a child gets."""
    local = spelled(what.pname)
    read, write = _storage(what.aname)

    def new(self: Any, *args: Any) -> Any:
        """A new object for the child, or the value given for it."""
        pyclass = what.pyclass
        if pyclass is not None:
            return pyclass(*args)
        return args[0] if args else {} if isinstance(what, ComplexType) else None

    return {
        f"get_element_{local}": read,
        f"set_element_{local}": write,
        f"new_{local}": new,
        local[:1].upper() + local[1:]: property(read, write, None, f"The child {what.pname}."),
    }


def _attribute_accessors(name: Any, attrs_aname: str) -> dict[str, Any]:
    """What an attribute gets."""
    local = spelled(name[1] if isinstance(name, tuple) else name)

    def read(self: Any) -> Any:
        """The attribute's value, None if it is not set."""
        return getattr(self, attrs_aname, {}).get(name)

    def write(self: Any, value: Any) -> None:
        """Set the attribute."""
        if attrs_aname not in self.__dict__:
            setattr(self, attrs_aname, {})
        getattr(self, attrs_aname)[name] = value

    return {f"get_attribute_{local}": read, f"set_attribute_{local}": write}
