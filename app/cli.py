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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app import settings
from app.errors import DomainError
from app.words import LANGUAGES, Words

if TYPE_CHECKING:
    from app.domain.tables import BadRow

VERSION = "0.1.0"
SITES = ("hospital", "office", "residential", "empty")
WINDOW = ""
YEARS = 1900, 2200  # days outside would leave what a calendar of any zone can hold
MOST = 1_000_000_000
BESIDE_THE_WINDOW = 10  # nice: a key at the post goes before a report that runs as a child of the window
PRINT_SECONDS = {
    False: 120.0,
    True: 86_400.0,
}  # how long a job in the queue is followed: by a script, by a window


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and ends with status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a command: its options, its words, where progress goes."""

    options: argparse.Namespace
    words: Words
    folder: Path
    url: str

    def tell(self, done: float, total: float, text: str = "") -> None:
        """Progress for the window that started us; silent on a terminal."""
        if self.options.progress:
            print(json.dumps({"progress": done / total if total else 0.0, "text": text}), flush=True)

    def say(self, text: str, **done: object) -> None:
        """What was done: a line on a terminal, the last JSON line for a window."""
        if self.options.progress:
            print(json.dumps({"done": done | {"text": text}}, ensure_ascii=False), flush=True)
        else:
            print(text, flush=True)


def parser() -> Parser:
    """The whole command line. Global options work before and after a subcommand."""
    everywhere = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    everywhere.add_argument("--data", metavar="DIR", help="the data folder (or YINGHOU_DATA)")
    everywhere.add_argument(
        "--database", metavar="URL", help="a PostgreSQL server instead of the folder's own file"
    )
    everywhere.add_argument("--station", metavar="STATION", help="center, post, post:NAME or all")
    everywhere.add_argument(
        "--lang", choices=LANGUAGES, help="language of the window, of messages and of documents"
    )
    everywhere.add_argument(
        "--as", dest="as_whom", metavar="NAME|ROLE", help="sign in without a password, on a sample site"
    )
    everywhere.add_argument("--user", metavar="NAME", help="sign in for what needs a right")
    everywhere.add_argument(
        "--password-file", type=Path, metavar="F", help="file with the password of --user"
    )
    everywhere.add_argument("--progress", action="store_true", help=argparse.SUPPRESS)
    top = Parser(
        prog="yinghou",
        description="Yinghou (迎候): the program of a property service center. Without a command it opens the window.",
        parents=[everywhere],
    )
    top.add_argument("--version", action="version", version=f"yinghou {VERSION}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, about: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=about, description=about, parents=[everywhere])

    init = command("init", "make a real site in an empty data folder")
    init.add_argument("--site", choices=SITES, required=True)
    init.add_argument(
        "--admin",
        metavar="NAME",
        required=True,
        help="the administrator's name; --password-file holds the password",
    )
    init.add_argument(
        "--recovery-out", type=Path, metavar="F", required=True, help="where the recovery code is written"
    )
    init.add_argument("--name", default="", help="the site's name")
    init.add_argument("--company", default="", help="the property company")
    init.add_argument("--mode", default="", help="hotel, apartment or butler")
    init.add_argument(
        "--plan",
        type=Path,
        metavar="F",
        help="posts, desks and people: what the wizard of the first start wrote",
    )
    demo = command("demo", "make a coherent sample site in an empty data folder")
    demo.add_argument("--site", choices=SITES[:3], default="hospital")
    demo.add_argument("--visits", type=_count, default=3000)
    demo.add_argument("--requests", type=_count, default=600)
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--until", type=_instant, metavar="INSTANT", help="no row is later (default: now)")
    report = command("report", "write a document as PDF, without a display")
    report.add_argument("name", nargs="?", metavar="NAME")
    report.add_argument("--list", action="store_true", help="the names, one a line")
    _days(report)
    report.add_argument("--post", default="", help="a guard post")
    report.add_argument("--number", default="", help="a request's number")
    report.add_argument("--which", default="", help="a saved list of requests")
    report.add_argument("--out", type=Path, metavar="FILE.pdf")
    export = command("export", "write a table as csv or xlsx")
    export.add_argument("name", nargs="?", metavar="NAME")
    export.add_argument("--list", action="store_true", help="the names, one a line")
    _days(export)
    export.add_argument(
        "--reason", default="", metavar="TEXT", help="unmasks numbers; needs --user and the right"
    )
    export.add_argument("--out", type=Path, metavar="FILE")
    imports = command("import", "read a table from csv or xlsx, whole or not at all")
    imports.add_argument("name", nargs="?", metavar="NAME")
    imports.add_argument("file", nargs="?", type=Path, metavar="FILE")
    imports.add_argument("--list", action="store_true", help="the names, one a line")
    imports.add_argument(
        "--keep-good", action="store_true", help="take the good rows of a file with bad ones"
    )
    find = command("find", "what the window's search would show, one JSON object a line")
    find.add_argument("what", choices=("visitors", "requests", "customers", "people"))
    find.add_argument("text")
    find.add_argument("--limit", type=_count, default=8)
    identify = command("identify", "what the guard post's line makes of an input, one JSON object a line")
    identify.add_argument("texts", nargs="*", metavar="TEXT")
    command("check", "prove that the site's data are whole")
    backup = command("backup", "write a verified, encrypted backup")
    backup.add_argument("file", nargs="?", type=Path, metavar="FILE")
    backup.add_argument(
        "--daily", action="store_true", help="only if none was made today; keeps 14 days and 8 weeks"
    )
    restore = command("restore", "bring a backup back")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--recovery-code-file", type=Path, metavar="F")
    unlock = command(
        "unlock", "let this PC open its data again by the recovery code, when its own key is lost"
    )
    unlock.add_argument("--recovery-code-file", type=Path, metavar="F", required=True)
    send = command("print", "send a PDF to a printer and follow the job to its end")
    send.add_argument("file", nargs="?", type=Path, metavar="FILE.pdf")
    send.add_argument("--list", action="store_true", help="the printers, one a line")
    send.add_argument("--printer", default="", metavar="NAME", help="default: this PC's default printer")
    send.add_argument("--title", default="")
    send.add_argument("--media", default="A4")
    send.add_argument("--copies", type=_count, default=1)
    return top


GLOBAL = {
    "data": None,
    "database": None,
    "station": None,
    "lang": None,
    "as_whom": None,
    "user": None,
    "password_file": None,
    "progress": False,
}


def parse(argv: list[str]) -> argparse.Namespace:
    """The options of a call; what was not given is None."""
    return parser().parse_args(argv, argparse.Namespace(**GLOBAL))


def run(options: argparse.Namespace) -> int:
    """Runs a headless command; answers the exit status. Errors go to stderr in the user's language."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(
            errors="backslashreplace"
        )  # words that are no UTF-8, signs that a console lacks
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


