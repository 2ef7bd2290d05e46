"""A load client: raw HTTP/1.1 over kept connections, as fast as it goes or at a fixed rate; every answer is noted."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

PATIENCE_S = 20.0
Make = Callable[[int], bytes]


@dataclass
class Told:
    """What a run brought: answers by status, the numbers of requests by what became of them, seconds of each answer."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    taken: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    without_wait: int = 0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers with 2xx a second."""
        return len(self.taken) / self.seconds

    @property
    def offered(self) -> float:
        """Requests sent a second."""
        return (len(self.taken) + len(self.refused) + len(self.unanswered)) / self.seconds

    def slow(self) -> float:
        """Seconds within which 95 of 100 requests were answered with 2xx."""
        return sorted(self.waits)[int(len(self.waits) * 0.95)] if self.waits else float("nan")


def hammer(port: int, make: Make, *, seconds: float, connections: int, rate: float | None = None,
           first: int = 0) -> Told:
    """Send ``make(number)`` over so many connections; with ``rate`` that many a second, whatever the answers are."""
    told = Told()
    # On a thread of its own: where a browser was driven before, this one has a loop already.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _run(port, make, told, seconds, connections, rate, first)).result()
    return told


async def _run(port: int, make: Make, told: Told, seconds: float, connections: int, rate: float | None,
               first: int) -> None:
    numbers, started = itertools.count(first), time.monotonic()
    await asyncio.gather(*(
        _connection(port, make, told, numbers, started, seconds, rate, first) for _ in range(connections)))
    told.seconds = min(time.monotonic() - started, seconds) if rate else time.monotonic() - started


async def _connection(port: int, make: Make, told: Told, numbers: itertools.count[int], started: float,
                      seconds: float, rate: float | None, first: int) -> None:
    streams = None
    while True:
        number = next(numbers)
        due = (number - first) / rate if rate else time.monotonic() - started
        if due >= seconds:
            break
        if (early := started + due - time.monotonic()) > 0:
            await asyncio.sleep(early)
        if streams is None:
            streams = await _open(port, until=started + seconds)
            if streams is None:
                break
        sent = time.monotonic()
        try:
            status, wait, keeps = await asyncio.wait_for(_ask(streams, make(number)), PATIENCE_S)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            told.unanswered.append(number)
            streams[1].close()
            streams = None
            continue
        _note(told, number, status, wait, time.monotonic() - sent)
        if not keeps:
            streams[1].close()
            streams = None
    if streams is not None:
        streams[1].close()


def _note(told: Told, number: int, status: int, wait: bool, seconds: float) -> None:
    told.statuses[status] += 1
    if 200 <= status < 300:
        told.taken.append(number)
        told.waits.append(seconds)
    else:
        told.refused.append(number)
        told.without_wait += not wait


async def _open(port: int, *, until: float) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    """A connection; tried again while nobody listens, until the run is over."""
    while time.monotonic() < until:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
    return None


async def _ask(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes) -> tuple[int, bool, bool]:
    """(status, whether Retry-After is there, whether the connection may be used again)."""
    reader, writer = streams
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
    await reader.readexactly(int(length))
    return int(head[9:12]), b"\r\nretry-after:" in head, b"connection: close" not in head


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of one request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json",
             f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
