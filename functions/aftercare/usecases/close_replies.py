"""What a patient wrote has been answered: the tasks to read it are done."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from aftercare.domain.errors import TryAgain
from aftercare.domain.followup import Followup
from aftercare.domain.records import Reply, Task, TaskKind
from aftercare.ports import Ports

# A reply that waited longer, or one behind so many others, is closed by whoever reads it.
LOOK_BACK, AT_MOST = timedelta(days=30), 10


def close_replies(followup: Followup, replies: Sequence[Reply], by: str, ports: Ports) -> None:
    """Close the open tasks about what this patient wrote lately.

    Args:
        followup: The patient.
        replies: What they had written when the answer was written; what came later is not answered.
        by: Who answered, as colleagues know them.
        ports: The outside. A store that is busy leaves the task open: it is done by hand.
    """
    now = ports.clock.now()
    lately = sorted((r for r in replies if now - r.at <= LOOK_BACK), key=lambda r: r.at)[-AT_MOST:]
    for reply in lately:
        name = f"{TaskKind.UNREAD_REPLY.value}.{reply.id}"
        task = Task(name, followup.clinic_id, followup.patient_id, TaskKind.UNREAD_REPLY, "", reply.at)
        with suppress(TryAgain):
            ports.tasks.close(task, f"answered by {by}", now)
