"""The Python verbs: ``bank.GetBalance.when(account="42").reply(balance="10.00")``.

Fields are keywords or a dict of paths; control words are methods, so that the two never share a
namespace. A stub is in force, and checked against the contract, as soon as something is said of
what happens; each further verb replaces it by a refined one.

The verbs speak to a `Target`: the engine in this process, or a server elsewhere over HTTP.
"""

from __future__ import annotations

import keyword
import os
import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from ZSI.mock.delays import parse_delay
from ZSI.mock.errors import DefinitionError, nearest
from ZSI.mock.operations import UnknownName
from ZSI.mock.stubs import (
    CallableReply,
    DeclaredFault,
    FileReply,
    FreeFault,
    RawReply,
    Reply,
    SampleReply,
    Scenario,
    Stub,
    Trouble,
    TypedReply,
    When,
    XmlReply,
)
from ZSI.mock.verify import Times, said
from ZSI.TC import Compound

__unittest = True  # unittest shows the line of the test that failed, not those in here

F = TypeVar("F", bound=Callable[..., Any])


class Target(Protocol):
    """What keeps stubs."""

    def define(self, stub: Stub) -> Stub:
        """Put a stub in force; gives it as it is kept."""

    def redefine(self, old: Stub, new: Stub) -> Stub:
        """Replace a stub by a refined one."""

    def remove(self, stub: Stub) -> None:
        """Take a stub away."""

    def calls(self, op: str, when: When, *, input: str | None, session: str | None) -> list[Any]:
        """The calls of an operation that a condition holds for, oldest first."""

    def verify(
        self, op: str, when: When, times: Times, *, input: str | None, within: float,
        session: str | None,
    ) -> Any:  # fmt: skip
        """Whether an operation was called so often: ``holds`` and ``message``."""

    def sample(self, op: str, fields: Mapping[str, Any], *, input: str | None) -> Any:
        """The sample of an operation's response, with fields over it."""


