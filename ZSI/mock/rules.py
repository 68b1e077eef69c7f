"""Rule files: services, settings and stubs from YAML, with every mistake and its line.

A file is a mapping with the keys of `FILE_KEYS`, or just a list of stubs. Files may include
others; a folder stands for its files, sorted by name. What the stubs mean for the contracts is
checked later, by `ZSI.mock.checking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ZSI.errors import Where
from ZSI.mock.definitions import parse_stub
from ZSI.mock.errors import DefinitionError, nearest
from ZSI.mock.keys import (
    ANYTHING,
    TEXT,
    TEXTS,
    Key,
    Kind,
    Place,
    all_of,
    integer,
    read_keys,
    ref,
    several,
)
from ZSI.mock.mistakes import Mistakes
from ZSI.mock.options import BY_NAME, OPTIONS, Given, Said, where_said
from ZSI.mock.stubs import Stub
from ZSI.mock.yamlfile import load_yaml, where_in

#: Endings of the files that a folder stands for.
ENDINGS = (".yaml", ".yml")
#: Files in one set of rules; also stops files that include one another for ever.
MOST_FILES = 1_000


def sorted_paths(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """What a command line names: rule files and folders; and WSDLs, which is everything else.

    >>> sorted_paths(["bank.wsdl", "rules.YAML", "http://h/x.yaml"])
    (['rules.YAML'], ['bank.wsdl', 'http://h/x.yaml'])
    """
    rules: list[str] = []
    wsdls: list[str] = []
    for path in paths:
        named = path.lower().endswith(ENDINGS) or Path(path).is_dir()
        (rules if named and "://" not in path else wsdls).append(path)
    return rules, wsdls


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """One service of a rule file, as it is written down.

    Attributes:
        where: its place.
        wsdl: a path, made absolute from the file's folder, or a URL.
        cls: a service class, ``my.module:EchoService``.
        folder: of the file, where the class's module is looked for too.
        name: how stubs and pages call it; "": by the WSDL's name.
        path: of all its ports, or by port.
        endpoints: where it listens; none: where the server does.
        port: the same as a port of the server's host.
        settings: its own. namespaces: prefixes for its stubs.
        stubs: its own, in order.
    """

    where: Where | None = None
    wsdl: str | None = None
    cls: str | None = None
    folder: str = ""
    name: str = ""
    path: str | Mapping[str, str] | None = None
    endpoints: tuple[str, ...] = ()
    port: int | None = None
    settings: Given = field(default_factory=dict)
    stubs: tuple[Stub, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that rule files say.

    Attributes:
        services: in order.
        stubs: for all services, in order.
        settings: of the server, and of services that have none of their own.
        files: what was read; folders: those that were asked for their files.
        entries: the mapping of each stub, by the stub's number, for the lines of its keys.
        mistakes: what is wrong; the rest is what is right.
    """

    services: tuple[ServiceRule, ...] = ()
    stubs: tuple[Stub, ...] = ()
    settings: Given = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    entries: Mapping[int, Any] = field(default_factory=dict)
    mistakes: tuple[DefinitionError, ...] = ()


def _mapping_or_text(value: Any, place: Place) -> Any:
    if isinstance(value, Mapping):
        return TEXTS.parse(value, place)
    return TEXT.parse(value, place)


_STUBS = Kind(all_of(ANYTHING).parse, {"type": ["array", "null"], "items": ref("stub")})
_SERVICES = Kind(all_of(ANYTHING).parse, {"type": "array", "items": ref("service")})
_PATHS = several(TEXT)

