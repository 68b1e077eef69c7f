"""From contracts and settings to mounts: which operations answer at which path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ZSI.errors import ZSIException
from ZSI.mock.contract import MockContract
from ZSI.mock.engine import Mount
from ZSI.mock.operations import MockOperation
from ZSI.mock.settings import Settings
from ZSI.route import Router


class PathClash(ZSIException):
    """Two operations at one path that no request could tell apart; the message names both."""


@dataclass(frozen=True, slots=True)
class Served:
    """One contract to be served.

    Args:
        contract: what.
        settings: how.
        path: the path of all its ports, or by port; overrides the addresses in the WSDL.
    """

    contract: MockContract
    settings: Settings = Settings()
    path: str | Mapping[str, str] | None = None
    _paths: dict[str, str] = field(default_factory=dict, repr=False)

    def paths(self) -> dict[str, str]:
        """The path of each port."""
        found = self.contract.paths()
        if isinstance(self.path, str):
            return dict.fromkeys(found, absolute(self.path))
        overridden = {port: absolute(path) for port, path in (self.path or {}).items()}
        unknown = sorted(set(overridden) - set(found))
        if unknown:
            raise PathClash(f"path for port {unknown[0]}: there is {', '.join(found)}")
        return found | overridden


def absolute(path: str) -> str:
    """A path that begins with a slash and does not end with one.

    >>> absolute("bank/"), absolute("/")
    ('/bank', '/')
    """
    return "/" + path.strip("/")


def mounts_of(services: Iterable[Served]) -> tuple[tuple[Mount, dict[str, str]], ...]:
    """The mounts of all contracts, each with the paths of its contract's ports.

    Ports that share a path are told apart by SOAP version, then by body element, then by action.

    Raises:
        PathClash: two operations at one path cannot be told apart.
    """
    by_path: dict[str, list[tuple[Served, MockOperation]]] = {}
    paths_of: dict[int, dict[str, str]] = {}
    for served in services:
        paths = paths_of[id(served)] = served.paths()
        for path in paths.values():
            by_path.setdefault(path, [])
        for operation in served.contract.operations:
            by_path[paths[operation.port]].append((served, operation))
    mounts = []
    for path, found in by_path.items():
        if not found:
            continue
        _refuse_clashes(path, [operation for _, operation in found])
        served = found[0][0]
        router = Router(operation for _, operation in found)
        mount = Mount(path, router, served.settings, served.contract)
        mounts.append((mount, paths_of[id(served)]))
    return tuple(mounts)


def _refuse_clashes(path: str, operations: list[MockOperation]) -> None:
    seen: dict[object, MockOperation] = {}
    for operation in operations:
        if operation.problem is not None:
            continue
        key = (operation.version.number, operation.root, operation.soap_action,
               operation.input_name)  # fmt: skip
        other = seen.setdefault(key, operation)
        if other is not operation and other.built is not operation.built:
            raise PathClash(
                f"{other.title} and {operation.title} are both asked for by "
                f"{operation.root.clark if operation.root else 'an empty Body'} at {path}: "
                "give one of the services another path"
            )
