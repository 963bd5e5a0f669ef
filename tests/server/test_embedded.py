import asyncio
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import OutOfMemoryError, ResponseError

from server import embedded_leftover
from server.embedded import HomeUnusable, StoreDidNotStart, ValkeyChild, hold, start
from server.embedded_place import Place

ROOT = Path(__file__).parents[2]
PARENT = """
import asyncio, sys
from pathlib import Path
from server import embedded
async def main():
    child = await embedded.start(Path(sys.argv[1]))
    print(child.pid, child.url, flush=True)
    await child.wait()
asyncio.run(main())
"""
HOLDER = """
import sys
from pathlib import Path
from server.embedded import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def client(child: ValkeyChild) -> Redis:
    return Redis.from_url(child.url, decode_responses=True)


async def ended(pid: int) -> None:
    """Return when the process has, or has become a zombie that nobody reaps."""
    pidfd = os.pidfd_open(pid)
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(pidfd, over.set)
    try:
        async with asyncio.timeout(5):
            await over.wait()
    finally:
        asyncio.get_running_loop().remove_reader(pidfd)
        os.close(pidfd)


async def parent(program: str, directory: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(directory)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


@pytest_asyncio.fixture
async def child(tmp_path: Path) -> AsyncIterator[ValkeyChild]:
    child = await start(tmp_path / "hot")
    yield child
    await child.stop()


@pytest.mark.asyncio
async def test_only_we_can_reach_it(child: ValkeyChild, tmp_path: Path) -> None:
    """It answers on a socket in a directory of ours alone, and on no port."""
    assert child.url == f"unix://{tmp_path / 'hot' / 'valkey.sock'}"
    assert mode(tmp_path / "hot") == 0o700
    assert mode(tmp_path / "hot" / "valkey.sock") == 0o700
    async with client(child) as redis:
        assert await redis.ping()
        assert (await redis.config_get("port"))["port"] == "0"


@pytest.mark.asyncio
async def test_a_directory_others_could_read_is_made_private(tmp_path: Path) -> None:
    """A directory that was there with a wide mode is narrowed before the socket is in it."""
    (tmp_path / "hot").mkdir(mode=0o755)
    child = await start(tmp_path / "hot")
    await child.stop()
    assert mode(tmp_path / "hot") == 0o700


KEEPS_NOTHING = {
    "save": "",
    "appendonly": "no",
    "slowlog-log-slower-than": "-1",
    "commandlog-execution-slower-than": "-1",
    "commandlog-request-larger-than": "-1",
    "commandlog-reply-larger-than": "-1",
    "crash-log-enabled": "no",
    "crash-memcheck-enabled": "no",
    "latency-tracking": "no",
    "latency-monitor-threshold": "0",
    "hide-user-data-from-log": "yes",
    "acllog-max-len": "0",
    "syslog-enabled": "no",
    "maxmemory": str(256 * 1024 * 1024),
    "maxmemory-policy": "noeviction",
    "enable-debug-command": "no",
    "enable-module-command": "no",
}


@pytest.mark.asyncio
async def test_it_keeps_nothing(child: ValkeyChild) -> None:
    """Each setting that would write words down says no when the running server is asked."""
    async with client(child) as redis:
        assert await redis.config_get(*KEEPS_NOTHING) == KEEPS_NOTHING


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ["SAVE", "BGSAVE", "BGREWRITEAOF"])
async def test_nobody_can_make_it_write(child: ValkeyChild, command: str) -> None:
    """The commands that would put a conversation on the disk are not there."""
    async with client(child) as redis:
        with pytest.raises(ResponseError, match="unknown command"):
            await redis.execute_command(command)


@pytest.mark.asyncio
async def test_it_leaves_no_core(child: ValkeyChild) -> None:
    """A crash of Valkey writes no image of its memory."""
    assert resource.prlimit(child.pid, resource.RLIMIT_CORE) == (0, 0)


@pytest.mark.asyncio
async def test_memory_is_what_was_asked(tmp_path: Path) -> None:
    """The bound is the caller's, and a full store refuses instead of forgetting."""
    child = await start(tmp_path, "16mb")
    async with client(child) as redis:
        await redis.set("first", "kept")
        with pytest.raises(OutOfMemoryError):
            await asyncio.gather(*(redis.set(f"k{number}", "x" * 1024 * 1024) for number in range(20)))
        assert await redis.get("first") == "kept"
    await child.stop()


@pytest.mark.asyncio
async def test_stop(child: ValkeyChild, tmp_path: Path) -> None:
    """After stop the process has ended and no file is left; a second stop does no harm."""
    await child.stop()
    assert await child.wait() == 0
    assert os.listdir(tmp_path / "hot") == []
    await child.stop()


@pytest.mark.asyncio
async def test_stop_does_not_wait_for_ever(child: ValkeyChild) -> None:
    """One that does not listen is killed when the time is over."""
    os.kill(child.pid, signal.SIGSTOP)
    await child.stop(timeout=0.1)
    assert await child.wait() == -signal.SIGKILL


