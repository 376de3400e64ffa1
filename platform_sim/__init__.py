"""A credit platform to work against: a separate process with an HTTP interface, for demonstrations and tests."""
