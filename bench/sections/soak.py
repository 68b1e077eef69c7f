"""Good, bad, slow and cut connections mixed for as long as asked; nothing wrong, memory flat."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.chart import Lines
from bench.documents import envelope
from bench.process import Server, free_port
from bench.report import Section, Table
from bench.settings import Settings, say
from bench.subjects import ours
from bench.values import Absent
from bench.workloads import ECHO

SEED = 20261123  # the same mix in every run
WORKERS = 40
PAUSE = 0.02  # seconds between the conversations of one worker
SAMPLE = 5.0  # seconds between two looks at the memory
PATIENCE = 60.0  # seconds an answer may take while the machine is busy


@dataclass(slots=True)
class Soak:
    """One run: where the server is, what has happened."""

    port: int
    ends: float
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, kind: str, right: bool, what: object = "") -> None:
        """Count a conversation; keep what was wrong with the first few."""
        self.counts[kind] += 1
        if not right and len(self.wrong) < 50:
            self.wrong.append(f"{kind}: {what!r}"[:300])


def post(body: bytes, *headers: str) -> bytes:
    """The bytes of a request."""
    lines = ["POST /echo HTTP/1.1", "Host: 127.0.0.1", "Content-Type: text/xml", *headers]
    lines += [f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def echo(value: str) -> bytes:
    """An envelope with this value."""
    return envelope(f'<z:Echo xmlns:z="urn:ZSI"><z:value>{value}</z:value></z:Echo>')


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer with a Content-Length."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return status, await reader.readexactly(int(length or 0))


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Talk = Callable[[Soak, random.Random, Streams], Awaitable[None]]


async def good(soak: Soak, chance: random.Random, streams: Streams) -> None:
    """Some calls on one connection, now and then pipelined; every value comes back."""
    reader, writer = streams
    for _ in range(chance.randrange(1, 6)):
        values = [str(chance.random()) * chance.choice((1, 1, 1, 200)) for _ in range(4)]
        writer.write(b"".join(post(echo(value)) for value in values))
        for value in values:
            status, body = await answer(reader)
            soak.note("good", status == 200 and f">{value}<".encode() in body, (status, body))


async def bad(soak: Soak, chance: random.Random, streams: Streams) -> None:
    """What is no SOAP gets a fault, and the next good call its answer."""
    reader, writer = streams
    broken = chance.choice(
        (
            b"not xml",
            b"<a/>",
            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            envelope(""),
            envelope('<x:Unknown xmlns:x="urn:x"/>'),
            envelope('<z:Echo xmlns:z="urn:ZSI"/>'),
            echo("x")[: chance.randrange(10, 300)],
        )
    )
    writer.write(post(broken))
    status, body = await answer(reader)
    right = status in (400, 500) and b"Fault>" in body and b"Traceback" not in body
    soak.note("bad", right, (status, body))
    await good(soak, chance, streams)


async def malformed(soak: Soak, chance: random.Random, streams: Streams) -> None:
    """What is no HTTP gets an error or a closed connection, never silence."""
    reader, writer = streams
    writer.write(
        chance.choice((b"\x16\x03\x01\x02", b"GET\r\n\r\n", b"POST /echo HTTP/9.9\r\n\r\n"))
    )
    writer.write_eof()
    await asyncio.wait_for(reader.read(), PATIENCE)
    soak.note("malformed", True)


async def slow(soak: Soak, chance: random.Random, streams: Streams) -> None:
    """A request in small pieces with pauses between them."""
    reader, writer = streams
    request = post(echo("slow"))
    size = max(len(request) // chance.randrange(2, 12), 1)
    for start in range(0, len(request), size):
        writer.write(request[start : start + size])
        await asyncio.sleep(chance.random() * 0.2)
    status, body = await answer(reader)
    soak.note("slow", status == 200 and b">slow<" in body, (status, body))


async def cut(soak: Soak, chance: random.Random, streams: Streams) -> None:
    """A connection that is reset anywhere in a request, or before its answer."""
    _, writer = streams
    request = post(echo("cut" * chance.choice((1, 1000))))
    writer.write(request[: chance.randrange(1, len(request) + 1)])
    await asyncio.sleep(chance.random() * 0.01)
    writer.transport.abort()
    soak.note("cut", True)


TALKS: tuple[tuple[Talk, int], ...] = ((good, 12), (bad, 4), (malformed, 1), (slow, 2), (cut, 3))


async def worker(soak: Soak, seed: int) -> None:
    """Conversations one after the other until the time is over."""
    chance = random.Random(seed)
    talks, weights = zip(*TALKS, strict=True)
    while time.monotonic() < soak.ends:
        talk = chance.choices(talks, weights)[0]
        try:
            streams = await asyncio.open_connection("127.0.0.1", soak.port)
            try:
                await asyncio.wait_for(talk(soak, chance, streams), PATIENCE)
            finally:
                streams[1].close()
        except (OSError, EOFError, TimeoutError, ValueError) as problem:
            soak.note(talk.__name__, False, problem)
        await asyncio.sleep(PAUSE)


async def mixed(soak: Soak, server: Server) -> list[tuple[float, float]]:
    """All workers; seconds and megabytes at each sample."""
    started = time.monotonic()
    workers = [asyncio.create_task(worker(soak, SEED + number)) for number in range(WORKERS)]
    samples = []
    while time.monotonic() < soak.ends:
        await asyncio.sleep(min(SAMPLE, max(soak.ends - time.monotonic(), 0.1)))
        samples.append((time.monotonic() - started, server.memory()))
    await asyncio.gather(*workers)
    return samples


def run(settings: Settings) -> Section:
    """The fast front for so many minutes."""
    port = free_port()
    try:
        with Server(ours.FRONT.command(ECHO, port), port) as server:
            soak = Soak(port, time.monotonic() + settings.minutes * 60)
            say(f"{settings.minutes:g} minutes, {WORKERS} workers, seed {SEED}")
            samples = asyncio.run(mixed(soak, server))
            server.check(ECHO)
    except Absent as problem:
        return Section("soak", absent={"ours on the fast front": str(problem)})
    early = [memory for _, memory in samples[: max(len(samples) // 10, 1)]]
    late = [memory for _, memory in samples[-max(len(samples) // 10, 1) :]]
    rows: list[tuple[object, ...]] = [(kind, count) for kind, count in sorted(soak.counts.items())]
    rows += [
        ("wrong", len(soak.wrong)),
        ("MB in the first tenth, most", max(early)),
        ("MB in the last tenth, most", max(late)),
    ]
    table = Table("soak", ("conversations", "count"), tuple(rows), tuple(soak.wrong[:10]))
    chart = Lines("memory while soaked", "seconds", "MB", {"ours on the fast front": samples})
    return Section("soak", (table,), (chart,))
