"""The start: the command line, or the window. The only place where objects are wired together."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")


def main(argv: list[str] | None = None) -> int:
    """Runs `yinghou`; answers the exit status."""
    from app import cli

    options = cli.parse(sys.argv[1:] if argv is None else argv)
    if options.command:
        return cli.run(options)
    return window(options)


def window(options: argparse.Namespace) -> int:
    """Opens the window on the data folder's site; a first start offers to make one."""
    if sys.platform == "linux":
        if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
            return _no_display(options)
        # Asked for an input method on a system without a machine id, the D-Bus library ends the program (measured).
        if any(Path(name).is_file() for name in MACHINE_IDS):
            # QT_IM_MODULE=fcitx (set on many Chinese desktops) gives plain letters with the wheel; this gives Chinese.
            os.environ.setdefault("QT_IM_MODULES", "wayland;fcitx;ibus")
        # Qt's ibus context is asynchronous and swaps digits of a fast scanner otherwise.
        os.environ.setdefault("IBUS_ENABLE_SYNC_MODE", "1")
    from app.ui.program import run_window

    return run_window(options)


def _no_display(options: argparse.Namespace) -> int:
    from app import settings
    from app.words import Words

    kept = settings.load(settings.data_folder(options.data)).settings
    sys.stderr.write(Words(options.lang or kept.language)("errors.no_display") + "\n")
    return 1
