"""A real screen reader on a screen of its own: Orca, speaking through Speech Dispatcher into a file.

Needs Debian's `orca speech-dispatcher dbus xvfb openbox xdotool`. No sound device is needed: the last link of
the chain, the voice, is a command that writes down what it was given to say.
"""

import asyncio
import contextlib
import json
import os
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

NEEDS = ("orca", "speech-dispatcher", "dbus-daemon", "Xvfb", "openbox", "xdotool", "gsettings")
SPEAKER = """LogLevel 1
AudioOutputMethod "libao"
AddModule "writer" "sd_generic" "writer.conf"
DefaultModule writer
"""
VOICE = """GenericExecuteSynth "printf '%s\\\\n' \\'$DATA\\' >> {heard}"
AddVoice "en" "MALE1" "en"
DefaultVoice "en"
"""
DEFAULT = ["Default", "default"]
SETTINGS = {
    "general": {"enableKeyEcho": False, "startingProfile": DEFAULT, "activeProfile": DEFAULT},
    "profiles": {"default": {"profile": DEFAULT, "enableKeyEcho": False}},
    "pronunciations": {},
    "keybindings": {},
}
TOOLKIT = ("org.gnome.desktop.interface", "toolkit-accessibility", "true")
QUIET = 1.5
"""Seconds without a word after which it has said what it had to say."""


class Reader:
    """What was said, and keys pressed as a person presses them."""

    def __init__(self, environ: dict[str, str], heard: Path) -> None:
        self.environ, self.heard = environ, heard
        self._read = 0

    async def keys(self, *names: str) -> None:
        """Through the window system, so that the screen reader has them first."""
        await _done("xdotool", "key", "--clearmodifiers", *names, environ=self.environ)

    async def types(self, text: str) -> None:
        await _done("xdotool", "type", "--delay", "60", text, environ=self.environ)

    async def said(self, quiet: float = QUIET, patience: float = 20) -> list[str]:
        """What it has said since the last question, once it is silent."""
        size, changed = -1, time.monotonic()
        end = changed + patience
        while time.monotonic() < min(end, changed + quiet):
            await asyncio.sleep(0.1)
            if (now := self.heard.stat().st_size) != size:
                size, changed = now, time.monotonic()
        text = self.heard.read_text("utf-8", errors="replace")
        new, self._read = text[self._read :], len(text)
        return [line.strip() for line in new.splitlines() if line.strip()]


def _prepared(home: Path) -> dict[str, str]:
    """Settings of a home of its own; the environment that all of it lives in."""
    (home / "speech" / "modules").mkdir(parents=True)
    (home / "run").mkdir(mode=0o700)
    (home / "data" / "orca").mkdir(parents=True)
    (home / "heard").touch()
    (home / ".libao").write_text("default_driver=null\n")
    (home / "speech" / "speechd.conf").write_text(SPEAKER)
    (home / "speech" / "modules" / "writer.conf").write_text(VOICE.format(heard=home / "heard"))
    (home / "data" / "orca" / "user-settings.conf").write_text(json.dumps(SETTINGS))
    ours = {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LANG": "C.UTF-8",
        "GSETTINGS_BACKEND": "keyfile",
        "ACCESSIBILITY_ENABLED": "1",
        "SPEECHD_ADDRESS": f"unix_socket:{home}/run/speech",
    }
    return {name: value for name, value in os.environ.items() if name != "DISPLAY"} | ours


@contextlib.asynccontextmanager
async def reading(home: Path, *, debug: bool = False) -> AsyncIterator[Reader]:
    """A screen, a bus, a voice and Orca, ended in the reverse order. `home` is made, and keeps the logs."""
    missing = [name for name in NEEDS if not shutil.which(name)]
    if missing:
        raise SystemExit(f"not installed: {' '.join(missing)}")
    environ = _prepared(home)
    async with contextlib.AsyncExitStack() as stack:

        async def start(*command: str, wants: int | None = None) -> None:
            log = stack.enter_context((home / f"{command[0]}.log").open("ab"))
            process = await asyncio.create_subprocess_exec(
                *command, env=environ, pass_fds=[wants] if wants else [], stdout=log, stderr=log
            )
            stack.push_async_callback(_ended, process)

        for name, command in (("DISPLAY", ("Xvfb", "-displayfd")), ("BUS", ("dbus-daemon", "--session"))):
            theirs, ours = os.pipe()
            more = (str(ours), "-screen", "0", "1280x900x24") if name == "DISPLAY" else ()
            await start(*command, *(more or ("--nofork", f"--print-address={ours}")), wants=ours)
            os.close(ours)
            told = await asyncio.to_thread(_first_line, theirs)
            environ |= {"DISPLAY": f":{told}"} if name == "DISPLAY" else {"DBUS_SESSION_BUS_ADDRESS": told}
        await start("openbox")
        await _done("gsettings", "set", *TOOLKIT, environ=environ)
        run = home / "run"
        voice = ("-C", str(home / "speech"), "-S", f"{run}/speech", "-P", f"{run}/pid", "-L", str(home))
        await start("speech-dispatcher", "-s", "-t", "0", *voice)
        await start("orca", *(("--debug-file", str(home / "orca-debug.log")) if debug else ()))
        reader = Reader(environ, home / "heard")
        while not await reader.said():
            pass  # "Screen reader on."
        yield reader


def _first_line(pipe: int) -> str:
    with open(pipe) as told:
        return told.readline().strip()


async def _done(*command: str, environ: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(*command, env=environ)
    assert await process.wait() == 0, command


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 5)
    except TimeoutError:
        process.kill()
        await process.wait()
