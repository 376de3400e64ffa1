"""The audit log: one hash-chained row per act, written in the act's own transaction, refused any change by the database."""
