"""What pytest and llm load whenever they start: nothing else of Youju is imported before it is used."""
