"""The way in: documents to one frozen `Contract`.

>>> load_contract("echo.wsdl").target_namespace  # doctest: +SKIP
'urn:ZSI'
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ZSI.errors import Where
from ZSI.names import QName
from ZSI.wsdl.bindings import BindingReader
from ZSI.wsdl.components import Table
from ZSI.wsdl.definitions import Definitions
from ZSI.wsdl.documents import Graph, Loaded, Unread
from ZSI.wsdl.known import KNOWN
from ZSI.wsdl.model import (
    Binding,
    Contract,
    ContractError,
    Message,
    PortType,
    Service,
    StrictFindings,
)
from ZSI.wsdl.nodes import wsdl_documentation
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.policies import Policies
from ZSI.wsdl.port_types import read_message, read_port_type
from ZSI.wsdl.schema_reader import SchemaReader
from ZSI.wsdl.services import read_service
from ZSI.wsdl.sources import LoadPolicy, Source

DEFAULT_POLICY = LoadPolicy()


def load_contract(location: str | Path, *, policy: LoadPolicy = DEFAULT_POLICY) -> Contract:
    """Read a WSDL 1.1 document and everything that it imports.

    Args:
        location: a path (or, with ``allow_network``, an ``http:`` URL). Locations inside the
            documents are resolved against the document that they stand in.
        policy: what may be read besides, and whether findings are forgiven.

    Returns:
        The contract. What was read although something is wrong with it is in ``findings``.

    Raises:
        ContractError: the document is not a readable WSDL 1.1 document, or a location that it
            needs cannot be read.
        StrictFindings: ``policy.strict``, and there are findings.
    """
    return _loaded(os.fspath(location), policy, schema_only=False)


def load_schema(location: str | Path, *, policy: LoadPolicy = DEFAULT_POLICY) -> Contract:
    """Read an XML Schema document (``wsdl2py -x``) as a contract without services.

    Raises:
        ContractError, StrictFindings: as `load_contract`.
    """
    return _loaded(os.fspath(location), policy, schema_only=True)


def _loaded(location: str, policy: LoadPolicy, *, schema_only: bool) -> Contract:
    notes = Notes()
    graph = Graph(Source(policy), policy.limits, notes)
    root = graph.load(location, "xsd" if schema_only else "wsdl")
    try:
        contract = _Assembly(graph, root, notes).contract(location)
    except RecursionError:
        raise ContractError("definitions nest too deep to be read", where=Where(location)) from None
    faults = tuple(f for f in contract.findings if f.severity != "notice")
    if policy.strict and faults:
        raise StrictFindings(faults)
    return contract


class _Assembly:
    """Reads a graph into a contract and judges what is missing."""

    def __init__(self, graph: Graph, root: Loaded, notes: Notes) -> None:
        self.graph = graph
        self.root = root
        self.notes = notes
        self.reader = SchemaReader(graph, notes)
        self.definitions = Definitions(graph, notes)

    def contract(self, location: str) -> Contract:
        """The whole, in the order in which parts need each other."""
        self.reader.read()
        policies = Policies(self.graph, self.notes)
        messages = self._messages()
        port_types = self._port_types()
        bindings = self._bindings(messages, port_types, policies)
        services = self._services(bindings)
        self.reader.read_wanted()
        self._judge_unread()
        is_wsdl = self.root.kind == "wsdl"
        return Contract(
            location=location,
            name=self.root.root.get("name") if is_wsdl else None,
            target_namespace=self.root.root.get("targetNamespace") or None,
            documents=tuple(loaded.frozen() for loaded in self.graph.documents),
            services=Table(services),
            bindings=Table(bindings),
            port_types=Table(port_types),
            messages=Table(messages),
            schema=self.reader.schema(),
            policies=tuple(policies.all),
            documentation=wsdl_documentation(self.root.root) if is_wsdl else None,
            findings=tuple(self.notes.findings.values()),
        )

    def _messages(self) -> dict[QName, Message]:
        symbols = self.reader.symbols
        return {
            name: read_message(definition, symbols, self.notes)
            for name, definition in self.definitions.tables["message"].items()
        }

    def _port_types(self) -> dict[QName, PortType]:
        return {
            name: read_port_type(definition, self.definitions, self.notes)
            for name, definition in self.definitions.tables["portType"].items()
        }

    def _bindings(
        self,
        messages: dict[QName, Message],
        port_types: dict[QName, PortType],
        policies: Policies,
    ) -> dict[QName, Binding]:
        reader = BindingReader(self.definitions, messages, port_types, policies, self.notes)
        read = (reader.read(d) for d in self.definitions.tables["binding"].values())
        return {binding.name: binding for binding in read if binding is not None}

    def _services(self, bindings: dict[QName, Binding]) -> dict[QName, Service]:
        return {
            name: read_service(definition, self.definitions, bindings, self.notes)
            for name, definition in self.definitions.tables["service"].items()
        }

    # -- what could not be read ------------------------------------------------------------------

    def _judge_unread(self) -> None:
        """A location that was not read is fatal if a name is missing that it may define."""
        missing = list(self._missing())
        defined = self._namespaces()
        for unread in self.graph.unread:
            for what, name, where in missing:
                if name.namespace == unread.namespace or name.namespace not in defined:
                    raise _refusal(unread, f"{what} {name.clark} (used at {where}) is missing")
            if unread.kind == "wsdl" and not any(self.definitions.tables.values()):
                raise _refusal(unread, "nothing else is defined")
            self.notes.add(
                "location-unreadable",
                f"{unread.location} is not read: {unread.reason}; every name used is found "
                "elsewhere",
                unread.where,
            )

    def _missing(self) -> Iterator[tuple[str, QName, Where]]:
        for (kind, name), where in self.reader.symbols.missing.items():
            yield kind, name, where
        for (definition, name), where in self.definitions.missing.items():
            yield definition, name, where

    def _namespaces(self) -> set[str | None]:
        """The namespaces of which some document was read."""
        found: set[str | None] = set(KNOWN)
        found.update(source.target_namespace for source in self.graph.schemas)
        for table in self.definitions.tables.values():
            found.update(name.namespace for name in table)
        return found


def _refusal(unread: Unread, why: str) -> ContractError:
    return ContractError(
        f"{unread.location} cannot be read: {unread.reason}, and {why}",
        where=unread.where,
        advice=unread.advice or "a copy of the document at that place",
    )