def fields_of(paths: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Field specs from dicts of paths and keywords; ``return_`` means ``return``.

    Raises:
        DefinitionError: something is no dict.

    >>> fields_of(({"a/b": 1},), {"class_": 2, "name": 3})
    {'a/b': 1, 'class': 2, 'name': 3}
    """
    found: dict[str, Any] = {}
    for given in paths:
        if not isinstance(given, Mapping):
            raise DefinitionError(
                f"{given!r} is said of no field", expected="field=value, or a dict of paths"
            )
        found.update(given)
    for name, value in fields.items():
        plain = name[:-1]
        found[plain if name.endswith("_") and keyword.iskeyword(plain) else name] = value
    return found


def reply(*given: Any, **fields: Any) -> Reply:
    """A reply for ``replies(...)``: fields over the sample, a typed object, or a callable.

    Args:
        given: dicts of fields by path; or one typed object, one of `variations`, XML, a function.
        fields: of the reply.
    """
    if len(given) == 1 and not isinstance(given[0], Mapping):
        if isinstance(given[0], TypedReply):
            return TypedReply(given[0].value)
        if isinstance(given[0], str | bytes):
            return XmlReply(given[0])
        if callable(given[0]) and not isinstance(given[0], Compound):
            return CallableReply(given[0])
        return TypedReply(given[0])
    return SampleReply(fields_of(given, fields))


def fail(name: Any, /, **fields: Any) -> DeclaredFault:
    """A declared fault for ``replies(...)``: its name and fields, or its typed detail."""
    if isinstance(name, str):
        return DeclaredFault(name, fields_of((), fields))
    return DeclaredFault(type(name).__name__, name)


def fault(
    code: Any = None, string: str = "mock fault", actor: str | None = None, detail: Any = None
) -> FreeFault:
    """A free fault for ``replies(...)``."""
    return FreeFault(code, string, actor, detail)


def raw(body: bytes | str, status: int = 200, media_type: str = "text/plain") -> RawReply:
    """Any bytes for ``replies(...)``, never held against the contract."""
    return RawReply(body.encode() if isinstance(body, str) else body, media_type, status=status)


class Verbs:
    """The verbs of one operation that name no fields of it.

    Immutable, but for the stub that it may have put in force.

    Args:
        target: what keeps the stubs.
        stub: the stub as said so far.
        kept: it is in force.
    """

    def __init__(self, target: Target, stub: Stub, kept: bool = False) -> None:
        self._target = target
        self._known = stub
        self._kept = kept
        self._patience = 0.0
        #: A condition that nobody has gone on from.
        self._idle = False

    @property
    def _stub(self) -> Stub:
        self._idle = False
        return self._known

    def __del__(self) -> None:
        if self.__dict__.get("_idle"):  # as Python does with a coroutine that nobody awaits
            warnings.warn(
                f"{self._stub.op}{said(self._stub.when)} is a condition alone: say what is "
                "answered then, as .reply(...), or assert something",
                stacklevel=2,
            )

    if not TYPE_CHECKING:  # which goes by the verbs that there are

        def __getattr__(self, name: str) -> Any:
            meant = nearest(name, (verb for verb in dir(type(self)) if verb[0] != "_"))
            hint = f"; did you mean {' or '.join(meant)}?" if meant else ""
            raise AttributeError(f"no verb {name!r}{hint}")

        def __setattr__(self, name: str, value: Any) -> None:
            if name[:1] != "_":
                raise AttributeError(
                    f"{name} cannot be set; what {self._stub.op} answers is said by its verbs: "
                    "reply(...), fail(...), handler(function)"
                )
            super().__setattr__(name, value)

    # ------------------------------------------------------------------ what a call must be

    def header(self, /, *paths: Mapping[str, Any], **blocks: Any) -> Self:
        """The call has these SOAP header blocks: by ``Block/path``."""
        return self._narrowed(header={**self._stub.when.header, **fields_of(paths, blocks)})

    def http(self, fields: Mapping[str, Any]) -> Self:
        """The request has these HTTP header fields; ``$method``, ``$path``, ``$query``."""
        return self._narrowed(http={**self._stub.when.http, **fields})

    def version(self, number: str) -> Self:
        """The envelope is of this SOAP version: ``"1.1"`` or ``"1.2"``."""
        return self._narrowed(version=number)

    def xpath(self, expression: str, equals: Any = True, **namespaces: str) -> Self:
        """An XPath selects something, or a value that is so; prefixes as keywords."""
        when = self._stub.when
        return self._narrowed(
            xpath={**when.xpath, expression: equals},
            namespaces={**when.namespaces, **namespaces},
        )

    def body(self, xml: str | bytes) -> Self:
        """The body element equals this XML, whatever prefixes, space and attribute order."""
        return self._narrowed(body=xml)

    def where(self, test: Callable[[Any], object]) -> Self:
        """A function of the typed request is true."""
        return self._narrowed(tests=(*self._stub.when.tests, test))

    def any_of(self, *alternatives: Mapping[str, Any]) -> Self:
        """At least one of these dicts of fields holds."""
        return self._narrowed(any_of=tuple(When(given) for given in alternatives))

    def none_of(self, *alternatives: Mapping[str, Any]) -> Self:
        """None of these dicts of fields holds."""
        return self._narrowed(none_of=tuple(When(given) for given in alternatives))

    def namespaces(self, **prefixes: str) -> Self:
        """Prefixes for paths, values and XPath."""
        return self._narrowed(namespaces={**self._stub.when.namespaces, **prefixes})

    def _narrowed(self, **changes: Any) -> Self:
        made = self._said(when=replace(self._stub.when, **changes), keep=False)
        made._idle = not made._kept
        return made

    # ------------------------------------------------------------------ what then happens

    def answered_by(self, reply: Reply) -> Self:
        """Answer with a reply that has been made elsewhere."""
        return self._said(replies=(reply,))

    def replies(self, *replies: Reply, then: str = "stay") -> Self:
        """Answer with these in turn; ``then``: stay at the last, repeat, or pass to others.

        ``then="random"``: no turns, each call gets any of them.
        """
        return self._said(replies=replies, then=then)

    def fault(
        self, code: Any = None, string: str = "mock fault", actor: str | None = None,
        detail: Any = None,
    ) -> Self:  # fmt: skip
        """Answer with a free fault; any QName may be its code."""
        return self._said(replies=(fault(code, string, actor, detail),))

    def fault_code(self, code: Any) -> Self:
        """Another code for the declared fault said before."""
        return self._with_reply(code=code)

    def raw(self, body: bytes | str, status: int = 200, media_type: str = "text/plain") -> Self:
        """Answer with any bytes."""
        return self._said(replies=(raw(body, status, media_type),))

    def xml(self, text: str | bytes, template: bool = True) -> Self:
        """Answer with a body element, or a whole envelope, as XML text."""
        return self._said(replies=(XmlReply(text, template),))

    def file(self, path: str, template: bool = True, media_type: str | None = None) -> Self:
        """The same from a file."""
        return self._said(replies=(FileReply(str(path), template, media_type),))

    def handler(self, function: F) -> F:
        """Decorate a function of the typed request; it may be a coroutine."""
        self._said(replies=(CallableReply(function),))
        return function

    def status(self, number: int) -> Self:
        """The HTTP status of the reply."""
        return self._with_reply(status=number)

    def reply_http(self, fields: Mapping[str, str]) -> Self:
        """HTTP header fields of the reply."""
        return self._with_reply(http=dict(fields))

    def reply_header(self, /, *paths: Mapping[str, Any], **blocks: Any) -> Self:
        """SOAP header blocks of the reply."""
        return self._with_reply(header=fields_of(paths, blocks))

    def _with_reply(self, **changes: Any) -> Self:
        replies = self._stub.replies or (SampleReply(),)
        return self._said(replies=(*replies[:-1], replace(replies[-1], **changes)))

    # ------------------------------------------------------------------ how and how often

    def times(self, number: int) -> Self:
        """Answer so many calls, then let other stubs answer."""
        return self._said(times=number)

    def priority(self, number: int) -> Self:
        """Higher is tried first."""
        return self._said(priority=number)

    def delay(self, given: Any) -> Self:
        """Hold the reply: ``"300ms"``, seconds, or a distribution."""
        return self._said(delay=parse_delay(given))

    def per(self, path: str) -> Self:
        """Count the turn of ``replies`` for each value of this field alone."""
        return self._said(per=path, keep=False)

    def scenario(self, name: str, when: str | None = None, then: str | None = None) -> Self:
        """Only in this state of a scenario, which then goes on to another."""
        return self._said(scenario=Scenario(name, when, then))

    def gate(self, name: str) -> Self:
        """Hold the reply until the gate is released."""
        return self._said(gate=name)

    def trouble(
        self, kind: str, probability: float = 1.0, seed: int | None = None, **settings: Any
    ) -> Self:
        """Something goes wrong on the wire."""
        added = Trouble(kind, probability, seed, settings)
        return self._said(trouble=(*self._stub.trouble, added))

    def fallback(self, given: Any) -> Self:
        """What answers calls that no stub matches: sample, fault or a reply."""
        return self._said(fallback=given)

    def session(self, name: str) -> Self:
        """Only for calls of this session."""
        return self._said(session=name, keep=False)

    def label(self, words: str) -> Self:
        """How console, journal and reports call the stub."""
        return self._said(label=words, keep=False)

    def remove(self) -> None:
        """Take the stub away."""
        if self._kept:
            self._target.remove(self._stub)

    # ------------------------------------------------------------------ what has been called

    @property
    def calls(self) -> list[Any]:
        """The calls so far that the conditions hold for, oldest first."""
        stub = self._stub
        session = stub.session or None
        return self._target.calls(stub.op, stub.when, input=stub.input, session=session)

    def within(self, seconds: float) -> Self:
        """Let the assertion that follows wait so long for what it wants."""
        patient = type(self)(self._target, self._stub, self._kept)
        patient._patience = seconds
        return patient

    def assert_called(
        self, times: Times | int | None = None, within: float | None = None
    ) -> list[Any]:
        """It was called: at least once, or as often as ``times`` says.

        Args:
            times: ``once``, ``twice``, ``never``, ``at_least(2)`` …; a number is ``exactly`` it.
            within: seconds to wait for it.

        Returns:
            The calls.

        Raises:
            AssertionError: it was not; shows how the nearest calls differ.
        """
        __tracebackhide__ = True  # pytest shows the test's line, not this one
        if isinstance(times, int):
            times = Times(times, times)
        outcome = self._verified(times or Times(), within)
        if not outcome.holds:
            raise AssertionError(outcome.message)
        return list(outcome.calls)

    def _verified(self, times: Times, within: float | None = None) -> Any:
        stub = self._stub
        patience = self._patience if within is None else within
        return self._target.verify(
            stub.op, stub.when, times, input=stub.input, within=patience,
            session=stub.session or None,
        )  # fmt: skip

    def assert_not_called(self) -> None:
        """It was never called (with these fields)."""
        __tracebackhide__ = True
        self.assert_called(Times(0, 0))

    def assert_called_once(self) -> Any:
        """It was called exactly once (with these fields); gives the call."""
        __tracebackhide__ = True
        return self.assert_called(Times(1, 1))[0]

    def _when(self, paths: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]) -> Self:
        return self._narrowed(fields={**self._stub.when.fields, **fields_of(paths, fields)})

    def _asked(self, paths: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]) -> Self:
        """The verbs with further conditions, to ask a question; the stub stays what it is."""
        fields = {**self._stub.when.fields, **fields_of(paths, fields)}
        stub = replace(self._stub, when=replace(self._stub.when, fields=fields))
        made = type(self)(self._target, stub)
        made._patience = self._patience
        return made

    def _called_once_with(
        self, paths: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]
    ) -> Any:
        """One call in all, and with these fields."""
        __tracebackhide__ = True
        asked = self._asked(paths, fields)
        call = asked.assert_called(Times(1, 1))[0]
        every = self._verified(Times(1, 1))
        if not every.holds:
            _, _, calls = every.message.partition("\n")
            wanted = f"{self._stub.op}{said(asked._stub.when)}"
            raise AssertionError(
                f"expected {wanted} and no other call, but it was called {len(self.calls)} times"
                f"\n{calls}"
            )
        return call

    def _sample(self, paths: tuple[Mapping[str, Any], ...], fields: Mapping[str, Any]) -> Any:
        stub = self._stub
        return self._target.sample(stub.op, fields_of(paths, fields), input=stub.input)

    # ------------------------------------------------------------------ the stub

    @property
    def target(self) -> Target:
        """What keeps the stub: the mock in this process, or a server elsewhere."""
        return self._target

    @property
    def stub(self) -> Stub:
        """The stub as said so far."""
        return self._stub

    def _said(self, *, keep: bool = True, **changes: Any) -> Self:
        stub = replace(self._stub, **changes)
        if self._kept:
            return type(self)(self._target, self._target.redefine(self._stub, stub), True)
        if not keep:
            return type(self)(self._target, stub)
        fresh = Stub(stub.op, stub.when)
        line = _line_outside(type(self).__module__)
        stub = replace(stub, number=fresh.number, line=line)
        return type(self)(self._target, self._target.define(stub), True)

    def __repr__(self) -> str:
        return f"<{self._stub.op}{'' if self._kept else ', not in force yet'}>"


def _line_outside(generated: str) -> str:
    """Where a verb is said: the innermost line that is neither ours nor in a generated module."""
    frame = sys._getframe(1)
    while True:
        module = str(frame.f_globals.get("__name__"))
        if module != generated and module.partition(".")[0] != "ZSI":
            return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        if frame.f_back is None:
            return ""
        frame = frame.f_back


class OperationVerbs(Verbs):
    """The verbs of one operation; its fields are keywords, or dicts of paths.

    ``wsdl2py --mock`` generates classes that know the fields: see `ZSI.mock.typed`.
    """

    def when(self, /, *paths: Mapping[str, Any], **fields: Any) -> Self:
        """The call has these fields: values, operators, nested dicts."""
        return self._when(paths, fields)

    def reply(self, /, *given: Any, **fields: Any) -> Self:
        """Answer with fields over the sample, a typed object, XML, or what a function gives."""
        return self._said(replies=(reply(*given, **fields),))

    def fail(self, name: Any, /, **fields: Any) -> Self:
        """Answer with a declared fault."""
        return self._said(replies=(fail(name, **fields),))

    def assert_called_with(self, /, *paths: Mapping[str, Any], **fields: Any) -> list[Any]:
        """It was called with these fields."""
        __tracebackhide__ = True
        return self._asked(paths, fields).assert_called()

    def assert_called_once_with(self, /, *paths: Mapping[str, Any], **fields: Any) -> Any:
        """One call in all, and with these fields, as `unittest.mock` means it."""
        __tracebackhide__ = True
        return self._called_once_with(paths, fields)

    def sample(self, /, *paths: Mapping[str, Any], **fields: Any) -> Any:
        """The sample of the response, with fields over it; for handlers."""
        return self._sample(paths, fields)


class ByName(ABC):
    """Operations as attributes: ``bank.GetBalance``, also ``bank["GetBalance"]``."""

    @abstractmethod
    def _verbs(self, op: str) -> OperationVerbs:
        """The verbs of an operation by its name."""

    def __getitem__(self, op: str) -> OperationVerbs:
        """The verbs of an operation: ``Name`` or ``Port/Name``.

        Raises:
            UnknownName: there is no such operation; names the nearest.
        """
        return self._verbs(op)

    def __getattr__(self, name: str) -> OperationVerbs:
        __tracebackhide__ = True  # pytest shows the test's line, not this one
        if name[:1] == "_" or not self.__dict__:  # a copy that is being made has nothing yet
            raise AttributeError(name)
        try:
            return self._verbs(name)
        except UnknownName as error:
            raise AttributeError(str(error)) from None


class PortVerbs(ByName):
    """The operations of one port.

    Args:
        op: gives the verbs of ``Port/Name``.
        port: its name.
    """

    def __init__(self, op: Callable[[str], OperationVerbs], port: str) -> None:
        self._op = op
        self._port = port

    def _verbs(self, op: str) -> OperationVerbs:
        return self._op(f"{self._port}/{op}")
