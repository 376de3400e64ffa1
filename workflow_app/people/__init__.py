"""Who acts and for whom: accounts, organisations, departments, sessions, and the only place that says who may do what."""
