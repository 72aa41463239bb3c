"""The way of a service request: its stations, what aside can happen to it, and who may do what (REQ-1 to REQ-7).

A request goes received → dispatched → done → confirmed → followed up → closed and skips nothing. An *action* is one
thing that a person does to it; its code is the name of the operation. What an action still lacks is answered by
`missing_for`, who may not do it by `forbidden`, and the one primary button by `next_step`. The codes of what is missing
have their texts twice: `requests.missing_<code>` in a list, `errors.request_<code>` as a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.people import Actor
from app.errors import DomainError


class RequestState(StrEnum):
    """Where a request stands: the six stations in their order, then the two ends aside (REQ-1, REQ-6)."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    DONE = "done"
    CONFIRMED = "confirmed"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    ENDED_UNSATISFIED = "ended_unsatisfied"


STATIONS = tuple(RequestState)[:6]
ENDS = (RequestState.CLOSED, RequestState.CANCELLED, RequestState.ENDED_UNSATISFIED)

# REQ-4. The first three are the site's 24-hour hotlines.
CHANNELS = (
    "hotline_complaints",
    "hotline_services",
    "hotline_duty",
    "desk",
    "on_site",
    "follow_up_call",
    "post",
    "network",
    "chat",
    "meeting",
)
COMPLAINT_CHANNEL = "hotline_complaints"
URGENCIES = ("normal", "urgent", "emergency")

# Why a request is paused, and whether that stops its clock (REQ-5): only what the customer asked for does.
PAUSE_REASONS = {
    "customer_away": True,
    "customer_asked": True,
    "parts": False,
    "supplier": False,
    "other": False,
}

ANSWERS = ("satisfied", "fairly_satisfied", "dissatisfied")
SATISFIED = ANSWERS[:2]
CONFIRMATION_MEANS = ("in_person", "phone", "message")
FOLLOW_UP_MEANS = ("phone", "visit")
FOLLOW_UP_OUTCOMES = (*ANSWERS, "not_reached", "sampled_out")
SCORES = ("speed", "quality", "manner")
"""The dimensions of a follow-up, each 1 to 5 (REQ-7)."""

SEE = "requests.see"
AS_MANAGER = "requests.end_unsatisfied"
"""The right that marks the manager: talks to special customers, samples follow-ups out, ends unsatisfied."""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request as the rules see it. Instants are in UTC; those of stations and stamps are of the present round.

    `handlers` are all who ever had the job, and `was_done` says that one of them reported it done in any round;
    `helper_ids` and `dispatch_id` belong to the dispatch that is open.
    """

    id: UUID
    version: int
    number: str
    state: RequestState
    round: int
    round_began_at: datetime
    channel: str
    item_id: UUID | None
    words: str
    special: bool
    first_contact_id: UUID
    received_at: datetime
    clerk_id: UUID | None = None
    appointment_at: datetime | None = None
    promised_at: datetime | None = None
    handler_id: UUID | None = None
    dispatch_id: UUID | None = None
    helper_ids: frozenset[UUID] = frozenset()
    handlers: frozenset[UUID] = frozenset()
    was_done: bool = False
    dispatched_at: datetime | None = None
    begun_at: datetime | None = None
    done_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_answer: str = ""
    followed_up_at: datetime | None = None
    follow_up_outcome: str = ""
    closed_at: datetime | None = None
    paused_at: datetime | None = None
    paused_reason: str = ""
    resume_at: datetime | None = None
    stopped_seconds: int = 0
    returned_at: datetime | None = None
    dissatisfied_at: datetime | None = None
    told_at: datetime | None = None
    promise_given_at: datetime | None = None
    result_told_at: datetime | None = None
    satisfied_at: datetime | None = None
    satisfied_degree: str = ""
    manager_talked_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do: closed, cancelled or ended unsatisfied."""
        return self.state in ENDS

    @property
    def paused(self) -> bool:
        """Whether it waits for something (REQ-1)."""
        return self.paused_at is not None

    @property
    def last_stamp(self) -> datetime:
        """When the station that it stands at was reached; *received* again when the handler returned it."""
        stamps = (self.followed_up_at, self.confirmed_at, self.done_at, self.dispatched_at, self.returned_at)
        return next((stamp for stamp in stamps if stamp is not None), self.round_began_at)

    @property
    def latest(self) -> datetime:
        """The latest instant of this round: what follows it cannot lie before it, whatever the PC's clock says."""
        stamps = (
            self.last_stamp,
            self.begun_at,
            self.told_at,
            self.promise_given_at,
            self.result_told_at,
            self.satisfied_at,
            self.manager_talked_at,
            self.paused_at,
        )
        return max(stamp for stamp in stamps if stamp is not None)

    @property
    def said_satisfied(self) -> str:
        """How satisfied the customer said to be, last: in the follow-up if there was an answer, else confirming."""
        return self.follow_up_outcome if self.follow_up_outcome in SATISFIED else self.confirmed_answer

    def overdue(self, now: datetime) -> bool:
        """Whether the promised time has passed and the work is not done (REQ-5)."""
        return (
            self.promised_at is not None
            and self.promised_at < now
            and not self.ended
            and self.done_at is None
        )


