"""From settings and rule files to what is served: contracts read, classes made, stubs collected.

Everything that is wrong is collected, whatever it is; what is right is there all the same, so
that `zsi-mock check` can go on and a reload knows which files to watch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ZSI.errors import Where
from ZSI.mock.assembly import Served, absolute, mounts_of
from ZSI.mock.cache import default_folder
from ZSI.mock.contract import MockContract
from ZSI.mock.errors import DefinitionError
from ZSI.mock.mistakes import InputError, Mistakes
from ZSI.mock.options import Config, Given, endpoints_of, tcp_endpoint
from ZSI.mock.rules import RuleSet, ServiceRule, read_rules
from ZSI.mock.settings import Settings
from ZSI.mock.stubs import Stub
from ZSI.names import QName
from ZSI.wsdl.problems import ContractError
from ZSI.wsdl.sources import LoadPolicy

#: Findings that tell why a WSDL has no operation to serve, and how many of them are said.
_WHY_NONE = re.compile(
    r": (?:http-binding|other-binding|no-soap-binding|transport|port|"
    r"missing-(?:binding|porttype|operation)): "
)
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Composition:
    """What is to be served.

    Attributes:
        config: all settings. services: by name, those that services have of their own.
        endpoints: where the server listens.
        served: the services. stubs: of all of them.
        others: resources without a contract, by endpoint and path.
        entries: what the stubs were made from, by number.
        watched: files and folders that all this was read from.
        mistakes: what is wrong with it.
    """

    config: Config
    endpoints: tuple[str, ...] = ()
    served: tuple[Served, ...] = ()
    stubs: tuple[Stub, ...] = ()
    others: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    services: Mapping[str, Given] = field(default_factory=dict)
    entries: Mapping[int, Any] = field(default_factory=dict)
    watched: tuple[Path, ...] = ()
    mistakes: tuple[DefinitionError, ...] = ()


def compose(
    config: Config,
    environ: Mapping[str, str] | None = None,
    owns: dict[tuple[str, str], Any] | None = None,
    instead: Mapping[str, str] | None = None,
) -> Composition:
    """Read everything that the settings name.

    Args:
        config: of command line and environment.
        environ: for ``${NAME}`` in rule files.
        owns: service instances made so far, by class and folder; grows. A reload keeps them.
        instead: other versions of WSDLs, by file name.
    """
    rules = read_rules(config["rules"], environ)
    config = config.with_file(rules.settings)
    composer = _Composer(config, owns if owns is not None else {}, instead or {})
    for mistake in rules.mistakes:
        composer.mistakes.add(mistake)
    return composer.composed(rules)


class _Composer:
    """Composes once."""

    def __init__(
        self, config: Config, owns: dict[tuple[str, str], Any], instead: Mapping[str, str]
    ) -> None:
        self.config = config
        self.owns = owns
        self.instead = instead
        self.mistakes = Mistakes()
        self.served: list[Served] = []
        self.stubs: list[Stub] = []
        self.others: dict[tuple[str, str], Any] = {}
        self.services: dict[str, Given] = {}
        self.watched: list[Path] = []

    def composed(self, rules: RuleSet) -> Composition:
        """Everything, from rules that have been read."""
        self.watched += [*rules.files, *rules.folders]
        endpoints = self.mistakes.attempt(endpoints_of, self.config) or ()
        named = {_same(rule.wsdl) for rule in rules.services if rule.wsdl is not None}
        given = [ServiceRule(wsdl=wsdl) for wsdl in self.config["wsdl"] if _same(wsdl) not in named]
        for rule in (*given, *rules.services):
            try:
                self._service(rule)
            except DefinitionError as error:
                self.mistakes.add(error.at(rule.where))
        self.mistakes.attempt(mounts_of, self.served)
        if not (self.served or self.others or self.mistakes.found):
            self.mistakes.add(
                DefinitionError(
                    "nothing to serve", where=Where(str(rules.files[0])) if rules.files else None,
                    expected="services: in a rule file, or a WSDL",
                )
            )  # fmt: skip
        return Composition(
            self.config,
            endpoints,
            tuple(self.served),
            (*rules.stubs, *self.stubs),
            self.others,
            self.services,
            rules.entries,
            tuple(dict.fromkeys(self.watched)),
            tuple(self.mistakes.found),
        )

    def _service(self, rule: ServiceRule) -> None:
        own = self._own(rule) if rule.cls is not None else None
        wsdl = rule.wsdl
        if wsdl is None:
            documents = getattr(own, "documents", None)
            if documents is None:
                self._other(rule, own)
                return
            wsdl = str(documents.path)
        wsdl = self.instead.get(Path(wsdl).name, wsdl)
        contract = self._contract(rule, wsdl)
        name = contract.name
        settings = self._settings(rule, contract)
        served = Served(contract, settings, rule.path, self._endpoints(rule), own)
        served.paths()
        self.served.append(served)
        self.services[name] = rule.settings
        self.stubs += [s if s.service else s.with_(service=name) for s in rule.stubs]

    def _endpoints(self, rule: ServiceRule) -> tuple[str, ...]:
        if rule.port is not None:
            return (tcp_endpoint(self.config["host"], rule.port),)
        return rule.endpoints or ("",)

    def _other(self, rule: ServiceRule, own: Any) -> None:
        """A service that was not generated from a WSDL."""
        if not isinstance(rule.path, str):
            raise DefinitionError(
                f"class {rule.cls} knows no WSDL", expected="wsdl: beside it, or path:"
            )
        if rule.stubs:
            raise DefinitionError(f"stubs for class {rule.cls}, which knows no WSDL",
                                  expected="wsdl: beside it")  # fmt: skip
        for endpoint in self._endpoints(rule):
            self.others[(endpoint, absolute(rule.path))] = own

    def _own(self, rule: ServiceRule) -> Any:
        # imports the network, which most mocks on the command line need anyway, but check does not
        from ZSI.mock.mixing import make_own

        key = (rule.cls or "", rule.folder)
        if key not in self.owns:
            self.owns[key] = make_own(*key)
        return self.owns[key]

    def _contract(self, rule: ServiceRule, wsdl: str) -> MockContract:
        said = self.config.said
        network = said("allow_network", rule.settings).value
        policy = LoadPolicy(
            allow_network=network or "://" in wsdl,  # who names a URL wants it fetched
            allow_files=said("allow_files", rule.settings).value,
        )
        try:
            contract = MockContract.load(
                wsdl, policy=policy, folder=self._folder(), name=rule.name or None
            )
        except ContractError as error:
            if "://" not in wsdl:
                self.watched.append(Path(wsdl))  # it may come, or be mended
            if _is_no_xml(wsdl):
                raise InputError(
                    f"{wsdl} is no XML",
                    expected="a WSDL; a rule file ends in .yaml or .yml, or is given by --rules",
                ) from None
            raise InputError(str(error)) from None
        documents = contract.planned.documents
        self.watched += [Path(path) for path in documents or ([] if "://" in wsdl else [wsdl])]
        if not len(contract.operations):
            found = [line for line in contract.planned.findings if _WHY_NONE.search(line)]
            why = "; ".join(found[:MOST_REASONS]) or "none of its bindings is for SOAP"
            raise DefinitionError(f"{wsdl} has no SOAP operation to serve: {why}")
        unique = self._unique(contract.name)
        if unique != contract.name:
            contract = MockContract.load(wsdl, policy=policy, folder=self._folder(), name=unique)
        return contract

    def _unique(self, name: str) -> str:
        """A name that no other service has yet."""
        number, unique = 1, name
        while unique in self.services:
            number += 1
            unique = f"{name}-{number}"
        return unique

    def _folder(self) -> Path | None:
        given = self.config["cache"]
        if given is None:
            return default_folder()
        return None if given == "off" else Path(given)

    def _settings(self, rule: ServiceRule, contract: MockContract) -> Settings:
        def value(name: str) -> Any:
            return self.config.said(name, rule.settings).value

        return Settings(
            requests=value("requests"),
            pedantic=value("pedantic"),
            understand=frozenset(self._name(text, contract) for text in value("understand")),
            fallback=value("fallback"),
            prefix=value("prefix"),
            seed=value("seed"),
        )

    def _name(self, text: str, contract: MockContract) -> QName:
        scope = contract.operations.all[0].scope
        try:
            name = scope.name(text)
        except DefinitionError as error:
            raise DefinitionError(f"understand: {error.message}", expected="{uri}Name") from None
        if name is None:
            raise DefinitionError(f"understand: {text}", expected="{uri}Name or p:Name")
        return name


def _same(location: str) -> str:
    """Tells whether two locations are one."""
    return location if "://" in location else str(Path(location).resolve())


def _is_no_xml(location: str) -> bool:
    """Whether a file is there, and is something else than XML."""
    try:
        with Path(location).open("rb") as file:
            begin = file.read(256)
    except OSError:
        return False
    text = begin.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(text) and text[:1] != b"<" and b"\0" not in text
