"""When files count as changed."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.reload import Reloader, stamp_of


class ReloaderTests(SynchronousTestCase):
    """A change counts once, and only when it has settled."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.file = self.folder / "a.yaml"
        self.file.write_text("1", "utf-8")
        self.watched = [self.file, self.folder, self.folder / "later.yaml"]
        self.loads = 0
        self.reloader = Reloader(lambda: self.watched, self.load)

    def load(self) -> None:
        self.loads += 1

    def polls(self, count: int) -> list[bool]:
        return [self.reloader.poll() for _ in range(count)]

    def test_nothing_changed(self) -> None:
        self.assertEqual(self.polls(3), [False] * 3)

    def test_change(self) -> None:
        self.file.write_text("22", "utf-8")
        self.assertEqual(self.polls(4), [False, True, False, False])
        self.assertEqual(self.loads, 1)

    def test_still_being_written(self) -> None:
        """An editor that empties a file first does not empty the rules."""
        for text in ("", "3", "33", "333"):
            self.file.write_text(text, "utf-8")
            self.assertEqual(self.polls(1), [False])
        self.assertEqual(self.polls(2), [True, False])

    def test_same_size_other_time(self) -> None:
        os.utime(self.file, ns=(1, 1))
        self.assertEqual(self.polls(2), [False, True])

    def test_replaced(self) -> None:
        """Editors write another file and rename it."""
        stamp = self.file.stat()
        new = self.folder / "new"
        new.write_text("9", "utf-8")
        os.utime(new, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        new.replace(self.file)
        self.assertEqual(self.polls(2), [False, True])

    def test_gone_and_back(self) -> None:
        self.file.unlink()
        self.assertEqual(self.polls(3), [False, True, False])
        self.file.write_text("1", "utf-8")
        self.assertEqual(self.polls(3), [False, True, False])

    def test_files_that_come(self) -> None:
        (self.folder / "later.yaml").write_text("x", "utf-8")
        self.assertEqual(self.polls(3), [False, True, False])
        (self.folder / "other.yaml").write_text("x", "utf-8")
        self.assertEqual(self.polls(3), [False, True, False])

    def test_other_files_watched_after_a_load(self) -> None:
        other = self.folder / "b.txt"
        other.write_text("1", "utf-8")
        self.polls(2)
        self.watched = [self.file, other]
        self.file.write_text("new", "utf-8")
        self.assertEqual(self.polls(3), [False, True, False])
        other.write_text("22", "utf-8")
        self.assertEqual(self.polls(3), [False, True, False])

    def test_changed_while_it_was_read(self) -> None:
        def load() -> None:
            self.load()
            if self.loads == 1:
                self.file.write_text("changed meanwhile", "utf-8")

        reloader = Reloader(lambda: self.watched, load)
        self.file.write_text("22", "utf-8")
        polled = [reloader.poll() for _ in range(5)]
        self.assertEqual(polled, [False, True, False, True, False])

    def test_stamps(self) -> None:
        self.assertEqual(stamp_of(self.folder / "none"), ())
        self.assertEqual(stamp_of(self.folder), ("a.yaml",))
