"""Official letters (文书): what must stand in them, their numbers, their life, their pages. Who sends one when is not decided here."""
