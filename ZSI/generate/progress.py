"""Progress on a terminal, for runs that take longer than one likes to wait in silence."""

from __future__ import annotations

import time
from threading import Event, Thread
from types import TracebackType
from typing import TextIO

#: Seconds before the first word, and between two.
PATIENCE = 2.0
PERIOD = 0.5


class Progress:
    """Says what is going on, on one line that it wipes out in the end.

    Nothing is said where the stream is no terminal, or the work is done within `PATIENCE`.

    Args:
        stream: usually ``sys.stderr``.

    >>> import io
    >>> with Progress(io.StringIO()) as progress:
    ...     progress.stage = "reading"
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.stage = ""
        self._done = Event()
        self._width = 0
        self._thread: Thread | None = None

    def __enter__(self) -> Progress:
        if self.stream.isatty():
            self._thread = Thread(target=self._tell, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self._width:
            self._write("")

    def _tell(self) -> None:
        start = time.monotonic()
        wait = PATIENCE
        while not self._done.wait(wait):
            self._write(f"wsdl2py: {self.stage}, {time.monotonic() - start:.0f} s")
            wait = PERIOD

    def _write(self, text: str) -> None:
        self.stream.write(f"\r{text:{self._width}}" + ("" if text else "\r"))
        self.stream.flush()
        self._width = max(self._width, len(text))
