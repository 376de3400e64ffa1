"""Messages to people: the inbox inside the system. Mail and short messages would be further carriers of the same notice."""
