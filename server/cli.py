"""`kindred`: the command."""

import argparse
import os
import sys
from pathlib import Path

from moderation import cli as moderation_cli
from moderation.rules import RulesError
from server import cli_audit, cli_staff, embedded, logs, settings
from server.faults import CannotServe

FAULTS = (
    settings.SettingsError,
    RulesError,
    embedded.StoreDidNotStart,
    embedded.HomeUnusable,
    CannotServe,
)


def main() -> None:
    """Run one command; faults of the operator's are plain sentences and exit status 2."""
    parser = _parser()
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except FAULTS as fault:
        sys.stderr.write(f"{fault}\n")
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kindred", description="Anonymous peer-support chat for a clinic.")
    commands = parser.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="run the service")
    serve.add_argument("--host", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (8080)")
    serve.add_argument("--workers", type=int, help="processes that share the port (1)")
    serve.add_argument("--metrics-port", type=int, help="Prometheus text on this loopback port (off)")
    serve.add_argument("--config", help="settings file (kindred.toml)")
    serve.set_defaults(run=_serve)
    moderate = commands.add_parser("moderate", help="judge JSON lines from standard input")
    moderate.set_defaults(run=_moderate)
    rehearse = commands.add_parser("rehearse", help="what a change of rules would do")
    rehearse.add_argument("rules", nargs="+", type=Path, help="rule files (*.rules.txt), or folders of them")
    rehearse.set_defaults(run=_rehearse)
    cli_audit.add(commands)
    cli_staff.add(commands)
    return parser


def _serve(arguments: argparse.Namespace) -> None:
    from server import parent

    logs.start()
    names = ("host", "port", "workers", "metrics_port", "config")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    flags = [part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    loaded = settings.load(given, os.environ)
    parent.serve(loaded, flags)


def _moderate(_: argparse.Namespace) -> None:
    moderation_cli.run(sys.stdin, sys.stdout)


def _rehearse(arguments: argparse.Namespace) -> None:
    from moderation import rehearse

    try:
        sources = rehearse.changed(arguments.rules)
    except (OSError, UnicodeError) as fault:
        raise RulesError([f"the rules cannot be read: {fault}"]) from None
    rehearse.run(sources, () if sys.stdin.isatty() else sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
