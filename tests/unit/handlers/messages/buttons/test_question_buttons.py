"""The buttons of questions: each candidate can be chosen, whatever its number on the sheet."""

from datetime import UTC, datetime

from bot.domain.money import Money
from bot.domain.place import Place
from bot.domain.requests.ask import Ask
from bot.domain.requests.pending_request import PendingKind, PendingRequest, PendingState
from bot.domain.requests.request import Format, Kind, PictureRequest, Quality, Size
from bot.domain.requests.source import SourceRef
from handlers.messages.buttons.question_buttons import CANCEL, PICK, which_buttons

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def waiting(numbers: range) -> PendingRequest:
    candidates = tuple(SourceRef(file_id=f"F{number}", number=number) for number in numbers)
    request = PictureRequest(Kind.EDIT, "darker", Size(1024, 1024), Quality.LOW, Format.PNG, 1, sources=1)
    ask = Ask("key", Place("T1", "C1"), "U1", request, sources=candidates[:1], candidates=candidates)
    return PendingRequest(
        "id1", PendingKind.CONFIRM, PendingState.PENDING, ask, Money(20_000), "v1", NOW, NOW
    )


def test_all_twelve_of_a_set_can_be_chosen_also_when_the_first_are_gone() -> None:
    for numbers in (range(1, 13), range(3, 13)):
        *picks, leave = which_buttons(waiting(numbers))["elements"]

        assert [pick["text"]["text"] for pick in picks] == [f"{number} · $0.02" for number in numbers]
        assert [pick["action_id"] for pick in picks] == [PICK[number - 1] for number in numbers]
        assert leave["action_id"] == CANCEL
