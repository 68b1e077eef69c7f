"""ZSI's compound typecodes: ComplexType, Struct and Array, written by hand.

``Person.typecode = TC.Struct(Person, [TC.String("name"), TC.Iint("age")], "person")``: a value is
an instance of the class, made without arguments, with an attribute for each ``aname``; without
a class it is a dict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ZSI.errors import StructureError, ValueRefused, ZSIException, where_of
from ZSI.names import SOAP11_ENC, XSD, QName
from ZSI.schema import ElementDeclaration
from ZSI.TC.arrays import ArrayType
from ZSI.TC.complextype import ComplexType as XsdComplexType
from ZSI.TC.decode import compile_decoder
from ZSI.TC.encode import EncodeContext, Out
from ZSI.TC.encoded import StructNode, made_of, read_graph
from ZSI.TC.fields import Field
from ZSI.TC.handmade import HandMade, make_content_with
from ZSI.TC.handmade_any import AnyElement, AnyType
from ZSI.TC.handmade_hrefs import has_resolver, read_with_resolvers
from ZSI.TC.substitution import substitutes
from ZSI.TC.typecode import TypeCode
from ZSI.TC.values import NIL
from ZSI.TC.wildcard import wildcard

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.decode import Decoder, Reader
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.multiref import Encode
    from ZSI.TC.prefixes import Prefixes

#: Keys of attribute fields, which share a table with those of children.
_ATTRIBUTE: Final = "@"
#: Prefixes that an ``atype`` may have.
_ATYPE_PREFIXES: Final = {
    "xsd": XSD, "xs": XSD, "SOAP-ENC": SOAP11_ENC, "soapenc": SOAP11_ENC,
}  # fmt: skip
#: The key of what a wildcard for attributes takes: text by names in Clark notation.
_WILD: Final = "@*"
#: The key of the text of simple content.
_TEXT: Final = "#"


class HandType(XsdComplexType):
    """The complex type that a compound typecode stands for; worked out when first used."""

    def __init__(self, typecode: HandMade, fields: Iterable[Field], *, inorder: bool) -> None:
        name = typecode.type
        super().__init__(
            name=QName(name[0], name[1]) if name[0] and name[1] else None,
            pyclass=None,
            fields=fields,
            inorder=inorder,
            mixed=getattr(typecode, "mixed", False),
            registry=typecode.registry,
        )
        self.typecode = typecode

    def __copy__(self) -> HandType:
        """A copy has encoders of its own."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.__dict__.pop("_by_inner", None)
        return twin

    @cached_property
    def ordered(self) -> bool:
        """The order of children is not kept: that of the typecodes counts."""
        return False

    @cached_property
    def decode(self) -> Decoder:
        """Reads an element where the message is a literal one otherwise."""

        if self.text is not None:
            return self._simple_content()

        def decode(
            elt: etree._Element, context: DecodeContext, cls: Any, bare: bool = False
        ) -> Any:
            return read_graph(lambda: made_of(elt, self, None, False, context, False), elt, context)

        return decode

    def _simple_content(self) -> Decoder:
        """Reads text with attributes: a value of ``pyclass`` that carries them."""
        read = compile_decoder(self)

        def decode(
            elt: etree._Element, context: DecodeContext, cls: Any, bare: bool = False
        ) -> Any:
            values = read(elt, context, None)
            typecode, value = self.typecode, values.pop(_TEXT)
            attributes = attributes_of(values)
            if typecode.pyclass is not None:
                value = typecode.pyclass(value)
            elif attributes and not isinstance(value, (bool, list)):
                value = type(type(value).__name__, (type(value),), {})(value)
            if attributes and hasattr(value, "__dict__"):
                setattr(value, typecode.attrs_aname, attributes)
            return value

        return decode

    @cached_property
    def node(self) -> HandNode:
        """Reads the values."""
        return HandNode(self)

    def is_like(self, other: Any) -> bool:
        """Each typecode has a type of its own: those of one class of values are alike."""
        pyclass = self.typecode.pyclass
        own = isinstance(other, HandType) and pyclass is not None
        return super().is_like(other) or (own and other.typecode.pyclass is pyclass)

    def steps_from(self, ancestor: Any) -> frozenset[str] | None:
        """Derivation is that of the Python classes of type definitions."""
        if ancestor is self or not isinstance(ancestor, HandType):
            return super().steps_from(ancestor)
        base = definition_of(ancestor.typecode)
        derived = base is not None and isinstance(self.typecode, base)
        return frozenset(("extension",)) if derived else None

    def encoder(self, prefixes: Prefixes) -> Encode:
        """Writes a value of the typecode's class, of a derived one, or a dict."""
        return self._by_value(super().encoder(prefixes))

    def encoded_encoder(self, prefixes: Prefixes) -> Encode:
        """The same in an encoded message."""
        return self._by_value(super().encoded_encoder(prefixes))

    def _by_value(self, inner: Encode) -> Encode:
        known = self._by_inner.get(inner)
        if known is None:

            def encode(
                value: Any, tag: str, attribute: str, out: Out, context: EncodeContext
            ) -> None:
                other = self._derived(value)
                if other is not None:
                    announced = other.announced(context)
                    context.encoder(other)(value, tag, announced, out, context)
                else:
                    inner(value, tag, attribute, out, context)

            known = self._by_inner[inner] = encode
        return known

    @cached_property
    def _by_inner(self) -> dict[Encode, Encode]:
        return {}

    def _derived(self, value: Any) -> HandType | None:
        """The derived type that a value says to be of."""
        own = getattr(value, "typecode", None)
        if own is None or own is self.typecode or not isinstance(own, HandMade):
            return None
        actual = own.datatype
        if not isinstance(actual, HandType) or actual.name in (None, self.name):
            return None
        return actual if actual.steps_from(self) is not None else None

    def values_of(self, value: Any) -> Mapping[str, Any]:
        """The fields of a value: attributes under ``@name``, the rest under their ``aname``.

        Raises:
            ValueRefused: it is no value of the type. StructureError: an attribute is not declared.
        """
        if isinstance(value, Mapping):
            values = dict(value)
            attributes = values.pop(self.typecode.attrs_aname, None)
        elif hasattr(value, "__dict__") or hasattr(value, "__slots__"):
            values = {key: getattr(value, key, None) for key in self.fields}
            attributes = getattr(value, self.typecode.attrs_aname, None)
            if self.text is not None:
                values[_TEXT] = value
        elif self.text is not None:
            values, attributes = {_TEXT: value}, None
        else:
            raise ValueRefused("type", f"a value of {self}", value)
        return values | self._by_key(attributes) if attributes else values

    def _by_key(self, attributes: Mapping[Any, Any]) -> dict[str, Any]:
        """Attributes by the keys of their fields; those of a wildcard together.

        Raises:
            StructureError: one is not declared.
        """
        found: dict[str, Any] = {}
        wild: dict[str, Any] = {}
        for name, text in attributes.items():
            key = attribute_key(name)
            if key in self.fields:
                found[key] = text
            elif self.any_attribute is not None:
                wild[key[1:]] = text
            else:
                raise StructureError(
                    f"attribute {name} is not declared", rule="attribute",
                    expected=tuple(map(str, self.typecode.attribute_typecode_dict)),
                )  # fmt: skip
        return found | {_WILD: wild} if wild else found

    def __str__(self) -> str:
        if self.name is not None:
            return self.name.clark
        return f"the type of {self.typecode!r}"


