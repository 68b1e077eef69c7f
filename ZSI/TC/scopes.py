"""What prefixes in values mean, in a document that has many of them (Namespaces in XML 1.0, 6).

lxml gathers all declarations around an element each time it is asked, which takes as long as
there are such. That is the least work for a few questions; for more, the declarations of a
document are gathered once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from ZSI.names import QName
from ZSI.TC.lexical import Namespaces

#: So many questions are put to lxml before a document's declarations are gathered.
_FEW: Final = 16


class Scope(Mapping[Any, str]):
    """The declarations of one element, and of those around it.

    Attributes:
        names: values that have been expanded here, by their text.
    """

    __slots__ = ("_outer", "_own", "names")

    def __init__(self, own: dict[str | None, str], outer: Scope | None) -> None:
        self._own = own
        self._outer = outer
        self.names: dict[str, QName] = {}

    def __getitem__(self, prefix: str | None) -> str:
        scope: Scope | None = self
        while scope is not None:
            found = scope._own.get(prefix)
            if found is not None:
                return found
            scope = scope._outer
        raise KeyError(prefix)

    def __iter__(self) -> Iterator[str | None]:
        scope: Scope | None = self
        seen: dict[str | None, None] = {}
        while scope is not None:
            seen |= dict.fromkeys(scope._own)
            scope = scope._outer
        return iter(seen)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Scopes:
    """The declarations of one document, which does not change while it is read.

    >>> root = etree.fromstring('<a xmlns:p="urn:1"><b xmlns="urn:2"/></a>')
    >>> Scopes(root).around(root[0])["p"]
    'urn:1'
    """

    __slots__ = ("_left", "_root", "_scopes")

    def __init__(self, element: etree._Element) -> None:
        """For the document of an element."""
        self._root = element
        self._left = _FEW
        #: Of elements with declarations, and of those that were climbed past.
        self._scopes: dict[etree._Element, Scope] = {}

    def around(self, elt: etree._Element) -> Namespaces:
        """The declarations in scope; an empty text takes the default namespace away.

        An element of another document is looked at as well.
        """
        if self._left:
            self._left -= 1
            if self._left:
                return elt.nsmap
            self._gather()
        scopes = self._scopes
        found = scopes.get(elt)
        if found is not None:
            return found
        climbed: list[etree._Element] = []
        node = elt.getparent()
        while node is not None:
            found = scopes.get(node)
            if found is not None:
                scopes.update(dict.fromkeys(climbed, found))
                return found
            climbed.append(node)
            node = node.getparent()
        return elt.nsmap

    def _gather(self) -> None:
        root = self._root.getroottree().getroot()
        innermost = self._scopes[root] = Scope({}, None)
        left = [0]  # how many declarations of each open scope have yet to end
        outer: list[Scope] = []
        own: dict[str | None, str] = {}
        walk: Iterator[tuple[str, Any]] = etree.iterwalk(root, ("start-ns", "start", "end-ns"))
        for event, what in walk:
            if event == "start":
                if own:
                    outer.append(innermost)
                    left.append(len(own))
                    innermost = self._scopes[what] = Scope(own, innermost)
                    own = {}
            elif event == "end-ns":
                left[-1] -= 1
                if not left[-1]:
                    left.pop()
                    innermost = outer.pop()
            else:
                prefix, uri = what
                own[prefix or None] = uri
