"""What can be done to a request, each with its key, its fields and its operation (REQ-1 to REQ-3, REQ-6, REQ-7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an action's panel: its name in errors, the operation's argument, and what kind it is.

    `needed` fields are asked for before the operation is; their sentence is `errors.request_choose`, or
    `errors.request_write` where something is to be written.
    """

    name: str
    kind: str  # what `ActionPanel` makes of it
    argument: str = ""
    needed: bool = False
    label: str = ""  # the text's key after `requests_page.field_`, the name by default
    first_key: int = 1

    @property
    def into(self) -> str:
        """The operation's argument."""
        return self.argument or self.name

    @property
    def label_code(self) -> str:
        """The code of its label."""
        return f"requests_page.field_{self.label or self.name}"


@dataclass(frozen=True, slots=True)
class Action:
    """One action: `code` as in the rules, the key that begins it, its fields, the operation; `danger` paints it red."""

    code: str
    key: str
    operation: Callable[..., Any]
    fields: tuple[Field, ...] = ()
    danger: bool = False
    versioned: bool = True

    @property
    def text_code(self) -> str:
        """The code of its verb."""
        return f"requests.action_{self.code}"


def _written(label: str) -> Field:
    return Field("words", "words", needed=True, label=label)


_AT = Field("at", "time")
_WORDS = Field("words", "words")
_REASON = Field("reason", "words")
_HANDLER = Field("handler", "handler", "handler_id", needed=True)
_JOB = (_HANDLER, Field("helpers", "helpers", "helper_ids"), Field("words", "words", label="job_words"), _AT)

ACTIONS: tuple[Action, ...] = (
    Action("dispatch", "Alt+P", way.dispatch, _JOB),
    Action("re_dispatch", "Alt+P", way.re_dispatch, _JOB),
    # A stamp is a time and a person (REQ-2). What the customer is told is written besides, since it is logged (CMP-3);
    # what a colleague is told shows in the dispatch or in the promise that follows, so those words may stay away.
    Action("tell", "Alt+A", stamps.tell, (Field("words", "words", label="told_words"), _AT)),
    Action(
        "promise",
        "Alt+N",
        stamps.promise,
        (
            Field("promised_at", "ahead", needed=True),
            Field("promised_to", "line"),
            Field("promise_reason", "line", "reason"),
            _AT,
        ),
    ),
    Action("begin", "Alt+K", way.begin, (_AT,)),
    Action("report_done", "Alt+D", way.report_done, (Field("result", "words", needed=True), _AT)),
    Action(
        "tell_result",
        "Alt+F",
        stamps.tell_result,
        (_written("result_words"), _AT),
    ),
    Action(
        "confirm",
        "Alt+R",
        way.confirm,
        (
            Field("who", "line"),
            Field("means", "means", needed=True),
            Field("answer", "answer", needed=True, first_key=4),
            Field("words", "words", label="customer_words"),
            _AT,
        ),
    ),
    Action("set_satisfied", "Alt+Y", stamps.set_satisfied, (Field("degree", "degree", needed=True), _AT)),
    Action(
        "manager_talked",
        "Alt+L",
        stamps.manager_talked,
        (_written("talked_words"), _AT),
    ),
    Action(
        "follow_up",
        "Alt+H",
        way.follow_up,
        (
            Field("outcome", "outcome", needed=True),
            Field("means", "ask_means", needed=True, first_key=6),
            Field("who", "line"),
            Field("words", "words", label="customer_words"),
            Field("scores", "scores"),
            _AT,
        ),
    ),
    Action("close", "Alt+E", way.close),
    Action(
        "pause",
        "Alt+G",
        aside.pause,
        (
            Field("reason", "pause", needed=True, label="pause_reason"),
            Field("resume_at", "ahead", needed=True, first_key=6),
            _WORDS,
        ),
    ),
    Action("resume", "Alt+G", aside.resume, (_WORDS,)),
    Action("return_", "Alt+T", aside.return_, (_REASON,)),
    Action("transfer", "Alt+Z", way.transfer, (_HANDLER, Field("reason", "line"))),
    Action(
        "hand_over",
        "Alt+J",
        stamps.hand_over,
        (Field("first_contact", "staff", "to_id", needed=True), Field("reason", "line")),
    ),
    Action("reopen", "Alt+C", aside.reopen, (_REASON,)),
    Action("change_words", "Alt+M", taking.change_words, (_written("new_words"),)),
    Action("add_note", "Alt+B", taking.add_note, (_written("note"),), versioned=False),
    Action("cancel", "Alt+Q", aside.cancel, (_REASON,), danger=True),
    Action("end_unsatisfied", "Alt+W", aside.end_unsatisfied, (_REASON,), danger=True),
)
BY_CODE = {action.code: action for action in ACTIONS}
# What stands beside the primary button, in this order; the rest opens below «more».
BESIDE = (
    "dispatch",
    "re_dispatch",
    "report_done",
    "confirm",
    "follow_up",
    "tell",
    "promise",
    "tell_result",
    "set_satisfied",
    "pause",
    "resume",
    "return_",
    "transfer",
    "reopen",
)
