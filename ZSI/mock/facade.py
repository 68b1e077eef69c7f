"""Mock: one mock server's verbs behind one face: stubs, calls, state, clock. No I/O.

`ZSI.mock.server.MockServer` puts it on a socket in a thread, `ZSI.testing` under trial, the
command line under twistd; whoever moves it to a thread says how calls cross over (``run``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ZSI.envelope import VERSIONS
from ZSI.mock.assembly import Served, mounts_of
from ZSI.mock.contract import MockContract
from ZSI.mock.dsl import OperationVerbs, PortVerbs, Verbs
from ZSI.mock.engine import Engine, Mount
from ZSI.mock.exchange import Call
from ZSI.mock.journal import Entry, Journal, JournalLimits
from ZSI.mock.merge import compile_merge
from ZSI.mock.operations import MockOperation
from ZSI.mock.replies import known_of
from ZSI.mock.settings import Settings
from ZSI.mock.state import Clock, Store
from ZSI.mock.stubs import Stub, When
from ZSI.mock.verify import Outcome, Report, Times, Verifier, report
from ZSI.mock.world import World
from ZSI.writer import SoapWriter, typecode_for

if TYPE_CHECKING:
    from ZSI.mock.crud import Crud


def at_once(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function here and now: how changes are made while no other thread serves."""
    return function(*args)


