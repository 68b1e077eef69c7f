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

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from difflib import get_close_matches
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from ZSI.errors import EvaluateException
from ZSI.names import QName
from ZSI.schema import HAND_WRITTEN, Name, Registry
from ZSI.TC.accessors import accessors, set_attributes, set_text, text_of_content
from ZSI.TC.attributes import default_value
from ZSI.TC.compare import value_key
from ZSI.TC.complextype import ComplexType
from ZSI.TC.decode import reader, refuse_abstract
from ZSI.TC.encode import global_writer
from ZSI.TC.fields import (
    Field,
    Particles,
    any_attributes,
    any_element,
    attribute,
    element,
    text,
)
from ZSI.TC.order import arrange, element_name
from ZSI.TC.plain_value import PlainValue
from ZSI.TC.resolve import resolve
from ZSI.TC.typecode import CompoundTypeCode
from ZSI.TC.values import NIL, UNSET, Text

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.encode import EncodeContext, Out, Writer
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.prefixes import Prefixes

#: What an instance may hold besides its fields.
_MARKS = frozenset(("_content", "_element", "_nil"))


@dataclass(frozen=True, slots=True)
class ElementDeclaration:
    """A global element: its use as a root, and what the schema says of substitution."""

    use: Field
    abstract: bool = False
    head: QName | None = None


class _TypeCodeOf:
    """``cls.typecode``: made when first asked for, one for each class.

    Of an instance that stands as another element (``_element``) it is that element's.
    """

    def __get__(self, instance: Any, owner: type[Compound]) -> CompoundTypeCode:
        if instance is not None and instance._element is not None:
            owner = owner._registry.elements.get(instance._element, owner)
        made = owner.__dict__.get("_typecode")
        if made is None:
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
        xsd_default, fixed, constraints: of the element. message: the class of an rpc message's
        wrapper.

    The instance's ``__dict__`` holds what has been set. ZSI's spellings of the fields
    (``_value``, ``Value``, ``get_element_value`` …; `ZSI.TC.accessors`) read and write them too.

    Three marks go beside the fields:
        _nil: the element is nil, and has attributes all the same (`NIL` stands for one that has
        none). _content: the order of children, by field, and the texts of mixed content between
        them as `Text`; kept where the fields alone do not tell it. _element: the name of the
        global element, where ``xsi:type`` made an instance of another class than the element's.
    """

    _own_fields: ClassVar[tuple[Field, ...]] = ()
    _options: ClassVar[dict[str, Any]] = {}
    _registry: ClassVar[Registry] = HAND_WRITTEN
    _complex_type: ClassVar[ComplexType]
    _declared: ClassVar[ElementDeclaration | None] = None
    _typecode: ClassVar[Any]
    _reader: ClassVar[Any]
    _accessors: ClassVar[tuple[Mapping[str, str], Mapping[str, Callable[[Any], Any]]]]
    _defaults: ClassVar[tuple[tuple[str, Any], ...]]
    _writers: ClassVar[dict[int, Any]]
    _nil = False
    _content = None
    _element = None
    #: The typecode of this class (ZSI's name); made when first used.
    typecode: ClassVar[_TypeCodeOf] = _TypeCodeOf()

    if not TYPE_CHECKING:  # type checkers see the constructor that dataclass_transform makes

        def __init__(self, *args: Any, **values: Any) -> None:
            cls = type(self)
            defaults = cls.__dict__.get("_defaults")
            if defaults is None:
                defaults = _attribute_defaults(cls)
            if values or args:
                fields = cls.complex_type().fields
                if args:
                    values = _positional(self, fields, args, values)
                if values.keys() <= fields.keys():
                    self.__dict__.update(values)
                else:
                    for key, value in values.items():
                        if key not in fields and not _is_settable(cls, key):
                            raise TypeError(_no_field(cls, key))
                        setattr(self, key, value)
            for key, value in defaults:
                if key not in self.__dict__:
                    self.__dict__[key] = copy(value)

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
        if (
            type is not None
            or cls._own_fields
            or options.keys() & {"particles", "restricts"}
            # a message of a type adds nothing to it
            or ("message" in options and _typed_parent(cls) is None)
        ):
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
        if options.get("name") is not None or "message" in options or cls is Compound:
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
        """Read a global element of this class: a root, or what a wildcard or reference found.

        Returns:
            An object that knows its element: a nil one is marked ``_nil``.
        """
        made = cls.__dict__.get("_reader")
        if made is None:
            declaration = cls.element_declaration()
            assert declaration is not None, f"{cls.__name__} is no element"
            made = reader(declaration.use, cls._registry, cls)
            made = cls._reader = refuse_abstract if declaration.abstract else made
        value = made(elt, context)
        return value if value.__class__ is cls else cls._as_element(value)

    @classmethod
    def _as_element(cls, value: Any) -> Any:
        """A value that has been read as the element of this class, with its name."""
        if value.__class__ is cls:
            return value
        if value is NIL:
            value = cls.__new__(cls)
            value.__dict__["_nil"] = True
        declaration = cls.element_declaration()
        if declaration is not None and element_name(value) != declaration.use.name:
            value.__dict__["_element"] = declaration.use.name
        return value

    @classmethod
    def write_element(cls, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as the global element of this class."""
        cls.element_writer(context.prefixes)(value, out, context)

    @classmethod
    def element_writer(cls, prefixes: Prefixes) -> Writer:
        """`write_element` for messages with these prefixes, compiled once for each."""
        writers = cls.__dict__.get("_writers")
        if writers is None:
            writers = cls._writers = {}
        known = writers.get(id(prefixes))
        if known is None:
            declaration = cls.element_declaration()
            assert declaration is not None, f"{cls.__name__} is no element"
            writer = global_writer(declaration, cls._registry, prefixes)
            known = writers[id(prefixes)] = (prefixes, writer)
        made: Writer = known[1]
        return made

    @classmethod
    def _stated_name(cls) -> Name | None:
        """The name under which the registry has the class's type; None for anonymous ones."""
        name: Name | None = cls._options.get("name")
        return name

    @classmethod
    def _stated(cls) -> tuple[Any, ...]:
        """What the declaration says, to be compared with another of the same name."""
        fields = [
            (f.key, f.kind, f.name, f.type, f.least, f.most, f.nillable, f.xsd_default, f.fixed,
             f.ref, f.block, f.constraints, f.wildcard)
            for f in cls._own_fields
        ]  # fmt: skip
        parent = _typed_parent(cls)
        return (fields, {k: v for k, v in cls._options.items() if k != "own"}, parent)

    if not TYPE_CHECKING:  # type checkers know the fields, and refuse what is none

        def __setattr__(self, name: str, value: Any) -> None:
            cls = type(self)
            if name in cls.complex_type().fields or name in _MARKS:
                self.__dict__[name] = value
            elif (key := _spellings(cls)[0].get(name)) is not None:
                self.__dict__[key] = value
            elif name == "_text" and cls.complex_type().mixed:
                set_text(self, value)
            elif name == "_attrs":
                set_attributes(self, value)
            else:
                raise AttributeError(_no_field(cls, name))

        def __getattr__(self, name: str) -> Any:
            if name[:2] == "__":  # copy and pickle ask for special methods
                raise AttributeError(name)
            names, methods = _spellings(type(self))
            if name in names:
                return getattr(self, names[name])
            if name in methods:
                return methods[name](self)
            if name == "_text" and type(self).complex_type().mixed:
                return text_of_content(self)
            raise AttributeError(_no_field(type(self), name))

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
        names = element_name(self), element_name(other)
        if names[0] != names[1] and None not in names:
            return False
        if self._nil != other._nil or not _equal(dict(self._items()), dict(other._items())):
            return False
        return not self.complex_type().ordered or _order(self) == _order(other)

    __hash__ = None  # type: ignore[assignment]  # fields may change

    @recursive_repr()
    def __repr__(self) -> str:
        shown = [f"{key}={value!r}" for key, value in self._items()]
        if self._nil:
            shown.append("_nil=True")
        return f"{type(self).__name__}({', '.join(shown)})"


