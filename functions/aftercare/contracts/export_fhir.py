"""One patient's file as a FHIR R4 Bundle, built by hand: other systems read it, nobody posts it back.

Sources: HL7 FHIR R4 (4.0.1), the resources' own pages; US Core's PHQ-9 examples; the project's clinical
reference, section 3.3. Codes are LOINC's where LOINC has one, and else our own under ``urn:aftercare``.
FHIR's ids know no underscore and no colon, so each resource is named by a UUID made of our id, which stands
beside it as its identifier.
"""

import base64
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from aftercare.contracts.export_fhir_measures import measure_resources
from aftercare.domain.alert import Alert, AlertState
from aftercare.domain.clinic import Clinic
from aftercare.domain.consent import Channel
from aftercare.domain.delivery import CAUSES, Outcome
from aftercare.domain.history import History
from aftercare.domain.patient import Patient
from aftercare.domain.protocol import Kind
from aftercare.domain.records import ConsentProof, NotSent, Reply, Sent
from aftercare.domain.scale import Scale
from aftercare.domain.touch import REASONS

Resource = dict[str, Any]
TERMS = "http://terminology.hl7.org/CodeSystem"
LOINC = "http://loinc.org"
_MODES = {Channel.SMS: "SMSWRIT", Channel.EMAIL: "EMAILWRIT"}
# Where no code of communication-category fits better, it is a notification.
_CATEGORIES = {Kind.REMINDER: "reminder", Kind.SAFETY: "instruction", Kind.EDUCATION: "instruction"}


def bundle(history: History, clinic: Clinic, scales: Mapping[str, Scale], at: datetime) -> Resource:
    """Return the Bundle of one patient.

    Args:
        history: All that is kept about them.
        clinic: Theirs.
        scales: The measures by code, for their items' codes.
        at: When it is made.
    """
    name = _Names(clinic)
    made = [
        _organization(clinic, name),
        _patient(history.patient, history, name),
        *(_consent(proof, history, name) for proof in history.proofs),
        *(_message(sent, history, name) for sent in history.sent),
        *(_reply(reply, history.patient, name) for reply in history.replies),
        *_not_sent(history, name),
        *(_flag(alert, history.patient, name) for alert in history.alerts),
    ]
    subject = name.reference("Patient", history.patient.id)
    for measure in history.measures:
        made += measure_resources(measure, scales.get(measure.code), subject, name)
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in made]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": at.isoformat(), "entry": entries}


