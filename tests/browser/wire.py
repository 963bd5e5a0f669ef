"""A wire between browser and server that can be cut: the ordinary fault of a phone in a lift."""

import asyncio
from types import TracebackType
from urllib.parse import urlsplit


class Wire:
    """Forwards bytes both ways. `cut` ends every connection and refuses new ones, `swallow` keeps them open
    and carries nothing, both until `mend`."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._host, self._port = address.hostname, address.port
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._whole = True
        self._carries = asyncio.Event()
        self._carries.set()

    async def __aenter__(self) -> "Wire":
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()
        self._carries.set()
        self._server.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """The connection is gone, in both directions, without a goodbye."""
        self._whole = False
        for writer in self._open:
            writer.transport.abort()

    def swallow(self) -> None:
        """Nothing arrives on either side and nobody is told: a line gone half open."""
        self._carries.clear()

    def mend(self) -> None:
        """New connections get through again. What was swallowed is lost with its connections."""
        if not self._carries.is_set():
            self.cut()
            self._carries.set()
        self._whole = True

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        self._open |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._open -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                await self._carries.wait()
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