class Mock:
    """The verbs of a mock server.

    Args:
        contracts: what is served.
        settings: of all of them.
        limits: of the journal.
        clock: the real time.
        services: contracts with settings and paths of their own, instead.

    >>> from ZSI.mock.examples import example
    >>> mock = Mock([MockContract.load(example("bank"))])
    >>> mock.op("GetBalance").when(account="42").reply(balance="10.00")
    <GetBalance>
    >>> mock.op("GetBalence")
    Traceback (most recent call last):
    ...
    ZSI.mock.operations.UnknownName: no operation GetBalence; did you mean GetBalance?
    """

    def __init__(
        self,
        contracts: Iterable[MockContract] = (),
        settings: Settings = Settings(),  # noqa: B008  # a frozen value
        limits: JournalLimits = JournalLimits(),  # noqa: B008  # a frozen value
        *,
        clock: Callable[[], datetime] | None = None,
        services: Iterable[Served] | None = None,
    ) -> None:
        served = list(
            services if services is not None else (Served(c, settings) for c in contracts)
        )
        self.contracts = [one.contract for one in served]
        self.engine = Engine(mounts_of(served), clock=clock, url=self.url)
        self.journal = Journal(limits)
        self.engine.records.append(self._record)
        self._verifier = Verifier(self.engine, self.journal)
        self.base_url = ""
        #: Where the HTTP interface listens, if it does.
        self.admin_url = ""
        #: The base URLs of services that listen on endpoints of their own, by endpoint.
        self.base_urls: dict[str, str] = {}
        #: How a change crosses over to the thread that serves.
        self.run: Callable[..., Any] = at_once
        self.session_name = ""

    def _record(self, call: Call) -> None:
        """Keep a call that is over, unless all was reset meanwhile."""
        if call.number > self.engine.forgotten:
            self.journal.record(call)

    # ------------------------------------------------------------------ operations

    def op(self, name: str, *, input: str | None = None) -> OperationVerbs:
        """The verbs of an operation: ``Name``, ``Port/Name``, or one of several overloads.

        Raises:
            UnknownName: there is none; names the nearest.
        """
        self.engine.operations.find(name, input=input)
        made = OperationVerbs(self, Stub(name, input=input))
        return made.session(self.session_name) if self.session_name else made

    def port(self, name: str) -> PortVerbs:
        """The operations of one port alone: ``mock.port("BankSoap12").GetBalance``."""
        return PortVerbs(self.op, name)

    def session(self, name: str) -> Mock:
        """The same mock for one session: its stubs, state, journal and assertions."""
        made = Mock.__new__(Mock)
        made.__dict__.update(_root=self, session_name=name)
        return made

    if not TYPE_CHECKING:  # it would hide misspelled attributes

        def __getattr__(self, name: str) -> Any:
            """A session's face has all but its name from the mock's."""
            if "_root" not in self.__dict__:
                raise AttributeError(name)
            return getattr(self._root, name)

    @property
    def mounts(self) -> tuple[Mount, ...]:
        """What is served, by path."""
        return self.engine.mounts

    @property
    def operations(self) -> tuple[MockOperation, ...]:
        """All operations that are served."""
        return self.engine.operations.all

    def url(self, name: str = "") -> str:
        """The URL of a port by its name, or of a path; without one, of the first port."""
        for mount in self.mounts:
            base = self.base_urls.get(mount.endpoints[0], self.base_url)
            for port, path in mount.paths.items():
                if name in ("", port, path):
                    return base + path
        if name.startswith("/"):
            return self.base_url + name
        raise LookupError(f"no port {name}")

    def remake(self, services: Iterable[Served], stubs: Iterable[Stub]) -> None:
        """Serve other services with other stubs from files; what was remembered stays.

        Raises:
            DefinitionError: they do not fit one another; everything is as it was.
        """
        served = list(services)
        self.engine.remount(mounts_of(served), stubs)
        self.contracts = [one.contract for one in served]

    # ------------------------------------------------------------------ the target of verbs

    def define(self, stub: Stub) -> Stub:
        """Put a stub in force."""
        made: Stub = self.run(self.engine.define, stub)
        return made

    def redefine(self, old: Stub, new: Stub) -> Stub:
        """Replace a stub by a refined one."""
        made: Stub = self.run(self.engine.redefine, old, new)
        return made

    def remove(self, stub: Stub) -> None:
        """Take a stub away."""
        self.run(self.engine.remove, stub)

    def calls(
        self, op: str, when: When, *, input: str | None = None, session: str | None = None
    ) -> list[Entry]:
        """The calls of an operation that a condition holds for."""
        return self._verifier.calls(
            op, when, input=input, session=session or self.session_name or None
        )

    def verify(
        self, op: str, when: When, times: Times, *, input: str | None = None,
        within: float = 0.0, session: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Whether an operation was called so often."""
        return self._verifier.verify(
            op, when, times, input=input, within=within,
            session=session or self.session_name or None,
        )  # fmt: skip

    def sample(self, op: str, fields: Mapping[str, Any], *, input: str | None = None) -> Any:
        """The sample of an operation's response, with fields over it."""
        operation = self.engine.operations.find(op, input=input)[0]
        maker = self.engine.renderer.maker
        cls = operation.response_class
        if cls is None:
            return None
        sample = maker.sample(cls)
        if not fields:
            return deepcopy(sample)
        known = known_of(operation, operation.scope.below(op))
        merge = compile_merge(fields, cls.complex_type(), known, maker.sample)
        return merge.build(sample, World(now=self.engine.clock()))

    def sample_request(self, op: str, *, version: str = "1.1") -> bytes:
        """A valid request of an operation, as the bytes of an envelope."""
        operation = self.engine.operations.find(op)[0]
        cls = operation.request_class
        sample = self.engine.renderer.maker.sample(cls)
        writer = SoapWriter(version=VERSIONS[version])
        return bytes(writer.serialize(sample, typecode_for(sample, cls)))

    # ------------------------------------------------------------------ everything else

    def assert_order(self, *wanted: OperationVerbs) -> None:
        """The calls came in this order, others perhaps between them.

        Raises:
            AssertionError: they did not.
        """
        pairs: Sequence[tuple[str, When]] = [(v.stub.op, v.stub.when) for v in wanted]
        outcome = self._verifier.in_order(pairs, self.session_name or None)
        if not outcome.holds:
            raise AssertionError(outcome.message)

    @property
    def clock(self) -> Clock:
        """The mock's clock; moving it moves dates and lifetimes, never delays."""
        return self.engine.clock

    @property
    def store(self) -> Store:
        """What handlers and templates keep."""
        return self.engine.states.of(self.session_name).store

    @property
    def scenarios(self) -> dict[str, str]:
        """The states of scenarios, to be read and set."""
        return self.engine.states.of(self.session_name).scenarios

    def gate(self, name: str) -> GateVerbs:
        """A gate by its name: ``mock.gate("hold").release()``."""
        return GateVerbs(self, name)

    def crud(
        self,
        *,
        create: Verbs | None = None,
        read: Verbs | None = None,
        update: Verbs | None = None,
        delete: Verbs | None = None,
        list: Verbs | None = None,
        **settings: Any,
    ) -> Crud:
        """Let operations share records; ``key``, ``record`` … as for `ZSI.mock.crud.Crud`."""
        from ZSI.mock.crud import Crud

        verbs = {"create": create, "read": read, "update": update, "delete": delete, "list": list}
        return Crud(self, verbs, **settings)

    def faults(self, op: str) -> dict[str, type]:
        """The classes of an operation's declared faults, by name."""
        return dict(self.engine.operations.find(op)[0].faults)

    def types(self, name: str) -> Any:
        """The class of an element, type or message of a contract by its Python name.

        Raises:
            LookupError: no contract has one.
        """
        for contract in self.contracts:
            try:
                return contract.built.cls(name)
            except KeyError:
                continue
        raise LookupError(f"no class {name}")

    def reset(self) -> None:
        """Forget stubs, state and journal; of the session if this is a session's face."""
        session = self.session_name or None
        self.run(self.engine.reset, session)
        self.journal.clear(session)

    def report(self) -> Report:
        """What went unnoticed so far."""
        return report(self.engine, self.journal, self.session_name or None)


class GateVerbs:
    """One gate, reached from the test's thread."""

    def __init__(self, mock: Mock, name: str) -> None:
        self._mock = mock
        self._name = name

    @property
    def waiting(self) -> int:
        """How many replies are held."""
        return self._mock.engine.gates[self._name].waiting

    def release(self, count: int | None = None) -> None:
        """Let all replies go, or only the first few that wait."""
        self._mock.run(self._mock.engine.gates[self._name].release, count)

    def shut(self) -> None:
        """Hold replies again."""
        self._mock.run(self._mock.engine.gates[self._name].shut)
