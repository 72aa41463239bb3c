"""From made-up requests to rows: what the operations on requests would have left behind, in bulk (demo)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from app.db.bulk import Bulk
from app.db.requests import confirmations, dispatches, follow_ups, request_events
from app.db.requests import requests as requests_table
from app.db.requests_read import SCOPE, phone_keys
from app.db.secrets import Secrets
from app.domain.demo_days import Busy
from app.domain.demo_requests import Requests, Step, Wanted
from app.domain.requests import PAUSE_REASONS
from app.domain.requests_text import grams
from app.operations.demo_visit_rows import KeyMaker
from app.operations.requests import NUMBERS, PHONE
from app.operations.requests_round import STAMPS

COLUMNS = tuple(column.name for column in requests_table.columns)
EVENTS = tuple(column.name for column in request_events.columns)
DISPATCHES = tuple(column.name for column in dispatches.columns)
CONFIRMATIONS = tuple(column.name for column in confirmations.columns)
FOLLOW_UPS = tuple(column.name for column in follow_ups.columns)
_EMPTY = {column.name: None if column.nullable else "" for column in requests_table.columns}
_CLEARED = {
    name: _EMPTY[name]
    for name in (
        *STAMPS,
        *(name for name in COLUMNS if name.endswith("_by") and name != "round_began_by"),
        "handler_id",
        "returned_at",
        "confirmed_answer",
        "follow_up_outcome",
        "outcome",
        "promise_reason",
        "promise_given_to",
        "satisfied_degree",
        "return_reason",
    )
}


class RequestRows:
    """Writes requests with their histories, dispatches, confirmations and follow-ups."""

    def __init__(
        self,
        bulk: Bulk,
        site_id: int,
        writer: bytes,
        letter: str,
        items: Sequence[dict[str, Any]],
        customers: Sequence[dict[str, Any]],
        guards: dict[bytes, str],
        secrets: Secrets,
        random: Random,
        until: int,
    ) -> None:
        self._bulk = bulk
        self._site = site_id
        self._writer = writer
        self._letter = letter
        self._items = items
        self._customers = customers
        self._stations = guards
        self._secrets = secrets
        self._key = KeyMaker(random)
        self.until = until
        self._numbers: dict[int, int] = {}

    def write(self, source: Requests, days: Sequence[Busy], total: int, told: Callable[[int], None]) -> None:
        """Writes all requests and the counters of their numbers."""
        for count, wanted in enumerate(source.days(days, total)):
            _Way(self, wanted).write()
            if count % 2_000 == 0:
                told(count)
        for day, last in self._numbers.items():
            self._bulk.add("number_counters", (self._site, self._writer, NUMBERS, day, last))

    def row_of(self, wanted: Wanted) -> dict[str, Any]:
        """The row of a request that has just been received."""
        key = self._key(wanted.received)
        item, customer = self._items[wanted.item], self._customers[wanted.customer]
        self._numbers[wanted.day] = wanted.sequence
        promised = wanted.promised_at is not None
        at, person = (wanted.received, wanted.clerk) if promised else (None, None)
        return _EMPTY | {
            "site_id": self._site,
            "id": key,
            "version": 1,
            "number": f"{wanted.day % 10000:04d}-{self._letter}{wanted.sequence:03d}",
            "sequence": wanted.sequence,
            "writer_id": self._writer,
            "day": wanted.day,
            "state": "received",
            "round": 1,
            "round_began_at": wanted.received,
            "round_began_by": wanted.clerk,
            "channel": wanted.channel,
            "item_id": item["id"].bytes,
            "customer_id": customer["id"].bytes,
            "customer": customer["name"],
            "place": customer["place"],
            "extension": customer["extension"],
            "contact": wanted.contact,
            "phone": self._secrets.seal(wanted.phone, PHONE, self._site, UUID(bytes=key)),
            "words": wanted.words,
            "urgency": wanted.urgency,
            "special": wanted.special,
            "clerk_id": wanted.clerk,
            "first_contact_id": wanted.first_contact,
            "call_started_at": wanted.call_started,
            "received_at": wanted.received,
            "promised_at": wanted.promised_at,
            "stopped_seconds": 0,
            "told_at": at,
            "told_by": person,
            "promise_given_at": at,
            "promise_given_by": person,
            "promise_given_to": (wanted.contact or customer["name"]) if promised else "",
        }

    def child(self, columns: Sequence[str], at: int, values: dict[str, Any]) -> tuple[Any, ...]:
        """A row of a table beside the requests."""
        whole = {"site_id": self._site, "id": self._key(at), **values}
        return tuple([whole[name] for name in columns])

    def end(self, row: dict[str, Any], wanted: Wanted, children: list[tuple[str, tuple[Any, ...]]]) -> None:
        """Writes a request and what belongs to it."""
        bulk, site, key = self._bulk, self._site, row["id"]
        row["open_since"] = row["received_at"] if row["closed_at"] is None else None
        bulk.add("requests", tuple([row[name] for name in COLUMNS]))
        for table, child in children:
            bulk.add(table, child)
        bulk.add_all("request_grams", [(site, gram, key) for gram in _grams(wanted.words)])
        if wanted.phone:
            keys = phone_keys(self._secrets, wanted.phone)
            bulk.add_all("search_keys", [(site, SCOPE, text, 0, key) for text in keys])

    def station(self, person: bytes) -> str:
        """Where a person enters things: guards at their post, all others at the center."""
        return self._stations.get(person, "center")


class _Way:
    """One request going its way, step by step."""

    def __init__(self, rows: RequestRows, wanted: Wanted) -> None:
        self._rows = rows
        self._wanted = wanted
        self._row = rows.row_of(wanted)
        self._children: list[tuple[str, tuple[Any, ...]]] = []
        self._sequence = 0
        self._job: dict[str, Any] = {}

    def write(self) -> None:
        """Takes the request, does every step that had happened by the end of time, and writes the rows."""
        wanted, row = self._wanted, self._row
        at, whom = wanted.received, wanted.first_contact.hex()
        self._event(at, wanted.clerk, "taken", channel=wanted.channel, first_contact_id=whom)
        if wanted.promised_at is not None:
            promised = {"promised_at": wanted.promised_at, "promised_to": row["promise_given_to"]}
            self._event(at, wanted.clerk, "promised", **promised, first_contact_id=whom)
        last = at
        for step in wanted.steps:
            # Independent waits may cross by a moment; a history never runs backwards.
            moment = max(step.at, last)
            if moment > self._rows.until:
                break
            last = moment
            getattr(self, f"_{step.action.rstrip('_')}")(step._replace(at=moment))
            row["version"] += 1
        self._end_job(None, "", "")
        self._rows.end(row, wanted, self._children)

    def _event(self, at: int, person: bytes, what: str, words: str = "", /, **data: Any) -> None:
        self._sequence += 1
        values = {
            "request_id": self._row["id"],
            "round": self._row["round"],
            "sequence": self._sequence,
            "at": at,
            "entered_at": at,
            "staff_id": person,
            "station": self._rows.station(person),
            "what": what,
            "words": words,
            "data": json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            "old_words": None,
        }
        self._children.append(("request_events", self._rows.child(EVENTS, at, values)))

    def _start_job(self, step: Step) -> None:
        handler = step.values["handler"]
        self._job = {
            "request_id": self._row["id"],
            "round": self._row["round"],
            "handler_id": handler,
            "responsible": True,
            "dispatched_at": step.at,
            "dispatched_by": step.who,
            "begun_at": None,
        }
        self._row |= {
            "state": "dispatched",
            "handler_id": handler,
            "dispatched_at": step.at,
            "dispatched_by": step.who,
            "returned_at": None,
            "return_reason": "",
        }

    def _end_job(
        self, at: int | None, end: str, reason: str, done_at: int | None = None, result: str = ""
    ) -> None:
        if not self._job:
            return
        ended = {"ended_at": at, "end": end, "end_reason": reason, "done_at": done_at, "result": result}
        began: int = self._job["dispatched_at"]
        self._children.append(("dispatches", self._rows.child(DISPATCHES, began, self._job | ended)))
        self._job = {}

    def _dispatch(self, step: Step, what: str = "dispatched") -> None:
        self._start_job(step)
        self._event(step.at, step.who, what, handler_id=step.values["handler"].hex())

    def _re_dispatch(self, step: Step) -> None:
        self._dispatch(step, "re_dispatched")

    def _transfer(self, step: Step) -> None:
        before, why = self._row["handler_id"], step.values["words"]
        self._end_job(step.at, "transferred", why)
        self._start_job(step)
        handler = step.values["handler"].hex()
        self._event(step.at, step.who, "transferred", why, from_id=before.hex(), handler_id=handler)

    def _tell(self, step: Step) -> None:
        self._row |= {"told_at": step.at, "told_by": step.who}
        self._event(step.at, step.who, "told", first_contact_id=self._row["first_contact_id"].hex())

    def _promise(self, step: Step) -> None:
        row, promised_at = self._row, step.values["promised_at"]
        why = step.values.get("words", "")
        to = row["contact"] or row["customer"]
        data = {
            "promised_at": promised_at,
            "promised_to": to,
            "first_contact_id": row["first_contact_id"].hex(),
        }
        again = row["promise_given_at"] is not None
        if again:
            data["before_at"] = row["promised_at"]
        row |= {
            "promised_at": promised_at,
            "promise_reason": why,
            "promise_given_at": step.at,
            "promise_given_by": row["first_contact_id"],
            "promise_given_to": to,
        }
        self._event(step.at, step.who, "promise_changed" if again else "promised", why, **data)

    def _return(self, step: Step) -> None:
        handler, why = self._row["handler_id"], step.values["words"]
        self._end_job(step.at, "returned", why)
        self._row |= {
            "state": "received",
            "handler_id": None,
            "dispatched_at": None,
            "dispatched_by": None,
            "returned_at": step.at,
            "return_reason": why,
        }
        self._event(step.at, step.who, "returned", why, handler_id=handler.hex())

    def _pause(self, step: Step) -> None:
        reason, resumes = step.values["reason"], step.values["resume_at"]
        self._row |= {"paused_at": step.at, "paused_reason": reason, "resume_at": resumes}
        self._event(step.at, step.who, "paused", step.values["words"], reason=reason, resume_at=resumes)

    def _resume(self, step: Step) -> None:
        row = self._row
        if PAUSE_REASONS[row["paused_reason"]]:
            row["stopped_seconds"] += (step.at - row["paused_at"]) // 1_000_000
        row |= {"paused_at": None, "paused_reason": "", "resume_at": None}
        self._event(step.at, step.who, "resumed", step.values["words"])

    def _begin(self, step: Step) -> None:
        self._job["begun_at"] = step.at
        self._event(step.at, step.who, "begun", handler_id=self._row["handler_id"].hex())

    def _report_done(self, step: Step) -> None:
        result, handler = step.values["words"], self._row["handler_id"]
        self._end_job(step.at, "done", "", step.at, result)
        self._row |= {"state": "done", "done_at": step.at, "done_by": handler}
        self._event(step.at, step.who, "done", result, handler_id=handler.hex())

    def _tell_result(self, step: Step) -> None:
        self._row |= {"result_told_at": step.at, "result_told_by": step.who}
        self._event(step.at, step.who, "result_told")

    def _confirm(self, step: Step) -> None:
        said = {name: step.values[name] for name in ("who", "means", "answer")}
        words = step.values["words"]
        values = {"request_id": self._row["id"], "round": self._row["round"], **said, "words": words}
        stamped = {"at": step.at, "entered_at": step.at, "entered_by": step.who}
        self._children.append(("confirmations", self._rows.child(CONFIRMATIONS, step.at, values | stamped)))
        self._event(step.at, step.who, "confirmed", words, **said)
        if said["answer"] == "dissatisfied":
            self._row["dissatisfied_at"] = step.at
            self._next_round(step, words)
            return
        self._row |= {
            "state": "confirmed",
            "confirmed_at": step.at,
            "confirmed_by": step.who,
            "confirmed_answer": said["answer"],
        }

    def _next_round(self, step: Step, reason: str) -> None:
        row = self._row
        stamps = {name: row[name] for name in STAMPS if row[name] is not None}
        self._event(step.at, step.who, "reopened", reason, round_was=row["round"], stamps=stamps)
        row |= _CLEARED
        row |= {
            "state": "received",
            "round": row["round"] + 1,
            "round_began_at": step.at,
            "round_began_by": step.who,
        }

    def _set_satisfied(self, step: Step) -> None:
        answer = self._row["confirmed_answer"]
        self._row |= {"satisfied_at": step.at, "satisfied_by": step.who, "satisfied_degree": answer}
        self._event(step.at, step.who, "satisfied", answer=answer)

    def _manager_talked(self, step: Step) -> None:
        self._row |= {"manager_talked_at": step.at, "manager_talked_by": step.who}
        self._event(step.at, step.who, "manager_talked", step.values["words"])

    def _follow_up(self, step: Step) -> None:
        given = step.values
        outcome, words = given["outcome"], given["words"]
        values = {
            "request_id": self._row["id"],
            "round": self._row["round"],
            "outcome": outcome,
            "words": words,
        }
        values |= {"who": given["who"], "means": given["means"], "at": step.at, "entered_at": step.at}
        scores = json.dumps(given["scores"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        values |= {"asked_by": step.who, "scores": scores}
        self._children.append(("follow_ups", self._rows.child(FOLLOW_UPS, step.at, values)))
        if outcome in ("sampled_out", "not_reached"):
            self._event(step.at, step.who, "not_followed_up", words, outcome=outcome)
        else:
            self._event(
                step.at,
                step.who,
                "followed_up",
                words,
                outcome=outcome,
                means=given["means"],
                who=given["who"],
            )
        self._row |= {
            "state": "followed_up",
            "followed_up_at": step.at,
            "followed_up_by": step.who,
            "follow_up_outcome": outcome,
        }

    def _close(self, step: Step) -> None:
        degree = self._row["satisfied_degree"]
        self._row |= {"state": "closed", "closed_at": step.at, "closed_by": step.who, "outcome": degree}
        self._event(step.at, step.who, "closed", answer=degree)

    def _cancel(self, step: Step) -> None:
        self._finish(step, "cancelled")

    def _end_unsatisfied(self, step: Step) -> None:
        self._finish(step, "ended_unsatisfied")

    def _finish(self, step: Step, state: str) -> None:
        why = step.values["words"]
        self._end_job(step.at, state, why)
        self._row |= {"state": state, "outcome": state, "closed_at": step.at, "closed_by": step.who}
        self._event(step.at, step.who, state, why)


@lru_cache(maxsize=30_000)
def _grams(words: str) -> frozenset[str]:
    return grams(words)