class HandNode(StructNode):
    """Reads the values of a hand-written compound typecode."""

    ctype: HandType

    @cached_property
    def _plain(self) -> list[str]:
        """The keys of the fields where nil is None."""
        children = self.ctype.children
        return [f.key for f in children if getattr(f.type, "nil_is_none", False)]

    def _accessor(self, child: etree._Element, context: DecodeContext) -> tuple[Field, Reader]:
        """The field that takes a child; members of a substitution group stand for its head."""
        for field in self.ctype.children:
            if field.ref and field.name is not None:
                head = getattr(field.type, "typecode", field.type)
                member = substitutes(field.name, head.registry).get(str(child.tag))
                if member is not None:
                    return field, member.read_element
        return super()._accessor(child, context)

    def new(self, elt: etree._Element, context: DecodeContext) -> Any:
        """An instance of the typecode's class; a dict without one."""
        pyclass = self.ctype.typecode.pyclass
        if pyclass is None:
            return {}
        try:
            return pyclass()
        except TypeError as error:
            raise ZSIException(
                f"{pyclass.__name__} cannot be made without arguments: give the class of "
                f"{self.ctype} an __init__ that has defaults ({error})"
            ) from error

    def fill(self, made: Any, elt: etree._Element, context: DecodeContext) -> None:
        """Read the children, attributes and mixed text."""
        typecode = self.ctype.typecode
        values: dict[str, Any] = {}
        outside = has_resolver(self, context)
        read = partial(read_with_resolvers, self) if outside else self.read_into
        order = read(values, elt, context)
        if self.ctype.inorder and not context.encoded:
            self._check_order(order, elt)
        for key in self._plain:
            _put_none(values, key)
        attributes = attributes_of(values)
        if attributes:
            values[typecode.attrs_aname] = attributes
        if self.ctype.mixed:
            texts = [elt.text or "", *(child.tail or "" for child in elt)]
            values[typecode.mixed_aname] = "".join(texts)  # type: ignore[attr-defined]  # mixed: ComplexType
        if isinstance(made, dict):
            made.update({f.key: [] if f.many else None for f in self.ctype.children} | values)
            return
        for field in self.ctype.children:
            if field.key not in values and not hasattr(made, field.key):
                values[field.key] = [] if field.many else None
        for key, value in values.items():
            setattr(made, key, value)

    def _check_order(self, order: list[str], elt: etree._Element) -> None:
        """Refuse children out of the order of their typecodes."""
        places = [field.key for field in self.ctype.children]
        for before, after in pairwise(order):
            if places.index(after) < places.index(before):
                raise StructureError(
                    f"{self.ctype.fields[after].shown} stands after "
                    f"{self.ctype.fields[before].shown}: expected it before",
                    rule="order", where=where_of(elt),
                )  # fmt: skip


