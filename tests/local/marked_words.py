"""A day on which every field that a patient or a sender fills holds a word that occurs nowhere else.

``Kept`` words stand where something is kept for staff, ``Lost`` ones where nothing need be.
"""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from aftercare import wiring
from aftercare.contracts.clinic_file import parse_clinic
from aftercare.domain.errors import AftercareError
from aftercare.usecases.answer_alert import acknowledge, resolve
from aftercare.usecases.take_form import take_form
from tests.behaviours.riverside import NEW_YORK, Json, a_consent, clinic_file, instant, phq9
from tests.behaviours.visits import Riverside
from tests.local.overheard import Overheard, overheard

NAME, PHONE, MAIL = "KeptZoraida", "+12025550188", "KeptZoraida.Quill@mail.example.org"
FAMILY = "KeptFamilyQuill"
BORN = "1961-07-23"
SENTENCES = (
    "KeptCrisis I want to kill myself tonight",
    "KeptQuestion about my lavender appointment",
    "KeptMedicine made me dizzy",
    "STOP KeptStopwords please",
)
NOTE, DISPOSITION, BY = "KeptNote she is with her sister", "KeptDisposition", "KeptNurse"
WRONG = {
    "birth_date": "KeptBirthday",
    "language": "KeptLanguage",
    "time_zone": "KeptZone/Nowhere",
    "country": "KeptCountry",
    "phone": "KeptPhone 555",
    "email": "KeptMail at home",
    "given_name": ["KeptGiven"],
}
MARKED = {
    *(NAME, PHONE, MAIL, FAMILY, BORN, NOTE, DISPOSITION, BY, *SENTENCES),
    *("KeptWording", "KeptRecorder", "KeptSubject", "KeptMailtext", "KeptStray", "KeptChannel"),
    *("KeptUnknownevent", "LostNickname", "LostDisplay", "LostBroken", "LostReceipt", "LostAnswer"),
    *("LostKey", "LostForm", "KeptMailcrisis", "LostFreetext"),
    *(word.split(" ")[0].split("/")[0] for word in WRONG.values() if isinstance(word, str)),
    "KeptGiven",
}
AT = "2026-11-02 10:00"


def _patient() -> Json:
    return {
        "id": "pat-z",
        "given_name": NAME,
        "family_name": FAMILY,
        "nickname": "LostNickname",
        "birth_date": BORN,
        "language": "en",
        "time_zone": NEW_YORK,
        "country": "US",
        "phone": PHONE,
        "email": MAIL,
        "accepts_unencrypted": True,
    }


@contextmanager
def marked_day() -> Iterator[Overheard]:
    """Play the day, and let what it left be looked at."""
    clinic = parse_clinic(tomllib.loads(clinic_file()), "riverside.toml")
    with overheard(clinic, instant("2026-11-01 09:00", NEW_YORK)) as ears:
        assert ears.rehearsal is not None
        riverside = Riverside(ears.rehearsal)
        _enrolled(riverside)
        _wrong_events(riverside)
        _form(riverside)
        _texts_and_mails(riverside)
        _notices_that_are_none(riverside)
        # A receipt is tried for four hours before it is given up.
        riverside.until("Wed 14:00")
        yield ears


def _enrolled(riverside: Riverside) -> None:
    at = riverside.at(AT)
    consents = [a_consent(which, at, None) for which in ("sms care", "email care")]
    marks = {"wording": "KeptWording I agree.", "recorded_by": "KeptRecorder"}
    consents = [{**consent, **marks} for consent in consents]
    riverside.event(at, "PatientEnrolled", {"patient": _patient(), "consents": consents})
    session = {"id": "ses-z-1", "patient_id": "pat-z", "protocol": "ketamine-iv-induction"}
    session |= {"course_id": "course-z", "starts_at": riverside.at("Tue 11:00").isoformat()}
    riverside.event(at, "SessionScheduled", {"session": {**session, "number": 1}})


