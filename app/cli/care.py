"""`check`, `backup`, `restore` and `unlock`: the site's data stay whole and can be opened."""

from __future__ import annotations

import sys

from app.cli.call import Call, first_line, opened_site


def check(call: Call) -> int:
    """Each finding is a line on stderr; status 1 when one of them is a fault."""
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


def backup(call: Call) -> int:
    """A backup by hand, or the day's if it is not there yet."""
    from app.operations import care

    with opened_site(call) as (store, actor):
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


def restore(call: Call) -> int:
    """A backup into the data folder; what was there before is kept and named."""
    from app.domain.people import pc_actor
    from app.operations import care

    code = "" if call.options.recovery_code_file is None else first_line(call.options.recovery_code_file)
    done = care.restore(pc_actor(), call.options.file, call.folder, code, call.url)
    call.say(call.words("cli.restored", site=done.site, folder=done.folder, letter=done.letter))
    if done.before is not None:
        call.say(call.words("cli.kept_before", file=done.before))
    return 0


def unlock(call: Call) -> int:
    """The PC's own key again, by the recovery code."""
    from app.operations import opening

    opening.unlock(call.folder, first_line(call.options.recovery_code_file))
    call.say(call.words("cli.unlocked", folder=call.folder))
    return 0
