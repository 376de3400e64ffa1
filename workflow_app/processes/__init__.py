"""The kinds of process, each a plug of its own; found by the registry, named by nobody, unknown to each other."""