def is_complaint(request: ServiceRequest) -> bool:
    """Whether it came in as a complaint: neither sampled out nor missed nor cancelled (REQ-7, CMP-1)."""
    return request.channel == COMPLAINT_CHANNEL


def _reached(request: ServiceRequest, station: RequestState) -> bool:
    return not request.ended and STATIONS.index(request.state) >= STATIONS.index(station)


def _stations_before(request: ServiceRequest, station: RequestState) -> list[str]:
    """The stations between where it stands and this one, exclusive of the last: what would be skipped (REQ-1)."""
    here, there = STATIONS.index(request.state), STATIONS.index(station)
    if here >= there:
        return ["already"]
    return [f"not_{skipped}" for skipped in STATIONS[here + 1 : there]]


def _to(station: RequestState) -> Callable[[ServiceRequest], list[str]]:
    """A step to a station: not while paused, and no station skipped."""
    return lambda request: (["paused"] if request.paused else []) + _stations_before(request, station)


def _dispatch(request: ServiceRequest) -> list[str]:
    return _to(RequestState.DISPATCHED)(request) + (["returned"] if request.returned_at else [])


def _re_dispatch(request: ServiceRequest) -> list[str]:
    return _to(RequestState.DISPATCHED)(request) + ([] if request.returned_at else ["not_returned"])


def _with_handler(request: ServiceRequest) -> list[str]:
    if request.state == RequestState.DISPATCHED:
        return ["paused"] if request.paused else []
    return ["not_dispatched"] if request.state == RequestState.RECEIVED else ["already"]


def _begin(request: ServiceRequest) -> list[str]:
    return _with_handler(request) + (["already"] if request.begun_at else [])


def _promise(request: ServiceRequest) -> list[str]:
    """A promise is not moved any more once the work is done: it would make every promise kept (REQ-5)."""
    return ["work_over"] if request.promise_given_at and _reached(request, RequestState.DONE) else []


def _tell_result(request: ServiceRequest) -> list[str]:
    if not _reached(request, RequestState.DONE):
        return ["not_done"]
    return ["already"] if request.result_told_at else []


def _set_satisfied(request: ServiceRequest) -> list[str]:
    missing = [] if request.result_told_at else ["result_not_told"]
    if not _reached(request, RequestState.CONFIRMED):
        missing.append("not_confirmed")
    return [*missing, "already"] if request.satisfied_at else missing


def _manager_talked(request: ServiceRequest) -> list[str]:
    missing = [] if request.special else ["not_special"]
    if not _reached(request, RequestState.DONE):
        missing.append("not_done")
    return [*missing, "already"] if request.manager_talked_at else missing


