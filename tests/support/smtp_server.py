"""A mail server on loopback that takes mail as RFC 5321 has it, and refuses whom it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class SmtpBox:
    """What the server took, and how it behaves."""

    port: int = 0
    taken: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    is_busy: bool = False
    cuts_after_taking: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client until it leaves."""
        try:
            await _say(writer, "220 box.test")
            while line := (await reader.readline()).decode().strip():
                if not await self._answer(line, reader, writer):
                    break
        finally:
            writer.close()

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        match line.split(maxsplit=1)[0].upper():
            case "RCPT":
                refused = any(address in line for address in self.unknown)
                await _say(writer, "550 no such user" if refused else "451 later" if self.is_busy else "250 ok")
            case "DATA":
                await _say(writer, "354 go on")
                self.taken.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                if self.cuts_after_taking:
                    self.cuts_after_taking -= 1
                    return False
                await _say(writer, "250 taken")
            case "QUIT":
                await _say(writer, "221 bye")
                return False
            case _:
                await _say(writer, "250 ok")
        return True


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()


@asynccontextmanager
async def smtp_server() -> AsyncIterator[SmtpBox]:
    """Serve a box on a free port."""
    box = SmtpBox()
    async with await asyncio.start_server(box.serve, "127.0.0.1", 0) as server:
        box.port = server.sockets[0].getsockname()[1]
        yield box
