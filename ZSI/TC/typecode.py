"""Typecodes: ZSI's face of an element use, by which messages are parsed and serialised.

A typecode says a name, an occurrence and a type. Generated classes carry theirs as
``Class.typecode``; users of ZSI write others by hand.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from ZSI.errors import EvaluateException, StructureError, where_of
from ZSI.names import QName
from ZSI.schema import HAND_WRITTEN, Registry, define_with
from ZSI.TC.bodies import part_readers, parts_writer, read_parts
from ZSI.TC.decode import reader
from ZSI.TC.encode import EncodeContext, Out, Writer, element_writer, write_named
from ZSI.TC.encoded import is_response, read_message
from ZSI.TC.encoded_write import write_message
from ZSI.TC.fields import Field
from ZSI.TC.leaf import DecodeContext
from ZSI.TC.order import element_name
from ZSI.TC.prefixes import Prefixes, prefixes_of
from ZSI.TC.substitution import substitutes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

    from ZSI.TC.compound import Compound

UNBOUNDED = "unbounded"


class TypeCode:
    """An element use: what ``ParsedSoap.Parse`` and ``SoapWriter.serialize`` go by.

    Args:
        pname: the element's name: ``"local"``, ``(namespace, "local")`` or None (any name).
        aname: the Python attribute that holds the value in a struct.
        minOccurs, maxOccurs: occurrence in a struct; ``maxOccurs`` may be ``"unbounded"``.
        nillable: whether ``xsi:nil`` is admitted.
        typed: whether ``xsi:type`` is written.
        unique, pyclass, attrs_aname: as in ZSI.
    """

    #: The type's name, as ZSI's classes state it.
    type: ClassVar[tuple[str | None, str | None]] = (None, None)
    #: What `ZSI.TC.resolve.resolve` makes a type of.
    datatype: Any = None
    registry: Registry = HAND_WRITTEN
    #: A reference to a global element, which others may substitute.
    ref: bool = False
    #: The parts are the children of the Body, see `ZSI.TC.bodies`.
    body: bool = False
    pyclass: Any = None

    def __init__(
        self,
        pname: str | tuple[str | None, str] | None = None,
        aname: str | None = None,
        minOccurs: int = 1,
        maxOccurs: int | str = 1,
        nillable: bool = False,
        typed: bool = True,
        unique: bool = True,
        pyclass: Any = None,
        attrs_aname: str = "_attrs",
        **kw: Any,
    ) -> None:
        self.nspname: str | None = None
        self.pname: str | None = None
        #: Of a name given as ``"prefix:name"``; the writer's ``nsdict`` says what it stands for.
        self.prefix = ""
        if pname is not None:
            namespace, name = (None, pname) if isinstance(pname, str) else pname
            self.prefix, _, self.pname = str(name).rpartition(":")
            self.nspname = namespace or None
        self.aname = aname if aname is not None else self.pname
        self.minOccurs = minOccurs
        self.maxOccurs = maxOccurs
        self.nillable = nillable
        self.typed = typed
        self.unique = unique
        self.attrs_aname = attrs_aname
        if pyclass is not None:
            self.pyclass = pyclass

    @property
    def name(self) -> QName | None:
        """The element's expanded name, or None."""
        return QName(self.nspname, self.pname) if self.pname is not None else None

    def use(self) -> Field:
        """The element use as the decoders and encoders take it."""
        most = None if self.maxOccurs == UNBOUNDED else int(self.maxOccurs)
        return Field(
            "element", self.name, self.datatype or self, key=self.aname or "",
            least=int(self.minOccurs), most=most, nillable=self.nillable, typed=self.typed,
            ref=self.ref,
        )  # fmt: skip

    def read_root(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read an element that must have this typecode's name.

        Raises:
            StructureError: it has another one.
            EvaluateException: it is not of this type.
        """
        self.checkname(elt)
        value = self._reader()(elt, context)
        context.finish()
        return value

    def _reader(self) -> Any:
        made = self.__dict__.get("_read")
        if made is None:
            made = self._read = reader(self.use(), self.registry, self.pyclass)
        return made

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as an element of this typecode's name.

        Raises:
            EvaluateException: it is not what the type says; names the field.
        """
        element_writer(self.use(), self.registry, context.prefixes)(value, out, context)

    def prefixes(self) -> Prefixes:
        """The prefixes that messages with this root get."""
        return prefixes_of(self.registry)

    def read_body(self, elements: Iterable[etree._Element], context: DecodeContext) -> Any:
        """Read the children of a Body as the parts of a message.

        Raises:
            StructureError: they are not the parts. EvaluateException: one is not of its type.
        """
        raise EvaluateException(f"{self!r} is one element, not the children of a Body")

    def checkname(
        self, elt: etree._Element, ps: Any = None
    ) -> tuple[str | None, str | None] | None:
        """Refuse an element of another name; a typecode without a name takes any.

        Raises:
            StructureError: says which name was expected.
        """
        if self.pname is not None and elt.tag != QName(self.nspname, self.pname).clark:
            expected = QName(self.nspname, self.pname).clark
            raise StructureError(
                f"unexpected element {elt.tag!s}: expected {expected}",
                rule="unexpected", expected=(expected,), where=where_of(elt),
            )  # fmt: skip
        return None

    def parse(self, elt: etree._Element, ps: Any = None) -> Any:
        """Read an element (ZSI's signature); findings go to ``ps``, a ``ParsedSoap``, if given."""
        if ps is not None:
            return ps.parse_element(self, elt)
        return self.read_root(elt, DecodeContext(self.registry))

    def get_parse_and_errorlist(self) -> tuple[None, str]:
        """What ZSI's messages name as expected."""
        return None, str(self.pname)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name.clark if self.name else ''}>"


