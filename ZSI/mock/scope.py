"""How names in definitions are read: prefixes, types and global elements of a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ZSI import names
from ZSI.errors import Where, quote
from ZSI.mock.errors import DefinitionError, below, listed, nearest
from ZSI.mock.subtypes import every_type, subtypes
from ZSI.names import QName
from ZSI.schema import Registry
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.resolve import lookup
from ZSI.xmlio import parse_document

if TYPE_CHECKING:
    from ZSI.mock.stubs import Stub

#: Prefixes that mean the same in every definition, unless it says otherwise.
WELL_KNOWN: Mapping[str, str] = {
    "xsd": names.XSD,
    "xs": names.XSD,
    "xsi": names.XSI,
    "wsa": names.WSA,
    "wsse": names.WSSE,
    "wsu": names.WSU,
    "ds": names.DS,
    "soap11": names.SOAP11_ENV,
    "soap12": names.SOAP12_ENV,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names are looked up, and where the definition stands that uses them.

    Attributes:
        registry: the contract's declarations.
        namespaces: prefix to URI: those of the contract's documents (`prefixes_of_documents`),
            then what a rule file declares; `WELL_KNOWN` is behind them.
        where: the place of the definition.

    >>> scope = Scope(Registry("doc", public=False), {"b": "urn:bank"})
    >>> scope.name("b:Account"), scope.name("{urn:x}y").localname, scope.name("plain")
    (QName(namespace='urn:bank', localname='Account'), 'y', None)
    """

    registry: Registry
    namespaces: Mapping[str, str] = field(default_factory=dict)
    where: Where | None = None

    def below(self, key: str) -> Scope:
        """The same one key further inside the definition."""
        return replace(self, where=below(self.where, key))

    def of(self, stub: Stub) -> Scope:
        """The same at the place of a stub: in its file, or else at its operation."""
        return self.below(stub.op) if stub.where is None else replace(self, where=stub.where)

    def with_namespaces(self, namespaces: Mapping[str, str]) -> Scope:
        """The same with further prefixes."""
        return replace(self, namespaces={**self.namespaces, **namespaces}) if namespaces else self

    def uri(self, prefix: str) -> str:
        """The namespace of a prefix.

        Raises:
            DefinitionError: nobody declares it.
        """
        found = self.namespaces.get(prefix) or WELL_KNOWN.get(prefix)
        if found is None:
            known = [*self.namespaces, *WELL_KNOWN]
            raise DefinitionError(
                f"prefix {quote(prefix)} is not declared",
                where=self.where,
                expected=f"{listed(known)}, one declared under namespaces, or {{uri}}name",
                nearest=nearest(prefix, known),
            )
        return found

    def name(self, text: str) -> QName | None:
        """An expanded name; None for a name without a prefix, which may be of any namespace.

        Raises:
            DefinitionError: its prefix is not declared.
        """
        if text[:1] == "{":
            return QName.from_clark(text)
        prefix, colon, local = text.partition(":")
        return QName(self.uri(prefix), local) if colon else None

    def parsing(self) -> dict[str | None, str]:
        """The prefixes for reading QNames in values."""
        return dict([*WELL_KNOWN.items(), *self.namespaces.items()])

    def type(self, text: str, declared: ComplexType | None = None) -> Any:
        """The type that ``$type`` names: ``Customer``, ``p:Customer``, ``{uri}Customer``.

        Args:
            text: the name; without a prefix it must be the only one among the types derived
                from ``declared``, or else of the contract.
            declared: the type for which it stands.

        Raises:
            DefinitionError: there is none, or there are several.
        """
        name = self.name(text)
        if name is not None:
            found = lookup(name, self.registry)
            if found is None:
                raise self._unknown("type", text, self._type_names(declared))
            return found
        if declared is not None:
            own = [t for t in (declared, *subtypes(declared)) if t.name and t.name[1] == text]
            if len(own) == 1:
                return own[0]
        named = [known for known in self.registry.types if known[1] == text]
        if not named and text in BUILTIN:
            return BUILTIN[text]
        return lookup(self._only("type", text, named, self._type_names(declared)), self.registry)

    def element(self, text: str) -> Any:
        """The class of the global element of this name, with or without a prefix.

        Raises:
            DefinitionError: there is none, or there are several.
        """
        name = self.name(text)
        named = [
            known
            for known in self.registry.elements
            if (known == name if name is not None else known[1] == text)
        ]
        every = (known[1] for known in self.registry.elements)
        return self.registry.elements[self._only("element", text, named, every)]

    def _only(
        self, kind: str, text: str, found: list[tuple[str | None, str]], known: Iterable[str]
    ) -> tuple[str | None, str]:
        if not found:
            raise self._unknown(kind, text, known)
        if len(found) > 1:
            raise DefinitionError(
                f"{kind} {quote(text)} is not the only one of this name",
                where=self.where,
                expected=" or ".join(QName(*name).clark for name in found[:5]),
            )
        return found[0]

    def _unknown(self, kind: str, text: str, known: Iterable[str]) -> DefinitionError:
        every = list(known)
        return DefinitionError(
            f"no {kind} {quote(text)} in the contract",
            where=self.where,
            expected=listed(sorted(every), "one that the contract declares"),
            nearest=nearest(text.rpartition(":")[2], every),
        )

    def _type_names(self, declared: ComplexType | None) -> Iterator[str]:
        if declared is not None and (derived := subtypes(declared)):
            yield from (known.name[1] for known in derived if known.name)
        else:
            yield from (name[1] for name in every_type(self.registry))


def prefixes_of_documents(documents: Iterable[bytes]) -> dict[str, str]:
    """The prefixes that a contract's documents declare at their roots, the first one's first.

    A prefix that documents use for different namespaces is the first document's.

    >>> prefixes_of_documents([b'<a xmlns:p="urn:1"/>', b'<b xmlns:p="urn:2" xmlns:q="urn:3"/>'])
    {'p': 'urn:1', 'q': 'urn:3'}
    """
    found: dict[str, str] = {}
    for content in documents:
        root = parse_document(content)
        for element in (root, *root.iter(f"{{{names.XSD}}}schema")):
            for prefix, uri in element.nsmap.items():
                if prefix:
                    found.setdefault(prefix, uri)
    return found
