"""The command line: every command with its options, and what a typed day, count or instant means."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from typing import NoReturn

from app.cli import wrong_use
from app.words import LANGUAGES, Words

VERSION = "0.1.0"
SITES = ("hospital", "office", "residential", "empty")
YEARS = 1900, 2200  # days outside would leave what a calendar of any zone can hold
MOST = 1_000_000_000


class Parser(argparse.ArgumentParser):
    """Says what is wrong by `UseError`, which `parse` puts into the user's language."""

    def error(self, message: str) -> NoReturn:
        raise wrong_use.UseError(self.prog, message)


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
    report.add_argument("--which", default="", help="a saved list of requests, or the shift of a handover")
    report.add_argument("--out", type=Path, metavar="FILE.pdf")
    report.add_argument("--print", action="store_true", help="send it to the first printer that works")
    who = command("evacuation", "save who is on site now as PDF and text; with --print on paper at once")
    who.add_argument("--folder", type=Path, metavar="DIR", help="default: what this PC's settings say")
    who.add_argument("--print", action="store_true", help="send it to the first printer that works")
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
    identify.add_argument(
        "--photo",
        nargs="+",
        type=Path,
        default=(),
        metavar="FILE",
        help="photographs of documents (extra ocr)",
    )
    identify.add_argument("--from-stdin", action="store_true", help=argparse.SUPPRESS)
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
    """The options of a call; what was not given is None. Wrong use is said in one line and ends with status 2."""
    whole = parser()
    try:
        for word in takewhile("--".__ne__, argv):
            if word.startswith("--") and word.endswith(
                "=--"
            ):  # argparse would hand on [] in place of the value
                whole.error(f"argument {word.removesuffix('=--')}: expected one argument")
        return whole.parse_args(argv, argparse.Namespace(**GLOBAL))
    except wrong_use.UseError as fault:
        said = wrong_use.text(Words(wrong_use.language(argv)), str(fault))
        whole.exit(2, f"{fault.prog}: {said}\n")


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
