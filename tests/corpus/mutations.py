"""Mutated WSDLs through wsdl2py: no crash, no hang, no flood of memory, nothing but definitions.

``python -m tests.corpus.mutations [--minutes N] [--seed N] [--keep DIR]``: random cases in worker
processes; prints each distinct finding, and exits with 1 if there is any. A case is its seed:
``--case SEED`` repeats one, with its traceback.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import random
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.corpus import WSDLS
from tests.corpus.changes import mutated
from tests.generate.definitions import suspicious
from ZSI.errors import ZSIException
from ZSI.generate.commands import plan_files
from ZSI.generate.listing import lines, listed
from ZSI.generate.planner import make_plan
from ZSI.wsdl.lint import lint
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.sources import LoadPolicy, Source

ROOT = Path(__file__).parents[2]
#: Seconds and bytes that a case may take; bytes beyond what the process has when it begins.
HANG = 10.0
#: Seconds on the clock: a case that sleeps, or does not listen to signals; the machine is shared.
WAIT = 60.0
MEMORY = 1 << 30
#: Bytes of a WSDL with its imports: larger ones are slow without being different.
LARGEST = 400_000
#: Cases of one worker process.
BATCH = 150


class Hang(BaseException):
    """A case takes too long; no `Exception`, so that nothing takes it for one."""


class Wrong(Exception):
    """A generated module does more than it may."""


# ---------------------------------------------------------------------- cases


@cache
def candidates(largest: int) -> list[str]:
    """The WSDLs that are small enough."""
    with (WSDLS / "INDEX.tsv").open(newline="") as rows:
        found = csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["path"] for row in found if int(row["closure_size"]) <= largest]


class MutatingSource(Source):
    """Reads documents as ever, and changes them on the way: the WSDL mostly, imports sometimes."""

    def __init__(self, policy: LoadPolicy, rng: random.Random, names: list[str]) -> None:
        super().__init__(policy)
        self.rng = rng
        self.names = names
        self.contents: dict[str, bytes] = {}
        self.share = rng.choice((1.0, 1.0, 1.0, 0.5))

    def _read(self, path: str) -> Any:
        raw = super()._read(path)
        if raw.key not in self.contents:
            changed = raw.content
            if self.rng.random() < (self.share if not self.contents else 0.25):
                changed = mutated(self.rng, raw.content, self.names)
            self.contents[raw.key] = changed
        return replace(raw, content=self.contents[raw.key])


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `Hang` if this takes longer, in time of the processor; main thread only."""

    def over(*_: Any) -> None:
        raise Hang

    previous = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


class Case:
    """One seed: which WSDL, which changes, and what came of it."""

    def __init__(self, seed: int, largest: int = LARGEST) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.path = self.rng.choice(candidates(largest))
        self.names: list[str] = []
        self.sources: list[MutatingSource] = []

    def run(self) -> str:
        """``"refused"`` or ``"generated"``; whatever else happens is raised."""
        from ZSI.wsdl import load

        original = load.Source

        def source(policy: LoadPolicy) -> MutatingSource:
            self.sources.append(MutatingSource(policy, self.rng, self.names))
            return self.sources[-1]

        load.Source = source  # type: ignore[assignment,misc]  # ours, for this once
        try:
            contract = load_contract(str(WSDLS / self.path))
            try:
                plan = make_plan(contract)
            except RecursionError:  # as wsdl2py does
                return "refused"
        except ZSIException as error:
            if not str(error).strip():
                raise Wrong("refused without a word") from error
            return "refused"
        finally:
            load.Source = original  # type: ignore[misc]  # put back
        lint(contract)
        list(lines(listed(contract, plan)))
        files = plan_files(plan, package=True, twisted=self.rng.random() < 0.5)
        for name, content in files.items():
            if name.endswith(".py"):
                text = content.decode()
                if odd := suspicious(text):
                    raise Wrong(f"{name}: {odd[0]}")
                compile(text, name, "exec", dont_inherit=True)
        if self.rng.random() < 0.3:
            self._import(files)
        return "generated"

    def _import(self, files: dict[str, bytes]) -> None:
        """Import what was generated, and forget it."""
        folder = Path(tempfile.mkdtemp(prefix="zsi-mutation-"))
        package = f"m{self.seed}"
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
        for name, content in files.items():
            if name.endswith(".py"):
                path = folder / package / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
        sys.path.insert(0, str(folder))
        importlib.invalidate_caches()
        try:
            for name in files:
                if name.endswith(("_server.py", "_client.py")):
                    importlib.import_module(f"{package}.{name[:-3]}")
        finally:
            sys.path.remove(str(folder))
            shutil.rmtree(folder, ignore_errors=True)
            for name in [n for n in sys.modules if n.partition(".")[0] == package]:
                del sys.modules[name]


