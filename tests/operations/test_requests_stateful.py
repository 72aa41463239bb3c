"""Any sequence of operations by anybody keeps the rules: no station skipped, nothing closed early, no event lost."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.domain.people import Actor
from app.domain.requests import (
    ANSWERS,
    CHAIN,
    FOLLOW_UP_OUTCOMES,
    STATIONS,
    RequestState,
    ServiceRequest,
    allowed,
    next_step,
)
from app.errors import DomainError
from app.operations import requests as taking
from app.operations import requests_aside as aside
from app.operations import requests_stamps as stamps
from app.operations import requests_way as way
from app.operations.requests_change import SavedRequest
from tests.operations.requests_site import MINUTE, PEOPLE, RequestsSite, open_site

NAMES = tuple(PEOPLE)
PEOPLE_WHO_ACT = st.sampled_from(NAMES)


class RequestLife(RuleBasedStateMachine):
    """One request, done to by everybody in any order; what the rules allow must work, all else must be refused."""

    site: RequestsSite

    def __init__(self) -> None:
        super().__init__()
        self.events = ["taken"]
        taken = self.site.take(special=False, channel="desk")
        self.key: UUID = taken.request_id
        self.now: ServiceRequest = self.site.load(self.key)
        self.failed = False

    @property
    def hour(self) -> Any:
        return self.site.clock.now() + timedelta(hours=1)

    def do(self, name: str, action: str, call: Callable[[Actor], SavedRequest]) -> None:
        """Does it, and compares what happened with what the rules say of it."""
        self.site.clock.turn()
        person, before = self.site.actor(name), self.now
        may = action in allowed(before, person)
        outcome = self.attempt(call, person)
        if isinstance(outcome, DomainError):
            assert self.site.load(self.key) == before, "a refusal changed something"
            # Beyond the rules of the way, only these can be in the way of an allowed action.
            extra = {"not_a_choice", "request_not_told", "request_already", "no_right"}
            extra |= {"request_before_done", "request_degree_better"}
            assert not may or outcome.code in extra, (action, outcome.code)
            return
        assert may, f"{action} was done though it is not allowed"
        assert outcome.version == before.version + 1
        self.now = self.site.load(self.key)
        self.judge(before, self.now, action)

    def attempt(self, call: Callable[[Actor], SavedRequest], person: Actor) -> SavedRequest | DomainError:
        """What comes of it: saved, or refused."""
        try:
            return call(person)
        except DomainError as refusal:
            return refusal

    def judge(self, before: ServiceRequest, after: ServiceRequest, action: str) -> None:
        """No station is skipped, and each round begins anew."""
        if after.state in STATIONS and before.state in STATIONS:
            step = STATIONS.index(after.state) - STATIONS.index(before.state)
            assert step <= 1, (before.state, after.state)
            if step < 0:
                assert action in ("return_", "confirm", "follow_up", "reopen")
                assert after.state == RequestState.RECEIVED
                assert after.round == before.round + (action != "return_")
        if after.state == RequestState.CANCELLED:
            assert not self.failed, "a failure was made to disappear"
        self.failed = self.failed or after.done_at is not None or after.dissatisfied_at is not None
        if after.round == before.round:
            order = (
                after.told_at,
                after.promise_given_at,
                after.done_at,
                after.result_told_at,
                after.satisfied_at,
            )
            given = [stamp for stamp in order if stamp is not None]
            assert given == sorted(given), "the stamps are out of order"
        if after.state == RequestState.CLOSED and before.state != RequestState.CLOSED:
            assert before.state == RequestState.FOLLOWED_UP
            assert all((after.told_at, after.promise_given_at, after.result_told_at, after.satisfied_at))
            assert after.confirmed_answer != "dissatisfied"
            assert after.follow_up_outcome != "dissatisfied"

    @rule(name=PEOPLE_WHO_ACT, handler=PEOPLE_WHO_ACT, again=st.booleans())
    def dispatch(self, name: str, handler: str, again: bool) -> None:
        call = way.re_dispatch if again else way.dispatch
        chosen = self.site.people[handler]
        self.do(
            name,
            "re_dispatch" if again else "dispatch",
            lambda who: call(self.site.store, who, self.key, self.now.version, chosen),
        )

    @rule(name=PEOPLE_WHO_ACT, handler=PEOPLE_WHO_ACT)
    def transfer(self, name: str, handler: str) -> None:
        chosen = self.site.people[handler]
        self.do(
            name,
            "transfer",
            lambda who: way.transfer(self.site.store, who, self.key, self.now.version, chosen),
        )

    @rule(
        name=PEOPLE_WHO_ACT,
        action=st.sampled_from(
            [
                (way.begin, "begin"),
                (way.report_done, "report_done"),
                (way.close, "close"),
                (stamps.tell, "tell"),
                (stamps.tell_result, "tell_result"),
                (aside.resume, "resume"),
            ]
        ),
    )
    def simple(self, name: str, action: tuple[Callable[..., SavedRequest], str]) -> None:
        call, code = action
        self.do(name, code, lambda who: call(self.site.store, who, self.key, self.now.version))

    @rule(
        name=PEOPLE_WHO_ACT,
        action=st.sampled_from(
            [
                (aside.return_, "return_"),
                (aside.cancel, "cancel"),
                (aside.reopen, "reopen"),
                (aside.end_unsatisfied, "end_unsatisfied"),
                (stamps.manager_talked, "manager_talked"),
                (taking.change_words, "change_words"),
            ]
        ),
    )
    @precondition(lambda self: self.now.round < 4)
    def with_reason(self, name: str, action: tuple[Callable[..., SavedRequest], str]) -> None:
        call, code = action
        self.do(name, code, lambda who: call(self.site.store, who, self.key, self.now.version, "因故"))

    @rule(name=PEOPLE_WHO_ACT)
    def promise(self, name: str) -> None:
        self.do(
            name,
            "promise",
            lambda who: stamps.promise(
                self.site.store, who, self.key, self.now.version, self.hour, "李护士长", "改期"
            ),
        )

    @rule(name=PEOPLE_WHO_ACT, answer=st.sampled_from(ANSWERS))
    def confirm(self, name: str, answer: str) -> None:
        self.do(
            name,
            "confirm",
            lambda who: way.confirm(
                self.site.store, who, self.key, self.now.version, "李护士长", "phone", answer, "话"
            ),
        )

    @rule(name=PEOPLE_WHO_ACT, degree=st.sampled_from(["", *ANSWERS]))
    def set_satisfied(self, name: str, degree: str) -> None:
        self.do(
            name,
            "set_satisfied",
            lambda who: stamps.set_satisfied(self.site.store, who, self.key, self.now.version, degree),
        )

    @rule(name=PEOPLE_WHO_ACT, outcome=st.sampled_from(FOLLOW_UP_OUTCOMES))
    def follow_up(self, name: str, outcome: str) -> None:
        self.do(
            name,
            "follow_up",
            lambda who: way.follow_up(
                self.site.store, who, self.key, self.now.version, outcome, "phone", "李护士长", "话"
            ),
        )

    @rule(name=PEOPLE_WHO_ACT, to=PEOPLE_WHO_ACT)
    def hand_over(self, name: str, to: str) -> None:
        chosen = self.site.people[to]
        self.do(
            name,
            "hand_over",
            lambda who: stamps.hand_over(self.site.store, who, self.key, self.now.version, chosen),
        )

    @rule(name=PEOPLE_WHO_ACT, reason=st.sampled_from(["parts", "customer_asked"]))
    def pause(self, name: str, reason: str) -> None:
        self.do(
            name,
            "pause",
            lambda who: aside.pause(self.site.store, who, self.key, self.now.version, reason, self.hour),
        )

    @rule()
    def follow_the_button(self) -> None:
        """The primary button, by somebody who may: the way that most requests go, so that ends are reached."""
        step, store = next_step(self.now), self.site.store
        who = next((n for n in NAMES if step in allowed(self.now, self.site.actor(n))), None)
        if step and who:
            handler = self.site.people["赵刚"]
            calls: dict[str, Callable[[Actor], SavedRequest]] = {
                "resume": lambda one: aside.resume(store, one, self.key, self.now.version),
                "dispatch": lambda one: way.dispatch(store, one, self.key, self.now.version, handler),
                "re_dispatch": lambda one: way.re_dispatch(store, one, self.key, self.now.version, handler),
                # What comes before the work is entered with its time afterwards.
                "tell": lambda one: stamps.tell(store, one, self.key, self.now.version, at=self.now.done_at),
                "promise": lambda one: stamps.promise(
                    store, one, self.key, self.now.version, self.hour, "李护士长", "因故", self.now.done_at
                ),
                "report_done": lambda one: way.report_done(store, one, self.key, self.now.version),
                "tell_result": lambda one: stamps.tell_result(store, one, self.key, self.now.version),
                "confirm": lambda one: way.confirm(
                    store, one, self.key, self.now.version, "李护士长", "in_person", "satisfied"
                ),
                "set_satisfied": lambda one: stamps.set_satisfied(store, one, self.key, self.now.version),
                "follow_up": lambda one: way.follow_up(
                    store, one, self.key, self.now.version, "satisfied", who="李护士长"
                ),
                "close": lambda one: way.close(store, one, self.key, self.now.version),
            }
            assert step in CHAIN
            before = self.now.version
            self.do(who, step, calls[step])
            assert self.now.version == before + 1

    @rule(name=PEOPLE_WHO_ACT)
    def note(self, name: str) -> None:
        person = self.site.actor(name)
        taking.add_note(self.site.store, person, self.key, "备注", self.site.clock.now() - MINUTE)

    @invariant()
    def the_history_only_grows(self) -> None:
        events = self.site.events(self.key)
        assert events[: len(self.events)] == self.events
        self.events = events
        assert len(events) >= self.now.version, "every version has its event"

    @invariant()
    def dissatisfied_is_never_closed(self) -> None:
        if self.now.state == RequestState.CLOSED:
            assert self.now.satisfied_degree in ANSWERS[:2]


def test_any_sequence_keeps_the_rules() -> None:
    """REQ-1, REQ-2, REQ-6: on one site, many requests, each done to in another random order."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site = stack.enter_context(open_site(f"sqlite:///{folder / 'yinghou.db'}", folder))
        with site.store.engine.connect() as connection:
            # A power cut is not what this test is about.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
        reached: set[RequestState] = set()

        class Life(RequestLife):
            def teardown(self) -> None:
                reached.add(self.now.state)

        Life.site = site
        run_state_machine_as_test(
            Life, settings=settings(max_examples=40, stateful_step_count=40, deadline=None)
        )
    assert RequestState.CLOSED in reached, "the examples reached no end: they prove nothing"
