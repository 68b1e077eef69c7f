"""ZSI's spellings: ``_value``, ``Value``, ``get_element_value``, ``new_value`` and their like.

Generated code of ZSI's ``wsdl2py`` stored a child ``x`` as ``_x``; with ``-b`` its classes had the
property ``X``, ``get_element_x``, ``set_element_x`` and ``new_x`` besides, ``get_attribute_a`` and
``set_attribute_a`` for attributes, ``get_text``, ``set_text`` and ``_text`` for mixed content.
The dict of attributes is ``_attrs``. All of them work on a `Compound`; a field of that very name
goes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ZSI.TC.resolve import resolve
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import UNSET, Text

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
    methods["_attrs"] = Attributes
    if ctype.mixed:
        methods["get_text"] = lambda instance: lambda: text_of_content(instance)
        methods["set_text"] = lambda instance: lambda text: set_text(instance, text)
    return names, methods


def _getter(key: str) -> Getter:
    return lambda instance: lambda: getattr(instance, key)


def _setter(key: str) -> Getter:
    return lambda instance: lambda value: setattr(instance, key, value)


def _maker(field: Field, ctype: ComplexType) -> Getter:
    """``new_x()``: a new object for a child of complex type, a checked value for a simple one.

    Where there is text with attributes, another such object gives its text.
    """

    def make(*args: Any, **values: Any) -> Any:
        declared: Any = resolve(field.type, ctype.registry)
        if isinstance(declared, SimpleType):
            return declared.coerce(*args)
        if getattr(declared, "text", None) is not None:
            args = tuple(map(_text_of, args))
        pyclass = getattr(declared, "pyclass", None)
        return pyclass(*args, **values) if pyclass is not None else dict(*args, **values)

    return lambda instance: make


def _text_of(value: Any) -> Any:
    """The text of an object that holds it beside attributes; other values as they are."""
    own = type(value).complex_type().text if hasattr(value, "complex_type") else None
    return getattr(value, own.key) if own is not None else value


class Attributes(MutableMapping[Any, Any]):
    """The XML attributes of an object as ZSI's dict: by ``"a"``, or by ``(namespace, "a")``.

    It shows the object's fields: what is set in one is in the other. Attributes that only a
    wildcard admits are not among them.
    """

    def __init__(self, instance: Any) -> None:
        self._instance = instance
        fields = type(instance).complex_type().fields.values()
        self._keys = {
            field.name.localname if field.name.namespace is None else tuple(field.name): field.key
            for field in fields
            if field.kind == "attribute" and field.name is not None
        }

    def __getitem__(self, name: Any) -> Any:
        value = self._instance.__dict__.get(self._keys[name])
        if value is None or value is UNSET:
            raise KeyError(name)
        return value

    def __setitem__(self, name: Any, value: Any) -> None:
        if name not in self._keys:
            known = ", ".join(map(str, self._keys)) or "none"
            raise KeyError(
                f"{type(self._instance).__name__} has no attribute {name}; it has {known}"
            )
        setattr(self._instance, self._keys[name], value)

    def __delitem__(self, name: Any) -> None:
        self._instance.__dict__[self._keys[name]] = None

    def __iter__(self) -> Iterator[Any]:
        return (name for name in self._keys if name in self)

    def __contains__(self, name: object) -> bool:
        return self.get(name) is not None

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))


def set_attributes(instance: Any, values: Mapping[Any, Any]) -> None:
    """Put these attributes in place of those that an object has; ``obj._attrs = {…}``.

    Raises:
        KeyError: the object's type has no such attribute.
    """
    attributes = Attributes(instance)
    given = dict(values)
    attributes.clear()
    attributes.update(given)


def text_of_content(instance: Any) -> str:
    """All text of mixed content, in document order, without that of child elements."""
    return "".join(entry for entry in instance._content or () if isinstance(entry, Text))


def set_text(instance: Any, text: str) -> None:
    """Put a text before the child elements of mixed content, in place of all others."""
    keys = (entry for entry in instance._content or () if not isinstance(entry, Text))
    instance._content = (Text(text), *keys)
