"""Verification: was it called, how often, with what, in which order; and if not, what came near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from ZSI.mock.exchange import INVALID_REPLY
from ZSI.mock.facts import Facts
from ZSI.mock.journal import Entry, Journal
from ZSI.mock.matching import ReadyStub
from ZSI.mock.shown import decoded, error_text, masked_reason, masked_spec
from ZSI.mock.stubs import Stub, When

if TYPE_CHECKING:
    from ZSI.mock.engine import Engine

_HOME = str(Path(__file__).parents[1])
#: Calls that a failed verification shows.
SHOWN_CALLS = 5


@dataclass(frozen=True, slots=True)
class Times:
    """How often: from ``least`` to ``most`` times; ``most`` None means any number more.

    >>> str(Times(1, 1)), str(Times(2)), str(Times(0, 0)), str(Times(0, 3))
    ('exactly once', 'at least 2 times', 'never', 'at most 3 times')
    """

    least: int = 1
    most: int | None = None

    def holds(self, count: int) -> bool:
        """Whether a number of calls is so."""
        return count >= self.least and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        def said(number: int) -> str:
            return {1: "once", 2: "twice"}.get(number, f"{number} times")

        if self.most == 0:
            return "never"
        if self.least == self.most:
            return f"exactly {said(self.least)}"
        if self.most is None:
            return "at least once" if self.least == 1 else f"at least {self.least} times"
        if self.least == 0:
            return f"at most {said(self.most) if self.most < 2 else f'{self.most} times'}"
        return f"{self.least} to {self.most} times"


once = Times(1, 1)
twice = Times(2, 2)
never = Times(0, 0)


def exactly(number: int) -> Times:
    """So often, no more and no less."""
    return Times(number, number)


def at_least(number: int) -> Times:
    """So often or more."""
    return Times(number)


def at_most(number: int) -> Times:
    """So often or less."""
    return Times(0, number)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verification found: whether it holds, the calls that match, and the words if not."""

    holds: bool
    calls: tuple[Entry, ...]
    message: str = ""


class Verifier:
    """Asks a journal questions that are put like stubs.

    Args:
        engine: knows the operations.
        journal: what came.
    """

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self.engine = engine
        self.journal = journal

    def calls(
        self, op: str, when: When | None = None, *, input: str | None = None,
        session: str | None = None,
    ) -> list[Entry]:  # fmt: skip
        """The calls of an operation that a condition holds for, oldest first.

        Raises:
            DefinitionError, UnknownName: the contract does not know what is asked for.
        """
        ready = self._ready(op, when or When(), input)
        found = self.journal.entries(op, session=session)
        return [entry for entry in found if self._holds(entry, ready)]

    def verify(
        self, op: str, when: When | None = None, times: Times = Times(), *,
        input: str | None = None, within: float = 0.0, session: str | None = None,
    ) -> Outcome:  # fmt: skip
        """Whether an operation was called so often.

        Args:
            op: the operation's selector.
            when: what the calls must be.
            times: how often.
            within: seconds to wait for it.
            session: only calls of this one.

        Raises:
            DefinitionError, UnknownName: as `calls`.
        """
        when = when or When()

        def matching() -> list[Entry]:
            return self.calls(op, when, input=input, session=session)

        found = matching()
        if within > 0 and not times.holds(len(found)):
            self.journal.wait(lambda: times.holds(len(matching())), within)
            found = matching()
        if times.holds(len(found)):
            return Outcome(True, tuple(found))
        return Outcome(
            False, tuple(found), self._explain(op, when, times, len(found), input, session)
        )

    def in_order(self, wanted: Sequence[tuple[str, When]], session: str | None = None) -> Outcome:
        """Whether calls came in this order, others perhaps between them."""
        entries = iter(self.journal.entries(session=session))
        found: list[Entry] = []
        for op, when in wanted:
            ready = self._ready(op, when, None)
            entry = next((e for e in entries if self._holds(e, ready)), None)
            if entry is None:
                came = ", ".join(e.operation or "?" for e in self.journal.entries(session=session))
                place = f"after {found[-1].operation} " if found else ""
                return Outcome(
                    False, tuple(found),
                    f"{op}{said(when)} was not called {place}in this order; calls: {came}",
                )  # fmt: skip
            found.append(entry)
        return Outcome(True, tuple(found))

    def _ready(self, op: str, when: When, input: str | None) -> dict[Any, ReadyStub]:
        stub = Stub(op, when, input=input)
        return {
            operation: ReadyStub.of(stub, operation, operation.scope)
            for operation in self.engine.operations_of(stub)
        }

    def _holds(self, entry: Entry, ready: dict[Any, ReadyStub]) -> bool:
        found = ready.get(entry.call.operation)
        return found is not None and found.condition.holds(Facts(entry.again()))

    def _explain(
        self, op: str, when: When, times: Times, count: int, input: str | None,
        session: str | None,
    ) -> str:  # fmt: skip
        """What was expected, what came, and how the nearest calls differ."""
        was = {0: "it was never called so", 1: "it was called so once"}.get(
            count, f"it was called so {count} times"
        )
        lines = [f"expected {op}{said(when)} {times}, but {was}"]
        ready = self._ready(op, when, input)
        others = []
        for entry in self.journal.entries(op, session=session):
            made = ready.get(entry.call.operation)
            if made is None:
                continue
            verdict = made.condition.verdict(Facts(entry.again()))
            others.append((verdict.distance, entry, verdict.reasons))
        if not others:
            called = dict.fromkeys(e.operation or "?" for e in self.journal.entries())
            lines.append(f"{op} was not called at all; called: {', '.join(called) or 'nothing'}")
        for _, entry, reasons in sorted(others, key=lambda item: item[0])[:SHOWN_CALLS]:
            shown = _shown(entry.request)
            why = f": {'; '.join(map(masked_reason, reasons))}" if reasons else ""
            lines.append(f"  call {entry.number} at {entry.time:%H:%M:%S.%f} {shown}{why}")
        return "\n".join(lines)