def outcome(seed: int, largest: int = LARGEST) -> tuple[str, str]:
    """What came of a case: ``refused``, ``generated``, or a finding and where it was."""
    case = Case(seed, largest)
    try:
        with within(HANG):
            return case.run(), ""
    except (Exception, Hang) as error:
        kind = {Hang: "hang", MemoryError: "memory"}.get(type(error), type(error).__name__)
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if "/ZSI/" in frame.filename] or list(frames)
        place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
        what = f"{str(error)[:120]}; {case.path}; {', '.join(case.names)}"
        return f"{kind} at {place}", what


# ---------------------------------------------------------------------- processes


def work(seed: int) -> None:
    """The worker: a line before and a line after each case."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = MEMORY + pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for case in range(seed, seed + BATCH):
        print(json.dumps([case]), flush=True)
        began = time.process_time()
        what, details = outcome(case)
        seconds = round(time.process_time() - began, 2)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(json.dumps([case, what, details, seconds, peak]), flush=True)


def batch(seed: int, until: float) -> Iterator[tuple[int, str, str, float, int]]:
    """Cases of a worker: seed, what came of it, details, seconds, the process's most MB so far."""
    command = [sys.executable, "-m", "tests.corpus.mutations", "--work", str(seed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT)
    assert process.stdout is not None
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    last, done = seed, False
    try:
        while time.monotonic() < until:
            if not selector.select(WAIT):
                yield last, "hang that no signal ends", "", WAIT, 0
                return
            line = process.stdout.readline()
            if not line:
                if not done or process.wait():
                    yield last, f"worker ended with {process.wait()}", "", 0.0, 0
                return
            said = json.loads(line)
            last, done = said[0], len(said) > 1
            if done:
                yield tuple(said)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main() -> None:
    """Cases for some minutes."""
    parser = argparse.ArgumentParser("python -m tests.corpus.mutations")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, help="of the first case; default: the time")
    parser.add_argument("--case", type=int, help="repeat one case")
    parser.add_argument("--keep", type=Path, help="with --case: write the documents there")
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not WSDLS.is_dir():
        print(f"{WSDLS} is not there: nothing to mutate")
        return
    if args.work is not None:
        work(args.work)
    elif args.case is not None:
        repeat(args.case, args.keep)
    else:
        sys.exit(1 if sweep(args.minutes, args.seed) else 0)


def repeat(seed: int, keep: Path | None) -> None:
    """One case, with its traceback."""
    case = Case(seed)
    print(case.path)
    try:
        with within(HANG):
            print(case.run())
    finally:
        print(", ".join(case.names))
        for source in case.sources if keep is not None else ():
            for number, content in enumerate(source.contents.values()):
                assert keep is not None
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{seed}-{number}.xml").write_bytes(content)


def sweep(minutes: float, seed: int | None) -> int:
    """Cases for some minutes; the number of distinct findings."""
    until = time.monotonic() + minutes * 60
    seed = int(time.time()) if seed is None else seed
    counts: Counter[str] = Counter()
    found: dict[str, tuple[int, str]] = {}
    slowest, largest = (0.0, 0), (0, 0)
    while time.monotonic() < until:
        for case, what, details, seconds, peak in batch(seed, until):
            counts[what] += 1
            slowest, largest = max(slowest, (seconds, case)), max(largest, (peak, case))
            if what not in ("refused", "generated") and what not in found:
                found[what] = (case, details)
                print(f"{what}: --case {case}: {details}", flush=True)
        seed += BATCH
    good = counts["refused"] + counts["generated"]
    print(f"{counts.total()} cases: {counts['generated']} generated, {counts['refused']} refused,"
          f" {counts.total() - good} findings of {len(found)} kinds")  # fmt: skip
    print(f"slowest: {slowest[0]} s of the processor (--case {slowest[1]});"
          f" largest process: {largest[0]} MB (by --case {largest[1]})")  # fmt: skip
    for what, (case, _) in found.items():
        print(f"  {counts[what]:5} {what} (--case {case})")
    return len(found)


if __name__ == "__main__":
    main()
