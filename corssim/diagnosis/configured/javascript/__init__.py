"""Servers in JavaScript and TypeScript, read as they run: their text is parsed and one request followed through it."""
