"""Cases and what hangs on them: deadlines, tasks, evidence, decisions, timeline, and the contract of a process kind."""
