"""Reads what soap:body, soap:header, soap:fault and MIME say of a bound operation's messages.

WSDL 1.1 sections 3.5 to 3.7 (SOAP) and 5 (MIME multipart/related around a SOAP body).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from ZSI.errors import quote
from ZSI.names import WSDL_MIME, WSDL_SOAP11, WSDL_SOAP12, QName
from ZSI.wsdl.model import (
    AbstractOperation,
    BindingKind,
    BoundFault,
    BoundHeader,
    BoundMessage,
    Message,
    MessageRef,
    MimeContent,
    Part,
    Style,
    Use,
)
from ZSI.wsdl.nodes import Node, elements, split_tag, words

if TYPE_CHECKING:
    from ZSI.wsdl.bindings import BindingReader
    from ZSI.wsdl.definitions import Definition

SOAP_BINDINGS = frozenset({WSDL_SOAP11, WSDL_SOAP12})


class BodyReader:
    """Reads the messages of one binding, operation after operation."""

    def __init__(self, bindings: BindingReader, definition: Definition, kind: BindingKind) -> None:
        self.bindings = bindings
        self.definition = definition
        self.notes = bindings.notes
        self.is_soap = kind in ("soap11", "soap12")
        self._occurrences: dict[str, int] = {}

    def occurrence(self, name: str) -> int:
        """How many operations of this name the binding had before; counts this one."""
        index = self._occurrences.get(name, 0)
        self._occurrences[name] = index + 1
        return index

    def begin(
        self, operation: AbstractOperation, style: Style, port_type: QName, action: str | None
    ) -> None:
        """Turn to the next operation."""
        self.operation = operation
        self.style: Style = style
        self.port_type = port_type
        self.soap_action = action

    # -- messages --------------------------------------------------------------------------------

    def message(self, local: Literal["input", "output"], nodes: list[Node]) -> BoundMessage | None:
        """The bound input or output; None if the portType has none."""
        ref = self.operation.input if local == "input" else self.operation.output
        if ref is None:
            return None
        node = nodes[0] if nodes else None
        if node is None and self.is_soap:
            text = f"operation {self.operation.name} is bound without its {local}: read as literal"
            self.notes.add("missing-body", text, self.definition.where())
        message = self.bindings.messages.get(ref.message) or Message(ref.message)
        found = list(_extensions(node)) if node is not None else []
        body = next((n for n in found if _is_soap(n, "body")), None)
        if node is not None and body is None and self.is_soap:
            text = f"operation {self.operation.name}: no soap:body for its {local}, read as literal"
            self.notes.add("missing-body", text, self.definition.where(node))
        self.bindings.count(len(message.parts) * (1 + len(found)), self.definition.where(node))
        headers = tuple(
            header
            for child in found
            if _is_soap(child, "header")
            for header in self._headers(child)
        )
        attachments = self._attachments(found, message)
        use, encoding_style = self._use(body)
        return BoundMessage(
            ref.message,
            ref.name,
            use,
            self._namespace(body),
            encoding_style,
            self._parts(body, message, headers, attachments),
            headers,
            self._action(ref, local),
            attachments,
            any(split_tag(child) == (WSDL_MIME, "multipartRelated") for child in found),
            self.bindings.policies.of(node, self.definition.document) if node is not None else (),
        )

    def _use(self, node: Node | None) -> tuple[Use, str | None]:
        """use and encodingStyle; document/encoded is read as literal."""
        if node is None:
            return "literal", None
        style = node.get("encodingStyle") or None
        use = (node.get("use") or "literal").strip()
        where = self.definition.where(node)
        if use not in ("literal", "encoded"):
            self.notes.add("use", f"use={quote(use)} is read as literal", where)
        elif use == "encoded" and self.style == "document":
            text = f"operation {self.operation.name}: document/encoded is read as document/literal"
            self.notes.add("document-encoded", text, where)
        elif use == "encoded":
            return "encoded", style
        return "literal", style

    def _namespace(self, body: Node | None) -> str | None:
        """The namespace of the rpc wrapper; the WSDL's own where soap:body says none."""
        if self.style != "rpc":
            return None
        written = body.get("namespace") if body is not None else None
        if written is None and self.is_soap:
            text = (
                f"operation {self.operation.name}: rpc style and soap:body says no namespace; "
                "that of the WSDL is used"
            )
            self.notes.add("rpc-namespace", text, self.definition.where(body))
            return self.definition.target_namespace
        return written or None

    def _parts(
        self,
        body: Node | None,
        message: Message,
        headers: tuple[BoundHeader, ...],
        attachments: tuple[MimeContent, ...],
    ) -> tuple[Part, ...]:
        """The parts in the body: those named, or all but those that travel elsewhere."""
        names = body.get("parts") if body is not None else None
        if names is not None and body is not None:
            by_name = {part.name: part for part in message.parts}
            unknown = [name for name in words(names) if name not in by_name]
            if not unknown:
                return tuple(by_name[name] for name in words(names))
            text = f"message {message.name.localname} has no part {', '.join(unknown)}"
            self.notes.add("missing-part", text, self.definition.where(body))
            kept = tuple(by_name[name] for name in words(names) if name in by_name)
            if kept:
                return kept
        elsewhere = {header.part.name for header in headers if header.message == message.name}
        elsewhere |= {content.part.name for content in attachments if content.part is not None}
        if not elsewhere:
            return message.parts
        return tuple(part for part in message.parts if part.name not in elsewhere)

    # -- headers and faults ----------------------------------------------------------------------

    def _headers(self, node: Node) -> Iterator[BoundHeader]:
        """The header of one soap:header (several if it names several parts)."""
        faults = tuple(
            fault
            for child in elements(node)
            if _is_soap(child, "headerfault")
            for fault in self._headers(child)
        )
        where = self.definition.where(node)
        name = self.bindings.definitions.find("message", node.get("message"), node, self.definition)
        if name is None:
            return
        message = self.bindings.messages[name]
        by_name = {part.name: part for part in message.parts}
        names = words(node.get("part") or node.get("parts"))
        if not names and len(by_name) == 1:
            names = tuple(by_name)
            text = f"soap:header names no part: the only one of {name.localname} is meant"
            self.notes.add("missing-part", text, where)
        if not names or message.problem is not None:
            text = message.problem or f"soap:header names no part of {name.localname}"
            self.notes.add("header", f"a header is left out: {text}", where)
            return
        use, encoding_style = self._use(node)
        for part_name in names:
            part = by_name.get(part_name)
            if part is None:
                text = f"message {name.localname} has no part {part_name}: the header is left out"
                self.notes.add("missing-part", text, where)
                continue
            if part.element is None and not node.get("namespace"):
                text = f"header {part_name} has no namespace: read as of the WSDL's"
                self.notes.add("header-namespace", text, where)
            yield BoundHeader(
                name, part, use, node.get("namespace") or None, encoding_style, faults
            )

    def faults(self, nodes: list[Node]) -> tuple[BoundFault, ...]:
        """The declared faults, with what soap:fault says of each."""
        bound: dict[str, Node] = {}
        for node in nodes:
            inner = next((n for n in elements(node) if _is_soap(n, "fault")), None)
            name = node.get("name") or (inner.get("name") if inner is not None else None) or ""
            bound[name.strip()] = node if inner is None else inner
        found = []
        for ref in self.operation.faults:
            fault = self._fault(ref, bound.pop(ref.name, None))
            if fault is not None:
                found.append(fault)
        for name, node in bound.items():
            text = f"operation {self.operation.name} declares no fault {quote(name)}"
            self.notes.add("missing-fault", text, self.definition.where(node))
        return tuple(found)

    def _fault(self, ref: MessageRef, node: Node | None) -> BoundFault | None:
        """One fault; None, after a finding, if there is nothing to put into its detail."""
        if node is None and self.is_soap:
            text = (
                f"operation {self.operation.name}: fault {ref.name} is not bound, read as literal"
            )
            self.notes.add("unbound-fault", text, ref.where)
        message = self.bindings.messages.get(ref.message)
        problem = None
        if message is None:
            problem = f"message {ref.message.clark or '(none)'} is missing"
        elif message.problem is not None:
            problem = message.problem
        elif not message.parts:
            problem = f"message {message.name.localname} has no part"
        if message is None or problem is not None:
            text = f"fault {ref.name} of {self.operation.name} is left out: {problem}"
            self.notes.add("fault", text, ref.where)
            return None
        if len(message.parts) > 1:
            text = (
                f"message {message.name.localname} of a fault has several parts; the first counts"
            )
            self.notes.add("fault", text, ref.where)
        use, _ = self._use(node)
        namespace = (node.get("namespace") or None) if node is not None else None
        return BoundFault(
            ref.name, ref.message, message.parts[0], use, namespace, self._fault_action(ref)
        )

    # -- attachments and actions -----------------------------------------------------------------

    def _attachments(self, found: list[Node], message: Message) -> tuple[MimeContent, ...]:
        """The parts beside the envelope, with the media types each may have."""
        if not self.is_soap:
            return ()
        by_name = {part.name: part for part in message.parts}
        types: dict[str | None, list[str]] = {}
        for child in found:
            if split_tag(child) == (WSDL_MIME, "content"):
                types.setdefault(child.get("part"), []).append(child.get("type") or "*/*")
        contents = []
        for name, media_types in types.items():
            part = by_name.get(name) if name is not None else None
            if name is not None and part is None:
                text = f"message {message.name.localname} has no part {quote(name)}"
                self.notes.add("missing-part", text, self.definition.where())
            contents.append(MimeContent(part, tuple(dict.fromkeys(media_types))))
        if contents:
            text = f"operation {self.operation.name} has MIME parts beside the envelope"
            self.notes.add("mime-binding", text, self.definition.where(), "notice")
        return tuple(contents)

    def _action(self, ref: MessageRef, local: str) -> str:
        """The WS-Addressing action (WS-Addressing 1.0 Metadata, 4.4)."""
        if ref.action is not None:
            return ref.action
        if local == "input" and self.soap_action:
            return self.soap_action
        return self._pattern(ref.name)

    def _fault_action(self, ref: MessageRef) -> str:
        """The action of a fault (4.4.4)."""
        if ref.action is not None:
            return ref.action
        colon = ":" if self._is_urn() else "/"
        return self._pattern(f"{self.operation.name}{colon}Fault{colon}{ref.name}")

    def _pattern(self, ending: str) -> str:
        """The default action pattern (4.4.4)."""
        colon = ":" if self._is_urn() else "/"
        namespace = self.port_type.namespace or ""
        start = namespace if namespace.endswith(colon) else namespace + colon
        return f"{start}{self.port_type.localname}{colon}{ending}"

    def _is_urn(self) -> bool:
        return (self.port_type.namespace or "").startswith("urn:")


def _is_soap(node: Node, local: str) -> bool:
    namespace, name = split_tag(node)
    return name == local and namespace in SOAP_BINDINGS


def _extensions(node: Node) -> Iterator[Node]:
    """The extension elements of an input or output, those inside MIME parts too."""
    for child in elements(node):
        yield child
        if split_tag(child)[0] == WSDL_MIME:
            yield from _extensions(child)