def _put_none(values: dict[str, Any], key: str) -> None:
    """None for what is nil, in a field that may be repeated."""
    value = values.get(key)
    if value is NIL:
        values[key] = None
    elif isinstance(value, list):
        values[key] = [None if item is NIL else item for item in value]


def attributes_of(values: dict[str, Any]) -> dict[Any, Any]:
    """The attributes among the values that were read, by their names; they are taken out."""
    found = values.pop(_WILD, {})
    attributes = {attribute_name(f"{_ATTRIBUTE}{name}"): text for name, text in found.items()}
    for key in [key for key in values if key[0] == _ATTRIBUTE]:
        attributes[attribute_name(key)] = values.pop(key)
    return attributes


def attribute_key(name: Any) -> str:
    """The key of an attribute field: names are ``"a"`` or ``(namespace, "a")``, as in ZSI."""
    return f"{_ATTRIBUTE}{QName(*name).clark if isinstance(name, tuple) else name}"


def attribute_name(key: str) -> Any:
    """The name as ``attribute_typecode_dict`` has it."""
    name = QName.from_clark(key[1:])
    return tuple(name) if name.namespace is not None else name.localname


def attribute_fields(typecode: HandMade) -> list[Field]:
    """The fields of a typecode's XML attributes.

    ``AnyElement`` stands for a wildcard, as ZSI's generator printed it, ``AnyType`` for text.
    """
    made = []
    for name, given in typecode.attribute_typecode_dict.items():
        attribute = given() if isinstance(given, type) else given
        if isinstance(attribute, AnyElement):
            admitted = wildcard("##any", process="lax")
            made.append(Field("any_attribute", None, None, least=0, wildcard=admitted, key=_WILD))
            continue
        made.append(
            Field(
                "attribute",
                name if isinstance(name, tuple) else (None, name),
                attribute.simple if isinstance(attribute, AnyType) else attribute.datatype,
                least=int(getattr(attribute, "required", False)),
                key=attribute_key(name),
            )
        )
    return made


