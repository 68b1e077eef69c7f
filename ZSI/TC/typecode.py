"""Typecodes: ZSI's face of an element use, by which messages are parsed and serialised.

A typecode says a name, an occurrence and a type. Generated classes carry theirs as
``Class.typecode``; users of ZSI write others by hand (`ZSI.TC.handmade`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from ZSI.errors import EvaluateException, StructureError, where_of
from ZSI.names import QName
from ZSI.schema import HAND_WRITTEN, Registry
from ZSI.TC.decode import reader
from ZSI.TC.encode import EncodeContext, Out, element_writer
from ZSI.TC.encoded import read_message
from ZSI.TC.encoded_write import write_message
from ZSI.TC.fields import Field
from ZSI.TC.leaf import DecodeContext
from ZSI.TC.prefixes import Prefixes

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.compound import Compound

UNBOUNDED = "unbounded"

#: Prefixes that stand on every Envelope, whatever the SOAP version.
RESERVED = {
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "ZSI": "http://www.zolera.com/schemas/ZSI/",
}


def prefixes_of(registry: Registry) -> Prefixes:
    """The registry's table of prefixes, made once."""
    made = registry.built.get("prefixes")
    if made is None:
        made = registry.built["prefixes"] = Prefixes(RESERVED, registry.namespaces)
    table: Prefixes = made
    return table


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
        if isinstance(pname, str):
            self.nspname, self.pname = None, pname.rpartition(":")[2]
        elif pname is not None:
            self.nspname, self.pname = pname[0], str(pname[1]).rpartition(":")[2]
        else:
            self.nspname = self.pname = None
        self.aname = aname if aname is not None else self.pname
        self.minOccurs = minOccurs
        self.maxOccurs = maxOccurs
        self.nillable = nillable
        self.typed = typed
        self.unique = unique
        self.attrs_aname = attrs_aname
        if pyclass is not None:
            self.pyclass = pyclass

    pyclass: Any = None

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
        )  # fmt: skip

    def read_root(self, elt: etree._Element, context: DecodeContext) -> Any:
        """Read an element that must have this typecode's name.

        Raises:
            StructureError: it has another one. EvaluateException: it is not of this type.
        """
        self.checkname(elt)
        return self._reader()(elt, context)

    def _reader(self) -> Any:
        made = self.__dict__.get("_read")
        if made is None:
            made = self._read = reader(self.use(), self.registry, self.pyclass)
        return made

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as an element of this typecode's name."""
        element_writer(self.use(), self.registry, context.prefixes)(value, out, context)

    def prefixes(self) -> Prefixes:
        """The prefixes that messages with this root get."""
        return prefixes_of(self.registry)

    def checkname(self, elt: etree._Element, ps: Any = None) -> None:
        """Refuse an element of another name; a typecode without a name takes any.

        Raises:
            StructureError: says which name was expected.
        """
        if self.pname is not None and elt.tag != QName(self.nspname, self.pname).clark:
            expected = QName(self.nspname, self.pname).clark
            raise StructureError(
                f"unexpected element {elt.tag}: expected {expected}",
                rule="unexpected", expected=(expected,), where=where_of(elt),
            )  # fmt: skip

    def parse(self, elt: etree._Element, ps: Any = None) -> Any:
        """Read an element (ZSI's signature); findings go to ``ps`` if it has some."""
        context = DecodeContext(self.registry)
        return self.read_root(elt, context)

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
        self._declaration = declaration
        self.encoded = bool(pyclass._options.get("encoded"))
        if self.encoded:
            self._read: Any = partial(read_message, pyclass)
        else:
            self._read = pyclass.read_element if declaration is not None else self._read_type

    def __call__(self, **kw: Any) -> CompoundTypeCode:
        """Itself: ZSI's generated code instantiates declarations (``ns0.Echo_Dec()``)."""
        return self

    def use(self) -> Field:
        """The element use; a class of a type alone has no name of its own."""
        if self._declaration is not None:
            return self._declaration.use
        return Field("element", self.name, self.pyclass, key=self.pyclass.__name__)

    def _read_type(self, elt: etree._Element, context: DecodeContext) -> Any:
        self._read = reader(self.use(), self.registry, self.pyclass)
        return self._read(elt, context)

    def write_root(self, value: Any, out: Out, context: EncodeContext) -> None:
        """Write a value as the element of this class."""
        writer = self.__dict__.get("_writer")
        if writer is None:
            writer = self._make_writer(context)
        writer(value, out, context)

    def _make_writer(self, context: EncodeContext) -> Any:
        if self.name is None:
            raise EvaluateException(
                f"{self.pyclass.__name__} is a type, not an element: give the typecode of an element"
            )
        if self.encoded:
            self._writer: Any = partial(write_message, self.pyclass, self.name)
        elif self._declaration is not None and "simple" in self.pyclass._options:
            self._writer = self.pyclass.write_element
        else:
            self._writer = element_writer(self.use(), self.registry, self.prefixes())
        return self._writer
