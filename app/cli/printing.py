"""`print`: a PDF goes to a printer, and its job is followed to the end."""

from __future__ import annotations

from app.cli.call import Call
from app.errors import DomainError

# How long a job in the queue is followed: by a script, by a window.
PRINT_SECONDS = {False: 120.0, True: 86_400.0}


def print_(call: Call) -> int:
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