#: Conditions that a message names but does not repeat.
_CONDITIONS = ("header", "http", "version", "xpath", "body", "tests", "calls", "all_of", "any_of",
               "none_of")  # fmt: skip


def said(when: When) -> str:
    """Conditions in the words of a test."""
    fields = ", ".join(f"{key}={masked_spec(key, spec)!r}" for key, spec in when.fields.items())
    rest = [key for key in _CONDITIONS if getattr(when, key)]
    more = f" and conditions on {', '.join(rest)}" if rest else ""
    return f"({fields}){more}"


def _shown(request: Any) -> str:
    plain = decoded(request)
    if not isinstance(plain, dict):
        return ""
    text = ", ".join(f"{key}={value!r}" for key, value in plain.items())
    return f"({text if len(text) < 300 else text[:300] + '…'})"


@dataclass(frozen=True, slots=True)
class Report:
    """What went unnoticed in a run.

    Attributes:
        unmatched: calls that no stub matched. refused: invalid requests.
        invalid: replies that broke the contract. failed: handlers that raised.
        uncalled: operations never called. unused: stubs that never answered.
    """

    unmatched: tuple[Entry, ...]
    refused: tuple[Entry, ...]
    invalid: tuple[Entry, ...]
    failed: tuple[Entry, ...]
    uncalled: tuple[str, ...]
    unused: tuple[Stub, ...]

    @property
    def problems(self) -> tuple[Entry, ...]:
        """What makes a test fail: calls unmatched, replies invalid, handlers failing."""
        return self.unmatched + self.invalid + self.failed

    def __str__(self) -> str:
        lines = []
        for title, entries in (
            ("calls that no stub matched", self.unmatched),
            ("invalid requests", self.refused),
            ("replies that broke the contract", self.invalid),
            ("handlers that raised", self.failed),
        ):
            if entries:
                lines.append(f"{title}: {len(entries)}")
                lines.extend(f"  {_problem(entry)}" for entry in entries[:SHOWN_CALLS])
        if self.uncalled:
            lines.append(f"operations never called: {', '.join(self.uncalled)}")
        if self.unused:
            lines.append(f"stubs never used: {', '.join(stub.shown for stub in self.unused)}")
        return "\n".join(lines) or "nothing unusual"


def _problem(entry: Entry) -> str:
    error = entry.call.error
    found = (finding.message for finding in entry.call.findings if finding.rule == INVALID_REPLY)
    words = error_text(error) or next(found, "")
    if error is not None and entry.call.source == "handler":
        words = f"{type(error).__name__}: {words}{_raised_at(error)}"
    return f"call {entry.number} {entry.operation or '?'}{_shown(entry.request)}: {words}"


def _raised_at(error: BaseException) -> str:
    """The last line of somebody else's code that an exception went through."""
    steps = extract_tb(error.__traceback__)
    theirs = [step for step in steps if not step.filename.startswith(_HOME)]
    return f" ({Path(theirs[-1].filename).name}:{theirs[-1].lineno})" if theirs else ""


def report(engine: Engine, journal: Journal, session: str | None = None) -> Report:
    """The report of everything that has come so far."""
    entries = journal.entries(session=session)
    return Report(
        tuple(e for e in entries if e.unmatched),
        tuple(e for e in entries if e.refused),
        tuple(e for e in entries if e.call.broke_contract),
        tuple(e for e in entries if e.call.source == "handler" and e.call.error),
        tuple(_uncalled(engine, entries)),
        tuple(
            stub
            for stub in engine.rules.all
            if session in (None, stub.session)
            and not any(
                engine.states.of(name).used.get(stub.number) for name in list(engine.states)
            )
        ),
    )


def _uncalled(engine: Engine, entries: Iterable[Entry]) -> list[str]:
    called = {entry.operation for entry in entries}
    return [n for n in dict.fromkeys(o.name for o in engine.operations) if n not in called]
