"""The only door to SpiffWorkflow: diagrams checked at deployment, compact state, legal timers, plain data out."""

import logging

# the library tells every change of every task at INFO, which costs more than making it
for _name in ("spiff", "spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.WARNING)
