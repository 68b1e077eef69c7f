"""ZSI's face of Python's logging: ``getLogger``, ``setBasicLoggerDEBUG`` and the like.

ZSI's own messages are gone; those of this package go to `twisted.logger`, see docs/street.md.
What users logged by these functions goes to the logger of that name in Python's `logging`.
"""

from __future__ import annotations

import logging
import os
from typing import Any, Final

ident: Final = "ZSI.wstools.logging"

WARN: Final = logging.WARNING
DEBUG: Final = logging.DEBUG


class ILogger:
    """What a logger of ZSI's has; the base of the user's own.

    Args:
        msg: its name, which stands before its messages.
    """

    def __init__(self, msg: str) -> None:
        self.name = msg

    def warning(self, msg: Any, *args: Any, **kw: Any) -> None:
        """Say that something is unusual."""

    def debug(self, msg: Any, *args: Any, **kw: Any) -> None:
        """Say what is going on."""

    def error(self, msg: Any, *args: Any, **kw: Any) -> None:
        """Say that something went wrong."""


class BasicLogger(ILogger):
    """A logger that hands everything to Python's logging."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)
        self._logger = logging.getLogger(msg)

    def warning(self, msg: Any, *args: Any, **kw: Any) -> None:
        """Say that something is unusual."""
        self._logger.warning(msg, *args, **kw)

    def debug(self, msg: Any, *args: Any, **kw: Any) -> None:
        """Say what is going on."""
        self._logger.debug(msg, *args, **kw)

    def error(self, msg: Any, *args: Any, **kw: Any) -> None:
        """Say that something went wrong."""
        self._logger.error(msg, *args, **kw)


class _Chosen:
    """The class of the loggers that `getLogger` makes; one for the process, as in ZSI."""

    kind: Any = BasicLogger


def getLogger(msg: str) -> Any:
    """A logger by its name.

    >>> getLogger("mine").name
    'mine'
    """
    return _Chosen.kind(msg)


def setLoggerClass(loggingClass: Any) -> None:
    """Have `getLogger` make these from now on.

    Raises:
        TypeError: it does not derive from `ILogger`.
    """
    if not issubclass(loggingClass, ILogger):
        raise TypeError(f"{loggingClass!r} does not derive from ILogger")
    _Chosen.kind = loggingClass


def setBasicLogger() -> None:
    """Have `getLogger` make those of Python's logging."""
    setLoggerClass(BasicLogger)


def gridLog(**kw: Any) -> None:
    """Log a record: ``gridLog(event="my.event", prog="me")``, where GRIDLOG_ON is set.

    It goes to the logger ``gridlog`` of Python's logging; ZSI sent it to where GRIDLOG_DEST says.
    """
    if os.environ.get("GRIDLOG_ON"):
        record = " ".join(f"{name}={value}" for name, value in kw.items())
        logging.getLogger("gridlog").info("%s", record)


def setLevel(level: int) -> None:
    """What is to be logged: that of Python's root logger."""
    logging.getLogger().setLevel(level)


def getLevel() -> int:
    """What is logged."""
    return logging.getLogger().getEffectiveLevel()


def setBasicLoggerWARN() -> None:
    """Log warnings and errors."""
    setBasicLogger()
    setLevel(WARN)


def setBasicLoggerDEBUG() -> None:
    """Log everything."""
    setBasicLogger()
    setLevel(DEBUG)
