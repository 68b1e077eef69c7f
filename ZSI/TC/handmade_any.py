"""ZSI's typecodes for what is not known beforehand: Value, AnyType, AnyElement, XML; RegisterType.

``TC.Any`` reads whatever comes into plain Python: scalars by their ``xsi:type``, structs as dicts
by local name, arrays (and with ``aslist`` structs too) as lists; what has no type is text.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy, deepcopy
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final
from typing import Any as Value

from ZSI.errors import AmbiguousDeclaration, StructureError, ValueRefused, where_of
from ZSI.names import SOAP11_ENC, SOAP12_ENC, XSD, QName
from ZSI.schema import GED
from ZSI.TC.anytype import plain_type, read_wild
from ZSI.TC.arrays import LISTED, ArrayType
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.encode import EncodeContext, Out, Writer, element_writer, write_any, write_wild
from ZSI.TC.encoded import accessor_reader, made_of
from ZSI.TC.encoded_write import sharing_encoder
from ZSI.TC.fields import Field
from ZSI.TC.handmade import HandMade, verbatim
from ZSI.TC.leaf import XSI_TYPE, expand, text_of
from ZSI.TC.maps import MapNode, MapType
from ZSI.TC.resolve import ANY_TYPE, lookup
from ZSI.TC.simple import SimpleType
from ZSI.TC.values import NIL, UNSET
from ZSI.TC.wildcard import Wildcard, wildcard
from ZSI.xmlio import escape_attribute, escape_text

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.decode import Reader
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.multiref import Encode
    from ZSI.TC.prefixes import Prefixes

_ARRAY_TYPE: Final = f"{{{SOAP11_ENC}}}arrayType"
#: What the names of elements begin with that are named by their types (SOAP 1.1 section 5.1).
_ENCODING: Final = (f"{{{SOAP11_ENC}}}", f"{{{SOAP12_ENC}}}")
#: Typecodes by the name of the type that they read for `Any`, and by the class that they write.
TYPES: Final[dict[Value, HandMade]] = {}


def RegisterType(
    C: type[HandMade], clobber: int | bool = 0, *args: Value, **keywords: Value
) -> None:
    """Let `Any` read and write values by a typecode (ZSI's signature).

    Args:
        C: the typecode class; its ``type`` and ``parselist`` name what it reads (a name without
            namespace: in XSD's), its ``seriallist`` the classes that it writes.
        clobber: replace what is registered.
        args, keywords: for making the typecode.

    Raises:
        TypeError: something is registered for one of the names or classes already.
    """
    made = C(*args, **keywords)
    names = [name for name in (made.type, *C.parselist) if name[1]]
    keys = [*names, *C.seriallist]
    taken = [key for key in keys if key in TYPES and not clobber]
    if taken:
        raise TypeError(f"{taken[0]} is registered for {TYPES[taken[0]]!r}: pass clobber=1")
    TYPES.update(dict.fromkeys(keys, made))
    Any.parsemap.update(dict.fromkeys(names, made))
    Any.serialmap.update(dict.fromkeys(C.seriallist, made))


class Any(HandMade):
    """Whatever comes, as plain Python (ZSI's ``TC.Any``).

    Args:
        pname: the element's name; None takes any.
        aslist: structs become lists of their values.
        parts: lists are written as structs of ``item`` elements, not as arrays: the arguments of
            a call. So they are where nothing is ``typed``.
        minOccurs, unique: occurrence in a struct; with ``unique`` a struct's names may not repeat
            (without, repeated ones become a list under their name).

    What is nil is None.

    Attributes:
        parsemap, serialmap: typecodes by the name of the type that they read, and by the class
            that they write; `RegisterType` adds to them.

    >>> from lxml import etree
    >>> elt = etree.Element("point")
    >>> for name, text in (("x", "1"), ("y", "2")):
    ...     etree.SubElement(elt, name).text = text
    >>> Any().parse(elt), Any(aslist=True).parse(elt)
    ({'x': '1', 'y': '2'}, ['1', '2'])
    """

    nil_is_none = True
    parsemap: ClassVar[dict[Value, HandMade]] = {}
    serialmap: ClassVar[dict[Value, HandMade]] = {}

    def __init__(
        self,
        pname: Value = None,
        aslist: bool | int = False,
        minOccurs: int = 0,
        unique: bool | int = False,
        *,
        parts: bool = False,
        **kw: Value,
    ) -> None:
        kw.setdefault("nillable", True)
        super().__init__(pname, minOccurs=minOccurs, unique=bool(unique), **kw)
        self.aslist = bool(aslist)
        self.parts = parts or (self.aslist and not self.typed)

    @cached_property
    def datatype(self) -> Dynamic:
        """The type of whatever comes."""
        return Dynamic(self)

    def write_root(self, value: Value, out: Out, context: EncodeContext) -> None:
        """Write a message, nil for None; errors as of the base."""
        super().write_root(NIL if value is None else value, out, context)

    def read_root(self, elt: etree._Element, context: DecodeContext) -> Value:
        """Read an element that must have this typecode's name; errors as of the base."""
        return _none_for_nil(super().read_root(elt, context))

    def parse(self, elt: etree._Element, ps: Value = None) -> Value:
        """Read an element, as ZSI's typecodes do; errors as of the base."""
        return _none_for_nil(super().parse(elt, ps))


def _none_for_nil(value: Value) -> Value:
    return None if value is NIL else value


class Dynamic(ComplexType):
    """The type that `Any` stands for."""

    def __init__(self, typecode: Any) -> None:
        super().__init__(name=None, pyclass=None, fields=(), registry=typecode.registry)
        self.typecode: Any = typecode
        self.use = Field("element", (None, "item"), self, nillable=True, typed=typecode.typed)

    @cached_property
    def node(self) -> DynamicNode:
        """Reads whatever comes."""
        return DynamicNode(self)

    def accepts(self, actual: Value) -> bool:
        """Whatever ``xsi:type`` says is looked at while reading."""
        return True

    def announced(self, context: EncodeContext) -> str:
        """Nothing: the value says its type."""
        return ""

    def encoder(self, prefixes: Prefixes) -> Encode:
        """Writes plain Python."""
        return self._write

    def encoded_encoder(self, prefixes: Prefixes) -> Encode:
        """The same in an encoded message."""
        return self._write_shared

    def _write_shared(
        self, value: Value, tag: str, attribute: str, out: Out, context: EncodeContext
    ) -> None:
        """Structs that occur twice by reference; arrays and objects see to that themselves."""
        struct = isinstance(value, Mapping) or (isinstance(value, list) and self.typecode.parts)
        (self._sharing if struct else self._write)(value, tag, attribute, out, context)

    @cached_property
    def _sharing(self) -> Encode:
        return sharing_encoder(self._write)

    @cached_property
    def _inner(self) -> Dynamic:
        """Writes what stands in parts: typed lists among it are arrays."""
        if not self.typecode.parts or not self.typecode.typed:
            return self
        twin = copy(self.typecode)
        twin.parts = False
        return Dynamic(twin)

    @cached_property
    def _items(self) -> ArrayType:
        return ArrayType(None, self.use, registry=self.registry, said=(XSD, "anyType"))

    def _write(
        self, value: Value, tag: str, attribute: str, out: Out, context: EncodeContext
    ) -> None:
        """Dicts and lists by their items, other values by their class."""
        if value is None or value is NIL or value is UNSET:
            out(f'<{tag} xsi:nil="true"></{tag}>')
        elif isinstance(value, Mapping):
            out(f"<{tag}{attribute}>")
            for key, item in value.items():
                context.encoder(self._inner)(item, escape_name(key), "", out, context)
            out(f"</{tag}>")
        elif isinstance(value, LISTED) and type(value) not in TYPES:
            self._write(list(value), tag, attribute, out, context)
        elif isinstance(value, (list, tuple)) and type(value) not in TYPES:
            if self.typecode.parts:
                out(f"<{tag}{attribute}>")
                for item in value:
                    context.encoder(self._inner)(item, "item", "", out, context)
                out(f"</{tag}>")
            else:
                announced = self._items.announced(context)
                context.encoder(self._items)(value, tag, announced, out, context)
        else:
            self._write_scalar(value, tag, out, context)

    def _write_scalar(self, value: Value, tag: str, out: Out, context: EncodeContext) -> None:
        registered = next((TYPES[c] for c in type(value).__mro__ if c in TYPES), None)
        own = getattr(value, "typecode", None)
        if registered is not None or isinstance(own, HandMade):
            typecode = registered if registered is not None else own
            assert isinstance(typecode, HandMade)
            typecode.varied(name=(None, tag)).write_root(value, out, context)
            return
        name = plain_type(value)
        if not self.typecode.typed and name is not None:
            text = BUILTIN[name].format(value, context.prefix_for)
            out(f"<{tag}>{escape_text(text)}</{tag}>")
        else:
            write_any(tag, value, out, context)


def escape_name(key: Value) -> str:
    """A dict's key as an element's name.

    Raises:
        ValueRefused: it is no XML name.
    """
    try:
        return str(BUILTIN["NCName"].format(key))
    except ValueRefused:
        raise ValueRefused("NCName", "a key that is an XML name", key) from None


class DynamicNode:
    """Reads whatever comes."""

    def __init__(self, dynamic: Dynamic) -> None:
        self.typecode = dynamic.typecode
        self.dynamic = dynamic
        self._array = ArrayType(None, dynamic.use, registry=dynamic.registry)
        read = accessor_reader(dynamic.use, dynamic.registry)
        self._read: Reader = lambda elt, context: _none_for_nil(read(elt, context))
        self._entries = MapNode(self._read)

    def new(self, elt: etree._Element, context: DecodeContext) -> Value:
        """The value; dicts and lists are filled later."""
        name = self._type_name(elt, context)
        registered = _registered(name)
        if registered is not None:
            return registered.read_value(elt, context)
        actual = lookup(name, context.registry) if name is not None else None
        if isinstance(actual, SimpleType):
            return actual.parse(text_of(elt, actual), context.around(elt))
        if isinstance(actual, (ArrayType, MapType)):
            return [] if isinstance(actual, ArrayType) else {}
        if isinstance(actual, ComplexType):
            return made_of(elt, actual, None, False, context, False)
        if len(elt):
            return [] if self.typecode.aslist else {}
        return elt.text or ""

    def fill(self, made: Value, elt: etree._Element, context: DecodeContext) -> None:
        """Read the items of what is a dict or list."""
        name = self._type_name(elt, context)
        if not isinstance(made, (dict, list)) or _registered(name) is not None:
            return
        actual = lookup(name, context.registry) if name is not None else None
        if isinstance(actual, ArrayType) and isinstance(made, list):
            self._array_of(elt, context).node.fill(made, elt, context)
            _empty_nil(made)
        elif isinstance(actual, MapType):
            assert isinstance(made, dict)
            self._entries.fill(made, elt, context)
        elif not isinstance(actual, ComplexType):
            self._fill_members(made, elt, context)

    def _array_of(self, elt: etree._Element, context: DecodeContext) -> ArrayType:
        """The type to read an array by: arrayType is that of items which do not say one."""
        said = str(elt.get(_ARRAY_TYPE) or "").partition("[")[0]
        item = lookup(expand(elt, said, context), context.registry) if said else None
        if not isinstance(item, SimpleType) or any(child.get(XSI_TYPE) for child in elt):
            return self._array
        return ArrayType(None, self.dynamic.use.copy(type=item), registry=self.dynamic.registry)

    def _fill_members(self, made: Value, elt: etree._Element, context: DecodeContext) -> None:
        repeated: set[str] = set()
        for child in elt:
            if not isinstance(child.tag, str):
                continue
            value = self._read(child, context)
            if isinstance(made, list):
                made.append(value)
                continue
            local = QName.from_clark(child.tag).localname
            if local not in made:
                made[local] = value
            elif self.typecode.unique:
                raise StructureError(
                    f"element {local} stands twice: expected it once", rule="unique",
                    where=where_of(child),
                )  # fmt: skip
            elif local in repeated:
                made[local].append(value)
            else:
                repeated.add(local)
                made[local] = [made[local], value]

    def _type_name(self, elt: etree._Element, context: DecodeContext) -> QName | None:
        """The type that an element says, by ``xsi:type``, as an array or by its own name."""
        said = elt.get(XSI_TYPE) if elt.keys() else None
        if said is not None:
            return expand(elt, said, context)
        if any(str(name).endswith(("}arrayType", "}itemType")) for name in elt.attrib):
            return QName(SOAP11_ENC, "Array")
        if str(elt.tag).startswith(_ENCODING):
            return QName.from_clark(str(elt.tag))
        return None


def _registered(name: QName | None) -> HandMade | None:
    """The user's typecode for a type; one without a namespace is for XSD's."""
    if name is None:
        return None
    return TYPES.get(name) or (TYPES.get((None, name.localname)) if name[0] == XSD else None)


def _empty_nil(items: list[Value], seen: frozenset[int] = frozenset()) -> None:
    """Put None for nil in an array, whatever its dimensions; it may hold itself."""
    seen |= {id(items)}
    for number, item in enumerate(items):
        if item is NIL:
            items[number] = None
        elif type(item) is list and id(item) not in seen:
            _empty_nil(item, seen)


class AnyType(HandMade):
    """An ``xsd:anyType``, by the value model: plain values, TypedValue, AnyXML.

    Args:
        pname: the element's name.
        namespaces, strip: accepted as in ZSI.
    """

    type = (XSD, "anyType")
    datatype = ANY_TYPE

    @cached_property
    def simple(self) -> Value:
        """The type of an attribute that may be anything."""
        return BUILTIN["anySimpleType"]

    def __init__(
        self,
        pname: Value = None,
        namespaces: Value = ("#all",),
        minOccurs: int = 1,
        maxOccurs: int | str = 1,
        strip: bool | int = 1,
        **kw: Value,
    ) -> None:
        super().__init__(pname, minOccurs=minOccurs, maxOccurs=maxOccurs, **kw)
        self.namespaces = namespaces

    def as_type(self, whole: bool = True) -> Value:
        """Writing values of hand-written typecodes is ours, but for a class with another type."""
        theirs = self.datatype is not ANY_TYPE or (whole and self.own_methods())
        return super().as_type(whole) if theirs else Anything(self)


class Anything:
    """Writes for `AnyType`: values of hand-written typecodes under another name."""

    datatype = ANY_TYPE

    def __init__(self, typecode: AnyType) -> None:
        self.registry = typecode.registry

    def write(self, use: Field, prefixes: Prefixes) -> Writer:
        """The writer of the element."""
        write_others = element_writer(use.copy(type=ANY_TYPE), self.registry, prefixes)

        def write(value: Value, out: Out, context: EncodeContext) -> None:
            own = getattr(value, "typecode", None)
            if isinstance(own, HandMade):
                own.varied(name=use.name).write_root(value, out, context)
            else:
                write_others(value, out, context)

        return write


class AnyElement(AnyType):
    """An ``xsd:any``: elements of certain namespaces, `AnyXML` or objects of their declarations.

    Args:
        namespaces: ``["#all"]``, ``["#other"]``, or URIs.
        pname: kept for ZSI's signature.
        processContents: ``"strict"``, ``"lax"`` or ``"skip"``.
    """

    def __init__(
        self,
        namespaces: Value = ("#all",),
        pname: Value = None,
        minOccurs: int = 1,
        maxOccurs: int | str = 1,
        strip: bool | int = 1,
        processContents: Value = "strict",
        **kw: Value,
    ) -> None:
        super().__init__(pname, namespaces, minOccurs, maxOccurs, strip, **kw)
        self.processContents = processContents

    def use(self) -> Field:
        """The wildcard."""
        use = super().use()
        said = list(self.namespaces)
        special = {"#all": "##any", "#other": "##other"}.get(said[0] if said else "#all")
        admitted = wildcard(special or said, process=self.processContents)
        return Field(
            "any", None, None, least=use.least, most=use.most, wildcard=Admitted.like(admitted),
            key=self.aname or "_any",
        )  # fmt: skip

    def read_root(self, elt: etree._Element, context: DecodeContext) -> Value:
        """Read any element that the namespaces admit, by its declaration if there is one.

        Raises:
            StructureError: it is not admitted, or not declared and has to be.
        """
        admitted = self.use().wildcard
        if admitted is None or not admitted.admits_tag(str(elt.tag)):
            raise StructureError(
                f"unexpected element {elt.tag!s}: expected {admitted}", rule="wildcard",
                where=where_of(elt),
            )  # fmt: skip
        return _read_wild(elt, context, admitted.process)

    def parse(self, elt: etree._Element, ps: Value = None) -> Value:
        """Read any element, as ZSI's typecodes do; errors as of `read_root`."""
        return self.read_root(elt, self._context(ps))

    def write_root(self, value: Value, out: Out, context: EncodeContext) -> None:
        """Write an object as the element that it is.

        Raises:
            ValueRefused: it is no element, or of another namespace.
        """
        admitted = self.use().wildcard
        assert isinstance(admitted, Admitted)
        admitted.write(value, out, context)


def _read_wild(elt: etree._Element, context: DecodeContext, process: str) -> Value:
    """Read what a wildcard took by its declaration in what has been imported; else `read_wild`."""
    name = QName.from_clark(str(elt.tag))
    if process != "skip" and context.registry.find("elements", name) is None:
        try:
            declared = GED(*name)
        except AmbiguousDeclaration:
            declared = None
        if declared is not None:
            return declared.parse(elt, context.source)
    return read_wild(elt, context, process)


class Admitted(Wildcard):
    """What a hand-written wildcard admits: values of hand-written typecodes too."""

    __slots__ = ()

    @classmethod
    def like(cls, admitted: Wildcard) -> Admitted:
        """The same as another wildcard."""
        return cls(admitted.namespaces, admitted.target_namespace, admitted.process)

    def read(self, elt: etree._Element, context: DecodeContext) -> Value:
        """Read an element; errors as of `read_wild`."""
        return _read_wild(elt, context, self.process)

    def write(self, value: Value, out: Out, context: EncodeContext) -> None:
        """Write an element; errors as of `AnyElement.write_root`."""
        own = getattr(value, "typecode", None)
        if isinstance(own, HandMade) and own.name is not None and self.admits(own.nspname):
            own.write_root(value, out, context)
        else:
            write_wild(Field("any", None, None, wildcard=self))(value, out, context)


class XML(HandMade):
    """A piece of XML as it is: an lxml element (or text that is XML, or AnyXML, on the way out).

    Text that does not begin as XML is the URI of what stands elsewhere: it is written as ``href``.

    Args:
        pname: the element's name.
        comments, inline: accepted as in ZSI.
        wrapped: the value is the only child of the named element; without, that element itself.
    """

    copyit = True
    datatype = ANY_TYPE

    def __init__(
        self,
        pname: Value = None,
        comments: bool | int = 0,
        inline: bool | int = 0,
        wrapped: bool | int = True,
        **kw: Value,
    ) -> None:
        super().__init__(pname, **kw)
        self.comments = comments
        self.inline = inline
        self.wrapped_xml = bool(wrapped)

    def as_type(self, whole: bool = True) -> Value:
        """Reading and writing are ours."""
        return super().as_type(whole) if whole and self.own_methods() else Verbatim(self)


class Verbatim:
    """Reads and writes for `XML`."""

    datatype = ANY_TYPE

    def __init__(self, typecode: XML) -> None:
        self.typecode = typecode

    def read(self, elt: etree._Element, context: DecodeContext) -> etree._Element:
        """The element, or its only child.

        Raises:
            StructureError: it has no child, or several.
        """
        if not self.typecode.wrapped_xml:
            return deepcopy(elt)
        children = [child for child in elt if isinstance(child.tag, str)]
        if len(children) != 1:
            raise StructureError(
                f"element {elt.tag!s} holds {len(children)} elements: expected one",
                rule="content", where=where_of(elt),
            )  # fmt: skip
        return deepcopy(children[0])

    def write(self, use: Field, prefixes: Prefixes) -> Writer:
        """The writer of the element, or of one around it."""
        assert use.name is not None
        tag, bit = prefixes.tag(*use.name), prefixes.bit(use.name.namespace)

        def write(value: Value, out: Out, context: EncodeContext) -> None:
            href = ""
            if isinstance(value, str) and not value.lstrip().startswith("<"):
                href, text = f' href="{escape_attribute(value)}"', ""
            else:
                text = verbatim(value).outer()
            if self.typecode.wrapped_xml or href:
                context.mask |= bit
                text = f"<{tag}{href}>{text}</{tag}>"
            out(text)

        return write
