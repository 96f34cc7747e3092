"""The present instant and fresh random ids: the only place that asks the machine for either."""

import secrets
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        """Return the present instant in UTC, to the millisecond: what the table can store."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class RandomIds:
    def token(self) -> str:
        """Return 128 random bits as 22 URL-safe characters."""
        return secrets.token_urlsafe(16)
