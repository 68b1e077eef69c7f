"""Prefixes: which one each namespace gets, decided once for a registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ZSI.names import RESERVED_PREFIXES, XML
from ZSI.xmlio import escape_attribute

if TYPE_CHECKING:
    from ZSI.schema import Registry

#: Prefixes that mean the same in every Envelope of ours, whatever the SOAP version.
RESERVED = {
    "xml": XML,
    **{prefix: uri for prefix, uri in RESERVED_PREFIXES.items() if prefix[:4] != "soap"},
}


class Prefixes:
    """Namespace -> prefix, and a bit for each so that a message declares what it uses.

    Reserved prefixes stand on the Envelope and have no bit; the others are ns1, ns2 … in the
    order in which they were asked for. Never shrinks and never changes what it has said, so
    that compiled encoders may keep the tags that they have made.

    >>> prefixes = Prefixes({"xsd": "urn:xsd"}, ["urn:a"])
    >>> prefixes.prefix("urn:xsd"), prefixes.prefix("urn:a"), prefixes.prefix("urn:b")
    ('xsd', 'ns1', 'ns2')
    >>> prefixes.declarations(prefixes.bit("urn:b"))
    ' xmlns:ns2="urn:b"'
    """

    __slots__ = ("_bits", "_known", "_order", "declared")

    def __init__(self, reserved: Mapping[str, str], namespaces: Iterable[str] = ()) -> None:
        self._known = {uri: prefix for prefix, uri in reversed(list(reserved.items()))}
        self._bits: dict[str, int] = {}
        self._order: list[str] = []
        #: What `declarations` has said, by mask.
        self.declared: dict[int, str] = {}
        for namespace in namespaces:
            self.prefix(namespace)

    def prefix(self, namespace: str) -> str:
        """The prefix of a namespace, new ones numbered on."""
        known = self._known.get(namespace)
        if known is None:
            self._order.append(namespace)
            known = self._known[namespace] = f"ns{len(self._order)}"
            self._bits[namespace] = 1 << len(self._order)
        return known

    def known(self, namespace: str) -> str | None:
        """The prefix of a namespace if it has one; asks for no new one."""
        return self._known.get(namespace)

    def namespace(self, prefix: str) -> str | None:
        """The namespace of a prefix; None for one that the table does not have."""
        return next((uri for uri, known in self._known.items() if known == prefix), None)

    def bit(self, namespace: str | None) -> int:
        """The namespace's bit in a mask of used ones; 0 for none and for reserved ones."""
        if namespace is None:
            return 0
        self.prefix(namespace)
        return self._bits.get(namespace, 0)

    def tag(self, namespace: str | None, local: str) -> str:
        """The prefixed name."""
        return local if namespace is None else f"{self.prefix(namespace)}:{local}"

    def declarations(self, mask: int) -> str:
        """The ``xmlns:`` attributes for a mask, each with a space before it."""
        known = self.declared.get(mask)
        if known is None:
            known = "".join(
                f' xmlns:{self._known[uri]}="{escape_attribute(uri)}"'
                for uri in self._order
                if self._bits[uri] & mask
            )
            if len(self.declared) < 1_024:  # a registry has a handful of combinations
                self.declared[mask] = known
        return known


def prefixes_of(registry: Registry) -> Prefixes:
    """The registry's table of prefixes, made once."""
    made = registry.built.get("prefixes")
    if made is None:
        made = registry.built["prefixes"] = Prefixes(RESERVED, registry.namespaces)
    table: Prefixes = made
    return table
