"""Stubs as they are written down: what a call must be, and what then happens. Frozen values.

Python verbs, rule files and the HTTP interface all end in these; nothing is resolved yet. What
they mean for a contract is worked out by `ZSI.mock.predicates` (conditions) and
`ZSI.mock.merge` (replies), which refuse what the contract does not know.

A *value spec* (`Spec`) is what may stand where a field's value does: text, a Python value, an
`Operator`, a mapping of ``$`` operators or of nested fields, a list, or a callable.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, Literal, TypeAlias

from ZSI.errors import Where
from ZSI.mock.delays import Delay

Spec: TypeAlias = Any
#: Who said it: decides the order of choice and where provenance points.
Origin = Literal["file", "python", "http"]

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class When:
    """What a call must be. All that is given must hold; an empty one holds always.

    Attributes:
        fields: value specs by field path, below the wrapper.
        header: value specs by ``Block/path``; a spec for ``Block`` alone is about the block.
        http: text specs by header name, and ``$method``, ``$path``, ``$uri`` and ``$query``
            (a mapping of parameters).
        version: ``"1.1"`` or ``"1.2"``.
        xpath: value specs by XPath 1.0 expression; True: it selects something or is true.
        body: XML that the body element, or the whole envelope, must equal.
        tests: functions of the typed request, true to match. calls: of the whole exchange.
        all_of, any_of, none_of: further conditions.
        namespaces: prefix to URI, for paths, values and XPath.
    """

    fields: Mapping[str, Spec] = field(default_factory=dict)
    _: KW_ONLY
    header: Mapping[str, Spec] = field(default_factory=dict)
    http: Mapping[str, Spec] = field(default_factory=dict)
    version: str | None = None
    xpath: Mapping[str, Spec] = field(default_factory=dict)
    body: str | bytes | None = None
    tests: tuple[Callable[[Any], object], ...] = ()
    calls: tuple[Callable[[Any], object], ...] = ()
    all_of: tuple[When, ...] = ()
    any_of: tuple[When, ...] = ()
    none_of: tuple[When, ...] = ()
    namespaces: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aspects:
    """What every reply may say besides its content.

    Attributes:
        status: the HTTP status; None: what the content asks for.
        http: HTTP header fields; values may be templates.
        header: SOAP header blocks: value specs by the block's name, which may be ``p:name``.
        delay: held so long; added to the stub's own.
    """

    status: int | None = None
    http: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, Spec] = field(default_factory=dict)
    delay: Delay | None = None


@dataclass(frozen=True, slots=True)
class SampleReply(_Aspects):
    """The operation's sample with fields merged over it; without fields, the sample."""

    fields: Mapping[str, Spec] = field(default_factory=dict)


#: What operations and stubs answer that say nothing of their reply.
SAMPLE = SampleReply()


@dataclass(frozen=True, slots=True)
class TypedReply(_Aspects):
    """A typed object, which is the whole reply."""

    value: Any


@dataclass(frozen=True, slots=True)
class XmlReply(_Aspects):
    """The body element, or a whole envelope, as XML text; a template unless told otherwise."""

    xml: str | bytes
    template: bool = True


@dataclass(frozen=True, slots=True)
class FileReply(_Aspects):
    """The same from a file, read anew when it changes.

    ``media_type`` None: XML (the body element or an envelope); else any bytes, sent as they are.
    """

    path: str
    template: bool = True
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredFault(_Aspects):
    """A fault that the contract declares: its detail's sample with fields merged over it.

    Attributes:
        name: the fault's name, its element's, or its class's.
        fields: value specs, or a typed object that is the whole detail.
        code: in place of Server: a name of SOAP's, ``"p:name"``, ``"{uri}name"`` or a pair.
        string: the reason; None: made of the fault's name. May be a template.
    """

    name: str
    fields: Any = field(default_factory=dict)
    code: Any = None
    string: str | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class FreeFault(_Aspects):
    """A fault that nobody declared.

    Attributes:
        code: as in `DeclaredFault`; None: Server.
        string, actor: may be templates.
        detail: XML text, a typed object, or value specs by the name of a global element.
    """

    code: Any = None
    string: str = "mock fault"
    actor: str | None = None
    detail: Any = None


