"""The measurements of ``doctor --live``: what only a live workspace can tell (loop reference 2).

Each fact is kept as soon as it is known, so that what is broken off later takes nothing back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.errors import BotError
from bot.ports import Clock
from bot.services.abilities import Ability, MessageAbilities
from bot.services.operations.checks import Finding, error, warning
from bot.services.operations.press_marks import PressMarks
from handlers.conversation.files import can_be_shown, shares_in
from handlers.conversation.posting import BLOCKS_REFUSED
from handlers.live.blocks import DESCRIPTION, PRESS_FIRST, PRESS_THEN, square, with_button, with_picture
from handlers.live.findings import finding
from handlers.live.operator import Answer, Operator
from handlers.live.trial_thread import TrialThread
from handlers.web_api.errors import SlackRefused

SHARES_SECONDS = 60.0
"""How long a file may take to show where it is shared."""

LATE_SECONDS = 5.0
"""How long after the press of the ordinary button one of a button on a file message may still arrive."""

PROCESSING_SECONDS = 10.0
"""How long a picture may be refused in blocks because it is not processed yet (Slack reference 0.10), and how
long the second button waits for the first, which comes later than its call (Slack reference 3.1)."""

PAUSE_SECONDS = 0.5

AGAIN = "Run it again."


class Measurements:
    """Measures all four facts of one workspace in one thread. ``wait_seconds`` is how long a press is waited
    for; ``mark`` makes the values of the buttons this run's own."""

    def __init__(
        self,
        *,
        thread: TrialThread,
        abilities: MessageAbilities,
        presses: PressMarks,
        operator: Operator,
        clock: Clock,
        team_id: str,
        mark: str,
        wait_seconds: float,
    ) -> None:
        self._thread = thread
        self._abilities = abilities
        self._presses = presses
        self._operator = operator
        self._clock = clock
        self._team_id = team_id
        self._on_file, self._ordinary = f"{mark}.file", f"{mark}.plain"
        self._wait_seconds = wait_seconds
        self._plain_file = ""

    async def __call__(self, channel: str) -> list[Finding]:
        """One finding a fact, in the order of Ability, or one about ``channel`` when nothing can be posted
        there. Takes the messages and files away in any case, also when it is cancelled."""
        marks = (self._on_file, self._ordinary)
        try:
            await self._presses.expect(self._team_id, marks)
            findings = await self._measure(channel)
        finally:
            self._operator.tell("Taking the test messages away.")
            left = await self._thread.remove()
            await self._presses.forget(self._team_id, marks)
            if left:
                self._operator.tell(f"{left} test messages or files are left. Delete them in Slack.")
        if left:
            findings.append(error("clean-up", f"{left} messages or files are left.", "Delete them in Slack."))
        return findings

    async def _measure(self, channel: str) -> list[Finding]:
        try:
            await self._thread.begin(channel)
        except BotError as closed:
            todo = "Invite the bot there, and name the channel by its id or as #name."
            return [error("channel", f"I cannot post in {channel} ({closed}).", todo)]
        self._operator.tell("The test messages are in one thread of the channel.")
        found = {
            Ability.FILE_BUTTONS: await self._measured(Ability.FILE_BUTTONS, self._show_buttons),
            Ability.ALT_TXT: await self._measured(Ability.ALT_TXT, self._describe),
            Ability.BLOCK_POST: await self._measured(Ability.BLOCK_POST, self._post_block),
            Ability.BLOCK_UPDATE: await self._measured(Ability.BLOCK_UPDATE, self._update_block),
        }
        if found[Ability.FILE_BUTTONS] is None:
            found[Ability.FILE_BUTTONS] = await self._measured(Ability.FILE_BUTTONS, self._await_press)
        questions = {Ability.BLOCK_POST: ("blue", "posted"), Ability.BLOCK_UPDATE: ("yellow", "edited")}
        for ability, (colour, how) in questions.items():
            if found[ability] is None:
                found[ability] = await self._asked(ability, colour, how)
        return [one for ability in Ability if (one := found[ability]) is not None]

    async def _measured(
        self, ability: Ability, measure: Callable[[], Awaitable[Finding | None]]
    ) -> Finding | None:
        """What ``measure`` finds: None while it needs a person. What goes wrong is the finding: nothing is
        known then, and what was known before stays."""
        try:
            return await measure()
        except BotError as broken:
            return error(ability.value, f"could not be measured ({broken}).", AGAIN)

    async def _known(self, ability: Ability, *, proven: bool, seen: str) -> Finding:
        return finding(ability, await self._abilities.keep(self._team_id, ability, proven=proven, seen=seen))

    # --- file_buttons ----------------------------------------------------------------------------------

    async def _show_buttons(self) -> Finding | None:
        """A button on a file message, and one on an ordinary message: if only the second is heard, it is the
        file that makes the difference, not a bot that does not run."""
        self._plain_file = await self._thread.upload("red.png", square("red"))
        try:
            blocks = with_button(PRESS_FIRST, "Press me first", self._on_file)
            await self._thread.share(self._plain_file, "Red", blocks=blocks)
        except SlackRefused as refused:
            if refused.code not in BLOCKS_REFUSED:
                raise
            await self._thread.share(self._plain_file, "Red")  # what has a description is compared with it
            seen = f"buttons beside a file are refused ({refused.code})"
            return await self._known(Ability.FILE_BUTTONS, proven=False, seen=seen)
        await self._becomes(lambda: self._is_shared(self._plain_file), within=PROCESSING_SECONDS)
        await self._thread.post(PRESS_THEN, with_button(PRESS_THEN, "Then press me", self._ordinary))
        return None

    async def _await_press(self) -> Finding:
        self._operator.tell(
            f"Press both buttons in the thread now, while the bot runs. I wait for {self._wait_seconds:g} s."
        )
        heard = await self._heard(self._ordinary, self._on_file, within=self._wait_seconds)
        if heard == {self._ordinary}:
            heard |= await self._heard(self._on_file, within=LATE_SECONDS)
        if self._on_file in heard:
            return await self._known(Ability.FILE_BUTTONS, proven=True, seen="the press arrived")
        if heard:
            seen = "only the press on a message without files arrived"
            return await self._known(Ability.FILE_BUTTONS, proven=False, seen=seen)
        return warning(
            Ability.FILE_BUTTONS.value,
            "unknown: no press arrived.",
            "Start imagine-bot run on the same database, run this again, and press both buttons.",
        )

    async def _heard(self, *presses: str, within: float) -> set[str]:
        """The presses that have arrived once one of them has, or none in time."""
        heard: set[str] = set()

        async def look() -> bool:
            heard.update(await self._presses.arrived(self._team_id, presses))
            return bool(heard)

        await self._becomes(look, within=within)
        return heard

    # --- alt_txt ---------------------------------------------------------------------------------------

    async def _describe(self) -> Finding:
        file_id = await self._thread.upload("green.png", square("green"), alt_text=DESCRIPTION)
        await self._thread.share(file_id, "Green")
        if await self._becomes(lambda: self._is_shared(file_id), within=SHARES_SECONDS):
            return await self._known(
                Ability.ALT_TXT, proven=True, seen="a file with a description shows where it is shared"
            )
        if self._plain_file and await self._is_shared(self._plain_file):
            seen = f"a file with a description did not show where it is shared within {SHARES_SECONDS:g} s"
            return await self._known(Ability.ALT_TXT, proven=False, seen=seen)
        return warning(
            Ability.ALT_TXT.value,
            "unknown: files without a description do not show where they are shared either.",
            AGAIN,
        )

    async def _is_shared(self, file_id: str) -> bool:
        return any(shares_in(await self._thread.file(file_id), self._thread.channel))

    # --- block_post and block_update -------------------------------------------------------------------

    async def _post_block(self) -> Finding | None:
        file_id = await self._unshared("blue")
        blocks = with_picture("Does a second person see a blue square?", file_id, "A blue square.")

        async def post() -> None:
            await self._thread.post("A blue square", blocks)

        return await self._with_block(Ability.BLOCK_POST, post)

    async def _update_block(self) -> Finding | None:
        file_id = await self._unshared("yellow")
        question = "Does a second person see a yellow square?"
        ts = await self._thread.post(question)

        async def update() -> None:
            await self._thread.update(ts, question, with_picture(question, file_id, "A yellow square."))

        return await self._with_block(Ability.BLOCK_UPDATE, update)

    async def _unshared(self, colour: str) -> str:
        """A file of the bot's own that is shared nowhere."""
        file_id = await self._thread.upload(f"{colour}.png", square(colour))
        await self._thread.complete(file_id, colour.capitalize())

        async def is_processed() -> bool:
            return can_be_shown(await self._thread.file(file_id))

        await self._becomes(is_processed, within=PROCESSING_SECONDS)
        return file_id

    async def _with_block(self, ability: Ability, send: Callable[[], Awaitable[None]]) -> Finding | None:
        """None once the block was taken: then people have to look at it."""
        refusals: list[str] = []

        async def is_taken() -> bool:
            try:
                await send()
            except SlackRefused as refused:
                if refused.code not in BLOCKS_REFUSED:
                    raise
                refusals.append(refused.code)
                return False
            return True

        if await self._becomes(is_taken, within=PROCESSING_SECONDS):
            return None
        seen = f"a picture of a file that is shared nowhere is refused ({refusals[-1]})"
        return await self._known(ability, proven=False, seen=seen)

    async def _asked(self, ability: Ability, colour: str, how: str) -> Finding:
        question = f"Does a second member of the channel, not you, see the {colour} square ({how})?"
        answer = await self._operator.ask(ability, question)
        if answer is Answer.UNKNOWN:
            todo = f"Run it again with somebody who looks, or with --seen {ability}=yes or =no."
            return warning(ability.value, "unknown: nobody said what others see.", todo)
        seen = "a second member saw it" if answer is Answer.YES else "a second member did not see it"
        return await self._known(ability, proven=answer is Answer.YES, seen=seen)

    async def _becomes(self, look: Callable[[], Awaitable[bool]], *, within: float) -> bool:
        """Whether ``look`` becomes true within so many seconds; it is asked once at least."""
        end = self._clock.now() + timedelta(seconds=within)
        while not await look():
            if self._clock.now() >= end:
                return False
            await self._clock.sleep(PAUSE_SECONDS)
        return True