def _wrong_events(riverside: Riverside) -> None:
    """Each field wrong in turn: the event is kept whole for staff, and its reason must not quote it."""
    at = riverside.at(AT) + timedelta(minutes=1)
    consent = a_consent("sms care", at, None)
    for field, wrong in WRONG.items():
        patient = {**_patient(), "id": f"pat-wrong-{field}", field: wrong}
        riverside.event(at, "PatientEnrolled", {"patient": patient, "consents": [consent]})
    wrong_consent = {**consent, "channel": "KeptChannel"}
    riverside.event(at, "ConsentGiven", {"patient_id": "pat-z", "consent": wrong_consent})
    riverside.event(at, "PatientForgotten", {"patient": _patient(), "why": "KeptUnknownevent"})
    session = {"id": "ses-z-9", "patient_id": "pat-z", "protocol": NAME, "ended_at": FAMILY}
    riverside.event(at, "SessionCompleted", {"session": session})
    riverside.event(at, "SessionCancelled", {"session_id": MAIL, "reason": NOTE})
    riverside.event(at, "PatientChanged", {"patient": {"id": "pat-z", "given_name": NAME, "phone": FAMILY}})


def _form(riverside: Riverside) -> None:
    riverside.until("2026-11-05 18:00")
    rehearsal = riverside.rehearsal
    secret = rehearsal.happenings.postbag.secret("last:pat-z")
    assert secret is not None, "no form was sent"
    good = phq9(0, 0, 0, 0, 0, 0, 0, 0, 1)
    submitted = (
        ("LostKey", date(1961, 7, 23), good),
        (secret, date(1961, 7, 24), good),
        (secret, date(1961, 7, 23), {**good, "phq9_1": "LostAnswer", "LostForm": "LostForm"}),
        (secret, date(1961, 7, 23), {**good, "words": "LostFreetext I want to die"}),
    )
    for given, born_on, answers in submitted:
        with rehearsal.cloud.as_function("ReplyReceived"):
            try:
                take_form(given, born_on, answers, wiring.ports())
            except AftercareError:
                continue


def _texts_and_mails(riverside: Riverside) -> None:
    for minute, words in enumerate(SENTENCES):
        riverside.text(f"Tue 14:{minute:02d}", PHONE, words)
    riverside.text("Tue 14:10", "+12025550177", "KeptStray I want to die")
    mail = {"from": f"LostDisplay <{MAIL}>", "to": "care@riverside.example.org"}
    mails = (("KeptSubject", "KeptMailtext"), ("Hello", "KeptMailcrisis I want to kill myself"))
    for minute, (subject, text) in enumerate(mails, start=20):
        what = {**mail, "subject": subject, "text": text, "id": f"mail-{minute}"}
        riverside.happens(riverside.at(f"Tue 14:{minute}"), "email", what)
    alert = riverside.rehearsal.transcript.alert("open:pat-z")
    assert alert is not None
    with riverside.rehearsal.cloud.as_function("ReplyReceived"):
        acknowledge(riverside.rehearsal.clinic.id, alert.id, BY, wiring.ports())  # type: ignore[arg-type]
        resolve(riverside.rehearsal.clinic.id, alert.id, BY, DISPOSITION, NOTE, wiring.ports())  # type: ignore[arg-type]


def _notices_that_are_none(riverside: Riverside) -> None:
    """What no provider sends: it ends among the dead letters, without a word of it in a log."""
    cloud = riverside.rehearsal.cloud
    riverside.until("Wed 09:00")
    text = {"originationNumber": PHONE, "messageBody": ["LostBroken"], "destinationNumber": NAME}
    cloud.publish("InboundSms", json.dumps(text))
    cloud.publish("InboundSms", "LostBroken, no JSON")
    mail = {"notificationType": "Received", "mail": {"source": MAIL, "messageId": ["LostBroken"]}}
    cloud.publish("InboundMail", json.dumps(mail))
    event = {"eventType": "Bounce", "mail": {"messageId": MAIL, "tags": {"touch": "LostBroken"}}}
    cloud.publish("EmailEvents", json.dumps(event))
    # The ids are ours and come back as we sent them; all else is the carrier's.
    about = {"touch": "ses-z-1.evening", "patient": "pat-z", "clinic": "riverside", "LostReceipt": NAME}
    receipt = {
        "eventType": "TEXT_INVALID",
        "messageId": MAIL,
        "destinationPhoneNumber": PHONE,
        "context": about,
    }
    cloud.publish("SmsEvents", json.dumps({**receipt, "eventTimestamp": "LostReceipt"}))
