"""Official letters (文书): their content, numbers, life and pages. Who sends which one when is decided elsewhere."""
