"""ZSI's spellings: ``_value``, ``Value``, ``get_element_value``, ``new_value`` and their like.

Generated code of ZSI's ``wsdl2py`` stored a child ``x`` as ``_x``; with ``-b`` its classes had the
property ``X``, ``get_element_x``, ``set_element_x`` and ``new_x`` besides, ``get_attribute_a`` and
``set_attribute_a`` for attributes, ``get_text``, ``set_text`` and ``_text`` for mixed content.
All of them work on a `Compound`; a field of that very name goes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import Text

if TYPE_CHECKING:
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field

#: Gives what stands under a name of an instance.
Getter = Callable[[Any], Any]


def spelled(name: str) -> str:
    """An XML name as it stands in Python.

    >>> spelled("get-it.now")
    'get_it_now'
    """
    return re.sub(r"\W", "_", name)


def accessors(ctype: ComplexType) -> tuple[Mapping[str, str], Mapping[str, Getter]]:
    """ZSI's names for the fields of a type.

    Returns:
        The keys of fields by the names that are read and set like them, and what gives the
        methods by their names.
    """
    names: dict[str, str] = {}
    methods: dict[str, Getter] = {}
    for key, field in ctype.fields.items():
        local = spelled(field.name.localname if field.name is not None else key)
        kind = "attribute" if field.kind == "attribute" else "element"
        methods.setdefault(f"get_{kind}_{local}", _getter(key))
        methods.setdefault(f"set_{kind}_{local}", _setter(key))
        if kind == "element":
            methods.setdefault(f"new_{local}", _maker(field, ctype))
    # elements first: an attribute of the same name goes without
    for field in sorted(ctype.fields.values(), key=lambda field: field.kind == "attribute"):
        local = spelled(field.name.localname if field.name is not None else field.key)
        names.setdefault(f"_{local}", field.key)
        names.setdefault(local[:1].upper() + local[1:], field.key)
    if ctype.mixed:
        methods["get_text"] = lambda instance: lambda: text_of_content(instance)
        methods["set_text"] = lambda instance: lambda text: set_text(instance, text)
    return names, methods


def _getter(key: str) -> Getter:
    return lambda instance: lambda: getattr(instance, key)


def _setter(key: str) -> Getter:
    return lambda instance: lambda value: setattr(instance, key, value)


def _maker(field: Field, ctype: ComplexType) -> Getter:
    """``new_x()``: a new object for a child of complex type, a checked value for a simple one."""

    def make(*args: Any, **values: Any) -> Any:
        declared: Any = resolve(field.type, ctype.registry)
        if isinstance(declared, SimpleType):
            return declared.coerce(*args)
        pyclass = getattr(declared, "pyclass", None)
        return pyclass(*args, **values) if pyclass is not None else dict(*args, **values)

    return lambda instance: make


def text_of_content(instance: Any) -> str:
    """All text of mixed content, in document order, without that of child elements."""
    return "".join(entry for entry in instance._content or () if isinstance(entry, Text))


def set_text(instance: Any, text: str) -> None:
    """Put a text before the child elements of mixed content, in place of all others."""
    keys = (entry for entry in instance._content or () if not isinstance(entry, Text))
    instance._content = (Text(text), *keys)