@pytest.mark.asyncio
async def test_wait_tells_of_a_death(child: ValkeyChild) -> None:
    """Whoever waits learns that the store was killed."""
    os.kill(child.pid, signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL


@pytest.mark.asyncio
@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
async def test_it_ends_with_us(tmp_path: Path) -> None:
    """kill -9 of the process that started it ends it too."""
    process = await parent(PARENT, tmp_path)
    pid = int((await line(process)).split()[0])
    process.kill()
    await process.wait()
    try:
        await ended(pid)
    except ProcessLookupError:
        return  # it was gone before we could look


async def leftover(tmp_path: Path) -> tuple[ValkeyChild, Place]:
    """A Valkey in `tmp_path` that its next start knows nothing of but the files."""
    child = await start(tmp_path)
    return child, child._place


@pytest.mark.asyncio
async def test_a_leftover_is_ended_at_the_next_start(tmp_path: Path) -> None:
    """The one that outlived a crash is ended, and the next one is empty and answers."""
    first, _ = await leftover(tmp_path)
    async with client(first) as redis:
        await redis.set("said", "words")
    second = await start(tmp_path)
    assert await first.wait() == 0
    async with client(second) as redis:
        assert await redis.dbsize() == 0
    await second.stop()


@pytest.mark.asyncio
async def test_a_leftover_that_does_not_answer_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is stuck is killed by its number, after its command line showed that it is ours."""
    monkeypatch.setattr(embedded_leftover, "ANSWER", 0.2)
    first, _ = await leftover(tmp_path)
    os.kill(first.pid, signal.SIGSTOP)
    second = await start(tmp_path)
    assert await first.wait() == -signal.SIGKILL
    await second.stop()


@pytest.mark.asyncio
async def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    """A pid file that names another program's process by now ends nothing."""
    (tmp_path / "valkey.pid").write_text(str(os.getpid()))
    child = await start(tmp_path)
    await child.stop()


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["", "-1", "0", "words", "1 2"])
async def test_a_broken_pid_file_ends_nothing(tmp_path: Path, text: str) -> None:
    """What is no process number is no reason to kill or to refuse."""
    (tmp_path / "valkey.pid").write_text(text)
    child = await start(tmp_path)
    await child.stop()


@pytest.mark.asyncio
async def test_a_long_home(tmp_path: Path) -> None:
    """Where the path would not fit a socket address, a short private directory holds the socket."""
    home = tmp_path / ("long" * 30)
    first = await start(home)
    elsewhere = Path((home / "socket-directory").read_text())
    assert mode(elsewhere) == 0o700
    assert first.url == f"unix://{elsewhere}/valkey.sock"
    second = await start(home)
    assert await first.wait() == 0
    assert elsewhere.name not in os.listdir(elsewhere.parent)
    await second.stop()
    assert os.listdir(home) == []


@pytest.mark.asyncio
async def test_a_stray_socket_directory_is_not_removed(tmp_path: Path) -> None:
    """A record that points at a directory we would not have made is dropped, not followed."""
    other = tmp_path / "precious"
    other.mkdir()
    (other / "file").touch()
    (tmp_path / "hot").mkdir()
    (tmp_path / "hot" / "socket-directory").write_text(str(other))
    child = await start(tmp_path / "hot")
    await child.stop()
    assert (other / "file").exists()


@pytest.mark.asyncio
async def test_a_start_that_fails_says_so(tmp_path: Path) -> None:
    """A Valkey that ends at once is a plain sentence, and leaves nothing behind."""
    with pytest.raises(StoreDidNotStart, match="ended with code 1 before it answered"):
        await start(tmp_path, maxmemory="plenty")
    assert os.listdir(tmp_path) == []


@pytest.mark.asyncio
async def test_a_file_in_the_way(tmp_path: Path) -> None:
    """A directory that cannot be made is a plain sentence."""
    (tmp_path / "hot").touch()
    with pytest.raises(StoreDidNotStart, match="cannot hold the embedded store"):
        await start(tmp_path / "hot")


@pytest.mark.asyncio
async def test_one_kindred_in_a_home(tmp_path: Path) -> None:
    """A home in use is refused in plain words, and is free again after kill -9 of its holder."""
    home = tmp_path / "home"
    process = await parent(HOLDER, home)
    assert await line(process) == "held"
    assert mode(home) == 0o700
    with pytest.raises(HomeUnusable, match="Another kindred is running in"), hold(home):
        pass
    process.kill()
    await process.wait()
    with hold(home):
        pass


def test_a_home_is_free_after_use(tmp_path: Path) -> None:
    """Leaving the block lets go."""
    for _ in range(2):
        with hold(tmp_path):
            pass


def test_a_home_that_cannot_be(tmp_path: Path) -> None:
    """A file where the home should be is a plain sentence."""
    (tmp_path / "file").touch()
    with pytest.raises(HomeUnusable, match="set KINDRED_HOME"), hold(tmp_path / "file" / "home"):
        pass
