"""The bodies of the API, with their bounds and examples: pydantic lives here and in settings."""
