"""Trouble: what can go wrong between a server and its client, on purpose and reproducibly.

Some of it changes the answer and is decided here; what happens to the connection itself is only
named here, and done by `ZSI.mock.resource`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from ZSI.envelope import SOAP11, SOAP12
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.mock.exchange import Sent
from ZSI.mock.stubs import Stub, Trouble


def _garbage(sent: Sent, trouble: Trouble, random: Random) -> Sent:
    return sent._replace(body=random.randbytes(int(trouble.settings.get("bytes", 200))))


def _empty(sent: Sent, trouble: Trouble, random: Random) -> Sent:
    return sent._replace(body=b"")


def _content_type(sent: Sent, trouble: Trouble, random: Random) -> Sent:
    return sent._replace(media_type=str(trouble.settings.get("media_type", "text/html")))


def _truncated(sent: Sent, trouble: Trouble, random: Random) -> Sent:
    return sent._replace(body=sent.body[: len(sent.body) // 2])


def _version(sent: Sent, trouble: Trouble, random: Random) -> Sent:
    """The envelope of the other SOAP version, in its namespace and media type."""
    is12 = SOAP12.namespace.encode() in sent.body
    mine, other = (SOAP12, SOAP11) if is12 else (SOAP11, SOAP12)
    body = sent.body.replace(mine.namespace.encode(), other.namespace.encode())
    return sent._replace(body=body, media_type=other.content_type())


#: Trouble that changes the answer.
IN_ANSWER: Mapping[str, Callable[[Sent, Trouble, Random], Sent]] = {
    "garbage": _garbage,
    "empty": _empty,
    "content_type": _content_type,
    "truncated": _truncated,
    "version": _version,
}
#: Trouble with the connection: reset it, close it without an answer or in the middle of one, or
#: send the answer in drops over some seconds.
IN_CONNECTION = ("reset", "close", "cut", "dribble")
KINDS = (*IN_ANSWER, *IN_CONNECTION)


def check_trouble(stub: Stub) -> None:
    """Refuse kinds that there are not.

    Raises:
        DefinitionError: names the kinds.
    """
    for trouble in stub.trouble:
        if trouble.kind not in KINDS:
            raise DefinitionError(
                f"no trouble {trouble.kind!r}", where=stub.where, expected=listed(KINDS),
                nearest=nearest(trouble.kind, KINDS),
            )  # fmt: skip


class Chance:
    """Decides which troubles happen: each with its own seeded source if it names a seed."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._seeded: dict[tuple[int, int], Random] = {}

    def carry(self, numbers: Mapping[int, int]) -> None:
        """Let stubs with other numbers go on with the chance of these."""
        self._seeded = {
            (numbers.get(number, number), index): source
            for (number, index), source in self._seeded.items()
        }

    def happening(self, stub: Stub | None) -> list[tuple[Trouble, Random]]:
        """The troubles of a stub that happen to this call."""
        found = []
        for index, trouble in enumerate(stub.trouble if stub is not None else ()):
            source = self._random
            if stub is not None and trouble.seed is not None:
                source = self._seeded.setdefault(
                    (stub.number, index),
                    Random(trouble.seed),  # chance, not secrets
                )
            if source.random() < trouble.probability:
                found.append((trouble, source))
        return found


def spoiled(sent: Sent, troubles: list[tuple[Trouble, Random]]) -> Sent:
    """The answer with the troubles in it that change it."""
    for trouble, random in troubles:
        spoil = IN_ANSWER.get(trouble.kind)
        if spoil is not None:
            sent = spoil(sent, trouble, random)
    return sent
