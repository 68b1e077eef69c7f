"""WS-Policy and WS-Addressing metadata of WSDL documents, kept as data."""

from __future__ import annotations

from lxml import etree

from ZSI.errors import Where
from ZSI.names import WSP, WSP15, WSU, XML
from ZSI.wsdl.documents import Graph, Loaded
from ZSI.wsdl.model import Policy
from ZSI.wsdl.nodes import Node, elements, split_tag, words
from ZSI.wsdl.notes import Notes

_POLICY_NAMESPACES = frozenset(
    {
        WSP,
        WSP15,
        "http://schemas.xmlsoap.org/ws/2002/12/policy",
        "http://www.w3.org/2006/07/ws-policy",
    }
)
_IDS = (f"{{{WSU}}}Id", f"{{{XML}}}id", "Id", "Name")
#: An element of any of these names asks for WS-Addressing, whatever draft it is of.
_ADDRESSING = frozenset({"UsingAddressing", "Addressing"})
_ADDRESSING_SIGN = "addressing"


class Policies:
    """All policies of a graph, by document and id; answers what applies to an element."""

    def __init__(self, graph: Graph, notes: Notes) -> None:
        self.notes = notes
        self._by_id: dict[tuple[str, str], Policy] = {}
        self._by_name: dict[str, Policy] = {}
        self.all: list[Policy] = []
        for document in graph.documents:
            if document.kind == "wsdl":
                for node in elements(document.root):
                    if _is(node, "Policy"):
                        self._keep(document, node)

    def _keep(self, document: Loaded, node: Node) -> None:
        policy = _policy(document, node)
        self.all.append(policy)
        if policy.id is not None:
            self._by_id.setdefault((document.url, policy.id), policy)
            self._by_name.setdefault(policy.id, policy)

    def of(self, node: Node, document: Loaded) -> tuple[Policy, ...]:
        """The policies attached to a WSDL element: inside it, referred to, or by attribute."""
        found: list[Policy] = []
        references: list[str] = []
        for key, value in node.items():
            if str(key).endswith("}PolicyURIs"):
                references += words(str(value))
        for child in elements(node):
            if _is(child, "Policy"):
                found.append(_policy(document, child))
            elif _is(child, "PolicyReference"):
                references.append((child.get("URI") or "").strip())
        for reference in references:
            policy = self._by_id.get((document.url, reference.removeprefix("#")))
            policy = policy or self._by_name.get(reference.removeprefix("#"))
            if policy is None:
                where = Where(document.url, node.sourceline)
                self.notes.add("missing-policy", f"policy {reference} is not there", where)
            else:
                found.append(policy)
        return tuple(found)


def asks_for_addressing(node: Node, policies: tuple[Policy, ...]) -> bool:
    """Whether a binding or port says that WS-Addressing is in use (WSDL Binding, section 3)."""
    if any(
        split_tag(child)[1] in _ADDRESSING and _ADDRESSING_SIGN in split_tag(child)[0]
        for child in elements(node)
    ):
        return True
    return any("Addressing" in policy.xml for policy in policies)


def _is(node: Node, local: str) -> bool:
    namespace, name = split_tag(node)
    return name == local and namespace in _POLICY_NAMESPACES


def _policy(document: Loaded, node: Node) -> Policy:
    name = next((node.get(key) for key in _IDS if node.get(key)), None)
    xml = etree.tostring(node, encoding="unicode", with_tail=False)
    return Policy(name, xml, Where(document.url, node.sourceline))
