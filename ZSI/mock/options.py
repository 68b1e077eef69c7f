"""Settings from the command line, the environment and rule files, each with its origin.

One table says what there is; command line, twistd, rule files, their JSON Schema and the
reference are made from it. What counts: option, then environment, then rule file, then default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ZSI.errors import Where
from ZSI.mock.definitions import FALLBACK
from ZSI.mock.errors import DefinitionError
from ZSI.mock.journal import JournalLimits
from ZSI.mock.keys import FLAG, TEXT, Kind, Place, choice, integer, several, shown
from ZSI.mock.mistakes import Mistakes


@dataclass(frozen=True, slots=True)
class Option:
    """One setting.

    Attributes:
        name: in rule files; ``--name`` and ``ZSI_MOCK_NAME`` elsewhere.
        kind: what its value may be.
        default: its value if nobody says anything.
        words: what it means.
        metavar: for the help; empty for flags.
        many: it may be given several times; the environment has it split at ``split`` (None:
            white space).
        shared: it may be said in a rule file for all services, and of each service.
        in_file: it may stand in a rule file at all.
    """

    name: str
    kind: Kind
    default: Any
    words: str
    metavar: str = ""
    many: bool = False
    split: str | None = None
    shared: bool = False
    in_file: bool = True

    @property
    def flag(self) -> bool:
        """It is on or off, and takes no value on the command line."""
        return self.kind is FLAG

    @property
    def long(self) -> str:
        """Its name on the command line, without dashes before it."""
        return self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"ZSI_MOCK_{self.name.upper()}"


_TEXTS = several(TEXT)
_UNITS = {"": 0, "K": 10, "M": 20, "G": 30}
_SIZE = re.compile(r"(\d{1,15}) ?([KMG]?)(?:i?B)?", re.IGNORECASE | re.ASCII)


def _size(value: Any, place: Place) -> int:
    found = _SIZE.fullmatch(str(value)) if isinstance(value, int | str) else None
    if found is None or isinstance(value, bool):
        raise place.error(shown(value), expected="bytes: a number, or one with K, M or G after it")
    return int(found[1]) << _UNITS[found[2].upper()]


#: A number of bytes; ``64M`` is 64 MiB.
SIZE = Kind(_size, {"type": ["string", "integer"]})


def _port_or_endpoint(value: Any, place: Place) -> str:
    text: str = TEXT.parse(value, place)
    if text.isascii() and text.isdigit():
        integer(0, 65_535).parse(text, place)
    return text


def _journal(value: Any, place: Place) -> str:
    text: str = TEXT.parse(value, place)
    if text != "memory" and not (text.startswith("sqlite:") and text != "sqlite:"):
        raise place.error(shown(value), expected="memory, or sqlite:FILE")
    return text


_LIMITS = JournalLimits()

OPTIONS: tuple[Option, ...] = (
    Option("wsdl", _TEXTS, (), "a WSDL to mock; a path or URL", "WSDL", True, os.pathsep,
           in_file=False),
    Option("rules", _TEXTS, (), "a rule file, or a folder of them", "PATH", True, os.pathsep,
           in_file=False),
    Option("host", TEXT, "127.0.0.1", "the address to listen on", "ADDRESS"),
    Option("port", integer(0, 65_535), 8080, "the port to listen on; 0: any free one", "PORT"),
    Option("endpoint", _TEXTS, (), "where to listen, as a Twisted endpoint such as "
           "ssl:8443:privateKey=…; in place of host and port", "ENDPOINT", True),
    Option("front", choice("fast", "web"), "fast", "the HTTP server: fast (httptools), or web "
           "(twisted.web)", "NAME"),
    Option("ready_file", TEXT, None, "write the URLs to this file as JSON once it listens",
           "FILE", in_file=False),
    Option("admin", Kind(_port_or_endpoint, TEXT.schema), "0", "where the HTTP interface listens: "
           "a loopback port (0: any free one), an endpoint, or off", "PORT"),
    Option("admin_token", TEXT, None, "what the HTTP interface asks for; it has to be given for "
           "other than loopback addresses", "TOKEN"),
    Option("journal", Kind(_journal, TEXT.schema), "memory", "where exchanges are kept: memory, "
           "or sqlite:FILE, which survives restarts", "WHERE", in_file=False),
    Option("journal_entries", integer(1, 10_000_000), _LIMITS.count, "exchanges that the journal "
           "keeps; the oldest make room", "NUMBER"),
    Option("journal_bytes", SIZE, _LIMITS.bytes, "bytes of all bodies that it keeps, such as 64M",
           "SIZE"),
    Option("journal_body", SIZE, _LIMITS.body_bytes, "bytes of each body; what is longer is cut",
           "SIZE"),
    Option("json", FLAG, False, "one JSON object a line on the console"),
    Option("reload", FLAG, True, "read rules and WSDLs again when they change"),
    Option("cache", TEXT, None, "the folder for contracts that have been read; off: none",
           "FOLDER", in_file=False),
    Option("allow_network", FLAG, False, "let WSDLs import documents by http and https",
           shared=True),
    Option("allow_files", FLAG, False, "let WSDLs import any file", shared=True),
    Option("trust_proxy", FLAG, False, "believe X-Forwarded-* for the addresses in ?wsdl"),
    Option("requests", choice("strict", "warn", "off"), "strict", "requests that break the "
           "schema: strict: a fault; warn: a finding; off: nothing", "HOW", shared=True),
    Option("pedantic", FLAG, False, "refuse what is only unusual", shared=True),
    Option("understand", _TEXTS, (), "a header block {uri}Name that counts as understood",
           "NAME", True, shared=True),
    Option("fallback", FALLBACK, "fault", "what answers calls that no stub of their operation "
           "matches: sample, fault, or in a rule file a reply", "WHAT", shared=True),
    Option("prefix", TEXT, "soapenv", "the prefix of envelopes in replies", "PREFIX", shared=True),
    Option("seed", integer(-(2**63), 2**63 - 1), 0, "of samples and of chance", "NUMBER",
           shared=True),
)  # fmt: skip
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}


@dataclass(frozen=True, slots=True)
class Said:
    """A value that somebody gave, and where."""

    value: Any
    origin: str


#: Settings that have been given, by name.
Given = Mapping[str, Said]


def from_command_line(given: Mapping[str, Any], mistakes: Mistakes) -> dict[str, Said]:
    """The settings of a command line: text, lists of text and booleans, by name.

    None, and empty lists, were not given.
    """
    found = {}
    for option in OPTIONS:
        value = given.get(option.name)
        if value is None or value == []:
            continue
        origin = f"--{'no-' if value is False else ''}{option.long}"
        parsed = mistakes.attempt(option.kind.parse, value, Place(path=origin))
        if parsed is not None:
            found[option.name] = Said(parsed, origin)
    return found


def from_environment(environ: Mapping[str, str], mistakes: Mistakes) -> dict[str, Said]:
    """The settings of the environment: ``ZSI_MOCK_PORT=9000``; empty ones were not given."""
    found = {}
    for option in OPTIONS:
        text = environ.get(option.variable)
        if not text:
            continue
        value: Any = text.split(option.split) if option.many else text
        parsed = mistakes.attempt(option.kind.parse, value, Place(path=option.variable))
        if parsed is not None:
            found[option.name] = Said(parsed, option.variable)
    return found


@dataclass(frozen=True, slots=True)
class Config:
    """Settings from all sources.

    Attributes:
        options, environment, file: what each source has given.

    >>> config = Config(environment={"port": Said(9000, "ZSI_MOCK_PORT")})
    >>> config["port"], config.said("host").origin
    (9000, 'default')
    """

    options: Given = field(default_factory=dict)
    environment: Given = field(default_factory=dict)
    file: Given = field(default_factory=dict)

    def said(self, name: str, service: Given | None = None) -> Said:
        """A setting and its origin.

        Args:
            name: of the setting.
            service: what a rule file says of one service.
        """
        for source in (self.options, self.environment, service or {}, self.file):
            if name in source:
                return source[name]
        return Said(BY_NAME[name].default, "default")

    def __getitem__(self, name: str) -> Any:
        return self.said(name).value

    def with_file(self, file: Given) -> Config:
        """The same with what rule files say."""
        return Config(self.options, self.environment, file)


def show_config(config: Config, services: Mapping[str, Given]) -> str:
    """All settings with their origins; of services those that are their own.

    >>> print(show_config(Config(), {"bank": {"seed": Said(7, "rules.yaml:3")}}).splitlines()[-1])
      seed            7                          rules.yaml:3
    """
    lines = [_line("", option.name, config.said(option.name)) for option in OPTIONS]
    for service, given in services.items():
        lines.append(f"service {service}:")
        lines += [_line("  ", name, config.said(name, given)) for name in given]
    return "\n".join(lines)


def _line(indent: str, name: str, said: Said) -> str:
    if name == "admin_token" and said.value is not None:
        said = Said("***", said.origin)
    return f"{indent}{name:<16}{_shown(said.value):<26} {said.origin}"


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return str(value) if isinstance(value, str | int) else "a reply"


def where_said(where: Where | None) -> str:
    """The origin of what stands in a file."""
    return f"{where.file}:{where.line}" if where is not None else "rules"


def endpoints_of(config: Config) -> tuple[str, ...]:
    """The endpoints to listen on.

    Raises:
        DefinitionError: endpoint and port are both on the command line.
    """
    said = config.said("endpoint")
    if said.value:
        rank = [config.options, config.environment, config.file]
        strongest = next(source for source in rank if "endpoint" in source)
        if not any("port" in source for source in rank[: rank.index(strongest)]):
            if "port" in strongest:
                raise DefinitionError(
                    f"{said.origin} and {strongest['port'].origin}", expected="one of the two"
                )
            endpoints: tuple[str, ...] = said.value
            return endpoints
    return (tcp_endpoint(config["host"], config["port"]),)


def admin_endpoint(config: Config) -> str | None:
    """The endpoint of the HTTP interface; None: there is none.

    Raises:
        DefinitionError: it is open to other machines and asks for no token.

    >>> admin_endpoint(Config())
    'tcp:0:interface=127.0.0.1:backlog=4096'
    """
    said = config.said("admin")
    if said.value == "off":
        return None
    if said.value.isascii() and said.value.isdigit():
        return tcp_endpoint("127.0.0.1", int(said.value))
    local = re.search(r":interface=(127\.[0-9.]+|\\:\\:1|localhost)(:|$)", said.value)
    if not said.value.startswith("unix:") and not local and config["admin_token"] is None:
        raise DefinitionError(
            f"{said.origin}: {said.value} is open to other machines", expected="a token beside it"
        )
    endpoint: str = said.value
    return endpoint


def journal_limits(config: Config) -> JournalLimits:
    """What the journal keeps.

    >>> journal_limits(Config()) == JournalLimits()
    True
    """
    return JournalLimits(config["journal_entries"], config["journal_bytes"], config["journal_body"])


def tcp_endpoint(host: str, port: int) -> str:
    """The endpoint string of an address; with Twisted's own backlog many clients wait for seconds.

    >>> tcp_endpoint("::1", 80)
    'tcp6:80:interface=\\\\:\\\\:1:backlog=4096'
    """
    kind = "tcp6" if ":" in host else "tcp"
    interface = host.replace("\\", "\\\\").replace(":", "\\:")
    return f"{kind}:{port}:interface={interface}:backlog=4096"
