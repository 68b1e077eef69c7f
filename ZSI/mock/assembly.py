"""From contracts and settings to mounts: which operations answer at which path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ZSI.mock.contract import MockContract
from ZSI.mock.engine import Mount
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.mock.operations import MockOperation
from ZSI.mock.settings import Settings
from ZSI.route import Router


class PathClash(DefinitionError):
    """Two services at one path that no request could tell apart; the message names both."""


@dataclass(frozen=True, slots=True)
class Served:
    """One contract to be served.

    Attributes:
        contract: what.
        settings: how.
        path: the path of all its ports, or by port; overrides the addresses in the WSDL.
        endpoints: where it listens, as Twisted endpoints; ``""`` is the server's own.
        own: the instance of a service class that answers what it writes itself; see
            `ZSI.mock.mixing`.
    """

    contract: MockContract
    settings: Settings = Settings()
    path: str | Mapping[str, str] | None = None
    endpoints: tuple[str, ...] = ("",)
    own: Any = None

    def paths(self) -> dict[str, str]:
        """The path of each port.

        Raises:
            DefinitionError: there is no port of a name that ``path`` speaks of.
        """
        found = self.contract.paths()
        if isinstance(self.path, str):
            return dict.fromkeys(found, absolute(self.path))
        overridden = {port: absolute(path) for port, path in (self.path or {}).items()}
        for port in overridden:
            if port not in found:
                raise DefinitionError(
                    f"path for port {port}, which {self.contract.name} does not have",
                    expected=listed(found),
                    nearest=nearest(port, found),
                )
        return found | overridden


def absolute(path: str) -> str:
    """A path that begins with a slash and does not end with one.

    >>> absolute("bank/"), absolute("/")
    ('/bank', '/')
    """
    return "/" + path.strip("/")


def mounts_of(services: Iterable[Served]) -> tuple[Mount, ...]:
    """The mounts of all contracts.

    Ports that share a path are told apart by SOAP version, then by body element, then by action.

    Raises:
        PathClash: two operations at one path cannot be told apart.
        DefinitionError: see `Served.paths`.
    """
    paths_of: dict[int, dict[str, str]] = {}
    places: dict[tuple[str, str], list[Served]] = {}
    for served in services:
        paths = paths_of[id(served)] = served.paths()
        used = {paths[operation.port] for operation in served.contract.operations}
        for endpoint in served.endpoints:
            for path in dict.fromkeys(paths.values()):
                if path in used:
                    places.setdefault((endpoint, path), []).append(served)
    mounts: dict[tuple[str, tuple[int, ...]], tuple[str, list[Served], list[str]]] = {}
    for (endpoint, path), found in places.items():
        key = (path, tuple(map(id, found)))
        mounts.setdefault(key, (path, found, []))[2].append(endpoint)
    return tuple(
        _mount(path, found, paths_of, tuple(endpoints))
        for path, found, endpoints in mounts.values()
    )


def _mount(
    path: str,
    services: list[Served],
    paths_of: Mapping[int, Mapping[str, str]],
    endpoints: tuple[str, ...],
) -> Mount:
    """What answers at one path of some endpoints."""
    operations = [
        operation
        for served in services
        for operation in served.contract.operations
        if paths_of[id(served)][operation.port] == path
    ]
    _refuse_clashes(path, operations)
    first = services[0]
    for other in services[1:]:
        if other.settings != first.settings:
            raise PathClash(
                f"{first.contract.name} and {other.contract.name} are both at {path}, with "
                "different settings",
                expected="the same settings, or another path for one of them",
            )
    owns = {served.contract.name: served.own for served in services if served.own is not None}
    # where nothing tells two apart, the one that answers: who expects nothing will not mind
    router = Router(sorted(operations, key=lambda operation: operation.one_way))
    paths = paths_of[id(first)]
    return Mount(path, router, first.settings, first.contract, paths, endpoints, owns)


def _refuse_clashes(path: str, operations: Iterable[MockOperation]) -> None:
    seen: dict[object, MockOperation] = {}
    for operation in operations:
        if operation.problem is not None:
            continue
        key = (operation.version.number, operation.root, operation.soap_action,
               operation.input_name)  # fmt: skip
        other = seen.setdefault(key, operation)
        if other is not operation and other.built is not operation.built:
            raise PathClash(
                f"{other.contract} and {operation.contract} both have {operation.name} at {path}: "
                f"no request could tell {other.title} and {operation.title} apart",
                expected="another path for one of them",
            )
