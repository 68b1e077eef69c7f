"""A third opinion on content models: the particles of a schema's text, tried one by one.

Slow, and nothing like the automaton or the validators: it reads XSD 1.0 part 1, 3.8.4 and 3.9.4 as
they are written. It knows only what `tests.tc.schemas` draws: local elements that have names of
their own, one target namespace, groups in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from lxml import etree

from ZSI.TC.wildcard import wildcard

_XS = "{http://www.w3.org/2001/XMLSchema}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_GROUPS = (f"{_XS}sequence", f"{_XS}choice", f"{_XS}all")


class Oracle:
    """The content models of one schema document."""

    def __init__(self, schema: str) -> None:
        self.root = etree.fromstring(schema)
        self.nodes = list(self.root.iter())  # as long as they live, their ids tell them apart
        self.target = self.root.get("targetNamespace")
        elements = list(self.root.iter(f"{_XS}element"))
        self.declared = {e.get("name"): e for e in reversed(elements) if e.get("name")}
        self.types = {t.get("name"): t for t in self.root.iterfind(f"{_XS}complexType")}

    def agrees(self, document: str) -> bool:
        """Whether the children of every element are what its content model says.

        Nothing else is judged: no values, no attributes, no text.
        """
        return self._agrees(etree.fromstring(document))

    def _agrees(self, elt: etree._Element) -> bool:
        local = self._local(str(elt.tag))
        declared = self.declared.get(local) if local is not None else None
        children = [child for child in elt if isinstance(child.tag, str)]
        named = elt.get(f"{_XSI}type")
        any_type = declared is not None and declared.get("type") is None and not len(declared)
        if declared is None or (any_type and named is None):  # a wildcard took it, or the ur-type
            return all(map(self._agrees, children))
        type_ = self._type_of(elt, declared)
        if type_ is None or (elt.get(f"{_XSI}nil") or "").strip() in ("true", "1"):
            return not children
        tags = [str(child.tag) for child in children]
        return len(tags) in _Match(self, tags).content(type_) and all(map(self._agrees, children))

    def _local(self, tag: str) -> str | None:
        return tag.rpartition("}")[2] if tag.startswith(f"{{{self.target}}}") else None

    def _type_of(self, elt: etree._Element, declared: etree._Element) -> etree._Element | None:
        """The complex type of an element; None for simple ones."""
        named = elt.get(f"{_XSI}type") or declared.get("type")
        if named is not None:
            return self.types.get(named.rpartition(":")[2])
        return declared.find(f"{_XS}complexType")

    @cached_property
    def members(self) -> dict[str, set[str]]:
        """Names that may stand for a head, itself included, through any number of steps."""
        heads = {name: e.get("substitutionGroup") for name, e in self.declared.items()}
        found: dict[str, set[str]] = {str(name): {str(name)} for name in heads}
        for name in heads:
            step = heads[name]
            while step is not None:
                if "substitution" not in (self.declared[step].get("block") or ""):
                    found[step].add(str(name))
                step = heads.get(step)
        return found


class _Match:
    """One list of children against particles: the indices at which a particle may end."""

    def __init__(self, oracle: Oracle, tags: Sequence[str]) -> None:
        self.oracle = oracle
        self.tags = tags
        self.known: dict[tuple[int, int], frozenset[int]] = {}

    def content(self, type_: etree._Element) -> frozenset[int]:
        """The whole content model of a complex type: the base's first where it extends."""
        extension = type_.find(f"{_XS}complexContent/{_XS}extension")
        holder = type_.find(f"{_XS}complexContent/*")
        holder = type_ if holder is None else holder
        starts = frozenset([0])
        if extension is not None:
            starts = self.content(self.oracle.types[extension.get("base")])
        model = next((child for child in holder if child.tag in _GROUPS), None)
        if model is None:
            return starts
        return frozenset(end for start in starts for end in self.particle(model, start))

    def particle(self, node: etree._Element, start: int) -> frozenset[int]:
        """A particle with its occurrence (3.9.4)."""
        key = (id(node), start)
        if key not in self.known:
            least = int(node.get("minOccurs", "1"))
            given = node.get("maxOccurs", "1")
            most = len(self.tags) + least if given == "unbounded" else int(given)
            reached, found = frozenset([start]), frozenset[int]()
            for count in range(most + 1):
                if count >= least:
                    found |= reached
                reached = frozenset(end for at in reached for end in self.term(node, at))
                if not reached:
                    break
            self.known[key] = found
        return self.known[key]

    def term(self, node: etree._Element, start: int) -> frozenset[int]:
        """One occurrence of a term (3.8.4 for groups)."""
        parts = [child for child in node if isinstance(child.tag, str)]
        if node.tag == f"{_XS}sequence":
            reached = frozenset([start])
            for part in parts:
                reached = frozenset(end for at in reached for end in self.particle(part, at))
            return reached
        if node.tag == f"{_XS}choice":
            return frozenset(end for part in parts for end in self.particle(part, start))
        if node.tag == f"{_XS}all":
            return self.all_of(parts, start)
        if start < len(self.tags) and self.admits(node, self.tags[start]):
            return frozenset([start + 1])
        return frozenset()

    def all_of(self, parts: list[etree._Element], start: int) -> frozenset[int]:
        """Each of the particles, in any order."""
        found = frozenset([start]) if not parts else frozenset[int]()
        for index, part in enumerate(parts):
            others = parts[:index] + parts[index + 1 :]
            for end in self.particle(part, start):
                found |= self.all_of(others, end)
        return found

    def admits(self, node: etree._Element, tag: str) -> bool:
        """Whether an element declaration or wildcard takes this name."""
        target = self.oracle.target
        if node.tag == f"{_XS}any":
            return wildcard(node.get("namespace", "##any"), target=target).admits_tag(tag)
        local = self.oracle._local(tag)
        if node.get("ref") is not None:
            return local in self.oracle.members[node.get("ref", "")]
        return local == node.get("name")
