"""The port to which the hospital's systems send HL7 v2 over MLLP: frames in, acknowledgements out, within the limits.

Messages of one connection are taken one after the other; the answer goes out when what was asked is durable. It logs
counts, codes and addresses, never what a message holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

from beeldbrug.kit import log
from beeldbrug.model.errors import BeeldbrugError, TooLarge, Unavailable, Unsupported
from beeldbrug.node.ports.own_patients import Change
from beeldbrug.node.ports.reports import GivenReport
from beeldbrug.node.protocols.hl7.acknowledge import acknowledgements
from beeldbrug.node.protocols.hl7.adt import changes_of, check, is_report
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.message import Header, Message, header_of
from beeldbrug.node.protocols.hl7.mllp import END, START, Frame, Framer
from beeldbrug.node.protocols.hl7.person import Reader
from beeldbrug.node.protocols.hl7.report import reports_of

_log = log.get("hl7")

_READ_BYTES = 256 * 1024
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What is taken, and how it is read. ``networks``: who may send, empty is anybody. ``processing``: values of
    MSH-11. ``character_set`` is that of messages that name none."""

    reader: Reader
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    processing: frozenset[str] = frozenset({"P"})
    character_set: str = "iso-8859-1"
    organisation: str = ""
    """Whose reports they are (URA)."""


@dataclass(slots=True)
class _Call:
    """One connection, and how often what happened on it."""

    address: str
    counts: Counter[str] = field(default_factory=Counter)


