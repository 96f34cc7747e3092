"""Whatever gets in the way, the promises to the patient hold."""

from hypothesis import given, settings

from tests.simulation.lives import ALIKE_EVERY_TIME, lives
from tests.simulation.living import Life, play
from tests.simulation.promises import keep_every_promise


@given(lives(("America/New_York", "America/St_Johns")))
@settings(ALIKE_EVERY_TIME, max_examples=500)
def test_no_promise_breaks_in_america_whatever_gets_in_the_way(life: Life) -> None:
    keep_every_promise(play(life))


@given(lives(("Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Apia")))
@settings(ALIKE_EVERY_TIME, max_examples=500)
def test_no_promise_breaks_on_the_other_side_of_the_world(life: Life) -> None:
    keep_every_promise(play(life))