def simple_content(typecode: HandMade, simple: Any) -> HandType:
    """The type of a simple typecode with XML attributes."""
    fields = [Field("text", None, simple, key=_TEXT), *attribute_fields(typecode)]
    return HandType(typecode, fields, inorder=True)


def definition_of(typecode: Any) -> type | None:
    """The class among a typecode's that defines a named type; None for anonymous ones."""
    return next((c for c in type(typecode).__mro__ if isinstance(vars(c).get("type"), tuple)), None)


class ComplexType(HandMade):
    """A struct of typecodes whose names may repeat.

    Args:
        pyclass: the class of the values, or None for dicts.
        ofwhat: the typecodes of the children.
        pname: the element's name.
        inorder: children must come in this order.
        inline, mutable: accepted as in ZSI; which objects are written by reference follows from
            which occur twice.
        mixed, mixed_aname: text between the children, and the attribute for it.

    >>> from ZSI.TC import Iint, String
    >>> tc = ComplexType(None, [String("name"), Iint("age", minOccurs=0)], "person")
    >>> from lxml import etree
    >>> person = etree.Element("person")
    >>> etree.SubElement(person, "name").text = "Ada"
    >>> tc.parse(person)
    {'name': 'Ada', 'age': None}
    """

    def __init__(
        self,
        pyclass: Any,
        ofwhat: Iterable[Any],
        pname: Any = None,
        inorder: bool | int = False,
        inline: bool | int = False,
        mutable: bool | int = True,
        mixed: bool | int = False,
        mixed_aname: str = "_text",
        **kw: Any,
    ) -> None:
        super().__init__(pname, pyclass=pyclass, **kw)
        self.ofwhat = tuple(ofwhat)
        for member in self.ofwhat:
            if not isinstance(member, TypeCode | type):
                raise TypeError(f"{member!r} is no typecode: it is said to be a child of {pname}")
        self.inorder = bool(inorder)
        self.inline = inline
        self.mutable = mutable
        self.mixed = bool(mixed)
        self.mixed_aname = mixed_aname

    @property
    def datatype(self) -> HandType:
        """The complex type, made when first asked for."""
        known = self.__dict__.get("_datatype")
        if known is None or known[0] is not self.ofwhat:
            fields = [*map(member_field, self.ofwhat), *attribute_fields(self)]
            known = self._datatype = (self.ofwhat, HandType(self, fields, inorder=self.inorder))
        made: HandType = known[1]
        return made

    def setDerivedTypeContents(
        self, extensions: Iterable[Any] | None = None, restrictions: Iterable[Any] | None = None
    ) -> None:
        """Add children to those of the base type, or replace them."""
        if restrictions is not None:
            self.ofwhat = tuple(restrictions)
        self.ofwhat += tuple(extensions or ())


class Struct(ComplexType):
    """A struct of typecodes, each once but for wildcards; arguments as for `ComplexType`.

    Raises:
        TypeError: a name stands twice, or may occur more than once.
    """

    def __init__(
        self,
        pyclass: Any,
        ofwhat: Iterable[Any],
        pname: Any = None,
        inorder: bool | int = False,
        inline: bool | int = False,
        mutable: bool | int = True,
        **kw: Any,
    ) -> None:
        members = tuple(ofwhat)
        seen: set[Any] = set()
        for member in members:
            name = (getattr(member, "nspname", None), getattr(member, "pname", None))
            if getattr(member, "maxOccurs", 1) not in (0, 1) and not isinstance(member, AnyElement):
                raise TypeError(
                    f"a Struct's member occurs once: {member.aname} may occur more often"
                )
            if name[1] is not None and name in seen:
                raise TypeError(f"a Struct's members have names of their own: {name[1]} is twice")
            seen.add(name)
        super().__init__(pyclass, members, pname, inorder, inline, mutable, **kw)


