"""Rules and WSDLs read again when they change: by looking at the files now and then. No I/O events.

Whoever calls `Reloader.poll` decides how often; it asks no clock. A change counts once the files
have been the same for two looks, so that a file that an editor is just writing is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

#: Seconds between two looks; a change counts after the second.
INTERVAL = 0.25

#: What tells whether a file is the same: nothing if it is not there.
Stamp = tuple[object, ...]


def stamp_of(path: Path) -> Stamp:
    """The state of a file, or of a folder's list of files."""
    try:
        found = path.stat()
        if path.is_dir():
            return tuple(sorted(item.name for item in path.iterdir()))
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino)


class Reloader:
    """Calls a function when files have changed.

    Args:
        watched: gives the files and folders; asked again after each load.
        load: reads them again. It must not raise: what is wrong is its business.

    >>> reloader = Reloader(lambda: [Path("none.yaml")], lambda: print("read"))
    >>> reloader.poll(), reloader.poll()
    (False, False)
    """

    def __init__(self, watched: Callable[[], Iterable[Path]], load: Callable[[], None]) -> None:
        self._watched = watched
        self._load = load
        self._loaded = self._stamps()
        self._before = self._loaded

    def _stamps(self) -> dict[Path, Stamp]:
        return {path: stamp_of(path) for path in self._watched()}

    def poll(self) -> bool:
        """Look at the files; whether they have been loaded again."""
        now = self._stamps()
        settled, self._before = now == self._before, now
        if now == self._loaded or not settled:
            return False
        self._loaded = now
        self._load()
        # other files may be watched now; those that were are as they were when they were read
        self._loaded = {path: now.get(path) or stamp_of(path) for path in self._watched()}
        self._before = self._loaded
        return True
