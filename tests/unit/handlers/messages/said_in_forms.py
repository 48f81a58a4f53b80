"""Everything that forms and the Home say, as if they were notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.domain.budget.periods import Window
from bot.domain.jobs.job import Status
from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.budget_refusals import OverBudget
from bot.domain.requests.refusals import AskRefused
from bot.domain.requests.request import Kind, Manner, Quality
from bot.services.requests.home import Overview
from bot.services.requests.library import Page
from handlers.budget import forms, limit_forms
from handlers.incoming.form_input import to_price
from handlers.messages.buttons.picture_buttons import Target
from handlers.messages.problems.error_message import Notice, notice, sentence
from handlers.messages.wording import BotNames
from handlers.views import form_answers, library, picture_forms
from handlers.views.form_prefill import prefilled
from handlers.views.form_state import OTHER, Mode
from handlers.views.home import home_view
from handlers.views.request_form import form_view
from tests.unit.handlers.budget.test_admin_notices import row
from tests.unit.handlers.delivery_kit import NOW, PRICES, a_view
from tests.unit.handlers.messages.problems.test_error_message import SAMPLES
from tests.unit.handlers.messages.said_about_money import SCOPES
from tests.unit.handlers.messages.said_of_jobs import LINK, VIEWS, job, pictures
from tests.unit.handlers.messages.said_to_people import FULL
from tests.unit.handlers.views.form_view_kit import STARTS, opened
from tests.unit.handlers.views.test_home import a_draft, a_row, an_overview

View = dict[str, Any]


def said(view: View) -> Notice:
    """The texts of a view: its blocks, and its title and buttons."""
    around = {key: view[key] for key in ("title", "submit", "close") if key in view}
    return Notice("", [*view["blocks"], {"type": "view", **around}])


def of_pictures() -> Iterator[tuple[str, View]]:
    """The form for a picture, and the forms of its menu."""
    for name in STARTS:
        for mode in Mode:
            yield f"form {name} {mode}", opened(name, mode=mode)
        yield f"form {name} other size", opened(name, size=OTHER)
    start, found = STARTS["command"]
    form = prefilled(start, found)
    lost = replace(form.seen, is_lost=True)
    yield (
        "form without its files",
        form_view(form.start, lost, form.chosen, to_price(form.start, form.chosen), PRICES),
    )
    for where, n in (("C1", 1), ("D1", 4)):
        for number in (0, 1):
            about = picture_forms.About(Target("k3f9q2ab", number), Place("T1", where))
            numbers = range(1, n + 1)
            shown = a_view(job(n, status=Status.SUCCEEDED, notes=("Changed from picture 3.",)), *pictures(n))
            links = [("Jump", LINK), ("Made from", LINK)]
            yield (
                f"details {where} {number}",
                picture_forms.details_view(about, shown, file_id="F1", links=links),
            )
            finished = replace(shown.job.request, kind=Kind.EDIT, manner=Manner.FINISHED)
            step = replace(shown, job=replace(shown.job, request=finished))
            yield (
                f"details of a step {where} {number}",
                picture_forms.details_view(about, step, file_id=None, links=[]),
            )
            yield f"alt {where} {number}", picture_forms.alt_view(about, shown, numbers=numbers)
            yield f"share {where} {number}", picture_forms.share_view(about, numbers=numbers)
            yield f"delete {where} {number}", picture_forms.delete_view(about, shown.job, numbers=numbers)
            yield (
                f"sizes question {where} {number}",
                picture_forms.sizes_question(about, ["2k", "4k"], Money(1_160_000)),
            )
            for quality in Quality:
                for chosen in ((), ("square", "story")):
                    yield (
                        f"sizes {where} {number} {quality} {chosen}",
                        picture_forms.sizes_view(
                            about, job(n, quality), PRICES, numbers=numbers, chosen=chosen
                        ),
                    )


def on_top() -> Iterator[tuple[str, View]]:
    """What comes before the form, on top of it, or in its place."""
    yield "one moment", form_answers.moment_view()
    yield "question", form_answers.question_view(notice(["4 finals for $0.88?"]), a_draft())
    for refusal in [*SAMPLES, *FULL]:
        told = sentence(refusal, BotNames())
        name = repr(refusal)[:60]
        yield f"told {name}", form_answers.told_view(told)
        yield f"told in a form about money {name}", forms.notice_view(told)
        if isinstance(refusal, OverBudget):
            yield f"over budget {name}", form_answers.over_budget_view(told)


def about_money() -> Iterator[tuple[str, View]]:
    for scope in (None, *SCOPES):
        yield f"limits {scope}", limit_forms.limits_view(scope)
    yield "more", limit_forms.more_view()
    for channel in ("C1", "D1"):
        asked = a_draft(channel=channel)
        yield f"decline {channel}", forms.deny_view(asked)
        yield f"limit {channel}", forms.limit_view(asked, row())
        yield f"limit without one {channel}", forms.limit_view(asked, None)


def errors() -> Iterator[tuple[str, Notice]]:
    """What stands beside a field that cannot be read."""
    views: tuple[View, ...] = (
        {"state": {"values": {"amount": {"value": {"value": "much"}}}}},
        {"state": {"values": {"whose": {"value": {"selected_option": {"value": "user"}}}}}},
        {"state": {"values": {"whose": {"value": {"selected_option": {"value": "channel"}}}}}},
    )
    for number, view in enumerate(views):
        try:
            limit_forms.read_limit(view, "T1")
        except limit_forms.WrongField as wrong:
            yield f"wrong field {number}", notice([wrong.said])
    try:
        forms.read_limit(views[0])
    except AskRefused as refused:
        yield "wrong amount", sentence(refused, BotNames())


def homes() -> Iterator[tuple[str, View]]:
    asked, own = a_draft(), a_draft(user="U1")
    over = a_row(spent=Money(12_000_000), held=Money(10))
    overviews: dict[str, Overview] = {
        "plain": an_overview(),
        "first": an_overview(jobs=()),
        "admin": an_overview(rules=True, waiting=(asked, own) * 7),
        "nothing waits": an_overview(rules=True),
        "used up today": an_overview(
            now=NOW, rows=(replace(a_row("user", window=Window.DAY), spent=Money(9_000_000)),)
        ),
        "used up": an_overview(rows=(over, replace(over, spent=Money(11_000_000), held=Money(0)))),
        "only warns": an_overview(rows=(replace(a_row(), soft=True, spent=Money(9_000_000)),)),
        "direct": an_overview(
            rows=(a_row("channel", "T1/D1"),), rules=True, waiting=(a_draft(channel="D1"),)
        ),
    }
    for name, seen in overviews.items():
        yield f"home {name}", home_view(seen, told=notice(["Approved: it is being drawn now."]))
    spent = an_overview().charts[0]
    none = replace(spent, days=tuple((day, Money(0)) for day, _ in spent.days))
    one = replace(
        spent, days=tuple((day, Money(100_000 * (day == spent.days[-1][0]))) for day, _ in spent.days)
    )
    for number, chart in enumerate((none, one)):
        yield f"home chart {number}", home_view(an_overview(charts=(chart,)))
    for name, view in VIEWS:
        yield f"home {name}", home_view(an_overview(jobs=(view,)))


def libraries() -> Iterator[tuple[str, View]]:
    """The pictures to look through: on a page between two, and where there are none."""
    shown = a_view(job(4, Quality.LOW, status=Status.SUCCEEDED), *pictures(4))
    middle = Page((shown, a_view(job(1, status=Status.SUCCEEDED), *pictures(1))), 1, has_older=True)
    for words in ("", "fox"):
        for where in ("C1", "D1"):
            place, draw = Place("T1", where), [library.draw_row(a_draft(prompt="history fox"))]
            search = library.search_at(place, "U1", words)
            links = {shown.job.id: LINK}
            yield f"library {where} {words}", library.library_view(place, search, middle, links, draw=draw)
            yield (
                f"library of none {where} {words}",
                library.library_view(place, search, Page(()), {}, draw=draw),
            )


def everything() -> Iterator[tuple[str, Notice]]:
    for group in (of_pictures(), on_top(), about_money(), homes(), libraries()):
        for name, view in group:
            yield name, said(view)
    yield from errors()
