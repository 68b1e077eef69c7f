"""Contracts kept in the process and on disk, so that a large WSDL is read and planned once.

Whatever is kept holds while every document that went into it has the same bytes. An entry on disk
is a line of JSON that says what it was made from, and a pickle. Pickles run code when they are
read: entries count only in a folder, and as files, that belong to the user alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from ZSI.generate.classes import Classes, Relations
from ZSI.generate.plan import ClassPlan, Plan
from ZSI.mock.scope import prefixes_of_documents
from ZSI.schema import FORMAT
from ZSI.wsdl.sources import LoadPolicy

if TYPE_CHECKING:
    from ZSI.wsdl.model import Contract

#: Of the entries; a change of any pickled class that the files' stamps would not show asks for
#: a new one.
CACHE_FORMAT = 4
PROTOCOL: Final = pickle.HIGHEST_PROTOCOL
#: Entries of a folder; those that were not used for longest make room.
MOST_ENTRIES = 100
#: Contracts that one process keeps; each test of a suite asks for the same few.
MOST_KEPT = 32


class Broken(NamedTuple):
    """An operation of a SOAP port that cannot be planned, and why."""

    service: str
    port: str
    name: str
    soap_action: str | None
    problem: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What serving a WSDL takes of it.

    Attributes:
        plan: its plan. broken: what the plan had to leave out.
        documents: SHA-256 of each document, by path; None: one of them came from elsewhere or
            is missing, so that nobody can say whether it has changed.
        findings: what its reader found unusual, as lines.
        uncompiled: why libxml2 does not compile its schemas; None: it does.
        prefixes: what the documents declare at their roots.
    """

    plan: Plan
    broken: tuple[Broken, ...] = ()
    documents: Mapping[str, str] | None = field(default=None, repr=False)
    findings: tuple[str, ...] = ()
    uncompiled: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict, repr=False)


def default_folder() -> Path | None:
    """``$ZSI_MOCK_CACHE`` (``off``: none), else ``zsi-mock`` in the user's cache folder (XDG)."""
    given = os.environ.get("ZSI_MOCK_CACHE")
    if given:
        return None if given == "off" else Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "zsi-mock"
    except RuntimeError:  # a user without a home
        return None


K = TypeVar("K")
V = TypeVar("V")

_kept: dict[tuple[str, str], Planned] = {}


def keep(kept: dict[K, V], key: K, value: V, most: int) -> None:
    """Put a value into a dict of ``most`` at the most; the oldest make room.

    >>> kept = {"a": 1, "b": 2}
    >>> keep(kept, "c", 3, 2)
    >>> kept
    {'b': 2, 'c': 3}
    """
    for oldest in list(kept)[: max(len(kept) + 1 - most, 0)]:
        kept.pop(oldest, None)  # another thread may have done so
    kept[key] = value


def load_planned(
    location: str | Path, policy: LoadPolicy | None = None, folder: Path | None = None
) -> Planned:
    """Read and plan a WSDL, or find it planned.

    Args:
        location: the WSDL.
        policy: how to read it; contracts that may come from a network are never kept.
        folder: of the cache on disk; None: none.

    Raises:
        ContractError: it cannot be read.
    """
    policy = policy or LoadPolicy()
    if policy.allow_network:
        return read_planned(location, policy)
    key = (str(Path(location).absolute()), repr(policy))
    known = _kept.get(key)
    if known is not None and holds(known.documents):
        return known
    entry = _entry(key, folder) if folder is not None else None
    planned = _read(entry) if entry is not None else None
    if planned is None:
        planned = read_planned(location, policy)
        if entry is not None and planned.documents is not None:
            _write(entry, planned)
    if planned.documents is not None:
        keep(_kept, key, planned, MOST_KEPT)
    return planned


def read_planned(location: str | Path, policy: LoadPolicy) -> Planned:
    """Read and plan a WSDL.

    Raises:
        ContractError: it cannot be read.
    """
    # not needed where the cache has it, and 0.1 s to import
    from ZSI.generate.planner import make_plan
    from ZSI.wsdl.load import load_contract
    from ZSI.wsdl.validator import compile_schema

    contract = load_contract(location, policy=policy)
    plan = make_plan(contract)
    return Planned(
        plan,
        tuple(_broken(contract, plan)),
        _documents(contract),
        tuple(str(finding) for finding in contract.findings),
        compile_schema(contract).reason,
        prefixes_of_documents(content for _, content in plan.documents),
    )


def _broken(contract: Contract, plan: Plan) -> Iterator[Broken]:
    """The operations of the plan's ports that it has no place for."""
    planned = {
        (service.name, port.name): {operation.name for operation in port.operations}
        for service in plan.services
        for port in service.ports
    }
    for service, port, binding in contract.ports():
        names = planned.get((service.name.localname, port.name))
        if names is None:
            continue
        for bound in binding.operations:
            if bound.name not in names:
                problem = bound.problem or "its messages are of a shape that is not served"
                yield Broken(
                    service.name.localname, port.name, bound.name, bound.soap_action, problem
                )


