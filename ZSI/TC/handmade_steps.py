"""The steps of reading and writing that ZSI's guide gives to authors of typecodes, over lxml.

A ``parse`` or ``serialize`` of the user's is written with them::

    class Money(TC.TypeCode):
        def parse(self, elt, ps):
            self.checkname(elt, ps)
            elt = self.SimpleHREF(elt, ps, "money")
            return None if self.nilled(elt, ps) else self.simple_value(elt, ps).split()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ZSI.errors import EvaluateException, StructureError, where_of
from ZSI.names import QName
from ZSI.TC.leaf import XSI_NIL, XSI_TYPE, expand, text_of

if TYPE_CHECKING:
    from lxml import etree


class Steps:
    """What hand-written typecodes inherit; see the module."""

    type: ClassVar[Any]
    pname: str | None
    nspname: str | None
    nillable: bool
    minOccurs: int
    attrs_aname: str
    attribute_typecode_dict: Mapping[Any, Any]

    # -- reading ---------------------------------------------------------------------------

    def nilled(self, elt: etree._Element, ps: Any = None) -> bool:
        """Whether the element is nil.

        Raises:
            EvaluateException: it is, and the typecode is not nillable.
        """
        if elt.get(XSI_NIL, "").strip() not in ("true", "1"):
            return False
        if not self.nillable:
            raise EvaluateException("non-nillable element is nil", where=where_of(elt))
        return True

    def simple_value(self, elt: etree._Element, ps: Any = None, mixed: bool = False) -> str:
        """The text of an element that may hold nothing else (but for mixed content)."""
        return "".join(map(str, elt.itertext())) if mixed else text_of(elt, self)

    def checktype(self, elt: etree._Element, ps: Any = None) -> tuple[str | None, str | None]:
        """The name of the type that ``xsi:type`` says, or the typecode's."""
        said = elt.get(XSI_TYPE)
        found: tuple[str | None, str | None] = self.type if said is None else expand(elt, said)
        return found

    def SimpleHREF(self, elt: etree._Element, ps: Any, tag: str) -> etree._Element | None:
        """The element that holds the content: this one, or what it refers to.

        Returns:
            None for an empty element without reference, where the typecode may be absent.

        Raises:
            EvaluateException: it is empty and must not be, or the reference means nothing.
        """
        if len(elt) or elt.text:
            return elt
        href = elt.get("href")
        if href is not None:
            found: etree._Element = ps.FindLocalHREF(href, elt, 0)
            return found
        if int(self.minOccurs) == 0:
            return None
        raise EvaluateException(f"{tag} is empty and refers to nothing", where=where_of(elt))

    def parse_attributes(self, elt: etree._Element, ps: Any = None) -> dict[Any, Any]:
        """The XML attributes that `attribute_typecode_dict` names, by its names.

        Raises:
            ValueRefused: one is not of its type.
        """
        found: dict[Any, Any] = {}
        for name, given in self.attribute_typecode_dict.items():
            text = elt.get(_clark(name))
            if text is not None:
                typecode = given() if isinstance(given, type) else given
                found[name] = typecode.text_to_data(text, elt, ps)
        return found

    # -- writing ---------------------------------------------------------------------------

    def get_name(self, name: Any, objid: str | None) -> str:
        """The local name to write: of the name given, the typecode's, or one made of an id."""
        return str((name[1] if isinstance(name, tuple) else name) or self.pname or f"E{objid}")

    def serialize_as_nil(self, elt: etree._Element) -> None:
        """Mark an element as nil."""
        elt.set(XSI_NIL, "true")

    def set_attributes(self, el: etree._Element, pyobj: Any) -> None:
        """Write the XML attributes that an object carries, as its typecode names them.

        Raises:
            StructureError: it carries others. ValueRefused: one is not of its type.
        """
        for name, value in (getattr(pyobj, self.attrs_aname, None) or {}).items():
            given = self.attribute_typecode_dict.get(name)
            if given is None:
                raise StructureError(
                    f"attribute {name} is not declared", rule="attribute",
                    expected=tuple(map(str, self.attribute_typecode_dict)),
                )  # fmt: skip
            typecode = given() if isinstance(given, type) else given
            el.set(_clark(name), typecode.get_formatted_content(value))

    def set_attribute_xsi_type(self, el: etree._Element, **kw: Any) -> None:
        """Write the typecode's type, unless ``typed=False``.

        Its namespace must have a prefix at the element; elements that typecodes get have those of
        SOAP, XSD and what stands around them.
        """
        namespace, local = self.type
        if not kw.get("typed", True) or not local:
            return
        if namespace is None:
            el.set(XSI_TYPE, local)
            return
        prefixes = [prefix for prefix, uri in el.nsmap.items() if uri == namespace and prefix]
        if not prefixes:
            raise EvaluateException(f"no prefix is declared for {namespace} of the type {local}")
        el.set(XSI_TYPE, f"{prefixes[0]}:{local}")

    def set_attribute_href(self, el: etree._Element, objid: str) -> None:
        """Make an element refer to an id."""
        el.set("href", f"#{objid}")

    def set_attribute_id(self, el: etree._Element, objid: str) -> None:
        """Give an element an id."""
        el.set("id", objid)

    def has_attributes(self) -> bool:
        """Whether the typecode has XML attributes."""
        return bool(self.attribute_typecode_dict)


def _clark(name: Any) -> str:
    """The name of an attribute as lxml has it: it is ``"a"`` or ``(namespace, "a")``."""
    return QName(*name).clark if isinstance(name, tuple) else str(name)
