"""The ground floor: database, clock, errors, files, labels. It knows nothing of credit work."""