def stamps_missing(request: ServiceRequest) -> list[str]:
    """Which of the four stamps of REQ-2, and the manager's talk of REQ-3, are not there yet."""
    stamps = (
        (request.told_at, "not_told"),
        (request.promise_given_at, "no_promise"),
        (request.result_told_at, "result_not_told"),
        (request.satisfied_at, "not_satisfied"),
        (request.manager_talked_at or not request.special, "manager_talk"),
    )
    return [code for stamp, code in stamps if not stamp]


def _close(request: ServiceRequest) -> list[str]:
    return _to(RequestState.CLOSED)(request) + stamps_missing(request)


def _cancel(request: ServiceRequest) -> list[str]:
    """Once done in any round, or once the customer was dissatisfied, cancelling would make a failure disappear (REQ-6).

    A complaint is never cancelled, whoever asks: it ends with a satisfied customer, or the manager ends it (CMP-1).
    """
    if _reached(request, RequestState.DONE):
        return ["done_already"]
    if request.dissatisfied_at:
        return ["was_dissatisfied"]
    if is_complaint(request):
        return ["complaint_stays"]
    return ["was_done"] if request.was_done else []


def _end_unsatisfied(request: ServiceRequest) -> list[str]:
    """Whatever cannot be cancelled can be ended by the manager, so that nothing stays open for ever."""
    if request.dissatisfied_at or request.was_done or _reached(request, RequestState.DONE):
        return []
    return [] if is_complaint(request) else ["not_done"]


def _reopen(request: ServiceRequest) -> list[str]:
    if request.state == RequestState.ENDED_UNSATISFIED:
        return ["ended_for_good"]
    return [] if request.ended or _reached(request, RequestState.DONE) else ["not_done"]


def _nothing(request: ServiceRequest) -> list[str]:
    return []


_BLOCKS: dict[str, Callable[[ServiceRequest], list[str]]] = {
    "dispatch": _dispatch,
    "re_dispatch": _re_dispatch,
    "transfer": _with_handler,
    "begin": _begin,
    "report_done": _to(RequestState.DONE),
    "confirm": _to(RequestState.CONFIRMED),
    "follow_up": _to(RequestState.FOLLOWED_UP),
    "close": _close,
    "tell": lambda request: ["already"] if request.told_at else [],
    "promise": _promise,
    "tell_result": _tell_result,
    "set_satisfied": _set_satisfied,
    "manager_talked": _manager_talked,
    "hand_over": _nothing,
    "pause": lambda request: ["already"] if request.paused else [],
    "resume": lambda request: [] if request.paused else ["not_paused"],
    "return_": _with_handler,
    "cancel": _cancel,
    "reopen": _reopen,
    "end_unsatisfied": _end_unsatisfied,
    "change_words": _nothing,
    "add_note": _nothing,
}
ACTIONS = tuple(_BLOCKS)
_AFTER_THE_END = ("reopen", "add_note")


def missing_for(request: ServiceRequest, action: str) -> list[str]:
    """What stands in the way of an action, as codes; empty when it can be done (by somebody with the right).

    Raises:
        KeyError: for a code that is no action.
    """
    blocks = _BLOCKS[action]
    if request.ended and action not in _AFTER_THE_END:
        return ["ended"]
    return blocks(request)


_RIGHT = {
    "dispatch": "requests.dispatch",
    "re_dispatch": "requests.dispatch",
    "transfer": "requests.dispatch",
    "reopen": "requests.dispatch",
    "begin": "requests.report_done",
    "report_done": "requests.report_done",
    "return_": "requests.report_done",
    "confirm": "requests.confirm",
    "follow_up": "requests.follow_up",
    "close": "requests.close",
    "cancel": "requests.cancel",
    "manager_talked": AS_MANAGER,
    "end_unsatisfied": AS_MANAGER,
}
_OF_HANDLER = ("begin", "report_done", "return_")
# The first contact may, and whoever has the right besides: a guard at his post gives a promise through the desk.
_OF_FIRST_CONTACT = {
    "tell": "requests.dispatch",
    "promise": "requests.dispatch",
    "hand_over": "requests.dispatch",
    "tell_result": "requests.confirm",
}