#: Keys of a service, besides the settings that services may have of their own.
SERVICE_KEYS: dict[str, Key] = {
    "wsdl": Key(TEXT, "The WSDL: a path from the rule file's folder, or a URL.",
                example="bank.wsdl"),
    "class": Key(
        TEXT,
        "A service class over a generated stub, my.module:EchoService (or what makes one). It "
        "answers the operations that it writes itself; stubs come first, samples answer the rest.",
        example="my.module:EchoService",
    ),
    "name": Key(TEXT, "How stubs and pages call the service; the WSDL's name by default."),
    "path": Key(
        Kind(_mapping_or_text, {"anyOf": [{"type": "string"}, dict(TEXTS.schema)]}),
        "The path of all ports, or by port; that of their address in the WSDL by default.",
        example="/bank",
    ),
    "port": Key(integer(0, 65_535), "A TCP port of its own, on the server's host.", example="8081"),
    "endpoint": Key(_PATHS, "Twisted endpoints of its own.", example="tcp:8081"),
    "namespaces": Key(TEXTS, "Prefixes for the paths, values and XPath of its stubs."),
    "stubs": Key(_STUBS, "Its stubs; the first that matches answers, those of priority first."),
    "include": Key(_PATHS, "Files or folders with stubs for it."),
}  # fmt: skip


def _setting(name: str) -> Key:
    option = BY_NAME[name]
    words = option.words[0].upper() + option.words[1:] + "."
    default = option.default
    example = default if isinstance(default, str | int) and default != "" else None
    return Key(option.kind, words, example=example)


SHARED = {option.name: _setting(option.name) for option in OPTIONS if option.shared}
_SERVICE = {**SERVICE_KEYS, **SHARED}

#: Keys of a file.
FILE_KEYS: dict[str, Key] = {
    "services": Key(_SERVICES, "What is served: mappings, or paths of WSDLs."),
    "stubs": Key(_STUBS, "Stubs for all services."),
    "include": Key(_PATHS, "More rule files, or folders of them.", example="more.yaml"),
    "namespaces": Key(TEXTS, "Prefixes for paths, values and XPath in this file."),
    **{option.name: _setting(option.name) for option in OPTIONS if option.in_file},
}
#: Keys of a file that a service includes.
PART_KEYS = {key: FILE_KEYS[key] for key in ("stubs", "include", "namespaces")}


def read_rules(paths: Iterable[str | Path], environ: Mapping[str, str] | None = None) -> RuleSet:
    """Read rule files and folders.

    Args:
        paths: of files and folders.
        environ: for ``${NAME}``; None: the process's.

    Returns:
        What they say, with their ``mistakes``.
    """
    reader = _Reader(environ)
    for path in paths:
        reader.read(Path(path), Place())
    return RuleSet(
        tuple(reader.services),
        tuple(reader.stubs),
        reader.settings,
        tuple(dict.fromkeys(reader.files)),
        tuple(dict.fromkeys(reader.folders)),
        reader.entries,
        tuple(reader.mistakes.found),
    )


