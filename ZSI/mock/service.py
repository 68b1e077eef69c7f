"""The mock server as a Twisted service: it listens, tells, and reads its rules again.

For ``zsi-mock serve`` and ``twistd zsi-mock``; `ZSI.mock.server` is for tests in this process.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from twisted.application.service import MultiService
from twisted.internet.defer import (
    Deferred,
    DeferredList,
    FirstError,
    gatherResults,
    maybeDeferred,
)
from twisted.internet.protocol import Factory
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from ZSI.mock import console
from ZSI.mock.checking import all_mistakes, check_stubs
from ZSI.mock.composition import Composition
from ZSI.mock.engine import Engine
from ZSI.mock.errors import DefinitionError
from ZSI.mock.facade import Mock
from ZSI.mock.metrics import metrics_of
from ZSI.mock.mistakes import DefinitionErrors
from ZSI.mock.options import admin_endpoint, journal_limits
from ZSI.mock.reload import INTERVAL, Reloader
from ZSI.mock.resource import MockRoot
from ZSI.mock.server import mock_root
from ZSI.mock.sqlite_journal import keep_in
from ZSI.mock.telling import Teller
from ZSI.twisted.access import ExchangeLog, client_of
from ZSI.twisted.endpoints import GRACE, make_factory, raise_descriptor_limit

# MultiService's methods are not annotated, so that a typed subclass could not call any of them.
_MultiService: Any = MultiService

#: The key of the HTTP interface among the ports that are open.
_ADMIN = "admin"
_log = Logger("ZSI.mock")


class HttpLines(ExchangeLog):
    """Tells of exchanges that are no messages: pages, wrong paths, what is no HTTP.

    Args:
        tell: gets what was asked, the status and a reason.
    """

    def __init__(self, tell: Callable[[str, int, str], None]) -> None:
        super().__init__(successes=False)
        self._tell = tell

    def __call__(self, request: Any, status: int, size: int) -> None:
        """An exchange is over; the engine has told of those that it had."""
        exchange = request.exchange
        if getattr(exchange, "opened", False) or getattr(exchange, "chain", None) is not None:
            if status >= 400:
                super().__call__(request, status, size)
            return
        if not self._over(status):
            asked = f"{request.method.decode('latin-1')} {request.uri.decode('latin-1')}"
            self._tell(asked, status, _REASONS.get(status, ""))

    def refused(self, client: Any, status: int, reason: str) -> None:
        """What came was no request, or too long a one."""
        if not self._over(status):
            self._tell(f"from {client_of(client)}", status, reason)


_REASONS = {
    404: "nothing lives here; GET / lists the paths",
    405: "POST envelopes here",
    413: "the body is too large",
    415: "the media type or coding is not read here",
}


#: The endpoint strings that host and port become; what they say needs no parser of Twisted's.
_PLAIN_TCP = re.compile(r"tcp:(\d+):interface=([^:\\=]*):backlog=(\d+)")


class _LateFactory(Factory):
    """A factory that is made when the first client comes: many servers are never asked.

    Args:
        make: makes it.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def buildProtocol(self, addr: Any) -> Any:
        """Twisted: a client has come."""
        if self._made is None:
            self._made = self._make()
            self._made.doStart()
        return self._made.buildProtocol(addr)

    def stopFactory(self) -> None:
        """Twisted: the port is closed."""
        if self._made is not None:
            self._made.doStop()


