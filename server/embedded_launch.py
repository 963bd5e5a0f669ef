"""Becomes Valkey, after tying its life to its parent's. Run as a script by server.embedded.

A script of its own and not a function between fork and exec: there, in a process with threads,
Python code may wait for ever on a lock that another thread held at the fork.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # include/uapi/linux/prctl.h


def become(parent: int, command: list[str]) -> None:
    """Replace this process by `command`, which ends when the process `parent` does (on Linux).

    No core file: it would hold what people said. Files it makes are its owner's alone.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    if sys.platform == "linux":
        if ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            sys.exit("prctl(PR_SET_PDEATHSIG) failed")
        # the parent may have gone before the line above took hold; nobody would ever end us then
        if os.getppid() != parent:
            sys.exit("the parent has ended")
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