def member_field(member: Any) -> Field:
    """The field of one child typecode.

    Raises:
        TypeError: it is no typecode, or has no name.
    """
    if isinstance(member, type):
        member = getattr(member, "typecode", None) or member()
    if not isinstance(member, TypeCode):
        raise TypeError(f"{member!r} is no typecode")
    use = member.use()
    if use.name is None and use.wildcard is None:
        raise TypeError(f"{member!r} has no name: a member of a struct needs one")
    key = member.aname or (use.name.localname if use.name else use.key)
    return use.copy(key=key, many=use.many, ref=use.ref or isinstance(member, ElementDeclaration))


class Array(HandMade):
    """A SOAP array; its value is a list, nested once for each dimension.

    Args:
        atype: the type of the items as arrayType writes it: ``(namespace, "int[]")``,
            ``"xsd:int"``.
        ofwhat: the typecode of the items; None for anything.
        pname: the element's name.
        dimensions: how many.
        fill: stands in the gaps of a sparse array.
        sparse, mutable, nooffset: accepted as in ZSI; sparse arrays are always read, and
            arrays always written whole.
        size: the sizes that an array must have.
        undeclared: do not write arrayType.
        childnames: the items' tag; the typecode's name or ``item`` without.
    """

    type: ClassVar[tuple[str | None, str | None]] = (None, None)
    atype: ClassVar[Any] = None
    childnames: Any = None

    def __init__(
        self,
        atype: Any,
        ofwhat: Any,
        pname: Any = None,
        dimensions: int = 1,
        fill: Any = None,
        sparse: bool | int = False,
        mutable: bool | int = False,
        size: Any = None,
        nooffset: bool | int = 0,
        undeclared: bool | int = False,
        childnames: Any = None,
        **kw: Any,
    ) -> None:
        super().__init__(pname, **kw)
        self.atype = atype  # type: ignore[misc]  # ZSI's generated classes state it on the class
        self.ofwhat = ofwhat[0] if isinstance(ofwhat, (list, tuple)) and ofwhat else ofwhat
        self.dimensions = dimensions
        self.fill = fill
        self.sparse = sparse
        self.mutable = mutable
        self.size = (size,) if isinstance(size, int) else tuple(size) if size else None
        self.nooffset = nooffset
        self.undeclared = undeclared
        if childnames is not None:
            self.childnames = childnames

    @property
    def datatype(self) -> ArrayType:
        """The array type, made when first asked for."""
        made: ArrayType | None = self.__dict__.get("_datatype")
        if made is None:
            made = self._datatype = self._array_type()
        return made

    def _array_type(self) -> ArrayType:
        namespace, _, local = _split(self.atype)
        base, bracket, rest = local.partition("[")
        dimensions = bracket + rest if bracket and self.dimensions == 1 else ""
        item: Any = (namespace, base) if namespace else (XSD, "anyType")
        name: Any = self.childnames
        if self.ofwhat is not None:
            what = member_typecode(self.ofwhat)
            item = what.use().copy(name=None)
            name = name or (what.name if what.pname else None)
        return ArrayType(
            None, item, dimensions or f"[{',' * (self.dimensions - 1)}]", item_name=name,
            registry=self.registry, fill=self.fill, declared=not self.undeclared,
            said=(namespace, base) if namespace else None, sizes=self.size,
        )  # fmt: skip


def member_typecode(what: Any) -> TypeCode:
    """The typecode of an array's items, given itself, as its class or as a class that has one.

    Raises:
        TypeError: it is none of these.
    """
    if isinstance(what, type):
        what = getattr(what, "typecode", None) or what()
    if not isinstance(what, TypeCode):
        raise TypeError(f"{what!r} is no typecode")
    return what


def _split(atype: Any) -> tuple[str | None, str, str]:
    """Namespace, prefix and local name of an ``atype``."""
    if isinstance(atype, tuple):
        return atype[0], "", str(atype[1])
    prefix, _, local = str(atype or "").rpartition(":")
    return _ATYPE_PREFIXES.get(prefix), prefix, local


make_content_with(simple_content)