class _Names:
    """Names resources of one clinic: the same thing has the same name in every export."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic.id

    def of(self, kind: str, ours: str) -> Resource:
        """Return the head of a resource: type, id and our own id as its identifier."""
        system = f"urn:aftercare:{self._clinic}:{kind.lower()}"
        return {
            "resourceType": kind,
            "id": self._uuid(kind, ours),
            "identifier": [{"system": system, "value": ours}],
        }

    def reference(self, kind: str, ours: str) -> Resource:
        return {"reference": f"urn:uuid:{self._uuid(kind, ours)}"}

    def _uuid(self, kind: str, ours: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:aftercare:{self._clinic}:{kind}:{ours}"))


def coded(system: str, code: str, text: str = "") -> Resource:
    """Return a CodeableConcept."""
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def _organization(clinic: Clinic, name: _Names) -> Resource:
    return {
        **name.of("Organization", clinic.id),
        "name": clinic.name,
        "telecom": [{"system": "phone", "value": clinic.phone}],
    }


def _patient(patient: Patient, history: History, name: _Names) -> Resource:
    ways = (("phone", patient.phone), ("email", patient.email))
    telecom = [{"system": system, "value": value} for system, value in ways if value]
    language = {"coding": [{"system": "urn:ietf:bcp:47", "code": patient.language}]}
    return {
        **name.of("Patient", patient.id),
        "active": not history.followup.closed,
        "name": [{"given": [patient.given_name]}],
        "birthDate": patient.birth_date.isoformat(),
        "address": [{"country": patient.country}],
        "communication": [{"language": language, "preferred": True}],
        **({"telecom": telecom} if telecom else {}),
    }


def _consent(proof: ConsentProof, history: History, name: _Names) -> Resource:
    consent, standing = proof.consent, history.followup.standings.get(proof.consent.key)
    stands = standing is not None and standing.agreed and standing.given_at == consent.given_at
    ended = standing.withdrawn_at if standing is not None else None
    period: Resource = {"start": consent.given_at.isoformat()}
    if ended is not None and ended >= consent.given_at:
        period["end"] = ended.isoformat()
    elif consent.expires_on is not None:
        period["end"] = consent.expires_on.isoformat()
    ours = f"{proof.event_id}.{consent.channel.value}.{consent.purpose.value}"
    shown = base64.b64encode(consent.wording.encode()).decode()
    return {
        **name.of("Consent", ours),
        "status": "active" if stands else "inactive",
        "scope": coded(f"{TERMS}/consentscope", "patient-privacy"),
        "category": [coded(LOINC, "59284-0")],
        "patient": name.reference("Patient", history.patient.id),
        "dateTime": consent.given_at.isoformat(),
        "performer": [name.reference("Patient", history.patient.id)],
        "organization": [name.reference("Organization", history.followup.clinic_id)],
        "sourceAttachment": {
            "contentType": "text/plain; charset=utf-8",
            "data": shown,
            "title": f"{consent.wording_version}, {consent.method}, recorded by {consent.recorded_by}",
        },
        # The invariant ppc-1 asks for a policy or a rule: the patient opts in.
        "policyRule": coded(f"{TERMS}/v3-ActCode", "OPTIN"),
        "provision": {
            "type": "permit",
            "period": period,
            "code": [coded("urn:aftercare:channel", consent.channel.value)],
            "purpose": [{"system": "urn:aftercare:purpose", "code": consent.purpose.value}],
        },
    }


def _message(sent: Sent, history: History, name: _Names) -> Resource:
    outcome = (history.deliveries or {}).get(sent.touch_id)
    made = {
        **_communication(sent.touch_id, sent.kind, history.patient, name),
        "status": _status(sent, outcome),
        "medium": [coded(f"{TERMS}/v3-ParticipationMode", _MODES[sent.channel])],
        "sent": sent.claimed_at.isoformat(),
        "language": sent.language,
        "payload": [{"contentString": text} for text in (sent.subject, sent.text) if text],
    }
    if sent.by:
        made["sender"] = {"display": sent.by}
    if outcome is not None:
        made["statusReason"] = {"text": CAUSES[outcome.reason]}
    return made


def _status(sent: Sent, outcome: Outcome | None) -> str:
    if outcome is not None and outcome.hard:
        return "not-done"
    return "completed" if sent.provider_id is not None else "unknown"


def _not_sent(history: History, name: _Names) -> Iterator[Resource]:
    left = {sent.touch_id for sent in history.sent}
    ended: dict[str, NotSent] = {
        touch.touch_id: touch for settled in history.settled for touch in settled.touches
    }
    for touch in ended.values():
        if touch.touch_id not in left:
            yield {
                **_communication(touch.touch_id, touch.kind, history.patient, name),
                "status": "not-done",
                "statusReason": {"text": REASONS[touch.reason]},
            }


def _communication(ours: str, kind: Kind, patient: Patient, name: _Names) -> Resource:
    category = _CATEGORIES.get(kind, "notification")
    return {
        **name.of("Communication", ours),
        "category": [coded(f"{TERMS}/communication-category", category, kind.value)],
        "subject": name.reference("Patient", patient.id),
        "recipient": [name.reference("Patient", patient.id)],
    }


def _reply(reply: Reply, patient: Patient, name: _Names) -> Resource:
    who = name.reference("Patient", patient.id)
    made = {
        **name.of("Communication", reply.id),
        "status": "completed",
        "subject": who,
        "sender": who,
        "medium": [coded(f"{TERMS}/v3-ParticipationMode", _MODES[reply.channel])],
        "received": reply.at.isoformat(),
    }
    if reply.body:
        made["payload"] = [{"contentString": reply.body}]
    if reply.touch_id is not None:
        made["inResponseTo"] = [name.reference("Communication", reply.touch_id)]
    return made


def _flag(alert: Alert, patient: Patient, name: _Names) -> Resource:
    period = {"start": alert.raised_at.isoformat()}
    if alert.resolved_at is not None:
        period["end"] = alert.resolved_at.isoformat()
    return {
        **name.of("Flag", alert.id),
        "status": "inactive" if alert.state is AlertState.RESOLVED else "active",
        "category": [coded(f"{TERMS}/flag-category", "safety")],
        # Neither a risk level nor a diagnosis (section 3.3).
        "code": {"text": "Patient message needs clinical review"},
        "subject": name.reference("Patient", patient.id),
        "period": period,
    }