# --- the commands ----------------------------------------------------------------------------------------------------


@contextmanager
def _site(call: Call) -> Iterator[tuple[Any, Any]]:
    """The opened store and who acts: `--as` (sample), `--user`, or the PC itself."""
    from app.domain.people import pc_actor
    from app.operations import site
    from app.operations.opening import open_site

    opened = open_site(call.folder, call.url)
    try:
        station = call.options.station or "center"
        if call.options.as_whom:
            actor = site.sign_in_as(opened.store, call.options.as_whom, station)
        elif call.options.user:
            actor = site.sign_in(opened.store, call.options.user, _password(call), station)
        else:
            actor = pc_actor()
        yield opened.store, actor
    finally:
        opened.close()


def _password(call: Call) -> str:
    path = call.options.password_file
    if path is None:
        raise DomainError("password_file_needed")
    return _first_line(path)


def _whole(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise DomainError("cannot_read_file", file=str(path)) from fault


def _first_line(path: Path) -> str:
    lines = _whole(path).splitlines()
    return lines[0].strip() if lines else ""


def _init(call: Call) -> int:
    from app.domain.site_plan import read_plan
    from app.operations.site import create_site

    options = call.options
    plan = read_plan(_whole(options.plan)) if options.plan else None
    try:
        options.recovery_out.parent.mkdir(parents=True, exist_ok=True)
        with options.recovery_out.open("x", encoding="utf-8") as out:
            options.recovery_out.chmod(0o600)

            def keep_code(code: str) -> None:
                out.write(code + "\n")
                out.flush()
                os.fsync(out.fileno())

            create_site(
                call.folder,
                options.site,
                name=options.name,
                company=options.company,
                mode=options.mode,
                admin=options.admin,
                password=_password(call),
                url=call.url,
                plan=plan,
                keep_code=keep_code,
            )
    except FileExistsError as fault:
        raise DomainError("file_exists", file=str(options.recovery_out)) from fault
    except DomainError:
        options.recovery_out.unlink(missing_ok=True)
        raise
    except OSError as fault:
        raise DomainError("cannot_write_file", file=str(options.recovery_out)) from fault
    call.say(call.words("cli.made_site", folder=call.folder, file=options.recovery_out))
    return 0


def _demo(call: Call) -> int:
    from app.operations.demo import make_demo

    options = call.options
    made = make_demo(
        call.folder,
        options.site,
        visits=options.visits,
        requests=options.requests,
        seed=options.seed,
        until=options.until or datetime.now(UTC).replace(microsecond=0),
        url=call.url,
        progress=call.tell,
    )
    call.say(call.words("cli.made_demo", visits=made.visits, requests=made.requests, folder=call.folder))
    return 0


def _report(call: Call) -> int:
    from app import papers
    from app.operations.site_errands import VARIABLE, errand_actor
    from reports.registry import REPORTS

    options = call.options
    if options.list:
        for report in REPORTS.values():
            print(f"{report.name}\t{call.words(report.about)}")
        return 0
    if not options.name:
        raise DomainError("unknown_report", name="", names=", ".join(REPORTS))
    if options.name not in REPORTS:
        raise DomainError("unknown_report", name=options.name, names=", ".join(REPORTS))
    if options.out is None:
        raise DomainError("out_needed")
    wanted = papers.Wanted(options.first, options.last, options.post, options.number, options.which)
    with _site(call) as (store, actor):
        if errand := os.environ.get(VARIABLE):
            actor = errand_actor(store, errand, options.out)
        printed = papers.make(store, actor, call.words, options.name, wanted, options.out)
    for sign in printed.missing:
        print(call.words("cli.glyph_missing", sign=sign), file=sys.stderr)
    call.say(
        call.words("cli.made_file", file=options.out, pages=printed.pages),
        file=str(options.out),
        pages=printed.pages,
    )
    return 0


def _export(call: Call) -> int:
    from app.queries import exports
    from app.queries.export_tables import EXPORTS

    options = call.options
    if options.list:
        return _names(call, EXPORTS)
    if options.out is None:
        raise DomainError("out_needed")
    with _site(call) as (store, actor):
        done = exports.export_table(
            store,
            actor,
            options.name or "",
            options.out,
            begin=options.first,
            end=options.last,
            reason=options.reason,
        )
    call.say(call.words("tables.exported", rows=done.rows, file=done.file), rows=done.rows)
    return 0


def _import(call: Call) -> int:
    from app.operations import imports

    options = call.options
    if options.list:
        return _names(call, imports.KINDS)
    if options.file is None:
        raise DomainError("file_needed")
    with _site(call) as (store, actor):
        done = imports.import_table(store, actor, options.name, options.file, keep_good=options.keep_good)
    faults = [
        {"line": bad.line, "reason": _reason(call.words, bad), "text": _bad_row(call.words, bad)}
        for bad in done.bad
    ]
    for fault in faults:
        print(fault["text"], file=sys.stderr)
    if done.unknown_columns:
        print(call.words("tables.unknown_columns", columns=", ".join(done.unknown_columns)), file=sys.stderr)
    counts = {"added": done.added, "updated": done.updated, "unchanged": done.unchanged}
    said = call.words("tables.imported", **counts) if done.written else call.words("cli.nothing_imported")
    call.say(said, faults=faults, written=done.written, **counts)
    return 1 if faults else 0


def _reason(words: Words, bad: BadRow) -> str:
    reason = words(f"tables.{bad.code}", value=bad.value)
    if bad.column:
        reason = words("tables.in_column", column=words(f"tables.{bad.column}"), reason=reason)
    return reason


def _bad_row(words: Words, bad: BadRow) -> str:
    return words("tables.bad_row", line=bad.line, reason=_reason(words, bad))


def _names(call: Call, names: Iterable[str]) -> int:
    for name in names:
        print(f"{name}\t{call.words(f'tables.about_{name}')}")
    return 0


def _find(call: Call) -> int:
    from app.queries import finding

    with _site(call) as (store, actor):
        for found in finding.FINDERS[call.options.what](store, actor, call.options.text, call.options.limit):
            print(json.dumps(found, ensure_ascii=False))
    return 0


def _identify(call: Call) -> int:
    from app.domain.documents import identify

    today = datetime.now().astimezone().date()
    for text in call.options.texts:
        said = identify(text, today)
        line = {
            "input": said.input,
            "kind": said.kind,
            "value": said.value,
            "valid": said.valid,
            "reason": said.reason,
            "offer": said.offer,
        }
        print(json.dumps(line, ensure_ascii=False))
    return 0


def _check(call: Call) -> int:
    from app.operations import care
    from app.operations.finding_text import finding_text

    findings = care.check(call.folder, call.url)
    faults = [finding for finding in findings if finding.fault]
    lines = [{"fault": one.fault, "text": finding_text(call.words, one)} for one in findings]
    for line in lines:
        print(line["text"], file=sys.stderr)
    if call.options.progress or not faults:
        call.say(call.words("cli.checked" if not faults else "cli.check_failed"), findings=lines)
    return 1 if faults else 0


def _backup(call: Call) -> int:
    from app.operations import care

    with _site(call) as (store, actor):
        made = (
            care.daily_backup(store, actor)
            if call.options.daily
            else care.backup(store, actor, call.options.file)
        )
    if made is None:
        call.say(call.words("cli.backup_there"))
    else:
        call.say(call.words("cli.backed_up", file=made.file), file=str(made.file))
    return 0


def _restore(call: Call) -> int:
    from app.domain.people import pc_actor
    from app.operations import care

    code = "" if call.options.recovery_code_file is None else _first_line(call.options.recovery_code_file)
    done = care.restore(pc_actor(), call.options.file, call.folder, code, call.url)
    call.say(call.words("cli.restored", site=done.site, folder=done.folder, letter=done.letter))
    if done.before is not None:
        call.say(call.words("cli.kept_before", file=done.before))
    return 0


def _unlock(call: Call) -> int:
    from app.operations.opening import unlock

    unlock(call.folder, _first_line(call.options.recovery_code_file))
    call.say(call.words("cli.unlocked", folder=call.folder))
    return 0


def _print(call: Call) -> int:
    """Follows the job to its end (a window: as long as it takes); SIGTERM takes it out of the queue."""
    import signal
    from threading import Event

    from app.devices.printer import JobPhase, JobState, print_and_follow, system_printing

    options = call.options
    if options.list:
        return _printers(call)
    if options.file is None:
        raise DomainError("print_file_needed")
    title, stopped = options.title or options.file.stem, Event()
    steps = {JobPhase.printing: 0.6, JobPhase.done: 1.0}

    def progress(state: JobState) -> None:
        call.tell(steps.get(state.phase, 0.2), 1, state.text(call.words))

    def stop(_signal: int, _frame: object) -> None:
        stopped.set()

    before = signal.signal(signal.SIGTERM, stop)
    try:
        port = system_printing()
        found = port.printers() if not options.printer else []
        if not options.printer and not found:
            raise DomainError("printing_unavailable")
        printer = options.printer or found[0].name
        seconds = PRINT_SECONDS[bool(options.progress)]
        state = print_and_follow(
            port,
            options.file,
            printer,
            title,
            options.media,
            options.copies,
            progress,
            seconds,
            stopped.is_set,
        )
    finally:
        signal.signal(signal.SIGTERM, before)
    waits = call.words("printing.waits_in_queue", title=title, printer=printer)
    call.say(state.text(call.words) if state.over else waits, phase=state.phase.value)
    return 0 if state.phase is JobPhase.done else 1


def _printers(call: Call) -> int:
    from dataclasses import asdict

    from app.devices.printer import system_printing

    printers = system_printing().printers()
    for printer in printers if not call.options.progress else ():
        print(f"{printer.name}\t{call.words(f'printing.printer_{printer.state}')}")
    if call.options.progress:
        call.say("", printers=[asdict(printer) for printer in printers])
    return 0


COMMANDS: dict[str, Callable[[Call], int]] = {
    "init": _init,
    "demo": _demo,
    "report": _report,
    "export": _export,
    "import": _import,
    "find": _find,
    "identify": _identify,
    "check": _check,
    "backup": _backup,
    "restore": _restore,
    "unlock": _unlock,
    "print": _print,
}


def _days(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="first", type=_day, metavar="D", help="first day, YYYY-MM-DD")
    command.add_argument("--to", dest="last", type=_day, metavar="D", help="last day")


def _day(text: str) -> date:
    return _of_this_age(date.fromisoformat(text), text)


def _of_this_age(day: date, text: str) -> date:
    if not YEARS[0] <= day.year < YEARS[1]:
        raise argparse.ArgumentTypeError(f"not a day of this age: {text}")
    return day


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MOST:
        raise argparse.ArgumentTypeError(f"not a count: {text}")
    return number


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    _of_this_age(moment.date(), text)
    return moment if moment.tzinfo else moment.astimezone()
