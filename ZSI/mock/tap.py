"""``twistd zsi-mock``: options and service, from the same table as ``zsi-mock serve``."""

from __future__ import annotations

import os
from typing import Any

from twisted.logger import Logger
from twisted.python import usage

from ZSI.errors import ZSIException
from ZSI.mock.composition import compose
from ZSI.mock.mistakes import Mistakes
from ZSI.mock.options import OPTIONS, Config, from_command_line, from_environment
from ZSI.mock.rules import sorted_paths
from ZSI.mock.service import MockService

_log = Logger("ZSI.mock")


def _several(name: str, words: str) -> Any:
    def add(self: Any, value: str) -> None:
        self.setdefault(name, []).append(value)

    add.__doc__ = words
    return add


class _Options(usage.Options):
    """Reads the command line; the table makes a class of it."""

    synopsis = "[options] [WSDL or rule file ...]"

    def parseArgs(self, *paths: str) -> None:
        """Twisted: what stands after the options."""
        rules, wsdls = sorted_paths(paths)
        self.setdefault("wsdl", []).extend(wsdls)
        self.setdefault("rules", []).extend(rules)

    def postOptions(self) -> None:
        """Twisted: check what was given."""
        mistakes = Mistakes()
        given = {option.name: self._given(option) for option in OPTIONS}
        options = from_command_line(given, mistakes)
        environment = from_environment(os.environ, mistakes)
        if mistakes.found:
            raise usage.UsageError("; ".join(map(str, mistakes.found)))
        self.config = Config(options, environment)

    def _given(self, option: Any) -> Any:
        if not option.flag:
            return self.get(option.name if option.many else option.long)
        if option.default:
            return False if self[f"no-{option.long}"] else None
        return True if self[option.long] else None


#: What twistd asks for: the options of ``zsi-mock serve``.
Options: Any = type(
    "Options",
    (_Options,),
    {
        "optParameters": [
            [o.long, None, None, o.words] for o in OPTIONS if not o.flag and not o.many
        ],
        "optFlags": [
            [f"no-{o.long}", None, f"do not {o.words}"] if o.default else [o.long, None, o.words]
            for o in OPTIONS
            if o.flag
        ],
        **{f"opt_{o.name}": _several(o.name, o.words) for o in OPTIONS if o.many},
    },
)


def makeService(options: Any) -> MockService:
    """Twisted: the service that these options ask for.

    Raises:
        SystemExit: it cannot be; says why.
    """
    from twisted.internet import reactor

    owns: dict[tuple[str, str], Any] = {}

    def say(text: str) -> None:
        for line in text.splitlines():
            _log.info("{line}", line=line)

    try:
        service = MockService(lambda: compose(options.config, os.environ, owns), reactor, say)
    except ZSIException as error:
        raise SystemExit(f"zsi-mock: {error}") from None
    service.listening.addErrback(_stop)
    return service


def _stop(failure: Any) -> None:
    """A port is taken: there is nothing to run for."""
    from twisted.internet import reactor

    _log.critical("cannot listen: {reason}", reason=failure.getErrorMessage())
    running: Any = reactor
    running.callWhenRunning(running.stop)
