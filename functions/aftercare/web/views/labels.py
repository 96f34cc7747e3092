"""What codes are called on the pages of the desk. A code named nowhere is shown readably."""

from aftercare.domain.records import TaskKind

LANGUAGE = {"en": "English", "es": "Spanish"}

# Why somebody must look. Never a risk score, never a diagnosis: what was said or answered.
_REASON = {
    "item_nine": "PHQ-9 item 9 is above 0",
    "item_nine_blank": "PHQ-9 item 9 was left blank",
    "phq9_rose": "PHQ-9 rose by 5 or more over the best",
    "bladder": "Bladder trouble reported",
    "bladder_red": "Blood or pain when passing water",
    "craving": "Craving reported",
    "mood_low": "Mood is very low",
    "mood_fell": "Mood fell fast",
    "dissociation": "Still feels detached",
    "sick_stomach": "Sick to the stomach",
    "sedation": "Very drowsy",
    "suicide": "Words about suicide",
    "self_harm": "Words about hurting themselves",
    "means": "Words about a means",
    "goodbye": "Words that sound like a goodbye",
    "overdose": "Words about an overdose",
    "harm_to_others": "Words about hurting others",
    "abuse": "Words about being hurt by somebody",
    "unsafe": "Says they are not safe",
    "medical": "Words about a medical emergency",
    "psychosis": "Words about hearing or seeing things",
    "mania": "Words about being sped up, no sleep",
    "hopelessness": "Words about hopelessness",
    "asks_for_help": "Asks for help",
    "worse_after_session": "Feels worse after the visit",
    "third_party": "Words about somebody else in danger",
    "alcohol": "Words about alcohol",
    "drove": "Drove after the visit",
    "vomiting": "Words about vomiting",
    "confusion": "Words about confusion",
    "side_effect": "Side effect reported",
    "unclear": "Words that could not be read for sure",
    "unreadable": "Words that could not be read",
    "unknown_language": "Words in another language: have them read",
    "nothing_to_read": "A picture or an empty message",
    "screen_failed": "The screen could not read this: read it yourself",
    "too_long": "Too long for the screen: read it yourself",
    "keyword_at_risk": "Stopped messages soon after a low mood",
    "trouble": "Says yes to trouble after the visit",
}

DISPOSITION = {
    "spoke_with_patient": "Spoke with the patient",
    "seen_in_clinic": "Seen in the clinic",
    "safety_plan": "Safety plan gone through",
    "emergency_services": "Emergency services called",
    "welfare_check": "Welfare check asked for",
    "referred": "Referred to somebody else",
    "left_message": "Left a message",
    "no_answer": "No answer",
    "false_alarm": "False alarm",
    "other": "Other, see the note",
}

_TASK = {
    TaskKind.BAD_EVENT: "An event could not be used",
    TaskKind.WAITING_EVENT: "An event waits for its patient",
    TaskKind.CONTRADICTING_EVENT: "Two events contradict each other",
    TaskKind.WORDS_OVERDUE: "Words wait for their review",
    TaskKind.WORDS_MISSING: "Words are missing",
    TaskKind.UNREAD_REPLY: "Reply to read",
    TaskKind.SIDE_EFFECTS: "Side effects reported",
    TaskKind.UNKNOWN_NUMBER: "Text from an unknown number",
    TaskKind.SHARED_NUMBER: "Text from a shared number",
    TaskKind.OPTED_OUT: "Opted out of messages",
    TaskKind.UNCONFIRMED: "Nobody knows whether it arrived",
    TaskKind.CARRIER_REFUSED: "The carrier did not take it",
    TaskKind.CARRIER_OPTED_OUT: "Blocked at the carrier",
    TaskKind.TELL_IN_PERSON: "Tell them in person",
    TaskKind.CALL_PATIENT: "Call the patient",
    TaskKind.NO_RIDE: "No ride home yet",
    TaskKind.WRONG_NUMBER: "Wrong number",
    TaskKind.NOT_DELIVERED: "Did not arrive",
    TaskKind.COMPLAINT: "Marked our mail as spam",
    TaskKind.CALL_NOW: "Phone them now",
    TaskKind.INCIDENT: "Nobody took an alert on",
    TaskKind.TEST_PAGE_MISSED: "A test page was not answered",
    TaskKind.OPT_OUT_DRIFT: "Opt-outs differ from the carrier's list",
    TaskKind.FORM_LOCKED: "Form locked after wrong birth dates",
}

# What to do about it. The reason beside it says what happened.
_FIX = {
    TaskKind.NOT_DELIVERED: "Phone them, and check the number or address with them.",
    TaskKind.UNCONFIRMED: "It is not sent again by itself. Ask the patient whether it came.",
    TaskKind.CARRIER_REFUSED: "Phone them if it matters today; the next message is tried as usual.",
    TaskKind.CARRIER_OPTED_OUT: "Only the patient can undo it: they text START to the clinic's number.",
    TaskKind.WRONG_NUMBER: "Ask the patient for the right number, then change it on their page.",
    TaskKind.COMPLAINT: "They get no more lessons by mail. Ask whether texts are better.",
    TaskKind.UNKNOWN_NUMBER: "If you know whose it is, change the number on that patient's page.",
    TaskKind.SHARED_NUMBER: "Phone both; a reply is never guessed to be one or the other's.",
    TaskKind.OPTED_OUT: "Their care goes on. Agree on another way to follow up.",
}


def reason_words(code: str) -> str:
    """Say why an alert stands; empty for who may not know."""
    return _REASON.get(code, code.replace("_", " ").capitalize())


def task_title(kind: TaskKind) -> str:
    return _TASK.get(kind, kind.value.replace("_", " ").capitalize())


def task_fix(kind: TaskKind) -> str:
    return _FIX.get(kind, "")


def disposition_words(code: str | None) -> str:
    return DISPOSITION.get(code or "", (code or "").replace("_", " ").capitalize())


def language_name(code: str) -> str:
    return LANGUAGE.get(code, code)


def counted(number: int, one: str, many: str = "") -> str:
    """``1 text``, ``2 texts``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
