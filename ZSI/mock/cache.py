"""Contracts kept on disk, so that a large WSDL is read and planned once.

An entry is a line of JSON that says what it was made from, and a pickle. Pickles run code when
they are read: entries count only in a folder, and as files, that belong to the user alone.
An entry holds while every document that went into it has the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from ZSI.generate.plan import Plan
from ZSI.generate.planner import make_plan
from ZSI.schema import FORMAT
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.model import Contract
from ZSI.wsdl.sources import LoadPolicy

#: Of the entries; a change of any pickled class asks for a new one.
CACHE_FORMAT = 1


def default_folder() -> Path:
    """``$ZSI_MOCK_CACHE``, else ``zsi-mock`` in the user's cache folder (XDG base directories)."""
    given = os.environ.get("ZSI_MOCK_CACHE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "zsi-mock"


def load_planned(
    location: str | Path, policy: LoadPolicy, folder: Path | None = None
) -> tuple[Contract, Plan]:
    """A contract and its plan, from the cache if the documents have not changed.

    Args:
        location: the WSDL.
        policy: how to read it; contracts that may come from a network are never kept.
        folder: of the cache; None: no cache.

    Raises:
        ContractError: it cannot be read.
    """
    entry = _entry(Path(location), policy, folder) if folder is not None else None
    known = _read(entry) if entry is not None else None
    if known is not None:
        return known
    contract = load_contract(location, policy=policy)
    plan = make_plan(contract)
    if entry is not None:
        _write(entry, contract, plan)
    return contract, plan


def _entry(location: Path, policy: LoadPolicy, folder: Path) -> Path | None:
    """Where the entry for a location is, or would be; None if it cannot be kept safely."""
    if policy.allow_network or not _private_folder(folder):
        return None
    said = (str(location.absolute()), repr(policy), sys.version, FORMAT, CACHE_FORMAT, _release())
    return folder / f"{hashlib.sha256(repr(said).encode()).hexdigest()[:40]}.contract"


def _release() -> str:
    """Changes with the code that makes contracts and plans: the newest of its files."""
    home = Path(__file__).parent.parent
    stamps = [
        path.stat().st_mtime_ns
        for room in ("wsdl", "generate", "TC")
        for path in (home / room).glob("*.py")
    ]
    return str(max(stamps, default=0))


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


def _read(entry: Path) -> tuple[Contract, Plan] | None:
    """The contract and plan of an entry, if it is ours and holds."""
    try:
        with entry.open("rb") as file:
            if not _is_private(os.fstat(file.fileno())):
                return None
            documents = json.loads(file.readline())
            if not all(_digest(Path(path)) == digest for path, digest in documents.items()):
                return None
            contract, plan = pickle.load(file)  # noqa: S301  # the file is the user's own: checked above
    except (OSError, ValueError, pickle.PickleError, EOFError, AttributeError, ImportError):
        return None
    return (contract, plan) if isinstance(plan, Plan) else None


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _write(entry: Path, contract: Contract, plan: Plan) -> None:
    """Keep an entry, whole or not at all."""
    documents = {}
    for document in contract.documents:
        if document.url.startswith("known:"):
            continue
        if any(link.url is None for link in document.links):
            return  # a location that was not read may be there next time
        documents[str(Path(document.url).absolute())] = hashlib.sha256(
            document.content
        ).hexdigest()
    with suppress(OSError, RecursionError):
        handle, name = tempfile.mkstemp(dir=entry.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(documents).encode() + b"\n")
                pickle.dump((contract, plan), file, pickle.HIGHEST_PROTOCOL)
            Path(name).replace(entry)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
