"""The only door to SpiffWorkflow: diagrams checked at deployment, compact state, legal timers, plain data out."""
