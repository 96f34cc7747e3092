"""What a person of the clinic may not type into a text: it would stand on a locked screen."""

from aftercare.content.lint import load_rules, plain_letters
from aftercare.domain.errors import BadInput


def check_typed_text(text: str) -> None:
    """Let a text pass that names neither the medicine nor the illness. Mail may name both.

    Args:
        text: As it would leave.

    Raises:
        BadInput: Naming the word, and why it may not stand there.
    """
    plain = plain_letters(text)
    for ban in load_rules().lock_screen:
        said = ban.broken_by(plain, "typed") if ban.by_hand else None
        if said is not None:
            allowed = f'a text without "{said}", which {ban.reason}: a text shows on a locked screen'
            raise BadInput("text", said, allowed)
