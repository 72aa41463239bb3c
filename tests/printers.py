"""A private print scheduler for tests: a real cupsd in its own folder, printing into files.

Root or not. Every queue is served by our own backend `capture`, which keeps what a printer would have got.
The device of a queue says how its backend ends: "0" printed, "1" failed, "4" stops the queue, "busy" waits in
the middle of the job until the test lets it go, "empty" says that the paper is out and then waits.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

CUPSD = "/usr/sbin/cupsd"
SYSTEM_PARTS = Path("/usr/lib/cups")

BACKEND = """#!/bin/sh
# job, user, title, copies, options, [file]; the device is <folder>/<how it ends>
[ $# -eq 0 ] && { echo 'direct capture "Unknown" "Capture"'; exit 0; }
device="${DEVICE_URI#capture:}"; folder="${device%/*}"; ending="${device##*/}"
printf '%s\\n' "$4" > "$folder/$1.copies"
printf '%s\\n' "$3" > "$folder/$1.title"
printf '%s\\n' "$5" > "$folder/$1.options"
cat ${6:+"$6"} > "$folder/$1.part"
case "$ending" in
  busy) read -r go < "$folder/gate"; ending=0 ;;
  empty) echo 'STATE: +media-empty-error' >&2; echo 'ERROR: Paper tray is empty' >&2
         read -r go < "$folder/gate"; echo 'STATE: -media-empty-error' >&2; ending=0 ;;
esac
[ "$ending" = 0 ] || { echo 'ERROR: The printer said no' >&2; exit "$ending"; }
mv "$folder/$1.part" "$folder/$1.pdf"
"""

PPD = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "CAPTURE.PPD"
*Manufacturer: "Test"
*Product: "(Capture)"
*ModelName: "Capture"
*ShortNickName: "Capture"
*NickName: "Capture, {sides}"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*FileSystem: False
*cupsVersion: 2.4
*cupsFilter: "application/vnd.cups-pdf 0 -"
{duplex}*OpenUI *PageSize/Media Size: PickOne
*DefaultPageSize: A5
{page_sizes}*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: A5
{page_regions}*CloseUI: *PageRegion
*DefaultImageableArea: A5
{areas}*DefaultPaperDimension: A5
{dimensions}"""

DUPLEX = """*OpenUI *Duplex/2-Sided Printing: PickOne
*DefaultDuplex: DuplexNoTumble
*Duplex None/Off: ""
*Duplex DuplexNoTumble/Long Edge: ""
*Duplex DuplexTumble/Short Edge: ""
*CloseUI: *Duplex
"""

POINTS = {"A3": (842, 1191), "A4": (595, 842), "A5": (420, 595), "Letter": (612, 792)}


