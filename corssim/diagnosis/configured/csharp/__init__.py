"""C# as far as programs configure with it: its syntax, the names of a text, and a run of what stands there.

https://learn.microsoft.com/dotnet/csharp/language-reference/ ; what a text does not tell is a value, too: `Unknown`.
"""