def forbidden(request: ServiceRequest, actor: Actor, action: str) -> DomainError | None:
    """Why this person may not do it, None when he may.

    Nobody does anything to a request that he may not see: who has left keeps no way in by being its first contact, its
    handler or who took it. *Satisfied* is the first contact's own (REQ-2). A handler reports his own jobs; the desk
    enters them from the slips that come back. The handler may not follow up his own job (REQ-6). What the customer said
    is put right by those who heard it, the first contact and who took it, or by the manager (REQ-8), if they may take
    requests; everybody else adds a note.
    """
    person = actor.staff_id
    if person is None:
        return DomainError("sign_in_first")
    if not actor.may(SEE):
        return DomainError("no_right", who=actor.name, right=SEE)
    if action in _OF_FIRST_CONTACT:
        if person == request.first_contact_id or actor.may(_OF_FIRST_CONTACT[action]):
            return None
        return DomainError("request_not_first_contact")
    if action == "set_satisfied":
        return None if person == request.first_contact_id else DomainError("request_not_first_contact")
    if action == "change_words":
        heard = person in (request.first_contact_id, request.clerk_id)
        if not heard and not actor.may(AS_MANAGER):
            return DomainError("request_not_your_words")
    if action in ("pause", "resume"):
        if person == request.handler_id or actor.may("requests.dispatch"):
            return None
        return DomainError("no_right", who=actor.name, right="requests.dispatch")
    right = _RIGHT.get(action, "requests.take")
    if not actor.may(right):
        return DomainError("no_right", who=actor.name, right=right)
    if action in _OF_HANDLER and not actor.may("requests.dispatch"):
        mine = person == request.handler_id or person in request.helper_ids
        return None if mine else DomainError("request_not_your_job")
    if action == "follow_up" and person in request.handlers:
        return DomainError("request_own_job")
    return None


def check(request: ServiceRequest, actor: Actor, action: str) -> None:
    """Refuses what may not or cannot be done.

    Raises:
        DomainError: from `forbidden`, or `request_<code>` of the first that is missing.
    """
    refusal = forbidden(request, actor, action)
    if refusal is not None:
        raise refusal
    missing = missing_for(request, action)
    if missing:
        raise DomainError(f"request_{missing[0]}")


def allowed(request: ServiceRequest, actor: Actor) -> frozenset[str]:
    """Every action that this person can do now."""
    return frozenset(
        action
        for action in ACTIONS
        if not missing_for(request, action) and forbidden(request, actor, action) is None
    )


CHAIN = (
    "resume",
    "dispatch",
    "re_dispatch",
    "tell",
    "promise",
    "report_done",
    "tell_result",
    "confirm",
    "set_satisfied",
    "manager_talked",
    "follow_up",
    "close",
)
"""The order in which a request goes its way: stations with the first contact's stamps between them."""


def next_step(request: ServiceRequest, actor: Actor | None = None) -> str:
    """The primary button: the next thing to do, "" when nothing is.

    With an actor, the first that he may do himself (a technician is not held up by the first contact's stamps); if
    there is none, the first at all, so that it is seen what the request waits for.
    """
    steps = [step for step in CHAIN if not missing_for(request, step)]
    if request.promise_given_at:
        steps = [step for step in steps if step != "promise"]
    mine = steps if actor is None else [s for s in steps if forbidden(request, actor, s) is None]
    return next(iter(mine or steps), "")


def one_of(value: str, choices: Iterable[str], field: str) -> str:
    """The value if it is one of the choices.

    Raises:
        DomainError: `not_a_choice` at that field.
    """
    if value not in choices:
        raise DomainError("not_a_choice", field=field, value=value)
    return value
