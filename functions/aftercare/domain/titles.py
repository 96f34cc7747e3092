"""What staff call a message, a form, a session's state: short names for lists, never shown to a patient."""

from aftercare.domain.form_link import is_new_link
from aftercare.domain.ids import TouchId
from aftercare.domain.protocol import LIBRARY, Kind

_BY_WORDS = {
    "reminder_72h": "Reminder, three days before",
    "reminder_24h": "Reminder, the day before",
    "moved": "News of the new date",
    "discharge": "Safety text at discharge",
    "evening": "Evening check-in",
    "day1": "Next-day check-in",
    "day3": "Day-3 check-in",
    "week1": "First week check-in",
    "weekly": "Weekly check-in",
    "form": "Form",
    "form_baseline": "Form before the first session",
    "form_review": "Four-week form",
    LIBRARY: "Education, next topic",
    "E1": "Education: what it is",
    "E2": "Education: how depression feels",
    "E3": "Education: how it may work",
    "E4": "Education: how many sessions",
    "E5": "Education: what to expect",
}
_BY_KIND = {
    Kind.REMINDER: "Reminder",
    Kind.SAFETY: "Safety text",
    Kind.CHECK_IN: "Check-in",
    Kind.MEASURE: "Form",
    Kind.EDUCATION: "Education",
    Kind.OPT_IN: "Welcome text",
    Kind.OPT_OUT: "Confirmation of the opt-out",
    Kind.HELP: "Answer to HELP",
    Kind.CRISIS: "Crisis text",
    Kind.AFTER_HOURS: "After-hours answer",
    Kind.MANUAL: "Message from the clinic",
}


def title_of(kind: Kind, words_id: str = "", touch: TouchId | None = None) -> str:
    """Name a message by its words, or by its kind where those have no name of their own.

    ``touch``: which one, where a form by a new link is to be told from the first one.
    """
    again = ", new link" if touch is not None and is_new_link(touch) else ""
    return f"{_BY_WORDS.get(words_id) or _BY_KIND[kind]}{again}"


MEASURES = {
    "phq-9": "PHQ-9",
    "phq-2": "PHQ-2",
    "gad-7": "GAD-7",
    "mood": "Mood",
    "side-effects": "Side effects",
    "bladder": "Bladder questions",
    "misuse": "Craving questions",
}
