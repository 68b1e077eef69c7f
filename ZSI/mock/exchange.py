"""One exchange as one frozen record that each stage of the engine replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ZSI.envelope import SoapVersion
from ZSI.errors import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from ZSI.mock.matching import Miss
    from ZSI.mock.operations import MockOperation
    from ZSI.mock.stubs import Reply, Stub, Trouble
    from ZSI.parse import ParsedSoap
    from ZSI.twisted.exchange import HttpRequest


#: The rule of a finding: a reply that was sent is not what the contract says.
INVALID_REPLY = "invalid-reply"


class Sent(NamedTuple):
    """What goes back: status, header fields, media type and body; a tuple, being made so often."""

    status: int
    body: bytes = b""
    media_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)  # without slots, since it is copied for each stage
class Call:
    """Everything that is known of one exchange so far.

    Attributes:
        number: counts the exchanges of a server, from 1.
        time: when it came, by the mock's clock. session: the session that it belongs to.
        http: the request; ``body`` in it are the bytes as they came, decompressed.
        ps: the message, once it has been parsed. operation: once it is known.
        request: the typed request; None if it is invalid or the operation has none.
        error: why it is answered with a fault of the mock's own.
        stub: what matched; chosen: its reply whose turn it was. source: ``stub``, ``sample``,
            ``handler``, ``fallback`` or ``refused``. misses: gives the near misses.
        reply: the typed response or fault; sent: what goes over the wire.
        provenance: where each value of the reply came from, by path.
        seconds: until the reply was ready, delay not counted; delay: seconds it was held.
        trouble: what is to happen to the connection.
    """

    number: int
    time: datetime
    http: HttpRequest
    session: str = ""
    ps: ParsedSoap | None = None
    operation: MockOperation | None = None
    request: Any = None
    findings: tuple[Finding, ...] = ()
    error: BaseException | None = None
    stub: Stub | None = None
    chosen: Reply | None = None
    source: str = "refused"
    misses: Callable[[], tuple[Miss, ...]] | None = None
    reply: Any = None
    sent: Sent | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    delay: float = 0.0
    trouble: Trouble | None = None

    @classmethod
    def of(cls, attributes: Mapping[str, Any]) -> Call:
        """A call with these attributes: the constructor, in a quarter of its time.

        Args:
            attributes: by name; ``number``, ``time`` and ``http`` at least.
        """
        made = object.__new__(cls)
        made.__dict__.update(attributes)
        made.__dict__.setdefault("provenance", _NOTHING)
        return made

    @property
    def version(self) -> SoapVersion:
        """The SOAP version to answer in."""
        return self.ps.version if self.ps is not None else self.http.media_type.version

    @property
    def body(self) -> bytes:
        """The request's bytes."""
        return self.http.body

    @property
    def broke_contract(self) -> bool:
        """Whether its reply could not be made, or was sent and is not what the contract says."""
        if self.error is not None:
            return self.source in ("stub", "sample")
        return any(finding.rule == INVALID_REPLY for finding in self.findings)

    def with_(self, **changes: Any) -> Call:
        """The same exchange with some attributes replaced; ten times as fast as ``replace``."""
        return self.with_all(changes)

    def with_all(self, changes: Mapping[str, Any]) -> Call:
        """The same with attributes by their names, as they have been gathered.

        Raises:
            TypeError: there is no such attribute.
        """
        if not changes.keys() <= _ATTRIBUTES:
            raise TypeError(f"a call has no {', '.join(changes.keys() - _ATTRIBUTES)}")
        made = object.__new__(Call)
        made.__dict__.update(self.__dict__)
        made.__dict__.update(changes)
        return made


_NOTHING: Mapping[str, str] = MappingProxyType({})
_ATTRIBUTES = {each.name for each in fields(Call)}
