"""Compound: the base of generated classes, a plain class over a table of fields.

>>> from ZSI.names import XSD
>>> from ZSI.schema import Registry
>>> from ZSI.TC import Compound, element
>>> class Point(Compound, element=("urn:example", "Point"), registry=Registry("doc", public=False)):
...     x: int = element("x", (XSD, "int"), ns="urn:example")
...     label: str | None = element("label", (XSD, "string"), ns="urn:example", default=None)
>>> point = Point(x=1)
>>> point.x, point.label, point == Point(x=1), point
(1, None, True, Point(x=1))
>>> point.lable = "a"
Traceback (most recent call last):
...
AttributeError: Point has no field 'lable': did you mean 'label'?
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from ZSI.names import QName
from ZSI.schema import HAND_WRITTEN, Name, Registry
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import (
    Field,
    Particles,
    any_attributes,
    any_element,
    attribute,
    element,
    text,
)
from ZSI.TC.values import NIL, UNSET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from ZSI.TC.encode import EncodeContext, Out
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.typecode import CompoundTypeCode


@dataclass(frozen=True, slots=True)
class ElementDeclaration:
    """A global element: its use as a root, and what the schema says of substitution."""

    use: Field
    abstract: bool = False
    block: frozenset[str] = frozenset()
    head: QName | None = None


class _TypeCodeOf:
    """``cls.typecode``: made when first asked for, one for each class."""

    def __get__(self, instance: Any, owner: type[Compound]) -> CompoundTypeCode:
        made = owner.__dict__.get("_typecode")
        if made is None:
            from ZSI.TC.typecode import CompoundTypeCode

            made = owner._typecode = CompoundTypeCode(owner)
        typecode: CompoundTypeCode = made
        return typecode


@dataclass_transform(
    kw_only_default=True,
    field_specifiers=(element, attribute, any_element, any_attributes, text),
)
class Compound:
    """Base of classes whose instances are typed elements.

    Class keywords, all optional:
        type: the complex type's name. element: the global element's name.
        registry: the package's. restricts: the name of the type that this one restricts.
        particles: the content model, if it is not the fields in sequence.
        mixed, abstract, block: of the type. nillable, head, abstract_element, block_element,
        xsd_default, fixed: of the element. message: the class of an rpc message's wrapper.

    The instance's ``__dict__`` holds what has been set. ZSI's spellings of the fields
    (``_value``) read and write them too.
    """

    _own_fields: ClassVar[tuple[Field, ...]] = ()
    _options: ClassVar[dict[str, Any]] = {}
    _registry: ClassVar[Registry] = HAND_WRITTEN
    _complex_type: ClassVar[ComplexType]
    _declared: ClassVar[ElementDeclaration | None] = None
    _typecode: ClassVar[Any]
    _reader: ClassVar[Any]
    #: The typecode of this class (ZSI's name); made when first used.
    typecode: ClassVar[_TypeCodeOf] = _TypeCodeOf()

    if not TYPE_CHECKING:  # type checkers see the constructor that dataclass_transform makes

        def __init__(self, *args: Any, **values: Any) -> None:
            fields = self.complex_type().fields
            if args:
                values = _positional(self, fields, args, values)
            for key, value in values.items():
                if key in fields:
                    self.__dict__[key] = value
                else:
                    setattr(self, key, value)
            for field in fields.values():
                if field.kind == "attribute" and field.key not in values:
                    given = field.fixed if field.fixed is not None else field.xsd_default
                    if given is not None:
                        self.__dict__[field.key] = _default_value(field, self._registry, given)

    def __init_subclass__(
        cls,
        *,
        type: Name | None = None,
        element: Name | None = None,
        registry: Registry | None = None,
        **options: Any,
    ) -> None:
        own = cls.__dict__
        cls._own_fields = tuple([value for value in own.values() if value.__class__ is Field])
        if registry is not None:
            cls._registry = registry
        if type is not None or cls._own_fields or options.keys() & {"message", "particles", "restricts"}:
            cls._options = {"name": type, "own": True, **options}
        else:
            cls._options = options
        if type is not None:
            cls._declared = None
            cls._registry.define_type(type, cls)
        if element is not None:
            cls._options["element"] = element
            cls._registry.define_element(element, cls, options.get("head"))

    @classmethod
    def complex_type(cls) -> ComplexType:
        """The type that the class stands for, shared with subclasses that add nothing."""
        made = cls.__dict__.get("_complex_type")
        if made is None:
            parent = _typed_parent(cls)
            if parent is not None and not cls._options.get("own"):
                made = parent.complex_type()
            else:
                made = _make_type(cls, parent)
            cls._complex_type = made
        result: ComplexType = made
        return result

    @classmethod
    def element_declaration(cls) -> ElementDeclaration | None:
        """The global element that the class stands for; None for classes of types."""
        options = cls.__dict__.get("_options", {})
        if "element" in options:
            if cls._declared is None or cls._declared.use.name != options["element"]:
                cls._declared = _make_declaration(cls, options)
            return cls._declared
        if options.get("name") is not None or cls is Compound:
            return None
        for base in cls.__mro__[1:]:
            if base is not Compound and issubclass(base, Compound):
                return base.element_declaration()
        return None

    @classmethod
    def message_name(cls) -> QName | None:
        """The wrapper's name of an rpc message; None for other classes."""
        name = cls._options.get("message")
        return QName(*name) if name is not None else None

    @classmethod
    def read_element(cls, elt: etree._Element, context: DecodeContext) -> Any:
        """Read a global element of this class (what a wildcard or substitution found)."""
        declaration = cls.element_declaration()
        assert declaration is not None
        from ZSI.TC.decode import reader

        made = cls.__dict__.get("_reader")
        if made is None:
            made = cls._reader = reader(declaration.use, cls._registry, cls)
        return made(elt, context)

    @classmethod
    def write_element(cls, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as the global element of this class."""
        declaration = cls.element_declaration()
        assert declaration is not None
        from ZSI.TC.encode import element_writer

        element_writer(declaration.use, cls._registry, context.prefixes)(value, out, context)

    @classmethod
    def _stated(cls) -> tuple[Any, ...]:
        """What the declaration says, to be compared with another of the same name."""
        fields = tuple(
            (f.kind, f.name, repr(f.type) if not isinstance(f.type, type) else f.type.__name__,
             f.least, f.most, f.nillable, f.xsd_default, f.fixed)
            for f in cls._own_fields
        )  # fmt: skip
        options = {k: v for k, v in cls._options.items() if k != "own"}
        return fields, repr(sorted(options.items(), key=lambda item: item[0]))

    def __setattr__(self, name: str, value: Any) -> None:
        fields = type(self).complex_type().fields
        if name in fields or name in ("_content", "_nil"):
            self.__dict__[name] = value
            return
        key = _alias(type(self), name)
        if key is None:
            raise AttributeError(_no_field(self, name))
        self.__dict__[key] = value

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":  # copy and pickle ask for special methods
            raise AttributeError(name)
        key = _alias(type(self), name)
        if key is None:
            raise AttributeError(_no_field(self, name))
        return getattr(self, key)

    def _items(self) -> Iterator[tuple[str, Any]]:
        """The fields that are set, in the order of their declaration."""
        for key, field in type(self).complex_type().fields.items():
            value = self.__dict__.get(key)
            empty = (field.many or field.kind == "any_attribute") and not value
            if value is not None and value is not UNSET and not empty:
                yield key, value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Compound) or other.complex_type() is not self.complex_type():
            return NotImplemented
        if dict(self._items()) != dict(other._items()):
            return False
        return not self.complex_type().ordered or _order(self) == _order(other)

    __hash__ = None  # type: ignore[assignment]  # fields may change

    def __repr__(self) -> str:
        shown = ", ".join(f"{key}={value!r}" for key, value in self._items())
        return f"{type(self).__name__}({shown})"


class SimpleElement(Compound):
    """Base of classes for global elements of a simple type: one field, ``value``.

    Equal to the plain value as well; ``str()`` is the value's.
    """

    value: Any = text(None)

    def __init_subclass__(cls, *, simple: Any = None, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._options = {**cls._options, "own": True}
        if simple is not None:
            cls._options["simple"] = simple
            cls._own_fields = (Field("text", None, simple, key="value"),)

    @classmethod
    def read_element(cls, elt: etree._Element, context: DecodeContext) -> Any:
        value = super().read_element(elt, context)
        if value is NIL:
            return value
        made = cls.__new__(cls)
        made.__dict__["value"] = value
        return made

    @classmethod
    def write_element(cls, value: Any, out: Out, context: EncodeContext) -> None:
        super().write_element(value.value if isinstance(value, SimpleElement) else value, out, context)

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if isinstance(other, SimpleElement) else other))

    __hash__ = None  # type: ignore[assignment]  # the value may change

    def __str__(self) -> str:
        return str(self.value)


def _positional(
    instance: Compound, fields: dict[str, Field], args: tuple[Any, ...], values: dict[str, Any]
) -> dict[str, Any]:
    """One positional argument fills the text of simple content, as ZSI's simple classes took it."""
    text_key = next((f.key for f in fields.values() if f.kind == "text"), None)
    if len(args) > 1 or text_key is None:
        raise TypeError(f"{type(instance).__name__} takes its fields as keyword arguments")
    return {text_key: args[0], **values}


def _default_value(field: Field, registry: Registry, given: str) -> Any:
    """The value of an attribute's default, by its type."""
    from ZSI.TC.resolve import resolve

    return resolve(field.type, registry).parse(given, {})  # type: ignore[union-attr]  # attributes have simple types


def _typed_parent(cls: type[Compound]) -> type[Compound] | None:
    """The nearest base class that stands for a type of its own."""
    for base in cls.__mro__[1:]:
        if base not in (Compound, SimpleElement) and issubclass(base, Compound):
            return base
    return None


def _make_type(cls: type[Compound], parent: type[Compound] | None) -> ComplexType:
    options = cls._options
    name = options.get("name")
    base = parent.complex_type() if parent is not None else None
    if "restricts" in options:
        from ZSI.TC.resolve import resolve

        restricted = resolve(options["restricts"], cls._registry)
        base = restricted if isinstance(restricted, ComplexType) else None
        options = {**options, "derivation": "restriction"}
    particles: Particles | None = options.get("particles")
    return ComplexType(
        name=QName(*name) if name is not None else None,
        pyclass=cls,
        fields=cls._own_fields,
        particles=particles,
        base=base,
        derivation=options.get("derivation", "extension"),
        mixed=options.get("mixed", False),
        abstract=options.get("abstract", False),
        block=options.get("block", ()),
        registry=cls._registry,
    )


def _make_declaration(cls: type[Compound], options: dict[str, Any]) -> ElementDeclaration:
    head = options.get("head")
    use = Field(
        "element",
        options["element"],
        options.get("simple", cls),
        nillable=options.get("nillable", False),
        xsd_default=options.get("xsd_default"),
        fixed=options.get("fixed"),
        key=cls.__name__,
    )
    return ElementDeclaration(
        use,
        options.get("abstract_element", False),
        frozenset(options.get("block_element", ())),
        QName(*head) if head is not None else None,
    )


def _alias(cls: type[Compound], name: str) -> str | None:
    """The field that ZSI spelled this way (``_value``), or None."""
    aliases = cls.__dict__.get("_aliases")
    if aliases is None:
        aliases = {f.alias: key for key, f in cls.complex_type().fields.items()}
        cls._aliases = aliases  # type: ignore[attr-defined]  # a cache, not a field
    found: str | None = aliases.get(name)
    return found


def _no_field(instance: Compound, name: str) -> str:
    fields = list(type(instance).complex_type().fields)
    near = get_close_matches(name.lstrip("_"), fields, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(fields) or 'none'}"
    return f"{type(instance).__name__} has no field {name!r}: {hint}"


def _order(value: Compound) -> list[str]:
    """The order of children and texts in which the value is, or would be, written."""
    from ZSI.TC.order import arrange

    return [
        repr(entry) if isinstance(entry, str) else entry[0].key
        for entry in arrange(value.complex_type(), value.__dict__)
    ]
