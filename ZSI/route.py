"""Which operation a message asks for: by its body element; actions only break ties.

SOAP 1.1 section 6.1.1 calls SOAPAction a hint, and WS-I BP 1.1 R1127 says not to rely on it; real
clients leave it empty or send the same for every operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from ZSI.envelope import SoapVersion
from ZSI.errors import Finding, ParseException, UnknownOperation
from ZSI.names import QName


class Routable(Protocol):
    """What the router has to know of an operation."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> SoapVersion: ...
    @property
    def root(self) -> QName | None: ...
    @property
    def stand_ins(self) -> tuple[QName, ...]: ...
    @property
    def soap_action(self) -> str | None: ...
    @property
    def action(self) -> str | None: ...


R = TypeVar("R", bound=Routable)

#: Routes remembered, and characters that their actions may have: they come from outside.
_MOST_KNOWN = 1_024
_USUAL = 500


class Router(Generic[R]):
    """The operations of one path.

    The members of a root element's substitution group mean its operation too, unless they are the
    roots of others (XSD 1.0 part 1, 2.2.2.2).

    Args:
        operations: all of them; several ports may share a path.
    """

    def __init__(self, operations: Iterable[R]) -> None:
        self.operations = tuple(operations)
        #: What `route` has found without anything unusual.
        self._known: dict[tuple[str | None, SoapVersion, tuple[str, ...]], tuple[R, ...]] = {}
        self._by_tag: dict[str | None, tuple[R, ...]] = {}
        for operation in self.operations:
            tag = operation.root.clark if operation.root is not None else None
            self._by_tag[tag] = (*self._by_tag.get(tag, ()), operation)
        instead: dict[str | None, tuple[R, ...]] = {}
        for operation in self.operations:
            for name in operation.stand_ins:
                instead[name.clark] = (*instead.get(name.clark, ()), operation)
        self._by_tag = {**instead, **self._by_tag}

    def candidates(self, tag: str | None) -> tuple[R, ...]:
        """The operations with this body element (Clark notation; None: an empty Body)."""
        return self._by_tag.get(tag, ())

    def route(
        self,
        tag: str | None,
        version: SoapVersion,
        actions: Iterable[str] = (),
        findings: list[Finding] | None = None,
    ) -> tuple[R, ...]:
        """The operations that a message may mean, the likeliest first; mostly exactly one.

        Args:
            tag: the body element's name in Clark notation; None for an empty Body.
            version: the envelope's. A message of the other version than its binding's is
                taken where no binding of its own is there.
            actions: SOAPAction, the media type's action and wsa:Action, as far as present.
            findings: grows by what was unusual.

        Raises:
            UnknownOperation: there is none for this body; lists those that there are.
            ParseException: the Body is empty, and no action says what is meant.
        """
        actions = tuple(actions)
        known = self._known.get((tag, version, actions))
        if known is not None:
            return known
        unusual: list[Finding] = []
        found = self._route(tag, version, actions, unusual)
        if findings is not None:
            findings.extend(unusual)
        if not unusual and len(self._known) < _MOST_KNOWN and sum(map(len, actions)) < _USUAL:
            self._known[tag, version, actions] = found
        return found

    def _twin(self, tag: str) -> str | None:
        """The first body element with the local name of a tag, in another namespace."""
        local = QName.from_clark(tag).localname
        twins = (o.root for o in self.operations if o.root and o.root.localname == local)
        return next((root.clark for root in twins), None)

    def _route(
        self,
        tag: str | None,
        version: SoapVersion,
        actions: tuple[str, ...],
        findings: list[Finding],
    ) -> tuple[R, ...]:
        found = self._by_tag.get(tag)
        wanted = [action for action in actions if action]
        if found is None:
            if tag is not None:
                names = sorted({operation.name for operation in self.operations})
                raise UnknownOperation(tag, names, meant=self._twin(tag))
            found = tuple(o for o in self.operations if acts(o, wanted))
            if not found:
                raise ParseException("the Body is empty: expected the element of an operation")
        if len(found) == 1 and not wanted and found[0].version is version:
            return found
        return _narrowed(found, version, wanted, findings)


def ambiguous(names: Iterable[str], taken: str) -> Finding:
    """The finding that only an action could have told operations apart, and none did."""
    return Finding(
        "ambiguous", f"no action says whether this is {' or '.join(names)}: taken for {taken}"
    )


def acts(operation: Routable, actions: Iterable[str]) -> bool:
    """Whether one of the actions is the operation's."""
    own = {operation.soap_action, operation.action}
    return any(action in own for action in actions)


def _narrowed(
    found: tuple[R, ...], version: SoapVersion, actions: list[str], findings: list[Finding]
) -> tuple[R, ...]:
    same = tuple(operation for operation in found if operation.version is version)
    if not same:
        findings.append(
            Finding(
                "soap-version",
                f"a SOAP {version.number} envelope for a binding of SOAP {found[0].version.number}",
            )
        )
    left = same or found
    acting = tuple(operation for operation in left if acts(operation, actions))
    if actions and not acting:
        findings.append(
            Finding("soapaction-wrong", f"action {actions[0]!r} is not that of {left[0].name}")
        )
    return acting + tuple(operation for operation in left if operation not in acting)