class SimpleElement(PlainValue, Compound):
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
    def element_declaration(cls) -> ElementDeclaration | None:
        """The element that the class stands for; of a message part by type, as if declared."""
        options = cls.__dict__.get("_options", {})
        if "element" in options or "message" not in options or "simple" not in options:
            return super().element_declaration()
        if cls._declared is None:
            cls._declared = _make_declaration(cls, {**options, "element": cls.message_name()})
        return cls._declared

    @classmethod
    def _as_element(cls, value: Any) -> Any:
        if isinstance(value, Compound):  # xsi:type named a type with simple content
            return super()._as_element(value)
        made = cls.__new__(cls)
        made.__dict__["value"] = value
        return made

    @classmethod
    def element_writer(cls, prefixes: Prefixes) -> Writer:
        """Writes a value, or an instance that holds it, as the global element of this class."""
        write_plain = super().element_writer(prefixes)

        def write(value: Any, out: Out, context: EncodeContext) -> None:
            plain = value.value if isinstance(value, SimpleElement) else value
            write_plain(plain, out, context)

        return write

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SimpleElement):
            if element_name(self) != element_name(other):
                return False
            other = other.value
        return _equal(self.value, other)

    __hash__ = None  # the value may change

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


def _attribute_defaults(cls: type[Compound]) -> tuple[tuple[str, Any], ...]:
    """The attributes that a new instance has already: those with a default or fixed value."""
    made: tuple[tuple[str, Any], ...] | None = cls.__dict__.get("_defaults")
    if made is None:
        attributes = cls.complex_type().attributes.values()
        found = [(field.key, default_value(field, cls._registry)) for field in attributes]
        made = cls._defaults = tuple((key, value) for key, value in found if value is not None)
    return made


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
        block=options.get("block_element", ()),
        constraints=tuple(options.get("constraints", ())),
        key=cls.__name__,
    )
    return ElementDeclaration(
        use, options.get("abstract_element", False), QName(*head) if head is not None else None
    )


def _spellings(
    cls: type[Compound],
) -> tuple[Mapping[str, str], Mapping[str, Callable[[Any], Any]]]:
    """ZSI's names for the fields and methods of a class, worked out when first asked for."""
    made = cls.__dict__.get("_accessors")
    if made is None:
        made = cls._accessors = accessors(cls.complex_type())
    return made


def _is_settable(cls: type[Compound], name: str) -> bool:
    """Whether a name that is no field may be given to the constructor."""
    return name in _MARKS or name in _spellings(cls)[0] or name == "_text"


def _no_field(cls: type[Compound], name: str) -> str:
    fields = list(cls.complex_type().fields)
    near = get_close_matches(name.lstrip("_"), fields, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(fields) or 'none'}"
    return f"{cls.__name__} has no field {name!r}: {hint}"


def _equal(one: Any, other: Any) -> bool:
    """Equality of values; NaN equals itself, as XSD has it (part 2, 3.2.4)."""
    if one == other:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return value_key(one) == value_key(other)
    return False


def _order(value: Compound) -> list[tuple[bool, str]] | None:
    """The order of children and texts in which the value is, or would be, written."""
    content = value._content
    try:
        if content is None:
            entries = arrange(value.complex_type(), value.__dict__)
            content = [e if isinstance(e, Text) else e[0].key for e in entries]
    except EvaluateException:
        return None
    return [(isinstance(entry, Text), entry) for entry in content]
