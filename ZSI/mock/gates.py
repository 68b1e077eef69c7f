"""Gates: hold replies until the test lets them go."""

from __future__ import annotations

from collections.abc import Callable


class Gate:
    """One gate: shut until released; what came meanwhile waits.

    >>> gate, passed = Gate("hold"), []
    >>> gate.wait(lambda: passed.append(1))
    >>> gate.waiting
    1
    >>> gate.release()
    >>> passed, gate.waiting
    ([1], 0)
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.open = False
        self._waiting: list[Callable[[], object]] = []

    @property
    def waiting(self) -> int:
        """How many replies are held."""
        return len(self._waiting)

    def wait(self, go_on: Callable[[], object]) -> None:
        """Go on when the gate opens: now, if it is open."""
        if self.open:
            go_on()
        else:
            self._waiting.append(go_on)

    def forget(self, go_on: Callable[[], object]) -> None:
        """The client has gone: nobody waits any more."""
        if go_on in self._waiting:
            self._waiting.remove(go_on)

    def release(self, count: int | None = None) -> None:
        """Let go: all that wait and all that come, or only the first few that wait."""
        if count is None:
            self.open = True
            count = len(self._waiting)
        going, self._waiting = self._waiting[:count], self._waiting[count:]
        for go_on in going:
            go_on()

    def shut(self) -> None:
        """Hold replies again."""
        self.open = False


class Gates:
    """The gates of a server by name, made when first named."""

    def __init__(self) -> None:
        self._gates: dict[str, Gate] = {}

    def __getitem__(self, name: str) -> Gate:
        return self._gates.setdefault(name, Gate(name))

    def names(self) -> list[str]:
        """The names so far."""
        return sorted(self._gates)

    def reset(self) -> None:
        """Let everything go and forget all gates."""
        gates, self._gates = self._gates, {}
        for gate in gates.values():
            gate.release()
