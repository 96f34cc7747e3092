"""What a patient wrote somewhere in a mail that quotes us without saying where the quote ends."""

import pytest

from aftercare.domain.quoted import beside_ours

OURS = "This is Hudson: how is your mood? In danger? Call 911.\n\nIn crisis, call or text 988 at any hour."


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (f"{OURS}\nI am low.", "I am low."),
        (f"I am low. {OURS}", "I am low."),
        (OURS.replace(" ", "\n"), ""),
        ("> In danger? Call 911.\nI am low.", "I am low."),
        ("I wrote: in danger.", "I wrote: in danger."),
        ("", ""),
    ],
    ids=["below", "above", "lines broken anew", "marked", "nothing of ours", "nothing"],
)
def test_what_is_not_ours_is_left(body: str, left: str) -> None:
    assert " ".join(beside_ours(body, [OURS]).split()) == left
