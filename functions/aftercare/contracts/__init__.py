"""One file per event or message shape on the wire: its example, and how it becomes a domain value."""
