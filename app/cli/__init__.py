"""The headless commands: stable, never asking anything, one line on stderr for each fault. Scripts call them.

Without `--user` the actor is the PC itself, always masked. `--progress` is for the window: it runs a command as a child
and reads JSON lines.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable

from app import settings
from app.cli import asking, care, documents, evacuation, making, printing, tables
from app.cli.call import Call
from app.cli.options import parse, parser
from app.errors import DomainError
from app.words import Words

__all__ = ("COMMANDS", "parse", "parser", "run")

BESIDE_THE_WINDOW = 10  # nice: a key at the post goes before a report that runs as a child of the window

COMMANDS: dict[str, Callable[[Call], int]] = {
    "init": making.init,
    "demo": making.demo,
    "report": documents.report,
    "evacuation": evacuation.evacuation,
    "export": tables.export,
    "import": tables.import_,
    "find": asking.find,
    "identify": asking.identify,
    "check": care.check,
    "backup": care.backup,
    "restore": care.restore,
    "unlock": care.unlock,
    "print": printing.print_,
}


def run(options: argparse.Namespace) -> int:
    """Runs a headless command; answers the exit status. Errors go to stderr in the user's language."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Words that are no UTF-8, signs that a console lacks.
        sys.stdout.reconfigure(errors="backslashreplace")
    folder = settings.data_folder(options.data)
    kept = settings.load(folder).settings
    words = Words(options.lang or kept.language)
    call = Call(options, words, folder, options.database or kept.database)
    if options.progress and hasattr(os, "nice"):
        os.nice(BESIDE_THE_WINDOW)
    try:
        status: int = COMMANDS[options.command](call)
    except DomainError as error:
        _fail(call, error)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return status


def _fail(call: Call, error: DomainError) -> None:
    if call.options.progress:
        values = {name: str(value) for name, value in error.values.items()}
        print(json.dumps({"error": {"code": error.code, "values": values}}, ensure_ascii=False), flush=True)
    print(error.text(call.words), file=sys.stderr)
