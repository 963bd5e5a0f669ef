"""The `kindred` command in this process: the same code from its arguments on, without a start of Python."""

import contextlib
import io
import os
import sys
from dataclasses import dataclass
from unittest import mock

from server import cli


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def kindred(*arguments: str, environ: dict[str, str], said: str = "") -> Ran:
    """Run it with this environment and standard input."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["kindred", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO(said)),
        mock.patch.dict(os.environ, environ, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
            status = 0
        except SystemExit as left:
            status = int(left.code or 0)
    return Ran(status, out.getvalue(), err.getvalue())
