"""What the parent makes of ports that are taken and of workers that are cut off."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from server.parent import Parent
from server.settings import Settings
from tests.serving import PATIENCE, ROOT


def test_a_metrics_port_that_is_taken(tmp_path: Path) -> None:
    """The operator is told in one plain sentence, and nothing is left running."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arguments = ["--port", "0", "--metrics-port", str(port)]
        ended = subprocess.run(
            [sys.executable, "-m", "server.cli", "serve", *arguments],
            cwd=ROOT,
            env=os.environ | {"KINDRED_HOME": str(tmp_path)},
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    assert (
        ended.stderr.decode() == f"Cannot listen on 127.0.0.1:{port} for metrics: Address already in use.\n"
    )
    assert ended.returncode == 2


@pytest.mark.asyncio
async def test_a_report_that_was_cut_off(tmp_path: Path) -> None:
    """A worker that is killed while it reports is one that ended, and is replaced like any other."""
    parent = Parent(Settings(home=tmp_path), [], tmp_path)
    report = json.dumps({"worker": "w1", "counted": [], "steps": {}, "gauges": {"ready": 1.0}}).encode()
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    theirs.sendall(report + b"\n" + report[:20])
    theirs.close()
    assert await parent._listen(reader, writer) is False
    writer.close()
    await writer.wait_closed()
