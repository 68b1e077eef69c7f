"""Reads wsdl:message and wsdl:portType (WSDL 1.1 sections 2.3 and 2.4)."""

from __future__ import annotations

from ZSI.errors import quote
from ZSI.names import WSAM, WSAW, WSDL, XSD, QName
from ZSI.wsdl.components import ANY_TYPE, BUILTIN_TYPES
from ZSI.wsdl.definitions import Definition, Definitions
from ZSI.wsdl.model import AbstractOperation, Mep, Message, MessageRef, Part, PortType
from ZSI.wsdl.nodes import Node, elements, qname_at, split_tag, words, wsdl_documentation
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.symbols import Symbols

#: Older drafts of the WS-Addressing binding wrote Action in namespaces of their own.
_ACTIONS = (
    f"{{{WSAM}}}Action",
    f"{{{WSAW}}}Action",
    "{http://www.w3.org/2005/08/addressing}Action",
    "{http://www.w3.org/2005/02/addressing/wsdl}Action",
    "{http://schemas.xmlsoap.org/ws/2004/08/addressing}Action",
)
#: Default names of input and output, by transmission primitive (section 2.4.5).
_DEFAULT_NAMES: dict[Mep, tuple[str, str]] = {
    "request-response": ("Request", "Response"),
    "solicit-response": ("Response", "Solicit"),
    "one-way": ("", ""),
    "notification": ("", ""),
}
_MEPS: dict[tuple[str, ...], Mep] = {
    ("input",): "one-way",
    ("input", "output"): "request-response",
    ("output", "input"): "solicit-response",
    ("output",): "notification",
}


def read_message(definition: Definition, symbols: Symbols, notes: Notes) -> Message:
    """A wsdl:message; a part whose element is missing makes its ``problem``."""
    parts: dict[str, Part] = {}
    problem = None
    for node in elements(definition.node):
        if split_tag(node) != (WSDL, "part"):
            continue
        where = definition.where(node)
        name = (node.get("name") or "").strip()
        if not name:
            name = f"part{len(parts) + 1}"
            notes.add("name", f"a part without name, called {name}", where)
        if name in parts:
            notes.add("duplicate", f"part {quote(name)} stands twice; the first counts", where)
            continue
        part, missing = _part(definition, node, name, symbols, notes)
        parts[name] = part
        problem = problem or missing
    return Message(
        definition.name,
        tuple(parts.values()),
        wsdl_documentation(definition.node),
        problem,
        definition.where(),
    )


def _part(
    definition: Definition, node: Node, name: str, symbols: Symbols, notes: Notes
) -> tuple[Part, str | None]:
    """One wsdl:part, and what is wrong with it if its element is missing."""
    element, type_ = node.get("element"), node.get("type")
    where = definition.where(node)
    target = definition.target_namespace
    if element and type_:
        text = f"part {quote(name)} has both element and type; the element counts"
        notes.add("part", text, where)
    if element:
        written = qname_at(element, node)[0]
        if written.namespace == XSD and written.localname in BUILTIN_TYPES:
            text = f"part {quote(name)} names the type {element} as its element: read as its type"
            notes.add("part", text, where)
            return Part(name, type=written), None
        found = symbols.find("element", element, node, target, where)
        if found is not None:
            return Part(name, element=found), None
        problem = f"element {written.clark} of message {definition.name.localname} is missing"
        return Part(name, type=ANY_TYPE), problem
    if type_:
        return Part(name, type=symbols.find("type", type_, node, target, where) or ANY_TYPE), None
    notes.add("part", f"part {quote(name)} has neither element nor type", where)
    return Part(name, type=ANY_TYPE), None


def read_port_type(definition: Definition, definitions: Definitions, notes: Notes) -> PortType:
    """A wsdl:portType with its operations, overloaded ones one by one."""
    operations = []
    seen: set[tuple[str, str | None, str | None]] = set()
    names: set[str] = set()
    for node in elements(definition.node):
        if split_tag(node) != (WSDL, "operation"):
            continue
        operation = _operation(definition, node, definitions, notes)
        if operation is None:
            continue
        input_name = operation.input.name if operation.input else None
        output_name = operation.output.name if operation.output else None
        key = (operation.name, input_name, output_name)
        if key in seen:
            text = f"operation {operation.name} stands twice with the same names; the first counts"
            notes.add("duplicate", text, operation.where)
            continue
        if operation.name in names:
            text = f"operation {operation.name} is overloaded"
            notes.add("overloaded", text, operation.where, "notice")
        seen.add(key)
        names.add(operation.name)
        operations.append(operation)
    return PortType(
        definition.name,
        tuple(operations),
        wsdl_documentation(definition.node),
        definition.where(),
    )


def _operation(
    definition: Definition, node: Node, definitions: Definitions, notes: Notes
) -> AbstractOperation | None:
    """One wsdl:operation of a portType."""
    where = definition.where(node)
    name = (node.get("name") or "").strip()
    if not name:
        notes.add("name", "an operation without name", where)
        return None
    nodes: dict[str, Node] = {}
    faults: list[Node] = []
    for child in elements(node):
        namespace, local = split_tag(child)
        if namespace != WSDL:
            continue
        if local in ("input", "output"):
            nodes.setdefault(local, child)
        elif local == "fault":
            faults.append(child)
    if not nodes:
        notes.add("operation", f"operation {name} has neither input nor output", where)
    mep = _MEPS.get(tuple(nodes), "request-response")
    refs: dict[str, MessageRef] = {}
    for (local, child), ending in zip(
        sorted(nodes.items()), _endings(mep, tuple(sorted(nodes))), strict=True
    ):
        refs[local] = _message_ref(definition, child, name + ending, definitions)
    return AbstractOperation(
        name,
        mep,
        refs.get("input"),
        refs.get("output"),
        tuple(
            _message_ref(definition, fault, f"Fault{index}", definitions)
            for index, fault in enumerate(faults, 1)
        ),
        words(node.get("parameterOrder")),
        wsdl_documentation(node),
        where,
    )


def _endings(mep: Mep, present: tuple[str, ...]) -> tuple[str, ...]:
    """What default names end in, for input and output as far as present."""
    both = dict(zip(("input", "output"), _DEFAULT_NAMES[mep], strict=True))
    return tuple(both[local] for local in present)


def _message_ref(
    definition: Definition, node: Node, default: str, definitions: Definitions
) -> MessageRef:
    """An input, output or fault; a message that is missing keeps the name as written."""
    text = node.get("message")
    found = definitions.find("message", text, node, definition)
    if found is None:
        found = qname_at(text, node)[0] if text else QName(None, "")
    action = next((node.get(name) for name in _ACTIONS if node.get(name) is not None), None)
    name = (node.get("name") or "").strip() or default
    return MessageRef(found, name, action, definition.where(node))
