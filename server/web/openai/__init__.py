"""OpenAI's protocol as data: names of models, messages, annotations, responses."""