class _Reader:
    """Reads files one after another, and collects what they say."""

    def __init__(self, environ: Mapping[str, str] | None) -> None:
        self.environ = environ
        self.mistakes = Mistakes()
        self.services: list[ServiceRule] = []
        self.stubs: list[Stub] = []
        self.settings: dict[str, Said] = {}
        self.files: list[Path] = []
        self.folders: list[Path] = []
        self.entries: dict[int, Any] = {}
        self._open: list[Path] = []

    def read(
        self, path: Path, place: Place, into: list[Stub] | None = None,
        namespaces: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Read a file or folder.

        Args:
            path: of it.
            place: where it is included.
            into: gets the stubs of a file that a service includes.
            namespaces: prefixes around it.
        """
        for file in self._files_of(path, place):
            if file.resolve() in self._open:
                self.mistakes.add(place.error(f"{path} includes itself"))
                continue
            self._open.append(file.resolve())
            try:
                self._file(file, into, namespaces or {})
            finally:
                self._open.pop()

    def _files_of(self, path: Path, place: Place) -> list[Path]:
        if not path.is_dir():
            if place.where is not None and not path.exists():
                beside = [item.name for item in path.parent.glob("*")]
                near = nearest(path.name, beside)
                self.mistakes.add(place.error(f"there is no file {path}", nearest=near))
                self.files.append(path)  # it may come
                return []
            return [path]
        self.folders.append(path)
        found = sorted(item for item in path.iterdir() if item.suffix.lower() in ENDINGS)
        if not found:
            where = place.where or Where(str(path))
            expected = f"files that end in {' or '.join(ENDINGS)}"
            self.mistakes.add(
                DefinitionError(f"no rule file in {path}", where=where, expected=expected)
            )
        return found

    def _file(self, path: Path, into: list[Stub] | None, namespaces: Mapping[str, str]) -> None:
        self.files.append(path)
        if len(self.files) > MOST_FILES:
            self.mistakes.add(
                DefinitionError(f"more than {MOST_FILES} files", where=Where(str(path)))
            )
            return
        content = self.mistakes.attempt(load_yaml, path, self.environ)
        if content is None:
            return
        if isinstance(content, list):
            self._stubs(content, Place(), into, namespaces)
            return
        place = Place(content)
        if not isinstance(content, Mapping):
            self.mistakes.add(
                DefinitionError(
                    "no rules", where=Where(str(path)),
                    expected="a mapping with services or stubs, or a list of stubs",
                )
            )  # fmt: skip
            return
        table = FILE_KEYS if into is None else PART_KEYS
        values = read_keys(content, table, place, self.mistakes)
        own = {**namespaces, **values.get("namespaces", {})}
        for key, value in values.items():  # in their order: stubs count from top to bottom
            if key == "stubs":
                self._stubs(value, place.below(key), into, own)
            elif key == "services":
                for number, entry in enumerate(value):
                    self._service(entry, place.below(key).below(number), path, own)
            elif key == "include":
                for item in value:
                    self.read(path.parent / item, place.below(key), into, own)
            elif key in BY_NAME:
                self._setting(key, value, place)

    def _setting(self, name: str, value: Any, place: Place) -> None:
        said = Said(value, where_said(place.below(name).where))
        known = self.settings.setdefault(name, said)
        if known is not said and known.value != value:
            self.mistakes.add(place.below(name).error(f"{name} is said in {known.origin} as well"))

    def _stubs(
        self, entries: Iterable[Any], place: Place, into: list[Stub] | None,
        namespaces: Mapping[str, str],
    ) -> None:  # fmt: skip
        found = self.stubs if into is None else into
        for number, entry in enumerate(entries):
            if not isinstance(entry, Mapping):
                self.mistakes.add(
                    place.below(number).error("no stub", expected="a mapping with op")
                )
                continue
            stub = self.mistakes.attempt(parse_stub, entry, namespaces=namespaces)
            if stub is not None:
                self.entries[stub.number] = entry
                found.append(stub)

    def _service(self, entry: Any, place: Place, path: Path, namespaces: Mapping[str, str]) -> None:
        if isinstance(entry, str):
            entry = {"wsdl": entry}
        elif not isinstance(entry, Mapping):
            self.mistakes.add(
                place.error("no service", expected="a mapping, or the path of a WSDL")
            )
            return
        place = Place(entry) if where_in(entry) else place
        before = len(self.mistakes.found)
        values = read_keys(entry, _SERVICE, place, self.mistakes)
        if "wsdl" not in entry and "class" not in entry:
            self.mistakes.add(place.error("a service without wsdl or class"))
        if "port" in values and "endpoint" in values:
            self.mistakes.add(place.below("port").error("port beside endpoint",
                                                        expected="one of the two"))  # fmt: skip
        own = {**namespaces, **values.get("namespaces", {})}
        stubs: list[Stub] = []
        for key, value in values.items():
            if key == "stubs":
                self._stubs(value, place.below(key), stubs, own)
            elif key == "include":
                for item in value:
                    self.read(path.parent / item, place.below(key), stubs, own)
        if len(self.mistakes.found) > before:
            return
        self.services.append(
            ServiceRule(
                place.where or Where(str(path)),
                _beside(path, values["wsdl"]) if "wsdl" in values else None,
                values.get("class"),
                str(path.parent),
                values.get("name", ""),
                values.get("path"),
                values.get("endpoint", ()),
                values.get("port"),
                {
                    name: Said(values[name], where_said(place.below(name).where))
                    for name in values
                    if name in SHARED
                },
                tuple(stubs),
            )
        )


def _beside(path: Path, location: str) -> str:
    """A location as it is meant in a file: URLs stay, paths start in the file's folder."""
    if "://" in location:
        return location
    return str(path.parent / location)
