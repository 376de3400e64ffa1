"""Work done after the commit: enqueued in the caller's transaction, run by worker processes, visible when it fails."""
