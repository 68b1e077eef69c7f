"""``zsi-mock serve``: the service on the global reactor, the console on stdout, troubles on stderr.

An entry point: it chooses the reactor for everything below it.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, TextIO

from twisted.internet.error import CannotListenError
from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    globalLogBeginner,
    textFileLogObserver,
)

from ZSI.mock.composition import compose
from ZSI.mock.errors import DefinitionError
from ZSI.mock.options import Config
from ZSI.mock.service import MockService


def serve(config: Config) -> int:
    """Serve until Ctrl-C, or SIGTERM; gives the exit code.

    Args:
        config: of command line and environment.

    Raises:
        DefinitionError: something is wrong with what is to be served.
    """
    from twisted.internet import reactor as installed

    reactor: Any = installed
    owns: dict[tuple[str, str], Any] = {}
    service = MockService(lambda: compose(config, os.environ, owns), reactor, say)
    log_to(sys.stderr)
    failures: list[str] = []

    def failed(failure: Any) -> None:
        failures.append(why(failure, service.chosen_by))
        reactor.callWhenRunning(reactor.stop)

    service.listening.addErrback(failed)
    install = catch_signals(reactor)
    install()
    service.privilegedStartService()
    service.startService()
    reactor.addSystemEventTrigger("before", "shutdown", service.stopService)
    reactor.callWhenRunning(install)
    gc.freeze()  # all that is there is there to stay
    gc.enable()
    reactor.run()
    for failure in failures:
        print(f"zsi-mock: {failure}", file=sys.stderr)
    return 1 if failures else 0


def catch_signals(reactor: Any) -> Callable[[], None]:
    """Let Ctrl-C, SIGTERM and SIGHUP (the terminal is closed) stop it, and the second at once.

    Returns:
        Installs the handlers; again once the reactor runs, for it installs its own.
    """
    asked: list[int] = []

    def stop() -> None:
        if len(asked) > 1:
            reactor.crash()
        elif reactor.running:
            reactor.stop()

    def caught(number: int, _: Any) -> None:
        asked.append(number)
        reactor.callFromThread(stop)

    def install() -> None:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, caught)

    return install


def say(text: str) -> None:
    """Print a line at once; a reader that has gone does not stop the server."""
    try:
        print(text, flush=True)
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 it lives as long as the process


#: What another port would mend; names and addresses are the host's.
_PORT_TROUBLES = (errno.EADDRINUSE, errno.EACCES, errno.EPERM)


def why(failure: Any, chosen_by: str) -> str:
    """Why there is no listening, in words.

    Args:
        failure: what came of it.
        chosen_by: the option that has said where to listen.
    """
    error = failure.value
    if isinstance(error, CannotListenError):
        reason = getattr(error.socketError, "strerror", None) or error.socketError
        place = f"{error.interface or '*'}:{error.port}"
        by_port = getattr(error.socketError, "errno", None) in _PORT_TROUBLES
        if chosen_by == "--port" and not by_port:
            chosen_by = "--host"
        free = ", 0 any free one" if chosen_by in ("--port", "--admin") else ""
        return f"cannot listen on {place}: {reason}; {chosen_by} chooses another{free}"
    if isinstance(error, DefinitionError):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return f"{type(error).__name__}: {error}"


def log_to(stream: TextIO) -> None:
    """Have warnings and failures, with their tracebacks, written to a stream."""
    predicate = LogLevelFilterPredicate(defaultLogLevel=LogLevel.warn)
    observer = FilteringLogObserver(textFileLogObserver(stream), [predicate])
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)
