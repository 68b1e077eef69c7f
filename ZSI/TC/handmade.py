"""ZSI's hand-written typecodes: their base, and what lets users override reading and writing.

A typecode says a name, an occurrence and a type; reading and writing is that of all messages
(`ZSI.TC.encoded`, `ZSI.TC.encode`). As in ZSI they understand SOAP encoding wherever they are
used: ``xsi:type``, ``href`` and arrays, said or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from lxml import etree

from ZSI.errors import EvaluateException, StructureError, ValueRefused, where_of
from ZSI.names import SOAP11_ENC, SOAP11_ENV, SOAP12_ENC, XSD, XSI, ZSI_SCHEMA_URI, QName
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.encode import EncodeContext, Out, Writer, element_writer
from ZSI.TC.encoded import accessor_reader, begin, read_graph, read_node
from ZSI.TC.encoded_write import encoding_style, write_graph
from ZSI.TC.facets import NO_FACETS
from ZSI.TC.fields import Field
from ZSI.TC.handmade_steps import Steps
from ZSI.TC.leaf import DecodeContext, text_of
from ZSI.TC.lexical import make_kind
from ZSI.TC.multiref import identity
from ZSI.TC.older import modernize
from ZSI.TC.prefixes import RESERVED, Prefixes
from ZSI.TC.resolve import lookup
from ZSI.TC.simple import SimpleType as XsdSimpleType
from ZSI.TC.typecode import UNBOUNDED, TypeCode
from ZSI.TC.values import NIL
from ZSI.xmlio import parse_document

if TYPE_CHECKING:
    from ZSI.TC.decode import Reader

#: Tables of prefixes by the root's namespace and ``nsdict``. What is compiled for one stays, so
#: they are few, and for good; a program that makes more shares that of its registry.
_TABLES: dict[tuple[Any, ...], Prefixes] = {}
_MOST_TABLES = 256
#: Declared around what ``serialize`` writes into a tree of the user's.
_DECLARED = {
    "soapenv": SOAP11_ENV, "soapenc": SOAP11_ENC, "xsd": XSD, "xsi": XSI, "ZSI": ZSI_SCHEMA_URI,
}  # fmt: skip


class HandMade(Steps, TypeCode):
    """Base of all hand-written typecodes; arguments as for `ZSI.TC.typecode.TypeCode`.

    Subclasses may override ``text_to_data`` and ``get_formatted_content`` (one value), ``parse``
    and ``serialize`` (one element).

    Args:
        encoded: the namespace of an rpc/encoded message: it is written with everything typed.
        optional, repeatable: ZSI 1.x's words for ``minOccurs=0`` and ``maxOccurs="unbounded"``.
        resolver: gives the value of a child that refers out of the message; see
            `ZSI.resolvers`.
        type: namespace and name of the type, if they are not the class's.

    Attributes:
        parselist, seriallist: what `ZSI.TC.RegisterType` enters the class for, see there.
    """

    #: The methods that a class of the user's overrides.
    _own: ClassVar[frozenset[str]] = frozenset()
    attribute_typecode_dict: Mapping[Any, Any] = {}
    parselist: ClassVar[Any] = []
    seriallist: ClassVar[Any] = []
    resolver: Any = None
    #: What is nil is read as None, and not as `ZSI.NIL`.
    nil_is_none: ClassVar[bool] = False

    def __init__(
        self,
        pname: Any = None,
        *args: Any,
        encoded: Any = None,
        optional: bool | int = False,
        repeatable: bool | int = False,
        resolver: Any = None,
        type: tuple[str | None, str] | None = None,
        **kw: Any,
    ) -> None:
        if optional:
            kw.setdefault("minOccurs", 0)
        if repeatable:
            kw.setdefault("maxOccurs", UNBOUNDED)
        super().__init__(pname, *args, **kw)
        self.encoded = encoded
        if resolver is not None:
            self.resolver = resolver
        if type is not None:
            self.__dict__["type"] = type

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if not cls.__module__.startswith(__name__):
            mine = frozenset(vars(cls)).intersection(_OVERRIDABLE)
            cls._own = cls._own | mine

    def use(self) -> Field:
        """The element use as the decoders and encoders take it."""
        return self._use(self.as_type())

    def _use(self, of: Any) -> Field:
        most = None if self.maxOccurs == UNBOUNDED else int(self.maxOccurs)
        return Field(
            "element", self.name, of, key=self.aname or "", least=int(self.minOccurs), most=most,
            nillable=bool(self.nillable), typed=bool(self.typed),
        )  # fmt: skip

    def as_type(self, whole: bool = True) -> Any:
        """What stands for the type of the typecode's values.

        Args:
            whole: with the user's ``parse`` and ``serialize``; false inside of these.
        """
        own = self.own_methods()
        if not whole:
            own -= {"parse", "serialize"}
        return Customized(self, own) if own or self.wraps else self

    def own_methods(self) -> frozenset[str]:
        """The methods that read and write, where they are not those of the type."""
        return self._own

    @property
    def wraps(self) -> bool:
        """Whether values are put into a class of the user's one by one."""
        return False

    @property
    def reference(self) -> type[HandMade]:
        """The class, to be called with an occurrence (ZSI's ``GED(…, isref=True)``)."""
        return type(self)

    # -- reading ---------------------------------------------------------------------------

    def name_match(self, elt: etree._Element) -> bool:
        """Whether an element has the name; a typecode without namespace takes any namespace."""
        name = QName.from_clark(str(elt.tag))
        return self.pname in (None, name.localname) and self.nspname in (None, "", name.namespace)

    def checkname(self, elt: etree._Element, ps: Any = None) -> tuple[str | None, str | None]:
        """Refuse an element of another name.

        Args:
            elt: the element.
            ps: given by a ``parse`` of the user's: what a reference leads to may have any name.

        Returns:
            The name of its type, as of `checktype`.

        Raises:
            StructureError: says which name was expected.
        """
        if ps is None or identity(elt) is None:
            self._refuse_others(elt)
        return self.checktype(elt, ps)

    def _refuse_others(self, elt: etree._Element) -> None:
        if not self.name_match(elt):
            expected = self.name.clark if self.name else ""
            raise StructureError(
                f"unexpected element {elt.tag!s}: expected {expected}",
                rule="unexpected", expected=(expected,), where=where_of(elt),
            )  # fmt: skip

    def read_root(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read an element that must have this typecode's name.

        Raises:
            EvaluateException: it has another name, or is not what the typecode says.
        """
        self._refuse_others(elt)
        modernize(elt)
        read = self.read_value
        if self.encoded:
            begin(elt, context)
            node = getattr(self.datatype, "node", None)
            if node is not None:  # a wrapper: whether it says to be nil does not matter
                read = partial(read_node, node)
        value = read_graph(lambda: read(elt, context), elt, context)
        context.finish()
        return value

    def read_value(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read an element whatever its name."""
        return self._reader()(elt, context)

    def _reader(self) -> Reader:
        known: tuple[Any, Reader] | None = self.__dict__.get("_compiled")
        if known is None or known[0] is not self.datatype:
            known = self._compiled = (self.datatype, accessor_reader(self.use(), self.registry))
        return known[1]

    def parse(self, elt: etree._Element, ps: Any = None) -> Any:
        """Read an element, as ZSI's typecodes do.

        Args:
            elt: the element; its name must be the typecode's.
            ps: the `ZSI.parse.ParsedSoap` that it is part of; gets the findings.

        Raises:
            EvaluateException: it has another name, or is not what the typecode says.
        """
        context = self._context(ps)
        if identity(elt) is None:  # what a reference leads to has another name
            self._refuse_others(elt)
        modernize(elt)
        read = accessor_reader(self._use(self.as_type(whole=False)), self.registry)
        return read_graph(lambda: read(elt, context), elt, context)

    def _context(self, ps: Any) -> DecodeContext:
        """What `parse` reads with: the limits of the message, which gets the findings."""
        context = DecodeContext(self.registry)
        if ps is not None and hasattr(ps, "findings"):
            context = DecodeContext(self.registry, pedantic=ps.pedantic, limits=ps.limits)
            context.source, context.findings = ps, ps.findings
        return context

    def text_to_data(self, text: str, elt: etree._Element | None, ps: Any) -> Any:
        """Text to value; what subclasses override.

        Raises:
            ValueRefused: the text is not of the type.
        """
        simple: XsdSimpleType = self.simple
        return simple.parse(text, elt.nsmap if elt is not None else None)

    # -- writing ---------------------------------------------------------------------------

    def get_formatted_content(self, pyobj: Any) -> str:
        """Value to text; what subclasses override.

        Raises:
            ValueRefused: the value is not of the type.
        """
        simple: XsdSimpleType = self.simple
        return simple.format(pyobj)

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as an element of this typecode's name.

        Raises:
            EvaluateException: it is not what the typecode says; names the field.
        """
        name = self.root_name(context)
        actual = self.datatype
        if not self.encoded or not hasattr(actual, "encoded_struct"):
            use = self.use().copy(name=name)
            element_writer(use, self.registry, context.prefixes)(value, out, context)
            return
        write = actual.encoded_struct.in_place(context.prefixes)
        tag, style = context.qname(name), encoding_style(context)
        write_graph(lambda put: write(value, tag, style, put, context), out, context)

    def root_name(self, context: EncodeContext | None = None) -> QName:
        """The element's name; a typecode without one is named by its type (SOAP 1.1 section 5).

        Raises:
            EvaluateException: the name has a prefix that the writer's ``nsdict`` does not have.
        """
        if self.pname is None:
            return QName(None, self.type[1] or type(self).__name__)
        if self.prefix and self.nspname is None and context is not None:
            found = [uri for uri, prefix in context.reserved.items() if prefix == self.prefix]
            if not found:
                raise EvaluateException(
                    f"prefix {self.prefix!r} of {self.pname} is not declared: give it to "
                    "SoapWriter(nsdict=…), or the name as (namespace, name)"
                )
            return QName(found[0], self.pname)
        return QName(self.nspname, self.pname)

    def prefixes(self, nsdict: Mapping[str, str] | None = None) -> Prefixes:
        """The prefixes that messages with this root get: those of its namespace begin anew.

        Args:
            nsdict: what the envelope declares besides, prefix -> namespace: it is used.
        """
        key = (self.nspname, *(nsdict or {}).items())
        made = _TABLES.get(key)
        if made is None and len(_TABLES) < _MOST_TABLES:
            # ns1, n1 … are numbered here, and may come to stand for something else
            ours = {p: uri for p, uri in (nsdict or {}).items() if not p.lstrip("ns").isdigit()}
            made = _TABLES[key] = Prefixes({**ours, **RESERVED})
        return made if made is not None else super().prefixes()

    def varied(self, **changes: Any) -> HandMade:
        """The same typecode with some keywords changed: ``name``, ``typed``, ``unique`` …"""
        twin = copy(self)
        twin.__dict__.pop("_compiled", None)
        if changes.keys() - {"name", "typed", "unique", "nillable"}:
            twin.__dict__.pop("_datatype", None)
        name = changes.pop("name", None)
        if name is not None:
            twin.nspname, twin.pname = (None, name) if isinstance(name, str) else name
        for key, value in changes.items():
            setattr(twin, key, value)
        return twin

    def serialize(
        self, elt: etree._Element | None, sw: Any, pyobj: Any, name: Any = None, orig: Any = None,
        **kw: Any,
    ) -> etree._Element:  # fmt: skip
        """Write a value into a tree, as ZSI's typecodes do.

        Args:
            elt: the element that gets the new one as its last child; None for none.
            sw: the writer that the tree is for; unused.
            pyobj: the value.
            name: another name for the element.
            kw: ``typed`` and other attributes of the typecode, changed for this once.

        Returns:
            The new element.
        """
        typecode = self.varied(name=name, **kw)
        reserved = {uri: prefix for prefix, uri in _DECLARED.items()}
        context = EncodeContext(self.prefixes(), self.registry, reserved)
        use = typecode._use(typecode.as_type(whole=False)).copy(name=typecode.root_name(context))
        pieces: list[str] = []
        element_writer(use, self.registry, context.prefixes)(pyobj, pieces.append, context)
        declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _DECLARED.items())
        text = f"<tree{declared}{context.declarations()}>{''.join(pieces)}</tree>"
        made = parse_document(text)[0]
        if elt is not None:
            elt.append(made)
        return made

    def wrapped(self, value: Any) -> Any:
        """The value as an instance of ``pyclass``, if the typecode has one."""
        return value if self.pyclass is None else self.pyclass(value)

    @cached_property
    def simple(self) -> Any:
        """The XSD type of the text, for typecodes whose value is text."""
        raise TypeError(f"the value of {type(self).__name__} is no text")


_OVERRIDABLE = frozenset(("text_to_data", "get_formatted_content", "parse", "serialize"))


class Customized:
    """Stands for the type of a typecode some of whose methods or values are the user's.

    Args:
        typecode: theirs.
        own: the methods that are theirs.
    """

    def __init__(self, typecode: HandMade, own: frozenset[str]) -> None:
        self.typecode = typecode
        self.by_text = bool(own & _BY_TEXT)
        if "parse" in own:
            self.read: Reader = self._parse
        elif self.by_text or typecode.wraps:
            self.read = self._read_text
        if "serialize" in own:
            self.write: Callable[..., Writer] = self._serializer

    @property
    def datatype(self) -> Any:
        """The XSD type that the rest goes by."""
        typecode = self.typecode
        if self.by_text and isinstance(typecode, SimpleType):
            return typecode.text_type
        return typecode.datatype

    def _parse(self, elt: etree._Element, context: DecodeContext) -> Any:
        return self.typecode.parse(elt, context.source)

    def _read_text(self, elt: etree._Element, context: DecodeContext) -> Any:
        typecode = self.typecode
        text = text_of(elt, typecode)
        try:
            value = typecode.text_to_data(text, elt, context.source)
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(elt)
            raise
        except (ValueError, TypeError, ArithmeticError):
            expected = f"text that {type(typecode).__name__} can read"
            raise ValueRefused("text_to_data", expected, text, where=where_of(elt)) from None
        return typecode.wrapped(value)

    def _serializer(self, use: Field, prefixes: Any) -> Writer:
        def write(value: Any, out: Out, context: EncodeContext) -> None:
            scratch = etree.Element("scratch")
            self.typecode.serialize(scratch, None, value, use.name)
            for child in scratch:
                out(AnyXML(child).outer())

        return write


_BY_TEXT = frozenset(("text_to_data", "get_formatted_content"))
_OVERRIDABLE = _BY_TEXT | {"parse", "serialize"}


def verbatim(value: Any) -> AnyXML:
    """XML given as an lxml element, as text or bytes, or as AnyXML.

    Raises:
        ValueRefused: it is none of these.
        ParseException: it is no XML, or has a DTD.
    """
    if isinstance(value, (str, bytes)):
        return AnyXML(parse_document(value))
    if etree.iselement(value):
        return AnyXML(value)
    if isinstance(value, AnyXML):
        return value
    raise ValueRefused("XML", "an lxml element, XML as text, or AnyXML", value)


class SimpleType(HandMade):
    """Base of typecodes whose value is text (ZSI's ``TC.SimpleType``).

    The type is the built-in one that the class attribute ``type`` names, of the class itself or
    of the nearest base that has one; a name of the user's is that of a type derived from it.
    """

    empty_content: ClassVar[Any] = None

    def name_match(self, elt: etree._Element) -> bool:
        """As of the base; ``<soapenc:int>`` is named by its type (SOAP 1.1 section 5.1)."""
        if super().name_match(elt):
            return True
        name = QName.from_clark(str(elt.tag))
        named = lookup(name, self.registry) if name.namespace in (SOAP11_ENC, SOAP12_ENC) else None
        return isinstance(named, XsdSimpleType) and named.derives_from(BUILTIN[self._built_in()])

    @cached_property
    def simple(self) -> XsdSimpleType:
        """The XSD type of the text."""
        return self.restricted()

    def restricted(self, **facets: Any) -> XsdSimpleType:
        """The built-in type under the typecode's name, with these facets."""
        built_in = BUILTIN[self._built_in()]
        namespace, local = self.type
        own = (namespace, local) if local is not None and namespace != XSD else None
        if own is None and not facets:
            return built_in
        return built_in.restrict(own, **facets)

    def _built_in(self) -> str:
        names = (vars(base).get("type") or (None, None) for base in type(self).__mro__)
        return next((str(local) for namespace, local in names if namespace == XSD), "string")

    @property
    def datatype(self) -> Any:
        """The XSD type; with attributes, the complex type with such content."""
        if not self.attribute_typecode_dict:
            return self.simple
        made = self.__dict__.get("_datatype")
        if made is None:
            made = self._datatype = _content_makers[0](self, self.simple)
        return made

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as a message; None is nil, as in ZSI, whatever the typecode admits.

        Raises:
            EvaluateException: it is not of the type.
        """
        if value is None and not self.nillable:
            self.varied(nillable=True).write_root(NIL, out, context)
        else:
            super().write_root(NIL if value is None else value, out, context)

    @property
    def wraps(self) -> bool:
        """Whether values are instances of ``pyclass``; those with attributes are so anyway."""
        return self.pyclass is not None and not self.attribute_typecode_dict

    @cached_property
    def text_type(self) -> XsdSimpleType:
        """An XSD type that writes by ``get_formatted_content``."""
        kind = make_kind(
            type(self).__name__,
            lambda text, namespaces=None: self.text_to_data(text, None, None),
            lambda value: value,
            lambda value, prefix_for=None: self.get_formatted_content(value),
            (object,),
            white_space="preserve",
        )
        name = QName(self.type[0], self.type[1]) if self.type[1] else None
        return XsdSimpleType(kind, NO_FACETS, (_not_copied, ()), name=name)


def _not_copied() -> XsdSimpleType:
    raise TypeError("the type of a hand-written typecode is not copied: copy the typecode")


#: Makes the type of a simple typecode with XML attributes: entered by the room that has compounds.
_content_makers: list[Callable[[HandMade, XsdSimpleType], Any]] = []


def make_content_with(maker: Callable[[HandMade, XsdSimpleType], Any]) -> None:
    """Say how the type of a simple typecode with XML attributes is made."""
    _content_makers.insert(0, maker)
