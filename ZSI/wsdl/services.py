"""Reads wsdl:service and its ports (WSDL 1.1 sections 2.6 and 2.7)."""

from __future__ import annotations

from ZSI.names import WSDL, WSDL_HTTP, QName
from ZSI.wsdl.bound_messages import SOAP_BINDINGS
from ZSI.wsdl.definitions import Definition, Definitions
from ZSI.wsdl.model import Binding, Port, Service
from ZSI.wsdl.nodes import Node, elements, split_tag, wsdl_documentation
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.policies import asks_for_addressing


def read_service(
    definition: Definition, definitions: Definitions, bindings: dict[QName, Binding], notes: Notes
) -> Service:
    """One wsdl:service; a port whose binding is missing is left out, with a finding."""
    ports: dict[str, Port] = {}
    for node in elements(definition.node):
        if split_tag(node) != (WSDL, "port"):
            continue
        where = definition.where(node)
        name = (node.get("name") or "").strip() or f"port{len(ports) + 1}"
        binding = definitions.find("binding", node.get("binding"), node, definition)
        if binding is None or binding not in bindings:
            notes.add("port", f"port {name} is left out: its binding is missing", where)
        elif name in ports:
            notes.add("duplicate", f"port {name} stands twice; the first counts", where)
        else:
            addressing = asks_for_addressing(node, ())
            documentation = wsdl_documentation(node)
            ports[name] = Port(name, binding, _address(node), addressing, documentation, where)
    return Service(
        definition.name,
        tuple(ports.values()),
        wsdl_documentation(definition.node),
        definition.where(),
    )


def _address(node: Node) -> str | None:
    """The location in soap:address or http:address."""
    for child in elements(node):
        namespace, local = split_tag(child)
        if local == "address" and (namespace in SOAP_BINDINGS or namespace == WSDL_HTTP):
            location = child.get("location")
            return location.strip() if location is not None else None
    return None
