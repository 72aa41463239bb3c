"""`init` and `demo`: a site in an empty data folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from app.cli.call import Call, password, whole
from app.errors import DomainError


def init(call: Call) -> int:
    """A real site; its recovery code is on the disk before the site is."""
    from app.domain.site_plan import read_plan
    from app.operations.site import create_site

    options = call.options
    plan = read_plan(whole(options.plan)) if options.plan else None
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
                password=password(call),
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


def demo(call: Call) -> int:
    """A sample site with visits and requests."""
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