class Listener:
    """HL7 port. ``port`` 0 chooses a free one; read ``port`` after ``start``."""

    def __init__(
        self,
        host: str,
        port: int,
        rule: Rule,
        take: Callable[[Sequence[Change]], None],
        now: Callable[[], float],
        limits: Limits,
        tls: ssl.SSLContext | None = None,
        take_reports: Callable[[Sequence[GivenReport]], object] | None = None,
    ) -> None:
        """``take`` makes changes durable, ``take_reports`` reports; ``now`` gives POSIX seconds."""
        self._host = host
        self.port = port
        self._rule = rule
        self._take = take
        self._take_reports = take_reports
        self._now = now
        self._limits = limits
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hl7-listener", daemon=True)
        self._workers = ThreadPoolExecutor(limits.connections, "hl7")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.counts: Counter[str] = Counter()
        """Of all connections: ``taken``, ``ignored``, ``refused``, ``failed``, ``half``, ``noise``, ``turned away``."""

    def start(self) -> None:
        """Listen and return. Raises Unavailable ``hl7-port-unusable``."""
        self._thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except OSError as error:
            self._end()
            raise Unavailable(
                "hl7-port-unusable",
                "The HL7 address and port cannot be listened on.",
                "Check that no other program uses the port, and that the address is this machine's.",
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]
        _log.info("patient port listening", port=self.port)

    async def _listen(self) -> asyncio.Server:
        handshake = self._limits.message_seconds if self._tls is not None else None
        return await asyncio.start_server(
            self._serve, self._host, self.port, ssl=self._tls, ssl_handshake_timeout=handshake, limit=_READ_BYTES
        )

    def stop(self) -> None:
        """Take no more, let what is being taken be answered, close, and return."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_STOP_SECONDS)
        self._end()

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_SECONDS)
        self._workers.shutdown()
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        call = _Call(str(writer.get_extra_info("peername")[0]))
        if task is None or not self._may_call(call):
            writer.close()
            return
        self._open.add(task)
        try:
            await self._converse(call, reader, writer)
        except (BeeldbrugError, TimeoutError, OSError) as error:
            code = error.code if isinstance(error, BeeldbrugError) else "connection-lost"
            call.counts["noise"] += code == "hl7-not-mllp"
            _log.warning("connection of a sender broken off", address=call.address, code=code)
        except asyncio.CancelledError:  # by ``stop`` alone; the task ends here, or asyncio complains of it
            _log.info("connection of a sender closed", address=call.address, code="stopping")
        except Exception:  # the edge of the protocol: a fault of ours ends one connection, never the port
            _log.exception("connection of a sender failed", address=call.address)
        finally:
            self._open.discard(task)
            self.counts += call.counts
            _log.info("connection of a sender ended", address=call.address, kind=_told(call.counts))
            writer.close()
            with contextlib.suppress(OSError):  # the sender had closed it
                await writer.wait_closed()

    def _may_call(self, call: _Call) -> bool:
        address, networks = ip_address(call.address.partition("%")[0]), self._rule.networks
        allowed = not networks or any(address in network for network in networks)
        if allowed and len(self._open) < self._limits.connections:
            return True
        self.counts["turned away"] += 1
        code = "too-many-connections" if allowed else "address-not-allowed"
        _log.warning("sender turned away", address=call.address, code=code, total=self.counts["turned away"])
        return False

    async def _converse(self, call: _Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = Framer(self._limits)
        ends = 0.0
        while True:
            if not framer.pending:
                ends = self._loop.time() + self._limits.idle_seconds
            try:
                async with asyncio.timeout_at(ends):
                    data = await reader.read(_READ_BYTES)
            except (TimeoutError, OSError, asyncio.CancelledError):
                self._half(call, int(framer.pending))
                raise
            if not data:
                self._half(call, int(framer.pending))
                return
            begun = framer.pending
            frames = framer.feed(data)
            for frame in frames:
                self._half(call, frame.halves)
                await self._answer(call, writer, frame)
            if framer.pending and (frames or not begun):
                ends = self._loop.time() + self._limits.message_seconds

    def _half(self, call: _Call, count: int) -> None:
        if count:
            call.counts["half"] += count
            _log.warning("half message dropped", address=call.address, count=call.counts["half"])

    async def _answer(self, call: _Call, writer: asyncio.StreamWriter, frame: Frame) -> None:
        """Take one message and say so; what was begun is ended even when the port closes."""
        answers = await asyncio.shield(self._loop.run_in_executor(self._workers, self._answered, call, frame))
        for answer in answers:
            writer.write(START + answer.encode("iso-8859-1", "replace") + END)
        async with asyncio.timeout(self._limits.send_seconds):
            await writer.drain()

    def _answered(self, call: _Call, frame: Frame) -> tuple[str, ...]:
        """The acknowledgements that a message asks for; what else it asked for is durable."""
        header = Header()
        moment = datetime.fromtimestamp(self._now(), self._rule.reader.zone)
        try:
            header = header_of(frame.content.lstrip(b"\r\n"))
            outcome = self._taken(frame)
        except BeeldbrugError as error:
            answers = acknowledgements(header, moment, error)
            outcome = "refused"
            _log.warning("message not taken", address=call.address, code=error.code)
        except Exception:  # the edge of the protocol: the sender keeps the message and sends it again
            answers = acknowledgements(header, moment, fault=True)
            outcome = "failed"
            _log.exception("message failed", address=call.address)
        else:
            answers = acknowledgements(header, moment)
        call.counts[outcome] += 1
        return answers

    def _taken(self, frame: Frame) -> str:
        if not frame.whole:
            raise TooLarge("hl7-too-large", "The message is too long.", "Have the sender leave out what is no patient.")
        message = Message(frame.content, self._rule.character_set)
        check(message, self._rule.processing)
        if is_report(message):
            return self._report_taken(message)
        changes = changes_of(message, self._rule.reader, self._now())
        if changes is None:
            return "ignored"
        self._take(changes)
        return "taken"

    def _report_taken(self, message: Message) -> str:
        if self._take_reports is None:
            raise Unsupported("hl7-message-type", "No reports are taken here.", "Have the sender send ADT.")
        reports = reports_of(message, self._rule.reader, self._rule.organisation, self._now())
        if not reports:
            return "ignored"
        self._take_reports(reports)
        return "taken"


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()) if number) or "nothing"