def wait_until(true: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
    """Waits for a condition, by asking every 20 ms; AssertionError that names it when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"did not happen in {seconds} s: {what}"
        time.sleep(0.02)


class PrivateCups:
    """One scheduler of our own, started by `with`, which ends it and removes its folder."""

    def __init__(self) -> None:
        # Not pytest's tmp_path: as root the filters run as another account and could not enter it, and the
        # path of a socket may have 107 characters only.
        self.folder = Path(tempfile.mkdtemp(prefix="cups-test-"))
        self.folder.chmod(0o755)
        self.server = str(self.folder / "cups.sock")
        self.output = self.folder / "out"
        self.gate = self.output / "gate"
        self._count = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        for name in ("root", "spool", "cache", "state", "log", "bin/backend"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "spool" / "tmp").mkdir()
        self.output.mkdir()
        os.mkfifo(self.gate)
        for part in ("cgi-bin", "daemon", "driver", "filter", "monitor", "notifier"):
            (self.folder / "bin" / part).symlink_to(SYSTEM_PARTS / part)
        backend = self.folder / "bin" / "backend" / "capture"
        backend.write_text(BACKEND, encoding="utf-8")
        backend.chmod(0o700)
        account = pwd.getpwnam("lp") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        group = subprocess.run(["id", "-gn", account.pw_name], capture_output=True, text=True, check=True)
        (self.folder / "cupsd.conf").write_text(
            f"Listen {self.server}\nWebInterface No\nBrowsing No\nLogLevel debug\nMaxLogSize 0\n"
            "PreserveJobHistory Yes\nPreserveJobFiles No\nPageLogFormat %p %j %P %C\nDefaultAuthType None\n"
            "JobRetryInterval 1\n"
            "<Location />\n  Order allow,deny\n  Allow all\n</Location>\n"
            "<Policy default>\n  JobPrivateAccess all\n  JobPrivateValues none\n"
            "  <Limit All>\n    Order allow,deny\n    Allow all\n  </Limit>\n</Policy>\n",
            encoding="utf-8",
        )
        root = self.folder
        (self.folder / "cups-files.conf").write_text(
            f"ServerRoot {root}/root\nRequestRoot {root}/spool\nCacheDir {root}/cache\n"
            f"StateDir {root}/state\n"
            f"TempDir {root}/spool/tmp\nServerBin {root}/bin\nDataDir /usr/share/cups\n"
            f"ErrorLog {root}/log/error_log\nAccessLog {root}/log/access_log\nPageLog {root}/log/page_log\n"
            f"User {account.pw_name}\nGroup {group.stdout.strip()}\n"
            f"SystemGroup {'root' if os.geteuid() == 0 else group.stdout.strip()}\n",
            encoding="utf-8",
        )

    def start(self) -> None:
        """Starts the scheduler and waits until it answers."""
        files = ["-c", str(self.folder / "cupsd.conf"), "-s", str(self.folder / "cups-files.conf")]
        with (self.folder / "log" / "stdout").open("ab") as log:
            self._process = subprocess.Popen([CUPSD, "-f", *files], stdout=log, stderr=subprocess.STDOUT)
        wait_until(self._answers, "cupsd answers")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log()
        return "is running" in self._run("lpstat", "-r", check=False)

    def log(self) -> str:
        """What the scheduler wrote, for a test that fails."""
        return "".join(
            f.read_text(encoding="utf-8", errors="replace") for f in (self.folder / "log").iterdir()
        )

    def stop(self) -> None:
        """Ends the scheduler (by its id) as when the service is stopped."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """The scheduler keeps its socket and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """After `freeze`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends the scheduler and removes all that it wrote."""
        self.stop()
        shutil.rmtree(self.folder)

    def __enter__(self) -> PrivateCups:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, *command: str, check: bool = True) -> str:
        environment = {**os.environ, "CUPS_SERVER": self.server, "LC_ALL": "C"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0 or not check, f"{command}: {done.stderr}\n{self.log()}"
        return done.stdout

    def add_queue(
        self,
        name: str,
        ending: str = "0",
        *,
        media: tuple[str, ...] = ("A3", "A4", "A5"),
        duplex: bool = True,
        policy: str = "abort-job",
        description: str = "",
    ) -> None:
        """A queue with these sizes; its defaults are A5 and two-sided, so a job must say its own."""
        ppd = self.folder / f"{next(self._count)}.ppd"
        ppd.write_text(
            PPD.format(
                sides="duplex" if duplex else "one side",
                duplex=DUPLEX if duplex else "",
                page_sizes="".join(f'*PageSize {m}/{m}: ""\n' for m in media),
                page_regions="".join(f'*PageRegion {m}/{m}: ""\n' for m in media),
                areas="".join(f'*ImageableArea {m}: "0 0 {POINTS[m][0]} {POINTS[m][1]}"\n' for m in media),
                dimensions="".join(f'*PaperDimension {m}: "{POINTS[m][0]} {POINTS[m][1]}"\n' for m in media),
            ),
            encoding="ascii",
        )
        device = f"capture:{self.output}/{ending}"
        self._run(
            *("lpadmin", "-p", name, "-E", "-v", device, "-P", str(ppd)),
            *("-D", description or name, "-o", f"printer-error-policy={policy}"),
        )

    def add_raw_queue(self, name: str) -> None:
        """A queue without a driver: what is sent goes to the device."""
        self._run("lpadmin", "-p", name, "-E", "-v", f"capture:{self.output}/0")

    def make_default(self, name: str) -> None:
        """The scheduler's default queue."""
        self._run("lpadmin", "-d", name)

    def stop_queue(self, name: str) -> None:
        """The queue takes jobs and prints none."""
        self._run("cupsdisable", "-r", "toner is on order", name)

    def start_queue(self, name: str) -> None:
        """After `stop_queue`."""
        self._run("cupsenable", name)

    def reject_jobs(self, name: str) -> None:
        """The queue takes no jobs."""
        self._run("cupsreject", name)

    def remove_queue(self, name: str) -> None:
        """The printer is deleted, with its jobs."""
        self._run("lpadmin", "-x", name)

    def hold_job(self, number: int) -> None:
        """Somebody holds the job back."""
        self._run("lp", "-i", str(number), "-H", "hold")

    def release_job(self, number: int) -> None:
        """After `hold_job`."""
        self._run("lp", "-i", str(number), "-H", "resume")

    def cancel_elsewhere(self, number: int) -> None:
        """Somebody cancels the job at another PC."""
        self._run("cancel", str(number))

    def forget_jobs(self, name: str) -> None:
        """The scheduler's history is cleared, the queue stays."""
        self._run("cancel", "-a", "-x", name)

    def jobs(self, name: str) -> list[str]:
        """All jobs of a queue that the scheduler knows, those that are over too."""
        return self._run("lpstat", "-W", "all", "-o", name).splitlines()

    def open_gate(self) -> None:
        """Lets the one backend that waits ("busy", "empty") go on."""
        with self.gate.open("w") as gate:
            gate.write("go\n")

    def captured(self, number: int) -> Path:
        """The PDF that the printer got for a job."""
        return self.output / f"{number}.pdf"

    def argument(self, number: int, name: str) -> str:
        """What the backend was told: "copies", "title" or "options"."""
        return (self.output / f"{number}.{name}").read_text(encoding="utf-8").strip()

    def is_taken(self, number: int) -> bool:
        """Whether the backend has begun with the job."""
        return (self.output / f"{number}.part").exists()

    def pages_logged(self, number: int) -> int:
        """Sheets times copies by the scheduler's page log, for a job."""
        log = self.folder / "log" / "page_log"
        rows = [line.split() for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
        return sum(int(row[3]) for row in rows if row[1] == str(number))
