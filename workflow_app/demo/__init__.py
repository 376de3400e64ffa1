"""A small invented world to try the system in: people, records and cases in every state, made through the real actions."""