class CompoundTypeCode(TypeCode):
    """The typecode of a generated class."""

    def __init__(self, pyclass: type[Compound]) -> None:
        declaration = pyclass.element_declaration()
        name = declaration.use.name if declaration is not None else pyclass.message_name()
        super().__init__(name, typed=False)
        self.pyclass = pyclass
        self.registry = pyclass._registry
        self._tag = self.name.clark if self.name is not None else None
        self._declaration = declaration
        #: ZSI's names for the element and the head of its substitution group.
        self.literal, self.schema = self.pname, self.nspname
        self.substitutionGroup = declaration.head if declaration is not None else None
        self._prefixes = prefixes_of(self.registry)
        self._writer: Any = None
        #: By SOAP version and prefix, what writes a whole message; see `ZSI.writer`.
        self.messages: dict[tuple[Any, str], Any] = {}
        self.encoded = bool(pyclass._options.get("encoded"))
        # what wraps the results may have any name (SOAP 1.1 section 7.1)
        self._is_response = self.encoded and is_response(pyclass)
        self.body = bool(pyclass._options.get("body"))
        self._is_global = declaration is not None and not self.encoded and not self.body
        if self.encoded:
            self._read: Any = partial(read_message, pyclass)
        elif declaration is not None:
            self._read = pyclass.read_element
        else:
            self._read = reader(self.use(), self.registry, pyclass)

    def __instancecheck__(self, instance: Any) -> bool:
        """Whether a typecode is this one, or a value of its class: ZSI's ``X_Dec`` is a class."""
        kind = getattr(instance, "pyclass", None) or type(instance)
        return issubclass(kind, self.pyclass)

    def __call__(self, **kw: Any) -> CompoundTypeCode:
        """Itself: ZSI's generated code instantiates declarations (``ns0.Echo_Dec()``)."""
        return self

    def reference(self, **occurrence: Any) -> TypeCode:
        """A typecode that refers to this element, for the inside of structs (ZSI's ``isref``).

        Args:
            occurrence: minOccurs, maxOccurs and the other keywords of `TypeCode`.
        """
        made = TypeCode(self.name, **{"typed": False, "pyclass": self.pyclass, **occurrence})
        made.datatype, made.registry, made.ref = self.pyclass, self.registry, True
        return made

    @property
    def ofwhat(self) -> list[TypeCode]:
        """A typecode for each child, as ZSI's structs have them; to be looked at."""
        return [self._part(field) for field in self.pyclass.complex_type().children]

    @property
    def attribute_typecode_dict(self) -> dict[Any, TypeCode]:
        """A typecode for each XML attribute, by ``"a"`` or ``(namespace, "a")``; the same."""
        fields = self.pyclass.complex_type().fields.values()
        return {
            tuple(field.name) if field.name.namespace else field.name.localname: self._part(field)
            for field in fields
            if field.kind == "attribute" and field.name is not None
        }

    def _part(self, field: Field) -> TypeCode:
        made = TypeCode(
            field.name,
            aname=f"_{field.name.localname}" if field.name is not None else f"_{field.key}",
            minOccurs=field.least,
            maxOccurs=UNBOUNDED if field.most is None else field.most,
            nillable=field.nillable,
            typed=False,
            pyclass=field.type if isinstance(field.type, type) else None,
        )
        made.datatype, made.registry = field.type, self.registry
        return made

    def use(self) -> Field:
        """The element use; a class of a type alone has no name of its own."""
        if self._declaration is not None:
            return self._declaration.use
        return Field("element", self.name, self.pyclass, key=self.pyclass.__name__)

    def read_root(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read an element of this typecode's name; errors as in `TypeCode`.

        A member of its substitution group stands for it (XSD 1.0 part 1, 2.2.2.2).
        """
        if elt.tag != self._tag and not self._is_response:
            member = self._members.get(str(elt.tag))
            if member is not None:
                return member.typecode.read_root(elt, context)
            self.checkname(elt)
        cls = self.pyclass
        # what read_element does, with a call less: every message comes this way
        read = cls.__dict__.get("_reader") if self._is_global else None
        if read is None:
            value = self._read(elt, context)
        else:
            value = read(elt, context)
            if type(value) is not cls:
                value = cls._as_element(value)
        if context.idrefs is not None:
            context.finish()
        return value

    @property
    def _members(self) -> dict[str, Any]:
        """The classes of the elements that may stand for this one, by tag."""
        return substitutes(self.name, self.registry) if self._is_global and self.name else {}

    def prefixes(self) -> Prefixes:
        """The prefixes that messages with this root get."""
        return self._prefixes

    def read_body(self, elements: Iterable[etree._Element], context: DecodeContext) -> Any:
        """Read the children of a Body as the parts of a message; errors as `read_parts`."""
        readers = self.__dict__.get("_parts")
        if readers is None:
            readers = self._parts = part_readers(self.pyclass)
        return read_parts(self.pyclass, readers, elements, context)

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as the element of this class; errors as in `TypeCode`.

        One that is a member of its substitution group is written as what it is.
        """
        if type(value) is not self.pyclass and self._members:
            name = element_name(value)
            if name is not None and name.clark in self._members:
                write_named(name, value, out, context)
                return
        writer = self.writer()
        if self._is_global and context.prefixes is not self._prefixes:
            writer = self.pyclass.write_element
        writer(value, out, context)

    def writer(self) -> Writer:
        """`write_root` for messages with the prefixes of this typecode."""
        if self._writer is None:
            self._writer = self._make_writer()
        made: Writer = self._writer
        return made

    def _make_writer(self) -> Any:
        if self.body:
            return parts_writer(self.pyclass, self.prefixes())
        if self.name is None:
            raise EvaluateException(
                f"{self.pyclass.__name__} is a type, not an element: give the typecode of one"
            )
        if self.encoded:
            return partial(write_message, self.pyclass, self.name)
        if self._is_global:
            return self.pyclass.element_writer(self._prefixes)
        return element_writer(self.use(), self.registry, self.prefixes())


class TypeDefinition:
    """What `ZSI.schema.GTD` gives: called with a name, it makes a typecode of the type.

    >>> from ZSI.schema import Registry
    >>> from ZSI.names import XSD
    >>> registry = Registry("example", public=False)
    >>> registry.simple(("urn:x", "Zip"), base=(XSD, "string"), maxLength=5)
    >>> TypeDefinition(registry.types["urn:x", "Zip"], registry)(pname="zip", minOccurs=0)
    <TypeCode zip>
    """

    def __init__(self, declared: Any, registry: Registry) -> None:
        self.declared = declared
        self.registry = registry
        self.pyclass = declared if isinstance(declared, type) else None

    @property
    def type(self) -> QName:
        """Namespace and name of the type."""
        known: Any = self.pyclass
        name: QName = (self.declared if known is None else known.complex_type()).name
        return name

    def __instancecheck__(self, instance: Any) -> bool:
        """Whether a typecode, or a value, is of the type or of one derived from it."""
        kind = getattr(instance, "pyclass", None) or type(instance)
        return self.pyclass is not None and issubclass(kind, self.pyclass)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> NoReturn:
        raise TypeError(
            f"{self.type.clark} is no class: derive from the generated class of its values"
        )

    def __call__(self, pname: Any = None, **kw: Any) -> TypeCode:
        """A typecode of the type under this name; keywords of `TypeCode`."""
        made = TypeCode(pname, **{"typed": False, "pyclass": self.pyclass, **kw})
        made.datatype, made.registry = self.declared, self.registry
        return made


define_with(TypeDefinition)