#: What the URLs of shipped schemas begin with.
_KNOWN = "known:"


def _documents(contract: Contract) -> dict[str, str] | None:
    found = {}
    for document in contract.documents:
        if document.url.startswith(_KNOWN):
            continue
        if any((link.url or _KNOWN).startswith(_KNOWN) for link in document.links):
            return None  # a location that could not be read may be there next time
        path = Path(document.url).absolute()
        if not path.exists():
            return None
        found[str(path)] = hashlib.sha256(document.content).hexdigest()
    return found


def holds(documents: Mapping[str, str] | None) -> bool:
    """Whether documents still have the bytes that they had."""
    return documents is not None and all(
        _digest(Path(path)) == digest for path, digest in documents.items()
    )


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


# ---------------------------------------------------------------------------- on disk


def _entry(key: tuple[str, str], folder: Path) -> Path | None:
    """Where the entry for a location is, or would be; None if it cannot be kept safely."""
    if not _private_folder(folder):
        return None
    said = (*key, sys.version, FORMAT, CACHE_FORMAT, _release())
    return folder / f"{hashlib.sha256(repr(said).encode()).hexdigest()[:40]}.contract"


@cache
def _release() -> str:
    """Changes with the code that makes contracts and plans."""
    home = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for room in (".", "wsdl", "generate", "TC"):
        for found in sorted(os.scandir(home / room), key=lambda entry: entry.name):
            if found.name.endswith(".py"):
                known = found.stat()
                digest.update(f"{found.name} {known.st_mtime_ns} {known.st_size}\n".encode())
    return digest.hexdigest()


def _private_folder(folder: Path) -> bool:
    """Whether the folder is there, belongs to us, and to nobody else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and _is_private(found)


def _is_private(found: os.stat_result) -> bool:
    if os.name != "posix":  # no owners and modes to look at: the user's profile protects it
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _read(entry: Path) -> Planned | None:
    """What an entry holds, if it is ours and still true."""
    try:
        handle = os.open(entry, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(handle, "rb") as file:
            found = os.fstat(handle)
            if not (stat.S_ISREG(found.st_mode) and _is_private(found)):
                return None
            if not holds(json.loads(file.readline())):
                return None
            planned = pickle.load(file)  # the user's own: checked above
        with suppress(OSError):
            os.utime(entry)
    except Exception:  # a damaged pickle may raise anything
        return None
    return planned if isinstance(planned, Planned) else None


def _write(entry: Path, planned: Planned) -> None:
    """Keep an entry, whole or not at all."""
    with suppress(OSError, RecursionError, pickle.PickleError):
        handle, name = tempfile.mkstemp(dir=entry.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(planned.documents).encode() + b"\n")
                _Pickler(file, PROTOCOL).dump(planned)
            Path(name).replace(entry)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _prune(entry.parent)


class _Kept(Classes):
    """The classes of an entry: each is unpickled when it is asked for.

    Of NetSuite's 1,600 a test needs a few; the others cost no time to read, nor the collector's.
    """

    def __init__(self, packed: dict[str, bytes], relations: Relations) -> None:
        self._plans = {}
        self._packed = packed
        self.relations = relations

    def named(self, python: str) -> ClassPlan:
        found = self._plans.get(python)
        if found is None:
            found = self._plans[python] = pickle.loads(self._packed[python])
        return found

    def __iter__(self) -> Iterator[ClassPlan]:
        return map(self.named, self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class _Pickler(pickle.Pickler):
    """Classes one by one, and dataclasses by their arguments: read in a third of the time."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Classes):
            return _Kept, ({made.python: _pickled(made) for made in value}, value.relations)
        if is_dataclass(value) and not isinstance(value, type):
            return type(value), _arguments(value)
        return NotImplemented


def _pickled(value: Any) -> bytes:
    file = io.BytesIO()
    _Pickler(file, PROTOCOL).dump(value)
    return file.getvalue()


def _arguments(value: Any) -> tuple[Any, ...]:
    """What makes a dataclass's value again, without the defaults at the end."""
    kind: Any = type(value)
    given = [getattr(value, name) for name, _ in _parameters(kind)]
    for _, default in reversed(_parameters(kind)):
        if given[-1] is not default:
            break
        given.pop()
    return tuple(given)


@cache
def _parameters(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((each.name, each.default) for each in fields(kind))


def _prune(folder: Path) -> None:
    """Make room: entries of older releases are never asked for again."""
    entries = sorted(folder.iterdir(), key=lambda path: path.lstat().st_mtime_ns)
    for entry in entries[:-MOST_ENTRIES]:
        entry.unlink()
