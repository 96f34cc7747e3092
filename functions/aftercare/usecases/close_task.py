"""Somebody has done a task: it leaves the list, with who did it and what they say of it."""

from aftercare.desk_ports import Desk
from aftercare.domain.errors import AtOdds, BadInput, NotFound, TryAgain
from aftercare.domain.minimum import bare_task, may_end_unseen
from aftercare.domain.staff import Person, Right
from aftercare.usecases.allow import allow, keep_audit

LONGEST = 2000
# In bytes. Longer than any derived name: the key it would make is one that the store refuses (1,024).
NAME_MAX = 512


def close_task(person: Person, desk: Desk, task_id: str, note: str, *, by: str) -> None:
    """Close a task. Doing the same twice is doing it once.

    Args:
        person: Who did it; kept with the note and the instant on the task.
        desk: The outside.
        task_id: Which one.
        note: What was done, in words.
        by: ``dashboard`` or ``api``.

    Raises:
        NotAllowed: The person may not do tasks, or may not see what this one asks.
        NotFound: There is no such task at the clinic.
        BadInput: The note is missing or too long.
        AtOdds: Somebody else closed it first, and this note was not kept.
        TryAgain: The store is busy.
    """
    allow(person, Right.DO_TASKS)
    said = note.strip()
    if not said or len(said) > LONGEST:
        raise BadInput("note", f"{len(said)} characters", f"1 to {LONGEST} characters: what was done")
    nameable = task_id.isprintable() and 0 < len(task_id.encode()) <= NAME_MAX
    found = desk.board.task(person.clinic_id, task_id) if nameable else None
    if found is None:
        raise NotFound("task_id")
    if not may_end_unseen(found):
        allow(person, Right.SEE_CLINICAL)
    why = f"{person.name}: {said}"
    first = desk.ports.tasks.close(found, why, desk.ports.clock.now())
    if not first:
        raise TryAgain("close_task: another is at work on it")
    if first != why:
        raise AtOdds("task_id", f"a task that is open; {first.partition(': ')[0]} closed this one first")
    # The trail is read by those who may not see clinical matters, and this id may name one.
    about = bare_task(found).id
    keep_audit(person, desk, "closed_task", by=by, patient_id=found.patient_id, about=about)
