"""A mail server on loopback that takes mail as RFC 5321 has it, in the clear or over TLS, or refuses it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class SmtpBox:
    """What the server took, and how it behaves. `answers` replace its usual answer to a verb."""

    port: int = 0
    taken: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    is_busy: bool = False
    is_silent: bool = False
    cuts_after_taking: int = 0
    starts_tls: ssl.SSLContext | None = None
    offers_login: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    in_the_clear: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client until it leaves, or break off when TLS comes to nothing."""
        try:
            if self.is_silent:
                await reader.read()
                return
            await _say(writer, "220 box.test")
            while line := (await reader.readline()).decode().strip():
                if writer.get_extra_info("ssl_object") is None:
                    self.in_the_clear.append(line)
                if not await self._answer(line, reader, writer):
                    break
        except (ssl.SSLError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        verb = line.split(maxsplit=1)[0].upper()
        if verb in self.answers:
            await _say(writer, self.answers[verb])
            return True
        match verb:
            case "EHLO":
                await self._offer(writer)
            case "STARTTLS" if self.starts_tls is not None:
                await _say(writer, "220 go on")
                await writer.start_tls(self.starts_tls)
            case "RCPT":
                await self._recipient(line, writer)
            case "DATA":
                return await self._take(reader, writer)
            case "QUIT":
                await _say(writer, "221 bye")
                return False
            case _:
                await _say(writer, "235 ok" if verb == "AUTH" else "250 ok")
        return True

    async def _offer(self, writer: asyncio.StreamWriter) -> None:
        is_safe = writer.get_extra_info("ssl_object") is not None
        offers = ["box.test"]
        offers += ["STARTTLS"] if self.starts_tls is not None and not is_safe else []
        offers += ["AUTH PLAIN"] if self.offers_login else []
        for offer in offers[:-1]:
            await _say(writer, f"250-{offer}")
        await _say(writer, f"250 {offers[-1]}")

    async def _recipient(self, line: str, writer: asyncio.StreamWriter) -> None:
        if any(address in line for address in self.unknown):
            await _say(writer, "550 no such user")
        elif self.is_busy:
            await _say(writer, "451 later")
        else:
            self.recipients.append(line)
            await _say(writer, "250 ok")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await _say(writer, "354 go on")
        self.taken.append((await reader.readuntil(b"\r\n.\r\n")).decode())
        if self.cuts_after_taking:
            self.cuts_after_taking -= 1
            return False
        await _say(writer, "250 taken")
        return True


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()


@asynccontextmanager
async def smtp_server(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[SmtpBox]:
    """Serve a box on a free port, behind TLS from the first byte on if a context is given."""
    box = SmtpBox()
    async with await asyncio.start_server(box.serve, "127.0.0.1", 0, ssl=tls) as server:
        box.port = server.sockets[0].getsockname()[1]
        yield box