class MockService(_MultiService):  # type: ignore[misc]  # see above
    """A mock server that runs until it is stopped.

    Args:
        compose: reads everything that is to be served; called again when files change.
        reactor: what listens, waits and looks at files.
        say: prints a line, or several.

    Attributes:
        mock: the mock's verbs.
        listening: fires with the service once it listens, or fails.

    Raises:
        DefinitionError: something is wrong with what is to be served.
    """

    def __init__(
        self, compose: Callable[[], Composition], reactor: Any, say: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._compose = compose
        self._reactor = reactor
        composition = compose()
        if composition.mistakes:
            raise DefinitionErrors(all_mistakes(composition))
        limits = journal_limits(composition.config)
        self.mock = Mock(services=composition.served, limits=limits)
        raise_all(check_stubs(self.mock.engine, composition.stubs, composition.entries))
        self._journal = keep_in(self.mock, composition.config["journal"])
        self.mock.engine.load(composition.stubs)
        self._json: bool = composition.config["json"]
        show = console.as_json if self._json else console.line
        self._teller = Teller(show, say, reactor, self._is_busy)
        self._say = self._teller.say
        self.mock.engine.records.append(self._teller.tell)
        self._admin = admin_endpoint(composition.config)
        self._admin_url: str | None = None
        self._composition = composition
        self._watched = composition.watched
        self._roots = {endpoint: MockRoot({}) for endpoint in _own_endpoints(composition)}
        self._mount(composition)
        self._ports: dict[str, Any] = {}
        self._factories: list[Any] = []
        self._looking: LoopingCall | None = None
        self._ready_file: Path | None = None
        self.listening: Deferred[MockService] = Deferred()
        #: The option that has said where to listen, where it could not.
        self.chosen_by = "--port"

    # ------------------------------------------------------------------ starting and stopping

    def privilegedStartService(self) -> None:
        """Twisted: open the ports, before a daemon gives up its rights."""
        raise_descriptor_limit()
        super().privilegedStartService()
        opening = [self._open(endpoint, key) for endpoint, key in self._endpoints()]
        opened = gatherResults(opening, consumeErrors=True)
        opened.addCallback(lambda _: self._started()).addErrback(self._refused)

    def _endpoints(self) -> Iterable[tuple[str, str]]:
        """What to listen on, each with the key of its root."""
        for key in self._roots:
            for endpoint in self._composition.endpoints if key == "" else [key]:
                yield endpoint, key
        if self._admin is not None:
            yield self._admin, _ADMIN

    def _open(self, endpoint: str, key: str) -> Deferred[None]:
        if key == _ADMIN:
            factory = self._admin_factory()
        else:
            config = self._composition.config
            log = HttpLines(self._tell_http)
            factory = make_factory(self._roots[key], self._reactor, front=config["front"], log=log)
            self._factories.append(factory)

        def opened(port: Any) -> None:
            self._ports[endpoint] = port
            host = port.getHost()
            base = _base_url(endpoint, host)
            if key == _ADMIN:
                self._admin_url = f"{base}/__admin"
            elif key:
                self.mock.base_urls[key] = base
            elif not self.mock.base_url:
                self.mock.base_url = base

        return maybeDeferred(self._listen, endpoint, factory).addCallback(opened)

    def _listen(self, endpoint: str, factory: Any) -> Any:
        plain = _PLAIN_TCP.fullmatch(endpoint)
        if plain is not None:
            port, host, backlog = int(plain[1]), plain[2], int(plain[3])
            return self._reactor.listenTCP(port, factory, backlog=backlog, interface=host)
        # a tenth of the time that everything here takes to import, and mostly for TLS
        from twisted.internet.endpoints import serverFromString

        try:
            made = serverFromString(self._reactor, endpoint)
        except OSError as error:  # a key or certificate
            raise DefinitionError(
                f"endpoint {endpoint}: {error.filename}: {error.strerror}"
            ) from error
        except Exception as error:  # Twisted's parsers and OpenSSL have many ways to refuse
            raise DefinitionError(f"endpoint {endpoint}: {error}") from error
        return made.listen(factory)

    def _admin_factory(self) -> Any:
        metrics_of(self.mock.engine)  # counts from the start
        return _LateFactory(self._admin_site)

    def _admin_site(self) -> Any:
        from ZSI.mock.admin import admin_site

        return admin_site(self.mock, self._reactor, self._composition.config["admin_token"])

    def _refused(self, reason: Any) -> None:
        """A port could not be opened, or the ready file not be written: nothing is served."""
        failure = reason
        if isinstance(reason.value, FirstError):
            failure = reason.value.subFailure
            _, key = list(self._endpoints())[reason.value.index]
            option = "--endpoint" if self._composition.config["endpoint"] else "--port"
            self.chosen_by = {"": option, _ADMIN: "--admin"}.get(key, "port: in the rules")
        self.listening.errback(failure)

    def _started(self) -> None:
        config = self._composition.config
        if config["ready_file"] is not None:
            self._ready_file = Path(config["ready_file"])
            write_atomically(self._ready_file, json.dumps(self.urls(), indent=1) + "\n")
        if self._json:
            warnings = {"warnings": self._warnings()} if self._warnings() else {}
            self._say(json.dumps({"ready": self.urls(), **warnings}, ensure_ascii=False))
        else:
            self._say(self._banner())
        if config["reload"]:
            self._look()
        self.listening.callback(self)

    def stopService(self) -> Deferred[None]:
        """Twisted: close the ports, let what is under way end."""
        if self._looking is not None and self._looking.running:
            self._looking.stop()
        if self._ready_file is not None:
            self._ready_file.unlink(missing_ok=True)
        closing = [maybeDeferred(port.stopListening) for port in self._ports.values()]
        stopped = DeferredList([*closing, maybeDeferred(super().stopService)])
        return stopped.addCallback(
            lambda _: DeferredList([factory.drain(GRACE) for factory in self._factories])
        ).addCallback(self._told)

    def _told(self, _: object) -> None:
        """Everything has ended: say what has not been said, and close the journal's file."""
        self._teller.flush()
        if self._journal is not None:
            self._journal.close()

    # ------------------------------------------------------------------ telling

    def urls(self) -> dict[str, Any]:
        """Where everything is, as the ready file has it."""
        services: dict[str, Any] = {}
        for mount in self.mock.mounts:
            base = self.mock.base_urls.get(mount.endpoints[0], self.mock.base_url)
            url = base + mount.path
            for operation in mount.router.operations:
                known = services.setdefault(
                    operation.contract, {"wsdl": f"{url}?wsdl", "ports": {}}
                )
                known["ports"][operation.port] = url
        first = next(iter(services.values()), None)
        return {
            "url": next(iter(first["ports"].values())) if first else self.mock.base_url,
            "services": services,
            "admin": self._admin_url,
            "pid": os.getpid(),
        }

    def _banner(self) -> str:
        composition = self._composition
        places = [
            console.Place(mount, self.mock.base_urls.get(endpoint, self.mock.base_url) + mount.path)
            for mount in self.mock.mounts
            for endpoint in mount.endpoints[:1]
        ]
        return console.banner(
            places,
            stubs=len(composition.stubs),
            rules=composition.config["rules"],
            admin=self._admin_url,
            warnings=self._warnings(),
        )

    def _warnings(self) -> list[str]:
        """What schemas mean for the checks, each once."""
        found = (text for contract in self.mock.contracts for text in contract.warnings)
        return list(dict.fromkeys(found))

    def _is_busy(self) -> bool:
        """Whether several clients are connected, as far as a front knows its connections."""
        return any(len(getattr(factory, "connections", ())) > 1 for factory in self._factories)

    def _tell_http(self, asked: str, status: int, reason: str) -> None:
        now = self.mock.clock()
        if self._json:
            record = {"time": now.isoformat(), "http": asked, "status": status, "error": reason}
            self._say(json.dumps(record, ensure_ascii=False))
        else:
            self._say(console.http_line(now, asked, status, reason))

    def _note(self, text: str) -> None:
        """Say something that is no exchange."""
        self._say(json.dumps({"note": text}, ensure_ascii=False) if self._json else text)

    # ------------------------------------------------------------------ reading again

    def _look(self) -> None:
        reloader = Reloader(lambda: self._watched, self.reload)
        self._looking = LoopingCall(reloader.poll)
        self._looking.clock = self._reactor
        self._looking.start(INTERVAL, now=False)

    def reload(self) -> None:
        """Read everything again; where something is wrong, all stays as it was, and it is said."""
        try:
            composition = self._compose()
            mistakes = self._mistakes(composition)
            self._watched = composition.watched
            if mistakes:
                # files of before may be what has to be mended
                self._watched += self._composition.watched
                raise DefinitionErrors(mistakes)
            self.mock.remake(composition.served, composition.stubs)
        except DefinitionError as error:
            self._note(f"not reloaded, the rules of before stay:\n{error}")
            return
        except Exception:
            _log.failure("reading the rules again failed; those of before stay")
            return
        self._adopt(composition)

    def _adopt(self, composition: Composition) -> None:
        before, self._composition = self._composition, composition
        self.mock.journal.limits = journal_limits(composition.config)
        self._watched = composition.watched
        if composition.endpoints != before.endpoints or set(_own_endpoints(composition)) != set(
            self._roots
        ):
            self._note("other endpoints than before are only listened on after a restart")
        self._mount(composition)
        self._note(f"reloaded: {len(composition.served)} services, {len(composition.stubs)} stubs")

    def _mistakes(self, composition: Composition) -> list[DefinitionError]:
        """What is wrong; stubs are tried on an engine of their own if contracts changed."""
        if composition.mistakes:
            return all_mistakes(composition)
        engine: Engine = self.mock.engine
        operations = {o for served in composition.served for o in served.contract.operations}
        if operations != set(engine.operations):
            engine = Mock(services=composition.served).engine
        return check_stubs(engine, composition.stubs, composition.entries)

    def _mount(self, composition: Composition) -> None:
        """Put resources for everything in the place of those that are there."""
        from ZSI.mock.mixing import ServiceMock

        trusted: bool = composition.config["trust_proxy"]
        for endpoint, root in self._roots.items():
            others = {
                path: own for (where, path), own in composition.others.items() if where == endpoint
            }
            made = mock_root(self.mock, self._reactor, others, endpoint).resources
            for resource in made.values():
                resource.trust_proxy = trusted
            root.resources = made
        for served in composition.served:
            if served.own is not None:
                served.own.mock = ServiceMock(self.mock, served.own, self._reactor)


def _own_endpoints(composition: Composition) -> list[str]:
    """The keys of the roots: ``""`` for the server's endpoints, and those of services."""
    found = [endpoint for served in composition.served for endpoint in served.endpoints]
    found += [endpoint for endpoint, _ in composition.others]
    return list(dict.fromkeys(found)) or [""]


def raise_all(mistakes: Iterable[DefinitionError]) -> None:
    """Raise mistakes, if there are any.

    Raises:
        DefinitionErrors: all of them.
    """
    found = list(mistakes)
    if found:
        raise DefinitionErrors(found)


def _base_url(endpoint: str, host: Any) -> str:
    """The URL without path under which an endpoint is reached from this machine."""
    scheme = "https" if endpoint.partition(":")[0] in ("ssl", "tls") else "http"
    address = getattr(host, "host", None)
    if address is None:  # a Unix socket
        return f"http+unix://{getattr(host, 'name', b'')!s}"
    name = {"0.0.0.0": "localhost", "::": "localhost", "": "localhost"}.get(address, address)
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{host.port}"


def write_atomically(path: Path, text: str) -> None:
    """Write a file that is never seen half written.

    Raises:
        OSError: it cannot be written.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_text(text, "utf-8")
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None