@dataclass(frozen=True, slots=True)
class RawReply(_Aspects):
    """Any bytes; never held against the contract."""

    body: bytes = b""
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class CallableReply(_Aspects):
    """A function of the typed request; it may be a coroutine or return a Deferred.

    It gives a typed object, a dict of value specs, any `Reply`, a `Fault`, or None for the sample.
    """

    function: Callable[..., Any]


Reply: TypeAlias = (
    SampleReply
    | TypedReply
    | XmlReply
    | FileReply
    | DeclaredFault
    | FreeFault
    | RawReply
    | CallableReply
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A state machine's name, the state in which the stub counts, and the one that follows."""

    name: str
    when: str | None = None
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that goes wrong on the wire: its kind, how often, and its own settings."""

    kind: str
    probability: float = 1.0
    seed: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Stub:
    """One stub as it was defined; equal only to itself, so that it can be counted.

    Attributes:
        op: the operation: ``"GetBalance"`` (on all ports) or ``"BankSoap12/GetBalance"``.
        input: the input's name, for overloaded operations.
        service: the name of the only service that it is for, "" for all.
        when: what the call must be.
        replies: in turn, one a call; none: the sample.
        then: after the last reply: stay there, begin again, or let other stubs answer; random:
            no order, any of the replies.
        per: a field path: the turn is counted for each of its values alone.
        priority: higher is tried first.
        times: calls that it answers; None: any number.
        delay: before any of the replies.
        scenario, gate, trouble, session: see there; ``gate`` is a name, ``session`` "" for all.
        fallback: what answers calls to the operation that no stub matches (``"sample"``,
            ``"fault"`` or a reply); such a stub answers none itself.
        origin: who defined it. number: counts all stubs ever made, later ones higher.
        id: names it over HTTP. where: its place in a file of rules. line: its line in Python.
        label: words for console and journal.
    """

    op: str
    when: When = field(default_factory=When)
    replies: tuple[Reply, ...] = ()
    _: KW_ONLY
    input: str | None = None
    service: str = ""
    then: Literal["stay", "repeat", "pass", "random"] = "stay"
    per: str | None = None
    priority: int = 0
    times: int | None = None
    delay: Delay | None = None
    scenario: Scenario | None = None
    gate: str | None = None
    trouble: tuple[Trouble, ...] = ()
    session: str = ""
    fallback: Literal["sample", "fault"] | Reply | None = None
    origin: Origin = "python"
    number: int = field(default_factory=lambda: next(_numbers))
    id: str = ""
    where: Where | None = None
    line: str = ""
    label: str = ""

    @property
    def shown(self) -> str:
        """How console, journal and reports call it: its label, its place, or its operation."""
        if self.label or self.where:
            return self.label or str(self.where)
        return f"{self.op} of {self.line}" if self.line else f"{self.op} #{self.number}"

    def with_(self, **changes: Any) -> Stub:
        """The same stub with some attributes replaced; it keeps its number."""
        return replace(self, **changes)


def order_of_choice(stub: Stub) -> tuple[int, int, int]:
    """A sort key: higher priority, then Python's and HTTP's newest first, then files downwards.

    >>> rule = Stub("Op", origin="file")
    >>> stubs = [rule, Stub("Op"), Stub("Op", priority=1)]
    >>> [stub.origin for stub in sorted(stubs, key=order_of_choice)] # a file's stands last
    ['python', 'python', 'file']
    """
    if stub.origin == "file":
        return (-stub.priority, 1, stub.number)
    return (-stub.priority, 0, -stub.number)
