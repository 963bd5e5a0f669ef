"""JSON logs on stderr. Never text, name, address or page address: callers pass codes and counts."""

import json
import logging
import sys
import time

OURS = ("server", "rooms", "moderation")
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class JSONLines(logging.Formatter):
    """One object a line: time, level, logger, message, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Of an exception only its kind and place: its text may quote what was sent."""
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": _message(record),
            "pid": record.process,
        }
        line |= {key: value for key, value in record.__dict__.items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                line["where"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    """What ours say, whole. Of what libraries say only the beginning, unfilled: aiohttp names the address
    in it, asyncio the error's text and a callback's arguments."""
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    return str(record.msg).partition("\n")[0].partition("(")[0]


def start(level: int = logging.INFO) -> None:
    """Send everything to stderr as JSON lines; libraries only from WARNING, and none that quote input."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in ("engineio", "engineio.server", "socketio", "socketio.server", "aiohttp.access"):
        quiet = logging.getLogger(name)
        quiet.handlers[:] = []
        quiet.setLevel(logging.CRITICAL)
