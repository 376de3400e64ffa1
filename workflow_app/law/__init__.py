"""The law as data and arithmetic: dated parameters, rulesets, calendars, periods, eligibility.

No framework, no database, no clock: days, calendars and facts come as arguments.
"""
