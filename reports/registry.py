"""All documents by name: what the command line lists and prints, and the window offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.words import Words
from reports import evacuation, handover, requests, slips, visits
from reports.layout import Form, Printed


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of document: `about` is the code of the words that say what it is, `values` the type it prints.

    `render` takes a value of that type, the words of a language and the file to write.
    """

    name: str
    about: str
    form: Form
    values: type
    render: Callable[[Any, Words, Path], Printed]


REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        Report(
            "visit_log", "reports.about_visit_log", visits.VISIT_LOG_FORM, visits.VisitLog, visits.visit_log
        ),
        Report(
            "visit_figures",
            "reports.about_visit_figures",
            visits.VISIT_FIGURES_FORM,
            visits.VisitFigures,
            visits.visit_figures,
        ),
        Report(
            "handover",
            "reports.about_handover",
            handover.HANDOVER_FORM,
            handover.HandoverSheets,
            handover.handover,
        ),
        Report(
            "job_slip", "reports.about_job_slip", requests.JOB_SLIP_FORM, requests.JobSlip, requests.job_slip
        ),
        Report(
            "request_list",
            "reports.about_request_list",
            requests.REQUEST_LIST_FORM,
            requests.RequestList,
            requests.request_list,
        ),
        Report(
            "follow_up_form",
            "reports.about_follow_up_form",
            requests.FOLLOW_UP_FORM,
            requests.FollowUpForm,
            requests.follow_up_form,
        ),
        Report(
            "evacuation",
            "reports.about_evacuation",
            evacuation.EVACUATION_FORM,
            evacuation.EvacuationList,
            evacuation.evacuation,
        ),
        Report(
            "roll_call",
            "reports.about_roll_call",
            evacuation.ROLL_CALL_FORM,
            evacuation.RollCallResult,
            evacuation.roll_call,
        ),
        Report(
            "blank_slips",
            "reports.about_blank_slips",
            slips.BLANK_SLIPS_FORM,
            slips.BlankSlips,
            slips.blank_slips,
        ),
    )
}
